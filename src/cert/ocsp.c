#include "cert/ocsp.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cert/der.h"
#include "cert/fresh.h"
#include "cert/ocsp_read.h"
#include "cert/parts.h"
#include "cert/signature.h"

#define SIGNERS_MAX	8	/* certificates of an answer that are looked at */

/* OCSPResponseStatus, RFC 6960 4.2.1. */
static const char *const refusals[] = {
	[1] = "malformedRequest", [2] = "internalError", [3] = "tryLater",
	[5] = "sigRequired", [6] = "unauthorized",
};

/* The hashes that a CertID is met with; the bodies of their OIDs. */
static const struct {
	const char	*oid;
	size_t		 len;
	const char	*digest;
} hashes[] = {
	{ "\x2b\x0e\x03\x02\x1a", 5, "SHA1" },
	{ "\x60\x86\x48\x01\x65\x03\x04\x02\x01", 9, "SHA256" },
	{ "\x60\x86\x48\x01\x65\x03\x04\x02\x02", 9, "SHA384" },
	{ "\x60\x86\x48\x01\x65\x03\x04\x02\x03", 9, "SHA512" },
};

static const char *const states[] = {
	[OCSP_GOOD] = "good", [OCSP_REVOKED] = "revoked",
	[OCSP_SUSPENDED] = "suspended", [OCSP_UNKNOWN] = "unknown",
};

/* What is judged, by whose certificate, when. */
struct judge {
	const struct ocsp_about	*about;
	struct ocsp_read	 read;
	struct cert_spans	 issuer;
	struct cert		*ca;		/* the issuer's, read */
	int64_t			 now;
	struct ocsp_answer	*out;
	struct err		*err;
};

const char *
ocsp_state_id(enum ocsp_state state)
{
	return states[state];
}

static int
bad(struct judge *j, enum err_code code, const char *why)
{
	return err_set(j->err, code, NULL, "OCSP answer: %s", why);
}

/* --- who signed ------------------------------------------------------------------ */

/* Whether a certificate is the one that the answer says it is from. */
static bool
is_responder(const struct judge *j, struct span der, const struct cert *c)
{
	const struct ocsp_read *r = &j->read;
	uint8_t hash[EVP_MAX_MD_SIZE];
	struct cert_spans spans;
	unsigned len = 0;
	char *line;
	bool same;

	if (r->name.len > 0) {
		line = cert_name_line(r->name.p, r->name.len);
		same = line != NULL && strcmp(line, c->subject.line) == 0;
		free(line);
		return same;
	}
	return cert_spans(der, &spans) == 0 && EVP_Digest(spans.key.p,
	    spans.key.len, hash, &len, EVP_sha1(), NULL) == 1 &&
	    r->key.len == len && memcmp(r->key.p, hash, len) == 0;
}

static bool
signed_by(const struct judge *j, struct span der)
{
	const struct signed_spans *s = &j->read.sig;

	return signature_check(der, s->algorithm, s->part, s->octets) ==
	    SIGNATURE_RIGHT;
}

static bool
for_ocsp(const struct cert *c)
{
	for (size_t i = 0; i < c->neku; i++) {
		if (strcmp(c->eku[i], "OCSPSigning") == 0)
			return true;
	}
	return false;
}

/*
 * RFC 6960 4.2.2.2: named by the issuer itself, with its own key, for just this.
 * Returns what is wrong, or NULL.
 */
static const char *
why_not_delegate(const struct judge *j, struct span der, const struct cert *c)
{
	if (!for_ocsp(c))
		return "its signer's certificate is not for that (OCSPSigning)";
	if (c->has_ku && (c->ku & (CERT_KU_DIGITAL_SIGNATURE |
	    CERT_KU_NON_REPUDIATION)) == 0)
		return "its signer's certificate is not for signing";
	if ((c->odd & (ODD_CRITICAL | ODD_EXTENSION | ODD_DATES)) != 0)
		return "its signer's certificate cannot be relied on";
	if (c->not_before > j->now + OCSP_SKEW ||
	    c->not_after < j->now - OCSP_SKEW)
		return "its signer's certificate is not valid now";
	if (strcmp(c->issuer.line, j->ca->subject.line) != 0 ||
	    signature_of_cert(der, j->about->issuer) != SIGNATURE_RIGHT)
		return "its signer's certificate is not from the issuer";
	return NULL;
}

static int
check_delegate(struct judge *j, const char *why)
{
	struct span certs = j->read.certs;
	struct der el;

	for (int i = 0; i < SIGNERS_MAX && der_next(&certs, &el) == 0; i++) {
		const char *not = "signed by another key";
		struct err odd = ERR_INIT;
		struct cert *c;

		if (cert_parse(el.whole.p, el.whole.len, &c, &odd) != 0)
			continue;
		if (is_responder(j, el.whole, c)) {
			not = why_not_delegate(j, el.whole, c);
			if (not == NULL && !signed_by(j, el.whole))
				not = "signed by another key";
			why = not;
		}
		cert_free(c);
		if (not == NULL) {
			j->out->delegated = true;
			return 0;
		}
	}
	return bad(j, ERR_STATUS_FORGED, why);
}

/* The issuer itself, or whom it named: no chain beyond that is any proof. */
static int
check_signer(struct judge *j)
{
	const char *why = "the certificate of its signer is not in it";

	if (is_responder(j, j->about->issuer, j->ca)) {
		if (signed_by(j, j->about->issuer))
			return 0;
		why = "signed by another key";
	}
	return check_delegate(j, why);
}

/* --- about what ------------------------------------------------------------------- */

