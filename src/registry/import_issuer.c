#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cert/der.h"
#include "cert/nametext.h"
#include "cert/pem.h"
#include "registry/importing.h"

_Static_assert(CERT_DER_MAX < STREAM_WINDOW, "one byte more tells too long");

/* The first block that is a certificate. */
static int
read_armoured(struct stream *in, struct buf *der, struct err *err)
{
	enum pem_got got;
	struct pem pem;
	int rc;

	pem_open(&pem, in, CERT_DER_MAX);
	while ((rc = pem_next(&pem, &got, err)) == 0 && got != PEM_END &&
	    (got != PEM_BLOCK || strcmp(pem.label, "CERTIFICATE") != 0))
		;
	if (rc == 0 && (got != PEM_BLOCK || buf_add(der, pem.der.data,
	    pem.der.len) != 0))
		rc = err_set(err, ERR_NOT_A_CERT, stream_name(in), NULL);
	pem_close(&pem);
	return rc;
}

int
importing_read_issuer(const char *path, struct buf *der, struct cert **out,
    struct err *err)
{
	struct stream *in;
	struct span seen;
	int rc;

	*out = NULL;
	if (stream_open(&in, path, err) != 0)
		return -1;
	rc = stream_peek(in, CERT_DER_MAX + 1, &seen, err);
	if (rc == 0 && seen.len > 0 && seen.p[0] == DER_SEQUENCE)
		rc = buf_add(der, seen.p, seen.len) == 0 ? 0 : err_set(err,
		    ERR_TOO_BIG, path, NULL);
	else if (rc == 0)
		rc = read_armoured(in, der, err);
	if (rc == 0 && cert_parse(der->data, der->len, out,
	    &(struct err)ERR_INIT) != 0)
		rc = err_set(err, ERR_NOT_A_CERT, path, NULL);
	stream_close(in);
	return rc;
}

void
importing_issuer_of_ca(struct record_issuer *issuer, const struct cert *ca)
{
	struct cert as_issuer = *ca;

	/* What it is named by where it issues: its own name, its own key. */
	as_issuer.issuer = ca->subject;
	as_issuer.aki = ca->ski;
	record_issuer_of_cert(issuer, &as_issuer);
}

/* The key of the one issuer that has this name, if just one has. */
static int
known_key(struct importing *imp, struct record_issuer *issuer)
{
	sqlite3_stmt *st = sql_bind(imp->reg->sql, "SELECT key, count(*)"
	    " FROM issuer WHERE line = ?", imp->err, "t", issuer->line);
	int rc = st == NULL ? -1 : sql_step(imp->reg->sql, st, imp->err);

	if (rc == -1)
		return -1;
	if (sqlite3_column_int(st, 1) == 1) {
		size_t len = (size_t)sqlite3_column_bytes(st, 0);

		if (len > 0 && len <= RECORD_KEY_MAX) {
			memcpy(issuer->key, sqlite3_column_blob(st, 0), len);
			issuer->key_len = len;
		}
	}
	sqlite3_reset(st);
	return 0;
}

int
importing_issuer_named(struct importing *imp, const char *name,
    struct record_issuer *issuer)
{
	struct cert *c = nametext_issuer(name);

	if (c == NULL)
		return -1;
	record_issuer_of_cert(issuer, c);
	cert_free(c);
	return known_key(imp, issuer);
}

int
importing_issuer(struct importing *imp, struct record_issuer *issuer)
{
	struct err why = ERR_INIT;
	struct cert *ca;
	struct buf der;
	int rc;

	memset(issuer, 0, sizeof *issuer);
	if (imp->o->issuer == NULL)
		return 0;
	buf_init(&der, CERT_DER_MAX);
	rc = importing_read_issuer(imp->o->issuer, &der, &ca, &why);
	buf_clear(&der);
	if (rc == 0) {
		importing_issuer_of_ca(issuer, ca);
		cert_free(ca);
		return 1;
	}
	if (why.code == ERR_NO_FILE && strchr(imp->o->issuer, '=') != NULL &&
	    importing_issuer_named(imp, imp->o->issuer, issuer) == 0)
		return 1;
	if (imp->err->code == ERR_NONE)
		*imp->err = why;
	return -1;
}
