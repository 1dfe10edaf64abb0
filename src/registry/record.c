#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/mem.h"
#include "base/text.h"
#include "registry/ident.h"
#include "registry/record.h"
#include "registry/scrub.h"

static const char *const status_ids[STATUS_COUNT] = {
	[STATUS_UNKNOWN] = "unknown",
	[STATUS_GOOD] = "good",
	[STATUS_REVOKED] = "revoked",
	[STATUS_SUSPENDED] = "suspended",
};

static const char *const how_ids[HOW_COUNT] = {
	[HOW_TYPED] = "typed",
	[HOW_IMPORT_TEXT] = "list",
	[HOW_IMPORT] = "file",
	[HOW_DOCUMENT] = "document",
	[HOW_CARD] = "card",
	[HOW_CRL] = "crl",
	[HOW_OCSP] = "ocsp",
};

enum rec_state
record_state(enum record_status status, int64_t not_before, int64_t not_after,
    int64_t now)
{
	if (status == STATUS_REVOKED)
		return REC_REVOKED;
	if (not_after != CERT_NO_TIME && now > not_after)
		return REC_EXPIRED;
	if (status == STATUS_SUSPENDED)
		return REC_SUSPENDED;
	if (not_before != CERT_NO_TIME && now < not_before)
		return REC_NOT_YET;
	return not_after == CERT_NO_TIME ? REC_NO_DATES : REC_VALID;
}

const char *
record_status_id(enum record_status status)
{
	return status_ids[status];
}

const char *
record_how_id(enum record_how how)
{
	return how_ids[how];
}

void
record_init(struct record *r)
{
	memset(r, 0, sizeof *r);
	r->not_before = r->not_after = CERT_NO_TIME;
	r->reason = -1;
}

void
record_issuer_copy(struct record_issuer *to, const struct record_issuer *from)
{
	*to = *from;
	to->line = mem_strdup(from->line);
	to->shown = mem_strdup(from->shown);
}

void
record_issuer_clear(struct record_issuer *issuer)
{
	free(issuer->line);
	free(issuer->shown);
	memset(issuer, 0, sizeof *issuer);
}

void
record_clear(struct record *r)
{
	size_t i;

	for (i = 0; i < r->nidents; i++) {
		explicit_bzero(r->idents[i].value, strlen(r->idents[i].value));
		free(r->idents[i].value);
	}
	record_issuer_clear(&r->issuer);
	free(r->holder);
	free(r->org);
	free(r->ocsp);
	free(r->cdp);
	free(r->aia);
	free(r->order);
	free(r->id_mask);
	free(r->email_mask);
	free(r->point);
	free(r->account);
	free(r->card_token);
	free(r->card_number);
	free(r->card_model);
	record_init(r);
}

/* A copy of s; NULL for none.  It is cut later, when it has been scrubbed. */
static char *
stored(const char *s)
{
	return s == NULL || s[0] == '\0' ? NULL : mem_strdup(s);
}

/* A text of an issuer, fit to be kept; "" for none. */
static char *
issuer_text(const char *s, const struct record_ident *ids, size_t n)
{
	char *text = scrub_text(s != NULL ? s : "", ids, n);

	scrub_cut(text);
	return text;
}

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The key identifier, from upper-case hex; 0 when it is none of use. */
static size_t
from_hex(const char *hex, uint8_t out[static RECORD_KEY_MAX])
{
	size_t n;

	for (n = 0; n < RECORD_KEY_MAX && hex[2 * n] != '\0'; n++) {
		int hi = nibble(hex[2 * n]), lo = nibble(hex[2 * n + 1]);

		if (hi < 0 || lo < 0)
			return 0;
		out[n] = (uint8_t)(hi << 4 | lo);
	}
	return hex[2 * n] == '\0' ? n : 0;
}

static void
add_ident(struct record *r, enum cert_id_kind kind, const char *country,
    const char *value)
{
	struct record_ident *id;

	if (value == NULL || value[0] == '\0' ||
	    r->nidents == RECORD_IDENTS_MAX)
		return;
	id = &r->idents[r->nidents++];
	id->kind = kind;
	snprintf(id->country, sizeof id->country, "%s", country);
	id->value = mem_strdup(value);
}

/* The first identifier of a sort, masked; NULL when there is none. */
static char *
masked(const struct record *r, bool email)
{
	char normal[IDENT_TEXT_MAX], mask[IDENT_TEXT_MAX];
	enum ident_kind kind;
	size_t i;

	for (i = 0; i < r->nidents; i++) {
		if ((r->idents[i].kind == ID_NONE) != email ||
		    !ident_kind_of(&r->idents[i], &kind) ||
		    ident_normal(kind, r->idents[i].value, normal) == -1)
			continue;
		ident_mask(kind, normal, mask, sizeof mask);
		explicit_bzero(normal, sizeof normal);
		return mem_strdup(mask);
	}
	return NULL;
}

static void
take_idents(struct record *r, const struct cert *c)
{
	size_t i;

	if (c->person.kind != ID_NONE)
		add_ident(r, c->person.kind, c->person.country,
		    c->person.value);
	if (c->organisation.kind != ID_NONE)
		add_ident(r, c->organisation.kind, c->organisation.country,
		    c->organisation.value);
	if (c->subject.email != NULL)
		add_ident(r, ID_NONE, "", c->subject.email);
	for (i = 0; i < c->nsan; i++)
		if (c->san[i].kind == SAN_EMAIL)
			add_ident(r, ID_NONE, "", c->san[i].value);
	/* Not the organisation's: its colleagues' certificates have it too. */
	scrub_find_idents(r, c->subject.cn);
	scrub_find_idents(r, cert_holder(c));
	r->id_mask = masked(r, false);
	r->email_mask = masked(r, true);
}