static bool
hash_is(const char *digest, struct span of, struct span hash)
{
	uint8_t mine[EVP_MAX_MD_SIZE];
	size_t len = 0;

	return EVP_Q_digest(NULL, digest, NULL, of.p, of.len, mine, &len) == 1 &&
	    len == hash.len && memcmp(mine, hash.p, len) == 0;
}

static bool
is_about(const struct judge *j, const struct ocsp_single *s)
{
	const struct span *want = &j->about->serial;
	struct cert number;

	number.odd = 0;
	if (serial_parse(s->serial, &number) != 0 ||
	    number.serial_len != want->len ||
	    memcmp(number.serial, want->p, want->len) != 0)
		return false;
	for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++) {
		if (s->hash.len == hashes[i].len &&
		    memcmp(s->hash.p, hashes[i].oid, s->hash.len) == 0)
			return hash_is(hashes[i].digest, j->issuer.subject,
			    s->issuer_name) && hash_is(hashes[i].digest,
			    j->issuer.key, s->issuer_key);
	}
	return false;
}

/* The response about our certificate; of several the newest. */
static int
find_single(struct judge *j, struct ocsp_single *found)
{
	struct span rest = j->read.responses;
	struct ocsp_single s;
	const char *why;
	bool any = false;

	while (rest.len > 0) {
		if (ocsp_read_single(&rest, &s, &why) != 0)
			return bad(j, ERR_BAD_DATA, why);
		if (is_about(j, &s) && (!any ||
		    s.this_update > found->this_update)) {
			*found = s;
			any = true;
		}
	}
	return any ? 0 : bad(j, ERR_STATUS_OTHER,
	    "not about this issuer and number");
}

/* Ours, if there is one; older responders leave its inner OCTET STRING out. */
static int
check_nonce(struct judge *j)
{
	struct span raw = j->read.nonce, in = raw, inner;

	if (raw.p == NULL)
		return 0;
	if (der_enter(&in, DER_OCTET_STRING, &inner) != 0 || in.len != 0)
		inner = raw;
	if (inner.len != OCSP_NONCE_LEN || CRYPTO_memcmp(inner.p,
	    j->about->nonce, OCSP_NONCE_LEN) != 0)
		return bad(j, ERR_STATUS_OTHER, "another nonce than was sent");
	j->out->nonce = true;
	return 0;
}

/* --- the whole --------------------------------------------------------------------- */

static void
say_responder(struct judge *j)
{
	const struct ocsp_read *r = &j->read;
	char *line = r->name.len > 0 ? cert_name_line(r->name.p, r->name.len) :
	    asn1_hex(r->key, "");
	size_t len;

	if (line == NULL)
		return;
	len = text_cut(line, sizeof j->out->responder - 1);
	memcpy(j->out->responder, line, len);
	j->out->responder[len] = '\0';
	free(line);
}

static int
check_times(struct judge *j)
{
	char when[32];

	if (fresh_check(j->out->this_update, j->out->next_update, j->now,
	    OCSP_SKEW, j->err) != 0)
		return -1;
	if (j->out->produced_at > j->now + OCSP_SKEW)
		return err_set(j->err, ERR_STATUS_CLOCK, NULL, "producedAt %s",
		    clock_rfc3339(j->out->produced_at, when, sizeof when));
	return 0;
}

/* Signed by who may: now it is read what it says. */
static int
judge_data(struct judge *j)
{
	struct ocsp_single s = { .state = OCSP_UNKNOWN };

	if (find_single(j, &s) != 0 || check_nonce(j) != 0)
		return -1;
	j->out->this_update = s.this_update;
	j->out->next_update = s.next_update;
	if (check_times(j) != 0)
		return -1;
	j->out->state = s.state;
	j->out->reason = s.reason;
	j->out->revoked_at = s.revoked_at;
	return 0;
}

static int
judge(struct judge *j, struct span bytes)
{
	const char *why;
	int status;

	if (ocsp_read(bytes, &j->read, &why) != 0)
		return bad(j, ERR_BAD_DATA, why);
	status = j->read.status;
	if (status != 0) {
		const char *name = (size_t)status < sizeof refusals /
		    sizeof *refusals ? refusals[status] : NULL;

		return err_set(j->err, ERR_OCSP_REFUSED, name != NULL ? name :
		    "?", "OCSPResponseStatus %d", status);
	}
	j->out->produced_at = j->read.produced_at;
	say_responder(j);
	if (cert_spans(j->about->issuer, &j->issuer) != 0 ||
	    cert_parse(j->about->issuer.p, j->about->issuer.len, &j->ca,
	    j->err) != 0)
		return err_set(j->err, ERR_BAD_DATA, NULL,
		    "the issuer's certificate cannot be read");
	return check_signer(j) != 0 ? -1 : judge_data(j);
}

int
ocsp_judge(struct span bytes, const struct ocsp_about *about, int64_t now,
    struct ocsp_answer *what, struct err *err)
{
	struct ocsp_answer here;
	struct judge j = { .about = about, .now = now, .err = err,
	    .out = what != NULL ? what : &here };
	int rc;

	*j.out = (struct ocsp_answer){ .state = OCSP_UNKNOWN, .reason = -1,
	    .produced_at = CERT_NO_TIME, .this_update = CERT_NO_TIME,
	    .next_update = CERT_NO_TIME, .revoked_at = CERT_NO_TIME };
	if (bytes.len > OCSP_ANSWER_MAX)
		return err_set(err, ERR_TOO_BIG, NULL,
		    "an OCSP answer of %zu bytes", bytes.len);
	if (EVP_Digest(bytes.p, bytes.len, j.out->sha256, NULL, EVP_sha256(),
	    NULL) != 1)
		return err_set(err, ERR_UNKNOWN, "SHA-256", NULL);
	rc = judge(&j, bytes);
	cert_free(j.ca);
	return rc;
}
