/*
 * A revocation case: every step in every state, how it begins, what must be
 * answered and typed before anything is sent, and what is done with events that
 * no desk wrote.
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
#include "registry/keep.h"
#include "registry/privacy.h"
#include "registry/store.h"
#include "tests/unit/casetest.h"

#define NOW	REGTEST_NOW
#define DAY	INT64_C(86400)
#define EWA	"44051401359"

/* --- every step in every state ----------------------------------------------------- */

static int
do_answer(struct registry *reg, int64_t id, struct err *err)
{
	struct case_answers a = { .who = WHO_ENTITY, .proof = -1,
	    .reason = -1 };

	return case_answer(reg, id, &a, NOW + 500, err);
}

static int
do_instead(struct registry *reg, int64_t id, struct err *err)
{
	return case_instead(reg, id, CASE_SUSPEND, NOW + 500, err);
}

/* Each case below is of a record of its own: its number, from the row. */
static int
do_confirm(struct registry *reg, int64_t id, struct err *err)
{
	struct case_row row;
	struct err ignored = ERR_INIT;
	char last4[8];

	assert_int_equal(cases_get(reg, id, &row, &ignored), 0);
	snprintf(last4, sizeof last4, "%02X%02X", row.cert.serial[14],
	    row.cert.serial[15]);
	case_row_clear(&row);
	return case_confirm(reg, id, last4, NULL, NOW + 500, err);
}

static int
do_send(struct registry *reg, int64_t id, struct err *err)
{
	return case_sending(reg, id, "cmp", CASETEST_TRANSACTION, NOW + 500,
	    err);
}

static int
do_result(struct registry *reg, int64_t id, struct err *err)
{
	return casetest_result(reg, id, RESULT_WAITING, ERR_NONE, err);
}

static int
do_channel(struct registry *reg, int64_t id, struct err *err)
{
	static char way[] = "ejbca", there[] = "there";
	const struct authority a = { .channels = { .n = 1, .v = { way } },
	    .ejbca_url = there, .suspension = there };

	return case_channel(reg, id, way, &a, NOW + 500, err);
}

static int
do_told(struct registry *reg, int64_t id, struct err *err)
{
	struct case_told t = { .channel = "telephone", .whom = "Anna",
	    .outcome = 1 };

	return case_told(reg, id, &t, NOW + 500, err);
}

static int
do_status(struct registry *reg, int64_t id, struct err *err)
{
	return casetest_status(reg, id, STATUS_REVOKED, NOW + 50, err);
}

static int
do_ask(struct registry *reg, int64_t id, struct err *err)
{
	struct err why = ERR_INIT;

	(void)err_set(&why, ERR_NET_TIMEOUT, "http://ocsp.example.org/", NULL);
	return case_not_answered(reg, id, &why, NOW + 600, NOW + 500, err);
}

static int
do_note(struct registry *reg, int64_t id, struct err *err)
{
	return case_note(reg, id, "oddzwonić", NOW + 500, err);
}

static int
do_take(struct registry *reg, int64_t id, struct err *err)
{
	return case_take(reg, id, NOW + 500, err);
}

static int
do_withdraw(struct registry *reg, int64_t id, struct err *err)
{
	return case_withdraw(reg, id, "karta się znalazła", NOW + 500, err);
}

static int
do_close(struct registry *reg, int64_t id, struct err *err)
{
	return case_close(reg, id, NOW + 500, err);
}

/* Where a step leads from each state, in the order of enum case_state; "" no. */
static const struct {
	int		(*step)(struct registry *, int64_t, struct err *);
	const char	*to[CASE_STATES];
} steps[] = {
	{ do_answer, { "draft", "", "", "", "", "", "", "", "" } },
	{ do_instead, { "draft", "", "", "", "", "", "", "", "" } },
	{ do_channel, { "draft", "queued", "", "queued", "", "", "", "queued",
	    "" } },
	{ do_confirm, { "queued", "", "", "", "", "", "", "", "" } },
	{ do_send, { "", "sent", "sent", "sent", "", "", "", "sent", "" } },
	{ do_result, { "", "", "sent", "", "", "", "", "", "" } },
	{ do_told, { "", "accepted", "accepted", "accepted", "", "", "",
	    "accepted", "" } },
	{ do_status, { "published", "published", "published", "published",
	    "published", "published", "", "published", "" } },
	{ do_ask, { "draft", "queued", "sent", "on-paper", "accepted",
	    "published", "", "refused", "" } },
	{ do_note, { "draft", "queued", "sent", "on-paper", "accepted",
	    "published", "closed", "refused", "withdrawn" } },
	{ do_take, { "draft", "queued", "sent", "on-paper", "accepted",
	    "published", "", "refused", "" } },
	{ do_withdraw, { "withdrawn", "withdrawn", "withdrawn", "withdrawn",
	    "", "", "", "withdrawn", "" } },
	{ do_close, { "", "", "", "", "", "closed", "", "", "" } },
};

