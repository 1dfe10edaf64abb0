/* Certificates of authorities: whole, since they are nobody's personal data. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "registry/cases.h"
#include "registry/inside.h"

#define CA_PROOFS	(CA_KEY_HASH + 1)

/* Whoever issues to themselves has their number or address in it. */
static int
names_person(const void *der, size_t len, bool *yes, struct err *err)
{
	struct cert *c;
	size_t i;

	if (cert_parse(der, len, &c, err) == -1)
		return -1;
	*yes = c->person.kind != ID_NONE || c->subject.email != NULL;
	for (i = 0; i < c->nsan; i++)
		*yes |= c->san[i].kind == SAN_EMAIL;
	cert_free(c);
	return 0;
}

static int
put(struct registry *reg, const struct record_issuer *issuer, const void *der,
    size_t len, enum ca_proof proof, struct err *err)
{
	return sql_run(reg->sql, "INSERT INTO ca (key, proof, at, der)"
	    " VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET"
	    " proof = excluded.proof, at = excluded.at, der = excluded.der"
	    " WHERE excluded.proof <= proof", err, "biib",
	    (const void *)issuer->key, issuer->key_len, (int64_t)proof,
	    clock_now(), der, len);
}

int
ca_put(struct registry *reg, const struct record_issuer *issuer,
    const void *der, size_t len, enum ca_proof proof, struct err *err)
{
	bool personal;

	if (names_person(der, len, &personal, err) == -1)
		return -1;
	if (personal)
		return 0;
	if (registry_begin(reg, err) == -1)
		return -1;
	if (put(reg, issuer, der, len, proof, err) == -1) {
		registry_rollback(reg);
		return -1;
	}
	return registry_commit(reg, err);
}

int
ca_get(struct registry *reg, const struct record_issuer *issuer, uint8_t **der,
    size_t *len, enum ca_proof *proof, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT der, proof FROM ca"
	    " WHERE key = ?", err, "b", (const void *)issuer->key,
	    issuer->key_len);
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);
	int64_t p;

	*der = NULL;
	*len = 0;
	if (rc != 1)
		return rc;
	*len = (size_t)sqlite3_column_bytes(st, 0);
	*der = mem_alloc(*len + 1);
	if (*len > 0)
		memcpy(*der, sqlite3_column_blob(st, 0), *len);
	p = sqlite3_column_int64(st, 1);
	*proof = p >= 0 && p < CA_PROOFS ? (enum ca_proof)p : CA_KEY_HASH;
	sqlite3_reset(st);
	return 1;
}
