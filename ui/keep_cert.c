#include "config.h"

#include "registry/journal.h"
#include "ui/keep_cert.h"

int
keep_cert(struct registry *reg, const struct cert *c, int64_t now,
    enum store_did *did, int64_t *row, struct err *err)
{
	const struct journal_entry entry = { .action = JOURNAL_REMEMBER,
	    .what = "document" };
	struct record r;
	int rc = -1;

	record_of_cert(&r, c, HOW_DOCUMENT, now);
	if (registry_begin(reg, err) == -1)
		goto out;
	/* What is refused, since it was erased, is nothing done. */
	if (store_cert(reg, &r, did, err) == -1 || (*did != STORE_ERASED &&
	    journal_add(reg, &entry, err) == -1)) {
		registry_rollback(reg);
		goto out;
	}
	rc = registry_commit(reg, err);
	if (row != NULL)
		*row = r.id;
out:
	record_clear(&r);
	return rc;
}
