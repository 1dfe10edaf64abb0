/* One card out of several modules' views of it. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "cards.h"
#include "card/merge.h"
#include "card/record.h"

#define SOON	(100 * DAY)

struct scene {
	struct card	*into, *a, *b;
};

static void
setup(struct scene *s)
{
	s->into = card_new("R");
	s->a = card_new("R");
	s->b = card_new("R");
	s->a->state = s->b->state = CARD_READY;
}

static void
merge(struct scene *s)
{
	struct card *parts[] = { s->a, NULL, s->b };

	card_merge(s->into, parts, 3);
}

static void
teardown(struct scene *s)
{
	card_free(s->into);
	card_free(s->a);
	card_free(s->b);
}

static void
test_two_tokens(void **state)
{
	struct scene s;

	(void)state;
	setup(&s);
	/* One card, two PINs: a qualified and an ordinary token. */
	cards_token(s.a, "a.so", "77", "Zwykły");
	cards_token(s.a, "a.so", "77", "Kwalifikowany");
	cards_cert(s.a, 1, "01", 1, SOON);
	cards_cert(s.a, 2, "02", 2, SOON);
	cards_key(s.a, 2, "02", 2, true);
	merge(&s);
	assert_int_equal(s.into->state, CARD_READY);
	assert_int_equal(s.into->ntokens, 2);
	assert_int_equal(s.into->ncerts, 2);
	assert_int_equal(s.into->certs[0].tokens, 1);
	assert_int_equal(s.into->certs[1].tokens, 2);
	assert_int_equal(s.into->certs[1].key, KEY_PRIVATE);
	assert_int_equal(s.into->keys[0].cert, 1);
	assert_string_equal(s.into->certs[0].cert->subject.cn, "Osoba");
	assert_ptr_not_equal(s.into->certs[0].cert, s.a->certs[0].cert);
	teardown(&s);
}

static void
test_two_modules(void **state)
{
	struct scene s;

	(void)state;
	setup(&s);
	cards_token(s.a, "a.so", "77", "Karta");
	cards_token(s.b, "b.so", "88", "Inna");
	cards_token(s.b, "b.so", "77", "Karta")->pin.tries = 2;
	s.b->tokens[1].pin.tries_by = KNOWN_CARD;
	cards_cert(s.a, 1, "01", 1, SOON);
	cards_cert(s.b, 1, "A1", 2, SOON)->key = KEY_PUBLIC;
	cards_cert(s.b, 3, "A3", 1, SOON);
	cards_key(s.a, 1, "01", 1, false);
	cards_key(s.b, 1, "A1", 2, true);
	cards_key(s.b, 0, "A1", 1, true);
	merge(&s);
	assert_int_equal(s.into->ntokens, 2);
	assert_string_equal(s.into->tokens[0].module, "a.so");
	assert_int_equal(s.into->tokens[0].pin.tries, 2);
	assert_int_equal(s.into->tokens[0].pin.tries_by, KNOWN_CARD);
	assert_int_equal(s.into->ncerts, 2);
	assert_int_equal(s.into->certs[0].tokens, 1);
	assert_int_equal(s.into->certs[0].key, KEY_PRIVATE);
	assert_int_equal(s.into->certs[1].tokens, 2);
	/* The third key is on another token, and its id is all it has. */
	assert_int_equal(s.into->nkeys, 2);
	assert_true(s.into->keys[0].is_private);
	assert_int_equal(s.into->keys[0].cert, 0);
	assert_int_equal(s.into->keys[1].cert, -1);
	teardown(&s);
}

static void
test_preferred(void **state)
{
	struct scene s;

	(void)state;
	setup(&s);
	card_set(&s.into->model.module, "b*.so");
	cards_token(s.a, "a.so", "77", "Karta")->slot = 1;
	cards_token(s.b, "b-2.1.so", "77", "Karta")->slot = 9;
	merge(&s);
	assert_int_equal(s.into->ntokens, 1);
	assert_string_equal(s.into->tokens[0].module, "b-2.1.so");
	assert_int_equal(s.into->tokens[0].slot, 9);
	teardown(&s);
}

/* Without a serial number two tokens cannot be known to be one. */
static void
test_no_serial(void **state)
{
	struct scene s;

	(void)state;
	setup(&s);
	cards_token(s.a, "a.so", "", "Karta");
	cards_token(s.b, "b.so", "", "Karta");
	merge(&s);
	assert_int_equal(s.into->ntokens, 2);
	teardown(&s);
}

/* Bytes nobody could read are the same object only by id and token. */
static void
test_unreadable(void **state)
{
	struct scene s;
	struct card_cert *c;

	(void)state;
	setup(&s);
	cards_token(s.a, "a.so", "77", "Karta");
	for (int i = 0; i < 2; i++) {
		c = card_add_cert(s.a);
		c->tokens = 1;
		card_set(&c->id, i == 0 ? "01" : "02");
	}
	merge(&s);
	assert_int_equal(s.into->ncerts, 2);
	teardown(&s);
}

