/*
 * The way of an answer to whoever asked, and all that may go wrong there.  Lives
 * as long as its exchange; that connection's thread.
 */
#ifndef TESTS_OFFICE_WAY_H
#define TESTS_OFFICE_WAY_H

#include <microhttpd.h>

#include "tests/office/office.h"

struct way {
	int		 stop;		/* readable when slow answers shall end */
	int		 fd;		/* the connection's */
	struct fault_set fault;
	struct buf	 out;
	uint64_t	 size;		/* told; more than there is: it is cut */
};

/* The answer's body is taken over. */
enum MHD_Result	 way_deliver(struct way *, const struct ask *,
		    struct answer *);
void		 way_clear(struct way *);

/* 1 GiB of zeroes as gzip packs them, in 7 MB. */
#define BOMB_BYTES	((uint64_t)1 << 30)
void		 bomb_make(struct buf *);

#endif
