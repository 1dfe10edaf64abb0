/*
 * The card that something on the screen was read from: whether it is still in.
 * Only one that was taken out has gone: while it is read again, or the card
 * process is, nobody can tell, and it is as it was.  UI thread only.
 */
#ifndef UI_FROMCARD_H
#define UI_FROMCARD_H

#include "ui/desk.h"

struct from_card {
	uint8_t		 sha256[32];	/* the certificate */
	char		*reader;
	unsigned	 serial;	/* which card there */
	bool		 gone;		/* it was taken out */
	bool		 stale;		/* it is in, and does not show this one any more */
	bool		 unsure;	/* who reads cards was away: which it is now? */
};

void	from_card_set(struct from_card *, const struct card *,
	    const uint8_t sha256[static 32]);
void	from_card_copy(struct from_card *, const struct from_card *);
void	from_card_clear(struct from_card *);

/*
 * To be called when cards changed.  The certificate as it is now, on whichever
 * card that is in; NULL when no card shows it.
 */
const struct card_cert	*from_card_look(struct from_card *,
			    const struct desk *);

#endif
