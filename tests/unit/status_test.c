/*
 * Asking for a status, with servers that say what a test wants: which way is
 * asked when, what is kept, and what none of it is believed for.  net_ask and
 * the memory of fetched things are stand-ins of this program; answers, lists and
 * the registry are real.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>
#include <cmocka.h>

#include "base/mem.h"
#include "registry/store.h"
#include "revocation/status.h"
#include "tests/unit/certmake.h"
#include "tests/unit/regtest.h"
#include "tests/unit/statusmake.h"

#define NOW	MAKE_NOW
#define DAY	INT64_C(86400)
#define SERIAL	"9A0123"

#define OCSP_URL	"http://ocsp.example.org/"
#define CRL_URL		"http://crl.example.org/q.crl"
#define DELTA_URL	"http://crl.example.org/delta.crl"
#define AIA_URL		"http://example.org/ca.der"

/* --- who is asked ----------------------------------------------------------------- */

struct server {
	const char	*url;
	enum err_code	 err;		/* no answer at all */
	int		 status;	/* 0: 200 */
	struct span	 body;		/* freed by the test's end */
	struct status_ocsp ocsp;	/* issuer set: answer with the nonce asked */
	char		 etag[32];
	int64_t		 date, fresh_until, modified;
	/* what was asked */
	int		 asked, unchanged;
	enum net_source	 source;
	enum net_method	 method;
};

enum { OCSP, CRL, DELTA, AIA, SERVERS };

static struct server servers[SERVERS];

static struct server *
server_of(const char *url)
{
	for (int i = 0; i < SERVERS; i++) {
		if (servers[i].url != NULL && strcmp(servers[i].url, url) == 0)
			return &servers[i];
	}
	fail_msg("nobody is at %s", url);
	return NULL;
}

static int
give(const struct net_request *r, struct net_answer *a, struct span body,
    struct err *err)
{
	/* In two pieces, as it comes. */
	size_t half = body.len / 2;

	a->bytes = body.len;
	if (r->sink == NULL)
		return buf_add(&a->body, body.p, body.len);
	if (a->status != 200)
		return 0;
	return r->sink(span_of(body.p, half), r->arg, err) != 0 ? -1 :
	    r->sink(span_of(body.p + half, body.len - half), r->arg, err);
}

int
net_ask(struct net *net, const struct net_request *r, struct net_answer *a,
    struct err *err)
{
	struct server *s = server_of(r->url);
	struct status_ocsp o = s->ocsp;
	struct span body = s->body;
	int rc;

	(void)net;
	memset(a, 0, sizeof *a);
	buf_init(&a->body, 1u << 20);
	s->asked++;
	s->source = r->source;
	s->method = r->method;
	if (s->err != ERR_NONE)
		return err_set(err, s->err, r->url, NULL);
	a->status = s->status != 0 ? s->status : 200;
	a->date = s->date;
	a->millis = 7;
	a->fresh_until = s->fresh_until;
	a->last_modified = s->modified;
	snprintf(a->etag, sizeof a->etag, "%s", s->etag);
	if (r->etag != NULL && strcmp(r->etag, s->etag) == 0) {
		s->unchanged++;
		a->status = 304;
		return 0;
	}
	if (o.issuer != NULL) {
		/* The nonce is what a request of ours ends with. */
		o.nonce = r->body.p + r->body.len - OCSP_NONCE_LEN;
		o.nonce_len = OCSP_NONCE_LEN;
		body = status_ocsp(&o);
	}
	rc = give(r, a, body, err);
	if (o.issuer != NULL)
		free((void *)body.p);
	return rc;
}

void
net_answer_clear(struct net_answer *a)
{
	buf_clear(&a->body);
}

int
net_refused(const struct net_request *r, const struct net_answer *a,
    struct err *err)
{
	return err_raw(err, ERR_NET_STATUS, ORIGIN_HTTP,
	    (unsigned long)a->status, r->url, NULL);
}

/* --- what is remembered ------------------------------------------------------------- */

static struct {
	uint8_t		 key[RECORD_KEY_MAX];
	size_t		 key_len;
	struct span	 der;
	enum ca_proof	 proof;
} remembered;

