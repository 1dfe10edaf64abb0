/* The table of card models, and ATRs. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "card/model.h"
#include "card/p15.h"
#include "card/record.h"
#include "cards.h"

static const struct {
	const char	*text;
	bool		 dots;
	size_t		 len;
} texts[] = {
	{ "3B800181", false, 4 },
	{ "3b 80 01 81", false, 4 },
	{ "3b:80:01:81", true, 4 },
	{ "3B 8. .. 81", true, 4 },
	{ "3B 8. 01 81", false, 0 },
	{ "", true, 0 },
	{ "3", true, 0 },
	{ "3B8", true, 0 },
	{ "3B 8 0", true, 0 },
	{ "3G", true, 0 },
	{ "000102030405060708090A0B0C0D0E0F"
	  "101112131415161718191A1B1C1D1E1F20", true, 33 },
	{ "000102030405060708090A0B0C0D0E0F"
	  "101112131415161718191A1B1C1D1E1F2021", true, 0 },
};

static void
test_parse(void **state)
{
	uint8_t atr[CARD_ATR_MAX], mask[CARD_ATR_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (atr_parse(texts[i].text, atr, texts[i].dots ? mask : NULL,
		    sizeof(atr)) != texts[i].len)
			fail_msg("%s", texts[i].text);
	assert_int_equal(atr_parse("3B 8. .1", atr, mask, sizeof(atr)), 3);
	assert_memory_equal(atr, "\x3b\x80\x01", 3);
	assert_memory_equal(mask, "\xff\xf0\x0f", 3);
}

static const struct {
	const char	*atr;
	bool		 valid;
	size_t		 hist, hist_len;
} atrs[] = {
	{ "3B 80 01 81", true, 3, 0 },
	{ "3B 02 6F 33", true, 2, 2 },
	{ "3B 7F 96 00 00 80 31 80 65 B0 85 03 00 EF 12 02 68 82 90 00", true,
	    5, 15 },
	{ "3B 84 80 01 47 43 50 43 12", true, 4, 4 },
	{ "3B 80 01", false, 0, 0 },
	{ "3B 80 01 81 00", false, 0, 0 },
	{ "3A 80 01 81", false, 0, 0 },
	{ "3B", false, 0, 0 },
	{ "3B F0 FF FF FF FF", false, 0, 0 },
	{ "3B 80 80 80 80 80 80 80 80 80 80", false, 0, 0 },
};

static void
test_valid(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(atrs) / sizeof(atrs[0]); i++) {
		uint8_t atr[CARD_ATR_MAX];
		size_t n = atr_parse(atrs[i].atr, atr, NULL, sizeof(atr));
		size_t hist, hist_len;

		if (atr_valid(atr, n, &hist, &hist_len) != atrs[i].valid)
			fail_msg("%s", atrs[i].atr);
		if (!atrs[i].valid)
			continue;
		assert_int_equal(hist, atrs[i].hist);
		assert_int_equal(hist_len, atrs[i].hist_len);
	}
}

/* --- a folder of our own -------------------------------------------------- */

