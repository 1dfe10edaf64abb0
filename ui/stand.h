/*
 * Where an agent stood when the line was cut: one line in a file of the account's
 * own beside the registry (0600), until somebody logs in again, a day at most.
 * What is kept is what was looked for or at; never a PIN or a password, since no
 * view that takes one says where it stands.  Any thread.
 */
#ifndef UI_STAND_H
#define UI_STAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define STAND_MAX	1100
#define STAND_KEPT	(24 * 60 * 60)	/* seconds */

struct stand {
	char	view[32];		/* its name in panel_ops */
	char	text[STAND_MAX];	/* what opens it again */
};

/* The file for this account, beside that registry; the caller's to free. */
char	*stand_path(const char *registry);

int	 stand_save(const char *path, const struct stand *, struct err *);
/* Once: the file is gone then.  False: there is none to trust. */
bool	 stand_take(const char *path, int64_t now, struct stand *);

#endif
