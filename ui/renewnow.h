/*
 * A renewal out of the registry, and what its events add up to.  Any thread that
 * owns the registry's handle.
 */
#ifndef UI_RENEWNOW_H
#define UI_RENEWNOW_H

#include "renewal/renewal.h"

struct renew_now {
	struct renewal_row row;
	struct renewal_view view;
};
void	renew_now_clear(struct renew_now *);

/* -1: the registry's, ERR_NO_RENEWAL. */
int	renew_now_read(struct registry *, int64_t id, struct renew_now *,
	    struct err *);

#endif
