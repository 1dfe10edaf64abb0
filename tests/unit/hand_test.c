/*
 * Cards for a worker's thread: what it asks comes to the loop whole, and the
 * answer back; cancelled, late or never answered, nothing is lost and nobody
 * waits.  In place of okienko-card stands what answers here.
 */
#include "config.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "card/hand.h"
#include "cards.h"

#define WAIT_MS		20000
#define READER		"Reader 00 00"
#define BYTES		"what is to be written"

/* --- in place of the desk's door to cards ------------------------------------ */

static struct {
	struct card_world	 world;
	bool			 sleeps;	/* answers when told to */
	struct err		 err;
	int			 asked;
	char			 pin[16];	/* "-": none */
	card_change_fn		*show;
	card_signed_fn		*tell;
	void			*arg;
} desk;

const struct card_world *
card_client_world(const struct card_client *c)
{
	(void)c;
	return &desk.world;
}

static void
take_pin(struct secret *pin)
{
	(void)snprintf(desk.pin, sizeof(desk.pin), "%s",
	    pin != NULL ? secret_peek(pin) : "-");
	secret_free(pin);
}

static void
answer_change(void)
{
	struct card_changed c;

	buf_init(&c.der, CERT_DER_MAX);
	if (desk.err.code == ERR_NONE)
		(void)buf_add(&c.der, "SPKI", 4);
	desk.show(&desk.err, &c, desk.arg);
	card_changed_clear(&c);
}

void
card_client_change(struct card_client *c, const char *reader,
    const struct token *t, const struct card_change *change,
    struct secret *pin, card_change_fn *fn, void *arg)
{
	(void)c;
	assert_string_equal(READER, reader);
	assert_string_equal("a.so", t->module);
	assert_string_equal("0A", t->serial);
	assert_int_equal(7, t->slot);
	assert_true(pin_is_last(&t->pin));
	assert_int_equal(CHANGE_WRITE, change->kind);
	assert_string_equal("0B", change->id);
	assert_string_equal("Klucz", change->label);
	assert_int_equal(strlen(BYTES), change->der.len);
	assert_memory_equal(BYTES, change->der.p, change->der.len);
	take_pin(pin);
	desk.asked++;
	desk.show = fn;
	desk.arg = arg;
	if (!desk.sleeps)
		answer_change();
}

void
card_client_sign(struct card_client *c, const char *reader,
    const struct token *t, const char *key, const struct card_digest *d,
    struct secret *pin, card_signed_fn *fn, void *arg)
{
	struct card_signature s = { .bytes = { 1, 2, 3 }, .len = 3 };

	(void)c, (void)t, (void)d;
	assert_string_equal(READER, reader);
	assert_string_equal("0B", key);
	take_pin(pin);
	desk.asked++;
	if (desk.err.code != ERR_NONE)
		s.len = 0;
	fn(&desk.err, &s, arg);
}

/* --- a thread at work ----------------------------------------------------------- */

struct work {
	struct card_hand	*hand;
	atomic_bool		 cancel, done;
	void			(*run)(struct work *);
	int64_t			 ms;
	const char		*module;
	int			 rc;
	struct err		 err;
	struct card		*card;
	size_t			 token;
	struct card_changed	 changed;
	struct card_signature	 signature;
	char			*key;
	uint8_t			 cert[32];
};

static struct card *
card_of(enum card_state state)
{
	struct card *c = card_new(READER);

	c->state = state;
	cards_token(c, "b.so", "0A", "inny");
	cards_token(c, "a.so", "0A", "ten")->slot = 7;
	return c;
}

static void
run_change(struct work *w)
{
	struct card *card = card_of(CARD_READY);
	struct card_change change = { .kind = CHANGE_WRITE, .id = "0B",
	    .label = "Klucz", .der = span_of(BYTES, strlen(BYTES)) };
	struct secret *pin = secret_new();

	(void)secret_add(pin, "1234", 4);
	card->tokens[1].pin.final = true;
	w->rc = card_hand_change(w->hand, card, &card->tokens[1], &change, pin,
	    &w->changed, &w->err);
	assert_string_equal("1234", secret_peek(pin));	/* borrowed */
	secret_free(pin);
	card_free(card);
}

static void
run_sign(struct work *w)
{
	struct card *card = card_of(CARD_READY);
	const struct card_digest d = { .len = 32 };

	w->rc = card_hand_sign(w->hand, card, &card->tokens[1], "0B", &d, NULL,
	    &w->signature, &w->err);
	card_free(card);
}

static void
run_card(struct work *w)
{
	w->rc = card_hand_card(w->hand, "0A", w->module, w->cert, w->ms,
	    &w->card, &w->token, &w->err);
}

