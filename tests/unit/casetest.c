#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/casetest.h"

#define NOW	REGTEST_NOW

static void
must(int rc, const struct err *err)
{
	if (rc == -1)
		fail_msg("%s %s %s", err_id(err->code), err->what,
		    err->detail);
}

const char *
casetest_last4(unsigned n)
{
	static char hex[8];

	snprintf(hex, sizeof hex, "%04X", n & 0xffff);
	return hex;
}

int64_t
casetest_begin(struct registry *reg, unsigned n, enum case_action action)
{
	struct err err = ERR_INIT;
	struct record r;
	bool existing;
	int64_t id;

	regtest_record(&r, n, "Ewa Łęcka", NULL, NULL);
	must(case_begin(reg, &r, action, NOW, &id, &existing, &err), &err);
	record_clear(&r);
	return id;
}

void
casetest_answer(struct registry *reg, int64_t id)
{
	struct case_answers a = { .who = WHO_HOLDER, .proof = PROOF_DOCUMENT,
	    .reason = REASON_LOST, .lost_at = NOW - 7200,
	    .note = "w tramwaju" };
	struct err err = ERR_INIT;

	must(case_answer(reg, id, &a, NOW + 1, &err), &err);
}

void
casetest_confirm(struct registry *reg, int64_t id, unsigned n)
{
	struct err err = ERR_INIT;

	must(case_confirm(reg, id, casetest_last4(n), NULL, NOW + 2, &err),
	    &err);
}

int
casetest_result(struct registry *reg, int64_t id, enum case_result result,
    enum err_code code, struct err *err)
{
	struct case_result_of r = { .result = result, .retry_at = NOW + 60 };

	if (code != ERR_NONE)
		(void)err_set(&r.err, code, "https://ca.example.org/", NULL);
	return case_result(reg, id, &r, NOW + 4, err);
}

int
casetest_status(struct registry *reg, int64_t id, enum record_status status,
    int64_t this_update, struct err *err)
{
	static const uint8_t hash[32] = { 0x5a };
	struct case_status s = { .by = HOW_OCSP, .status = status,
	    .this_update = this_update, .next_update = this_update + 3600,
	    .revoked_at = status == STATUS_GOOD ? 0 : this_update - 30,
	    .reason = status == STATUS_REVOKED ? 1 : -1, .url = "http://ocsp.example.org/", .sha256 = hash,
	    .next_ask = NOW + 300 };

	return case_status(reg, id, &s, NOW + 100, err);
}

static void
send_it(struct registry *reg, int64_t id)
{
	struct err err = ERR_INIT;

	must(case_sending(reg, id, "cmp", CASETEST_TRANSACTION, NOW + 3, &err),
	    &err);
}

int64_t
casetest_in(struct registry *reg, unsigned n, enum case_state state)
{
	struct case_told told = { .channel = "form", .outcome = -1 };
	struct err err = ERR_INIT;
	int64_t id = casetest_begin(reg, n, CASE_REVOKE);

	casetest_answer(reg, id);
	if (state == CASE_DRAFT)
		return id;
	casetest_confirm(reg, id, n);
	if (state == CASE_SENT || state == CASE_ACCEPTED ||
	    state == CASE_PUBLISHED || state == CASE_CLOSED ||
	    state == CASE_REFUSED)
		send_it(reg, id);
	if (state == CASE_ACCEPTED || state == CASE_PUBLISHED ||
	    state == CASE_CLOSED)
		must(casetest_result(reg, id, RESULT_ACCEPTED, ERR_NONE, &err),
		    &err);
	if (state == CASE_PUBLISHED || state == CASE_CLOSED)
		must(casetest_status(reg, id, STATUS_REVOKED, NOW + 50, &err),
		    &err);
	if (state == CASE_CLOSED)
		must(case_close(reg, id, NOW + 200, &err), &err);
	if (state == CASE_REFUSED)
		must(casetest_result(reg, id, RESULT_REFUSED,
		    ERR_CHANNEL_AUTH, &err), &err);
	if (state == CASE_ON_PAPER)
		must(case_told(reg, id, &told, NOW + 3, &err), &err);
	if (state == CASE_WITHDRAWN)
		must(case_withdraw(reg, id, "znalazła się", NOW + 3, &err),
		    &err);
	assert_int_equal(casetest_state(reg, id), state);
	return id;
}

void
casetest_view(struct registry *reg, int64_t id, struct case_view *v)
{
	struct case_row row;
	struct err err = ERR_INIT;

	must(cases_get(reg, id, &row, &err), &err);
	must(case_view(&row, NULL, v, &err), &err);
	/* What lists go by says the same. */
	assert_string_equal(row.sum.state, case_state_id(v->state));
	assert_string_equal(row.action, case_action_id(v->action));
	assert_int_equal(row.sum.due, row.sum.open ? v->next_try : 0);
	case_row_clear(&row);
}

enum case_state
casetest_state(struct registry *reg, int64_t id)
{
	struct case_view v;
	enum case_state state;

	casetest_view(reg, id, &v);
	state = v.state;
	case_view_clear(&v);
	return state;
}

size_t
casetest_events(struct registry *reg, int64_t id)
{
	struct case_row row;
	struct err err = ERR_INIT;
	size_t n;

	must(cases_get(reg, id, &row, &err), &err);
	n = row.nevents;
	case_row_clear(&row);
	return n;
}
