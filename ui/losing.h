/*
 * A lost card's certificate, reported by whoever stands before a kiosk: a case in
 * the registry, the only thing that a kiosk writes there.  With the revocation
 * password it goes to the authority at once; without, it waits for a clerk, who
 * asks for more than a number.  UI thread only.
 */
#ifndef UI_LOSING_H
#define UI_LOSING_H

#include "base/secret.h"
#include "registry/record.h"
#include "ui/panel.h"

/*
 * What is left there is bounded: a visit's tries, whatever comes of them (each
 * could be with another password), and a kiosk's cases of 24 hours.  Beyond that
 * ERR_KIOSK_FULL tells where to go instead.
 */
#define LOSING_A_VISIT	5
#define LOSING_A_DAY	100

enum losing_end {
	LOSING_WAITS,		/* for a clerk */
	LOSING_THERE,		/* there was such a case already */
	LOSING_SENT,		/* the authority has it, and has not answered */
	LOSING_ACCEPTED,
	LOSING_REFUSED,		/* with that password */
	LOSING_LATER		/* complete, but it could not be sent yet */
};

struct losing_of {
	struct record		*record;	/* issuer and number; taken over */
	const struct authority	*authority;
	struct secret		*password;	/* taken over; NULL: none */
	const char		*note;		/* for the clerk */
};

/* The number is what to say at the counter; "" with an error. */
typedef void	 losing_fn(struct panel *, enum losing_end, const char *number,
		    const struct err *);

/*
 * Whether this authority takes such a password from a kiosk: where a key of the
 * desk's own would speak for it, the password would prove nothing.
 */
bool		 losing_takes_password(const struct authority *);

void		 losing_post(struct panel *, struct losing_of *, losing_fn *);

#endif