static void
run_key(struct work *w)
{
	struct card *card = card_of(CARD_READY);

	w->rc = card_hand_key(w->hand, card, &card->tokens[1], w->cert,
	    &w->key, &w->err);
	card_free(card);
}

static void *
thread(void *arg)
{
	struct work *w = arg;

	w->run(w);
	atomic_store(&w->done, true);
	card_hand_shake(w->hand);
	return NULL;
}

struct rig {
	struct loop	*loop;
	struct work	 w;
	pthread_t	 thread;
};

static void
begin(struct rig *g, void (*run)(struct work *))
{
	if (g->w.hand == NULL)
		g->w.hand = card_hand_new(g->loop, NULL, &g->w.cancel);
	g->w.run = run;
	atomic_store(&g->w.done, false);
	err_clear(&g->w.err);
	assert_int_equal(0, pthread_create(&g->thread, NULL, thread, &g->w));
}

/* Until the desk has been asked so often. */
static void
until_asked(struct rig *g, int n)
{
	int64_t until = clock_mono_ms() + WAIT_MS;

	while (desk.asked < n && clock_mono_ms() < until)
		loop_once(g->loop, 5);
	assert_int_equal(n, desk.asked);
}

static void
finish(struct rig *g)
{
	int64_t until = clock_mono_ms() + WAIT_MS;

	while (!atomic_load(&g->w.done) && clock_mono_ms() < until)
		loop_once(g->loop, 5);
	assert_true(atomic_load(&g->w.done));
	(void)pthread_join(g->thread, NULL);
}

static int
set_up(void **state)
{
	struct rig *g = mem_alloc(sizeof(*g));

	memset(&desk, 0, sizeof(desk));
	g->loop = loop_new();
	*state = g;
	return 0;
}

static int
tear_down(void **state)
{
	struct rig *g = *state;

	card_hand_free(g->w.hand);
	loop_free(g->loop);
	card_free(g->w.card);
	card_free(desk.world.cards[0]);
	card_changed_clear(&g->w.changed);
	free(g->w.key);
	free(g);
	return 0;
}

/* --- there and back ------------------------------------------------------------- */

static void
test_change(void **state)
{
	struct rig *g = *state;

	begin(g, run_change);
	finish(g);
	assert_int_equal(0, g->w.rc);
	assert_string_equal("1234", desk.pin);
	assert_int_equal(4, g->w.changed.der.len);
	assert_memory_equal("SPKI", g->w.changed.der.data, 4);
}

static void
test_refused(void **state)
{
	struct rig *g = *state;

	(void)err_set(&desk.err, ERR_CARD_FULL, READER, NULL);
	begin(g, run_change);
	finish(g);
	assert_int_equal(-1, g->w.rc);
	assert_int_equal(ERR_CARD_FULL, g->w.err.code);
	assert_int_equal(0, g->w.changed.der.len);
	begin(g, run_sign);
	finish(g);
	assert_int_equal(ERR_CARD_FULL, g->w.err.code);
	assert_int_equal(0, g->w.signature.len);
}

static void
test_sign(void **state)
{
	struct rig *g = *state;

	begin(g, run_sign);
	finish(g);
	assert_int_equal(0, g->w.rc);
	assert_string_equal("-", desk.pin);
	assert_int_equal(3, g->w.signature.len);
}

/* --- no answer -------------------------------------------------------------------- */

/* The card answers when nobody waits any more, and its hand may be gone then. */
static void
test_cancelled(void **state)
{
	struct rig *g = *state;

	desk.sleeps = true;
	begin(g, run_change);
	until_asked(g, 1);
	atomic_store(&g->w.cancel, true);
	card_hand_shake(g->w.hand);
	finish(g);
	assert_int_equal(ERR_CANCELLED, g->w.err.code);
	card_hand_free(g->w.hand);
	g->w.hand = NULL;
	answer_change();
}

static void
test_cancelled_before(void **state)
{
	struct rig *g = *state;

	atomic_store(&g->w.cancel, true);
	begin(g, run_change);
	(void)pthread_join(g->thread, NULL);	/* the loop never ran */
	assert_int_equal(ERR_CANCELLED, g->w.err.code);
	loop_once(g->loop, 0);
	assert_int_equal(0, desk.asked);
}

