/*
 * The words of what the registry says of a person, in the language of the desk:
 * its names are for programs, and the person is to understand the answer.  What
 * is not in the tables stands as it is.  Pure.
 */
#ifndef UI_PERSONWORDS_H
#define UI_PERSONWORDS_H

#include <stddef.h>

/* "not_after" as "valid until". */
const char	*personwords_name(const char *name, char *buf, size_t size);

/* A value of that name: a word of ours, or a time, which becomes local. */
const char	*personwords_value(const char *name, const char *value, char *buf,
		    size_t size);

/* What was done, by journal_action_id(). */
const char	*personwords_action(const char *id);

#endif
