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
#include "ui/mode.h"

/* From here on a view's own key goes before any that the desk needs. */
#define KEY_EARLY	10

struct key_binding {
	enum ui_key	 key;		/* UK_NONE: the character ch */
	uint32_t	 ch;
	int		 action;	/* the owner's own number, from 1 */
	const char	*label;		/* for the bar; NULL: only in the help */
	const char	*help;		/* a sentence; NULL: the same as above it */
	int		 spare;		/* from a full bar the highest goes first: KEY_* */
	unsigned	 modes;		/* that have the action, on its first line */
};

/* Whether an action can be done now. */
typedef bool	 keys_can_fn(const void *arg, int action);

/* The action of an input in a table, among those that can be done; 0: none. */
int		 keys_usable(const struct key_binding *, size_t n,
		    keys_can_fn *, const void *arg, const struct input *);

/* Whether a mode has an action of a table: its first line says. */
bool		 keys_has(const struct key_binding *, size_t n, int action,
		    enum mode);

/* What is printed on the key: "F8", "Enter", "/"; the caller's buffer. */
const char	*keys_name(const struct key_binding *, char *buf, size_t size);

/* The input that a binding stands for, as if it had been pressed. */
struct input	 keys_input(const struct key_binding *);

#endif
