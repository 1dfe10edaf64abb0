#include "config.h"

#include "registry/issuers.h"

#include <string.h>

#include "registry/inside.h"

int
issuers_each(struct registry *reg, int64_t max, issuers_fn *fn, void *arg,
    struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT key, line, shown"
	    " FROM issuer ORDER BY shown, line LIMIT ?", err, "i", max);
	int rc = st == NULL ? -1 : 1;
	bool enough = false;

	while (!enough && rc == 1 && (rc = sql_step(reg->sql, st, err)) == 1) {
		struct record_issuer issuer = { 0 };
		size_t len = (size_t)sqlite3_column_bytes(st, 0);

		if (len > RECORD_KEY_MAX)
			len = RECORD_KEY_MAX;
		if (len > 0)
			memcpy(issuer.key, sqlite3_column_blob(st, 0), len);
		issuer.key_len = len;
		issuer.line = sql_text(st, 1);
		issuer.shown = sql_text(st, 2);
		enough = fn(&issuer, arg) != 0;
		record_issuer_clear(&issuer);
	}
	if (enough)
		sqlite3_reset(st);
	return rc == -1 ? -1 : 0;
}
