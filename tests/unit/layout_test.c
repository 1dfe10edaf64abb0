/* Where panels stand at every size: inside the screen, apart, all of it used. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "ui/layout.h"
#include "ui/timeline.h"

static int
inside(const struct rect *r, int rows, int cols)
{
	return r->h == 0 || (r->y >= 0 && r->x >= 0 && r->h > 0 && r->w > 0 &&
	    r->y + r->h <= rows && r->x + r->w <= cols);
}

static int
apart(const struct rect *a, const struct rect *b)
{
	return a->h == 0 || b->h == 0 || a->y + a->h <= b->y ||
	    b->y + b->h <= a->y || a->x + a->w <= b->x || b->x + b->w <= a->x;
}

static void
check(int rows, int cols, bool tabs, bool page, size_t focus)
{
	struct layout l;
	const struct rect *all[PLACE_COUNT + 4];
	size_t n = 0;

	layout_make(&l, rows, cols, tabs, page, focus);
	for (size_t i = 0; i < PLACE_COUNT; i++)
		all[n++] = &l.panels[i];
	all[n++] = &l.tabs;
	all[n++] = &l.names;
	if (rows > 1) {
		all[n++] = &l.top;
		all[n++] = &l.keys;
	}
	for (size_t i = 0; i < n; i++) {
		assert_true(inside(all[i], rows, cols));
		for (size_t j = 0; j < i; j++)
			assert_true(apart(all[i], all[j]));
	}
	assert_true(inside(&l.view, rows, cols));
	if (l.beside)
		for (size_t i = 0; i < PLACE_COUNT; i++)
			assert_true(apart(&l.view, &l.panels[i]));
	if (rows >= 5)
		assert_true(l.panels[focus].h > 0);
}

static void
every_size(void **state)
{
	(void)state;
	for (int rows = 1; rows <= 120; rows++)
		for (int cols = 1; cols <= 420; cols += cols < 90 ? 1 : 13)
			for (unsigned i = 0; i < 4 * PLACE_COUNT; i++)
				check(rows, cols, i & 1, i & 2, i / 4);
}

static void
four_at_80x24(void **state)
{
	struct layout l;

	(void)state;
	layout_make(&l, 24, 80, true, false, PLACE_CERTS);
	assert_false(l.single);
	for (size_t i = 0; i < PLACE_COUNT; i++)
		assert_true(l.panels[i].h >= (i == PLACE_ORDER ? 4 : 7));
	assert_int_equal(l.tabs.h, 1);
}

static void
beside_only_when_wide(void **state)
{
	struct layout l;

	(void)state;
	layout_make(&l, 60, LAYOUT_BESIDE_COLS - 1, false, true, PLACE_CERTS);
	assert_false(l.beside);
	layout_make(&l, 60, LAYOUT_BESIDE_COLS, false, true, PLACE_CERTS);
	assert_true(l.beside);
	assert_false(l.single);
}

static void
box_fits(void **state)
{
	(void)state;
	for (int rows = 1; rows < 30; rows++)
		for (int cols = 1; cols < 90; cols++) {
			struct rect r = layout_box(rows, cols, 12, 60);

			assert_true(inside(&r, rows, cols));
		}
}

static void
days_on_a_line(void **state)
{
	struct timeline t = { .from = 20000, .to = 20730, .renew_from = 20700,
	    .today = 20365 };

	(void)state;
	assert_int_equal(timeline_column(&t, 73, t.from), 0);
	assert_int_equal(timeline_column(&t, 73, t.to), 72);
	assert_int_equal(timeline_column(&t, 73, t.today), 36);
	/* The line reaches to a today that lies outside. */
	t.today = t.to + 730;
	assert_int_equal(timeline_column(&t, 73, t.to), 36);
	assert_int_equal(timeline_column(&t, 73, t.today), 72);
	t.today = t.from - 730;
	assert_int_equal(timeline_column(&t, 73, t.from), 36);
	/* Nonsense must not leave the line. */
	t.from = INT64_C(1) << 40;
	t.to = t.from;
	t.today = t.from;
	assert_int_equal(timeline_column(&t, 73, t.to), 0);
	assert_int_equal(timeline_column(&t, 1, t.to), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_size),
		cmocka_unit_test(four_at_80x24),
		cmocka_unit_test(beside_only_when_wide),
		cmocka_unit_test(box_fits),
		cmocka_unit_test(days_on_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
