/*
 * What our programs give up before they touch what is foreign.  Forbidden calls
 * answer EPERM and kill nobody: card software that tries one is to lose that
 * feature, not the card.  Once per process, before any thread.
 */
#ifndef BASE_SANDBOX_H
#define BASE_SANDBOX_H

#include <stdbool.h>

#include "base/err.h"

/* In a filter made beforehand: the number of the process that will load it. */
#define SANDBOX_OWN_PID	0x7ffffffeU

/*
 * The desk: what is on a list, which holds also what its helpers need, since they
 * inherit it.  It starts programs and opens sockets and files, as all of those
 * together do; which, base/fence.h says.  The kernel logs what is refused.
 */
int	sandbox_desk(struct err *);

/*
 * The supervisor: AF_UNIX sockets only, no tracing, no kernel business.  Filters
 * last over execve, so this is also the outer bound of every module process; it
 * cannot be a list of allowed calls, since nobody knows what a vendor's module
 * needs to open its card.
 */
int	sandbox_supervisor(struct err *);

/* A module process: the same, and it cannot start another program. */
int	sandbox_module(struct err *);

/*
 * A reader of documents: computing, memory that cannot be run, and the
 * descriptors it has.  Nothing can be opened, connected or started any more, so
 * libraries must have loaded what they load before this.
 */
int	sandbox_reader(struct err *);

/*
 * A process that asks servers: what such a reader may, and sockets, threads,
 * files that are read, libraries that are loaded from where they are installed.
 * It starts no process and writes no file.
 */
int	sandbox_network(struct err *);

struct sandbox_limits {
	unsigned long	 memory;	/* bytes of address space */
	unsigned long	 cpu;		/* seconds */
	unsigned long	 files;		/* descriptors */
	bool		 threads;	/* which count as processes here */
};

/* No core dumps, no files written, no processes (or threads), these limits. */
int	sandbox_limit(const struct sandbox_limits *, struct err *);

/* 0-2 (as /dev/null where closed) up to last, which must be there; no others. */
int	sandbox_descriptors(int last, struct err *);

#endif
