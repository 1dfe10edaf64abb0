#include "config.h"

#include "net/challenge.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

static const struct {
	const char	*name;
	unsigned	 bit;
} schemes[] = {
	{ "Basic", PROXY_BASIC },
	{ "Digest", PROXY_DIGEST },
	{ "NTLM", PROXY_NTLM },
	{ "Negotiate", PROXY_NEGOTIATE },
};

static bool
is_token(uint8_t c)
{
	return c > ' ' && c < 0x7f && strchr("()<>@,;:\\\"/[]?={}", c) == NULL;
}

static void
skip(struct span *s, const char *what)
{
	while (s->len > 0 && s->p[0] != '\0' && strchr(what, s->p[0]) != NULL) {
		s->p++;
		s->len--;
	}
}

static struct span
take_token(struct span *s)
{
	struct span t = span_of(s->p, 0);

	while (s->len > 0 && is_token(s->p[0])) {
		s->p++;
		s->len--;
		t.len++;
	}
	return t;
}

/* A token or a quoted string, whose backslashes go; bounded by out. */
static size_t
take_value(struct span *s, char *out, size_t size)
{
	bool quoted = s->len > 0 && s->p[0] == '"';
	size_t n = 0;

	if (quoted) {
		s->p++;
		s->len--;
	}
	while (s->len > 0 && (quoted ? s->p[0] != '"' :
	    s->p[0] != ',' && s->p[0] != ' ')) {
		if (quoted && s->p[0] == '\\' && s->len > 1) {
			s->p++;
			s->len--;
		}
		if (n < size)
			out[n++] = (char)s->p[0];
		s->p++;
		s->len--;
	}
	if (quoted && s->len > 0) {
		s->p++;
		s->len--;
	}
	return n;
}

static bool
is(struct span s, const char *word)
{
	return s.len == strlen(word) &&
	    strncasecmp((const char *)s.p, word, s.len) == 0;
}

static void
note_scheme(struct challenge *c, struct span name)
{
	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++)
		if (is(name, schemes[i].name)) {
			c->offers |= schemes[i].bit;
			return;
		}
	c->offers |= PROXY_OTHER;
}

static void
note_realm(struct challenge *c, const char *text, size_t len)
{
	struct safe_text safe;
	size_t n;

	if (c->realm[0] != '\0')
		return;
	text_safe(&safe, text, len, 0);
	n = text_cut(safe.s, LOGIN_REALM_MAX);
	memcpy(c->realm, safe.s, n);
	c->realm[n] = '\0';
}

/*
 * "Digest realm="x", qop="auth", Basic realm="y"": a word without "=" after it
 * is a scheme; what follows an NTLM or a Negotiate is one word of its own.
 */
void
challenge_line(struct challenge *c, struct span s)
{
	bool after_scheme = false;

	for (;;) {
		char value[LOGIN_REALM_MAX + 1];
		struct span name, rest;
		size_t n;

		skip(&s, " \t\r\n,");
		name = take_token(&s);
		if (name.len == 0)
			return;
		rest = s;
		skip(&rest, " \t");
		if (rest.len > 0 && rest.p[0] == '=' &&
		    !(rest.len > 1 && rest.p[1] == '=')) {
			s = span_of(rest.p + 1, rest.len - 1);
			skip(&s, " \t");
			n = take_value(&s, value, sizeof(value));
			if (is(name, "realm"))
				note_realm(c, value, n);
			after_scheme = false;
			continue;
		}
		skip(&s, "=");
		if (!after_scheme)
			note_scheme(c, name);
		after_scheme = s.len > 0 && s.p[0] == ' ' && !after_scheme;
	}
}
