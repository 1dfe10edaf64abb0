/*
 * What goes on of the environment: at most eight names, each with a value that
 * has been checked.  Whatever else is in it would be read by libraries before
 * the desk's first line, and some of it is somebody's code by then.
 */
#ifndef LAUNCH_NAMES_H
#define LAUNCH_NAMES_H

#include <stdbool.h>

#define NAMES_MAX	8

struct names {
	const char	*v[NAMES_MAX + 8];	/* "NAME=value", and NULL */
};

/*
 * Picks them out of it; they stay where they lie.  mode is "OKIENKO_MODE=..."
 * and ours alone to say.  False when TERM is none that we start on.
 */
bool	names_take(struct names *, const char *mode, char *const *env);

/* True when the language asked for is Polish. */
bool	names_polish(const struct names *);

#endif
