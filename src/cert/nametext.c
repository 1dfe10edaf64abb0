#include "cert/nametext.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/codepage.h"
#include "base/mem.h"
#include "cert/der.h"
#include "cert/oid.h"
#include "cert/parts.h"

#define VALUE_MAX	(NAMETEXT_MAX * CODEPAGE_GROWTH)

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Two hex digits; -1 for something else. */
static int
hex_byte(const char *s)
{
	int hi = nibble(s[0]), lo = hi < 0 ? -1 : nibble(s[1]);

	return lo < 0 ? -1 : hi << 4 | lo;
}

/* Add an attribute; raw is its value's bytes, which should be UTF-8. */
static int
add(struct cert_name *name, const char *oid, const struct buf *raw, bool joined)
{
	struct buf text;
	int rc = -1;

	buf_init(&text, VALUE_MAX);
	if (name->nattrs < CERT_LIST_MAX && codepage_add(CODEPAGE_AUTO,
	    span_of(raw->data, raw->len), &text) == 0 &&
	    memchr(raw->data != NULL ? (const char *)raw->data : "", '\0',
	    raw->len) == NULL) {
		name->attrs = mem_grow(name->attrs, name->nattrs + 1,
		    sizeof *name->attrs);
		name->attrs[name->nattrs++] = (struct cert_attr){
			.oid = mem_strdup(oid),
			.value = mem_strndup(text.len > 0 ?
			    (const char *)text.data : "", text.len),
			.joined = joined,
		};
		rc = 0;
	}
	buf_clear(&text);
	return rc;
}

/* An attribute's word or dots as dots; false when neither is known. */
static bool
take_oid(const char *s, size_t n, char oid[static DER_OID_TEXT_MAX])
{
	const char *dots = oid_attr_dots(s, n);

	if (dots == NULL && n > 2 && n < DER_OID_TEXT_MAX &&
	    strspn(s, "0123456789.") >= n) {
		memcpy(oid, s, n);
		oid[n] = '\0';
		return true;
	}
	memcpy(oid, dots != NULL ? dots : "?", dots != NULL ?
	    strlen(dots) + 1 : 2);
	return dots != NULL;
}

/* --- "/C=PL/CN=Jan" ------------------------------------------------------ */

/*
 * Where the value of an attribute begins behind a slash; NULL when none does.  A
 * slash in a value is not told apart by anything, so only words that are known
 * count, and identifiers in dots.
 */
static const char *
begins(const char *s, char oid[static DER_OID_TEXT_MAX])
{
	size_t n = strcspn(s, "=/");

	if (s[n] != '=' || !take_oid(s, n, oid))
		return NULL;
	return s + n + 1;
}

static const char *
oneline_value(const char *s, struct buf *raw)
{
	char ignored[DER_OID_TEXT_MAX];

	while (*s != '\0' && (*s != '/' || begins(s + 1, ignored) == NULL)) {
		int byte = s[0] == '\\' && s[1] == 'x' ? hex_byte(s + 2) : -1;
		uint8_t c = byte < 0 ? (uint8_t)*s : (uint8_t)byte;

		(void)buf_add(raw, &c, 1);
		s += byte < 0 ? 1 : 4;
	}
	return s;
}

static int
read_oneline(const char *s, struct cert_name *name, struct buf *raw)
{
	char oid[DER_OID_TEXT_MAX];

	while (*s == '/') {
		s = begins(s + 1, oid);
		if (s == NULL)
			return -1;
		raw->len = 0;
		s = oneline_value(s, raw);
		if (add(name, oid, raw, false) != 0)
			return -1;
	}
	return *s == '\0' ? 0 : -1;
}

/* --- "CN=Jan, C=PL" -------------------------------------------------------- */

static const char *
skip_spaces(const char *s)
{
	return s + strspn(s, " ");
}

/* One escape: two hex digits are a byte, anything else stands for itself. */
static const char *
escaped(const char *s, uint8_t *c)
{
	int byte = hex_byte(s);

	if (byte >= 0) {
		*c = (uint8_t)byte;
		return s + 2;
	}
	*c = (uint8_t)*s;
	return *s != '\0' ? s + 1 : s;
}

/* Up to what ends it; spaces at its ends that are not escaped are not of it. */
static const char *
directory_value(const char *s, struct buf *raw)
{
	bool quoted = *s == '"';
	size_t kept = 0;

	if (quoted)
		s++;
	while (*s != '\0' && (quoted ? *s != '"' : strchr(",;+", *s) == NULL)) {
		uint8_t c = (uint8_t)*s;
		bool plain = c != '\\';

		s = plain ? s + 1 : escaped(s + 1, &c);
		(void)buf_add(raw, &c, 1);
		if (!plain || quoted || c != ' ')
			kept = raw->len;
	}
	raw->len = kept;
	return skip_spaces(quoted && *s == '"' ? s + 1 : s);
}

static int
read_directory(const char *s, struct cert_name *name, struct buf *raw)
{
	bool joined = false;

	for (s = skip_spaces(s); *s != '\0'; s = skip_spaces(s)) {
		size_t n = strcspn(s, "=,;+"), len = n;
		char oid[DER_OID_TEXT_MAX];

		while (len > 0 && s[len - 1] == ' ')
			len--;
		if (s[n] != '=' || len == 0)
			return -1;
		(void)take_oid(s, len, oid);
		raw->len = 0;
		s = directory_value(skip_spaces(s + n + 1), raw);
		if (add(name, oid, raw, joined) != 0 ||
		    (*s != '\0' && strchr(",;+", *s) == NULL))
			return -1;
		joined = *s == '+';
		s += *s != '\0';
	}
	return 0;
}

/* --- either ------------------------------------------------------------------ */

static int
read_name(const char *s, struct cert_name *name)
{
	struct buf raw;
	int rc;

	if (strlen(s) > NAMETEXT_MAX)
		return -1;
	buf_init(&raw, NAMETEXT_MAX);
	rc = s[0] == '/' ? read_oneline(s, name, &raw) :
	    read_directory(s, name, &raw);
	buf_clear(&raw);
	return name->nattrs > 0 ? rc : -1;
}

static struct cert *
make(const char *text, size_t field)
{
	struct cert *c = mem_alloc(sizeof *c);

	c->serial_len = 1;
	c->not_before = c->not_after = CERT_NO_TIME;
	c->path_len = -1;
	c->qc.retention_years = -1;
	c->signature_alg = mem_strdup("?");
	if (read_name(text, (struct cert_name *)((char *)c + field)) == 0 &&
	    cert_derive(c) == 0)
		return c;
	cert_free(c);
	return NULL;
}

struct cert *
nametext_subject(const char *text)
{
	return make(text, offsetof(struct cert, subject));
}

struct cert *
nametext_issuer(const char *text)
{
	return make(text, offsetof(struct cert, issuer));
}
