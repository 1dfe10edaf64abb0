/* Writing several lines, folded to a width, without a terminal. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/textbox.h"

static bool
type(struct textbox *b, uint32_t ch)
{
	return textbox_input(b, &(struct input){ .kind = INPUT_CHAR,
	    .ch = ch });
}

static bool
press(struct textbox *b, enum ui_key key)
{
	return textbox_input(b, &(struct input){ .kind = INPUT_KEY,
	    .key = key });
}

static void
write_it(struct textbox *b, const char *s)
{
	for (; *s != '\0'; s++)
		assert_true(*s < ' ' ? textbox_input(b, &(struct input){
		    .kind = INPUT_BREAK, .ch = (unsigned char)*s }) :
		    type(b, (unsigned char)*s));
}

static void
mends_in_the_middle(void **state)
{
	struct textbox b = { .width = 10 };

	(void)state;
	write_it(&b, "ac");
	press(&b, UK_LEFT);
	type(&b, 0x142);	/* ł */
	assert_string_equal(b.text, "ałc");
	press(&b, UK_LEFT);
	assert_int_equal(b.at, 1);
	press(&b, UK_DELETE);
	assert_string_equal(b.text, "ac");
	press(&b, UK_RIGHT);
	press(&b, UK_RIGHT);
	assert_int_equal(b.at, 2);
	press(&b, UK_BACKSPACE);
	press(&b, UK_BACKSPACE);
	press(&b, UK_BACKSPACE);
	press(&b, UK_DELETE);
	assert_string_equal(b.text, "");
	assert_int_equal(b.at, 0);
}

static void
leaves_other_keys_to_others(void **state)
{
	struct textbox b = { .width = 10 };

	(void)state;
	assert_false(press(&b, UK_ENTER));
	assert_false(press(&b, UK_ESC));
	assert_false(type(&b, 0x1b));
	assert_false(type(&b, '\t'));
	assert_false(type(&b, 0x202e));	/* turns the text round */
	assert_string_equal(b.text, "");
}

static void
keeps_pasted_lines(void **state)
{
	struct textbox b = { .width = 10 };

	(void)state;
	write_it(&b, "a\tb");
	assert_string_equal(b.text, "a b");
	b = (struct textbox){ .width = 10 };
	write_it(&b, "ab\ncd");
	textbox_break(&b);
	write_it(&b, "ef");
	assert_string_equal(b.text, "ab\ncd\nef");
	press(&b, UK_UP);
	press(&b, UK_HOME);
	assert_int_equal(b.at, 3);
	press(&b, UK_END);
	assert_int_equal(b.at, 5);
	press(&b, UK_DELETE);
	assert_string_equal(b.text, "ab\ncdef");
}

/* Where Up and Down lead, one key each, from the end. */
static void
check_moves(const char *text, int width, enum ui_key key, size_t at,
    const size_t *to, size_t n)
{
	struct textbox b = { .width = width };

	write_it(&b, text);
	b.at = at;
	for (size_t i = 0; i < n; i++) {
		press(&b, key);
		assert_int_equal(b.at, to[i]);
	}
}

static void
moves_over_folded_lines(void **state)
{
	/* "one two " / "three " / "abcdefgh" / "ij" / "" */
	static const char text[] = "one two three abcdefghij\n";

	(void)state;
	check_moves(text, 8, UK_UP, 25,
	    (const size_t []){ 22, 14, 8, 0, 0 }, 5);
	check_moves(text, 8, UK_DOWN, 2,
	    (const size_t []){ 10, 16, 24, 25, 25 }, 5);
	/* The place in a shorter line is its end, not the next one's start. */
	check_moves(text, 8, UK_DOWN, 7, (const size_t []){ 13 }, 1);
	check_moves("abc\nd\nefg", 8, UK_DOWN, 3,
	    (const size_t []){ 5, 7, 9 }, 3);
	/* On the last line Down goes to its end, on the first Up to its start. */
	check_moves("abc", 8, UK_DOWN, 1, (const size_t []){ 3 }, 1);
	check_moves("abc", 8, UK_UP, 2, (const size_t []){ 0 }, 1);
}

static void
counts_columns_of_wide_characters(void **state)
{
	struct textbox b = { .width = 8 };

	(void)state;
	type(&b, 0x4e2d);	/* two columns, three bytes */
	type(&b, 0x4e2d);
	write_it(&b, "x\nabcdef");
	b.at = 6;		/* behind both, column 4 */
	press(&b, UK_DOWN);
	assert_int_equal(b.at, 8 + 4);
	press(&b, UK_UP);
	assert_int_equal(b.at, 6);
	press(&b, UK_DOWN);
	press(&b, UK_LEFT);	/* column 3: the middle of the second */
	press(&b, UK_UP);
	assert_int_equal(b.at, 3);
}

static void
survives_a_narrow_box(void **state)
{
	struct textbox b = { .width = 1 };

	(void)state;
	type(&b, 0x4e2d);
	type(&b, 0x4e2d);
	press(&b, UK_UP);
	press(&b, UK_DOWN);
	b.width = 0;
	press(&b, UK_UP);
	press(&b, UK_DOWN);
	assert_true(b.at <= 6);
}

static void
takes_no_more_than_it_holds(void **state)
{
	struct textbox b = { .width = 10 };

	(void)state;
	for (size_t i = 0; i < TEXTBOX_MAX + 5; i++)
		assert_true(type(&b, 'a'));
	assert_int_equal(strlen(b.text), TEXTBOX_MAX - 1);
	assert_int_equal(b.at, TEXTBOX_MAX - 1);
	press(&b, UK_BACKSPACE);
	assert_true(type(&b, 0x142));	/* two bytes: not half of it */
	assert_int_equal(strlen(b.text), TEXTBOX_MAX - 2);
	textbox_break(&b);
	textbox_break(&b);
	assert_int_equal(strlen(b.text), TEXTBOX_MAX - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mends_in_the_middle),
		cmocka_unit_test(leaves_other_keys_to_others),
		cmocka_unit_test(keeps_pasted_lines),
		cmocka_unit_test(moves_over_folded_lines),
		cmocka_unit_test(counts_columns_of_wide_characters),
		cmocka_unit_test(survives_a_narrow_box),
		cmocka_unit_test(takes_no_more_than_it_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
