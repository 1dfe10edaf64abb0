#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/text.h"

static const struct {
	const char *id, *sentence, *next;
} table[ERR_COUNT] = {
#define ERR(symbol, id, sentence, next) [ERR_##symbol] = { id, sentence, next },
#include "base/err.def"
#undef ERR
};

static const char *const origins[ORIGIN_COUNT] = {
	[ORIGIN_NONE] = "",
	[ORIGIN_ERRNO] = "errno",
	[ORIGIN_PCSC] = "pcsc",
	[ORIGIN_PKCS11] = "pkcs11",
	[ORIGIN_OPENSSL] = "openssl",
	[ORIGIN_SW] = "sw",
	[ORIGIN_SIGNAL] = "signal",
	[ORIGIN_SQLITE] = "sqlite",
	[ORIGIN_CURL] = "curl",
	[ORIGIN_HTTP] = "http",
};

/* Those whose numbers people write in tens; the others in hexadecimal. */
static const bool counted[ORIGIN_COUNT] = {
	[ORIGIN_ERRNO] = true,
	[ORIGIN_SIGNAL] = true,
	[ORIGIN_SQLITE] = true,
	[ORIGIN_CURL] = true,
	[ORIGIN_HTTP] = true,
};

/* Copy as much of s as fits, cut at a character's edge. */
static void
copy(char *buf, size_t size, const char *s)
{
	size_t n = text_cut(s, size - 1);

	memcpy(buf, s, n);
	buf[n] = '\0';
}

static int
fill(struct err *e, enum err_code code, enum err_origin origin,
    unsigned long raw, const char *what, const char *detail, va_list ap)
{
	if (e->code != ERR_NONE)
		return -1;
	e->code = code;
	e->origin = origin;
	e->raw = raw;
	copy(e->what, sizeof e->what, what ? what : "");
	e->detail[0] = '\0';
	if (detail)
		(void)vsnprintf(e->detail, sizeof e->detail, detail, ap);
	return -1;
}

int
err_set(struct err *e, enum err_code code, const char *what,
    const char *detail, ...)
{
	va_list ap;

	va_start(ap, detail);
	(void)fill(e, code, ORIGIN_NONE, 0, what, detail, ap);
	va_end(ap);
	return -1;
}

int
err_raw(struct err *e, enum err_code code, enum err_origin origin,
    unsigned long raw, const char *what, const char *detail, ...)
{
	va_list ap;

	va_start(ap, detail);
	(void)fill(e, code, origin, raw, what, detail, ap);
	va_end(ap);
	return -1;
}

int
err_errno(struct err *e, enum err_code code, const char *what)
{
	int n = errno;

	return err_raw(e, code, ORIGIN_ERRNO, (unsigned long)n, what, "%s",
	    strerrordesc_np(n) ? strerrordesc_np(n) : "unknown errno");
}

void
err_clear(struct err *e)
{
	memset(e, 0, sizeof *e);
}

const char *
err_id(enum err_code code)
{
	if ((unsigned)code >= ERR_COUNT)
		code = ERR_UNKNOWN;
	return table[code].id;
}

enum err_code
err_from_id(const char *id)
{
	for (unsigned i = 0; i < ERR_COUNT; i++)
		if (strcmp(table[i].id, id) == 0)
			return (enum err_code)i;
	return ERR_UNKNOWN;
}

/* The sentences have at most one %s, and the table is ours: see its test. */
static const char *
render(const char *sentence, const struct err *e, char *buf, size_t size)
{
	char whole[1024];
	const char *what = e->what[0] ? e->what : e->detail;

	if (sentence == NULL || sentence[0] == '\0') {
		buf[0] = '\0';
		return buf;
	}
	(void)snprintf(whole, sizeof whole, gettext(sentence), what);
	copy(buf, size, whole);
	return buf;
}

const char *
err_sentence(const struct err *e, char *buf, size_t size)
{
	return render(table[(unsigned)e->code < ERR_COUNT ? e->code :
	    ERR_UNKNOWN].sentence, e, buf, size);
}

const char *
err_next(const struct err *e, char *buf, size_t size)
{
	return render(table[(unsigned)e->code < ERR_COUNT ? e->code :
	    ERR_UNKNOWN].next, e, buf, size);
}

const char *
err_technical(const struct err *e, char *buf, size_t size)
{
	const char *sep = e->detail[0] ? ": " : "";

	if (e->origin == ORIGIN_NONE || (unsigned)e->origin >= ORIGIN_COUNT)
		copy(buf, size, e->detail);
	else
		(void)snprintf(buf, size,
		    counted[e->origin] ? "%s %lu%s%s" : "%s 0x%lx%s%s",
		    origins[e->origin], e->raw, sep, e->detail);
	return buf;
}

const char *
err_origin_name(enum err_origin o)
{
	return (unsigned)o < ORIGIN_COUNT ? origins[o] : "";
}

enum err_origin
err_origin_from_name(const char *name)
{
	for (unsigned i = 0; i < ORIGIN_COUNT; i++)
		if (strcmp(origins[i], name) == 0)
			return (enum err_origin)i;
	return ORIGIN_NONE;
}
