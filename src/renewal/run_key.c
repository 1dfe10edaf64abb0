/* The key on the card, and the request that it signs. */
#include "config.h"

#include <sys/random.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cert/request.h"
#include "renewal/run_inside.h"

#define ID_BYTES	20	/* as many as those have that are made of a hash */
#define LABEL_DEFAULT	"okienko"
#define KEYS_MAX	2	/* that are begun anew in one run */

/* --- which key ----------------------------------------------------------------------- */

struct search {
	struct registry	*reg;
	int64_t		 except;
	const char	*token, *key;
	bool		 found;
	struct err	*err;
	int		 rc;
};

static int
is_used(const struct renewal_row *row, void *arg)
{
	struct search *s = arg;
	struct renewal_view v;
	struct renewal_row whole;

	if (row->id == s->except || row->token == NULL ||
	    strcmp(row->token, s->token) != 0)
		return 0;
	if (renewals_get(s->reg, row->id, &whole, s->err) == -1)
		return s->rc = -1;
	if (renewal_view(&whole, &v, s->err) == -1)
		s->rc = -1;
	else {
		s->found = strcmp(v.new_key, s->key) == 0;
		renewal_view_clear(&v);
	}
	renewal_row_clear(&whole);
	return s->rc == -1 || s->found;
}

/* 1 when another renewal that is open has that key; 0, -1. */
static int
is_anothers(struct running *r, const char *key)
{
	struct search s = { .reg = r->run->registry, .except = r->id,
	    .token = r->view.plan.token, .key = key, .err = r->err };

	if (renewals_each(r->run->registry, false, INT64_MAX, is_used, &s,
	    r->err) == -1 || s.rc == -1)
		return -1;
	return s.found;
}

static enum step
choose(struct running *r, const char *id, bool adopted)
{
	json_t *o = json_object();

	case_put_text(o, "key", id);
	json_object_set_new(o, "adopted", json_boolean(adopted));
	return run_add(r, RENEWAL_KIND_KEY, o);
}

/* An identifier that nobody has; what is made under it is ours. */
static enum step
choose_new(struct running *r)
{
	uint8_t id[ID_BYTES];
	char hex[2 * ID_BYTES + 1];

	if (getrandom(id, sizeof id, 0) != sizeof id) {
		(void)err_errno(r->err, ERR_IO, "getrandom");
		return STEP_BROKEN;
	}
	return choose(r, text_hex(id, sizeof id, 0, hex, sizeof hex), false);
}

static enum step
choose_key(struct running *r)
{
	const struct card_key *k = renewal_orphan(r->card, r->token,
	    r->view.plan.key);
	int rc = k != NULL ? is_anothers(r, k->id) : 1;

	if (rc == -1)
		return STEP_BROKEN;
	return rc == 1 ? choose_new(r) : choose(r, k->id, true);
}

/* Its request was made elsewhere: the key waits on the card. */
static enum step
choose_brought(struct running *r)
{
	struct err why = ERR_INIT;
	const struct card_key *k;
	enum key_kind kind;

	k = intake_key(run_brought(r), _("what was brought"), r->card, &kind,
	    &why);
	if (k != NULL && (k->tokens & (1u << r->token)) != 0)
		return choose(r, k->id, true);
	if (k != NULL)
		(void)err_set(&why, ERR_CARD_KEY, r->card->reader,
		    "key %s is on another token", k->id);
	*r->err = why;
	return run_end(r, RENEWAL_END_FAILED, 0);
}

/* --- made, or found ----------------------------------------------------------------------- */

/* What a key is called: as the old certificate, which it replaces. */
static void
put_label(const struct running *r, char label[static CHANGE_LABEL_MAX + 1])
{
	const struct card_cert *c = run_find_cert(r, r->view.plan.old_sha256);
	const char *text = c != NULL && c->label != NULL &&
	    c->label[0] != '\0' ? c->label : LABEL_DEFAULT;
	size_t n = text_cut(text, CHANGE_LABEL_MAX);

	memcpy(label, text, n);
	label[n] = '\0';
}

/*
 * One that is there under this identifier was made by us and its answer lost, or
 * was chosen; else it is made.
 */
