#include "config.h"

#include <string.h>
#include <strings.h>

#include "cert/der.h"
#include "registry/importing.h"

/* Into an element that may be longer than what is at hand. */
static bool
go_in(struct span *in)
{
	size_t head = in->len > 1 && (in->p[1] & 0x80) ?
	    2u + (in->p[1] & 0x7f) : 2;

	if (in->len <= head || in->p[0] != DER_SEQUENCE)
		return false;
	*in = span_of(in->p + head, in->len - head);
	return true;
}

/*
 * A list has a time where a certificate has its validity: behind the algorithm
 * and the issuer's name.
 */
static bool
is_crl(struct span in)
{
	struct der el;

	if (!go_in(&in) || !go_in(&in) || der_next(&in, &el) != 0 ||
	    (el.tag == DER_INTEGER && der_next(&in, &el) != 0))
		return false;
	return el.tag == DER_SEQUENCE && der_next(&in, &el) == 0 &&
	    el.tag == DER_SEQUENCE && in.len > 0 &&
	    (in.p[0] == DER_UTC_TIME || in.p[0] == DER_GENERAL_TIME);
}

static bool
has(struct span in, const char *text)
{
	return in.len > 0 && memmem(in.p, in.len, text, strlen(text)) != NULL;
}

static bool
starts(struct span line, const char *with)
{
	return line.len >= strlen(with) &&
	    strncasecmp((const char *)line.p, with, strlen(with)) == 0;
}

/* The first line that says something: past a mark, empty lines and remarks. */
static struct span
first_line(struct span in)
{
	const uint8_t *end;

	if (in.len >= 3 && memcmp(in.p, "\xef\xbb\xbf", 3) == 0)
		in = span_of(in.p + 3, in.len - 3);
	while (in.len > 0 && (end = memchr(in.p, '\n', in.len)) != NULL &&
	    (in.p[0] == '\n' || in.p[0] == '\r' || in.p[0] == '#'))
		in = span_of(end + 1, in.len - (size_t)(end + 1 - in.p));
	return in;
}

enum import_kind
importing_kind(struct span in)
{
	struct span line = first_line(in);

	if (in.len > 0 && in.p[0] == DER_SEQUENCE)
		return is_crl(in) ? IMPORT_CRL : IMPORT_CERTS;
	if (has(in, "-----BEGIN X509 CRL-----"))
		return IMPORT_CRL;
	if (has(in, "-----BEGIN "))
		return IMPORT_CERTS;
	if (starts(line, "dn:") || starts(line, "version:"))
		return IMPORT_LDIF;
	if (line.len > 2 && strchr("VRE", line.p[0]) != NULL &&
	    line.p[1] == '\t')
		return IMPORT_INDEX;
	return IMPORT_CSV;
}
