#include "config.h"

#include "revocation/status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "cert/der.h"
#include "registry/store.h"
#include "revocation/status_inside.h"

/* --- whose --------------------------------------------------------------------- */

static char *
first_http(char *const *urls, size_t n)
{
	const char *url = cert_http(urls, n);

	return url == NULL ? NULL : mem_strdup(url);
}

void
status_about_record(struct status_about *about, const struct record *r)
{
	memset(about, 0, sizeof *about);
	record_issuer_copy(&about->issuer, &r->issuer);
	memcpy(about->serial, r->serial, r->serial_len);
	about->serial_len = r->serial_len;
	about->ca = (r->uses & 1u << PURPOSE_CA) != 0;
	/* Registries of before hold whatever stood first. */
	about->ocsp = first_http(&r->ocsp, r->ocsp != NULL);
	about->cdp = first_http(&r->cdp, r->cdp != NULL);
	about->aia = first_http(&r->aia, r->aia != NULL);
}

void
status_about_cert(struct status_about *about, const struct cert *c,
    const void *der, size_t len)
{
	struct span in = span_of(der, len);
	struct der el;

	memset(about, 0, sizeof *about);
	record_issuer_of_cert(&about->issuer, c);
	memcpy(about->serial, c->serial, c->serial_len);
	about->serial_len = c->serial_len;
	about->ca = c->is_ca;
	about->ocsp = first_http(c->ocsp, c->nocsp);
	about->cdp = first_http(c->cdp, c->ncdp);
	about->aia = first_http(c->issuers, c->nissuers);
	/* What stands behind it, as in files, is not the certificate. */
	if (len > 0 && der_next(&in, &el) == 0) {
		about->der = mem_alloc(el.whole.len);
		memcpy(about->der, el.whole.p, el.whole.len);
		about->der_len = el.whole.len;
	}
}

void
status_about_clear(struct status_about *about)
{
	record_issuer_clear(&about->issuer);
	free(about->ocsp);
	free(about->cdp);
	free(about->aia);
	free(about->der);
	memset(about, 0, sizeof *about);
}

static void
way_clear(struct status_way *w)
{
	free(w->url);
	memset(w, 0, sizeof *w);
}

void
status_report_clear(struct status_report *r)
{
	way_clear(&r->ocsp);
	way_clear(&r->crl);
	way_clear(&r->delta);
	memset(r, 0, sizeof *r);
}

/* --- what the ways share --------------------------------------------------------- */

const char *
status_where(const char *configured, const char *own, enum net_source *source)
{
	if (configured != NULL && configured[0] != '\0') {
		*source = NET_CONFIGURED;
		return configured;
	}
	*source = NET_STRANGER;
	return own;
}

void
status_name_err(struct err *err, const char *url)
{
	size_t len = text_cut(url, sizeof err->what - 1);

	if (err->code == ERR_NONE || err->what[0] != '\0')
		return;
	memcpy(err->what, url, len);
	err->what[len] = '\0';
}

void
status_see_clock(struct asking *a, int64_t theirs)
{
	int64_t off = theirs - a->now, known = a->report->clock_off;

	if (theirs != 0 && llabs(off) > OCSP_SKEW && llabs(off) > llabs(known))
		a->report->clock_off = off;
}

int64_t
status_time(int64_t t)
{
	return t == CERT_NO_TIME ? 0 : t;
}

/* --- putting together --------------------------------------------------------------- */

/* Whether a way says more, or something newer, than what is reported so far. */
static bool
wins(const struct status_report *r, const struct status_way *w)
{
	if (w->status == STATUS_UNKNOWN || r->status == STATUS_REVOKED)
		return false;
	/* On no list, as any number that was never issued. */
	if (r->ocsp.never_issued && w->status == STATUS_GOOD)
		return false;
	return w->status == STATUS_REVOKED || r->status == STATUS_UNKNOWN ||
	    w->this_update > r->at;
}

static void
add_way(struct status_report *r, const struct status_way *w,
    enum record_how by)
{
	if (!w->answered)
		return;
	if (r->at == 0 || wins(r, w)) {
		r->status = w->status;
		r->by = by;
		r->at = w->this_update;
	}
}

static const struct status_way *
list_way(const struct status_report *r)
{
	return r->delta.answered ? &r->delta : &r->crl;
}

/* A responder may leave the reason out (RFC 6960 4.2.1), and so that it may end. */
static bool
lacks_reason(const struct status_way *w)
{
	return w->answered && w->status == STATUS_REVOKED && w->reason == -1;
}

/* The list has the same entry, with its reason: no revocation, a suspension. */
static bool
only_held(const struct status_report *r)
{
	const struct status_way *list = list_way(r);

	return lacks_reason(&r->ocsp) && list->answered &&
	    list->status == STATUS_SUSPENDED && list->revoked_at != 0 &&
	    list->revoked_at == r->ocsp.revoked_at;
}