void
record_issuer_key_of_line(struct record_issuer *issuer, const char *line)
{
	char *kept = scrub_text(line, NULL, 0);
	unsigned len = 0;

	if (EVP_Digest(kept, strlen(kept), issuer->key, &len, EVP_sha256(),
	    NULL) != 1)
		panic("SHA-256 is not to be had");
	issuer->key_len = len;
	free(kept);
}

/*
 * Identifiers of a person who issued the certificate to themselves.  Nothing
 * else that is hidden depends on whose certificate an issuer is met in, or the
 * same issuer would have two names: so not what an authority has of that sort.
 */
static size_t
own_idents(const struct cert *c, const struct record *r,
    struct record_ident ids[RECORD_IDENTS_MAX])
{
	size_t i, n = 0;

	for (i = 0; i < r->nidents &&
	    strcmp(c->subject.line, c->issuer.line) == 0; i++)
		if (r->idents[i].kind >= ID_PNO && r->idents[i].kind <= ID_LOCAL)
			ids[n++] = r->idents[i];
	return n;
}

static void
take_issuer(struct record_issuer *issuer, const struct cert *c,
    const struct record *r)
{
	struct record_ident ids[RECORD_IDENTS_MAX];
	size_t n = own_idents(c, r, ids);

	memset(issuer, 0, sizeof *issuer);
	issuer->line = issuer_text(c->issuer.line, ids, n);
	issuer->shown = issuer_text(cert_issuer_name(c), ids, n);
	if (c->aki != NULL)
		issuer->key_len = from_hex(c->aki, issuer->key);
	if (issuer->key_len == 0)
		record_issuer_key_of_line(issuer, c->issuer.line);
}

void
record_issuer_of_cert(struct record_issuer *issuer, const struct cert *c)
{
	struct record r;

	record_init(&r);
	take_idents(&r, c);
	take_issuer(issuer, c, &r);
	record_clear(&r);
}

/* What a certificate is good for by itself, as if it were in date. */
static unsigned
uses_of(const struct cert *c)
{
	unsigned uses = 0, p;
	int64_t then = c->not_before / 2 + c->not_after / 2;

	for (p = 0; p < PURPOSE_COUNT; p++) {
		enum verdict v = cert_verdict(c, (enum purpose)p, then);

		if (v == VERDICT_YES || v == VERDICT_MAYBE)
			uses |= 1u << p;
	}
	return uses;
}

/* Whether the holder's name says the organisation already. */
static bool
says_org(const struct cert *c)
{
	return c->subject.org == NULL ||
	    strcmp(c->subject.org, cert_holder(c)) == 0;
}

/* All but the issuer, as it stands in the certificate. */
static void
take_rest(struct record *r, const struct cert *c, enum record_how how,
    int64_t at)
{
	memcpy(r->serial, c->serial, c->serial_len);
	r->serial_len = c->serial_len;
	r->holder = stored(cert_holder(c));
	if (r->holder == NULL)
		r->holder = mem_strdup("");
	r->org = says_org(c) ? NULL : stored(c->subject.org);
	r->not_before = c->not_before;
	r->not_after = c->not_after;
	r->uses = uses_of(c);
	r->qualified = c->qc.compliance;
	r->ocsp = stored(cert_http(c->ocsp, c->nocsp));
	r->cdp = stored(cert_http(c->cdp, c->ncdp));
	r->aia = stored(cert_http(c->issuers, c->nissuers));
	r->how = how;
	r->first_seen = r->last_seen = at;
}

void
record_of_cert(struct record *r, const struct cert *c, enum record_how how,
    int64_t at)
{
	record_init(r);
	take_idents(r, c);
	take_issuer(&r->issuer, c, r);
	take_rest(r, c, how, at);
	scrub_record(r);
}

/* --- one among many ----------------------------------------------------------- */

static bool
same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

void
record_memo_clear(struct record_memo *memo)
{
	free(memo->line);
	free(memo->shown);
	free(memo->aki);
	record_issuer_clear(&memo->issuer);
	memset(memo, 0, sizeof *memo);
}

static void
memo_take(struct record_memo *memo, const struct cert *c,
    const struct record_issuer *issuer)
{
	record_memo_clear(memo);
	memo->line = mem_strdup(c->issuer.line);
	memo->shown = mem_strdup(cert_issuer_name(c));
	memo->aki = c->aki != NULL ? mem_strdup(c->aki) : NULL;
	record_issuer_copy(&memo->issuer, issuer);
}

/* Of who issued to themselves, identifiers matter too: that is found out anew. */
void
record_of_next(struct record_memo *memo, struct record *r,
    const struct cert *c, enum record_how how, int64_t at)
{
	bool own = same(c->subject.line, c->issuer.line);

	record_init(r);
	take_idents(r, c);
	if (!own && memo->line != NULL && same(memo->line, c->issuer.line) &&
	    same(memo->shown, cert_issuer_name(c)) && same(memo->aki, c->aki))
		record_issuer_copy(&r->issuer, &memo->issuer);
	else {
		take_issuer(&r->issuer, c, r);
		if (!own)
			memo_take(memo, c, &r->issuer);
	}
	take_rest(r, c, how, at);
}