/* What comes too late is not taken for the answer to what was asked next. */
static void
test_late(void **state)
{
	struct rig *g = *state;

	desk.sleeps = true;
	g->w.hand = card_hand_new(g->loop, NULL, &g->w.cancel);
	card_hand_patience(g->w.hand, 300);
	begin(g, run_change);
	until_asked(g, 1);
	finish(g);
	assert_int_equal(ERR_TIMEOUT, g->w.err.code);
	(void)err_set(&desk.err, ERR_CARD_FULL, READER, NULL);
	answer_change();
	err_clear(&desk.err);
	card_hand_patience(g->w.hand, WAIT_MS);
	begin(g, run_sign);
	finish(g);
	assert_int_equal(0, g->w.rc);
}

/* --- a card ------------------------------------------------------------------------ */

static void
put(enum card_state state)
{
	card_free(desk.world.cards[0]);
	desk.world.cards[0] = card_of(state);
	desk.world.ncards = 1;
}

static void
test_look(void **state)
{
	struct rig *g = *state;

	begin(g, run_card);
	finish(g);
	assert_int_equal(ERR_CARD_REMOVED, g->w.err.code);
	put(CARD_READING);
	begin(g, run_card);
	finish(g);
	assert_int_equal(ERR_TIMEOUT, g->w.err.code);
	put(CARD_FAILED);
	(void)err_set(&desk.world.cards[0]->err, ERR_CARD_READ, READER, NULL);
	begin(g, run_card);
	finish(g);
	assert_int_equal(ERR_CARD_READ, g->w.err.code);
	put(CARD_READY);
	g->w.module = "c.so";
	begin(g, run_card);
	finish(g);
	assert_int_equal(ERR_CARD_REMOVED, g->w.err.code);
	g->w.module = "a.so";
	begin(g, run_card);
	finish(g);
	assert_int_equal(0, g->w.rc);
	assert_int_equal(1, g->w.token);
	assert_string_equal("ten", g->w.card->tokens[1].label);
}

/* Two tokens of one number: the one with the certificate is meant. */
static void
test_one_of_two(void **state)
{
	struct rig *g = *state;
	struct card_cert *cert;

	put(CARD_READY);
	cards_token(desk.world.cards[0], "a.so", "0A", "podpis");
	cert = cards_cert(desk.world.cards[0], 1, "0B", 1, clock_now());
	cert->tokens = 1U << 2;
	memset(cert->sha256, 0xAB, sizeof cert->sha256);
	g->w.module = "a.so";
	begin(g, run_card);
	finish(g);
	assert_int_equal(1, g->w.token);
	card_free(g->w.card);
	memset(g->w.cert, 0xAB, sizeof g->w.cert);
	begin(g, run_card);
	finish(g);
	assert_int_equal(2, g->w.token);
}

/* It comes, is read, and only then is had. */
static void
test_wait(void **state)
{
	struct rig *g = *state;

	g->w.ms = WAIT_MS;
	begin(g, run_card);
	loop_once(g->loop, 20);
	put(CARD_READING);
	card_hand_news(g->w.hand);
	loop_once(g->loop, 20);
	assert_false(atomic_load(&g->w.done));
	put(CARD_READY);
	card_hand_news(g->w.hand);
	finish(g);
	assert_int_equal(0, g->w.rc);
	assert_int_equal(CARD_READY, g->w.card->state);
}

static void
test_wait_cancelled(void **state)
{
	struct rig *g = *state;

	g->w.ms = WAIT_MS;
	begin(g, run_card);
	loop_once(g->loop, 20);
	atomic_store(&g->w.cancel, true);
	card_hand_shake(g->w.hand);
	finish(g);
	assert_int_equal(ERR_CANCELLED, g->w.err.code);
}

/* By the certificate, and on that token alone. */
static void
test_key(void **state)
{
	struct rig *g = *state;
	struct card_cert *c;

	put(CARD_READY);
	(void)cards_cert(desk.world.cards[0], 1, "0B", 1, clock_now());
	c = &desk.world.cards[0]->certs[0];
	memcpy(g->w.cert, c->sha256, sizeof(g->w.cert));
	begin(g, run_key);
	finish(g);
	assert_int_equal(ERR_CARD_KEY, g->w.err.code);
	c->tokens = 2;
	begin(g, run_key);
	finish(g);
	assert_int_equal(0, g->w.rc);
	assert_string_equal("0B", g->w.key);
}

#define HAND_TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		HAND_TEST(test_change),
		HAND_TEST(test_refused),
		HAND_TEST(test_sign),
		HAND_TEST(test_cancelled),
		HAND_TEST(test_cancelled_before),
		HAND_TEST(test_late),
		HAND_TEST(test_look),
		HAND_TEST(test_one_of_two),
		HAND_TEST(test_wait),
		HAND_TEST(test_wait_cancelled),
		HAND_TEST(test_key),
	};

	return cmocka_run_group_tests_name("hand", tests, NULL, NULL);
}
