#include "config.h"

#include "net/route.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "net/guard.h"

/* --- the environment ------------------------------------------------------ */

/* The first of these that is set at all; an empty one says "none". */
static const char *
first_set(const char *const *names)
{
	for (; *names != NULL; names++) {
		const char *value = getenv(*names);

		if (value != NULL)
			return value;
	}
	return NULL;
}

/* "proxy.example:3128" is as good as an address there. */
static char *
as_address(const char *value)
{
	size_t n;

	if (value == NULL || value[0] == '\0')
		return NULL;
	n = strlen(value);
	while (n > 0 && value[n - 1] == '/')
		n--;
	return mem_printf("%s%.*s", strstr(value, "://") != NULL ? "" :
	    "http://", (int)n, value);
}

/* "localhost, .example.pl,10.0.0.0/8 *": by commas or blanks. */
static void
take_direct(struct route_found *f, const char *list, size_t max)
{
	static const char between[] = ", \t";

	while (list != NULL && *list != '\0' && f->ndirect < max) {
		size_t n;

		list += strspn(list, between);
		list += *list == '.' ? 1 : 0;
		n = strcspn(list, between);
		if (n > 0)
			f->direct[f->ndirect++] = mem_strndup(list, n);
		list += n;
	}
}

void
route_environment(struct route_found *f, size_t max)
{
	static const char *const http[] = { "http_proxy", "all_proxy",
		"ALL_PROXY", NULL };
	static const char *const https[] = { "https_proxy", "HTTPS_PROXY",
		"all_proxy", "ALL_PROXY", NULL };
	static const char *const none[] = { "no_proxy", "NO_PROXY", NULL };

	*f = (struct route_found){ .http = as_address(first_set(http)),
		.https = as_address(first_set(https)) };
	f->direct = mem_array(max, sizeof(*f->direct));
	take_direct(f, first_set(none), max);
}

void
route_found_clear(struct route_found *f)
{
	for (size_t i = 0; i < f->ndirect; i++)
		free(f->direct[i]);
	free(f->direct);
	free(f->https);
	free(f->http);
	*f = (struct route_found){ .http = NULL };
}

/* --- who is asked without ------------------------------------------------- */

static size_t
without_dot(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && name[n - 1] == '.' ? n - 1 : n;
}

static bool
at_or_below(const char *host, const char *domain)
{
	size_t n = without_dot(host), len;

	domain += *domain == '.' ? 1 : 0;
	len = without_dot(domain);
	return len > 0 && n >= len &&
	    strncasecmp(host + n - len, domain, len) == 0 &&
	    (n == len || host[n - len - 1] == '.');
}

bool
route_direct(char *const *direct, size_t n, const char *host)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(direct[i], "*") == 0 ||
		    guard_within(host, direct[i]) ||
		    at_or_below(host, direct[i]))
			return true;
	return false;
}