static int
key_of_card(struct running *r, struct card_changed *spki, struct err *err)
{
	struct card_change c = { .key = r->view.plan.key };
	struct err why = ERR_INIT;

	snprintf(c.id, sizeof c.id, "%s", r->view.new_key);
	put_label(r, c.label);
	c.kind = CHANGE_GENERATE;
	if (!r->view.adopted) {
		if (run_change(r, RENEWAL_PIN_KEY, &c, spki, &why) == 0)
			return 0;
		if (why.code != ERR_CARD_ID_TAKEN) {
			*err = why;
			return -1;
		}
	}
	c.kind = CHANGE_READ_PUBLIC;
	/* Nothing will be signed by it: the PIN is for the writing alone. */
	if (run_brought(r).len > 0)
		return run_read(r, RENEWAL_PIN_WRITE, &c, spki, err);
	return run_change(r, RENEWAL_PIN_KEY, &c, spki, err);
}

static enum step
has_key(struct running *r, const struct card_changed *spki)
{
	uint8_t sha256[32];
	json_t *o = json_object();

	if (EVP_Digest(spki->der.data, spki->der.len, sha256, NULL,
	    EVP_sha256(), NULL) != 1)
		panic("okienko: SHA-256 is not to be had");
	json_object_set_new(o, "spki", renewal_digest(sha256));
	return run_add(r, RENEWAL_KIND_KEY_MADE, o);
}

/*
 * A pair of which one half is missing, from a card that was pulled while it was
 * made, or which has gone: nothing has been sent for it, and another is made in
 * its place.  Not for ever, and not where there is a certificate for that one.
 */
static enum step
begin_again(struct running *r, const struct err *because)
{
	struct card_change c = { .kind = CHANGE_REMOVE_KEY };
	struct card_changed none = { .der = { .data = NULL } };
	struct err why = ERR_INIT;

	if (run_brought(r).len > 0 || ++r->keys > KEYS_MAX)
		return run_failed(r, because, 0);
	snprintf(c.id, sizeof c.id, "%s", r->view.new_key);
	if (!r->view.adopted)
		(void)run_change(r, RENEWAL_PIN_KEY, &c, &none, &why);
	card_changed_clear(&none);
	if (why.code == ERR_NONE || why.code == ERR_CARD_KEY)
		return choose_new(r);
	return run_failed(r, &why, 0);
}

enum step
run_make_key(struct running *r)
{
	struct card_changed spki = { .der = { .data = NULL } };
	struct err why = ERR_INIT;
	enum step s;

	/* What the request is made of is in the house before a key is made. */
	if (run_card(r, &why) == -1 || run_need_old(r, &why) == -1)
		return run_failed(r, &why, 0);
	s = run_fetch(r);
	if (s != STEP_ON)
		return s;
	if (r->view.new_key[0] == '\0')
		return run_brought(r).len > 0 ? choose_brought(r) :
		    choose_key(r);
	buf_init(&spki.der, CERT_DER_MAX);
	if (key_of_card(r, &spki, &why) == 0)
		s = has_key(r, &spki);
	else if (why.code == ERR_CARD_KEY)
		/* Chosen, and gone from the card or no whole pair. */
		s = begin_again(r, &why);
	else
		s = run_failed(r, &why, 0);
	card_changed_clear(&spki);
	return s;
}

/* --- the request ------------------------------------------------------------------------------ */

struct signing {
	struct running	*r;
	enum card_sign_by by;
};

static int
sign_by_new(void *arg, enum request_hash hash, const uint8_t *digest,
    size_t len, struct buf *out, struct err *err)
{
	static const enum card_hash hashes[] = {
		[REQUEST_SHA256] = HASH_SHA256, [REQUEST_SHA384] = HASH_SHA384,
		[REQUEST_SHA512] = HASH_SHA512,
	};
	struct signing *s = arg;
	struct card_digest d = { .by = s->by, .hash = hashes[hash],
	    .len = len };
	struct card_signature sig = { .len = 0 };

	memcpy(d.bytes, digest, len < sizeof d.bytes ? len : sizeof d.bytes);
	if (run_sign(s->r, RENEWAL_PIN_REQUEST, s->r->view.new_key, &d, &sig,
	    err) == -1)
		return -1;
	return buf_add(out, sig.bytes, sig.len) == 0 ? 0 :
	    err_set(err, ERR_TOO_BIG, "signature", NULL);
}

static int
make_request(struct running *r, struct span spki, struct buf *der,
    struct err *err)
{
	const struct renewal_plan *p = &r->view.plan;
	struct request_plan plan = { .spki = spki, .names = true,
	    .old = span_of(r->old.data, r->old.len), .ku = p->ku };
	struct signing s = { .r = r, .by = key_kind_type(p->key) == KEY_EC ?
	    SIGN_ECDSA : SIGN_RSA };
	size_t i;

