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

static int
word_id(struct registry *reg, const char *word, int64_t *id, struct err *err)
{
	if (sql_run(reg->sql, "INSERT INTO word (word, n) VALUES (?, 1)"
	    " ON CONFLICT (word) DO UPDATE SET n = n + 1", err, "t", word) == -1)
		return -1;
	return sql_int(reg->sql, "SELECT id FROM word WHERE word = ?", id, err,
	    "t", word) == 1 ? 0 : -1;
}

int
names_put(struct registry *reg, int64_t cert, const char *holder,
    const char *org, struct err *err)
{
	struct words words = { .n = 0 };
	int64_t ids[NAMES_WORDS_MAX];
	size_t i, j;

	add_words(&words, holder);
	add_words(&words, org);
	for (i = 0; i < words.n; i++)
		if (word_id(reg, words.w[i], &ids[i], err) == -1)
			return -1;
	for (i = 0; i < words.n; i++)
		for (j = 0; j < words.n; j++)
			if ((i != j || words.n == 1) && sql_run(reg->sql,
			    "INSERT OR IGNORE INTO name_ix VALUES (?, ?, ?)",
			    err, "iii", ids[i], words.n == 1 ? (int64_t)0 :
			    ids[j], cert) == -1)
				return -1;
	return 0;
}

int
names_drop(struct registry *reg, int64_t cert, const char *holder,
    const char *org, struct err *err)
{
	struct words words = { .n = 0 };
	size_t i;
	int64_t id;
	int rc;

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