static void
test_states(void **state)
{
	struct scene s;
	struct card *none[] = { NULL, NULL };

	(void)state;
	setup(&s);
	merge(&s);
	assert_int_equal(s.into->state, CARD_FAILED);
	assert_int_equal(s.into->err.code, ERR_CARD_UNKNOWN);
	assert_string_equal(s.into->err.what, "R");

	s.b->state = CARD_FAILED;
	err_set(&s.b->err, ERR_MODULE_FAILED, "b.so", "x");
	merge(&s);
	assert_int_equal(s.into->err.code, ERR_MODULE_FAILED);

	s.a->state = CARD_READING;
	merge(&s);
	assert_int_equal(s.into->state, CARD_READING);
	assert_int_equal(s.into->err.code, ERR_NONE);

	s.a->state = CARD_READY;
	cards_token(s.a, "a.so", "77", "Karta");
	merge(&s);
	assert_int_equal(s.into->state, CARD_READY);
	assert_int_equal(s.into->nproblems, 1);
	assert_int_equal(s.into->problems[0].code, ERR_MODULE_FAILED);

	/* A card that left is not half there. */
	s.b->err = (struct err)ERR_INIT;
	err_set(&s.b->err, ERR_CARD_REMOVED, "R", NULL);
	merge(&s);
	assert_int_equal(s.into->state, CARD_FAILED);

	s.into->state = CARD_ABSENT;
	card_merge(s.into, none, 2);
	assert_int_equal(s.into->state, CARD_ABSENT);
	teardown(&s);
}

/* A part that failed: is there more on the card than was read? */
static void
test_missed(void **state)
{
	struct scene s;

	(void)state;
	setup(&s);
	cards_token(s.a, "a.so", "77", "Karta");
	s.b->state = CARD_FAILED;
	err_set(&s.b->err, ERR_MODULE_CRASHED, "b.so", NULL);
	/* It may not know the card at all. */
	merge(&s);
	assert_false(s.into->cut);
	/* What it had begun to read, another one has read. */
	cards_token(s.b, "b.so", "77", "Karta");
	merge(&s);
	assert_int_equal(s.into->state, CARD_READY);
	assert_false(s.into->cut);
	/* This, nobody has. */
	cards_token(s.b, "b.so", "77", "Kwalifikowany");
	merge(&s);
	assert_int_equal(s.into->state, CARD_READY);
	assert_true(s.into->cut);
	/* A problem with a single object is none of that. */
	s.b->state = CARD_READY;
	card_add_problem(s.b, &s.b->err);
	merge(&s);
	assert_int_equal(s.into->nproblems, 1);
	assert_false(s.into->cut);
	teardown(&s);
}

static void
test_again(void **state)
{
	struct scene s;

	(void)state;
	setup(&s);
	cards_token(s.a, "a.so", "77", "Karta");
	cards_cert(s.a, 1, "01", 1, SOON);
	s.a->capacity.free_bytes = 4096;
	s.a->capacity.bytes_by = KNOWN_CARD;
	merge(&s);
	merge(&s);
	assert_int_equal(s.into->ntokens, 1);
	assert_int_equal(s.into->ncerts, 1);
	assert_int_equal(s.into->capacity.free_bytes, 4096);
	card_drop_objects(s.a);
	s.a->capacity.bytes_by = KNOWN_NOT;
	merge(&s);
	assert_int_equal(s.into->ncerts, 0);
	assert_int_equal(s.into->capacity.free_bytes, -1);
	teardown(&s);
}

static void
test_bounds(void **state)
{
	struct scene s;

	(void)state;
	setup(&s);
	cards_token(s.a, "a.so", "77", "Karta");
	cards_token(s.b, "b.so", "78", "Karta");
	for (unsigned i = 0; i < 200; i++) {
		cards_cert(s.a, i + 1, "", 1, SOON);
		cards_cert(s.b, i + 101, "", 1, SOON);
	}
	merge(&s);
	assert_false(s.into->reader_pinpad);
	assert_int_equal(s.into->ncerts, CARD_CERTS_MAX);
	assert_true(s.into->cut);
	assert_int_equal(s.into->certs[150].tokens, 3);
	teardown(&s);
}

/* Keys of a reader are there whoever of them knows. */
static void
test_pinpad(void **state)
{
	struct scene s;

	(void)state;
	setup(&s);
	cards_token(s.a, "a.so", "77", "Karta");
	cards_token(s.b, "b.so", "78", "Karta");
	s.b->tokens[0].pin.pinpad = true;
	merge(&s);
	assert_true(s.into->reader_pinpad);
	teardown(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_tokens),
		cmocka_unit_test(test_two_modules),
		cmocka_unit_test(test_preferred),
		cmocka_unit_test(test_no_serial),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_missed),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_pinpad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
