/*
 * Any text as a pasted link: what comes out is printable ASCII within its
 * bounds, its host is a part of it, and reading it again gives the same.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "order/link.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
require(int truth)
{
	if (!truth)
		abort();
}

static void
check(const struct link *l)
{
	const char *s = l->url;

	require(strlen(l->url) < sizeof l->url);
	for (; *s != '\0'; s++)
		require((unsigned char)*s > 0x20 && (unsigned char)*s < 0x7f);
	require(strncasecmp(l->url, "http", 4) == 0);
	require(l->host[0] != '\0' && strlen(l->host) < sizeof l->host);
	require(strcasestr(l->url, l->host) != NULL);
	require(strlen(l->id) < sizeof l->id &&
	    strlen(l->number) < sizeof l->number);
	require(l->authority == NULL ||
	    (l->faults & (LINK_OTHER_HOST | LINK_LOOKALIKE |
	    LINK_CODED)) == 0);
	require((l->filter != NULL) == ((l->faults & LINK_REWRITTEN) != 0));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct authority one = {
		.orders_url = (char []){ "https://orders.office.test/v1" },
		.orders_number = (char []){ "[A-Z]{2}[0-9]{8}" },
		.orders_check_digit = (char []){ "" },
		.orders_link_hosts = {
		    .v = { (char []){ "authority.example" } }, .n = 1 },
	};
	const struct authorities all = { .v = &one, .n = 1 };
	struct link l, again;
	struct err err = { .code = 0 };
	char *s = mem_alloc(len + 1);

	memcpy(s, data, len);
	s[len] = '\0';
	if (link_read(s, &all, &l, &err) == 0) {
		check(&l);
		require(link_read(l.url, &all, &again, &err) == 0);
		check(&again);
		require(strcmp(l.url, again.url) == 0 &&
		    strcmp(l.host, again.host) == 0 &&
		    l.authority == again.authority && l.opaque == again.opaque);
	}
	free(s);
	return 0;
}
