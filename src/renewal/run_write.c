/*
 * The certificate goes to the card and is proved there; only then is anything
 * said of the old one.
 */
#include "config.h"

#include <sys/random.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "cert/der.h"
#include "cert/signature.h"
#include "registry/store.h"
#include "renewal/run_inside.h"

#define RETRY_TELL	300	/* seconds until the authority is told again */
#define DECRYPTS	(CERT_KU_KEY_ENCIPHERMENT | \
	CERT_KU_DATA_ENCIPHERMENT | CERT_KU_KEY_AGREEMENT)

/* --- what was issued ----------------------------------------------------------------- */

/* All of it; *first: the holder's.  -1: the registry's fault. */
static int
need_certs(struct running *r, struct buf *all, struct der *first)
{
	struct span rest;
	int rc;

	buf_init(all, RENEWALS_PART_MAX);
	rc = renewals_part(r->run->registry, r->id, RENEWAL_CERTS, all, r->err);
	rest = span_of(all->data, all->len);
	if (rc == 1 && der_next(&rest, first) == 0)
		return 0;
	if (rc != -1)
		(void)err_set(r->err, ERR_REGISTRY_BROKEN, r->row.number,
		    "no certificate in it");
	buf_clear(all);
	return -1;
}

/* Under its key's identifier, wherever it comes from. */
static bool
is_written(const struct running *r)
{
	const struct card_cert *c = run_find_cert(r, r->view.new_sha256);

	return c != NULL && c->id != NULL &&
	    strcmp(c->id, r->view.new_key) == 0;
}

/* --- written ----------------------------------------------------------------------------- */

/* As its key is called. */
static void
put_label(const struct running *r, char label[static CHANGE_LABEL_MAX + 1])
{
	const struct card_key *k = run_find_key(r, r->view.new_key);
	const char *text = k != NULL && k->label != NULL ? k->label : "";
	size_t n = text_cut(text, CHANGE_LABEL_MAX);

	memcpy(label, text, n);
	label[n] = '\0';
}

/* The card's own part of it has read it back: both steps at once. */
static enum step
has_written(struct running *r)
{
	if (run_add(r, RENEWAL_KIND_WRITTEN, json_object()) != STEP_ON)
		return STEP_BROKEN;
	return run_add(r, RENEWAL_KIND_READ_BACK, json_object());
}

static enum step
write_cert(struct running *r, struct span der)
{
	struct card_change c = { .kind = CHANGE_WRITE, .der = der };
	struct card_changed none = { .der = { .data = NULL } };
	struct err why = ERR_INIT;
	int rc;

	snprintf(c.id, sizeof c.id, "%s", r->view.new_key);
	put_label(r, c.label);
	rc = run_change(r, RENEWAL_PIN_WRITE, &c, &none, &why);
	card_changed_clear(&none);
	return rc == 0 ? has_written(r) : run_failed(r, &why, 0);
}

enum step
run_write(struct running *r)
{
	struct err why = ERR_INIT;
	struct der first;
	struct buf all;
	enum step s;

	if (run_card(r, &why) == -1)
		return run_failed(r, &why, 0);
	if (is_written(r))
		return run_add(r, RENEWAL_KIND_WRITTEN, json_object());
	if (need_certs(r, &all, &first) == -1)
		return STEP_BROKEN;
	s = write_cert(r, first.whole);
	buf_clear(&all);
	return s;
}

/* --- read back ------------------------------------------------------------------------------- */

static int
compare(struct running *r, struct span der, struct err *err)
{
	struct card_change c = { .kind = CHANGE_READ_CERT };
	struct card_changed got = { .der = { .data = NULL } };
	int rc;

	memcpy(c.sha256, r->view.new_sha256, sizeof c.sha256);
	buf_init(&got.der, CERT_DER_MAX);
	rc = run_read(r, RENEWAL_PIN_WRITE, &c, &got, err);
	if (rc == 0 && (got.der.len != der.len ||
	    memcmp(got.der.data, der.p, der.len) != 0))
		rc = err_set(err, ERR_CARD_READ_BACK, r->card->reader, NULL);
	card_changed_clear(&got);
	return rc;
}

/* A step with what is on the card; it is written anew where it has gone again. */
static enum step
of_written(struct running *r,
    int (*look)(struct running *, struct span der, struct err *),
    enum renewal_kind kind)
{
	struct err why = ERR_INIT;
	struct der first;
	struct buf all;
	enum step s;