int
ca_put(struct registry *reg, const struct record_issuer *issuer,
    const void *der, size_t len, enum ca_proof proof, struct err *err)
{
	uint8_t *copy = mem_alloc(len);

	(void)reg;
	(void)err;
	free((void *)remembered.der.p);
	memcpy(copy, der, len);
	memcpy(remembered.key, issuer->key, issuer->key_len);
	remembered.key_len = issuer->key_len;
	remembered.der = span_of(copy, len);
	remembered.proof = proof;
	return 0;
}

int
ca_get(struct registry *reg, const struct record_issuer *issuer, uint8_t **der,
    size_t *len, enum ca_proof *proof, struct err *err)
{
	(void)reg;
	(void)err;
	*der = NULL;
	*len = 0;
	if (remembered.key_len != issuer->key_len || memcmp(remembered.key,
	    issuer->key, issuer->key_len) != 0)
		return 0;
	*len = remembered.der.len;
	*der = mem_alloc(*len);
	memcpy(*der, remembered.der.p, *len);
	*proof = remembered.proof;
	return 1;
}

static struct {
	char		url[64];
	struct fetched	what;
} fetched[4];

int
fetched_get(struct registry *reg, const char *url, struct fetched *what,
    struct err *err)
{
	(void)reg;
	(void)err;
	for (size_t i = 0; i < sizeof fetched / sizeof *fetched; i++) {
		if (strcmp(fetched[i].url, url) == 0) {
			*what = fetched[i].what;
			return 1;
		}
	}
	return 0;
}

int
fetched_put(struct registry *reg, const char *url, const struct fetched *what,
    struct err *err)
{
	size_t i = 0;

	(void)reg;
	(void)err;
	while (fetched[i].url[0] != '\0' && strcmp(fetched[i].url, url) != 0)
		i++;
	snprintf(fetched[i].url, sizeof fetched[i].url, "%s", url);
	fetched[i].what = *what;
	return 0;
}

/* --- the authority --------------------------------------------------------------------- */

enum { ISSUER, OTHER, HOLDER, KEYS };

static EVP_PKEY *keys[KEYS];
static X509 *issuer, *namesake, *holder;
static struct span issuer_der, namesake_der, holder_der;

static struct {
	struct regtest		*dir;
	struct registry		*reg;
	struct status_about	 about;
	struct authority	 auth;
	struct status_options	 o;
	struct status_report	 report;
	int64_t			 now;
} t;

static X509 *
make_ca(int key)
{
	return status_cert(&(struct status_cert){ .cn = "Issuer",
	    .key = keys[key], .exts = {
	    { "basicConstraints", "critical,CA:TRUE" },
	    { "keyUsage", "keyCertSign,cRLSign" },
	    { "subjectKeyIdentifier", "hash" } } });
}

static int
make_all(void **state)
{
	(void)state;
	for (int i = 0; i < KEYS; i++)
		keys[i] = EVP_EC_gen("P-256");
	issuer = make_ca(ISSUER);
	namesake = make_ca(OTHER);
	holder = status_cert(&(struct status_cert){ .cn = "Ewa",
	    .key = keys[HOLDER], .issuer = issuer,
	    .issuer_key = keys[ISSUER], .serial = 0x9a0123,
	    .exts = { { "authorityKeyIdentifier", "keyid" },
	    { "crlDistributionPoints", "URI:ldap://x/y,URI:" CRL_URL },
	    { "authorityInfoAccess", "OCSP;URI:" OCSP_URL ",caIssuers;URI:"
	    AIA_URL } } });
	issuer_der = status_der(issuer);
	namesake_der = status_der(namesake);
	holder_der = status_der(holder);
	return 0;
}

static int
free_all(void **state)
{
	(void)state;
	for (int i = 0; i < KEYS; i++)
		EVP_PKEY_free(keys[i]);
	X509_free(issuer);
	X509_free(namesake);
	X509_free(holder);
	free((void *)issuer_der.p);
	free((void *)namesake_der.p);
	free((void *)holder_der.p);
	return 0;
}

static struct span
copy_of(struct span s)
{
	uint8_t *copy = mem_alloc(s.len);

	memcpy(copy, s.p, s.len);
	return span_of(copy, s.len);
}

static void
serve(int i, struct span body)
{
	free((void *)servers[i].body.p);
	servers[i].body = body;
}

