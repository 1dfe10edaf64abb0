/*
 * A certificate on a card looked at before it is renewed: the card, the order,
 * the network, and what is judged by them.  Blocks: on a worker's thread.
 */
#ifndef UI_RENEWLOOK_H
#define UI_RENEWLOOK_H

#include "renewal/run.h"

/* Which one: on the token of that serial number and module. */
struct renewlook_about {
	char		 token[64], module[128];
	uint8_t		 sha256[32];
	char		 order[ORDER_NUMBER_MAX + 1];	/* "": the service is asked */
	char		 way[16];			/* "": the authority's first */
	enum key_kind	 key;				/* NONE: as it should be */
};

struct renewlook {
	struct renewlook_about about;
	struct card	*card;		/* a copy */
	size_t		 cert;		/* index of the one to renew */
	const struct authority *authority;
	bool		 have_order;
	struct order	 order;
	struct err	 order_err;	/* why there is none, or not its certificate */
	struct preflight flight;
	int64_t		 existing;	/* a renewal of it that is open; 0 */
	int64_t		 at;
};

/* Of a certificate on a card in a reader; false: on no token by itself. */
bool	renewlook_of(struct renewlook_about *, const struct card *,
	    size_t cert);

/* Of the one that an order renews, on a card that is in; false: on none. */
bool	renewlook_of_order(struct renewlook_about *,
	    const struct card_world *, const struct order *);

/* Its tools: all but brought and people of the run.  What is there is cleared. */
int	renewlook(const struct renewal_run *, const struct renewlook_about *,
	    struct renewlook *, struct err *);
void	renewlook_clear(struct renewlook *);

/* As renewal_begin. */
int	renewlook_begin(struct registry *, const struct renewlook *,
	    int64_t *id, bool *existing, struct err *);

/* The certificate as it lies on the card (about's), in DER into a new file. */
int	renewlook_export(struct card_hand *, const struct renewlook_about *,
	    const char *path, struct err *);

#endif