	if (run_card(r, &why) == -1)
		return run_failed(r, &why, 0);
	if (need_certs(r, &all, &first) == -1)
		return STEP_BROKEN;
	if (!is_written(r))
		s = write_cert(r, first.whole);
	else if (look(r, first.whole, &why) == 0)
		s = run_add(r, kind, json_object());
	else
		s = run_failed(r, &why, 0);
	buf_clear(&all);
	return s;
}

enum step
run_read_back(struct running *r)
{
	return of_written(r, compare, RENEWAL_KIND_READ_BACK);
}

/* --- proved ------------------------------------------------------------------------------------ */

/* By the certificate's own key: one made elsewhere may be of another kind. */
static int
set_kind(struct span der, struct card_digest *d, struct err *err)
{
	struct cert *c;

	if (cert_parse(der.p, der.len, &c, err) == -1)
		return -1;
	d->by = c->key_type == KEY_EC ? SIGN_ECDSA : SIGN_RSA;
	cert_free(c);
	return 0;
}

static int
prove(struct running *r, struct span der, struct err *err)
{
	struct card_digest d = { .hash = HASH_SHA256,
	    .len = card_hash_len(HASH_SHA256), .by = SIGN_RSA };
	struct card_signature sig = { .len = 0 };

	if (set_kind(der, &d, err) == -1)
		return -1;
	/* Of nothing that anybody could have signed before. */
	if (getrandom(d.bytes, d.len, 0) != (ssize_t)d.len)
		return err_errno(err, ERR_IO, "getrandom");
	if (run_sign(r, RENEWAL_PIN_WRITE, r->view.new_key, &d, &sig,
	    err) == -1)
		return -1;
	/* By the key that it names, not by what the card says of its own. */
	return signature_of_digest(der, span_of(d.bytes, d.len),
	    span_of(sig.bytes, sig.len)) == SIGNATURE_RIGHT ? 0 :
	    err_set(err, ERR_CERT_NOT_PROVED, r->card->reader, NULL);
}

enum step
run_prove(struct running *r)
{
	return of_written(r, prove, RENEWAL_KIND_TESTED);
}

/* --- remembered, and told ------------------------------------------------------------------------ */

/*
 * The authority's own, as far as there is room: good to have, no more.  An issuer's
 * limit is none of these.
 */
static void
write_chain(struct running *r, struct span rest)
{
	struct card_change c = { .kind = CHANGE_WRITE, .ca = true };
	struct card_changed none = { .der = { .data = NULL } };
	struct err why = ERR_INIT;
	struct der el;

	if (r->authority == NULL || !r->authority->renewal_chain ||
	    !r->pin_good || !run_card_here(r))
		return;
	while (why.code == ERR_NONE && card_room(r->card) != 0 &&
	    der_next(&rest, &el) == 0) {
		c.der = el.whole;
		(void)run_change(r, RENEWAL_PIN_WRITE, &c, &none, &why);
	}
	card_changed_clear(&none);
}

static int
remember(struct running *r, struct span der)
{
	struct record rec;
	struct cert *c;
	int rc;

	if (cert_parse(der.p, der.len, &c, r->err) == -1)
		return -1;
	record_init(&rec);
	record_of_cert(&rec, c, HOW_CARD, clock_now());
	if (r->view.plan.order[0] != '\0')
		rec.order = mem_strdup(r->view.plan.order);
	rc = store_cert(r->run->registry, &rec, NULL, r->err);
	record_clear(&rec);
	cert_free(c);
	return rc;
}

/*
 * What could not be told is told later, whatever comes of the old one: the card
 * goes with its holder now.
 */
static enum step
not_told(struct running *r, const struct way_outcome *out)
{
	int64_t retry = out->retry_at != 0 ? out->retry_at :
	    clock_now() + RETRY_TELL;
	enum step s = run_failed(r, &out->err, retry);

	if (s == STEP_END && !r->view.old_dealt && !r->run->alone)
		s = run_deal_with_old(r);
	if (s == STEP_BROKEN || renewal_later(r->run->registry, &r->row,
	    &r->view, retry, r->err) == -1)
		return STEP_BROKEN;
	*r->err = out->err;
	return run_end(r, RENEWAL_END_WAIT, retry);
}

