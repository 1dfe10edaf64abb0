/*
 * What the configuration knows, put into a text where its name stands in braces:
 * {telephone}.  A sentence that names what is not known is left out, so a text
 * has to make sense without it.  UI thread: words are of the present language.
 */
#ifndef ANSWERS_PLACING_H
#define ANSWERS_PLACING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/authority.h"

/* Days after which a fact says when somebody looked it up. */
#define FACT_OLD_DAYS	183

/* Of an authority, NULL: nothing is known.  Cut to size if need be. */
char		*placing(const char *text, const struct authority *, int64_t now,
		    char *buf, size_t size);

/* The first name in braces that means nothing, cut to size; false: there is none. */
bool		 placing_unknown(const char *text, char *name, size_t size);

/* Whether a day ("2026-10-01") lies that far back; "" does not. */
bool		 placing_old(const char *day, int64_t now);

/* The names in their order, NULL after the last: for the manual's check. */
const char	*placing_name(size_t);

#endif
