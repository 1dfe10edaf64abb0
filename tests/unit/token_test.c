/*
 * Reading through a module that returns every value PKCS#11 knows, and some it
 * does not, from every call that a read makes.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/err.h>

#include "base/mem.h"
#include "card/ckr.h"
#include "card/login.h"
#include "card/token.h"
#include "cards.h"

#define VALUES_END	0x201	/* behind CKR_FUNCTION_REJECTED */

static const unsigned long vendor[] = { 0x7fffffff, 0x80000000, 0x80001234 };

static char dir[] = "/tmp/token_test.XXXXXX";
static char *module, *orders;

/* fakemodule.so beside orders of our own. */
static int
setup(void **state)
{
	char *built = mem_printf("%s/tests/bin/fakemodule.so",
	    getenv("abs_top_builddir"));

	(void)state;
	assert_non_null(mkdtemp(dir));
	module = mem_printf("%s/fake.so", dir);
	orders = mem_printf("%s/fake.so.conf", dir);
	assert_int_equal(symlink(built, module), 0);
	free(built);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	(void)unlink(module);
	(void)unlink(orders);
	assert_int_equal(rmdir(dir), 0);
	free(module);
	free(orders);
	return 0;
}

static void
order(const char *call, unsigned long rv)
{
	FILE *f = fopen(orders, "w");

	assert_non_null(f);
	fprintf(f, "reader R 00\ncert /etc/hostname\nfail %s %lx\n", call, rv);
	assert_int_equal(fclose(f), 0);
}

static void
report(const struct card *card, void *arg)
{
	(void)arg;
	assert_int_equal(card->state, CARD_READING);
}

/* One read; NULL when it did not come to a card, and err says why. */
static struct card *
read_once(struct p11 *p, struct err *err)
{
	CK_SLOT_ID slots[CARD_TOKENS_MAX];
	struct card *card;
	size_t n;

	if (p11_refresh(p, err) == -1)
		return NULL;
	card = card_new("R 00");
	n = token_slots(p, "R 00", slots, CARD_TOKENS_MAX);
	token_read_card(p, card, slots, n, NULL, report, NULL);
	return card;
}

/* What may come of a call that fails. */
struct fate {
	const char	*call;
	bool		 loads;		/* the module starts at all */
	bool		 lists;		/* its slots can be had */
	bool		 fails;		/* the card's state, else ready */
};

static const struct fate fates[] = {
	{ "C_Initialize", false, false, false },
	{ "C_GetSlotList", true, false, false },
	{ "C_GetTokenInfo", true, true, true },
	{ "C_OpenSession", true, true, true },
	{ "C_CloseSession", true, true, false },
	{ "C_FindObjectsInit", true, true, true },
	{ "C_FindObjects", true, true, true },
	{ "C_FindObjectsFinal", true, true, false },
	{ "C_Finalize", true, true, false },
};

static void
check_err(const struct fate *fate, unsigned long rv, const struct err *err)
{
	char text[512];

	/* Through OpenSSL's queue a vendor's value loses its upper bits. */
	if (!fate->loads && (rv & ERR_REASON_MASK) != 0)
		rv &= ERR_REASON_MASK;
	if (err->code == ERR_NONE || err->code == ERR_UNKNOWN ||
	    strstr(err->detail, "CKR_") == NULL || err->raw != rv ||
	    err_sentence(err, text, sizeof(text))[0] == '\0')
		fail_msg("%s 0x%lx: %s (%s)", fate->call, rv, err_id(err->code),
		    err->detail);
}

