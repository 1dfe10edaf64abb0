/*
 * An order in words and as a track, for the panel and its page.  UI thread only.
 */
#ifndef UI_ORDERPAGE_H
#define UI_ORDERPAGE_H

#include "card/card.h"
#include "order/service.h"
#include "ui/page.h"

/* A card as orders are compared with it; borrows the card's strings. */
struct order_beside {
	struct order_card	 card;
	const char		*numbers[CARD_TOKENS_MAX + 1];
	const struct cert	*certs[CARD_CERTS_MAX];
};

/* NULL when there is no card to compare with. */
const struct order_card	*orderpage_beside(const struct card *,
			    struct order_beside *);

/* "AB-12345678 · qualified signature, 24 months". */
const char	*orderpage_headline(const struct order *, char *buf, size_t);
enum style	 orderpage_style(const struct order *);

/* Where it stands of all its steps, on one row. */
void		 orderpage_track(const struct rect *, int row,
		    const struct order *);

/* What there is no order to show for: one sentence, and what to try. */
const char	*orderpage_why(const struct order_answer *, const char *asked,
		    char *buf, size_t);
const char	*orderpage_try(const struct order_answer *, char *buf, size_t);

/*
 * Of one that is remembered: since when, and when the service may be asked, where
 * it said so; of one that is judged by a wrong clock: that.  "" for neither.
 */
const char	*orderpage_doubt(const struct order_found *, char *buf, size_t);

/*
 * Whether its request can be made here, with the card in the reader (NULL: it is
 * not in yet).
 */
bool		 orderpage_makes(const struct order_found *,
		    const struct card *);

/*
 * Everything, the answer first; with the key that makes its request, or NULL.
 */
void		 orderpage_say(struct page *, const struct order_found *,
		    const struct order_card *, const char *key, int64_t now);

/* A copy of the caller's own, since answers go with their questions. */
void		 orderpage_copy(struct order_found *to,
		    const struct order_found *);

/* What was sent and what waits: "waits to be sent: ...". */
const char	*orderpage_out(const struct order_out *, char *buf, size_t);

#endif
