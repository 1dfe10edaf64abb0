/*
 * Which of all that a search finds is shown: all, those of one state, qualified
 * ones, those of one of the issuers that were found.  UI thread only.
 */
#ifndef UI_FILTER_H
#define UI_FILTER_H

#include <stddef.h>

#include "registry/find.h"

#define FILTER_ISSUERS	12	/* that can be chosen among */

struct filter {
	size_t	 at;
	char	*issuers[FILTER_ISSUERS];
	size_t	 nissuers;
};

void	filter_clear(struct filter *);

/* The next one, or the one before with -1. */
void	filter_turn(struct filter *, int by);
const char *filter_name(const struct filter *, char *buf, size_t size);

/*
 * Whose certificates were found.  Where a filter was on already, only the
 * issuers that are known stay: the others were not looked for.
 */
void	filter_learn(struct filter *, const struct find_answer *);

/* What it wants of a search; the strings are borrowed. */
void	filter_options(const struct filter *, struct find_options *);

#endif
