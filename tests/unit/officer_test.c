/*
 * CMP signed by the officer's card: the sending runs on a worker's thread, the
 * card is asked from the loop's, and OpenSSL's own server judges what was
 * signed.  In place of okienko-card stands what signs here, or does not.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/worker.h"
#include "revocation/officer.h"
#include "revocation/officer_card.h"
#include "tests/unit/chanrig.h"

#define WAIT_MS		20000
#define READER		"Reader 00 00"

/* How the card behaves. */
enum manner { SIGNS, REFUSES, SIGNS_WRONG, SLEEPS };

/* What stands in for the desk's door to cards. */
static struct {
	struct card_world	 world;
	enum manner		 manner;
	enum office_who		 holder;
	int			 asked;
	char			 pin[16], key[16];
	card_signed_fn		*fn;		/* an answer still to be given */
	void			*arg;
} desk;

const struct card_world *
card_client_world(const struct card_client *c)
{
	(void)c;
	return &desk.world;
}

/* A digest is signed as it is: what a card does with it. */
static void
sign_digest(const struct card_digest *d, struct card_signature *s)
{
	EVP_PKEY *key = world.office.key[desk.holder];
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);

	s->len = sizeof s->bytes;
	assert_int_equal(d->by == SIGN_RSA, EVP_PKEY_is_a(key, "RSA"));
	assert_int_equal(HASH_SHA256, d->hash);
	assert_int_equal(1, EVP_PKEY_sign_init(ctx));
	assert_int_equal(1, EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()));
	assert_int_equal(1, EVP_PKEY_sign(ctx, s->bytes, &s->len, d->bytes,
	    d->len));
	EVP_PKEY_CTX_free(ctx);
	if (desk.manner == SIGNS_WRONG)
		s->bytes[s->len - 1] ^= 1;
}

/* Nothing is changed here. */
void
card_client_change(struct card_client *c, const char *reader,
    const struct token *token, const struct card_change *change,
    struct secret *secret, card_change_fn *fn, void *arg)
{
	(void)c, (void)reader, (void)token, (void)change, (void)secret;
	(void)fn, (void)arg;
	fail();
}

void
card_client_sign(struct card_client *c, const char *reader,
    const struct token *token, const char *key, const struct card_digest *d,
    struct secret *secret, card_signed_fn *fn, void *arg)
{
	struct card_signature s = { .len = 0 };
	struct err err = ERR_INIT;

	(void)c;
	desk.asked++;
	assert_string_equal(READER, reader);
	assert_string_equal("00A1", token->serial);
	snprintf(desk.key, sizeof desk.key, "%s", key);
	snprintf(desk.pin, sizeof desk.pin, "%s", secret_peek(secret));
	secret_free(secret);
	switch (desk.manner) {
	case SLEEPS:
		desk.fn = fn;
		desk.arg = arg;
		return;
	case REFUSES:
		(void)err_set(&err, ERR_PIN_WRONG, "Token", NULL);
		break;
	default:
		sign_digest(d, &s);
	}
	fn(&err, &s, arg);
}

/* The answer that was slept through. */
static void
answer_late(void)
{
	struct card_signature s = { .len = 1 };
	struct err err = ERR_INIT;

	assert_non_null(desk.fn);
	desk.fn(&err, &s, desk.arg);
	desk.fn = NULL;
}

/* --- a sending ----------------------------------------------------------------- */

struct sending {
	struct job		 job;
	struct rig		*rig;
	struct officer_card	*card;
	int64_t			 deadline_ms;
	int			*ended;
};

static void
run(struct job *j)
{
	struct sending *s = (struct sending *)j;
	struct rig *g = s->rig;

	g->job.signer = officer_card_signer(s->card, &j->cancel,
	    s->deadline_ms);
	channel_by_id("cmp")->send(&g->job, &g->result);
}

static void
stop(struct job *j)
{
	officer_card_shake(((struct sending *)j)->card);
}

static void
end(struct job *j)
{
	struct sending *s = (struct sending *)j;

	++*s->ended;
	officer_card_free(s->card);
	free(s);
}

static struct secret *
pin(void)
{
	struct secret *s = secret_new();

	assert_int_equal(0, secret_add(s, "1234", 4));
	return s;
}

static struct sending *
sending(struct loop *loop, struct rig *g, int64_t deadline_ms, int *ended)
{
	const struct token t = { .module = (char *)"m.so", .slot = 7,
	    .serial = (char *)"00A1" };
	struct sending *s = mem_alloc(sizeof *s);

	s->job = (struct job){ .run = run, .free = end, .stop = stop };
	s->rig = g;
	s->card = officer_card_new(loop, NULL, READER, &t, pin());
	s->deadline_ms = deadline_ms;
	s->ended = ended;
	return s;
}

static void
run_until(struct loop *loop, const int *count, int n)
{
	int64_t until = clock_mono_ms() + WAIT_MS;

	while (*count < n && clock_mono_ms() < until)
		loop_once(loop, 100);
	assert_true(*count >= n);
}

