/* Editing a line, finding in a list, and key tables, without a terminal. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ui/field.h"
#include "ui/keys.h"
#include "ui/list.h"

static bool
type(struct field *f, uint32_t ch)
{
	return field_input(f, &(struct input){ .kind = INPUT_CHAR, .ch = ch });
}

static bool
press(struct field *f, enum ui_key key)
{
	return field_input(f, &(struct input){ .kind = INPUT_KEY, .key = key });
}

static void
edits_whole_characters(void **state)
{
	struct field f = { .text = "" };

	(void)state;
	assert_true(type(&f, 'a'));
	assert_true(type(&f, 0x142));	/* ł */
	assert_true(type(&f, 'z'));
	assert_string_equal(f.text, "ałz");
	press(&f, UK_LEFT);
	press(&f, UK_LEFT);
	assert_int_equal(f.at, 1);
	press(&f, UK_DELETE);
	assert_string_equal(f.text, "az");
	press(&f, UK_BACKSPACE);
	press(&f, UK_BACKSPACE);
	assert_string_equal(f.text, "z");
	press(&f, UK_END);
	press(&f, UK_KILL_LINE);
	assert_string_equal(f.text, "");
	press(&f, UK_DELETE);
	press(&f, UK_LEFT);
	press(&f, UK_RIGHT);
	assert_string_equal(f.text, "");
}

static void
refuses_what_cannot_be_shown(void **state)
{
	struct field f = { .text = "" };

	(void)state;
	assert_false(type(&f, 0x202e));
	assert_false(type(&f, 0x07));
	assert_false(type(&f, 0xd800));
	assert_false(press(&f, UK_F5));
	assert_string_equal(f.text, "");
}

static void
never_overflows(void **state)
{
	struct field f = { .text = "" };

	(void)state;
	for (int i = 0; i < 2 * FIELD_MAX; i++)
		type(&f, 0x17c);
	assert_true(strlen(f.text) < FIELD_MAX);
	assert_int_equal(strlen(f.text) % 2, 0);
	assert_int_equal(f.at, strlen(f.text));
}

static const char *const names[] = { "Żółć", "Łęcka", "Nowak", "Zolcinska" };

static const char *
name_of(void *arg, size_t row, char *buf, size_t size)
{
	(void)arg;
	snprintf(buf, size, "%s", names[row]);
	return buf;
}

static void
list_type(struct list *l, const char *s)
{
	bool open;

	for (; *s != '\0'; s++)
		assert_true(list_input(l, &(struct input){ .kind = INPUT_CHAR,
		    .ch = (unsigned char)*s }, &open));
}

static void
list_press(struct list *l, enum ui_key key)
{
	bool open;

	list_input(l, &(struct input){ .kind = INPUT_KEY, .key = key }, &open);
}

static void
list_finds_and_keeps_its_row(void **state)
{
	struct list l;
	size_t row;

	(void)state;
	list_init(&l, name_of, NULL);
	assert_false(list_selected(&l, &row));
	list_update(&l, 4);
	list_find(&l);
	list_type(&l, "zolc");
	assert_int_equal(l.nshown, 2);
	list_press(&l, UK_DOWN);
	assert_true(list_selected(&l, &row));
	assert_int_equal(row, 3);
	list_press(&l, UK_ESC);
	assert_int_equal(l.nshown, 4);
	assert_true(list_selected(&l, &row));
	assert_int_equal(row, 3);
	list_update(&l, 2);
	assert_true(list_selected(&l, &row));
	assert_int_equal(row, 1);
	list_update(&l, 0);
	assert_false(list_selected(&l, &row));
	list_press(&l, UK_DOWN);
	list_press(&l, UK_END);
	assert_false(list_selected(&l, &row));
	list_clear(&l);
}

static void
keys_have_names_and_actions(void **state)
{
	static const struct key_binding keys[] = {
		{ .key = UK_F10, .action = 1 }, { .ch = 'q', .action = 2 },
		{ .key = UK_ENTER, .action = 3 },
	};
	char buf[32];
	struct input in;

	(void)state;
	assert_string_equal(keys_name(&keys[0], buf, sizeof(buf)), "F10");
	assert_string_equal(keys_name(&keys[1], buf, sizeof(buf)), "q");
	for (int i = 0; i < 3; i++) {
		in = keys_input(&keys[i]);
		assert_int_equal(keys_usable(keys, 3, NULL, NULL, &in), i + 1);
	}
	in = (struct input){ .kind = INPUT_CHAR, .ch = 'Q' };
	assert_int_equal(keys_usable(keys, 3, NULL, NULL, &in), 0);
	/* A click is no key, whatever else its record holds. */
	in = (struct input){ .kind = INPUT_CLICK, .key = UK_F10 };
	assert_int_equal(keys_usable(keys, 3, NULL, NULL, &in), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edits_whole_characters),
		cmocka_unit_test(refuses_what_cannot_be_shown),
		cmocka_unit_test(never_overflows),
		cmocka_unit_test(list_finds_and_keeps_its_row),
		cmocka_unit_test(keys_have_names_and_actions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
