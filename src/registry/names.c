#include "config.h"

#include <string.h>

#include "base/text.h"
#include "registry/inside.h"
#include "registry/names.h"

/* The folded words of a name and an organisation, each once. */
struct words {
	char	w[NAMES_WORDS_MAX][NAMES_WORD_MAX + 1];
	size_t	n;
};

static void
add_words(struct words *words, const char *text)
{
	char folded[2 * RECORD_TEXT_MAX], *word, *rest = folded;
	size_t i;

	if (text == NULL)
		return;
	text_fold(text, folded, sizeof folded);
	while ((word = strsep(&rest, " ")) != NULL &&
	    words->n < NAMES_WORDS_MAX) {
		if (word[0] == '\0')
			continue;
		word[text_cut(word, NAMES_WORD_MAX)] = '\0';
		for (i = 0; i < words->n; i++)
			if (strcmp(words->w[i], word) == 0)
				break;
		if (i == words->n)
			memcpy(words->w[words->n++], word, strlen(word) + 1);
	}
}

/* How many of the holder's words are joined with each other. */
#define PAIRED_MAX	4

/*
 * Each word finds the certificate by itself, with 0; the first words of a
 * holder also by any second one of them, and then not by themselves: a pair
 * begins with either.
 */
static int
put_pairs(struct registry *reg, int64_t cert, const int64_t *ids, size_t paired,
    size_t n, struct err *err)
{
	size_t i, j;

	if (paired == 1)
		paired = 0;
	for (i = 0; i < paired; i++)
		for (j = 0; j < paired; j++)
			if (i != j && pending_name(reg, ids[i], ids[j], cert,
			    err) == -1)
				return -1;
	for (i = paired; i < n; i++)
		if (pending_name(reg, ids[i], 0, cert, err) == -1)
			return -1;
	return 0;
}

int
names_put(struct registry *reg, int64_t cert, const char *holder,
    const char *org, struct err *err)
{
	struct words words = { .n = 0 };
	int64_t ids[NAMES_WORDS_MAX];
	size_t i, paired;

	add_words(&words, holder);
	paired = words.n < PAIRED_MAX ? words.n : PAIRED_MAX;
	add_words(&words, org);
	for (i = 0; i < words.n; i++)
		if (pending_word(reg, words.w[i], &ids[i], err) == -1)
			return -1;
	return put_pairs(reg, cert, ids, paired, words.n, err);
}

int
names_drop(struct registry *reg, int64_t cert, const char *holder,
    const char *org, struct err *err)
{
	struct words words = { .n = 0 };
	size_t i;
	int64_t id;
	int rc;

	if (pending_write(reg, err) == -1)
		return -1;
	add_words(&words, holder);
	add_words(&words, org);
	for (i = 0; i < words.n; i++) {
		rc = sql_int(reg->sql, "SELECT id FROM word WHERE word = ?",
		    &id, err, "t", words.w[i]);
		if (rc == -1)
			return -1;
		if (rc == 0)
			continue;
		if (sql_run(reg->sql, "DELETE FROM name_ix WHERE a = ?"
		    " AND cert = ?", err, "ii", id, cert) == -1 ||
		    sql_run(reg->sql, "UPDATE word SET n = n - 1 WHERE id = ?",
		    err, "i", id) == -1 || sql_run(reg->sql,
		    "DELETE FROM word WHERE id = ? AND n <= 0", err, "i",
		    id) == -1)
			return -1;
	}
	return 0;
}

int
names_whole(struct registry *reg, int64_t cert, const char *holder,
    const char *org, bool *whole, struct err *err)
{
	struct words words = { .n = 0 };
	int64_t pairs;
	size_t i;

	add_words(&words, holder);
	add_words(&words, org);
	*whole = true;
	/* Each word stands before every other, or alone before 0. */
	for (i = 0; i < words.n; i++) {
		if (sql_int(reg->sql, "SELECT count(*) FROM name_ix"
		    " WHERE a = (SELECT id FROM word WHERE word = ?)"
		    " AND cert = ?", &pairs, err, "ti", words.w[i], cert) == -1)
			return -1;
		*whole &= pairs == (words.n == 1 ? 1 : (int64_t)words.n - 1);
	}
	return 0;
}
