#include "config.h"

#include "registry/ldif.h"

#include <string.h>
#include <strings.h>

#include "cert/base64.h"
#include "cert/cert.h"

#define TEXT_MAX_BYTES	(BASE64_ENCODED(CERT_DER_MAX) + 256)

/* cACertificate is left out: it says who issues, not who was issued to. */
static const char *const attributes[] = {
	"userCertificate", "userSMIMECertificate",
	/* their object identifiers, which are names too */
	"2.5.4.36", "2.16.840.1.113730.3.1.40",
};

void
ldif_open(struct ldif *ldif, struct stream *in)
{
	*ldif = (struct ldif){ .in = in, .next_line = 1 };
	buf_init(&ldif->text, TEXT_MAX_BYTES);
	buf_init(&ldif->value, CERT_DER_MAX);
}

void
ldif_close(struct ldif *ldif)
{
	buf_clear(&ldif->text);
	buf_clear(&ldif->value);
}

/* A line and those that go on with it, which begin with a space.  1, 0, -1. */
static int
read_line(struct ldif *ldif, bool *cut, struct err *err)
{
	struct span seen;
	int got;

	ldif->text.len = 0;
	*cut = false;
	ldif->line = ldif->next_line;
	got = stream_line(ldif->in, &ldif->text, cut, err);
	while (got == 1) {
		ldif->next_line++;
		if (stream_peek(ldif->in, 1, &seen, err) != 0)
			return -1;
		if (seen.len == 0 || seen.p[0] != ' ')
			return 1;
		stream_skip(ldif->in, 1);
		got = stream_line(ldif->in, &ldif->text, cut, err);
		if (got == 0)		/* a space, and the file's end */
			return 1;
	}
	return got;
}

/* The name before options (";binary") and the colon. */
static bool
is_wanted(struct span line, size_t colon)
{
	const uint8_t *option = memchr(line.p, ';', colon);
	size_t n = option != NULL ? (size_t)(option - line.p) : colon;

	for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
		if (strlen(attributes[i]) == n && strncasecmp(attributes[i],
		    (const char *)line.p, n) == 0)
			return true;
	}
	return false;
}

static struct span
trim(struct span s)
{
	while (s.len > 0 && s.p[0] == ' ')
		s = span_of(s.p + 1, s.len - 1);
	while (s.len > 0 && s.p[s.len - 1] == ' ')
		s.len--;
	return s;
}

static enum ldif_got
take(struct ldif *ldif, struct span value, bool cut)
{
	if (value.len > 0 && value.p[0] == '<')
		return LDIF_ADDRESS;
	if (cut)
		return LDIF_LONG;
	if (value.len == 0 || value.p[0] != ':')
		return LDIF_DAMAGED;	/* DER is never plain text */
	value = trim(span_of(value.p + 1, value.len - 1));
	ldif->value.len = 0;
	if (value.len > BASE64_ENCODED(CERT_DER_MAX))
		return LDIF_LONG;
	if (value.len == 0 || base64_exact(value, &ldif->value) != 0)
		return LDIF_DAMAGED;
	ldif->der = span_of(ldif->value.data, ldif->value.len);
	return LDIF_CERT;
}

int
ldif_next(struct ldif *ldif, enum ldif_got *got, struct err *err)
{
	struct span line;
	const uint8_t *colon;
	bool cut;
	int read;

	while ((read = read_line(ldif, &cut, err)) == 1) {
		line = span_of(ldif->text.data, ldif->text.len);
		colon = line.len > 0 ? memchr(line.p, ':', line.len) : NULL;
		if (colon == NULL || line.p[0] == '#' ||
		    !is_wanted(line, (size_t)(colon - line.p)))
			continue;
		*got = take(ldif, span_of(colon + 1,
		    line.len - (size_t)(colon + 1 - line.p)), cut);
		return 0;
	}
	*got = LDIF_END;
	return read;
}
