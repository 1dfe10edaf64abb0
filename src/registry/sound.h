/*
 * How Polish sounds on the phone: two folded words with the same key may be the
 * same name heard and written down by somebody else.  Any thread; no state.
 */
#ifndef REGISTRY_SOUND_H
#define REGISTRY_SOUND_H

#include <stddef.h>

#define SOUND_MAX	48

/* The key of a folded word; returns its length. */
size_t	sound_key(const char *word, char buf[static SOUND_MAX]);

#endif
