/*
 * What the ways share among themselves.  Each is one of the tables of way.h;
 * way.c has the list.
 */
#ifndef RENEWAL_WAY_PARTS_H
#define RENEWAL_WAY_PARTS_H

#include "renewal/way.h"

#define WAY_BODY_MAX	((size_t)256 << 10)	/* bytes of a certificate with its chain */
#define WAY_WAIT	300	/* seconds, where an authority does not say when */
#define WAY_FIRST	10	/* to the first question after sending */
#define WAY_WAIT_MAX	RENEWAL_LATER_MAX	/* that it may put us off */

/* Nothing came of it yet. */
void	way_begin(struct way_outcome *);
/* The authority's own words, made printable; NULL: none. */
void	way_words(struct way_outcome *, const char *);

/*
 * Certificates of an answer, one after another, as PEM in a body; the first is the
 * holder's.  A container_fn (cert/container.h); full: too many, the rest is out.
 */
#define WAY_CERTS_MAX	32
struct way_certs {
	struct buf	*out;
	size_t		 n;
	bool		 full;
};
void	way_add_cert(struct span der, void *certs);

/* When to ask again: so many seconds from now, within bounds; 0: not said. */
static inline int64_t
way_retry(int64_t now, int64_t seconds)
{
	return now + (seconds <= 0 ? WAY_WAIT : seconds > WAY_WAIT_MAX ?
	    WAY_WAIT_MAX : seconds);
}

#endif
