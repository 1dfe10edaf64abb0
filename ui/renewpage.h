/*
 * A renewal on a page: before it begins what was checked, then where it stands,
 * what is being done and what is asked.  UI thread only.
 */
#ifndef UI_RENEWPAGE_H
#define UI_RENEWPAGE_H

#include "ui/page.h"
#include "ui/renewing.h"
#include "ui/renewkeep.h"

enum style	renewpage_style(enum renewal_state);
void	renewpage_look(struct page *, const struct renewlook *, int64_t now);

/* Of the thread only what is about this one. */
void	renewpage_say(struct page *, const struct renew_now *,
	    const struct renewing_view *, int64_t now);

/* "RSA 2048, through the order service": the plan in brief. */
const char	*renewpage_plan(const struct renewal_plan *, char *buf, size_t);

/* Whether the certificate that came can be seen, written and registered now. */
bool		 renewpage_proved(const struct renew_now *);
/* Nothing but a person, a file or a card is waited for. */
bool		 renewpage_by_file(const struct renew_now *);

#endif