/*
 * How long somebody may still hold an answer from before: one that said "good"
 * itself until its own end; one from before the revocation no longer than
 * answers of this kind live, and lists may come a whole life after it.
 */
static int64_t
old_good(const struct status_way *w, int64_t revoked_at)
{
	int64_t life = w->next_update - w->this_update, end;

	if (!w->answered || w->next_update == 0)
		return 0;
	end = w->next_update;
	if (w->status != STATUS_GOOD && revoked_at != 0 &&
	    revoked_at + 2 * life < end)
		end = revoked_at + 2 * life;
	return end;
}

static void
set_good_until(struct asking *a)
{
	struct status_report *r = a->report;
	const struct status_way *ways[] = { &r->ocsp, &r->crl, &r->delta };
	int64_t revoked_at;

	if (r->status != STATUS_REVOKED && r->status != STATUS_SUSPENDED)
		return;
	revoked_at = r->by == HOW_OCSP ? r->ocsp.revoked_at :
	    list_way(r)->revoked_at;
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		int64_t end = old_good(ways[i], revoked_at);

		if (end > a->now && end > r->good_until)
			r->good_until = end;
	}
}

/* What was learnt is kept; that it cannot be does not make it less true. */
static void
remember(struct asking *a)
{
	const struct status_report *r = a->report;
	const struct status_way *list = list_way(r);
	/* The list calls it suspended: it may be no more than that. */
	bool held = lacks_reason(&r->ocsp) && list->answered &&
	    list->status == STATUS_SUSPENDED;
	const struct status_way *w = r->by == HOW_OCSP && !held ? &r->ocsp :
	    list;
	struct store_status s = { .status = w->status,
	    .by = w == list ? HOW_CRL : HOW_OCSP, .at = w->this_update,
	    .revoked_at = w->revoked_at, .reason = w->reason };
	struct err err = ERR_INIT;

	if (a->reg == NULL || r->status == STATUS_UNKNOWN)
		return;
	if (store_status(a->reg, &a->about->issuer, a->about->serial,
	    a->about->serial_len, &s, NULL, &err) != 0 &&
	    err.code != ERR_NOT_FOUND)
		log_err("keeping a status", &err);
}

static void
conclude(struct asking *a)
{
	struct status_report *r = a->report;

	/* Of two that say "revoked", the one by which it cannot be a suspension. */
	if (lacks_reason(&r->ocsp) && list_way(r)->status == STATUS_REVOKED)
		add_way(r, list_way(r), HOW_CRL);
	if (!only_held(r))
		add_way(r, &r->ocsp, HOW_OCSP);
	add_way(r, list_way(r), HOW_CRL);
	set_good_until(a);
	remember(a);
	if (r->ocsp.answered || r->crl.answered)
		return;
	r->err = r->ocsp.tried ? r->ocsp.err : r->crl.err;
}

/* --- asking ---------------------------------------------------------------------------- */

static int
fail(struct status_report *r, struct err *err)
{
	if (err->code == ERR_NONE)
		*err = r->err;
	return -1;
}

static int
nowhere(struct asking *a, enum err_code code)
{
	char hex[2 * CERT_SERIAL_MAX + 1];

	return err_set(&a->report->err, code, text_hex(a->about->serial,
	    a->about->serial_len, 0, hex, sizeof hex), NULL);
}

static bool
has_address(const struct asking *a)
{
	const struct authority *auth = a->o->authority;

	return a->about->ocsp != NULL || a->about->cdp != NULL ||
	    (auth != NULL && (auth->ocsp[0] != '\0' || auth->cdp[0] != '\0'));
}

/* The list too, when the answer before it does not settle the matter. */
static void
ask_ways(struct asking *a)
{
	const struct status_way *ocsp = &a->report->ocsp;

	status_by_ocsp(a);
	if (ocsp->err.code != ERR_CANCELLED && (a->o->both || !ocsp->answered ||
	    (ocsp->status == STATUS_UNKNOWN && !ocsp->never_issued) ||
	    lacks_reason(ocsp)))
		status_by_list(a);
}

int
status_ask(struct net *net, struct registry *reg,
    const struct status_about *about, const struct status_options *o,
    int64_t now, struct status_report *report, struct err *err)
{
	struct asking a = { .net = net, .reg = reg, .about = about, .o = o,
	    .now = now, .report = report };
	uint8_t *der;
	size_t len;
	int rc;

	memset(report, 0, sizeof *report);
	report->ocsp.reason = report->crl.reason = report->delta.reason = -1;
	if (!has_address(&a)) {
		(void)nowhere(&a, ERR_NO_STATUS);
		return fail(report, err);
	}
	rc = status_issuer(net, reg, about, o->authority, o->cancel, &der, &len,
	    &report->err);
	if (rc == 0)
		(void)nowhere(&a, ERR_NO_ISSUER);
	if (rc != 1)
		return fail(report, err);
	a.issuer = span_of(der, len);
	ask_ways(&a);
	conclude(&a);
	free(der);
	return report->err.code == ERR_NONE ? 0 : fail(report, err);
}
