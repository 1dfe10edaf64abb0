/* What the screen makes of a card: the question that fits, an order beside it. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "tests/unit/answerrig.h"
#include "ui/fitting.h"
#include "ui/orderpage.h"

static void
assert_fits(const struct answerrig *r, const char *id)
{
	const struct setup s = { .conf = &r->conf,
	    .authorities = &r->authorities };
	const char *fits = fitting_card(r->card, &s, r->facts.now);

	if (id == NULL)
		assert_null(fits);
	else
		assert_string_equal(fits, id);
}

/* Who has renewed is not told to begin again; who has something else is. */
static void
test_ending(void **state)
{
	struct answerrig r;
	size_t new;

	(void)state;
	rig_up(&r);
	rig_dates(&r, rig_cert(&r, "qualified", KEY_PRIVATE), -300, 12);
	assert_fits(&r, "when-to-start");
	rig_dates(&r, rig_cert(&r, "email", KEY_PRIVATE), -300, 600);
	assert_fits(&r, "when-to-start");
	new = rig_cert(&r, "qualified", KEY_MISSING);
	rig_dates(&r, new, -1, 700);
	assert_fits(&r, "when-to-start");
	r.card->certs[new].key = KEY_NOT_SEEN;
	assert_fits(&r, NULL);
	rig_down(&r);
}

/* An order is compared with a card that could be read, and with no other. */
static void
test_beside(void **state)
{
	static const enum card_state states[] = { CARD_ABSENT, CARD_READING,
		CARD_FAILED, CARD_READY };

	(void)state;
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
		struct order_beside beside;
		struct answerrig r;

		rig_up(&r);
		r.card->state = states[i];
		assert_int_equal(orderpage_beside(r.card, &beside) != NULL,
		    states[i] == CARD_READY);
		rig_down(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ending),
		cmocka_unit_test(test_beside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
