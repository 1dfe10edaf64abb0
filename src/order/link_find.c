#include "config.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "order/link_parts.h"

#define LINE_LONG	60	/* columns; mail programs break later than this */

/* What may stand in an address (RFC 3986), and what people's names add. */
static bool
is_url(char c)
{
	return isalnum((unsigned char)c) || (c & 0x80) != 0 ||
	    (c != '\0' && strchr("-._~:/?#[]@!$&'()*+,;=%", c) != NULL);
}

/* What an address has and prose hardly ever. */
static bool
is_telling(char c)
{
	return isdigit((unsigned char)c) ||
	    (c != '\0' && strchr("/=&%_-?#", c) != NULL);
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

/* Past the marks that an answer to a mail puts before each line. */
static const char *
skip_quotes(const char *s)
{
	while (*s == '>' || *s == '|' || *s == ' ' || *s == '\t')
		s++;
	return s;
}

/* Length of the run of address characters. */
static size_t
run_len(const char *s)
{
	size_t n = 0;

	while (is_url(s[n]) && scheme_len(s + n) == 0)
		n++;
	return n;
}

/*
 * Whether the next line, one run of address characters and nothing else, goes
 * on where this one of so many columns was broken.
 */
static bool
goes_on(const char *last, size_t column, const char *next, size_t run)
{
	char after = next[run];

	if (run == 0 || scheme_len(next) > 0)
		return false;
	if (after != '\0' && after != '\n' && after != '\r' && after != '>' &&
	    after != '"' && after != ' ')
		return false;
	if (*last == '.' || *last == ',')
		return false;
	if (strchr("/=&?%-_#", *last) != NULL)
		return true;
	if (after == ' ' && column < LINE_LONG)
		return false;
	for (size_t i = 0; i < run; i++)
		if (is_telling(next[i]))
			return true;
	return column >= LINE_LONG && after != ' ';
}

/* One soft break of quoted-printable, or a line's end: what lies behind it. */
static const char *
line_end(const char *s, bool *soft)
{
	const char *p = s;

	*soft = *p == '=' && (p[1] == '\n' || p[1] == '\r');
	if (*soft)
		p++;
	while (*p == ' ' || *p == '\t')
		p++;
	if (*p == '\r')
		p++;
	return *p == '\n' ? p + 1 : NULL;
}

struct found {
	char	*url;
	size_t	 n;
	bool	 whole;		/* no room is left */
};

static void
put(struct found *f, char c)
{
	static const char hex[] = "0123456789ABCDEF";
	unsigned char b = (unsigned char)c;
	size_t need = b < 0x80 ? 1 : 3;

	if (f->n + need >= LINK_URL_MAX) {
		f->whole = true;
		return;
	}
	if (need == 1) {
		f->url[f->n++] = c;
		return;
	}
	f->url[f->n++] = '%';
	f->url[f->n++] = hex[b >> 4];
	f->url[f->n++] = hex[b & 15];
}

/* In angle brackets or quotes, everything up to the other one is the address. */
static bool
take_enclosed(struct found *f, const char *s, char close, unsigned *faults)
{
	const char *end = strchr(s, close);

	if (end == NULL || (size_t)(end - s) > LINK_TEXT_MAX)
		return false;
	for (const char *p = s; p < end; p++)
		if (!is_url(*p) && !isspace((unsigned char)*p) && *p != '>')
			return false;
	for (const char *p = s; p < end && !f->whole; p++) {
		if (*p == '\n')
			*faults |= LINK_BROKEN_LINES;
		if (is_url(*p) && !(*p == '=' && (p[1] == '\n' ||
		    p[1] == '\r')))
			put(f, *p);
	}
	return true;
}

static void
take_lines(struct found *f, const char *text, const char *s, unsigned *faults)
{
	const char *line = s;
	bool soft;

	while (line > text && line[-1] != '\n')
		line--;
	for (;;) {
		const char *next, *from;

		while (is_url(*s) && !f->whole && !(*s == '=' &&
		    (s[1] == '\n' || s[1] == '\r')))
			put(f, *s++);
		next = line_end(s, &soft);
		if (next == NULL || f->n == 0 || f->whole)
			return;
		from = skip_quotes(next);
		if (!soft && !goes_on(&f->url[f->n - 1], (size_t)(s - line),
		    from, run_len(from)))
			return;
		*faults |= LINK_BROKEN_LINES;
		line = next;
		s = from;
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

/* The sentence's own full stop or bracket behind it. */
static void
trailing(char *url, unsigned *faults)
{
	size_t n = strlen(url);

	while (n > 0) {
		char c = url[n - 1];
		bool closing = c == ')' || c == ']';

		if (closing && strchr(url, c == ')' ? '(' : '[') != NULL)
			break;
		if (!closing && strchr(".,;:!'*", c) == NULL)
			break;
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

/* What =3D was before a mail program wrote it so. */
static void
quoted_printable(char *url, unsigned *faults)
{
	char *at;

	while ((at = strstr(url, "=3D")) != NULL) {
		memmove(at + 1, at + 3, strlen(at + 3) + 1);
		*faults |= LINK_ENTITIES;
	}
}

bool
link_find(const char *text, char url[static LINK_URL_MAX], unsigned *faults)
{
	struct found f = { .url = url };
	const char *s = text;
	char before;

	while (*s != '\0' && scheme_len(s) == 0)
		s++;
	if (*s == '\0')
		return false;
	before = s > text ? s[-1] : '\0';
	if ((before != '<' || !take_enclosed(&f, s, '>', faults)) &&
	    (before != '"' || !take_enclosed(&f, s, '"', faults)))
		take_lines(&f, text, s, faults);
	url[f.n] = '\0';
	refang(url);
	entities(url, faults);
	quoted_printable(url, faults);
	trailing(url, faults);
	return strlen(url) > scheme_len(url);
}