static enum step
is_registered(struct running *r, bool told)
{
	json_t *o = json_object();

	if (!told)
		json_object_set_new(o, "untold", json_true());
	return run_add(r, RENEWAL_KIND_REGISTERED, o);
}

enum step
run_register(struct running *r)
{
	struct way_outcome out = { .result = WAY_FAILED };
	struct der first;
	struct buf all;
	enum step s;
	bool told;
	int rc;

	if (need_certs(r, &all, &first) == -1)
		return STEP_BROKEN;
	write_chain(r, span_of(first.whole.p + first.whole.len,
	    all.len - first.whole.len));
	rc = remember(r, first.whole);
	buf_clear(&all);
	if (rc == -1)
		return STEP_BROKEN;
	told = run_tell(r, &out);
	s = out.result == WAY_FAILED ? not_told(r, &out) : is_registered(r,
	    told);
	way_outcome_clear(&out);
	return s;
}

/* --- the old one ---------------------------------------------------------------------------------- */

static enum step
old_is(struct running *r, bool kept)
{
	json_t *o = json_object();

	json_object_set_new(o, "kept", json_boolean(kept));
	return run_add(r, RENEWAL_KIND_OLD_DEALT, o);
}

/* A key usage that is not said leaves everything open. */
static bool
decrypts(const struct card_cert *c)
{
	return c->cert == NULL || !c->cert->has_ku ||
	    (c->cert->ku & DECRYPTS) != 0;
}

/* Its key goes too, unless something else on the card needs it. */
static int
remove_old(struct running *r, struct err *err)
{
	struct card_change cert = { .kind = CHANGE_REMOVE_CERT };
	struct card_change key = { .kind = CHANGE_REMOVE_KEY };
	struct card_changed none = { .der = { .data = NULL } };
	struct err why = ERR_INIT;
	int rc;

	memcpy(cert.sha256, r->view.plan.old_sha256, sizeof cert.sha256);
	snprintf(key.id, sizeof key.id, "%s", r->view.plan.old_key);
	rc = run_change(r, RENEWAL_PIN_REMOVE, &cert, &none, err);
	if (rc == 0 && key.id[0] != '\0' &&
	    strcmp(key.id, r->view.new_key) != 0 &&
	    run_change(r, RENEWAL_PIN_REMOVE, &key, &none, &why) == -1 &&
	    why.code != ERR_CARD_IN_USE && why.code != ERR_CARD_KEY) {
		*err = why;
		rc = -1;
	}
	card_changed_clear(&none);
	return rc;
}

/* Begun stands in the journal: of certificate and key, both or neither go. */
static enum step
take_away(struct running *r)
{
	struct err why = ERR_INIT;
	enum step s;

	if (!r->view.old_removing) {
		s = run_add(r, RENEWAL_KIND_OLD_REMOVING, json_object());
		if (s != STEP_ON)
			return s;
	}
	return remove_old(r, &why) == 0 ? old_is(r, false) :
	    run_failed(r, &why, 0);
}

static enum step
ask_old(struct running *r, const struct card_cert *old)
{
	const struct renewal_people *people = r->run->people;
	int said = people != NULL && people->ask_old != NULL ?
	    people->ask_old(people->arg, r->card, (size_t)(old -
	    r->card->certs), decrypts(old)) : -1;

	if (said == 0)
		return old_is(r, true);
	return said == 1 ? take_away(r) : run_end(r, RENEWAL_END_PERSON, 0);
}

enum step
run_deal_with_old(struct running *r)
{
	struct err why = ERR_INIT;
	const struct card_cert *old;

	/* Until the new one counts, the old one is all there is. */
	if (r->view.new_from > clock_now())
		return old_is(r, true);
	if (run_card(r, &why) == -1)
		return run_failed(r, &why, 0);
	/* What is not to be seen beside the new one is not removed for it. */
	if (!is_written(r)) {
		(void)err_set(&why, ERR_CARD_READ_BACK, r->card->reader,
		    "it was proved, and is not there");
		return run_failed(r, &why, 0);
	}
	if (r->view.old_removing)
		return take_away(r);
	old = run_find_cert(r, r->view.plan.old_sha256);
	return old == NULL ? old_is(r, false) : ask_old(r, old);
}
