#include "config.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "order/link_parts.h"

#define LINE_LONG	60	/* columns; mail programs break later than this */

/* What may stand in an address (RFC 3986). */
bool
link_is_url(char c)
{
	return isalnum((unsigned char)c) ||
	    (c != '\0' && strchr("-._~:/?#[]@!$&'()*+,;=%", c) != NULL);
}

/* What an address has and prose hardly ever. */
static bool
is_telling(char c)
{
	return isdigit((unsigned char)c) ||
	    (c != '\0' && strchr("/=&%", c) != NULL);
}

static size_t
scheme_len(const char *s)
{
	static const char *const schemes[] = { "https://", "http://",
	    "hxxps://", "hxxp://" };

	for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
		if (strncasecmp(s, schemes[i], strlen(schemes[i])) == 0)
			return strlen(schemes[i]);
	return 0;
}

enum kind {
	ENDS,			/* no part of an address */
	PART,			/* some bytes of it */
	UNSEEN			/* zero-width: a place where it may be broken */
};

/*
 * What stands here, of *n bytes.  Names in letters beyond ASCII belong to an
 * address, the quotation marks, dashes and spaces around it do not.
 */
static enum kind
kind_of(const char *s, size_t *n)
{
	uint32_t c;

	*n = 1;
	if ((unsigned char)*s < 0x80)
		return link_is_url(*s) ? PART : ENDS;
	*n = text_decode(s, strnlen(s, 4), &c);
	if (*n == 0) {
		*n = 1;
		return PART;
	}
	if (c == 0xad || (c >= 0x200b && c <= 0x200d) || c == 0x2060 ||
	    c == 0xfeff)
		return UNSEEN;
	return c <= 0xa0 || c == 0xab || c == 0xbb ||
	    (c >= 0x2000 && c <= 0x206f) || (c >= 0x3000 && c <= 0x301f) ?
	    ENDS : PART;
}

/* Past the marks that an answer to a mail puts before each line. */
static const char *
skip_quotes(const char *s)
{
	while (*s == '>' || *s == '|' || *s == ' ' || *s == '\t')
		s++;
	return s;
}

/* Behind the end of a line that here has only blanks left, or NULL. */
static const char *
line_end(const char *s)
{
	while (*s == ' ' || *s == '\t')
		s++;
	if (*s == '\r')
		s++;
	return *s == '\n' ? s + 1 : NULL;
}

/* Behind a soft break of quoted-printable, or NULL. */
static const char *
soft_break(const char *s)
{
	return *s == '=' ? line_end(s + 1) : NULL;
}

/*
 * Whether the next line goes on where this one of so many columns was broken:
 * either nothing but a run of an address's characters, or unlike prose.
 */
static bool
goes_on(char last, size_t column, const char *next)
{
	size_t run = 0, letters = 0, telling = 0;
	bool alone, way = false;

	for (; link_is_url(next[run]) && scheme_len(next + run) == 0; run++) {
		letters += isalnum((unsigned char)next[run]) != 0;
		telling += is_telling(next[run]);
		way = way || strchr("/=&", next[run]) != NULL;
	}
	if (letters == 0 || (run == 0 && scheme_len(next) > 0))
		return false;
	alone = next[run] == '\0' || strchr(">\"", next[run]) != NULL ||
	    line_end(next + run) != NULL;
	if (!alone && next[run] != ' ')
		return false;
	if (memchr(next, '@', run) != NULL && !way)
		return false;
	if (last == '.' || last == ',' || last == ')')
		return alone && way;
	if (!alone)
		return telling > 0 && (column >= LINE_LONG ||
		    strchr("/=&?%-_", last) != NULL);
	return telling > 0 || column >= LINE_LONG ||
	    strchr("=&?%-_#", last) != NULL;
}

struct found {
	char	*url;
	size_t	 n;
	bool	 full;		/* no room is left */
};

static void
put(struct found *f, const char *s, size_t n)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t need = (unsigned char)*s < 0x80 ? n : 3 * n;

	if (f->full || f->n + need >= LINK_URL_MAX) {
		f->full = true;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		unsigned char b = (unsigned char)s[i];

		if (b < 0x80) {
			f->url[f->n++] = s[i];
			continue;
		}
		f->url[f->n++] = '%';
		f->url[f->n++] = hex[b >> 4];
		f->url[f->n++] = hex[b & 15];
	}
}

/* Whether up to the other bracket there is an address and nothing else. */
static bool
is_enclosed(const char *s, char close)
{
	size_t n;

	for (;;) {
		if (*s == close)
			return true;
		if (kind_of(s, &n) != ENDS) {
			s += n;
			continue;
		}
		s = line_end(s);
		if (s == NULL)
			return false;
		s = skip_quotes(s);
		if (scheme_len(s) > 0 || line_end(s) != NULL)
			return false;
	}
}

