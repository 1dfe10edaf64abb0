#include "config.h"

#include "registry/leases.h"

#include <stdio.h>

#include "base/holder.h"
#include "registry/inside.h"

/* The names of those that have gone. */
struct gone {
	char	names[LEASES_LOOKED_AT][HOLDER_MAX];
	size_t	n;
};

static int
find_gone(struct registry *reg, struct gone *g, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT lease_by FROM cases"
	    " WHERE lease_by IS NOT NULL UNION SELECT lease_by FROM outbox"
	    " WHERE lease_by IS NOT NULL UNION SELECT lease_by FROM renewals"
	    " WHERE lease_by IS NOT NULL LIMIT ?", err, "i",
	    (int64_t)LEASES_LOOKED_AT);
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = sql_step(reg->sql, st, err)) == 1) {
		const char *name = (const char *)sqlite3_column_text(st, 0);

		if (name != NULL && holder_gone(name))
			snprintf(g->names[g->n++], HOLDER_MAX, "%s", name);
	}
	sqlite3_reset(st);
	return rc;
}

static int
let_go(struct registry *reg, const char *name, struct err *err)
{
	return sql_run(reg->sql, "UPDATE cases SET lease_by = NULL,"
	    " lease_until = 0 WHERE lease_by = ?", err, "t", name) == -1 ||
	    sql_run(reg->sql, "UPDATE outbox SET lease_by = NULL,"
	    " lease_until = 0 WHERE lease_by = ?", err, "t", name) == -1 ||
	    sql_run(reg->sql, "UPDATE renewals SET lease_by = NULL,"
	    " lease_until = 0 WHERE lease_by = ?", err, "t", name) == -1 ?
	    -1 : 0;
}

int
leases_sweep(struct registry *reg, struct err *err)
{
	struct gone g = { .n = 0 };

	if (find_gone(reg, &g, err) == -1)
		return -1;
	if (g.n == 0)
		return 0;
	if (registry_begin(reg, err) == -1)
		return -1;
	for (size_t i = 0; i < g.n; i++)
		if (let_go(reg, g.names[i], err) == -1) {
			registry_rollback(reg);
			return -1;
		}
	return registry_commit(reg, err);
}
