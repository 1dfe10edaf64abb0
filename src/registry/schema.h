/*
 * The shape of the file, version by version.  Forward only: a step is never
 * edited once a release has made files with it; a change is a new step.
 */
#ifndef REGISTRY_SCHEMA_H
#define REGISTRY_SCHEMA_H

#include <stddef.h>

#include "base/err.h"
#include "registry/sql.h"

#define SCHEMA_APPLICATION	0x4f6b6e6f	/* "Okno": PRAGMA application_id */

/* One step: SQL, and what SQL cannot say, take a file of version n to n + 1. */
struct schema_step {
	const char	*sql;
	int		(*finish)(struct sql *, struct err *);	/* or NULL */
};

extern const struct schema_step	schema_steps[];
extern const size_t		schema_nsteps;

/*
 * Indexes that a search needs and hardly anything else; a table may do without
 * (bulk.h).
 */
struct schema_late {
	const char	*name, *make, *drop;
};

#define SCHEMA_LATE_CODES	0	/* of cards' numbers: bulk_codes */

extern const struct schema_late	schema_late[];
extern const size_t		schema_nlate;

/*
 * Bring a file from its version (0: empty) to nsteps, each step a transaction
 * of its own, all of an empty file's in one; another desk that is doing the same
 * is waited for.  *from is the version it had.  -1: ERR_REGISTRY_NEWER, ERR_REGISTRY_BROKEN (somebody else's
 * database) or as sql_exec.
 */
int	schema_migrate(struct sql *, const struct schema_step *, size_t nsteps,
	    int *from, struct err *);

#endif
