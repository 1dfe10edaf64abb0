/*
 * What a run asks of the card.  A PIN that was typed is used once before it has
 * proved right, and never for another insertion than it was typed for: no try is
 * spent that nobody typed.
 */
#include "config.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "renewal/run_inside.h"

#define WAIT_MS		300000	/* for a card that is to be put in */
#define PULLS_MAX	64	/* out of one step, before it is the card's fault */

/* --- what errors say --------------------------------------------------------------- */

static bool
is_among(enum err_code code, const enum err_code *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (all[i] == code)
			return true;
	return false;
}

/* Another one is to be typed. */
static bool
is_of_pin(enum err_code code)
{
	static const enum err_code all[] = { ERR_PIN_WRONG, ERR_PIN_LENGTH,
	    ERR_PIN_LAST };

	return is_among(code, all, sizeof all / sizeof *all);
}

/* The card, or what stands between it and us, was gone for a moment. */
static bool
is_pull(enum err_code code)
{
	static const enum err_code all[] = { ERR_CARD_REMOVED, ERR_READER_GONE,
	    ERR_PIN_CARD_CHANGED, ERR_PCSC_LOST, ERR_HELPER_DIED,
	    ERR_HELPER_STUCK, ERR_MODULE_CRASHED, ERR_MODULE_HUNG };

	return is_among(code, all, sizeof all / sizeof *all);
}

/* The card took the PIN, and then did not do what was asked. */
static bool
is_after_pin(enum err_code code)
{
	static const enum err_code all[] = { ERR_CARD_ID_TAKEN, ERR_CARD_KEY,
	    ERR_CARD_FULL, ERR_CARD_KEY_KIND, ERR_CARD_READ_BACK,
	    ERR_CARD_IN_USE, ERR_CERT_OTHER_KEY };

	return is_among(code, all, sizeof all / sizeof *all);
}

/* --- the card ----------------------------------------------------------------------- */

void
run_forget_pin(struct running *r)
{
	secret_free(r->pin);
	r->pin = NULL;
	r->pin_asked = r->pin_good = false;
}

static void
take_card(struct running *r, struct card *card, size_t token)
{
	card_free(r->card);
	r->card = card;
	r->token = token;
	if (r->pin_asked && r->pin_card != card->serial)
		run_forget_pin(r);
}

static int
look(struct running *r, int64_t ms, struct err *err)
{
	struct card *card = NULL;
	size_t token = 0;

	if (r->run->hand == NULL)
		return err_set(err, ERR_CARD_REMOVED, "", "no card is at hand");
	if (card_hand_card(r->run->hand, r->view.plan.token,
	    r->view.plan.module, r->view.plan.old_sha256, ms, &card, &token,
	    err) == -1)
		return -1;
	take_card(r, card, token);
	return 0;
}

int
run_card(struct running *r, struct err *err)
{
	struct err why = ERR_INIT;

	if (look(r, 0, &why) == 0)
		return 0;
	/* Not there, or not wholly read yet. */
	if (r->run->hand == NULL || (!is_pull(why.code) &&
	    why.code != ERR_TIMEOUT)) {
		*err = why;
		return -1;
	}
	/* Others stand in line, and nobody would put it in. */
	if (r->run->alone)
		return err_set(err, ERR_CARD_REMOVED, "", "not waited for");
	run_doing(r, DOING_WAIT_CARD);
	return look(r, WAIT_MS, err);
}

bool
run_card_here(struct running *r)
{
	struct err why = ERR_INIT;

	return look(r, 0, &why) == 0;
}

static const struct token *
token_of(const struct running *r)
{
	return &r->card->tokens[r->token];
}

/* --- with a PIN ------------------------------------------------------------------------ */

/* why: what became of the one before. */
static int
need_pin(struct running *r, enum renewal_pin purpose, const struct err *why,
    struct err *err)
{
	const struct renewal_people *people = r->run->people;

	if (r->pin_asked)
		return 0;
	if (people == NULL)
		return err_set(err, ERR_PIN_CANCELLED, r->card->reader,
		    "nobody is there");
	if (people->ask_pin(people->arg, purpose, r->card, token_of(r),
	    why->code != ERR_NONE ? why : NULL, &r->pin, err) == -1)
		return -1;
	r->pin_asked = true;
	r->pin_good = false;
	r->pin_card = r->card->serial;
	return 0;
}

/* What is done with the card, and once more after a pull. */
struct work {
	const struct card_change *change;	/* or */
	struct card_changed	*changed;
	const char		*key;		/* sign */
	const struct card_digest *digest;
	struct card_signature	*signature;
};

static int
do_once(struct running *r, const struct work *w, const struct secret *pin,
    struct err *err)
{
	if (w->change != NULL)
		return card_hand_change(r->run->hand, r->card, token_of(r),
		    w->change, pin, w->changed, err);
	return card_hand_sign(r->run->hand, r->card, token_of(r), w->key,
	    w->digest, pin, w->signature, err);
}

static int
with_pin(struct running *r, enum renewal_pin purpose, const struct work *w,
    struct err *err)
{
	struct err why = ERR_INIT;
	int pulls = 0;

	for (;;) {
		if (run_cancelled(r))
			return err_set(err, ERR_CANCELLED, r->row.number, NULL);
		if (run_card(r, err) == -1 ||
		    need_pin(r, purpose, &why, err) == -1)
			return -1;
		err_clear(&why);
		if (do_once(r, w, r->pin, &why) == 0) {
			r->pin_good = true;
			return 0;
		}
		if (is_after_pin(why.code))
			r->pin_good = true;
		/* Whether the card has seen it nobody knows: it is typed anew. */
		if (!r->pin_good || is_of_pin(why.code))
			run_forget_pin(r);
		if (is_of_pin(why.code))
			continue;
		if (!is_pull(why.code) || ++pulls == PULLS_MAX)
			break;
		err_clear(&why);
	}
	*err = why;
	return -1;
}

