/*
 * Revocation by EJBCA's REST interface, after its published description:
 * PUT certificate/{issuer_dn}/{serial}/revoke, GET .../revocationstatus.  The
 * officer is known there by TLS, which is spoken in okienko-net: a key on a card
 * would have to sign in that process, at every connection and again after every
 * retry, with a PIN for each.  So this key is a file's; a card signs for CMP.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "revocation/channel_parts.h"
#include "revocation/officer.h"

#define JSON_MAX	((uint64_t)64 << 10)	/* bytes of one answer */
#define EJBCA_WAIT	300	/* seconds while somebody there has to approve */

/* CRLReason in EJBCA's words. */
static const struct {
	int		 code;
	const char	*word;
} reasons[] = {
	{ 1, "KEY_COMPROMISE" },
	{ 2, "CA_COMPROMISE" },
	{ 3, "AFFILIATION_CHANGED" },
	{ 4, "SUPERSEDED" },
	{ 5, "CESSATION_OF_OPERATION" },
	{ 6, "CERTIFICATE_HOLD" },
	{ 8, "REMOVE_FROM_CRL" },
	{ 9, "PRIVILEGES_WITHDRAWN" },
	{ 10, "AA_COMPROMISE" },
};

static const char *
reason_word(int code)
{
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
		if (reasons[i].code == code)
			return reasons[i].word;
	}
	return "UNSPECIFIED";	/* there the parameter may not be left out */
}

/* --- the address ------------------------------------------------------------- */

static int
add(struct buf *b, const char *s)
{
	return buf_add(b, s, strlen(s));
}

/* One segment of a path: all but the unreserved is escaped (RFC 3986 2.3). */
static int
add_escaped(struct buf *b, const char *s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~";
	char hex[4] = "%";

	for (; *s != '\0'; s++) {
		if (strchr(plain, *s) != NULL) {
			if (buf_add(b, s, 1) == -1)
				return -1;
			continue;
		}
		text_hex((const uint8_t *)s, 1, 0, hex + 1, sizeof hex - 1);
		if (add(b, hex) == -1)
			return -1;
	}
	return 0;
}

/*
 * The issuer's name as its own certificate has it; else as it was remembered,
 * which may be masked.  The caller frees.
 */
static char *
issuer_line(const struct channel_job *job)
{
	struct err ignored = ERR_INIT;
	struct cert *c = NULL;
	uint8_t *der;
	size_t len;
	char *line;

	if (channel_issuer(job, &der, &len, &ignored) == 0)
		(void)cert_parse(der, len, &c, &ignored);
	free(der);
	line = mem_strdup(c != NULL ? c->subject.line :
	    job->row->cert.issuer.line);
	cert_free(c);
	return line;
}

/* The caller frees; NULL and ERR_NET_URL where it becomes too long. */
static char *
address(const struct channel_job *job, const char *operation, struct err *err)
{
	const struct record *cert = &job->row->cert;
	const char *base = job->authority->ejbca_url;
	char serial[CERT_SERIAL_MAX * 2 + 1];
	size_t n = strlen(base);
	char *dn = issuer_line(job), *url = NULL;
	struct buf b;

	while (n > 0 && base[n - 1] == '/')
		n--;
	text_hex(cert->serial, cert->serial_len, 0, serial, sizeof serial);
	buf_init(&b, NET_URL_MAX);
	if (dn == NULL || buf_add(&b, base, n) == -1 ||
	    add(&b, "/certificate/") == -1 || add_escaped(&b, dn) == -1 ||
	    add(&b, "/") == -1 || add(&b, serial) == -1 ||
	    add(&b, "/") == -1 || add(&b, operation) == -1)
		err_set(err, ERR_NET_URL, base, "the issuer's name is too long");
	else
		url = mem_strndup((const char *)b.data, b.len);
	buf_clear(&b);
	free(dn);
	return url;
}

/* --- asking ----------------------------------------------------------------- */

