/*
 * Certificates out of LDIF (RFC 2849), one after another: userCertificate with
 * or without ;binary, and the other attributes that hold end entities'.  Folded
 * lines are joined, file addresses are never followed, all else is passed by.
 * Memory is bounded whatever a line's length.  Any thread.
 */
#ifndef REGISTRY_LDIF_H
#define REGISTRY_LDIF_H

#include "base/stream.h"

enum ldif_got {
	LDIF_END,
	LDIF_CERT,	/* der is a value */
	LDIF_LONG,	/* a value longer than any certificate */
	LDIF_ADDRESS,	/* "userCertificate:< file:///...": not followed */
	LDIF_DAMAGED	/* no base64, or nothing */
};

struct ldif {
	struct stream	*in;
	int64_t		 line;		/* on which the present value begins */
	int64_t		 next_line;
	struct buf	 text;		/* one line, unfolded */
	struct buf	 value;
	struct span	 der;		/* good until the next call */
};

void	ldif_open(struct ldif *, struct stream *in);
void	ldif_close(struct ldif *);	/* the stream is the caller's */

/* The next certificate's value; -1: what reading says. */
int	ldif_next(struct ldif *, enum ldif_got *, struct err *);

#endif