static void
try_value(const struct fate *fate, unsigned long rv)
{
	struct err err = ERR_INIT;
	struct card *card = NULL;
	struct p11 *p;
	bool failed;

	order(fate->call, rv);
	/* libp11 takes "initialised already" for good news, and so it is. */
	assert_int_equal(p11_load(module, &p, &err), 0);
	if (p11_start(p, &err) == -1) {
		assert_false(fate->loads);
		check_err(fate, rv, &err);
		p11_unload(p);
		return;
	}
	assert_true(fate->loads || rv == 0x191);
	card = read_once(p, &err);
	if (card == NULL) {
		assert_false(fate->lists);
		check_err(fate, rv, &err);
	} else if (!fate->lists) {
		if (fate->loads)
			fail_msg("%s 0x%lx: a card", fate->call, rv);
	} else {
		/* A token that is not recognised is another module's. */
		failed = fate->fails && !(rv == 0xe1 &&
		    strcmp(fate->call, "C_GetTokenInfo") == 0);
		if (card->state != (failed ? CARD_FAILED : CARD_READY))
			fail_msg("%s 0x%lx: %s", fate->call, rv,
			    card_state_id(card->state));
		if (failed)
			check_err(fate, rv, &card->err);
	}
	card_free(card);
	p11_unload(p);
}

static void
test_every_value(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(fates) / sizeof(fates[0]); i++) {
		for (unsigned long rv = 1; rv < VALUES_END; rv++)
			if (strcmp(ckr_name(rv), "CKR_?") != 0)
				try_value(&fates[i], rv);
		for (size_t j = 0; j < sizeof(vendor) / sizeof(vendor[0]); j++)
			try_value(&fates[i], vendor[j]);
	}
}

/* A module that is let go of can be loaded again, and its slots forgotten. */
static void
test_no_slot_info(void **state)
{
	struct err err = ERR_INIT;
	struct card *card;
	struct p11 *p;

	(void)state;
	order("C_GetAttributeValue", 0x30);
	assert_int_equal(p11_load(module, &p, &err), 0);
	assert_int_equal(p11_start(p, &err), 0);
	card = read_once(p, &err);
	assert_non_null(card);
	/* One object that cannot be read is a problem, not the card's end. */
	assert_int_equal(card->state, CARD_READY);
	assert_int_equal(card->ncerts, 1);
	assert_null(card->certs[0].cert);
	assert_int_equal(card->problems[0].code, ERR_CARD_READ);
	card_free(card);
	p11_unload(p);
}

static void
test_names(void **state)
{
	static const struct {
		const char	*slot, *reader;
		bool		 same;
	} names[] = {
		{ "Reader A 00 00", "Reader A 00 00", true },
		{ "Reader A 00 00", "Reader A 00 01", false },
		{ "Reader A 00", "Reader A 00 00", false },
		{ "Reader A 00 00", "Reader A 00", false },
		{ "", "Reader", false },
		{ "0123456789012345678901234567890123456789012345678901234567890123",
		  "0123456789012345678901234567890123456789012345678901234567890123 0",
		  true },
		{ "01234567890123456789012345678901234567890123456789012345678901",
		  "01234567890123456789012345678901234567890123456789012345678901"
		  "  00 00", true },
		{ "01234567890123456789012345678901234567890123456789012345678901",
		  "01234567890123456789012345678901234567890123456789012345678901X"
		  "00 00", false },
		/* As OpenSC tells it. */
		{ "Gemplus USB SmartCard Reader 433-Swap [CCID Interface] (1-000...",
		  "Gemplus USB SmartCard Reader 433-Swap [CCID Interface] (1-0000:"
		  "00:04.0-1) 00 00", true },
		{ "Gemplus USB SmartCard Reader 433-Swap [CCID Interface] (1-000...",
		  "Gemplus USB SmartCard Reader 433-Swap [CCID Interface] (2-0000:"
		  "00:04.0-1) 00 00", false },
		{ "Reader...", "Reader A 00 00", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		unsigned char field[64];

		memset(field, ' ', sizeof(field));
		memcpy(field, names[i].slot, strlen(names[i].slot));
		if (p11_names_reader(field, sizeof(field), names[i].reader) !=
		    names[i].same)
			fail_msg("%s, %s", names[i].slot, names[i].reader);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_value),
		cmocka_unit_test(test_no_slot_info),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
