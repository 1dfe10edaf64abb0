#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/err.h>

#include "base/mem.h"
#include "revocation/status.h"
#include "tests/unit/chanrig.h"

struct world	world;

/* --- in place of the network and of what finds certificates ----------------- */

static int
take_text(struct net_answer *a, int status, const char *type, const char *text)
{
	a->status = status;
	snprintf(a->type, sizeof a->type, "%s", type);
	assert_int_equal(0, buf_add(&a->body, text, strlen(text)));
	return 0;
}

static int
answer_cmp(const struct net_request *r, struct net_answer *a, struct err *err)
{
	unsigned char *der;
	size_t len;

	if (world.trouble == WAY_DOWN)
		return err_set(err, ERR_NET_CONNECT, r->url, NULL);
	free(world.request);
	world.request = mem_alloc(r->body.len);
	memcpy(world.request, r->body.p, r->body.len);
	world.request_len = r->body.len;
	len = (size_t)cmpoffice_ask(&world.office, r->body, &der);
	a->status = 200;
	snprintf(a->type, sizeof a->type, world.trouble == WAY_HTML ?
	    "text/html" : "application/pkixcmp");
	if (world.trouble == WAY_CUT)
		len -= 7;
	assert_int_equal(0, buf_add(&a->body, der, len));
	if (world.trouble == WAY_LONG)
		assert_int_equal(0, buf_add(&a->body, "x", 1));
	OPENSSL_free(der);
	return world.trouble == WAY_LOST ?
	    err_set(err, ERR_NET_CUT, r->url, NULL) : 0;
}

int
net_ask(struct net *net, const struct net_request *r, struct net_answer *a,
    struct err *err)
{
	assert_null(net);
	assert_int_equal(NET_CONFIGURED, r->source);
	memset(a, 0, sizeof *a);
	buf_init(&a->body, r->max);
	snprintf(world.url, sizeof world.url, "%s", r->url);
	snprintf(world.ca_file, sizeof world.ca_file, "%s",
	    r->ca_file != NULL ? r->ca_file : "-");
	snprintf(world.client_key, sizeof world.client_key, "%s",
	    r->client_key != NULL ? r->client_key : "-");
	switch (r->method) {
	case NET_GET:
		world.gets++;
		return take_text(a, world.get_status, "application/json",
		    world.get_json);
	case NET_PUT:
		world.puts++;
		if (world.trouble == WAY_DOWN)
			return err_set(err, ERR_NET_CONNECT, r->url, NULL);
		return take_text(a, world.put_status, "application/json",
		    world.put_json);
	default:
		break;
	}
	world.posts++;
	assert_string_equal("application/pkixcmp", r->type);
	switch (world.trouble) {
	case WAY_GARBAGE:
		return take_text(a, 200, "application/pkixcmp", "garbage");
	case WAY_EMPTY:
		return take_text(a, 200, "application/pkixcmp", "");
	case WAY_500:
		return take_text(a, 500, "text/plain", "sorry");
	case WAY_302:
		return take_text(a, 302, "text/plain", "over there");
	default:
		return answer_cmp(r, a, err);
	}
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
	return err_raw(err, a->status / 100 == 3 ? ERR_NET_REDIRECT :
	    ERR_NET_STATUS, ORIGIN_HTTP, (unsigned long)a->status, r->url,
	    NULL);
}

void
status_about_record(struct status_about *about, const struct record *r)
{
	memset(about, 0, sizeof *about);
	about->serial_len = r->serial_len;
}

void
status_about_clear(struct status_about *about)
{
	assert_int_equal(sizeof MARK - 1, about->serial_len);
}

int
status_issuer(struct net *net, struct registry *reg,
    const struct status_about *about, const struct authority *a,
    const atomic_bool *cancel, uint8_t **der, size_t *len, struct err *err)
{
	unsigned char *made = NULL;
	int n;

	(void)net, (void)reg, (void)about, (void)a, (void)cancel, (void)err;
	if (world.no_issuer)
		return 0;
	n = i2d_X509(world.office.cert[OFFICE_CA], &made);
	assert_true(n > 0);
	*der = mem_alloc((size_t)n);
	memcpy(*der, made, (size_t)n);
	*len = (size_t)n;
	OPENSSL_free(made);
	return 1;
}

/* --- one case ------------------------------------------------------------------- */