static struct status_crl
list(void)
{
	return (struct status_crl){ .issuer = issuer, .key = keys[ISSUER],
	    .this_update = NOW - 3600, .next_update = NOW + DAY, .number = 7,
	    .more = 3 };
}

static struct status_crl
list_with(int reason)
{
	struct status_crl l = list();

	l.listed[0] = (struct status_listed){ SERIAL, reason, NULL };
	return l;
}

static struct status_crl
delta_with(int reason)
{
	struct status_crl l = list_with(reason);

	l.exts[0] = (struct status_ext){ "deltaCRL", "critical,DER:02:01:07" };
	l.number = 9;
	l.this_update = NOW - 60;
	return l;
}

static void
serve_list(int i, struct status_crl l)
{
	serve(i, status_crl(&l));
}

/* Everybody is there, and everything is well. */
static int
setup(void **state)
{
	struct err err = ERR_INIT;
	struct cert *c;
	struct record r;

	memset(&t, 0, sizeof t);
	memset(servers, 0, sizeof servers);
	memset(&remembered, 0, sizeof remembered);
	memset(fetched, 0, sizeof fetched);
	assert_int_equal(regtest_setup(state), 0);
	t.dir = *state;
	t.now = NOW;
	t.reg = regtest_open(t.dir, REGISTRY_CREATE);
	settings_init(authority_settings, nauthority_settings, &t.auth);
	t.o.authority = &t.auth;
	t.o.cache = regtest_path(t.dir, "cache");
	assert_int_equal(mkdir(t.o.cache, 0700), 0);
	assert_int_equal(cert_parse(holder_der.p, holder_der.len, &c, &err), 0);
	status_about_cert(&t.about, c, holder_der.p, holder_der.len);
	record_of_cert(&r, c, HOW_CARD, NOW);
	assert_int_equal(store_cert(t.reg, &r, NULL, &err), 0);
	record_clear(&r);
	cert_free(c);
	servers[OCSP] = (struct server){ .url = OCSP_URL, .ocsp = {
	    .issuer = issuer, .serial = SERIAL, .signer = issuer,
	    .key = keys[ISSUER], .state = V_OCSP_CERTSTATUS_GOOD,
	    .reason = -1, .this_update = NOW - 5, .next_update = NOW + 600 } };
	servers[CRL] = (struct server){ .url = CRL_URL, .etag = "\"one\"" };
	servers[DELTA] = (struct server){ .url = DELTA_URL };
	servers[AIA] = (struct server){ .url = AIA_URL,
	    .body = copy_of(issuer_der) };
	serve_list(CRL, list());
	return 0;
}

static int
teardown(void **state)
{
	struct dirent *e;
	DIR *dir = opendir(t.o.cache);

	while (dir != NULL && (e = readdir(dir)) != NULL)
		(void)unlinkat(dirfd(dir), e->d_name, 0);
	closedir(dir);
	(void)rmdir(t.o.cache);
	for (int i = 0; i < SERVERS; i++)
		free((void *)servers[i].body.p);
	free((void *)remembered.der.p);
	settings_clear(authority_settings, nauthority_settings, &t.auth);
	status_about_clear(&t.about);
	status_report_clear(&t.report);
	registry_close(t.reg);
	return regtest_teardown(state);
}

/* --- asking ------------------------------------------------------------------------------ */

static enum err_code
ask(void)
{
	struct err err = ERR_INIT;
	int rc;

	status_report_clear(&t.report);
	rc = status_ask(NULL, t.reg, &t.about, &t.o, t.now, &t.report, &err);
	assert_int_equal(rc, err.code == ERR_NONE ? 0 : -1);
	assert_int_equal(t.report.err.code, err.code);
	return err.code;
}

static void
expect(enum record_status status, enum record_how by)
{
	assert_string_equal(err_id(ask()), "OK");
	assert_string_equal(record_status_id(t.report.status),
	    record_status_id(status));
	assert_int_equal(t.report.by, by);
}

/* What the registry holds of it. */
static enum record_status
kept(void)
{
	struct err err = ERR_INIT;
	enum record_status status;
	struct record r;

	assert_int_equal(store_get(t.reg, &t.about.issuer, t.about.serial,
	    t.about.serial_len, &r, &err), 0);
	status = r.status;
	record_clear(&r);
	return status;
}