/* Put an address together; where the text goes on behind it. */
static const char *
take(struct found *f, const char *text, const char *s, unsigned *faults)
{
	const char *line = s;
	char before = s > text ? s[-1] : '\0';
	bool coded = strstr(text, "=3D") != NULL, query = false;
	bool enclosed = (before == '<' && is_enclosed(s, '>')) ||
	    (before == '"' && is_enclosed(s, '"'));

	while (line > text && line[-1] != '\n')
		line--;
	for (;;) {
		const char *next = NULL;
		enum kind kind;
		size_t n;

		/*
		 * In quoted-printable an address's own = is written =3D, so a
		 * bare one behind a question mark is no soft break.
		 */
		if (coded || !query)
			next = soft_break(s);
		if (next == NULL && (kind = kind_of(s, &n)) != ENDS) {
			query = query || *s == '?';
			if (kind == PART)
				put(f, s, n);
			s += n;
			continue;
		}
		if (next == NULL) {
			next = line_end(s);
			if (next == NULL || f->n == 0)
				return s;
			next = skip_quotes(next);
			if (!enclosed && !goes_on(f->url[f->n - 1],
			    (size_t)(s - line), next))
				return s;
		}
		*faults |= LINK_BROKEN_LINES;
		line = s = next;
	}
}

/* "&amp;" and its kin, as a mail's source has them. */
static void
entities(char *url, unsigned *faults)
{
	static const struct {
		const char	*name;
		char		 c;
	} table[] = {
		{ "&amp;", '&' }, { "&#38;", '&' }, { "&#x26;", '&' },
		{ "&equals;", '=' }, { "&#61;", '=' }, { "&#x3d;", '=' },
	};
	char *to = url;

	for (const char *s = url; *s != '\0'; ) {
		size_t took = 0;

		for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
			size_t len = strlen(table[i].name);

			if (strncasecmp(s, table[i].name, len) != 0)
				continue;
			*to++ = table[i].c;
			took = len;
			*faults |= LINK_ENTITIES;
			break;
		}
		if (took == 0)
			*to++ = *s++;
		s += took;
	}
	*to = '\0';
}

static size_t
count(const char *s, char c)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += *s == c;
	return n;
}

/* The sentence's own full stop or bracket behind it. */
static void
trailing(char *url, unsigned *faults)
{
	size_t n = strlen(url);

	while (n > 0) {
		char c = url[n - 1];

		if (c == ')' || c == ']') {
			if (count(url, c) <= count(url, c == ')' ? '(' : '['))
				break;
		} else if (strchr(".,;:!?'*", c) == NULL) {
			break;
		}
		url[--n] = '\0';
		*faults |= LINK_TRAILING;
	}
}

/* "hxxp" and "[.]" keep a mail program from making a link of it. */
static void
refang(char *url)
{
	char *dot;

	if (strncasecmp(url, "hxxp", 4) == 0)
		memcpy(url, "http", 4);
	while ((dot = strstr(url, "[.]")) != NULL) {
		*dot = '.';
		memmove(dot + 1, dot + 3, strlen(dot + 3) + 1);
	}
}

/* What =3D was before a mail program wrote it so: then every = is one. */
static void
quoted_printable(char *url, unsigned *faults)
{
	char *at;

	for (at = url; (at = strchr(at, '=')) != NULL; at++)
		if (strncmp(at, "=3D", 3) != 0)
			return;
	for (at = url; (at = strstr(at, "=3D")) != NULL; at++) {
		memmove(at + 1, at + 3, strlen(at + 3) + 1);
		*faults |= LINK_ENTITIES;
	}
}

bool
link_mend(char *url, unsigned *faults)
{
	char host[256];
	size_t n;

	/* Each only shortens; one may uncover what another is for. */
	do {
		n = strlen(url);
		refang(url);
		entities(url, faults);
		quoted_printable(url, faults);
		trailing(url, faults);
	} while (strlen(url) < n);
	link_host(url, host);
	return scheme_len(url) > 0 && host[0] != '\0';
}

bool
link_find(const char *text, const char **at, char url[static LINK_URL_MAX],
    unsigned *faults)
{
	const char *s = *at;

	for (; *s != '\0'; s++) {
		struct found f = { .url = url };

		if (scheme_len(s) == 0)
			continue;
		*faults = 0;
		*at = take(&f, text, s, faults);
		url[f.n] = '\0';
		if (f.full)
			*faults |= LINK_CUT;
		if (link_mend(url, faults))
			return true;
		s = *at - 1;
	}
	return false;
}
