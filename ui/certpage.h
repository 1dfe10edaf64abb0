/*
 * What stands on a certificate's page, said into a struct page.  Kept apart
 * from the view, which holds the copy and knows the card.  UI thread only.
 */
#ifndef UI_CERTPAGE_H
#define UI_CERTPAGE_H

#include "base/authority.h"
#include "cert/cert.h"
#include "ui/page.h"

struct certpage {
	const struct cert	*cert;
	const struct authority	*authority;	/* that issued it, or NULL */
	enum authority_by	 by;		/* how that is known */
	struct validity_view	 validity;
	int64_t			 now;
	bool			 masked;
	const char		*notice;	/* first of all, or NULL */
	const char		*key;		/* how its key stands, or NULL */
	const char		*where;		/* tokens it is on; NULL off a card */
	const char		*place;		/* in which document, or NULL */
	const char		*label;		/* the card's own name for it */
	enum style		 key_style;
	const char		*status;	/* last known */
	enum style		 status_style;
};

void	certpage_say(struct page *, const struct certpage *);

/* The fields of the lower half: names, usages, addresses, fingerprints. */
void	certfields_say(struct page *, const struct certpage *);

#endif
