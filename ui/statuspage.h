/*
 * What came of asking for a status, said into a struct page: the answer first,
 * then each way that was asked.  UI thread only.
 */
#ifndef UI_STATUSPAGE_H
#define UI_STATUSPAGE_H

#include "revocation/status.h"
#include "ui/page.h"

void	statuspage_say(struct page *, const struct status_report *,
	    int64_t now);

/* The one sentence that answers, and its look. */
const char	*status_sentence(const struct status_report *, char *buf, size_t);
enum style	 status_style(const struct status_report *);

/* What is odd about the clocks; "" for nothing. */
const char	*status_clock(const struct status_report *, char *buf, size_t);

#endif
