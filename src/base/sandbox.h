/*
 * What okienko-card and its module processes give up before they touch a card.
 * Forbidden calls answer EPERM and kill nobody: card software that tries one is
 * to lose that feature, not the card.  Once per process, before any thread.
 */
#ifndef CARD_SANDBOX_H
#define CARD_SANDBOX_H

#include "base/err.h"

/*
 * The supervisor: AF_UNIX sockets only, no tracing, no kernel business.  Filters
 * last over execve, so this is also the outer bound of every module process; it
 * cannot be a list of allowed calls, since nobody knows what a vendor's module
 * needs to open its card.
 */
int	sandbox_supervisor(struct err *);

/* A module process: the same, and it cannot start another program. */
int	sandbox_module(struct err *);

/* Keep 0-2 (as /dev/null where closed) and fd, which becomes 3; close the rest. */
int	sandbox_descriptors(int fd, struct err *);

#endif
