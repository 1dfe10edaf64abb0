/*
 * Two calls of EJBCA's REST service, after its public description
 * (/certificate/{issuer_dn}/{certificate_serial_number}/...): revoke and
 * revocationstatus.
 */
#include "config.h"

#include <ctype.h>
#include <jansson.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tests/card/bytes.h"
#include "tests/office/office.h"

#define DN_MAX		400

static const struct { const char *name; int reason; } reasons[] = {
	{ "UNSPECIFIED", 0 }, { "KEY_COMPROMISE", 1 }, { "CA_COMPROMISE", 2 },
	{ "AFFILIATION_CHANGED", 3 }, { "SUPERSEDED", 4 },
	{ "CESSATION_OF_OPERATION", 5 }, { "CERTIFICATE_HOLD", 6 },
	{ "REMOVE_FROM_CRL", 8 }, { "NOT_REVOKED", 8 },
	{ "PRIVILEGES_WITHDRAWN", 9 }, { "AA_COMPROMISE", 10 },
};

static void
deliver(struct answer *answer, unsigned status, json_t *o)
{
	char *text = json_dumps(o, JSON_COMPACT);

	if (text == NULL)
		panic("ejbca: no answer can be made");
	answer->status = status;
	answer->type = "application/json";
	bytes_set(&answer->body, text, strlen(text));
	free(text);
	json_decref(o);
}

static void
refuse(struct answer *answer, unsigned status, const char *why)
{
	deliver(answer, status, json_pack("{s:i, s:s}", "error_code",
	    (int)status, "error_message", why));
}

static int
reason_of(const char *name)
{
	for (size_t i = 0; name && i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strcmp(reasons[i].name, name) == 0)
			return reasons[i].reason;
	return -1;
}

static const char *
reason_name(const struct standing *s)
{
	if (!s->revoked)
		return "NOT_REVOKED";
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].reason == s->reason)
			return reasons[i].name;
	return reasons[0].name;
}

/* "CN=a, O=b" and "CN=a,O=b" are one name. */
static void
without_spaces(const char *in, char out[DN_MAX])
{
	size_t n = 0;

	for (; *in && n + 1 < DN_MAX; in++)
		if (*in != ' ' || n == 0 || out[n - 1] != ',')
			out[n++] = *in;
	out[n] = '\0';
}

static bool
is_written(X509_NAME *name, unsigned long how, const char *dn)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char ours[DN_MAX], text[DN_MAX];
	int n;

	if (bio == NULL || X509_NAME_print_ex(bio, name, 0, how) < 0)
		panic("ejbca: no name");
	n = BIO_read(bio, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	BIO_free(bio);
	without_spaces(text, ours);
	return strcmp(ours, dn) == 0;
}

/* CN first, as EJBCA writes it, or last. */
static bool
is_our_name(const struct office *o, const char *dn)
{
	const unsigned long how = (XN_FLAG_RFC2253 & ~XN_FLAG_DN_REV) |
	    ASN1_STRFLGS_UTF8_CONVERT;
	const unsigned long plain = how & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
	X509_NAME *name = X509_get_subject_name(o->ca->cert);
	char theirs[DN_MAX];

	without_spaces(dn, theirs);
	return is_written(name, plain, theirs) ||
	    is_written(name, plain | XN_FLAG_DN_REV, theirs);
}

/* As the ledger has it, from hex with or without 0x; -1: no number. */
static int
read_serial(const char *hex, char out[LEDGER_SERIAL_MAX])
{
	size_t n = 0;

	if (strncasecmp(hex, "0x", 2) == 0)
		hex += 2;
	if (*hex == '\0' || strspn(hex, "0123456789abcdefABCDEF") !=
	    strlen(hex))
		return -1;
	while (hex[0] == '0' && hex[1] != '\0')
		hex++;
	for (; *hex && n + 1 < LEDGER_SERIAL_MAX; hex++)
		out[n++] = (char)toupper((unsigned char)*hex);
	out[n] = '\0';
	return 0;
}

