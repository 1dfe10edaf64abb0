#include "config.h"

#include "order/link.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "base/text.h"
#include "order/link_parts.h"
#include "order/order.h"

#define WRAPPINGS_MAX	4	/* one filter around another */
#define ID_MIN		8	/* characters (orders.yaml, schema Link) */

static const struct {
	enum link_fault	 fault;
	const char	*words;
} faults[] = {
	{ LINK_OTHER_HOST, N_("It does not lead to an authority that this desk "
	    "knows. Do not open it; ask the authority whether the mail is "
	    "its own.") },
	{ LINK_LOOKALIKE, N_("Its host looks like an authority's, but it is "
	    "another one. Do not open it, and report the mail.") },
	{ LINK_NOT_HTTPS, N_("It is not encrypted (http instead of https).") },
	{ LINK_CUT, N_("Its end is missing: copy it from the mail once more, "
	    "over all its lines.") },
	{ LINK_BROKEN_LINES, N_("The mail broke it over several lines, so a "
	    "click took only the first; it has been put together here.") },
	{ LINK_REWRITTEN, N_("A mail filter put its own address around it; "
	    "what was inside is shown.") },
	{ LINK_ENTITIES, N_("Signs of the mail's own coding stood in it; they "
	    "have been taken out.") },
	{ LINK_TRAILING, N_("A full stop or bracket of the sentence stuck to "
	    "its end; it has been taken off.") },
};

const char *
link_fault_words(enum link_fault fault)
{
	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
		if (faults[i].fault == fault)
			return _(faults[i].words);
	return "";
}

/* --- whose it is ------------------------------------------------------------ */

/* host is the other one, or lies below it. */
static bool
within(const char *host, const char *other)
{
	size_t h = strlen(host), o = strlen(other);

	return o > 0 && h >= o && strcasecmp(host + h - o, other) == 0 &&
	    (h == o || host[h - o - 1] == '.');
}

/* Letters that are taken for one another, as one of them. */
static size_t
skeleton(const char *host, char *out, size_t size)
{
	char plain[512], folded[512];
	size_t n = 0;

	/* A name that was written in letters beyond ASCII arrives as %C5%82. */
	if (link_decode(host, strlen(host), plain, sizeof plain) != 0) {
		size_t i = 0;

		for (const char *s = host; *s != '\0' && i + 1 < sizeof plain; )
			if (s[0] == '%' && isxdigit((unsigned char)s[1]) &&
			    isxdigit((unsigned char)s[2])) {
				const char two[3] = { s[1], s[2], '\0' };

				plain[i++] = (char)strtoul(two, NULL, 16);
				s += 3;
			} else {
				plain[i++] = *s++;
			}
		plain[i] = '\0';
	}
	text_fold(plain, folded, sizeof folded);
	for (const char *s = folded; *s != '\0' && n + 1 < size; s++) {
		char c = *s;

		if (c == ' ')
			continue;
		if (c == 'r' && s[1] == 'n') {
			c = 'm';
			s++;
		} else if (c == 'v' && s[1] == 'v') {
			c = 'w';
			s++;
		} else if (c == '0') {
			c = 'o';
		} else if (c == '1' || c == 'i') {
			c = 'l';
		} else if (c == '5') {
			c = 's';
		}
		out[n++] = c;
	}
	out[n] = '\0';
	return n;
}

/* At most one letter more, less or other. */
static bool
one_off(const char *a, size_t na, const char *b, size_t nb)
{
	size_t i = 0, j = 0;

	if (na < nb)
		return one_off(b, nb, a, na);
	if (na - nb > 1)
		return false;
	while (i < nb && a[i] == b[i])
		i++;
	while (j < nb - i && a[na - 1 - j] == b[nb - 1 - j])
		j++;
	return i + j + 1 >= na;
}

static bool
looks_like(const char *host, const char *other)
{
	char a[256], b[256];
	size_t na = skeleton(host, a, sizeof a);
	size_t nb = skeleton(other, b, sizeof b);

	if (na == 0 || nb < 4)
		return false;
	/* As a part of another name, or all but one letter of it. */
	return strstr(a, b) != NULL || one_off(a, na, b, nb) ||
	    strstr(host, "xn--") == host;
}

/* Calls for each host of an authority; true ends it and is returned. */
static bool
each_host(const struct authority *a, bool (*fn)(const char *, const char *),
    const char *host)
{
	char own[256];

	for (size_t i = 0; i < a->orders_link_hosts.n; i++)
		if (fn(host, a->orders_link_hosts.v[i]))
			return true;
	link_host(a->orders_url, own);
	return own[0] != '\0' && fn(host, own);
}

static const struct authority *
whose(const struct authorities *all, bool (*fn)(const char *, const char *),
    const char *host)
{
	for (size_t i = 0; i < all->n; i++)
		if (each_host(&all->v[i], fn, host))
			return &all->v[i];
	return NULL;
}

/* --- what it carries ------------------------------------------------------------ */

/* Its last part: of the path, or of what stands behind the question mark. */
static void
find_id(struct link *l)
{
	const char *path = strstr(l->url, "://"), *end, *s;
	size_t len;

	path += 3;
	end = path + strcspn(path, "#");
	s = end;
	while (s > path && strchr("/?=&", s[-1]) == NULL)
		s--;
	len = (size_t)(end - s);
	if (s == path || memchr(path, '/', (size_t)(s - path)) == NULL) {
		l->faults |= LINK_CUT;
		return;
	}
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '_' && s[i] != '-')
			return;
	if (len < ID_MIN) {
		l->faults |= LINK_CUT;
		return;
	}
	if (len < sizeof l->id) {
		memcpy(l->id, s, len);
		l->id[len] = '\0';
	}
}

static void
judge(struct link *l, const struct authorities *all)
{
	link_host(l->url, l->host);
	if (strncasecmp(l->url, "https:", 6) != 0)
		l->faults |= LINK_NOT_HTTPS;
	l->authority = whose(all, within, l->host);
	if (l->authority == NULL) {
		l->faults |= whose(all, looks_like, l->host) != NULL ?
		    LINK_LOOKALIKE : LINK_OTHER_HOST;
		return;
	}
	find_id(l);
	if (l->authority->orders_number[0] != '\0')
		order_number_in(l->url, l->authority, l->number);
}

int
link_read(const char *text, const struct authorities *all, struct link *l,
    struct err *err)
{
	const char *filter = NULL;
	bool opaque = false;

	*l = (struct link){ .faults = 0 };
	if (strlen(text) > LINK_TEXT_MAX)
		return err_set(err, ERR_TOO_BIG, "link", NULL);
	if (!link_find(text, l->url, &l->faults))
		return err_set(err, ERR_LINK_NONE, NULL, NULL);
	for (int i = 0; i < WRAPPINGS_MAX && !opaque &&
	    link_unwrap(l->url, &filter, &opaque); i++) {
		l->faults |= LINK_REWRITTEN;
		l->filter = filter;
	}
	l->opaque = opaque;
	if (opaque) {
		link_host(l->url, l->host);
		return 0;
	}
	judge(l, all);
	return 0;
}