static void
write_model(const char *dir, const char *name, const char *text)
{
	char *path = mem_printf("%s/%s", dir, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	free(path);
}

static void
remove_model(const char *dir, const char *name)
{
	char *path = mem_printf("%s/%s", dir, name);

	assert_int_equal(unlink(path), 0);
	free(path);
}

static struct model_table *
load(const char *dir, size_t *nproblems)
{
	struct conf_problems problems = { NULL, 0 };
	struct err err = ERR_INIT;
	struct model_table *t;

	assert_int_equal(model_table_load(dir, &t, &problems, &err), 0);
	*nproblems = problems.n;
	conf_problems_clear(&problems);
	return t;
}

static const char *
id_of(const struct model_table *t, const char *atr_text, struct card_model *m)
{
	uint8_t atr[CARD_ATR_MAX];
	size_t n = atr_parse(atr_text, atr, NULL, sizeof(atr));
	int found = model_find_in(t, atr, n, m);

	assert_int_equal(found, m->id[0] != '\0');
	return m->id;
}

static void
check_id(const struct model_table *t, const char *atr, const char *id)
{
	struct card_model m;

	assert_string_equal(id_of(t, atr, &m), id);
	model_clear(&m);
}

static void
count_driver(const char *atr, const char *mask, const char *driver, void *arg)
{
	int *n = arg;

	(*n)++;
	assert_string_equal(driver, "some");
	if (*n == 1) {
		assert_string_equal(atr, "3b:80:00");
		assert_string_equal(mask, "ff:f0:00");
	}
}

static void
test_folder(void **state)
{
	char dir[] = "/tmp/model_test.XXXXXX";
	struct model_table *t;
	struct model_probe p;
	struct card_model m;
	size_t problems;
	int drivers = 0;

	(void)state;
	assert_non_null(mkdtemp(dir));
	write_model(dir, "a.conf", "[model]\nname = Any\natr = 3B 8. ..\n"
	    "atr = 3B 11\ndriver = some\nplaces = 9\nsource = a list\n");
	write_model(dir, "b.conf", "[model]\nname = Exact\natr = 3B 81 02\n"
	    "sure = yes\nmodule = lib*p11.so\nissuer-limit = 3\n"
	    "issuer-limit-source = a page\naid = A0 00\npin-reference = 80\n"
	    "pin-tries = 5\nspace = pkcs15\nkey-directory = 50154402\n");
	t = load(dir, &problems);
	assert_int_equal(problems, 0);
	check_id(t, "3B 81 02", "b");
	check_id(t, "3B 81 03", "a");
	check_id(t, "3B 11", "a");
	check_id(t, "3B 12", "");
	check_id(t, "3B 81 02 00", "");
	check_id(t, "3B 81", "");

	assert_int_equal(model_find_in(t, (const uint8_t *)"\x3b\x81\x02", 3,
	    &m), 1);
	assert_string_equal(m.name, "Exact");
	assert_true(m.sure);
	assert_int_equal(m.issuer_limit, 3);
	assert_string_equal(m.issuer_limit_source, "a page");
	assert_int_equal(m.max_certs, 0);
	assert_true(model_prefers(&m, "libXp11.so"));
	assert_false(model_prefers(&m, "libXp11.so.2"));
	model_clear(&m);
	assert_false(model_prefers(&m, "libXp11.so"));

	assert_int_equal(model_find_probe(t, (const uint8_t *)"\x3b\x81\x02",
	    3, &p), 1);
	assert_int_equal(p.aid_len, 2);
	assert_true(p.has_pin);
	assert_int_equal(p.pin_ref, 0x80);
	assert_int_equal(p.pin_tries, 5);
	assert_int_equal(p.space, MODEL_SPACE_PKCS15);
	assert_string_equal(p.key_directory, "50154402");
	assert_int_equal(model_find_probe(t, (const uint8_t *)"\x3b\x11", 2,
	    &p), 1);
	assert_false(p.has_pin);
	assert_int_equal(p.aid_len, 0);

	model_each_driver(t, count_driver, &drivers);
	assert_int_equal(drivers, 2);
	model_table_free(t);

	/* Mistakes are told, and what is right is still taken. */
	write_model(dir, "b.conf", "[model]\nname = Exact\natr = 3B 8\n"
	    "atr = 3B 81 02\nplaces = many\naid = XY\nspace = attic\n");
	t = load(dir, &problems);
	assert_int_equal(problems, 4);
	check_id(t, "3B 81 02", "b");
	model_table_free(t);
	remove_model(dir, "a.conf");
	remove_model(dir, "b.conf");
	assert_int_equal(rmdir(dir), 0);
}

static void
test_no_folder(void **state)
{
	struct conf_problems problems = { NULL, 0 };
	struct err err = ERR_INIT;
	struct model_table *t;

	(void)state;
	assert_int_equal(model_table_load("/nowhere/models", &t, &problems,
	    &err), -1);
	assert_int_equal(err.code, ERR_NO_FILE);
	assert_null(t);
}

/* --- the folder that is installed ------------------------------------------ */

static void
check_source(const char *atr, const char *mask, const char *driver, void *arg)
{
	(void)mask;
	(void)arg;
	assert_true(strlen(atr) >= 5);
	assert_true(driver[strspn(driver, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")] == '\0');
}

static void
test_shipped(void **state)
{
	char *dir = mem_printf("%s/src/card/models", getenv("abs_top_srcdir"));
	struct model_table *t;
	struct card_model m;
	size_t problems;

	(void)state;
	t = load(dir, &problems);
	assert_int_equal(problems, 0);
	assert_string_equal(id_of(t, "3B 80 01 81", &m), "isoapplet");
	assert_string_equal(m.driver, "isoApplet");
	assert_true(m.source[0] != '\0');
	model_clear(&m);
	model_each_driver(t, check_source, NULL);
	model_table_free(t);
	free(dir);
}

/* --- a directory of private keys ------------------------------------------- */

/* SEQ { SEQ { "K1", flags }, SEQ { id 07, usage } }, [0] { the same, id 08 } */
static const uint8_t directory[] = {
	0x30, 0x13, 0x30, 0x08, 0x0c, 0x02, 'K', '1', 0x03, 0x02, 0x06, 0xc0,
	0x30, 0x07, 0x04, 0x01, 0x07, 0x03, 0x02, 0x05, 0x20,
	0xa0, 0x0b, 0x30, 0x04, 0x03, 0x02, 0x06, 0xc0, 0x30, 0x03, 0x04, 0x01,
	0x08,
	0x00, 0x00, 0x00, 0x00
};

static void
test_directory(void **state)
{
	struct card *card = card_new("R");

	(void)state;
	cards_key(card, 1, "07", 1, false);
	assert_int_equal(p15_parse_keys(card, 1, directory, sizeof(directory)),
	    0);
	assert_int_equal(card->nkeys, 2);
	assert_int_equal(p15_entries(directory, sizeof(directory)), 2);
	assert_int_equal(p15_entries(directory, 20), -1);
	assert_int_equal(p15_entries(directory + 34, 4), 0);
	assert_true(card->keys[0].is_private);
	assert_string_equal(card->keys[0].label, "K1");
	assert_string_equal(card->keys[1].id, "08");
	assert_int_equal(card->keys[1].type, KEY_EC);
	assert_true(card->keys[1].is_private);
	/* Cut anywhere inside an entry it is no directory. */
	for (size_t n = 1; n < 34; n++)
		if (n != 21 && p15_parse_keys(card, 1, directory, n) != -1)
			fail_msg("%zu bytes", n);
	card_free(card);
}

static const struct {
	const char	*hex;
	int64_t		 bytes;
} spaces[] = {
	{ "300F 300D 0404 3F005015 020100 8002 0FA0 0000", 4000 },
	{ "300F 300D 0404 3F005015 020100 8002 0FA0"
	  "300E 300C 0404 3F005015 020100 8001 10", 4016 },
	{ "3006 3004 0402 3F00", 0 },		/* a path alone: none listed */
	{ "300F 300D 0404 3F005015 020100 8002 8FA0", -1 },
	{ "300C 300A 0404 3F005015 8002 0FA0", -1 },
	{ "300F 300D 0404 3F005015 020100 8002 0F", -1 },
	{ "0000", -1 },
	{ "0401 00", -1 },
};

static void
test_spaces(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++) {
		uint8_t bytes[64];
		size_t n = atr_parse(spaces[i].hex, bytes, NULL, sizeof(bytes));

		assert_true(n > 0);
		if (p15_unused_bytes(bytes, n) != spaces[i].bytes)
			fail_msg("%s", spaces[i].hex);
	}
	assert_int_equal(p15_unused_bytes(NULL, 0), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_folder),
		cmocka_unit_test(test_no_folder),
		cmocka_unit_test(test_shipped),
		cmocka_unit_test(test_directory),
		cmocka_unit_test(test_spaces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