/* One sending from beginning to end. */
static void
send_by_card(struct rig *g, int64_t deadline_ms, enum case_result result,
    enum err_code code)
{
	struct loop *loop = loop_new();
	struct worker *w = worker_new(loop);
	int ended = 0;

	worker_post(w, &sending(loop, g, deadline_ms, &ended)->job);
	run_until(loop, &ended, 1);
	worker_free(w);
	loop_free(loop);
	if (code != g->result.err.code)
		print_error("%s\n", err_technical(&g->result.err,
		    (char[512]){ 0 }, 512));
	assert_string_equal(err_id(code), err_id(g->result.err.code));
	assert_int_equal(result, g->result.result);
	assert_int_equal(result == RESULT_FAILED, g->result.unsent);
}

/* --- its card ------------------------------------------------------------------- */

static void
insert(enum office_who who, const char *reader, const char *serial)
{
	struct card *card = card_new(reader);

	card->tokens = mem_array(1, sizeof *card->tokens);
	card->tokens[card->ntokens++] = (struct token){
	    .module = mem_strdup("m.so"), .slot = 7,
	    .serial = mem_strdup(serial) };
	card->certs = mem_array(1, sizeof *card->certs);
	card->certs[card->ncerts++] = (struct card_cert){
	    .id = mem_strdup("0A"), .tokens = 1 };
	assert_int_equal(1, X509_digest(world.office.cert[who], EVP_sha256(),
	    card->certs[0].sha256, NULL));
	desk.world.cards[desk.world.ncards++] = card;
	desk.holder = who;
}

static void
remove_all(void)
{
	while (desk.world.ncards > 0)
		card_free(desk.world.cards[--desk.world.ncards]);
}

static int
set_up(void **state)
{
	struct rig *g;

	memset(&desk, 0, sizeof desk);
	if (chanrig_set_up(state) != 0)
		return -1;
	g = *state;
	set(&g->authority.cmp_key, "");
	g->authority.cmp_key_on_card = true;
	insert(OFFICE_OFFICER, READER, "00A1");
	return 0;
}

static int
tear_down(void **state)
{
	remove_all();
	return chanrig_tear_down(state);
}

/* --- tests ------------------------------------------------------------------------ */

static void
test_ec(void **state)
{
	struct rig *g = *state;

	send_by_card(g, WAIT_MS, RESULT_ACCEPTED, ERR_NONE);
	assert_int_equal(1, world.office.asked);
	assert_memory_equal(MARK, world.office.serial, sizeof MARK - 1);
	assert_int_equal(1, desk.asked);
	assert_string_equal("0A", desk.key);
	assert_string_equal("1234", desk.pin);
}

static void
test_rsa(void **state)
{
	struct rig *g = *state;

	remove_all();
	insert(OFFICE_RSA, READER, "00A1");
	set_file(&g->authority.cmp_certificate, "rsa.pem");
	send_by_card(g, WAIT_MS, RESULT_ACCEPTED, ERR_NONE);
	assert_int_equal(1, world.office.asked);
}

/* What signs is believed by the server's judgement alone. */
static void
test_wrong_signature(void **state)
{
	struct rig *g = *state;
	struct loop *loop = loop_new();
	struct worker *w = worker_new(loop);
	int ended = 0;

	desk.manner = SIGNS_WRONG;
	worker_post(w, &sending(loop, g, WAIT_MS, &ended)->job);
	run_until(loop, &ended, 1);
	worker_free(w);
	loop_free(loop);
	assert_int_equal(0, world.office.asked);
	assert_int_not_equal(RESULT_ACCEPTED, g->result.result);
}

static void
test_no_signer(void **state)
{
	struct rig *g = *state;
	struct err err = ERR_INIT;

	assert_int_equal(-1, channel_by_id("cmp")->ready(&g->job, &err));
	assert_int_equal(ERR_OFFICER_CARD, err.code);
	want(g, "cmp", RESULT_FAILED, ERR_OFFICER_CARD);
	assert_int_equal(0, world.posts);
}

/* The password of the holder needs no card. */
static void
test_password_instead(void **state)
{
	struct rig *g = *state;

	g->password = secret_new();
	secret_add(g->password, OFFICE_SECRET, strlen(OFFICE_SECRET));
	g->job.password = g->password;
	g->job.password_ref = OFFICE_REF;
	g->authority.cmp_password = true;
	world.office.by_secret = true;
	want(g, "cmp", RESULT_ACCEPTED, ERR_NONE);
	assert_int_equal(0, desk.asked);
}

static void
test_wrong_pin(void **state)
{
	struct rig *g = *state;

	desk.manner = REFUSES;
	send_by_card(g, WAIT_MS, RESULT_FAILED, ERR_PIN_WRONG);
	assert_int_equal(1, desk.asked);
	assert_int_equal(0, world.posts);
}