static void
try_step(struct registry *reg, unsigned n, size_t i, enum case_state from)
{
	int64_t id = casetest_in(reg, n, from);
	size_t before = casetest_events(reg, id);
	const char *to = steps[i].to[from];
	struct err err = ERR_INIT;
	int rc = steps[i].step(reg, id, &err);

	if (to[0] != '\0') {
		if (rc == -1 || casetest_events(reg, id) != before + 1 ||
		    strcmp(case_state_id(casetest_state(reg, id)), to) != 0)
			fail_msg("step %zu from %s: %s", i,
			    case_state_id(from), err_id(err.code));
		return;
	}
	if (rc == 0 || err.code != ERR_CASE_STATE || err.what[0] == '\0' ||
	    casetest_events(reg, id) != before ||
	    casetest_state(reg, id) != from)
		fail_msg("step %zu from %s was taken: %s", i,
		    case_state_id(from), err_id(err.code));
}

static void
takes_each_step_where_it_may(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct err err = ERR_INIT;
	unsigned n = 0;
	size_t i;
	int from;

	for (i = 0; i < sizeof steps / sizeof *steps; i++)
		for (from = 0; from < CASE_STATES; from++)
			try_step(reg, ++n, i, (enum case_state)from);
	assert_int_equal(n, 13 * 9);
	assert_int_equal(keep_check(reg, NULL, NULL, &err), 0);
	registry_close(reg);
}

/* --- beginning ------------------------------------------------------------------------ */

static void
is_one_case_however_often(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct registry *other = regtest_open(*state, REGISTRY_WRITE);
	int64_t id = casetest_begin(reg, 1, CASE_REVOKE), next;
	struct case_row row;
	struct err err = ERR_INIT;

	assert_int_equal(casetest_begin(other, 1, CASE_REVOKE), id);
	assert_int_equal(casetest_begin(other, 1, CASE_SUSPEND), id);
	assert_int_equal(casetest_events(reg, id), 1);
	/* Proved: asked for again it is the same, for another thing it is over. */
	casetest_answer(reg, id);
	assert_int_equal(case_instead(reg, id, CASE_SUSPEND, NOW, &err), 0);
	casetest_confirm(reg, id, 1);
	assert_int_equal(casetest_status(reg, id, STATUS_SUSPENDED, NOW + 9,
	    &err), 0);
	assert_int_equal(casetest_begin(other, 1, CASE_SUSPEND), id);
	next = casetest_begin(other, 1, CASE_LIFT);
	assert_int_not_equal(next, id);
	assert_int_equal(casetest_state(reg, id), CASE_CLOSED);
	assert_int_equal(cases_get(reg, next, &row, &err), 0);
	assert_string_equal(row.number, "2026/0002");
	case_row_clear(&row);
	registry_close(other);
	registry_close(reg);
}

static enum err_code
begin_known(struct registry *reg, unsigned n, enum record_status status,
    enum record_how by, enum case_action action)
{
	struct store_status s = { .status = status, .by = by, .at = NOW,
	    .reason = -1 };
	struct err err = ERR_INIT;
	struct record r;
	bool existing;
	int64_t id;

	regtest_put(reg, n, "Ktoś", NULL, NULL);
	regtest_record(&r, n, "Ktoś", NULL, NULL);
	assert_int_equal(store_status(reg, &r.issuer, r.serial, r.serial_len,
	    &s, NULL, &err), 0);
	(void)case_begin(reg, &r, action, NOW, &id, &existing, &err);
	record_clear(&r);
	return err.code;
}