static int
files(const char *end)
{
	DIR *dir = opendir(t.o.cache);
	struct dirent *e;
	int n = 0;

	while ((e = readdir(dir)) != NULL) {
		size_t len = strlen(e->d_name), k = strlen(end);

		n += len > k && strcmp(e->d_name + len - k, end) == 0;
	}
	closedir(dir);
	return n;
}

static void
test_good(void **state)
{
	(void)state;
	expect(STATUS_GOOD, HOW_OCSP);
	assert_true(t.report.ocsp.nonce && t.report.ocsp.answered);
	assert_int_equal(servers[OCSP].method, NET_POST);
	assert_int_equal(servers[OCSP].source, NET_STRANGER);
	assert_int_equal(servers[AIA].asked, 1);
	assert_int_equal(servers[CRL].asked, 0);
	assert_true(t.report.at == NOW - 5 && t.report.good_until == 0);
	assert_int_equal(kept(), STATUS_GOOD);
	assert_int_equal(remembered.proof, CA_KEY_HASH);
	/* Whose it is is known from now on, also without the certificate. */
	free(t.about.der);
	t.about.der = NULL;
	expect(STATUS_GOOD, HOW_OCSP);
	assert_int_equal(servers[AIA].asked, 1);
}

static void
test_revoked(void **state)
{
	struct status_ocsp *o = &servers[OCSP].ocsp;

	(void)state;
	o->state = V_OCSP_CERTSTATUS_REVOKED;
	o->reason = 6;
	o->revoked_at = NOW - 30;
	expect(STATUS_SUSPENDED, HOW_OCSP);
	assert_int_equal(kept(), STATUS_SUSPENDED);
	/* One who asked just before may say "good" until then. */
	assert_true(t.report.good_until == NOW + 600);
	o->revoked_at = NOW - 9 * DAY;
	expect(STATUS_SUSPENDED, HOW_OCSP);
	assert_true(t.report.good_until == 0);
	o->reason = 1;
	o->this_update++;
	expect(STATUS_REVOKED, HOW_OCSP);
	assert_int_equal(t.report.ocsp.reason, 1);
	assert_int_equal(kept(), STATUS_REVOKED);
}

/* What OCSP answers is no good: the list is asked, and both are told. */
static void
test_list_instead(void **state)
{
	static const struct {
		enum err_code	 net;
		int		 status;
		const char	*serial;
		int64_t		 at;
		int		 key;
		enum err_code	 want;
	} cases[] = {
		{ ERR_NET_CONNECT, 0, SERIAL, NOW, ISSUER, ERR_NET_CONNECT },
		{ ERR_NONE, 503, SERIAL, NOW, ISSUER, ERR_NET_STATUS },
		{ ERR_NONE, 0, "01", NOW, ISSUER, ERR_STATUS_OTHER },
		{ ERR_NONE, 0, SERIAL, NOW - DAY, ISSUER, ERR_STATUS_OLD },
		{ ERR_NONE, 0, SERIAL, NOW + DAY, ISSUER, ERR_STATUS_CLOCK },
		{ ERR_NONE, 0, SERIAL, NOW, OTHER, ERR_STATUS_FORGED },
	};

	(void)state;
	serve_list(CRL, list_with(1));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct server *s = &servers[OCSP];

		s->err = cases[i].net;
		s->status = cases[i].status;
		s->ocsp.serial = cases[i].serial;
		s->ocsp.this_update = cases[i].at;
		s->ocsp.next_update = cases[i].at + 600;
		s->ocsp.signer = cases[i].key == OTHER ? namesake : issuer;
		s->ocsp.key = keys[cases[i].key];
		expect(STATUS_REVOKED, HOW_CRL);
		assert_false(t.report.ocsp.answered);
		assert_int_equal(t.report.ocsp.err.code, cases[i].want);
		assert_string_equal(t.report.ocsp.err.what, OCSP_URL);
		assert_int_equal(t.report.crl.reason, 1);
		assert_int_equal(t.report.crl.entries, 4);
		assert_int_equal(kept(), STATUS_REVOKED);
	}
	/* Neither answers: the first one's error. */
	servers[CRL].err = ERR_NET_TIMEOUT;
	servers[OCSP].err = ERR_NET_CONNECT;
	assert_int_equal(ask(), ERR_NET_CONNECT);
	assert_int_equal(t.report.crl.err.code, ERR_NET_TIMEOUT);
	/* Somebody who gives up does not want the other one asked. */
	servers[CRL].asked = 0;
	servers[OCSP].err = ERR_CANCELLED;
	assert_int_equal(ask(), ERR_CANCELLED);
	assert_int_equal(servers[CRL].asked, 0);
}

