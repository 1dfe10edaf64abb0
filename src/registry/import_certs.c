#include "config.h"

#include <string.h>

#include "cert/container.h"
#include "cert/der.h"
#include "cert/file.h"
#include "cert/pem.h"
#include "registry/importing.h"

/* Blocks by their label; what is not here, keys above all, is passed by. */
static const struct {
	const char	*label;
	bool		 several;
} labels[] = {
	{ "CERTIFICATE", false },
	{ "X509 CERTIFICATE", false },
	{ "TRUSTED CERTIFICATE", false },
	{ "PKCS7", true },
	{ "PKCS #7 SIGNED DATA", true },
	{ "CMS", true },
};

/* Where what is being taken stands, and how it went. */
struct place {
	struct importing *imp;
	int64_t		 line;		/* 0: none */
	size_t		 found;
	int		 rc;
};

static int
take_cert(struct place *at, struct span der)
{
	struct importing *imp = at->imp;
	struct err why = ERR_INIT;
	struct record r;
	struct cert *c;
	int rc;

	at->found++;
	if (der.p == NULL || cert_parse_lean(der.p, der.len, &c, &why) != 0) {
		if (why.code == ERR_NONE)
			(void)err_set(&why, ERR_BAD_DATA, imp->file, NULL);
		importing_bad_err(imp, at->line, &why);
		return 0;
	}
	record_of_next(&imp->memo, &r, c, HOW_IMPORT, imp->now);
	rc = importing_store(imp, &r);
	record_clear(&r);
	cert_free(c);
	return rc;
}

static void
take_one(struct span der, void *arg)
{
	struct place *at = arg;

	if (at->rc == 0)
		at->rc = take_cert(at, der);
}

static int
take_several(struct place *at, struct span in)
{
	if (pkcs7_each(in, take_one, at) != 0)
		importing_bad(at->imp, at->line, ERR_NOT_A_CERT,
		    at->imp->file, NULL);
	return at->rc;
}

/* A certificate begins with a SEQUENCE in its SEQUENCE, a container does not. */
static int
take_der(struct place *at, struct span in)
{
	struct span rest = in, body;
	int rc;

	if (der_enter(&rest, DER_SEQUENCE, &body) == 0 && body.len > 0 &&
	    body.p[0] == DER_SEQUENCE)
		rc = take_cert(at, in);
	else
		rc = take_several(at, in);
	return rc != 0 ? rc : importing_next(at->imp, 0, 0);
}

int
importing_bytes(struct importing *imp, struct span file)
{
	struct place at = { .imp = imp };

	return take_der(&at, file);
}

/* --- one file ----------------------------------------------------------------- */

static int
read_der(struct place *at)
{
	struct stream *in = at->imp->in;
	struct span seen;
	struct buf all;
	int rc;

	buf_init(&all, CERT_FILE_MAX);
	while ((rc = stream_peek(in, 1, &seen, at->imp->err)) == 0 &&
	    seen.len > 0) {
		if (buf_add(&all, seen.p, seen.len) != 0) {
			importing_bad(at->imp, 0, ERR_TOO_BIG, at->imp->file,
			    NULL);
			goto out;
		}
		stream_skip(in, seen.len);
	}
	if (rc == 0)
		rc = take_der(at, span_of(all.data, all.len));
out:
	buf_clear(&all);
	return rc;
}

static int
take_block(struct place *at, const struct pem *pem, enum pem_got got)
{
	size_t i, n = sizeof labels / sizeof *labels;
	struct span der = span_of(pem->der.data, pem->der.len);

	for (i = 0; i < n && strcmp(labels[i].label, pem->label) != 0; i++)
		;
	if (i == n)
		return 0;
	at->found++;
	if (got != PEM_BLOCK) {
		importing_bad(at->imp, at->line, got == PEM_LONG ?
		    ERR_RECORD_LONG : ERR_BAD_DATA, at->imp->file, NULL);
		return 0;
	}
	return labels[i].several ? take_several(at, der) : take_cert(at, der);
}

static int
read_blocks(struct place *at)
{
	struct importing *imp = at->imp;
	int64_t position, line;
	enum pem_got got;
	struct pem pem;
	bool go_on;
	int rc;

	pem_open(&pem, imp->in, CERT_FILE_MAX);
	rc = importing_resume(imp, &position, &line, &go_on);
	if (rc == 0 && go_on) {
		rc = stream_seek(imp->in, position, imp->err);
		pem.next_line = line;
		at->found++;
	}
	while (rc == 0 && (rc = pem_next(&pem, &got, imp->err)) == 0 &&
	    got != PEM_END) {
		at->line = pem.line;
		rc = take_block(at, &pem, got);
		if (rc == 0)
			rc = importing_next(imp, stream_at(imp->in),
			    pem.next_line);
	}
	pem_close(&pem);
	return rc;
}

int
importing_certs(struct importing *imp)
{
	struct place at = { .imp = imp };
	int64_t bad = imp->p->bad;
	struct span first;
	int rc;

	if (stream_peek(imp->in, 1, &first, imp->err) != 0)
		return -1;
	if (first.len > 0 && first.p[0] == DER_SEQUENCE)
		rc = read_der(&at);
	else
		rc = read_blocks(&at);
	if (rc == 0 && at.found == 0 && imp->p->bad == bad)
		importing_bad(imp, 0, ERR_NOT_A_CERT, imp->file, NULL);
	return rc;
}
