#include "config.h"

#include "order/link.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "base/text.h"
#include "order/link_parts.h"
#include "order/order.h"

#define WRAPPINGS_MAX	64	/* one filter around another */
#define LINKS_MAX	64	/* looked at in one text */
#define CORE_MIN	4	/* letters of a name worth comparing */
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
	{ LINK_CODED, N_("Its host is no authority's, and it is coded (xn--): "
	    "shown in letters it can pass for another. Do not open it, and "
	    "report the mail.") },
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

/*
 * host is the other one, or lies below it.  One with other signs in it (%2F) is
 * nobody's: each program reads it in its own way.
 */
static bool
within(const char *host, const char *other)
{
	size_t h = strlen(host), o = strlen(other);

	return o > 0 && h >= o && strcasecmp(host + h - o, other) == 0 &&
	    (h == o || host[h - o - 1] == '.') &&
	    host[strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-_")] ==
	    '\0';
}

/* The bytes that %C5%82 stands for. */
static void
plain(const char *host, char *out, size_t size)
{
	size_t n = 0;

	while (*host != '\0' && n + 1 < size)
		if (host[0] == '%' && isxdigit((unsigned char)host[1]) &&
		    isxdigit((unsigned char)host[2])) {
			const char two[3] = { host[1], host[2], '\0' };

			out[n++] = (char)strtoul(two, NULL, 16);
			host += 3;
		} else {
			out[n++] = *host++;
		}
	out[n] = '\0';
}

/*
 * Only letters and figures, with those that are taken for one another as one of
 * them; single spaces between the parts.
 */
static void
skeleton(const char *host, char *out, size_t size)
{
	static const struct {
		const char	*looks;
		char		 as;
	} table[] = {
		{ "rn", 'm' }, { "vv", 'w' }, { "cl", 'd' }, { "0", 'o' },
		{ "1", 'l' }, { "i", 'l' }, { "5", 's' },
	};
	char bytes[512], folded[1024];
	size_t n = 0;

	plain(host, bytes, sizeof bytes);
	text_fold(bytes, folded, sizeof folded);
	for (const char *s = folded; *s != '\0' && n + 1 < size; n++) {
		size_t len = 1;

		out[n] = *s;
		for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
			if (strncmp(s, table[i].looks,
			    strlen(table[i].looks)) == 0) {
				out[n] = table[i].as;
				len = strlen(table[i].looks);
				break;
			}
		s += len;
	}
	out[n] = '\0';
}

/* At most one letter more, less or other, or two that changed places. */
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
	return i + j + 1 >= na || (na == nb && i + j + 2 == na &&
	    a[i] == b[i + 1] && a[i + 1] == b[i]);
}

/* The part that people know it by: before ".pl", or before ".com.pl". */
static size_t
core_of(const char *host, char core[static 256])
{
	static const char *const common[] = { "com.", "co.", "net.", "org.",
	    "gov.", "edu.", "info.", "biz." };
	const char *end = strrchr(host, '.'), *s;
	char part[256];

	if (end == NULL)
		end = host + strlen(host);
	for (s = end; s > host && s[-1] != '.'; )
		s--;
	for (size_t i = 0; i < sizeof common / sizeof common[0] && s > host; i++)
		if (strncasecmp(s, common[i], strlen(common[i])) == 0) {
			for (end = --s; s > host && s[-1] != '.'; )
				s--;
			break;
		}
	snprintf(part, sizeof part, "%.*s", (int)(end - s), s);
	skeleton(part, core, 256);
	return strlen(core);
}

/*
 * A host, with what stands before its @, that makes one think of the other one:
 * has its name as a part, or all but one letter of it.
 */
static bool
looks_like(const char *host, const char *other)
{
	char bones[1024], core[256];
	size_t n = core_of(other, core), len;

	if (n < CORE_MIN)
		return false;
	skeleton(host, bones, sizeof bones);
	if (strstr(bones, core) != NULL)
		return true;
	for (const char *s = bones; *s != '\0'; s += len + (s[len] == ' ')) {
		len = strcspn(s, " ");
		if (n > CORE_MIN && one_off(s, len, core, n))
			return true;
	}
	return false;
}

static bool
is_coded(const char *host)
{
	return strncmp(host, "xn--", 4) == 0 || strstr(host, ".xn--") != NULL;
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

/* It means to be taken for an authority's. */
static bool
pretends(const struct link *l)
{
	return (l->faults & (LINK_LOOKALIKE | LINK_CODED)) != 0;
}

static void
judge(struct link *l, const struct authorities *all)
{
	const char *s = strstr(l->url, "://") + 3;
	char named[512];

	link_host(l->url, l->host);
	if (l->opaque)
		return;
	if (strncasecmp(l->url, "https:", 6) != 0)
		l->faults |= LINK_NOT_HTTPS;
	l->authority = whose(all, within, l->host);
	if (l->authority == NULL) {
		snprintf(named, sizeof named, "%.*s", (int)strcspn(s, "/?#"),
		    s);
		l->faults |= whose(all, looks_like, named) != NULL ||
		    whose(all, looks_like, l->host) != NULL ?
		    LINK_LOOKALIKE : is_coded(l->host) ? LINK_CODED :
		    LINK_OTHER_HOST;
		return;
	}
	find_id(l);
	if (l->authority->orders_number[0] != '\0')
		order_number_in(l->url, l->authority, l->number);
}

static bool
read_next(const char *text, const char **at, const struct authorities *all,
    struct link *l)
{
	*l = (struct link){ .faults = 0 };
	if (!link_find(text, at, l->url, &l->faults))
		return false;
	for (int i = 0; i < WRAPPINGS_MAX && !l->opaque && link_unwrap(l->url,
	    &l->faults, &l->filter, &l->opaque); i++)
		l->faults |= LINK_REWRITTEN;
	judge(l, all);
	return true;
}

int
link_read(const char *text, const struct authorities *all, struct link *l,
    struct err *err)
{
	const char *at = text;
	struct link other;

	*l = (struct link){ .faults = 0 };
	if (strlen(text) > LINK_TEXT_MAX)
		return err_set(err, ERR_TOO_BIG, "link", NULL);
	if (!read_next(text, &at, all, l)) {
		l->url[0] = '\0';
		return err_set(err, ERR_LINK_NONE, NULL, NULL);
	}
	/* A mail has links to a logo and to its sender's page as well. */
	for (int i = 1; i < LINKS_MAX && l->authority == NULL &&
	    !pretends(l) && read_next(text, &at, all, &other); i++)
		if (other.authority != NULL || pretends(&other))
			*l = other;
	return 0;
}
