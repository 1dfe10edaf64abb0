/*
 * Which files somebody at the screen may name, decided here alone.  At a desk of
 * an account's own: any.  In a process that works for others (trust_is_strict):
 * those in the session's own folder (paths_session), which "~" is there; neither
 * "..", nor a link, nor a path from the root leads out of it.  Nobody but the
 * account's own desk, which makes no links, writes to that folder: so what a name
 * led to when it was looked at, it leads to when it is opened.
 */
#ifndef BASE_REACH_H
#define BASE_REACH_H

#include "base/err.h"

/*
 * A typed name as a path, in a new string: "~" is the account's home, or that
 * folder, which names without a slash before them are in too.  Looks at nothing.
 */
char	*reach_name(const char *typed);

/*
 * Such a path, to a file or folder that is there or to a file that is to be made,
 * with all links followed where that matters; the caller's to free.  -1:
 * ERR_OUTSIDE, and *real is NULL.  Of what is not there the one who opens it
 * tells.  Waits for the disk; paths_session has to have been asked for before.
 */
int	 reach_old(const char *path, char **real, struct err *);
int	 reach_new(const char *path, char **real, struct err *);

#endif
