/*
 * The registry: one SQLite file that remembers serial numbers, and the key file
 * beside it that hides identifiers.  A handle is one connection and belongs to
 * one thread at a time; each thread that works with the registry opens its own.
 * Everything here may wait for the disk: never called on the desk's own thread.
 */
#ifndef REGISTRY_REGISTRY_H
#define REGISTRY_REGISTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define REGISTRY_BUSY_MS	5000	/* how long another desk's write is waited for */

struct registry;

enum registry_mode {
	REGISTRY_READ,		/* must be there; nothing is written */
	REGISTRY_WRITE,		/* must be there */
	REGISTRY_CREATE		/* made, with its folder and key, if it is not */
};

struct registry_options {
	const char	*path;		/* NULL: paths_registry() */
	const char	*key;		/* NULL: a credential of systemd, else path + ".key" */
	const char	*point;		/* registration point for what is written, or NULL */
	const char	*account;	/* NULL: the account of this process */
	bool		 bulk;		/* synchronous=NORMAL: a batch may be lost, whole */
};

/*
 * Open, and bring an older file to the present version.  -1: ERR_NO_REGISTRY,
 * ERR_REGISTRY_BROKEN, ERR_REGISTRY_NEWER, ERR_REGISTRY_BUSY, ERR_REGISTRY_KEY,
 * ERR_READ_ONLY, ERR_DISK_FULL, ERR_IO.  Erasures that a restored file does not
 * know yet are done again before this returns.
 */
int	registry_open(struct registry **, enum registry_mode,
	    const struct registry_options *, struct err *);
void	registry_close(struct registry *);	/* NULL is fine */

/*
 * The end of a bulk filling: what was put off is made, and the file packed.
 * Closing does it too, unseen.
 */
int	registry_settle(struct registry *, struct err *);

const char	*registry_path(const struct registry *);

/* Opening made it where the key of an earlier one was left: that may be missed. */
bool	registry_is_anew(const struct registry *);

/*
 * What follows up to registry_commit happens whole or not at all.  Calls may be
 * nested; the outermost decides.  A function of this room that writes brackets
 * itself, so alone it is durable when it returns.
 */
int	registry_begin(struct registry *, struct err *);
int	registry_commit(struct registry *, struct err *);
void	registry_rollback(struct registry *);

/*
 * Nothing is asked for a while: what was cached of the file is given back, and the
 * memory to the system.
 */
void	registry_rest(struct registry *);

/* Give up what this handle is doing; from any thread, a signal handler not. */
void	registry_interrupt(struct registry *);

/*
 * The next change stamp: milliseconds of UTC, but always more than the last one
 * of this file, whatever the clock does.  Valid inside a transaction.
 */
int	registry_stamp(struct registry *, int64_t *, struct err *);

/* Rows and sizes, for the screen and for registry info. */
struct registry_info {
	int	 version;		/* PRAGMA user_version */
	int64_t	 certs, cards, issuers, words, journal, erased, restricted;
	int64_t	 cases;			/* that are open */
	int64_t	 orders;		/* remembered */
	int64_t	 waiting;		/* to be sent to an order service */
	int64_t	 bytes;			/* of the file */
	char	 id[33];		/* of this registry, hex */
};

int	registry_info(struct registry *, struct registry_info *, struct err *);

#endif
