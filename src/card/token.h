/*
 * Reading what a module shows of one card into the record of card.h.  Module
 * processes only.
 */
#ifndef CARD_TOKEN_H
#define CARD_TOKEN_H

#include "card/card.h"
#include "card/object.h"
#include "card/p11.h"

/* Called when there is more to show: tokens, the first certificate, and then
 * as time passes. */
typedef void token_report_fn(const struct card *, void *arg);

/*
 * The slots with a token in a reader, of those that p11_refresh listed; for ""
 * those whose tokens are in no reader.  Returns how many, at most max.
 */
size_t	token_slots(const struct p11 *, const char *reader, CK_SLOT_ID *,
	    size_t max);

/*
 * Fill card, made new for a reader, from these slots.  Its state ends as
 * CARD_READY (with no tokens: the module knows nothing of this card) or
 * CARD_FAILED with err; the report is called only before that.  verified is the
 * slot that is logged in at present, or NULL.
 */
void	token_read_card(const struct p11 *, struct card *, const CK_SLOT_ID *slots,
	    size_t nslots, const CK_SLOT_ID *verified, token_report_fn *,
	    void *arg);

#define TOKEN_SERIAL_MAX	33	/* CK_TOKEN_INFO.serialNumber in hex, its NUL */

/*
 * The token's serial number as the desk and the registry know it: as it stands,
 * or in hex what is not plain text, since that would not come through JSON as it
 * is.
 */
const char *token_serial(const CK_TOKEN_INFO *,
	    char buf[static TOKEN_SERIAL_MAX]);

/* The raw token information, with the guards of a failed call; errors as p11. */
int	token_info(const struct p11 *, CK_SLOT_ID, const char *reader,
	    CK_TOKEN_INFO *, struct err *);

#endif
