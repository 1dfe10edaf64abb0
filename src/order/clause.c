#include "config.h"

#include "order/clause.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

/* Whole and nothing but text: half of a clause would tell half of the law. */
static bool
is_text(const struct buf *b)
{
	const char *s = (const char *)b->data;

	if (b->len == 0 || memchr(s, '\0', b->len) != NULL)
		return false;
	for (size_t i = 0; i < b->len; ) {
		uint32_t cp;
		size_t n = text_decode(s + i, b->len - i, &cp);

		if (n == 0)
			return false;
		i += n;
	}
	return true;
}

static int
read_one(const char *path, char **text, struct err *err)
{
	struct buf b;
	int rc;

	buf_init(&b, CLAUSE_MAX);
	rc = file_read(path, path, &b, err);
	if (rc == 0 && !is_text(&b))
		rc = err_set(err, ERR_NO_CLAUSE, path, "not UTF-8 text");
	if (rc == 0)
		*text = mem_strndup((const char *)b.data, b.len);
	buf_clear(&b);
	return rc;
}

int
order_clause(const struct authority *a, const char *language, char **text,
    struct err *err)
{
	struct err why = ERR_INIT, none = ERR_INIT;
	char *own;
	int rc;

	*text = NULL;
	if (a->question_clause[0] == '\0' ||
	    a->question_clause_version[0] == '\0')
		return err_set(err, ERR_NO_CLAUSE, a->name, "not configured");
	own = mem_printf("%s.%s", a->question_clause, language);
	rc = read_one(own, text, &none);
	free(own);
	if (rc == 0 || read_one(a->question_clause, text, &why) == 0)
		return 0;
	return err_set(err, ERR_NO_CLAUSE, a->question_clause, "%s",
	    why.detail);
}
