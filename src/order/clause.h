/*
 * The information clause that is shown before a question is written: a text of
 * the authority's configuration, in the language of the desk where there is one.
 * Reads a file: worker threads only.
 */
#ifndef ORDER_CLAUSE_H
#define ORDER_CLAUSE_H

#include "base/authority.h"
#include "base/err.h"

#define CLAUSE_MAX	((size_t)32 << 10)	/* bytes */

/*
 * "FILE.pl" or "FILE.en" before FILE itself; the caller frees the text.  -1 and
 * ERR_NO_CLAUSE when there is none, or none that can be shown whole: without it
 * no question may be taken.
 */
int	order_clause(const struct authority *, const char *language,
	    char **text, struct err *);

#endif
