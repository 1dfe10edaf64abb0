/*
 * The words of a name or an organisation, folded, as they are indexed, typed
 * and compared.  Legal forms and titles weigh nothing and are left out, unless
 * there is nothing else.  Any thread; no state.
 */
#ifndef REGISTRY_NAMEWORD_H
#define REGISTRY_NAMEWORD_H

#include <stdbool.h>
#include <stddef.h>

#define NAME_WORD_MAX	40	/* bytes of one folded word */

struct name_word {
	char	s[NAME_WORD_MAX + 1];
	size_t	len;
	bool	initial;	/* one letter alone */
	bool	joined;		/* a hyphen before it: half of a double name */
};

/*
 * The first max words of text, each once; returns how many.  Text is any bytes,
 * NULL is none.
 */
size_t	name_words(const char *text, struct name_word *, size_t max);

#endif
