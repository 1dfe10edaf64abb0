/*
 * What the registry says of a person, a JSON object, as lines that people can
 * read: a name and a value each, those inside another standing further in.  Pure.
 */
#ifndef UI_JSONTEXT_H
#define UI_JSONTEXT_H

#include <jansson.h>

/* value is "" where what belongs to the name follows, further in. */
typedef void	 jsontext_fn(void *arg, int depth, const char *name,
		    const char *value);

void	jsontext(const json_t *, jsontext_fn *, void *arg);

#endif