static void
describe(struct authority *a)
{
	char **text[] = { &a->id, &a->name, &a->organization_id, &a->checked_on,
	    &a->ocsp, &a->cdp, &a->suspension, &a->without_proof, &a->phone,
	    &a->phone_hours, &a->phone_checked_on, &a->form_email,
	    &a->form_checked_on, &a->cmp_url, &a->cmp_ca_file, &a->cmp_trusted,
	    &a->cmp_certificate, &a->cmp_key, &a->cmp_recipient,
	    &a->ejbca_url, &a->ejbca_ca_file, &a->ejbca_certificate,
	    &a->ejbca_key };

	for (size_t i = 0; i < sizeof text / sizeof *text; i++)
		*text[i] = mem_strdup("");
}

static void
forget(struct authority *a)
{
	char *text[] = { a->id, a->name, a->organization_id, a->checked_on,
	    a->ocsp, a->cdp, a->suspension, a->without_proof, a->phone,
	    a->phone_hours, a->phone_checked_on, a->form_email,
	    a->form_checked_on, a->cmp_url, a->cmp_ca_file, a->cmp_trusted,
	    a->cmp_certificate, a->cmp_key, a->cmp_recipient, a->ejbca_url,
	    a->ejbca_ca_file, a->ejbca_certificate, a->ejbca_key };

	for (size_t i = 0; i < sizeof text / sizeof *text; i++)
		free(text[i]);
}

void
set(char **field, const char *value)
{
	free(*field);
	*field = mem_strdup(value);
}

void
set_file(char **field, const char *name)
{
	set(field, cmpoffice_file(&world.office, name));
}

int
chanrig_start(void **state)
{
	(void)state;
	cmpoffice_make(&world.office);
	return 0;
}

int
chanrig_end(void **state)
{
	(void)state;
	cmpoffice_clear(&world.office);
	free(world.request);
	return 0;
}

int
chanrig_set_up(void **state)
{
	struct rig *g = mem_alloc(sizeof *g);
	struct cmpoffice *o = &world.office;

	world.trouble = WAY_CLEAR;
	world.no_issuer = false;
	world.gets = world.puts = world.posts = 0;
	o->signs = OFFICE_SIGNER;
	o->by_secret = o->unprotected = false;
	o->other_serial = o->other_issuer = false;
	o->polled = o->puts_off = 0;
	o->status = OSSL_CMP_PKISTATUS_accepted;
	o->bits = 0;
	o->text = NULL;
	o->asked = 0;
	describe(&g->authority);
	set(&g->authority.name, "Office");
	set(&g->authority.cmp_url, "https://office.example/cmp");
	set_file(&g->authority.cmp_trusted, "ca.pem");
	set_file(&g->authority.cmp_certificate, "officer.pem");
	set_file(&g->authority.cmp_key, "officer.key");
	set(&g->authority.ejbca_url, "https://office.example/rest/v1/");
	set_file(&g->authority.ejbca_certificate, "officer.pem");
	set_file(&g->authority.ejbca_key, "officer.key");
	memcpy(g->row.cert.serial, MARK, sizeof MARK - 1);
	g->row.cert.serial_len = sizeof MARK - 1;
	g->row.cert.issuer.line = mem_strdup("CN=remembered");
	g->row.cert.issuer.shown = mem_strdup("Office CA");
	g->view.reason = REASON_LOST;
	g->job = (struct channel_job){ .row = &g->row, .view = &g->view,
	    .authority = &g->authority, .transaction = TRANSACTION,
	    .now = OFFICE_NOW };
	*state = g;
	return 0;
}

int
chanrig_tear_down(void **state)
{
	struct rig *g = *state;

	assert_int_equal(0, ERR_peek_error());	/* nobody else's to find */
	forget(&g->authority);
	free(g->row.cert.issuer.line);
	free(g->row.cert.issuer.shown);
	secret_free(g->password);
	free(g);
	return 0;
}

/* Send by a channel and see what became of it. */
void
want(struct rig *g, const char *channel, enum case_result result,
    enum err_code code)
{
	channel_by_id(channel)->send(&g->job, &g->result);
	if (code != g->result.err.code)
		print_error("%s\n", err_technical(&g->result.err,
		    (char[512]){ 0 }, 512));
	assert_string_equal(err_id(code), err_id(g->result.err.code));
	assert_int_equal(result, g->result.result);
}