static void
test_unknown(void **state)
{
	(void)state;
	servers[OCSP].ocsp.state = V_OCSP_CERTSTATUS_UNKNOWN;
	servers[CRL].err = ERR_NET_CONNECT;
	expect(STATUS_UNKNOWN, HOW_OCSP);
	assert_int_equal(servers[CRL].asked, 1);
	assert_int_equal(kept(), STATUS_UNKNOWN);
	servers[CRL].err = ERR_NONE;
	expect(STATUS_GOOD, HOW_CRL);
}

/* A revocation is final; of other words the later one counts. */
static void
test_both(void **state)
{
	(void)state;
	t.o.both = true;
	serve_list(CRL, list_with(1));
	expect(STATUS_REVOKED, HOW_CRL);
	assert_true(t.report.ocsp.answered &&
	    t.report.ocsp.status == STATUS_GOOD);
	assert_true(t.report.good_until == NOW + DAY);
	serve_list(CRL, list_with(6));
	t.o.fresh = true;
	snprintf(servers[CRL].etag, sizeof servers[CRL].etag, "\"two\"");
	expect(STATUS_GOOD, HOW_OCSP);
	servers[OCSP].ocsp.this_update = NOW - 2 * 3600;
	expect(STATUS_SUSPENDED, HOW_CRL);
}

/* --- lists that are kept ------------------------------------------------------------------ */

static void
test_kept(void **state)
{
	struct server *s = &servers[CRL];

	(void)state;
	free(t.about.ocsp);
	t.about.ocsp = NULL;
	s->fresh_until = NOW + 9 * DAY;
	expect(STATUS_GOOD, HOW_CRL);
	assert_false(t.report.crl.kept);
	assert_int_equal(files(".crl"), 1);
	assert_int_equal(files(".part"), 0);
	/* The server says that it may be kept, but not for how long is right. */
	t.now = NOW + STATUS_KEPT_MAX - 1;
	expect(STATUS_GOOD, HOW_CRL);
	assert_true(t.report.crl.kept);
	assert_int_equal(s->asked, 1);
	t.now = NOW + STATUS_KEPT_MAX;
	expect(STATUS_GOOD, HOW_CRL);
	assert_true(t.report.crl.kept);
	assert_int_equal(s->asked, 2);
	assert_int_equal(s->unchanged, 1);
	t.o.fresh = true;
	expect(STATUS_GOOD, HOW_CRL);
	assert_int_equal(s->unchanged, 2);
	/* There is a new one. */
	serve_list(CRL, list_with(1));
	snprintf(s->etag, sizeof s->etag, "\"two\"");
	expect(STATUS_REVOKED, HOW_CRL);
	assert_false(t.report.crl.kept);
	assert_int_equal(files(".crl"), 1);
	assert_int_equal(files(".part"), 0);
}

/* The hash in the report is that of the bytes, by whichever way they came. */
static void
test_hash(void **state)
{
	uint8_t hash[32];

	(void)state;
	servers[OCSP].err = ERR_NET_CONNECT;
	EVP_Digest(servers[CRL].body.p, servers[CRL].body.len, hash, NULL,
	    EVP_sha256(), NULL);
	for (int i = 0; i < 2; i++) {
		expect(STATUS_GOOD, HOW_CRL);
		assert_int_equal(t.report.crl.kept, i == 1);
		assert_memory_equal(t.report.crl.sha256, hash, 32);
	}
}

