#include "config.h"

#include <string.h>
#include <strings.h>

#include "order/link_parts.h"

#define VALUE_MAX	LINK_URL_MAX

enum wrapping {
	WRAP_PERCENT,		/* the address in a parameter, percent-encoded */
	WRAP_DASHES,		/* the same with - for % and _ for / */
	WRAP_STARS,		/* in the path, what is odd in it behind as base64 */
	WRAP_OPAQUE		/* only a number: the filter alone knows */
};

/* What mail programs and filters put around the links of a mail. */
static const struct filter {
	const char	*host;		/* itself, or the end of it */
	const char	*path;		/* how the path begins */
	const char	*parameter;
	enum wrapping	 how;
	const char	*name;
} filters[] = {
	{ ".safelinks.protection.outlook.com", "/", "url", WRAP_PERCENT,
	  "Safe Links" },
	{ "urldefense.proofpoint.com", "/v1/", "u", WRAP_PERCENT,
	  "URL Defense" },
	{ "urldefense.proofpoint.com", "/v2/", "u", WRAP_DASHES,
	  "URL Defense" },
	{ "urldefense.com", "/v1/", "u", WRAP_PERCENT, "URL Defense" },
	{ "urldefense.com", "/v2/", "u", WRAP_DASHES, "URL Defense" },
	{ "urldefense.com", "/v3/", NULL, WRAP_STARS, "URL Defense" },
	{ "urldefense.proofpoint.com", "/v3/", NULL, WRAP_STARS,
	  "URL Defense" },
	{ "urldefense.us", "/v3/", NULL, WRAP_STARS, "URL Defense" },
	{ "linkprotect.cudasvc.com", "/url", "a", WRAP_PERCENT,
	  "Link Protection" },
	{ "www.google.com", "/url", "q", WRAP_PERCENT, "Google" },
	{ "www.google.com", "/url", "url", WRAP_PERCENT, "Google" },
	{ "protect.checkpoint.com", "/v2/", NULL, WRAP_OPAQUE,
	  "Click-Time Protection" },
	{ ".mimecastprotect.com", "/", NULL, WRAP_OPAQUE, "URL Protection" },
	{ ".mimecast.com", "/s/", NULL, WRAP_OPAQUE, "URL Protection" },
	{ "secure-web.cisco.com", "/", NULL, WRAP_OPAQUE, "Secure Web" },
};

static int
hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c == '\0' ? NULL : strchr(digits, c | 0x20);

	return at == NULL ? -1 : (int)(at - digits);
}

struct out {
	char	*url;
	size_t	 n;
	bool	 full;
};

/* What may not stand in an address as it is stays percent-encoded. */
static void
put(struct out *o, char c)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t need = link_is_url(c) ? 1 : 3;

	if (o->n + need >= LINK_URL_MAX) {
		o->full = true;
		return;
	}
	if (need == 1) {
		o->url[o->n++] = c;
		return;
	}
	o->url[o->n++] = '%';
	o->url[o->n++] = hex[(unsigned char)c >> 4];
	o->url[o->n++] = hex[c & 15];
}

/* %41 becomes A, once. */
static bool
decode(const char *s, size_t len, char *url)
{
	struct out o = { .url = url };

	for (size_t i = 0; i < len; i++) {
		char c = s[i];

		if (c == '%' && i + 2 < len && hex_digit(s[i + 1]) >= 0 &&
		    hex_digit(s[i + 2]) >= 0) {
			c = (char)(hex_digit(s[i + 1]) << 4 |
			    hex_digit(s[i + 2]));
			i += 2;
		}
		put(&o, c);
	}
	url[o.n] = '\0';
	return !o.full;
}

void
link_host(const char *url, char host[static 256])
{
	const char *s = strstr(url, "://"), *at;
	size_t len, n = 0;

	host[0] = '\0';
	if (s == NULL)
		return;
	s += 3;
	len = strcspn(s, "/?#\\");
	/* Whatever stands before an @ is no host, though it may look like one. */
	while ((at = memchr(s, '@', len)) != NULL) {
		len -= (size_t)(at + 1 - s);
		s = at + 1;
	}
	if (len > 0 && s[0] == '[') {
		at = memchr(s, ']', len);
		len = at == NULL ? 0 : (size_t)(at + 1 - s);
	} else if ((at = memchr(s, ':', len)) != NULL) {
		len = (size_t)(at - s);
	}
	while (len > 0 && s[len - 1] == '.')
		len--;
	for (; n < len && n < 255; n++)
		host[n] = s[n] >= 'A' && s[n] <= 'Z' ? (char)(s[n] | 0x20) :
		    s[n];
	host[n] = '\0';
}

static bool
host_is(const char *host, const char *pattern)
{
	size_t h = strlen(host), p = strlen(pattern);

	if (pattern[0] != '.')
		return strcmp(host, pattern) == 0;
	return h > p && strcmp(host + h - p, pattern) == 0;
}