struct said {
	int		 status;	/* HTTP's */
	json_t		*json;		/* an object, or NULL */
	struct err	 refused;	/* the status as an error */
};

static const char *
or_null(const char *s)
{
	return s[0] != '\0' ? s : NULL;
}

static int
ask(const struct channel_job *job, enum net_method method,
    const char *operation, struct said *said, struct err *err)
{
	const struct authority *a = job->authority;
	struct net_answer answer = { .status = 0 };
	struct net_request request = {
		.method = method,
		.source = NET_CONFIGURED,
		.accept = "application/json",
		.ca_file = or_null(a->ejbca_ca_file),
		.client_cert = or_null(a->ejbca_certificate),
		.client_key = or_null(a->ejbca_key),
		.max = JSON_MAX,
		.cancel = job->cancel,
	};
	char *url = address(job, operation, err);
	int rc = -1;

	*said = (struct said){ .status = 0 };
	request.url = url;
	if (url != NULL && net_ask(job->net, &request, &answer, err) == 0) {
		said->status = answer.status;
		said->json = answer.body.len == 0 ? NULL :
		    json_loadb((const char *)answer.body.data,
		    answer.body.len, JSON_REJECT_DUPLICATES, NULL);
		if (answer.status != 200)
			net_refused(&request, &answer, &said->refused);
		rc = 0;
	}
	net_answer_clear(&answer);
	free(url);
	return rc;
}

static const char *
string_of(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s != NULL ? s : "";
}

/* --- what was said ------------------------------------------------------------ */

static bool
same_serial(const struct record *cert, const char *hex)
{
	char serial[CERT_SERIAL_MAX * 2 + 1];
	const char *ours = serial;

	text_hex(cert->serial, cert->serial_len, 0, serial, sizeof serial);
	if (strncasecmp(hex, "0x", 2) == 0)
		hex += 2;
	ours += strspn(ours, "0");
	hex += strspn(hex, "0");
	return strcasecmp(ours, hex) == 0;
}

/* An object that speaks of this certificate and says whether it is revoked. */
static bool
makes_sense(const struct channel_job *job, const json_t *json)
{
	return json_is_boolean(json_object_get(json, "revoked")) &&
	    same_serial(&job->row->cert, string_of(json, "serial_number"));
}

static void
nonsense(const struct channel_job *job, struct case_result_of *r)
{
	struct err err = ERR_INIT;

	err_set(&err, ERR_CHANNEL_TALK, job->authority->ejbca_url,
	    "no JSON about this certificate");
	channel_result(r, RESULT_FAILED, &err, NULL);
}

/* Whether the certificate stands as the case wants it to. */
static bool
is_done(const struct channel_job *job, const json_t *json)
{
	bool revoked = json_is_true(json_object_get(json, "revoked"));
	bool hold = strcmp(string_of(json, "revocation_reason"),
	    "CERTIFICATE_HOLD") == 0;

	switch (job->view->action) {
	case CASE_SUSPEND:
		return revoked;
	case CASE_LIFT:
		return !revoked;
	default:
		return revoked && !hold;
	}
}

/* Statuses of EJBCA's that do not mean that it is done. */
static const struct {
	int		 status;
	enum case_result result;
	enum err_code	 code;
} statuses[] = {
	{ 202, RESULT_WAITING, ERR_NONE },
	{ 400, RESULT_REFUSED, ERR_CHANNEL_REFUSED },
	{ 401, RESULT_REFUSED, ERR_CHANNEL_AUTH },
	{ 403, RESULT_REFUSED, ERR_CHANNEL_AUTH },
	{ 404, RESULT_UNKNOWN, ERR_CHANNEL_CERT },
	{ 409, RESULT_ALREADY, ERR_NONE },
	{ 422, RESULT_REFUSED, ERR_CHANNEL_REFUSED },
};

static void
by_status(const struct channel_job *job, const struct said *said,
    struct case_result_of *r)
{
	const char *words = string_of(said->json, "error_message");
	enum case_result result;
	enum err_code code;
	struct err err = ERR_INIT;
	size_t i = 0;