/* A forged or cut list, or an old one, does not take a good one's place. */
static void
test_not_kept(void **state)
{
	struct status_crl forged = list_with(1);
	struct server *s = &servers[CRL];
	struct span whole;

	(void)state;
	servers[OCSP].err = ERR_NET_CONNECT;
	expect(STATUS_GOOD, HOW_CRL);
	whole = copy_of(s->body);
	snprintf(s->etag, sizeof s->etag, "\"bad\"");
	forged.key = keys[OTHER];
	serve_list(CRL, forged);
	assert_int_equal(ask(), ERR_NET_CONNECT);
	assert_int_equal(t.report.crl.err.code, ERR_STATUS_FORGED);
	assert_string_equal(t.report.crl.err.what, CRL_URL);
	serve(CRL, copy_of(span_of(whole.p, whole.len - 1)));
	assert_int_equal(ask(), ERR_NET_CONNECT);
	assert_int_equal(t.report.crl.err.code, ERR_BAD_DATA);
	assert_int_equal(files(".part"), 0);
	/* What was there is still there. */
	snprintf(s->etag, sizeof s->etag, "\"one\"");
	expect(STATUS_GOOD, HOW_CRL);
	assert_true(t.report.crl.kept);
	free((void *)whole.p);
}

/* "Not changed" about a file that somebody has damaged. */
static void
test_damaged(void **state)
{
	char path[256];
	FILE *f;

	(void)state;
	servers[OCSP].err = ERR_NET_CONNECT;
	expect(STATUS_GOOD, HOW_CRL);
	snprintf(path, sizeof path, "%s/%s", t.o.cache, fetched[0].what.file);
	f = fopen(path, "r+");
	assert_non_null(f);
	fputs("nothing", f);
	fclose(f);
	expect(STATUS_GOOD, HOW_CRL);
	assert_false(t.report.crl.kept);
	assert_int_equal(servers[CRL].asked, 3);
	assert_int_equal(unlink(path), 0);
	expect(STATUS_GOOD, HOW_CRL);
	assert_false(t.report.crl.kept);
}

/* What a desk left that was killed while it fetched goes after a day. */
static void
test_swept(void **state)
{
	static const char *const names[] = { "a.part", "b.part", "c" };
	struct utimbuf old = { NOW - 2 * DAY, NOW - 2 * DAY };
	char path[256];

	(void)state;
	servers[OCSP].err = ERR_NET_CONNECT;
	for (size_t i = 0; i < 3; i++) {
		struct utimbuf when = old;

		snprintf(path, sizeof path, "%s/%s", t.o.cache, names[i]);
		fclose(fopen(path, "w"));
		if (i == 1)
			when.modtime = NOW;
		assert_int_equal(utime(path, &when), 0);
	}
	expect(STATUS_GOOD, HOW_CRL);
	assert_int_equal(files(".part"), 1);
	snprintf(path, sizeof path, "%s/c", t.o.cache);
	assert_int_equal(access(path, F_OK), 0);
}

static void
test_no_folder(void **state)
{
	const char *cache = t.o.cache;

	(void)state;
	t.o.both = true;
	t.o.cache = "/nonexistent/folder";
	expect(STATUS_GOOD, HOW_OCSP);
	assert_int_equal(t.report.crl.err.code, ERR_IO);
	assert_int_equal(servers[CRL].asked, 0);
	t.o.cache = cache;
	/* And without a registry nothing stays. */
	registry_close(t.reg);
	t.reg = NULL;
	expect(STATUS_GOOD, HOW_OCSP);
	assert_true(t.report.crl.answered);
	assert_int_equal(files(".crl") + files(".part"), 0);
}

/* --- deltas ------------------------------------------------------------------------------- */

static void
test_delta(void **state)
{
	static const struct {
		int			 base, delta;	/* reason; -2: not on it */
		enum record_status	 want;
	} cases[] = {
		{ -2, -2, STATUS_GOOD }, { -2, 6, STATUS_SUSPENDED },
		{ -2, 1, STATUS_REVOKED }, { 6, 8, STATUS_GOOD },
		{ 6, 1, STATUS_REVOKED }, { 6, -2, STATUS_SUSPENDED },
		{ 1, 8, STATUS_REVOKED }, { 1, -2, STATUS_REVOKED },
	};

	(void)state;
	servers[OCSP].err = ERR_NET_CONNECT;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct status_crl base = list(), delta = delta_with(1);

		if (cases[i].base != -2)
			base = list_with(cases[i].base);
		base.exts[0] = (struct status_ext){ "freshestCRL",
		    "URI:" DELTA_URL };
		delta.listed[0].reason = cases[i].delta;
		if (cases[i].delta == -2)
			delta.listed[0].serial = "05";
		serve_list(CRL, base);
		serve_list(DELTA, delta);
		memset(fetched, 0, sizeof fetched);
		expect(cases[i].want, HOW_CRL);
		assert_true(t.report.delta.answered);
		assert_true(t.report.at == NOW - 60);
		assert_int_equal(servers[DELTA].source, NET_STRANGER);
	}
}

