/*
 * Inside of link.h: finding a link in a text, and taking mail filters off it.
 */
#ifndef ORDER_LINK_PARTS_H
#define ORDER_LINK_PARTS_H

#include <stddef.h>

#include "order/link.h"

/* What may stand in an address (RFC 3986). */
bool	link_is_url(char);

/*
 * The first address at or behind *at in a text, put together: printable ASCII,
 * without the text around it; *at is then behind it.  False when there is none.
 */
bool	link_find(const char *text, const char **at,
	    char url[static LINK_URL_MAX], unsigned *faults);

/* Undo the mail's own coding and spelling; false if no address is left. */
bool	link_mend(char *url, unsigned *faults);

/*
 * Take off one wrapping by a mail filter.  True when there was one; the name of
 * its kind is then in *filter, and url is what was inside, or unchanged and
 * *opaque set when that cannot be told: the filter keeps it to itself, or its
 * address is cut (LINK_CUT).
 */
bool	link_unwrap(char url[static LINK_URL_MAX], unsigned *faults,
	    const char **filter, bool *opaque);

/* The host as it will be asked, lower case, without port; "" for none. */
void	link_host(const char *url, char host[static 256]);

#endif
