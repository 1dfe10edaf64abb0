/*
 * What stands on a case's page, said into a struct page.  Kept apart from the
 * view, which knows how it is got and what can be done.  UI thread only.
 */
#ifndef UI_CASEPAGE_H
#define UI_CASEPAGE_H

#include "ui/casework.h"
#include "ui/page.h"

void	casepage_say(struct page *, const struct case_now *, int64_t now);

/* How a case stands, by colour; the words say the same. */
enum style	casepage_style(enum case_state);

#endif
