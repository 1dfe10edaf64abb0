/*
 * The request of a renewal as a file that authorities take.  Any thread that
 * owns the registry's handle.
 */
#ifndef UI_RENEWSAVE_H
#define UI_RENEWSAVE_H

#include "registry/registry.h"

/*
 * As PEM into a new file.  -1: ERR_NOT_A_REQUEST where there is none yet, or as
 * pageout_save.
 */
int	renewsave(struct registry *, int64_t id, const char *path,
	    struct err *);

#endif