	for (i = 0; i < sizeof p->eku / sizeof *p->eku; i++)
		if (p->eku[i][0] != '\0')
			plan.eku[plan.neku++] = p->eku[i];
	return request_make(&plan, sign_by_new, &s, der, err);
}

static int
sign_by_old(struct running *r, const struct buf *request, struct buf *cms,
    struct err *err)
{
	struct run_signer s;

	if (!r->view.plan.signed_by_old)
		return 0;
	run_signer(&s, r, RENEWAL_PIN_REQUEST, run_old_key(r));
	return renewal_sign_by_old(span_of(r->old.data, r->old.len),
	    span_of(request->data, request->len), &s.out, cms, err);
}

/* Parts and event at once: what stands in the journal is there. */
static enum step
keep_request(struct running *r, const struct buf *der, const struct buf *cms)
{
	struct registry *reg = r->run->registry;
	uint8_t sha256[32];
	json_t *o = json_object();

	if (EVP_Digest(der->data, der->len, sha256, NULL, EVP_sha256(),
	    NULL) != 1)
		panic("okienko: SHA-256 is not to be had");
	json_object_set_new(o, "request", renewal_digest(sha256));
	if (registry_begin(reg, r->err) == -1) {
		json_decref(o);
		return STEP_BROKEN;
	}
	if (renewals_put_part(reg, r->id, RENEWAL_REQUEST, span_of(der->data,
	    der->len), r->err) == -1 || (cms->len > 0 &&
	    renewals_put_part(reg, r->id, RENEWAL_SIGNED, span_of(cms->data,
	    cms->len), r->err) == -1)) {
		json_decref(o);
		registry_rollback(reg);
		return STEP_BROKEN;
	}
	return run_commit(r, RENEWAL_KIND_REQUEST_SIGNED, o);
}

static bool
is_agreed(struct running *r)
{
	const struct renewal_people *people = r->run->people;
	struct err why = ERR_INIT;
	struct cert *old;
	int rc;

	if (people == NULL)
		return false;
	if (people->ask_request == NULL)
		return true;
	if (cert_parse(r->old.data, r->old.len, &old, &why) == -1)
		return false;
	rc = people->ask_request(people->arg, r->card, &r->view.plan, old);
	cert_free(old);
	return rc == 1;
}

static enum step
sign_it(struct running *r, struct span spki)
{
	struct err why = ERR_INIT;
	struct buf der, cms;
	enum step s;

	buf_init(&der, REQUEST_DER_MAX);
	buf_init(&cms, RENEWALS_PART_MAX);
	if (make_request(r, spki, &der, &why) == 0 &&
	    sign_by_old(r, &der, &cms, &why) == 0)
		s = keep_request(r, &der, &cms);
	else if (why.code == ERR_CARD_KEY && der.len == 0)
		s = begin_again(r, &why);
	else
		s = run_failed(r, &why, 0);
	buf_clear(&der);
	buf_clear(&cms);
	return s;
}

enum step
run_sign_request(struct running *r)
{
	struct card_change c = { .kind = CHANGE_READ_PUBLIC };
	struct card_changed spki = { .der = { .data = NULL } };
	struct err why = ERR_INIT;
	uint8_t sha256[32];
	enum step s;

	s = run_fetch(r);
	if (s != STEP_ON)
		return s;
	if (run_brought(r).len > 0)
		return run_take_brought(r);
	if (run_card(r, &why) == -1 || run_need_old(r, &why) == -1)
		return run_failed(r, &why, 0);
	if (!is_agreed(r))
		return run_end(r, RENEWAL_END_PERSON, 0);
	snprintf(c.id, sizeof c.id, "%s", r->view.new_key);
	buf_init(&spki.der, CERT_DER_MAX);
	if (run_read(r, RENEWAL_PIN_REQUEST, &c, &spki, &why) == 0 &&
	    (EVP_Digest(spki.der.data, spki.der.len, sha256, NULL, EVP_sha256(),
	    NULL) != 1 ||
	    memcmp(sha256, r->view.new_spki, sizeof sha256) != 0))
		(void)err_set(&why, ERR_CARD_KEY, r->card->reader,
		    "another key of the same identifier");
	if (why.code == ERR_NONE)
		s = sign_it(r, span_of(spki.der.data, spki.der.len));
	else if (why.code == ERR_CARD_KEY)
		s = begin_again(r, &why);
	else
		s = run_failed(r, &why, 0);
	card_changed_clear(&spki);
	return s;
}
