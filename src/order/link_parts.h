/*
 * Inside of link.h: finding a link in a text, and taking mail filters off it.
 */
#ifndef ORDER_LINK_PARTS_H
#define ORDER_LINK_PARTS_H

#include <stddef.h>

#include "order/link.h"

/*
 * The first address in a text, put together: printable ASCII, without its
 * fragment of the text around it.  False when there is none.
 */
bool	link_find(const char *text, char url[static LINK_URL_MAX],
	    unsigned *faults);

/*
 * Take off one wrapping by a mail filter.  True when there was one; the name of
 * its kind is then in *filter, and url is what was inside, or unchanged and
 * *opaque set when the filter keeps the address to itself.
 */
bool	link_unwrap(char url[static LINK_URL_MAX], const char **filter,
	    bool *opaque);

/* The host as it will be asked, lower case, without port; "" for none. */
void	link_host(const char *url, char host[static 256]);

/* %41 becomes A, once; -1 for what then is no printable ASCII or too long. */
int	link_decode(const char *s, size_t len, char *out, size_t size);

#endif