static void
begins_what_can_still_be(void **state)
{
	static const struct {
		enum record_status	 status;
		enum record_how		 by;
		enum case_action	 action;
		enum err_code		 code;
	} all[] = {
		{ STATUS_REVOKED, HOW_CRL, CASE_REVOKE, ERR_NONE },
		{ STATUS_REVOKED, HOW_CRL, CASE_SUSPEND, ERR_CASE_STATE },
		{ STATUS_REVOKED, HOW_CRL, CASE_LIFT, ERR_CASE_STATE },
		{ STATUS_SUSPENDED, HOW_CRL, CASE_LIFT, ERR_NONE },
		{ STATUS_SUSPENDED, HOW_CRL, CASE_SUSPEND, ERR_NONE },
		{ STATUS_GOOD, HOW_OCSP, CASE_LIFT, ERR_CASE_STATE },
		/* Not known for certain: no obstacle. */
		{ STATUS_GOOD, HOW_IMPORT_TEXT, CASE_LIFT, ERR_NONE },
		{ STATUS_UNKNOWN, HOW_TYPED, CASE_LIFT, ERR_NONE },
	};
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct case_view v;
	char text[256];
	int64_t id;
	unsigned i;

	for (i = 0; i < sizeof all / sizeof *all; i++)
		if (begin_known(reg, i, all[i].status, all[i].by,
		    all[i].action) != all[i].code)
			fail_msg("%u", i);
	id = casetest_begin(reg, 99, CASE_LIFT);
	casetest_answer(reg, id);
	casetest_view(reg, id, &v);
	assert_int_equal(v.status_before, STATUS_UNKNOWN);
	assert_non_null(strstr(case_sentence(&v, NOW, text, sizeof text),
	    "not known"));
	case_view_clear(&v);
	registry_close(reg);
}

/* By hand: issuer and serial alone. */
static void
marks_what_was_typed(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct err err = ERR_INIT;
	struct case_view v;
	struct record r;
	bool existing;
	int64_t id;

	record_init(&r);
	r.issuer.line = mem_strdup("C=PL, CN=Urząd nieznany");
	r.serial[0] = 0x0a;
	r.serial[1] = 0x5c;
	r.serial_len = 2;
	assert_int_equal(case_begin(reg, &r, CASE_REVOKE, NOW, &id, &existing,
	    &err), 0);
	assert_true(r.id != 0);
	record_clear(&r);
	casetest_view(reg, id, &v);
	assert_true(v.typed);
	case_view_clear(&v);
	casetest_answer(reg, id);
	assert_int_equal(case_confirm(reg, id, "a5c", NULL, NOW, &err), -1);
	assert_int_equal(err.code, ERR_LAST_FOUR);
	err_clear(&err);
	assert_int_equal(case_confirm(reg, id, "0a5c", NULL, NOW, &err), 0);
	casetest_view(reg, casetest_begin(reg, 2, CASE_REVOKE), &v);
	assert_false(v.typed);
	case_view_clear(&v);
	registry_close(reg);
}

/* Erased, and back with a card to revoke: that is of their own will. */
static void
takes_up_who_was_erased(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct privacy_person who = { .identifier = EWA };
	struct err err = ERR_INIT;
	struct record r;
	bool existing;
	int64_t id, n;

	regtest_put(reg, 1, "Ewa", EWA, NULL);
	assert_int_equal(privacy_erase(reg, &who, "wniosek", &n, &err), 0);
	assert_int_equal(regtest_put(reg, 1, "Ewa", EWA, NULL), 0);
	regtest_record(&r, 1, "Ewa", EWA, NULL);
	if (case_begin(reg, &r, CASE_REVOKE, NOW, &id, &existing, &err) == -1)
		fail_msg("%s", err_id(err.code));
	record_clear(&r);
	assert_int_equal(keep_check(reg, NULL, NULL, &err), 0);
	registry_close(reg);
}

/* --- confirming ------------------------------------------------------------------------- */

