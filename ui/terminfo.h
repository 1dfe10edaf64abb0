/*
 * Which descriptions of terminals curses may read: a file made to do harm can
 * crash it, and it looks in folders that the environment names before it looks in
 * the system's.  UI thread only.
 */
#ifndef UI_TERMINFO_H
#define UI_TERMINFO_H

#include "base/err.h"

/*
 * -1 and ERR_TERMINAL where what it would read of a terminal by that name is in the
 * environment itself, or in a file that somebody else could have written: neither
 * root nor, at a desk of its own, the account.  Nothing is read.
 */
int	terminfo_trusted(const char *name, struct err *);

#endif
