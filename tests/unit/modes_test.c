/*
 * What each mode has: every key of every view against a list that people can
 * read (tests/unit/modes.txt; GENERATE=1 writes it anew), every view, every step
 * of an answer; and that what a kiosk lacks cannot be opened by anybody.
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

#include "base/mem.h"
#include "ui/answeract.h"
#include "ui/desk.h"
#include "ui/views.h"

#define PANEL(name, where) extern const struct panel_ops name##_ops;
#include "ui/panels.def"
#undef PANEL

/* All of views.h: the test looks there whether one is missing. */
#define VIEWS(VIEW) \
	VIEW(view_answer) VIEW(view_answers) VIEW(view_ask) VIEW(view_card) \
	VIEW(view_case) VIEW(view_cases) VIEW(view_cert) VIEW(view_chain) \
	VIEW(view_choose) VIEW(view_code) VIEW(view_document) \
	VIEW(view_find) VIEW(view_form) VIEW(view_help) VIEW(view_kiosk) \
	VIEW(view_link) VIEW(view_lost) VIEW(view_message) \
	VIEW(view_mycard) VIEW(view_myorder) VIEW(view_network) \
	VIEW(view_officer) VIEW(view_order) VIEW(view_orders) \
	VIEW(view_paper) VIEW(view_password) VIEW(view_pin) \
	VIEW(view_privacy) VIEW(view_proxy) VIEW(view_qr) \
	VIEW(view_question) VIEW(view_record) VIEW(view_register) \
	VIEW(view_renew) VIEW(view_renewal) VIEW(view_renewals) \
	VIEW(view_renewpin) VIEW(view_revoke) VIEW(view_status) \
	VIEW(view_sure) VIEW(view_told) VIEW(view_typed) VIEW(view_unlock)

static const struct {
	const char		*symbol;
	const struct panel_ops	*ops;
} all[] = {
#define PANEL(name, where) { #name "_ops", &name##_ops },
#include "ui/panels.def"
#undef PANEL
#define VIEW(name) { #name "_ops", &name##_ops },
	VIEWS(VIEW)
#undef VIEW
};

#define NALL	(sizeof all / sizeof all[0])

static const char	marks[] = "DAK";

static void
say_modes(FILE *f, unsigned modes)
{
	fputs("  ", f);
	for (enum mode m = MODE_DESK; m <= MODE_KIOSK; m++)
		fputc(mode_has(m, modes) ? marks[m] : '-', f);
}

static unsigned
modes_of(const struct key_binding *k, size_t n, int action)
{
	for (size_t i = 0; i < n; i++)
		if (k[i].action == action)
			return k[i].modes;
	return 0;
}

static void
say_keys(FILE *f, const struct key_binding *k, size_t n)
{
	char name[32];

	for (size_t i = 0; i < n; i++) {
		say_modes(f, modes_of(k, n, k[i].action));
		fprintf(f, "  %-9s  %s\n", keys_name(&k[i], name, sizeof name),
		    k[i].label != NULL ? k[i].label :
		    k[i].help != NULL ? k[i].help : "");
	}
}

static char *
say_all(void)
{
	const struct key_binding *k;
	char *text = NULL;
	size_t n, size;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	k = desk_keys(&n);
	fprintf(f, "D desk, A agent, K kiosk; - it is absent there\n\n");
	fprintf(f, "everywhere\n");
	say_keys(f, k, n);
	for (size_t i = 0; i < NALL; i++) {
		fprintf(f, "\n%s", all[i].ops->name);
		say_modes(f, all[i].ops->modes);
		fputc('\n', f);
		say_keys(f, all[i].ops->keys, all[i].ops->nkeys);
	}
	fprintf(f, "\nsteps of answers\n");
	for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
		fputs("  ", f);
		for (enum mode m = MODE_DESK; m <= MODE_KIOSK; m++)
			fputc(answeract_has((enum answer_action)a, m) ?
			    marks[m] : '-', f);
		fprintf(f, "  %s\n", answer_action_id((enum answer_action)a));
	}
	fclose(f);
	return text;
}

static char *
read_file(const char *name)
{
	const char *top = getenv("abs_top_srcdir");
	char *path = mem_printf("%s/%s", top != NULL ? top : ".", name), *text;
	FILE *f = fopen(path, "r");
	size_t n;

	free(path);
	assert_non_null(f);
	text = mem_alloc((size_t)1 << 17);
	n = fread(text, 1, ((size_t)1 << 17) - 1, f);
	assert_true(n > 0 && feof(f));
	fclose(f);
	return text;
}

static void
as_written(void **state)
{
	char *is = say_all(), *should;
	FILE *f;

	(void)state;
	if (getenv("GENERATE") != NULL) {
		f = fopen("tests/unit/modes.txt", "w");
		assert_non_null(f);
		fputs(is, f);
		fclose(f);
	}
	should = read_file("tests/unit/modes.txt");
	if (strcmp(is, should) != 0)
		fprintf(stderr, "tests/unit/modes.txt says otherwise than:\n%s",
		    is);
	assert_string_equal(is, should);
	free(is);
	free(should);
}

/* A view that is declared and not looked at here could be anywhere. */
static void
none_forgotten(void **state)
{
	static const char before[] = "extern const struct panel_ops ";
	char *views = read_file("ui/views.h");
	size_t found = 0;

	(void)state;
	for (char *p = views; (p = strstr(p, before)) != NULL; found++) {
		size_t i = 0, n;

		p += strlen(before);
		n = strcspn(p, ";");
		while (i < NALL && (strlen(all[i].symbol) != n ||
		    strncmp(all[i].symbol, p, n) != 0))
			i++;
		if (i == NALL)
			fail_msg("%.*s is not in this test", (int)n, p);
	}
	assert_int_equal(found + 4, NALL);	/* the desk's own four */
	free(views);
}

/* Whoever asks: the door is shut before the view is made. */
static void
absent_in_kiosk(void **state)
{
	struct conf conf;
	struct authorities none = { .n = 0 };
	struct err err = ERR_INIT;
	struct setup setup = { .conf = &conf, .authorities = &none,
	    .mode = MODE_KIOSK };
	struct desk *d;

	(void)state;
	assert_int_equal(conf_load(&conf, "/dev/null", NULL, &err), 0);
	d = desk_new(&setup);
	assert_true(desk_is_open(d, &view_kiosk_ops));
	for (size_t i = 0; i < NALL; i++) {
		if (mode_has(MODE_KIOSK, all[i].ops->modes))
			continue;
		desk_open(d, all[i].ops, NULL);
		assert_false(desk_is_open(d, all[i].ops));
		desk_open_top(d, all[i].ops, NULL);
		assert_false(desk_is_open(d, all[i].ops));
	}
	/* And the first screen stays. */
	desk_close(d, desk_top(d));
	assert_true(desk_is_open(d, &view_kiosk_ops));
	desk_free(d);
	conf_clear(&conf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_written),
		cmocka_unit_test(none_forgotten),
		cmocka_unit_test(absent_in_kiosk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