	while (i < sizeof statuses / sizeof *statuses &&
	    statuses[i].status != said->status)
		i++;
	if (i == sizeof statuses / sizeof *statuses) {
		channel_result(r, RESULT_FAILED, &said->refused, words);
		return;
	}
	result = statuses[i].result;
	code = statuses[i].code;
	if (result == RESULT_ALREADY && job->view->action == CASE_LIFT) {
		result = RESULT_REFUSED;	/* there is nothing to lift */
		code = ERR_CHANNEL_REFUSED;
	}
	if (code != ERR_NONE)
		err_raw(&err, code, ORIGIN_HTTP, (unsigned long)said->status,
		    job->authority->name, NULL);
	channel_result(r, result, &err, words);
	if (result == RESULT_WAITING)
		r->retry_at = job->now + EJBCA_WAIT;
}

/*
 * While a request waits for approval a second one is refused as such, in an
 * error that has no code of its own: the first waits on.
 */
static bool
waits_on(const struct channel_job *job, const struct said *said,
    struct case_result_of *r)
{
	if (!job->view->waits || said->status != 400)
		return false;
	channel_result(r, RESULT_WAITING, NULL,
	    string_of(said->json, "error_message"));
	r->retry_at = job->now + EJBCA_WAIT;
	return true;
}

/*
 * A sending had no answer: if it got there all the same, nothing is sent again.
 * True when that is known, or when even this cannot be asked: who may not ask may
 * have been heard before, so that is no answer to what was sent.
 */
static bool
settled(const struct channel_job *job, struct case_result_of *r)
{
	struct err err = ERR_INIT;
	struct said said;
	bool done = true;

	if (ask(job, NET_GET, "revocationstatus", &said, &err) == -1)
		channel_result(r, RESULT_FAILED, &err, NULL);
	else if (said.status == 404)
		by_status(job, &said, r);
	else if (said.status != 200)
		channel_result(r, RESULT_FAILED, &said.refused,
		    string_of(said.json, "error_message"));
	else if (!makes_sense(job, said.json))
		nonsense(job, r);
	else if (is_done(job, said.json))
		channel_result(r, RESULT_ALREADY, NULL, NULL);
	else
		done = false;
	json_decref(said.json);
	return done;
}

static void
ejbca_send(const struct channel_job *job, struct case_result_of *r)
{
	struct err err = ERR_INIT;
	struct said said;
	char operation[64];

	*r = (struct case_result_of){ .result = RESULT_FAILED };
	if (job->view->transaction[0] != '\0' && settled(job, r))
		return;
	snprintf(operation, sizeof operation, "revoke?reason=%s",
	    reason_word(channel_reason(job->view)));
	if (ask(job, NET_PUT, operation, &said, &err) == -1)
		channel_result(r, RESULT_FAILED, &err, NULL);
	else if (waits_on(job, &said, r))
		;
	else if (said.status != 200)
		by_status(job, &said, r);
	/* Of a lifted suspension too it says "revoked" here: that is the verb. */
	else if (!makes_sense(job, said.json) ||
	    !json_is_true(json_object_get(said.json, "revoked")))
		nonsense(job, r);
	else
		channel_result(r, RESULT_ACCEPTED, NULL,
		    string_of(said.json, "message"));
	json_decref(said.json);
}

/* --- the channel --------------------------------------------------------------- */

static bool
has_ejbca(const struct authority *a)
{
	return a->ejbca_url[0] != '\0';
}

static int
ready(const struct channel_job *job, struct err *err)
{
	const struct authority *a = job->authority;
	struct officer o;

	if (officer_load(&o, a->ejbca_certificate, a->ejbca_key, job->now,
	    err) == -1)
		return -1;
	officer_clear(&o);
	return 0;
}

const struct channel channel_ejbca = {
	.id = "ejbca",
	.name = N_("by EJBCA's interface"),
	.machine = true,
	.configured = has_ejbca,
	.can = channel_acts,
	.ready = ready,
	.send = ejbca_send,
};
