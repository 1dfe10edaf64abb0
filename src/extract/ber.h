/*
 * BER (X.690) with lengths that are not known beforehand, as mail programs and
 * streams write it, made into lengths that are, so that the DER reader can walk
 * it.  Any thread; no state.
 */
#ifndef EXTRACT_BER_H
#define EXTRACT_BER_H

#include "base/buf.h"

#define BER_DEPTH_MAX	64	/* elements within elements */

enum ber_form {
	BER_DEFINITE,		/* can be walked as it is */
	BER_INDEFINITE,		/* has to go through ber_define */
	BER_DEEP,		/* nested deeper than BER_DEPTH_MAX */
	BER_DAMAGED
};

/* What the first element is throughout; bytes behind it do not count. */
enum ber_form	 ber_form(struct span);

/* The first element with every length spelled out.  -1 when it cannot be. */
int		 ber_define(struct span, struct buf *out);

#endif