static void
test_deadline(void **state)
{
	struct rig *g = *state;

	desk.manner = SLEEPS;
	send_by_card(g, 50, RESULT_FAILED, ERR_TIMEOUT);
	assert_int_equal(0, world.posts);
	answer_late();
}

/* Out of the reader, or in another place than where the PIN was typed for it. */
static void
test_card_gone(void **state)
{
	struct rig *g = *state;

	remove_all();
	send_by_card(g, WAIT_MS, RESULT_FAILED, ERR_OFFICER_CARD);
	insert(OFFICE_OFFICER, READER, "00A2");
	send_by_card(g, WAIT_MS, RESULT_FAILED, ERR_OFFICER_CARD);
	remove_all();
	insert(OFFICE_OFFICER, "Reader 01 00", "00A1");
	send_by_card(g, WAIT_MS, RESULT_FAILED, ERR_OFFICER_CARD);
	remove_all();
	insert(OFFICE_HOLDER, READER, "00A1");
	send_by_card(g, WAIT_MS, RESULT_FAILED, ERR_OFFICER_CARD);
	assert_int_equal(0, desk.asked);
	assert_int_equal(0, world.posts);
}

/* Cancelled, and the program's end, while the card is at it: nobody hangs. */
static void
test_end_while_waiting(void **state)
{
	struct rig *g = *state;
	struct loop *loop = loop_new();
	struct worker *w = worker_new(loop);
	int ended = 0;
	unsigned id;

	desk.manner = SLEEPS;
	id = worker_post(w, &sending(loop, g, WAIT_MS, &ended)->job);
	run_until(loop, &desk.asked, 1);
	worker_cancel(w, id);
	run_until(loop, &ended, 1);
	assert_int_equal(ERR_CANCELLED, g->result.err.code);
	assert_true(g->result.unsent);
	answer_late();
	worker_post(w, &sending(loop, g, WAIT_MS, &ended)->job);
	run_until(loop, &desk.asked, 2);
	worker_free(w);
	assert_int_equal(2, ended);
	assert_int_equal(ERR_CANCELLED, g->result.err.code);
	answer_late();
	loop_free(loop);
	assert_int_equal(0, world.posts);
}

/* The loop never got to it: the PIN goes with the sending, unused. */
static void
test_end_unasked(void **state)
{
	struct rig *g = *state;
	struct loop *loop = loop_new();
	struct worker *w = worker_new(loop);
	int ended = 0;

	worker_post(w, &sending(loop, g, WAIT_MS, &ended)->job);
	worker_free(w);
	assert_int_equal(1, ended);
	assert_int_equal(0, desk.asked);
	loop_free(loop);
}

/* One PIN, one signature; what comes in between does not matter. */
static void
test_once(void **state)
{
	const struct token t = { .module = (char *)"m.so", .slot = 7,
	    .serial = (char *)"00A1" };
	struct card_digest d = { .by = SIGN_ECDSA, .len = 32 };
	struct loop *loop = loop_new();
	struct officer_card *c = officer_card_new(loop, NULL, READER, &t,
	    pin());
	struct officer_signer *signer = officer_card_signer(c, NULL, 0);
	struct card_signature s;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(-1, signer->sign(signer->arg, d.bytes, &d, &s, &err));
	assert_int_equal(ERR_TIMEOUT, err.code);
	err_clear(&err);
	assert_int_equal(-1, signer->sign(signer->arg, d.bytes, &d, &s, &err));
	assert_int_equal(ERR_OFFICER_CARD, err.code);
	loop_once(loop, 0);
	assert_int_equal(0, desk.asked);
	officer_card_free(c);
	loop_free(loop);
}

static void
test_find(void **state)
{
	const struct token *token = NULL;
	uint8_t sha256[32];
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(0, officer_sha256(cmpoffice_file(&world.office,
	    "officer.pem"), sha256, &err));
	assert_ptr_equal(desk.world.cards[0], officer_card_find(&desk.world,
	    sha256, &token));
	assert_string_equal("00A1", token->serial);
	desk.world.cards[0]->certs[0].key = KEY_MISSING;
	assert_null(officer_card_find(&desk.world, sha256, &token));
	assert_int_equal(-1, officer_sha256("/nonexistent", sha256, &err));
	assert_int_equal(ERR_OFFICER_KEY, err.code);
}

#define CARD_TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CARD_TEST(test_ec),
		CARD_TEST(test_rsa),
		CARD_TEST(test_wrong_signature),
		CARD_TEST(test_no_signer),
		CARD_TEST(test_password_instead),
		CARD_TEST(test_wrong_pin),
		CARD_TEST(test_deadline),
		CARD_TEST(test_card_gone),
		CARD_TEST(test_end_while_waiting),
		CARD_TEST(test_end_unasked),
		CARD_TEST(test_once),
		CARD_TEST(test_find),
	};

	return cmocka_run_group_tests(tests, chanrig_start, chanrig_end);
}
