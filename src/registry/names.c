#include "config.h"

#include <string.h>

#include "registry/inside.h"
#include "registry/names.h"
#include "registry/nameword.h"

#define HOLDER_MAX	6	/* words of a holder's name that are indexed */
#define ORG_MAX		6	/* words of an organisation */
#define PAIRS_MAX	(HOLDER_MAX * HOLDER_MAX + ORG_MAX)

struct indexed {
	struct name_word word[HOLDER_MAX + ORG_MAX];
	size_t		 nholder, n;
	struct {
		uint8_t	a, b;	/* places; b == a: by itself */
	} pair[PAIRS_MAX];
	size_t		 npairs;
};

static void
add_pair(struct indexed *ix, size_t a, size_t b)
{
	size_t i;

	for (i = 0; i < ix->npairs; i++)
		if (ix->pair[i].a == a && ix->pair[i].b == b)
			return;
	ix->pair[ix->npairs].a = (uint8_t)a;
	ix->pair[ix->npairs++].b = (uint8_t)b;
}

/*
 * Any two words of a holder are a pair, one way round, and every word is first
 * in one of them: so two words are found by two seeks, one word by a range, and
 * three words cost three entries.  A half of a double name also stands first
 * with the given name.
 */
static void
pair_holder(struct indexed *ix)
{
	size_t n = ix->nholder, i, j;

	if (n == 1)
		add_pair(ix, 0, 0);
	for (i = 0; i < n; i++) {
		for (j = i + 1; j < n; j++) {
			if (i == 0 && j == n - 1)
				add_pair(ix, j, i);
			else
				add_pair(ix, i, j);
		}
		if (ix->word[i].joined && i > 1) {
			add_pair(ix, i - 1, 0);
			add_pair(ix, i, 0);
		}
	}
	if (n == 2)
		add_pair(ix, 0, 1);
}

/*
 * An initial stands for too many.  What an organisation is called beside its
 * holder's name is found by single words.
 */
static void
indexed_init(struct indexed *ix, const char *holder, const char *org)
{
	struct name_word words[2 * HOLDER_MAX];
	size_t n, i, k;

	memset(ix, 0, sizeof *ix);
	n = name_words(holder, words, 2 * HOLDER_MAX);
	for (i = 0; i < n && ix->n < HOLDER_MAX; i++)
		if (!words[i].initial || n == 1)
			ix->word[ix->n++] = words[i];
	ix->nholder = ix->n;
	pair_holder(ix);
	n = name_words(org, words, ORG_MAX);
	for (i = 0; i < n; i++) {
		for (k = 0; k < ix->n; k++)
			if (strcmp(ix->word[k].s, words[i].s) == 0)
				break;
		if (k < ix->n || words[i].initial)
			continue;
		ix->word[ix->n] = words[i];
		add_pair(ix, ix->n, ix->n);
		ix->n++;
	}
}

int
names_put(struct registry *reg, int64_t cert, const char *holder,
    const char *org, struct err *err)
{
	int64_t ids[HOLDER_MAX + ORG_MAX];
	struct indexed ix;
	size_t i;

	indexed_init(&ix, holder, org);
	for (i = 0; i < ix.n; i++)
		if (pending_word(reg, ix.word[i].s, &ids[i], err) == -1)
			return -1;
	for (i = 0; i < ix.npairs; i++) {
		size_t a = ix.pair[i].a, b = ix.pair[i].b;

		if (pending_name(reg, ids[a], a == b ? 0 : ids[b], cert,
		    err) == -1)
			return -1;
	}
	return 0;
}

/* One name fewer has this word; the last one takes it along. */
static int
drop_word(struct registry *reg, int64_t id, struct err *err)
{
	if (id == 0)
		return 0;
	if (sql_run(reg->sql, "UPDATE word SET n = n - 1 WHERE id = ?", err,
	    "i", id) == -1)
		return -1;
	return sql_run(reg->sql, "DELETE FROM word WHERE id = ? AND n <= 0",
	    err, "i", id);
}

int
names_drop(struct registry *reg, int64_t cert, const char *holder,
    const char *org, struct err *err)
{
	int64_t ids[HOLDER_MAX + ORG_MAX] = { 0 };
	struct indexed ix;
	size_t i;

	if (pending_write(reg, err) == -1)
		return -1;
	pending_forget(reg);	/* a word may go */
	indexed_init(&ix, holder, org);
	for (i = 0; i < ix.n; i++)
		if (sql_int(reg->sql, "SELECT id FROM word WHERE word = ?",
		    &ids[i], err, "t", ix.word[i].s) == -1)
			return -1;
	for (i = 0; i < ix.npairs; i++) {
		size_t a = ix.pair[i].a, b = ix.pair[i].b;

		if (sql_run(reg->sql, "DELETE FROM name_ix WHERE a = ?"
		    " AND b = ? AND cert = ?", err, "iii", ids[a], a == b ?
		    (int64_t)0 : ids[b], cert) == -1)
			return -1;
	}
	for (i = 0; i < ix.n; i++)
		if (drop_word(reg, ids[i], err) == -1)
			return -1;
	return 0;
}

int
names_whole(struct registry *reg, int64_t cert, const char *holder,
    const char *org, bool *whole, struct err *err)
{
	int64_t ids[HOLDER_MAX + ORG_MAX] = { 0 }, there;
	struct indexed ix;
	size_t i;
	int rc;

	*whole = true;
	indexed_init(&ix, holder, org);
	for (i = 0; i < ix.n; i++)
		if (sql_int(reg->sql, "SELECT id FROM word WHERE word = ?",
		    &ids[i], err, "t", ix.word[i].s) == -1)
			return -1;
	for (i = 0; i < ix.npairs; i++) {
		size_t a = ix.pair[i].a, b = ix.pair[i].b;

		rc = sql_int(reg->sql, "SELECT 1 FROM name_ix WHERE a = ?"
		    " AND b = ? AND cert = ?", &there, err, "iii", ids[a],
		    a == b ? (int64_t)0 : ids[b], cert);
		if (rc == -1)
			return -1;
		*whole &= rc == 1;
	}
	return 0;
}