static const char *
path_of(const char *url)
{
	const char *s = strstr(url, "://");

	return s == NULL ? "" : s + 3 + strcspn(s + 3, "/?#");
}

/* The value of a parameter behind the question mark; false without it. */
static bool
parameter(const char *url, const char *name, const char **value, size_t *len)
{
	size_t n = strlen(name);
	const char *s = strchr(url, '?');

	while (s != NULL) {
		s++;
		if (strncasecmp(s, name, n) == 0 && s[n] == '=') {
			*value = s + n + 1;
			*len = strcspn(*value, "&#");
			return true;
		}
		s = strpbrk(s, "&");
	}
	return false;
}

static bool
is_address(const char *s)
{
	return strncasecmp(s, "https://", 8) == 0 ||
	    strncasecmp(s, "http://", 7) == 0;
}

static bool
unwrap_parameter(const char *url, const struct filter *f,
    char out[static VALUE_MAX])
{
	char value[VALUE_MAX];
	const char *s;
	size_t len;

	if (!parameter(url, f->parameter, &s, &len) || len >= sizeof value)
		return false;
	memcpy(value, s, len);
	if (f->how == WRAP_DASHES)
		for (size_t i = 0; i < len; i++)
			value[i] = value[i] == '-' ? '%' : value[i] == '_' ?
			    '/' : value[i];
	return decode(value, len, out) && is_address(out);
}

/* Its way lies behind "https:/" when a filter has folded the strokes. */
static void
mend_strokes(char url[static LINK_URL_MAX])
{
	size_t scheme = strncasecmp(url, "https:", 6) == 0 ? 6 :
	    strncasecmp(url, "http:", 5) == 0 ? 5 : 0;
	size_t n = strlen(url);

	if (scheme == 0 || url[scheme] != '/' || url[scheme + 1] == '/' ||
	    n + 1 >= LINK_URL_MAX)
		return;
	memmove(url + scheme + 1, url + scheme, n - scheme + 1);
}

/* --- stars: https://host/v3/__ADDRESS__;BASE64!!... ------------------------- */

static int
base64_digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_";
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	return at == NULL ? -1 : (int)(at - digits);
}

static size_t
base64(const char *s, char *out, size_t size)
{
	unsigned bits = 0;
	int have = 0;
	size_t n = 0;

	for (; base64_digit(*s) >= 0 && n < size; s++) {
		bits = bits << 6 | (unsigned)base64_digit(*s);
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		out[n++] = (char)(bits >> have & 0xff);
	}
	return n;
}

/*
 * A star stands for the next character of those behind; two stars and a letter
 * for as many of them as the letter's place says, from A for two.
 */
static bool
unwrap_stars(const char *url, char out[static VALUE_MAX])
{
	const char *from = strstr(url, "__"), *to;
	struct out o = { .url = out };
	char odd[VALUE_MAX + 1];
	size_t used = 0;

	if (from == NULL || (to = strstr(from + 2, "__;")) == NULL)
		return false;
	odd[base64(to + 3, odd, VALUE_MAX)] = '\0';
	for (const char *s = from + 2; s < to; s++) {
		size_t times = 1;

		if (*s != '*') {
			put(&o, *s);
			continue;
		}
		if (s + 2 < to && s[1] == '*' && base64_digit(s[2]) >= 0) {
			times = (size_t)base64_digit(s[2]) + 2;
			s += 2;
		}
		for (; times > 0; times--) {
			if (odd[used] == '\0')
				return false;
			do
				put(&o, odd[used++]);
			while ((odd[used] & 0xc0) == 0x80);
		}
	}
	out[o.n] = '\0';
	if (o.full)
		return false;
	mend_strokes(out);
	return is_address(out);
}

bool
link_unwrap(char url[static LINK_URL_MAX], unsigned *faults,
    const char **filter, bool *opaque)
{
	const struct filter *cut = NULL;
	char host[256], out[VALUE_MAX];

	link_host(url, host);
	*opaque = false;
	for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
		const struct filter *f = &filters[i];

		if (!host_is(host, f->host) ||
		    strncmp(path_of(url), f->path, strlen(f->path)) != 0)
			continue;
		if (f->how == WRAP_OPAQUE) {
			*filter = f->name;
			return *opaque = true;
		}
		cut = f;
		if ((f->how == WRAP_STARS ? unwrap_stars(url, out) :
		    unwrap_parameter(url, f, out)) && link_mend(out, faults)) {
			memcpy(url, out, strlen(out) + 1);
			*filter = f->name;
			return true;
		}
	}
	if (cut == NULL)
		return false;
	*filter = cut->name;
	*faults |= LINK_CUT;
	return *opaque = true;
}