static void
wants_its_answers_and_digits(void **state)
{
	static const char *const wrong[] = { "", "0001 ", "ABC", "1ABCD",
	    "5E00ABCD", "0ABC", "ABCE", "ABCD0", "żółć" };
	static const char *const right[] = { "ABCD", "abcd", " a b\tcd " };
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct case_answers a = { .who = WHO_HOLDER, .proof = -1,
	    .reason = -1 };
	struct err err = ERR_INIT;
	int64_t id = casetest_begin(reg, 0xabcd, CASE_REVOKE);
	struct case_view v;
	size_t i;

	for (i = 0; i < 3; i++) {
		assert_int_equal(case_confirm(reg, id, "ABCD", NULL, NOW,
		    &err), -1);
		assert_int_equal(err.code, ERR_CASE_STATE);
		err_clear(&err);
		assert_int_equal(case_answer(reg, id, &a, NOW, &err), 0);
		a = (struct case_answers){ .who = -1, .proof = i == 0 ?
		    PROOF_MAIL : -1, .reason = i == 1 ? REASON_REPLACED : -1 };
	}
	for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_int_equal(case_confirm(reg, id, wrong[i], NULL, NOW,
		    &err), -1);
		assert_int_equal(err.code, ERR_LAST_FOUR);
		err_clear(&err);
	}
	assert_int_equal(casetest_state(reg, id), CASE_DRAFT);
	assert_int_equal(case_confirm(reg, id, right[0], NULL, NOW + 7, &err),
	    0);
	casetest_view(reg, id, &v);
	assert_int_equal(v.who, WHO_HOLDER);
	assert_int_equal(v.proof, PROOF_MAIL);
	assert_int_equal(v.reason, REASON_REPLACED);
	assert_int_equal(v.received, NOW);
	assert_int_equal(v.complete, NOW + 7);
	assert_int_equal(v.deadline, NOW + DAY);
	/* No authority, no machine: nothing goes by itself. */
	assert_int_equal(v.next_try, 0);
	case_view_clear(&v);
	for (i = 1; i < sizeof right / sizeof *right; i++) {
		id = casetest_begin(reg, 0x1abcd + (unsigned)(i << 16),
		    CASE_REVOKE);
		casetest_answer(reg, id);
		assert_int_equal(case_confirm(reg, id, right[i], NULL, NOW,
		    &err), 0);
	}
	registry_close(reg);
}

/* The authority's rules for whoever cannot prove who they are. */
static void
minds_the_authority_s_rules(void **state)
{
	static const struct {
		const char		*rule, *suspension;
		enum case_proof		 proof;
		enum case_action	 action;
		enum err_code		 code;
	} all[] = {
		{ "suspend", "yes", PROOF_NONE, CASE_REVOKE, ERR_PROOF_NEEDED },
		{ "suspend", "yes", PROOF_NONE, CASE_SUSPEND, ERR_NONE },
		{ "suspend", "yes", PROOF_NONE, CASE_LIFT, ERR_PROOF_NEEDED },
		{ "suspend", "yes", PROOF_PASSWORD, CASE_REVOKE, ERR_NONE },
		{ "refuse", "yes", PROOF_NONE, CASE_REVOKE, ERR_PROOF_NEEDED },
		{ "refuse", "yes", PROOF_NONE, CASE_SUSPEND, ERR_PROOF_NEEDED },
		{ "refuse", "", PROOF_MAIL, CASE_REVOKE, ERR_NONE },
		{ "revoke", "", PROOF_NONE, CASE_REVOKE, ERR_NONE },
		{ "", "", PROOF_NONE, CASE_REVOKE, ERR_NONE },
		{ "", "no", PROOF_DOCUMENT, CASE_SUSPEND, ERR_CASE_STATE },
		{ "", "no", PROOF_DOCUMENT, CASE_REVOKE, ERR_NONE },
	};
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct authority a = { 0 };
	unsigned i;

	a.name = mem_strdup("Urząd");
	for (i = 0; i < sizeof all / sizeof *all; i++) {
		struct case_answers answers = { .who = WHO_HOLDER,
		    .proof = (int)all[i].proof, .reason = REASON_LOST };
		struct err err = ERR_INIT;
		int64_t id = casetest_begin(reg, i, all[i].action);

		a.without_proof = mem_strdup(all[i].rule);
		a.suspension = mem_strdup(all[i].suspension);
		assert_int_equal(case_answer(reg, id, &answers, NOW, &err), 0);
		(void)case_confirm(reg, id, casetest_last4(i), &a, NOW, &err);
		if (err.code != all[i].code)
			fail_msg("%u: %s", i, err_id(err.code));
		/* What is offered instead is the same case. */
		if (i == 0) {
			err_clear(&err);
			assert_int_equal(case_instead(reg, id, CASE_SUSPEND,
			    NOW, &err), 0);
			assert_int_equal(case_confirm(reg, id,
			    casetest_last4(i), &a, NOW, &err), 0);
		}
		free(a.without_proof);
		free(a.suspension);
	}
	free(a.name);
	registry_close(reg);
}

