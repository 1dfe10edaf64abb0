/*
 * A page to the printer: the only door to libcups, which okienko-print alone
 * links.  One thread; blocks, and it is for the desk to lose patience.
 */
#ifndef NET_CUPS_H
#define NET_CUPS_H

#include "net/proto.h"

#define CUPS_CONNECT_MS	10000
#define CUPS_PAGE_MAX	((int64_t)64 << 20)	/* bytes of a page */

/* Load what will be needed; nothing is connected. */
void	cups_prepare(const struct proto_print *);

/* All of the regular file fd.  -1: ERR_PRINT_NONE or ERR_PRINT_FAILED. */
int	cups_print(const struct proto_print *, int fd, struct err *);

#endif
