/*
 * What the desk gives up when it is there for others, before it looks at
 * anything that they bring: writing files but where it keeps its own, starting
 * programs but its helpers, a configuration that is not root's.  The desk of an
 * account's own keeps all that: its keeper saves files wherever he says.
 */
#ifndef UI_CONFINE_H
#define UI_CONFINE_H

#include "base/conf.h"
#include "ui/mode.h"

/* Before any thread; -1: it is not to be started. */
int	confine(enum mode, const struct conf *, struct err *);

#endif
