/*
 * Key tables: what a key does, its short name for the bar, its sentence for the
 * help page.  Bar and help are printed from the tables, so they cannot lie.
 * UI thread only.
 */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/input.h"

struct key_binding {
	enum ui_key	 key;		/* UK_NONE: the character ch */
	uint32_t	 ch;
	int		 action;	/* the owner's own number, from 1 */
	const char	*label;		/* for the bar; NULL: only in the help */
	const char	*help;		/* a sentence; NULL: the same as above it */
};

/* The action of an input in a table; 0 for none. */
int		 keys_action(const struct key_binding *, size_t n,
		    const struct input *);

/* What is printed on the key: "F8", "Enter", "/"; the caller's buffer. */
const char	*keys_name(const struct key_binding *, char *buf, size_t size);

/* The input that a binding stands for, as if it had been pressed. */
struct input	 keys_input(const struct key_binding *);

#endif