/* The certificate that a path is about, or NULL and a refusal. */
static struct ledger_cert *
find(struct office *o, const char *dn, const char *hex, struct answer *answer)
{
	char serial[LEDGER_SERIAL_MAX];
	struct ledger_cert *c;

	if (!is_our_name(o, dn)) {
		refuse(answer, 404, "CA does not exist.");
		return NULL;
	}
	if (read_serial(hex, serial) == -1) {
		refuse(answer, 400, "Invalid serial number format.");
		return NULL;
	}
	c = ledger_find(o->ledger, serial);
	if (c == NULL)
		refuse(answer, 404, "Certificate was not found.");
	return c;
}

static void
tell(const struct ledger_cert *c, const char *dn, const char *message,
    struct answer *answer)
{
	struct standing s;
	char when[40];
	json_t *o;

	ledger_standing(c, office_now(), &s);
	o = json_pack("{s:s, s:s, s:b, s:s}", "issuer_dn", dn,
	    "serial_number", c->serial, "revoked", s.revoked,
	    "revocation_reason", reason_name(&s));
	if (s.revoked)
		json_object_set_new(o, "revocation_date", json_string(
		    clock_rfc3339(s.since / 1000, when, sizeof(when))));
	if (message)
		json_object_set_new(o, "message", json_string(message));
	deliver(answer, 200, o);
}

/* Asked for a second time, it is a mistake of whoever asks. */
static void
wait_for_approval(struct office *o, const struct ledger_cert *c,
    struct answer *answer)
{
	if (strcmp(o->approving, c->serial) == 0) {
		refuse(answer, 400, "Approval request already exists.");
		return;
	}
	memcpy(o->approving, c->serial, sizeof(o->approving));
	refuse(answer, 202, "The request is waiting for approval.");
}

static void
revoke(struct office *o, const struct ask *a, const char *dn, const char *hex,
    struct answer *answer)
{
	int reason = reason_of(a->query(a, "reason"));
	const char *date = a->query(a, "date");
	struct ledger_cert *c;
	int64_t at;

	if (reason == -1) {
		refuse(answer, 400, "Invalid revocation reason.");
		return;
	}
	if (date && (clock_parse_rfc3339(date, &at) == -1 ||
	    at > clock_now())) {
		refuse(answer, 400, "Invalid revocation date.");
		return;
	}
	c = find(o, dn, hex, answer);
	if (c == NULL)
		return;
	if (a->fault == FAULT_WAITING) {
		wait_for_approval(o, c, answer);
		return;
	}
	if (ledger_change(o->ledger, c, reason, "-", office_now()) ==
	    LEDGER_DONE)
		tell(c, dn, "Successfully revoked", answer);
	else
		refuse(answer, 409, reason == REASON_LIFT ?
		    "Certificate is not on hold." :
		    "Certificate has previously been revoked.");
}

/* The path's rest: /ISSUER/SERIAL/WHAT. */
void
ejbca_serve(struct office *o, const struct ask *a, struct answer *answer)
{
	char *path = mem_strdup(a->rest), *what, *hex = NULL;
	struct ledger_cert *c;

	what = strrchr(path, '/');
	if (what) {
		*what++ = '\0';
		hex = strrchr(path, '/');
	}
	if (hex == NULL || hex == path)
		refuse(answer, 404, "No such resource.");
	else if (a->peer == NULL || X509_cmp(a->peer, o->officer) != 0)
		refuse(answer, 403, "Not authorized.");
	else {
		*hex++ = '\0';
		if (strcmp(what, "revoke") == 0 &&
		    strcmp(a->method, "PUT") == 0)
			revoke(o, a, path + 1, hex, answer);
		else if (strcmp(what, "revocationstatus") == 0 &&
		    strcmp(a->method, "GET") == 0) {
			c = find(o, path + 1, hex, answer);
			if (c)
				tell(c, path + 1, NULL, answer);
		} else
			refuse(answer, 404, "No such resource.");
	}
	free(path);
}