/* One that goes on from another list, an older one, or none at all. */
static void
test_other_delta(void **state)
{
	struct status_crl base = list(), delta = delta_with(1);

	(void)state;
	servers[OCSP].err = ERR_NET_CONNECT;
	base.exts[0] = (struct status_ext){ "freshestCRL", "URI:" DELTA_URL };
	serve_list(CRL, base);
	delta.exts[0].value = "critical,DER:02:01:08";
	serve_list(DELTA, delta);
	expect(STATUS_GOOD, HOW_CRL);
	assert_int_equal(t.report.delta.err.code, ERR_BAD_DATA);
	delta = delta_with(1);
	delta.number = 7;
	serve_list(DELTA, delta);
	expect(STATUS_GOOD, HOW_CRL);
	assert_int_equal(t.report.delta.err.code, ERR_NONE);
	delta = delta_with(1);
	delta.key = keys[OTHER];
	serve_list(DELTA, delta);
	expect(STATUS_GOOD, HOW_CRL);
	assert_int_equal(t.report.delta.err.code, ERR_STATUS_FORGED);
	assert_true(t.report.at == NOW - 3600);
	/* A delta in a list's place says little. */
	memset(fetched, 0, sizeof fetched);
	serve_list(CRL, delta_with(8));
	assert_int_equal(ask(), ERR_NET_CONNECT);
	assert_int_equal(t.report.crl.err.code, ERR_BAD_DATA);
}

/* --- whose ---------------------------------------------------------------------------------- */

