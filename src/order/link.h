/*
 * A link out of a mail, as people paste it: broken over lines, quoted, with
 * HTML entities, wrapped by a mail filter.  It is put together again and said
 * what it is; it is never opened.  No state; any thread.
 */
#ifndef ORDER_LINK_H
#define ORDER_LINK_H

#include <stdbool.h>

#include "base/authority.h"
#include "base/err.h"

#define LINK_TEXT_MAX	16384	/* bytes of what is pasted */
#define LINK_URL_MAX	2048

enum link_fault {			/* what was mended or is wrong */
	LINK_BROKEN_LINES	= 1 << 0,	/* it was broken over lines */
	LINK_REWRITTEN		= 1 << 1,	/* by a mail filter; filter says which kind */
	LINK_ENTITIES		= 1 << 2,	/* &amp; and the like */
	LINK_TRAILING		= 1 << 3,	/* a full stop, a bracket at its end */
	LINK_CUT		= 1 << 4,	/* shorter than such links are */
	LINK_OTHER_HOST		= 1 << 5,	/* no authority's: do not open it */
	LINK_NOT_HTTPS		= 1 << 6,
	LINK_LOOKALIKE		= 1 << 7,	/* host that looks like an authority's */
	LINK_CODED		= 1 << 8	/* no authority's, in a coding (xn--) of which
						 * nobody sees what it looks like */
};

struct link {
	char		 url[LINK_URL_MAX];	/* put together, printable ASCII */
	char		 host[256];		/* as in url; lower case */
	unsigned	 faults;
	const char	*filter;		/* "Safe Links" ..., or NULL */
	bool		 opaque;		/* which keeps the address to itself */
	const struct authority *authority;	/* whose, or NULL */
	char		 id[65];		/* how it ends (schema Link), or "" */
	char		 number[41];		/* an order number in it, or "" */
};

/*
 * The first link that is, or pretends to be, an authority's; without one the
 * first of all.  -1: ERR_LINK_NONE, ERR_TOO_BIG.
 */
int	link_read(const char *text, const struct authorities *, struct link *,
	    struct err *);

/* One sentence for each fault (the present language). */
const char	*link_fault_words(enum link_fault);

#endif
