#include "config.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "registry/maskrow.h"

#define KIND		"PESEL "	/* by IS_KIND */
#define KIND_LEN	(sizeof KIND - 1)

/*
 * A byte below a space is no part of a mask.  First comes IS_KIND or nothing,
 * then letters and, for so many stars, their number.  IS_PLAIN comes before what
 * has such bytes of its own.
 */
enum {
	IS_KIND = 1,
	STARS_MIN = 2,
	STARS_MAX = 29,
	IS_PLAIN = 31,
	LETTERS = 32,
};

static bool
has_controls(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < LETTERS)
			return true;
	return false;
}

const char *
maskrow_pack(const char *mask, char buf[static MASKROW_MAX])
{
	size_t n = 0, left, run;
	bool plain;

	if (mask == NULL)
		return NULL;
	plain = has_controls(mask);
	if (plain) {
		buf[n++] = IS_PLAIN;
	} else if (strncmp(mask, KIND, KIND_LEN) == 0) {
		buf[n++] = IS_KIND;
		mask += KIND_LEN;
	}
	for (left = text_cut(mask, RECORD_TEXT_MAX); left > 0;
	    left -= run, mask += run) {
		for (run = 1; !plain && *mask == '*' && run < left &&
		    run < STARS_MAX && mask[run] == '*'; run++)
			;
		buf[n++] = run < STARS_MIN ? *mask : (char)run;
	}
	buf[n] = '\0';
	return buf;
}

/* The inverse, into a buffer with an end. */
static void
unpack(const unsigned char *s, size_t len, char out[static MASKROW_MAX])
{
	bool plain = len > 0 && s[0] == IS_PLAIN;
	size_t n = 0, run;

	if (len > 0 && s[0] == IS_KIND) {
		memcpy(out, KIND, KIND_LEN);
		n = KIND_LEN;
	}
	for (size_t i = plain || n > 0 ? 1 : 0; i < len; i++) {
		run = plain || s[i] >= LETTERS ? 0 : s[i];
		if (run > MASKROW_MAX - 1 - n || n == MASKROW_MAX - 1)
			break;
		if (run == 0)
			out[n++] = (char)s[i];
		for (; run > 0; run--)
			out[n++] = '*';
	}
	out[n] = '\0';
}

char *
maskrow_text(sqlite3_stmt *st, int column)
{
	const unsigned char *s = sqlite3_column_text(st, column);
	char out[MASKROW_MAX];

	if (s == NULL)
		return NULL;
	unpack(s, (size_t)sqlite3_column_bytes(st, column), out);
	return mem_strdup(out);
}

/* pack_mask(text), while the file's shape changes. */
static void
pack_value(sqlite3_context *context, int n, sqlite3_value **args)
{
	const char *mask = (const char *)sqlite3_value_text(args[0]);
	char buf[MASKROW_MAX];

	(void)n;
	sqlite3_result_text(context, maskrow_pack(mask, buf), -1,
	    SQLITE_TRANSIENT);
}

static int
set_function(struct sql *sql, void (*f)(sqlite3_context *, int,
    sqlite3_value **), struct err *err)
{
	int rc;

	sql_reset(sql);
	rc = sqlite3_create_function_v2(sql_handle(sql), "pack_mask", 1,
	    SQLITE_UTF8 | SQLITE_DIRECTONLY | SQLITE_DETERMINISTIC, NULL, f,
	    NULL, NULL, NULL);
	return rc == SQLITE_OK ? 0 : sql_fail(sql, rc, err);
}

int
maskrow_fill(struct sql *sql, struct err *err)
{
	if (set_function(sql, pack_value, err) == -1 || sql_exec(sql,
	    "UPDATE cert SET id_mask = pack_mask(id_mask),"
	    " email_mask = pack_mask(email_mask)"
	    " WHERE coalesce(id_mask, email_mask) IS NOT NULL", err) == -1)
		return -1;
	return set_function(sql, NULL, err);
}
