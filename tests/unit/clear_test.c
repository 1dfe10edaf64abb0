/*
 * No PESEL, NIP, passport number or mail address stands in the registry's files
 * in clear, whatever certificates they came in and by whichever way.
 */
#include "config.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/mem.h"
#include "registry/cases.h"
#include "registry/find.h"
#include "registry/import.h"
#include "registry/journal.h"
#include "registry/keep.h"
#include "registry/privacy.h"
#include "registry/remembered.h"
#include "registry/store.h"
#include "tests/unit/certmake.h"
#include "tests/unit/regtest.h"

#define CERTS_MAX	128
#define CLEAR_MAX	512

/* Identifiers inside other fields; the profiles have theirs where they belong. */
static const struct make sly[] = {
	{ .name = "PESEL in the name",
	  .subject = { { .oid = "2.5.4.3",
	    .value = "JAN KOWALSKI 44051401359" } } },
	{ .name = "address as the name",
	  .subject = { { .oid = "2.5.4.3", .value = "jan.k@example.net" } } },
	{ .name = "passport everywhere",
	  .subject = { { .oid = "2.5.4.3", .value = "Jan ZS9000177" },
	    { .oid = "2.5.4.10", .value = "Firma ZS 9000177" },
	    { .oid = "2.5.4.5", .value = "PASPL-ZS9000177" } },
	  .exts = { { "crlDistributionPoints",
	    "URI:http://crl.example.org/ZS9000177.crl" },
	    { "authorityInfoAccess",
	    "OCSP;URI:http://ocsp.example.org/jan.k%40example.net" } } },
	{ .name = "issued by himself",
	  .subject = { { .oid = "2.5.4.3", .value = "Jan Kowalski" },
	    { .oid = "2.5.4.5", .value = "IDCPL-ABA300000" },
	    { .oid = "1.2.840.113549.1.9.1", .value = "jan.k@example.net",
	      .tag = 22 } },
	  .issuer = { { .oid = "2.5.4.3", .value = "Jan Kowalski" },
	    { .oid = "2.5.4.5", .value = "IDCPL-ABA300000" },
	    { .oid = "1.2.840.113549.1.9.1", .value = "jan.k@example.net",
	      .tag = 22 } } },
	{ .name = "issuer with a NIP",
	  .subject = { { .oid = "2.5.4.3", .value = "Ktoś" } },
	  .issuer = { { .oid = "2.5.4.10", .value = "Urząd" },
	    { .oid = "2.5.4.97", .value = "VATPL-5260001246" } } },
};

static const char *const sly_values[] = { "44051401359", "jan.k@", "ZS9000177",
    "ZS 9000177", "ABA300000", "5260001246" };

struct world {
	struct cert	*certs[CERTS_MAX];
	size_t		 n;
	char		*clear[CLEAR_MAX];	/* what must not be in the files */
	size_t		 nclear;
};

static void
must_not(struct world *w, const char *value)
{
	size_t i, digits = 0;

	if (value == NULL || w->nclear == CLEAR_MAX)
		return;
	for (i = 0; value[i] != '\0'; i++)
		digits += isdigit((unsigned char)value[i]) != 0;
	/* "1" and "KOWALSKI" as serialNumber identify nobody. */
	if (strchr(value, '@') == NULL && (i < 5 || digits == 0))
		return;
	w->clear[w->nclear++] = mem_strdup(value);
}

static void
add(struct world *w, const struct make *m)
{
	struct err err = ERR_INIT;
	struct cert *c;
	uint8_t *der;
	size_t len, i;

	der = make_cert(m, &len);
	if (cert_parse(der, len, &c, &err) == 0) {
		assert_true(w->n < CERTS_MAX);
		w->certs[w->n++] = c;
		must_not(w, c->person.value);
		must_not(w, c->organisation.value);
		must_not(w, c->subject.email);
		for (i = 0; i < c->nsan; i++)
			if (c->san[i].kind == SAN_EMAIL)
				must_not(w, c->san[i].value);
	}
	free(der);
}