static void
write_file(const char *name, struct span bytes)
{
	FILE *f = fopen(regtest_path(t.dir, name), "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes.p, 1, bytes.len, f), bytes.len);
	assert_int_equal(fclose(f), 0);
}

static void
trust(const char *pattern)
{
	t.auth.ca_files.v[0] = mem_strdup(regtest_path(t.dir, pattern));
	t.auth.ca_files.n = 1;
}

static void
test_configured(void **state)
{
	(void)state;
	write_file("a.der", namesake_der);
	write_file("b.der", issuer_der);
	trust("*.der");
	expect(STATUS_GOOD, HOW_OCSP);
	assert_int_equal(servers[AIA].asked, 0);
	assert_int_equal(remembered.key_len, 0);
}

static void
test_override(void **state)
{
	(void)state;
	free(t.auth.ocsp);
	free(t.auth.cdp);
	t.auth.ocsp = mem_strdup("http://10.0.0.7/ocsp");
	t.auth.cdp = mem_strdup("http://10.0.0.7/list");
	servers[OCSP].url = t.auth.ocsp;
	servers[CRL].url = t.auth.cdp;
	t.o.both = true;
	expect(STATUS_GOOD, HOW_OCSP);
	assert_int_equal(servers[OCSP].source, NET_CONFIGURED);
	assert_int_equal(servers[CRL].source, NET_CONFIGURED);
	assert_true(t.report.crl.answered);
}

/* Somebody else's certificate of the same name, where the issuer's should be. */
static void
test_impostor(void **state)
{
	(void)state;
	serve(AIA, copy_of(namesake_der));
	assert_int_equal(ask(), ERR_NO_ISSUER);
	assert_string_equal(t.report.err.what, SERIAL);
	assert_int_equal(servers[OCSP].asked, 0);
	/* Without the certificate to check by, its key's hash tells. */
	free(t.about.der);
	t.about.der = NULL;
	assert_int_equal(ask(), ERR_NO_ISSUER);
	serve(AIA, copy_of(span_of("<html>", 6)));
	assert_int_equal(ask(), ERR_NOT_A_CERT);
	servers[AIA].err = ERR_NET_NAME;
	assert_int_equal(ask(), ERR_NET_NAME);
	free(t.about.aia);
	t.about.aia = NULL;
	assert_int_equal(ask(), ERR_NO_ISSUER);
}

/*
 * A forger's certificate names the genuine issuer by name and key identifier, and
 * is signed by a key of his own, whose certificate he offers: that is its issuer,
 * but it must never be remembered as that of others.
 */
static void
test_forger(void **state)
{
	struct err err = ERR_INIT;
	X509 *x = X509_dup(holder);
	struct span der;
	struct cert *c;

	(void)state;
	assert_true(X509_sign(x, keys[OTHER], EVP_sha256()) > 0);
	der = status_der(x);
	assert_int_equal(cert_parse(der.p, der.len, &c, &err), 0);
	status_about_clear(&t.about);
	status_about_cert(&t.about, c, der.p, der.len);
	serve(AIA, copy_of(namesake_der));
	servers[OCSP].ocsp.issuer = servers[OCSP].ocsp.signer = namesake;
	servers[OCSP].ocsp.key = keys[OTHER];
	expect(STATUS_GOOD, HOW_OCSP);
	assert_int_equal(remembered.key_len, 0);
	cert_free(c);
	free((void *)der.p);
	X509_free(x);
}

static void
test_nowhere(void **state)
{
	(void)state;
	free(t.about.ocsp);
	free(t.about.cdp);
	t.about.ocsp = t.about.cdp = NULL;
	assert_int_equal(ask(), ERR_NO_STATUS);
	assert_string_equal(t.report.err.what, SERIAL);
	assert_int_equal(servers[AIA].asked, 0);
}

/* --- clocks and words ------------------------------------------------------------------------- */

static void
test_clock(void **state)
{
	(void)state;
	servers[OCSP].date = NOW + 200;
	expect(STATUS_GOOD, HOW_OCSP);
	assert_true(t.report.clock_off == 0);
	servers[OCSP].date = NOW + 7200;
	expect(STATUS_GOOD, HOW_OCSP);
	assert_true(t.report.clock_off == 7200);
	/* This machine is two years late: nothing is believed, and why is told. */
	t.now = NOW - 730 * DAY;
	servers[OCSP].date = 0;
	assert_int_equal(ask(), ERR_STATUS_CLOCK);
	assert_true(t.report.clock_off == 730 * DAY - 5);
	assert_int_equal(t.report.crl.err.code, ERR_STATUS_CLOCK);
}

static const char *
text_at(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s != NULL ? s : "";
}

static void
test_json(void **state)
{
	json_t *o, *way;

	(void)state;
	t.o.both = true;
	serve_list(CRL, list_with(1));
	servers[OCSP].ocsp.this_update = NOW - 3600 * 24;
	expect(STATUS_REVOKED, HOW_CRL);
	o = status_json(&t.about, &t.report);
	assert_string_equal(text_at(o, "serial"), SERIAL);
	assert_string_equal(text_at(o, "issuer"), "C=PL, CN=Issuer");
	assert_string_equal(text_at(o, "status"), "revoked");
	assert_string_equal(text_at(o, "by"), "crl");
	assert_string_equal(text_at(o, "as_of"), "2026-11-22T11:00:00Z");
	assert_int_equal(json_array_size(json_object_get(o, "ways")), 2);
	way = json_array_get(json_object_get(o, "ways"), 0);
	assert_string_equal(text_at(way, "way"), "ocsp");
	assert_string_equal(text_at(way, "status"), "good");
	assert_int_equal(strlen(text_at(way, "sha256")), 64);
	json_decref(o);

	servers[OCSP].err = ERR_NET_CONNECT;
	servers[CRL].err = ERR_NET_TIMEOUT;
	assert_int_equal(ask(), ERR_NET_CONNECT);
	o = status_json(&t.about, &t.report);
	assert_string_equal(text_at(o, "status"), "unknown");
	assert_string_equal(text_at(json_object_get(o, "error"), "id"),
	    "NET-CONNECT");
	way = json_array_get(json_object_get(o, "ways"), 1);
	assert_string_equal(text_at(json_object_get(way, "error"), "id"),
	    "NET-TIMEOUT");
	json_decref(o);
}

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_good),
		test(test_revoked),
		test(test_list_instead),
		test(test_unknown),
		test(test_both),
		test(test_kept),
		test(test_hash),
		test(test_not_kept),
		test(test_damaged),
		test(test_swept),
		test(test_no_folder),
		test(test_delta),
		test(test_other_delta),
		test(test_configured),
		test(test_override),
		test(test_impostor),
		test(test_forger),
		test(test_nowhere),
		test(test_clock),
		test(test_json),
	};

	return cmocka_run_group_tests(tests, make_all, free_all);
}