int
run_change(struct running *r, enum renewal_pin purpose,
    const struct card_change *change, struct card_changed *changed,
    struct err *err)
{
	struct work w = { .change = change, .changed = changed };

	return with_pin(r, purpose, &w, err);
}

int
run_sign(struct running *r, enum renewal_pin purpose, const char *key,
    const struct card_digest *digest, struct card_signature *signature,
    struct err *err)
{
	struct work w = { .key = key, .digest = digest,
	    .signature = signature };

	return with_pin(r, purpose, &w, err);
}

/*
 * A PIN that was typed is not used here before it has proved right; it is asked
 * for where without it the card does not show what is asked for.
 */
int
run_read(struct running *r, enum renewal_pin purpose,
    const struct card_change *change, struct card_changed *changed,
    struct err *err)
{
	struct work w = { .change = change, .changed = changed };
	struct err why = ERR_INIT;
	int pulls = 0;

	do {
		err_clear(&why);
		if (run_cancelled(r))
			return err_set(err, ERR_CANCELLED, r->row.number, NULL);
		if (run_card(r, err) == -1)
			return -1;
		if (do_once(r, &w, r->pin_good ? r->pin : NULL, &why) == 0)
			return 0;
	} while (is_pull(why.code) && ++pulls < PULLS_MAX);
	if (r->pin_good || is_pull(why.code)) {
		*err = why;
		return -1;
	}
	return with_pin(r, purpose, &w, err);
}

/* --- what is on it -------------------------------------------------------------------------- */

static bool
is_on(const struct running *r, unsigned tokens)
{
	return (tokens & (1u << r->token)) != 0;
}

const struct card_cert *
run_find_cert(const struct running *r, const uint8_t sha256[32])
{
	for (size_t i = 0; r->card != NULL && i < r->card->ncerts; i++)
		if (is_on(r, r->card->certs[i].tokens) &&
		    memcmp(r->card->certs[i].sha256, sha256, 32) == 0)
			return &r->card->certs[i];
	return NULL;
}

const struct card_cert *
run_find_cert_of(const struct running *r, const uint8_t spki[32])
{
	for (size_t i = 0; r->card != NULL && i < r->card->ncerts; i++) {
		const struct card_cert *c = &r->card->certs[i];

		if (is_on(r, c->tokens) && c->cert != NULL &&
		    memcmp(c->cert->spki_sha256, spki, 32) == 0)
			return c;
	}
	return NULL;
}

const struct card_key *
run_find_key(const struct running *r, const char *id)
{
	for (size_t i = 0; r->card != NULL && i < r->card->nkeys; i++)
		if (is_on(r, r->card->keys[i].tokens) &&
		    r->card->keys[i].id != NULL &&
		    strcmp(r->card->keys[i].id, id) == 0)
			return &r->card->keys[i];
	return NULL;
}

/* --- the old certificate ------------------------------------------------------------------------ */

static int
old_from_card(struct running *r, struct err *err)
{
	struct card_change change = { .kind = CHANGE_READ_CERT };
	struct card_changed got = { .der = { .data = NULL } };
	uint8_t sha256[32];
	int rc;

	memcpy(change.sha256, r->view.plan.old_sha256, sizeof change.sha256);
	buf_init(&got.der, CERT_DER_MAX);
	rc = run_read(r, RENEWAL_PIN_KEY, &change, &got, err);
	if (rc == 0 && (EVP_Digest(got.der.data, got.der.len, sha256, NULL,
	    EVP_sha256(), NULL) != 1 || memcmp(sha256, change.sha256,
	    sizeof sha256) != 0))
		rc = err_set(err, ERR_CARD_READ, r->card->reader,
		    "another certificate than was asked for");
	if (rc == 0)
		rc = buf_add(&r->old, got.der.data, got.der.len) == 0 ? 0 :
		    err_set(err, ERR_TOO_BIG, r->card->reader, NULL);
	card_changed_clear(&got);
	return rc;
}

int
run_need_old(struct running *r, struct err *err)
{
	int rc;

	if (r->old.len > 0)
		return 0;
	rc = renewals_part(r->run->registry, r->id, RENEWAL_OLD, &r->old, err);
	if (rc != 0)
		return rc == 1 ? 0 : -1;
	if (old_from_card(r, err) == -1)
		return -1;
	return renewals_put_part(r->run->registry, r->id, RENEWAL_OLD,
	    span_of(r->old.data, r->old.len), err);
}

const char *
run_old_key(const struct running *r)
{
	const struct card_cert *c = run_find_cert(r, r->view.plan.old_sha256);

	return c != NULL && c->id != NULL && c->id[0] != '\0' ? c->id :
	    r->view.plan.old_key;
}

/* --- for others ------------------------------------------------------------------------------------ */

/* Each signer is one key: which, they need not say. */
static int
sign_for(void *arg, const uint8_t id[32], const struct card_digest *digest,
    struct card_signature *signature, struct err *err)
{
	struct run_signer *s = arg;

	(void)id;
	return run_sign(s->r, s->purpose, s->key, digest, signature, err);
}

void
run_signer(struct run_signer *s, struct running *r, enum renewal_pin purpose,
    const char *key)
{
	*s = (struct run_signer){ .r = r, .purpose = purpose,
	    .out = { .sign = sign_for, .err = ERR_INIT } };
	s->out.arg = s;
	snprintf(s->key, sizeof s->key, "%s", key);
}