static void
make_world(struct world *w)
{
	const struct make *m;
	size_t i;

	memset(w, 0, sizeof *w);
	for (i = 0; (m = make_profile_at(i)) != NULL; i++)
		add(w, m);
	for (i = 0; i < sizeof sly / sizeof *sly; i++)
		add(w, &sly[i]);
	for (i = 0; i < sizeof sly_values / sizeof *sly_values; i++)
		must_not(w, sly_values[i]);
	assert_true(w->n > 60);
	assert_true(w->nclear > 40);
}

static void
free_world(struct world *w)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		cert_free(w->certs[i]);
	for (i = 0; i < w->nclear; i++)
		free(w->clear[i]);
}

static void
put_card(struct registry *reg, struct world *w)
{
	struct seen_token token = { "TOKEN-1", "Ewa 44051401359" };
	struct seen_card seen = { .tokens = &token, .ntokens = 1,
	    .number = "6316 0001", .model = "karta",
	    .certs = (const struct cert *const *)w->certs, .ncerts = w->n,
	    .whole = true };
	struct seen_change change;
	struct err err = ERR_INIT;

	if (remembered_put(reg, &seen, MAKE_NOW, &change, &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
}

static void
tell_bad(const struct import_bad *bad, void *arg)
{
	(void)arg;
	print_error("line %lld: %s %s\n", (long long)bad->line,
	    err_id(bad->err.code), bad->err.what);
}

static void
put_list(struct regtest *t, struct registry *reg)
{
	const char *path = regtest_path(t, "list.csv");
	struct import_options o = { .kind = IMPORT_CSV, .bad = tell_bad };
	struct import_progress p;
	struct err err = ERR_INIT;
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs("serial,issuer,holder,organisation,order,pesel,email\n"
	    "0A0B0C0D0E0F,\"C=PL, O=Urząd, CN=5260001246\",Jan 44051401359,"
	    "jan.k@example.net,ord jan.k@example.net,44051401359,"
	    "jan.k@example.net\n", f);
	fclose(f);
	if (import_run(reg, path, &o, &p, &err) == -1)
		fail_msg("%s %s %s", err_id(err.code), err.what, err.detail);
	assert_int_equal(p.added, 1);
	assert_int_equal(unlink(path), 0);
}

/* What a person says when a card is lost. */
static void
put_case(struct registry *reg, struct world *w)
{
	struct case_summary sum = { .state = "draft", .open = true };
	struct case_event e = { .at = MAKE_NOW, .kind = "opened" };
	struct err err = ERR_INIT;
	struct record r;
	bool existing;
	int64_t id;
	size_t i;

	e.data = json_pack("{s:s}", "note", "dowód ABA 300000");
	record_of_cert(&r, w->certs[w->n - 2], HOW_CARD, MAKE_NOW);
	assert_string_equal(r.holder, "Jan Kowalski");
	if (cases_open(reg, &r, "revoke", &e, &sum, &id, &existing,
	    &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
	record_clear(&r);
	json_object_set_new(e.data, "note", json_string(
	    "PESEL 44051401359, 440514-01359; jan.k@example.net"));
	for (i = 1; i <= 2; i++)
		assert_int_equal(cases_append(reg, id, (int64_t)i, &e, 1, &sum,
		    &err), 0);
	case_event_clear(&e);
}

/* What is asked for is not kept either. */
static void
ask(struct registry *reg, struct world *w)
{
	struct find_options o = { .now = MAKE_NOW, .reason = "wniosek" };
	struct finder *finder = finder_new();
	struct find_answer *answer;
	struct privacy_person who = { .identifier = "44051401359" };
	struct err err = ERR_INIT;
	json_t *json;
	size_t i;

	assert_int_equal(finder_load(finder, reg, NULL, &err), 0);
	for (i = 0; i < w->nclear; i++) {
		if (finder_ask(finder, reg, w->clear[i], &o, &answer,
		    &err) == -1)
			fail_msg("%s %s", err_id(err.code), err.detail);
		find_answer_free(answer);
	}
	finder_free(finder);
	assert_int_equal(privacy_access(reg, &who,
	    "wniosek jan.k@example.net, 44051401359", &json, &err), 0);
	assert_true(json_array_size(json_object_get(json,
	    "certificates")) > 0);
	json_decref(json);
}

static void
nothing_stands_in_clear(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct err err = ERR_INIT;
	struct world w;
	size_t i, bad = 0;

	make_world(&w);
	put_card(reg, &w);
	put_list(t, reg);
	put_case(reg, &w);
	ask(reg, &w);
	assert_int_equal(keep_backup(reg, regtest_path(t, "44051401359.copy"),
	    false, NULL, NULL, &err), 0);
	/* With the log, and without. */
	for (i = 0; i < w.nclear; i++)
		if (regtest_grep(t, w.clear[i], strlen(w.clear[i]), NULL) != 0) {
			print_error("in clear: %s\n", w.clear[i]);
			bad++;
		}
	registry_close(reg);
	for (i = 0; i < w.nclear; i++)
		bad += regtest_grep(t, w.clear[i], strlen(w.clear[i]), NULL);
	assert_int_equal(bad, 0);
	/* And names are there, so that nothing was proved by an empty file. */
	assert_true(regtest_grep(t, "kowalski", 8, NULL) > 0);
	free_world(&w);
}

/* An identifier that is in the name alone is masked there, and finds it. */
static void
is_found_by_what_is_masked(void **state)
{
	static const struct {
		struct make	 make;
		const char	*asked, *id_mask, *email_mask;
	} certs[] = {
		{ { .subject = { { "2.5.4.3", "zosia.mailowa@sekret.example",
		    0, 0, false } } }, "Zosia.Mailowa@sekret.example", NULL,
		    "z*****@sekret.example" },
		{ { .subject = { { "2.5.4.3", "Jan Nowy 440514-01359", 0, 0,
		    false } }, .serial = "\x11", .serial_len = 1 },
		    "44051401359", "PESEL 44******359", NULL },
		/* Eleven digits of which the last is wrong are no PESEL. */
		{ { .subject = { { "2.5.4.3", "Jan Nowy 44051401358", 0, 0,
		    false } }, .serial = "\x12", .serial_len = 1 }, NULL,
		    NULL, NULL },
	};
	struct find_options o = { .now = MAKE_NOW };
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct finder *finder = finder_new();
	struct find_answer *a;
	struct err err = ERR_INIT;
	struct record r;

	for (size_t i = 0; i < sizeof certs / sizeof *certs; i++) {
		size_t len;
		uint8_t *der = make_cert(&certs[i].make, &len);
		struct cert *c;

		assert_int_equal(cert_parse(der, len, &c, &err), 0);
		free(der);
		record_of_cert(&r, c, HOW_IMPORT, MAKE_NOW);
		cert_free(c);
		assert_int_equal(r.nidents, certs[i].asked != NULL);
		assert_int_equal(store_cert(reg, &r, NULL, &err), 0);
		record_clear(&r);
		if (certs[i].asked == NULL)
			continue;
		assert_int_equal(finder_ask(finder, reg, certs[i].asked, &o,
		    &a, &err), 0);
		assert_int_equal(a->nhits, 1);
		assert_int_equal(a->hits[0].why, WHY_IDENT);
		if (certs[i].id_mask != NULL)
			assert_string_equal(a->hits[0].cert.id_mask,
			    certs[i].id_mask);
		if (certs[i].email_mask != NULL)
			assert_string_equal(a->hits[0].cert.email_mask,
			    certs[i].email_mask);
		find_answer_free(a);
	}
	finder_free(finder);
	registry_close(reg);
	assert_int_equal(regtest_grep(t, "mailowa", 7, NULL), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(is_found_by_what_is_masked,
		    regtest_setup, regtest_teardown),
		cmocka_unit_test_setup_teardown(nothing_stands_in_clear,
		    regtest_setup, regtest_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
