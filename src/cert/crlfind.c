#include "cert/crlfind.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cert/fresh.h"
#include "cert/ocsp.h"
#include "cert/pem.h"

struct finding {
	const struct crlfind_about *about;
	struct span		 signer;
	struct cert		*ca, *by;	/* the issuer's and the signer's, read */
	struct crl_check	*check;
	struct crl		 crl;
	struct crlfind_answer	*out;
	const char		*name;
	struct err		*err;
};

static int
bad(struct finding *f, enum err_code code, const char *why)
{
	return err_set(f->err, code, f->name, "revocation list: %s", why);
}

/* --- one walk ---------------------------------------------------------------- */

static void
see_bytes(struct span bytes, void *arg)
{
	struct finding *f = arg;

	crl_check_bytes(bytes, f->check);
}

/* In a delta a number may stand again; the last word on it counts. */
static int
see_entries(const struct crl_entry *entries, size_t n, void *arg)
{
	struct finding *f = arg;
	const struct span *want = &f->about->serial;
	struct crlfind_answer *out = f->out;

	for (size_t i = 0; i < n; i++) {
		const struct crl_entry *entry = &entries[i];
		bool foreign = false;

		if (entry->serial.len != want->len || entry->foreign ||
		    memcmp(entry->serial.p, want->p, want->len) != 0)
			continue;
		crl_entry_read(entry, &out->revoked_at, &out->reason,
		    &foreign);
		out->removed = out->reason == CRL_REMOVED;
		out->listed = !out->removed;
	}
	return 0;
}

static int
walk(struct finding *f, struct stream *der, bool indirect)
{
	struct crl_walk to = { .entries = see_entries, .arg = f,
	    .indirect = indirect, .of = f->ca->subject.line,
	    .others = strcmp(f->ca->subject.line, f->by->subject.line) != 0 };
	struct span first;
	int rc;

	f->out->listed = f->out->removed = false;
	f->out->revoked_at = CERT_NO_TIME;
	f->out->reason = -1;
	if (stream_peek(der, CRL_PART_MAX, &first, f->err) != 0)
		return -1;
	crl_check_free(f->check);
	f->check = crl_check_new(f->signer, first);
	if (f->check != NULL)
		to.bytes = see_bytes;
	crl_clear(&f->crl);
	rc = crl_read(der, &to, &f->crl, f->err);
	f->out->bytes = stream_at(der);
	return rc;
}

/* --- whether it is to be believed ---------------------------------------------- */

static int
check_signed(struct finding *f)
{
	/* Without a word of why, a list of another issuer's is a forged one. */
	if (strcmp(f->by->subject.line, f->crl.issuer->issuer.line) != 0)
		return bad(f, ERR_STATUS_OTHER, "of another issuer");
	if (f->by->has_ku && (f->by->ku & CERT_KU_CRL_SIGN) == 0)
		return bad(f, ERR_STATUS_FORGED,
		    "its signer's certificate is not for signing lists");
	switch (crl_check_end(f->check, &f->crl)) {
	case CRL_SIGNED:
		return 0;
	case CRL_FORGED:
		return bad(f, ERR_STATUS_FORGED, "its signature is not right");
	default:
		return bad(f, ERR_STATUS_FORGED,
		    "signed by another kind of key, or in a way that is not "
		    "known here");
	}
}

/* Nothing may stand behind it, or it is not the file that was signed. */
static int
check_end(struct finding *f, struct stream *der)
{
	struct span rest;

	if (stream_peek(der, 1, &rest, f->err) != 0)
		return -1;
	return rest.len == 0 ? 0 : bad(f, ERR_BAD_DATA, "bytes behind it");
}

static bool
names_point(const struct crl *crl, const char *point)
{
	for (size_t i = 0; point != NULL && i < crl->npoints; i++) {
		if (strcmp(crl->points[i], point) == 0)
			return true;
	}
	return false;
}

