/*
 * The name under which a program takes hold of something that several may work
 * on, so that others can tell whether it is still there.  No state; any thread.
 */
#ifndef BASE_HOLDER_H
#define BASE_HOLDER_H

#include <stdbool.h>

#define HOLDER_MAX	192	/* bytes, the final NUL included */

/*
 * "host namespace process start what": this process and no other, here or on any
 * machine that shares the file; what tells its parts apart.
 */
void	holder_name(char name[static HOLDER_MAX], const char *what);

/*
 * True when it was a process of this machine and that has ended.  False for
 * whatever cannot be looked at from here: another machine's, another container's,
 * and text that is no such name.
 */
bool	holder_gone(const char *name);

#endif
