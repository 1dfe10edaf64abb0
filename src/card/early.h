/*
 * Certificates on screen while OpenSC still reads the rest: it reads a whole
 * card inside one call, but puts each file into its cache as it comes, where a
 * thread of ours sees it.  Module processes only.
 */
#ifndef CARD_EARLY_H
#define CARD_EARLY_H

#include "card/card.h"
#include "card/token.h"

struct early;

/*
 * Watch OpenSC's cache (NULL: nothing happens) and report a card like this one
 * (its reader and ATR), with the certificates that have come so far, whenever
 * one more has.  The report is called on a thread of its own, until early_stop
 * has returned; meanwhile nothing else may use what it uses.
 */
struct early	*early_start(const char *cache, const struct card *like,
		    token_report_fn *, void *arg);
void		 early_stop(struct early *);	/* NULL is fine */

#endif
