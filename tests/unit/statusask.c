#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/mem.h"
#include "tests/unit/statusask.h"

/* --- who is asked ----------------------------------------------------------------- */

static struct server *
server_of(const char *url)
{
	for (int i = 0; i < SERVERS; i++) {
		if (t.servers[i].url != NULL && strcmp(t.servers[i].url, url) == 0)
			return &t.servers[i];
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
	if ((r->etag != NULL && strcmp(r->etag, s->etag) == 0) ||
	    (r->since != 0 && r->since == s->modified)) {
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

int
remembered_proof(void)
{
	return remembered.key_len > 0 ? (int)remembered.proof : -1;
}

void
remembered_forget(void)
{
	free((void *)remembered.der.p);
	memset(&remembered, 0, sizeof remembered);
}

const char *
fetched_file(void)
{
	return fetched[0].what.file;
}

void
fetched_forget(void)
{
	memset(fetched, 0, sizeof fetched);
}

/* --- the authority --------------------------------------------------------------------- */

struct statusask t;

static X509 *
make_ca(int key)
{
	return status_cert(&(struct status_cert){ .cn = "Issuer",
	    .key = t.keys[key], .exts = {
	    { "basicConstraints", "critical,CA:TRUE" },
	    { "keyUsage", "keyCertSign,cRLSign" },
	    { "subjectKeyIdentifier", "hash" } } });
}

int
statusask_all(void **state)
{
	(void)state;
	for (int i = 0; i < KEYS; i++)
		t.keys[i] = EVP_EC_gen("P-256");
	t.issuer = make_ca(ISSUER);
	t.namesake = make_ca(OTHER);
	t.holder = status_cert(&(struct status_cert){ .cn = "Ewa",
	    .key = t.keys[HOLDER], .issuer = t.issuer,
	    .issuer_key = t.keys[ISSUER], .serial = 0x9a0123,
	    .exts = { { "authorityKeyIdentifier", "keyid" },
	    { "crlDistributionPoints", "URI:ldap://x/y,URI:" CRL_URL },
	    { "authorityInfoAccess", "OCSP;URI:" OCSP_URL ",caIssuers;URI:"
	    AIA_URL } } });
	t.issuer_der = status_der(t.issuer);
	t.namesake_der = status_der(t.namesake);
	t.holder_der = status_der(t.holder);
	return 0;
}

int
statusask_all_free(void **state)
{
	(void)state;
	for (int i = 0; i < KEYS; i++)
		EVP_PKEY_free(t.keys[i]);
	X509_free(t.issuer);
	X509_free(t.namesake);
	X509_free(t.holder);
	free((void *)t.issuer_der.p);
	free((void *)t.namesake_der.p);
	free((void *)t.holder_der.p);
	return 0;
}

struct span
copy_of(struct span s)
{
	uint8_t *copy = mem_alloc(s.len);

	memcpy(copy, s.p, s.len);
	return span_of(copy, s.len);
}

void
serve(int i, struct span body)
{
	free((void *)t.servers[i].body.p);
	t.servers[i].body = body;
}

struct status_crl
list(void)
{
	return (struct status_crl){ .issuer = t.issuer, .key = t.keys[ISSUER],
	    .this_update = NOW - 3600, .next_update = NOW + DAY, .number = 7,
	    .more = 3 };
}

struct status_crl
list_with(int reason)
{
	struct status_crl l = list();

	l.listed[0] = (struct status_listed){ SERIAL, reason, NULL };
	return l;
}

struct status_crl
delta_with(int reason)
{
	struct status_crl l = list_with(reason);

	l.exts[0] = (struct status_ext){ "deltaCRL", "critical,DER:02:01:07" };
	l.number = 9;
	l.this_update = NOW - 60;
	return l;
}

void
serve_list(int i, struct status_crl l)
{
	serve(i, status_crl(&l));
}

/* Everybody is there, and everything is well. */
int
statusask_setup(void **state)
{
	struct err err = ERR_INIT;
	struct cert *c;
	struct record r;

	/* Keys and certificates are the group's. */
	memset(&t.report, 0, sizeof t.report);
	memset(&t.o, 0, sizeof t.o);
	memset(t.servers, 0, sizeof t.servers);
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
	assert_int_equal(cert_parse(t.holder_der.p, t.holder_der.len, &c, &err), 0);
	status_about_cert(&t.about, c, t.holder_der.p, t.holder_der.len);
	record_of_cert(&r, c, HOW_CARD, NOW);
	assert_int_equal(store_cert(t.reg, &r, NULL, &err), 0);
	record_clear(&r);
	cert_free(c);
	t.servers[OCSP] = (struct server){ .url = OCSP_URL, .ocsp = {
	    .issuer = t.issuer, .serial = SERIAL, .signer = t.issuer,
	    .key = t.keys[ISSUER], .state = V_OCSP_CERTSTATUS_GOOD,
	    .reason = -1, .this_update = NOW - 5, .next_update = NOW + 600 } };
	t.servers[CRL] = (struct server){ .url = CRL_URL, .etag = "\"one\"" };
	t.servers[DELTA] = (struct server){ .url = DELTA_URL };
	t.servers[AIA] = (struct server){ .url = AIA_URL,
	    .body = copy_of(t.issuer_der) };
	serve_list(CRL, list());
	return 0;
}

int
statusask_teardown(void **state)
{
	struct dirent *e;
	DIR *dir = opendir(t.o.cache);

	while (dir != NULL && (e = readdir(dir)) != NULL)
		(void)unlinkat(dirfd(dir), e->d_name, 0);
	closedir(dir);
	(void)rmdir(t.o.cache);
	for (int i = 0; i < SERVERS; i++)
		free((void *)t.servers[i].body.p);
	free((void *)remembered.der.p);
	settings_clear(authority_settings, nauthority_settings, &t.auth);
	status_about_clear(&t.about);
	status_report_clear(&t.report);
	registry_close(t.reg);
	return regtest_teardown(state);
}

/* --- asking ------------------------------------------------------------------------------ */

enum err_code
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

void
expect(enum record_status status, enum record_how by)
{
	assert_string_equal(err_id(ask()), "OK");
	assert_string_equal(record_status_id(t.report.status),
	    record_status_id(status));
	assert_int_equal(t.report.by, by);
}

/* What the registry holds of it. */
enum record_status
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

int
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

void
write_file(const char *name, struct span bytes)
{
	FILE *f = fopen(regtest_path(t.dir, name), "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes.p, 1, bytes.len, f), bytes.len);
	assert_int_equal(fclose(f), 0);
}

void
trust(const char *pattern)
{
	t.auth.ca_files.v[0] = mem_strdup(regtest_path(t.dir, pattern));
	t.auth.ca_files.n = 1;
}

void
trust_cert(const char *name, X509 *x)
{
	struct span der = status_der(x);

	write_file(name, der);
	free((void *)der.p);
	trust(name);
}