/* Whether what is not on it may be revoked all the same. */
static bool
leaves_out(const struct finding *f)
{
	unsigned scope = f->crl.scope;

	return (scope & (CRL_OF_ATTRS | CRL_OF_REASONS | CRL_OF_UNKNOWN)) ||
	    (scope & (f->about->ca ? CRL_OF_USERS : CRL_OF_CAS)) ||
	    ((scope & CRL_OF_POINT) && !names_point(&f->crl, f->about->point)) ||
	    (!f->crl.indirect &&
	    strcmp(f->ca->subject.line, f->by->subject.line) != 0);
}

static void
take(struct finding *f)
{
	struct crlfind_answer *out = f->out;
	struct crl *crl = &f->crl;

	out->this_update = crl->this_update;
	out->next_update = crl->next_update;
	out->delta = crl->delta;
	out->indirect = crl->indirect;
	out->partial = leaves_out(f);
	memcpy(out->number, crl->number, sizeof out->number);
	memcpy(out->base, crl->base, sizeof out->base);
	out->number_len = crl->number_len;
	out->base_len = crl->base_len;
	out->freshest = crl->freshest;
	crl->freshest = NULL;
	out->entries = crl->entries;
	out->odd = crl->odd;
	/* Only a delta takes off what another list holds. */
	if (!crl->delta && out->removed) {
		out->removed = false;
		out->listed = true;
	}
}

/* --- the whole ------------------------------------------------------------------ */

static int
walk_all(struct finding *f, struct stream *in)
{
	struct stream *made = NULL, *der;
	bool indirect = strcmp(f->ca->subject.line, f->by->subject.line) != 0;
	int64_t from = stream_at(in);
	int rc;

	do {
		if (crl_der(in, &made, &der, f->err) != 0)
			return -1;
		rc = walk(f, der, indirect);
		if (rc == 0 && made == NULL)
			rc = check_end(f, der);
		if (rc == 0)
			rc = check_signed(f);
		pem_stream_close(made);
		if (rc != 0 || indirect || !f->crl.indirect)
			return rc;
		/* That it speaks of others' is said at its very end. */
		indirect = true;
	} while (stream_seek(in, from, f->err) == 0);
	return -1;
}

static int
read_certs(struct finding *f)
{
	struct span issuer = f->about->issuer;

	f->signer = f->about->signer.len > 0 ? f->about->signer : issuer;
	if (cert_parse(issuer.p, issuer.len, &f->ca, f->err) != 0)
		return -1;
	return cert_parse(f->signer.p, f->signer.len, &f->by, f->err);
}

int
crlfind(struct stream *in, const struct crlfind_about *about, int64_t now,
    struct crlfind_answer *out, struct err *err)
{
	struct finding f = { .about = about, .out = out, .err = err,
	    .name = stream_name(in) };
	struct err when = ERR_INIT;
	int rc;

	*out = (struct crlfind_answer){ .this_update = CERT_NO_TIME,
	    .next_update = CERT_NO_TIME, .revoked_at = CERT_NO_TIME,
	    .reason = -1 };
	rc = read_certs(&f);
	if (rc == 0)
		rc = walk_all(&f, in);
	if (rc == 0)
		take(&f);
	else
		out->listed = out->removed = false;
	if (rc == 0 && fresh_check(out->this_update, out->next_update, now,
	    about->skew != 0 ? about->skew : OCSP_SKEW, &when) != 0)
		rc = err_set(err, when.code, f.name, "%s", when.detail);
	crl_check_free(f.check);
	crl_clear(&f.crl);
	cert_free(f.ca);
	cert_free(f.by);
	return rc;
}

void
crlfind_clear(struct crlfind_answer *a)
{
	free(a->freshest);
	a->freshest = NULL;
}

int
crlfind_number_cmp(const uint8_t *a, size_t alen, const uint8_t *b,
    size_t blen)
{
	if (alen != blen)
		return alen < blen ? -1 : 1;
	return alen == 0 ? 0 : memcmp(a, b, alen);
}