static void
goes_by_itself_where_a_machine_is_first(void **state)
{
	static const struct {
		const char	*first;
		bool		 goes;
	} all[] = { { "cmp", true }, { "ejbca", true }, { "telephone", false },
	    { "form", false } };
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	char there[] = "there";
	unsigned i;

	for (i = 0; i < 4; i++) {
		struct authority a = { .channels = { .n = 1 },
		    .cmp_url = there, .ejbca_url = there, .phone = there,
		    .form_email = there, .suspension = there };
		struct err err = ERR_INIT;
		struct case_view v;
		int64_t id = casetest_begin(reg, i, CASE_REVOKE);

		a.channels.v[0] = mem_strdup(all[i].first);
		casetest_answer(reg, id);
		assert_int_equal(case_confirm(reg, id, casetest_last4(i), &a,
		    NOW + 5, &err), 0);
		casetest_view(reg, id, &v);
		assert_int_equal(v.next_try, all[i].goes ? NOW + 5 : 0);
		case_view_clear(&v);
		free(a.channels.v[0]);
	}
	registry_close(reg);
}

/* --- two at one case ---------------------------------------------------------------------- */

static void
says_when_somebody_went_on(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct registry *other = regtest_open(*state, REGISTRY_WRITE);
	int64_t id = casetest_begin(reg, 1, CASE_REVOKE);
	size_t seen;
	struct err err = ERR_INIT;

	casetest_answer(reg, id);
	seen = casetest_events(reg, id);
	/* As shown: goes on. */
	assert_int_equal(registry_begin(reg, &err), 0);
	assert_int_equal(case_unmoved(reg, id, seen, &err), 0);
	assert_int_equal(case_note(reg, id, "x", NOW, &err), 0);
	assert_int_equal(registry_commit(reg, &err), 0);
	/* The other has seen one event less, and must look again. */
	assert_int_equal(registry_begin(other, &err), 0);
	assert_int_equal(case_unmoved(other, id, seen, &err), -1);
	assert_int_equal(err.code, ERR_CASE_MOVED);
	assert_string_equal(err.what, "2026/0001");
	registry_rollback(other);
	err_clear(&err);
	/* Both confirm: one after the other, and once. */
	casetest_confirm(reg, id, 1);
	assert_int_equal(case_confirm(other, id, "0001", NULL, NOW, &err), -1);
	assert_int_equal(err.code, ERR_CASE_STATE);
	err_clear(&err);
	assert_int_equal(case_take(other, id, NOW, &err), 0);
	registry_close(other);
	registry_close(reg);
}

/* --- events that no desk wrote ------------------------------------------------------------------- */

static void
reads_no_nonsense(void **state)
{
	static const struct {
		const char	*kind, *data;
	} all[] = {
		{ "opened", "{\"action\":\"revoke\"}" },
		{ "exploded", "{}" },
		{ "answered", "{\"who\":7}" },
		{ "answered", "{\"who\":\"nobody\"}" },
		{ "answered", "{\"lost_at\":-1}" },
		{ "answered", "{\"lost_at\":999999999999999}" },
		{ "answered", "{\"note\":[]}" },
		{ "instead", "{}" },
		{ "instead", "{\"action\":\"erase\"}" },
		{ "confirmed", "{\"send\":1}" },
		{ "confirmed", "{\"hold_days\":100000}" },
		{ "sending", "{}" },
		{ "sending", "{\"channel\":\"cmp\"}" },
		{ "sending", "{\"channel\":\"a channel with a very long name\","
		    "\"transaction\":\"00\"}" },
		{ "sending", "{\"channel\":\"cmp\",\"transaction\":"
		    "\"00112233445566778899AABBCCDDEEFF0\"}" },
		{ "result", "{}" },
		{ "result", "{\"result\":\"splendid\"}" },
		{ "result", "{\"result\":\"failed\",\"err\":7}" },
		{ "result", "{\"result\":\"failed\",\"err\":{\"raw\":1}}" },
		{ "told", "{}" },
		{ "told", "{\"channel\":\"form\",\"outcome\":2}" },
		{ "status", "{\"status\":\"splendid\"}" },
		{ "status", "{\"status\":\"revoked\",\"sha256\":\"0011223344"
		    "5566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF00\"}" },
		{ "status", "{\"status\":\"revoked\",\"by\":\"rumour\"}" },
		{ "unanswered", "{\"next_ask\":\"soon\"}" },
		{ "withdrawn", "{\"why\":{}}" },
	};
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	unsigned i;

	for (i = 0; i < sizeof all / sizeof *all; i++) {
		int64_t id = casetest_begin(reg, i, CASE_REVOKE);
		struct err err = ERR_INIT;
		struct case_row row;
		struct case_view v;
		char *sql = mem_printf("INSERT INTO case_event VALUES (%lld,"
		    " 2, 0, 1, '%s', '%s')", (long long)id, all[i].kind,
		    all[i].data);

		regtest_sql(t->file, sql);
		free(sql);
		assert_int_equal(cases_get(reg, id, &row, &err), 0);
		if (case_view(&row, NULL, &v, &err) != -1 ||
		    err.code != ERR_BAD_DATA)
			fail_msg("%u %s", i, all[i].data);
		case_row_clear(&row);
		err_clear(&err);
		/* And nothing goes on from there. */
		assert_int_equal(do_note(reg, id, &err), -1);
		assert_int_equal(err.code, ERR_BAD_DATA);
	}
	registry_close(reg);
}

static void
keeps_a_long_note_without_numbers(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	int64_t id = casetest_begin(reg, 1, CASE_REVOKE);
	struct err err = ERR_INIT;
	struct case_view v;
	char note[3000];

	memset(note, 'x', sizeof note - 1);
	note[sizeof note - 1] = '\0';
	memcpy(note, "PESEL " EWA "\n\033[31m", 22);
	assert_int_equal(case_note(reg, id, note, NOW, &err), 0);
	casetest_view(reg, id, &v);
	assert_int_equal(strncmp(v.note, "PESEL *********** ", 18), 0);
	assert_true(strlen(v.note) <= RECORD_TEXT_MAX);
	assert_null(strchr(v.note, '\033'));
	case_view_clear(&v);
	assert_int_equal(regtest_grep(t, EWA, strlen(EWA), NULL), 0);
	registry_close(reg);
	assert_int_equal(regtest_grep(t, EWA, strlen(EWA), NULL), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, regtest_setup, \
	regtest_teardown)

/* What a proxy kept back the authority does not have; what it answered, it has. */
static void
knows_what_went_out(void **state)
{
	(void)state;
	assert_true(case_unsent(ERR_NET_PROXY_REFUSED));
	assert_true(case_unsent(ERR_NET_PROXY_TICKET));
	/* Whoever waited for a ticket may have had it, and sent. */
	assert_false(case_unsent(ERR_NET_TICKET_LATE));
	assert_false(case_unsent(ERR_NET_STATUS));
	assert_false(case_unsent(ERR_NET_TIMEOUT));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(takes_each_step_where_it_may),
		TEST(is_one_case_however_often),
		TEST(begins_what_can_still_be),
		TEST(marks_what_was_typed),
		TEST(takes_up_who_was_erased),
		TEST(wants_its_answers_and_digits),
		TEST(minds_the_authority_s_rules),
		TEST(goes_by_itself_where_a_machine_is_first),
		TEST(says_when_somebody_went_on),
		TEST(reads_no_nonsense),
		TEST(keeps_a_long_note_without_numbers),
		TEST(knows_what_went_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
