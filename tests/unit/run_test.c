/*
 * A renewal run from the key to the proved certificate, on a card and with an
 * authority of the rig's: killed at every call of theirs and at every write of
 * the registry, and with the card pulled at every one.  Afterwards one key has
 * been made and one request counted, the new certificate is on the card and
 * proved, the old one as somebody said, and no try of the PIN was spent but
 * those typed.
 */
#include "config.h"

#include <openssl/x509.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/clock.h"
#include "tests/unit/faultvfs.h"
#include "tests/unit/regtest.h"
#include "tests/unit/renewrig.h"
#include "tests/unit/runtest.h"

#define W	(rig_get())

/* All that was done, for people and for programs. */
static void
tells(struct regtest *t, int64_t id)
{
	struct registry *reg = regtest_open(t, REGISTRY_WRITE);
	struct err err = ERR_INIT;
	struct renewal_row row;
	struct renewal_view v;
	char words[512];
	json_t *o;

	assert_int_equal(renewals_get(reg, id, &row, &err), 0);
	assert_int_equal(renewal_view(&row, &v, &err), 0);
	for (size_t i = 0; i < row.nevents; i++)
		assert_string_not_equal(renewal_event_words(&row.events[i],
		    words, sizeof words), "");
	assert_non_null(strstr(renewal_sentence(&v, clock_now(), words,
	    sizeof words), "Renewed"));
	o = renewal_json(&row, &v);
	assert_string_equal(json_string_value(json_object_get(o, "state")),
	    "done");
	assert_int_equal(json_array_size(json_object_get(o, "events")),
	    row.nevents);
	assert_string_equal(json_string_value(json_object_get(json_object_get(
	    o, "issued"), "serial")), v.new_serial);
	json_decref(o);
	renewal_view_clear(&v);
	renewal_row_clear(&row);
	registry_close(reg);
}

/* --- the whole way ---------------------------------------------------------------------- */

static void
renews(void **state)
{
	int64_t id;

	rig_setup();
	id = begin(*state, "order", KEY_KIND_P256, true);
	goes_to_its_end(*state, id);
	is_renewed(*state, id, true);
	assert_true(W->signed_by_old);
	assert_int_equal(W->told, 1);
	/* Two runs, the authority in between: a PIN for each. */
	assert_int_equal(W->typed, 2);
	is_sound(*state);
	tells(*state, id);
	/* Over and over changes nothing. */
	W->calls = 0;
	goes_to_its_end(*state, id);
	assert_int_equal(W->calls, 0);
}

static void
renews_by_rsa_and_removes_the_old(void **state)
{
	int64_t id;

	rig_setup();
	W->old_answer = 1;
	id = begin(*state, "order", KEY_KIND_RSA2048, false);
	goes_to_its_end(*state, id);
	is_renewed(*state, id, false);
	assert_string_equal(W->keys[0].id, "");
}

static void
a_later_start_keeps_the_old(void **state)
{
	int64_t id;

	rig_setup();
	W->old_answer = 1;
	W->starts_later = true;
	id = begin(*state, "order", KEY_KIND_P256, false);
	goes_to_its_end(*state, id);
	is_renewed(*state, id, true);
}

/* --- killed ------------------------------------------------------------------------------- */

/* At each of the rig's calls: on the card, at the authority, before people. */
static void
survives_a_kill_at_every_call(void **state)
{
	bool ended = false;
	int64_t id;
	int n;

	for (n = 1; !ended && n < 200; n += fault_step(FAULT_KILL)) {
		rig_setup();
		W->old_answer = 1;
		id = begin(*state, "order", KEY_KIND_P256, true);
		W->kill_at = n;
		ended = run_child(*state, id, 0);
		W->kill_at = 0;
		/* Whoever comes next need not wait for a dead one's lease. */
		regtest_sql(((struct regtest *)*state)->file,
		    "UPDATE renewals SET lease_by = NULL, lease_until = 0");
		assert_true(run_child(*state, id, 0));
		is_renewed(*state, id, false);
	}
	assert_true(ended);
	assert_true(n > 30);
	fault_tried("killed at calls", n, fault_step(FAULT_KILL));
}

static void
survives_a_kill_at_writes(void **state)
{
	bool ended = false;
	int64_t id;
	int n;

	for (n = 1; !ended && n < 2000; n += 31) {
		rig_setup();
		id = begin(*state, "order", KEY_KIND_P256, false);
		ended = run_child(*state, id, n);
		regtest_sql(((struct regtest *)*state)->file,
		    "UPDATE renewals SET lease_by = NULL, lease_until = 0");
		assert_true(run_child(*state, id, 0));
		is_renewed(*state, id, true);
		is_sound(*state);
	}
	assert_true(ended);
}

/* --- pulled --------------------------------------------------------------------------------- */

static void
survives_a_pull_at_every_call(void **state)
{
	int64_t id;
	int n, last = 1;

	for (n = 1; n <= last; n++) {
		rig_setup();
		W->old_answer = 1;
		id = begin(*state, "order", KEY_KIND_P256, true);
		W->pull_at = n;
		goes_to_its_end(*state, id);
		is_renewed(*state, id, false);
		last = W->calls;
	}
	assert_true(last > 30);
}

/*
 * A wrong PIN whose answer went with the card is not tried again: it is typed
 * anew.
 */
static void
an_unproved_pin_is_used_once(void **state)
{
	int64_t id;
	int n;

	for (n = 2; n < 24; n++) {
		rig_setup();
		W->crashes = n % 2 == 1;
		W->pins[0] = "9999";
		W->pins[1] = "8888";
		id = begin(*state, "order", KEY_KIND_P256, false);
		W->pull_at = n / 2;
		goes_to_its_end(*state, id);
		/* One that went before the card saw it was none. */
		assert_true(W->wrong <= 2);
	}
}

/* Typed for three tries it is not used for the last one: that is asked anew. */
static void
the_last_try_is_asked_for(void **state)
{
	int64_t id;

	rig_setup();
	W->spends = true;
	W->pins[0] = "9999";
	id = begin(*state, "order", KEY_KIND_P256, false);
	goes_to_its_end(*state, id);
	is_renewed(*state, id, true);
	assert_int_equal(W->wrong, 0);
	assert_true(W->typed > 1);
}

static void
nobody_types_a_pin(void **state)
{
	struct ran r;
	int64_t id;

	rig_setup();
	W->pins[0] = "";
	id = begin(*state, "order", KEY_KIND_P256, false);
	r = run_here(*state, id);
	assert_int_equal(r.end, RENEWAL_END_PERSON);
	assert_int_equal(W->verified, 0);
	assert_int_equal(W->generated, 0);
	goes_to_its_end(*state, id);
	is_renewed(*state, id, true);
}

static void
waits_for_its_card(void **state)
{
	struct ran r;
	int64_t id;

	rig_setup();
	id = begin(*state, "order", KEY_KIND_P256, false);
	W->absent = true;
	r = run_here(*state, id);
	assert_int_equal(r.end, RENEWAL_END_CARD);
	assert_int_equal(r.err.code, ERR_CARD_REMOVED);
	W->absent = false;
	goes_to_its_end(*state, id);
	is_renewed(*state, id, true);
}

/* The certificate comes by itself; its card is not waited for while others wait. */
static void
waits_for_no_card_alone(void **state)
{
	struct registry *reg;
	struct ran r;
	int64_t id;

	rig_setup();
	id = begin(*state, "order", KEY_KIND_P256, false);
	reg = regtest_open(*state, REGISTRY_WRITE);
	assert_int_equal(run_once(reg, id, span_of(NULL, 0)).end,
	    RENEWAL_END_WAIT);
	registry_close(reg);
	W->absent = true;
	r = run_alone(*state, id);
	assert_int_equal(r.end, RENEWAL_END_CARD);
	assert_int_equal(W->waits, 0);
	assert_int_equal(regtest_sql_int(((struct regtest *)*state)->file,
	    "SELECT count(*) FROM renewals WHERE state = 'issued'"), 1);
	W->absent = false;
	goes_to_its_end(*state, id);
	is_renewed(*state, id, true);
}

/* --- what the card holds already ------------------------------------------------------------- */

static void
takes_an_orphan_key(void **state)
{
	struct renewal_view v;
	int64_t id;

	rig_setup();
	snprintf(W->keys[1].id, sizeof W->keys[1].id, "45");
	W->keys[1].which = RIG_NEW;
	id = begin(*state, "order", KEY_KIND_P256, false);
	goes_to_its_end(*state, id);
	assert_int_equal(W->generated, 0);
	assert_int_equal(rig_certs_of("45"), 1);
	view_of(*state, id, &v);
	assert_true(v.adopted);
	renewal_view_clear(&v);
}

/* Half a pair, from a card pulled while it was made: nothing it signs. */
static void
leaves_half_a_key(void **state)
{
	struct renewal_view v;
	int64_t id;

	rig_setup();
	snprintf(W->keys[1].id, sizeof W->keys[1].id, "45");
	W->keys[1].which = RIG_NEW;
	W->keys[1].half = true;
	id = begin(*state, "order", KEY_KIND_P256, false);
	goes_to_its_end(*state, id);
	assert_int_equal(W->generated, 1);
	assert_int_equal(rig_certs_of("45"), 0);
	view_of(*state, id, &v);
	assert_false(v.adopted);
	renewal_view_clear(&v);
}

/* Put there by somebody else's program while the desk waited. */
static void
takes_a_certificate_from_the_card(void **state)
{
	const struct rig_make m = { .key = RIG_NEW, .by = RIG_CA,
	    .cn = "Ewa Przykładowa", .serial = "PNOPL-44051401359",
	    .until = 700, .usage = "critical,nonRepudiation" };
	struct registry *reg;
	int64_t id;

	rig_setup();
	id = begin(*state, "order", KEY_KIND_P256, false);
	reg = regtest_open(*state, REGISTRY_WRITE);
	assert_int_equal(run_once(reg, id, span_of(NULL, 0)).end,
	    RENEWAL_END_WAIT);
	W->certs[1].len = rig_make(&m, W->certs[1].der);
	snprintf(W->certs[1].id, sizeof W->certs[1].id, "%s", W->keys[1].id);
	W->fault = RIG_WRONG_KEY;	/* asked, it would be seen */
	assert_int_equal(run_once(reg, id, span_of(NULL, 0)).end,
	    RENEWAL_END_DONE);
	registry_close(reg);
	is_renewed(*state, id, true);
}

static void
a_full_card_says_so(void **state)
{
	struct ran r;
	int64_t id;

	rig_setup();
	id = begin(*state, "order", KEY_KIND_P256, false);
	W->full = true;
	r = run_here(*state, id);
	assert_int_equal(r.end, RENEWAL_END_FAILED);
	assert_int_equal(r.err.code, ERR_CARD_FULL);
	assert_int_equal(rig_certs_of("01"), 1);
	W->full = false;
	goes_to_its_end(*state, id);
	is_renewed(*state, id, true);
}

static void
is_not_proved_by_another_key(void **state)
{
	struct registry *reg;
	struct ran r;
	int64_t id;

	rig_setup();
	W->old_answer = 1;
	id = begin(*state, "order", KEY_KIND_P256, false);
	reg = regtest_open(*state, REGISTRY_WRITE);
	assert_int_equal(run_once(reg, id, span_of(NULL, 0)).end,
	    RENEWAL_END_WAIT);
	W->signs_wrong = true;
	r = run_once(reg, id, span_of(NULL, 0));
	assert_int_equal(r.end, RENEWAL_END_FAILED);
	assert_int_equal(r.err.code, ERR_CERT_NOT_PROVED);
	assert_int_equal(rig_certs_of("01"), 1);
	W->signs_wrong = false;
	assert_int_equal(run_once(reg, id, span_of(NULL, 0)).end,
	    RENEWAL_END_DONE);
	registry_close(reg);
	is_renewed(*state, id, false);
}

/* --- a request made elsewhere ------------------------------------------------------------------ */

/* Another program has made the key on the card and sent its request. */
static int64_t
begin_elsewhere(struct regtest *t, enum key_kind planned)
{
	X509_REQ *req = X509_REQ_new();
	uint8_t *p = W->request;

	W->keys[1] = (struct rig_key){ .id = "4F", .which = RIG_NEW };
	assert_int_equal(X509_REQ_set_pubkey(req, rig_key(RIG_NEW)), 1);
	assert_true(X509_REQ_sign(req, rig_key(RIG_NEW), EVP_sha256()) > 0);
	assert_true(i2d_X509_REQ(req, NULL) <= RIG_DER_MAX);
	W->request_len = (size_t)i2d_X509_REQ(req, &p);
	X509_REQ_free(req);
	W->generated = W->requests = 1;
	return begin_with(t, "order", (struct renewal_plan){
	    .key = planned, .elsewhere = true });
}

/* Nothing is signed for it nor sent, wherever it is killed. */
static void
a_request_made_elsewhere_is_collected(void **state)
{
	bool ended = false;
	int64_t id;
	int n;

	for (n = 1; !ended && n < 200; n += fault_step(FAULT_KILL)) {
		rig_setup();
		id = begin_elsewhere(*state, KEY_KIND_P256);
		W->kill_at = n;
		ended = run_child(*state, id, 0);
		W->kill_at = 0;
		regtest_sql(((struct regtest *)*state)->file,
		    "UPDATE renewals SET lease_by = NULL, lease_until = 0");
		assert_true(run_child(*state, id, 0));
		is_renewed(*state, id, true);
		assert_int_equal(W->sendings, 0);
		assert_true(W->told >= 1);
	}
	assert_true(n > 8);
	fault_tried("made elsewhere, killed at calls", n,
	    fault_step(FAULT_KILL));
}

/* Whatever kind of key would have been made here. */
static void
a_key_made_elsewhere_is_proved_as_what_it_is(void **state)
{
	int64_t id;

	rig_setup();
	id = begin_elsewhere(*state, KEY_KIND_RSA2048);
	goes_to_its_end(*state, id);
	is_renewed(*state, id, true);
}

/* Its key goes meanwhile: no other is made for what that one was issued. */
static void
no_key_is_made_for_what_was_issued(void **state)
{
	struct ran r;
	int64_t id;
	int n;

	for (n = 1; n < 8; n++) {
		rig_setup();
		id = begin_elsewhere(*state, KEY_KIND_P256);
		W->kill_at = n;
		assert_false(run_child(*state, id, 0));
		W->kill_at = 0;
		regtest_sql(((struct regtest *)*state)->file,
		    "UPDATE renewals SET lease_by = NULL, lease_until = 0");
		W->keys[1].id[0] = '\0';
		r = run_here(*state, id);
		assert_int_equal(r.end, RENEWAL_END_FAILED);
		assert_int_equal(W->generated, 1);
	}
}

/* Nobody else goes on with it meanwhile. */
static void
one_desk_at_a_time(void **state)
{
	struct registry *reg;
	struct err err = ERR_INIT;
	struct ran r;
	int64_t id;
	bool got;

	rig_setup();
	id = begin(*state, "order", KEY_KIND_P256, false);
	reg = regtest_open(*state, REGISTRY_WRITE);
	assert_int_equal(renewals_lease(reg, id, "another", clock_now(),
	    clock_now() + 60, &got, &err), 0);
	assert_true(got);
	r = run_once(reg, id, span_of(NULL, 0));
	assert_int_equal(r.end, RENEWAL_END_FAILED);
	assert_int_equal(r.err.code, ERR_CASE_MOVED);
	assert_int_equal(W->calls, 0);
	/* Nor is it given up under whoever does. */
	assert_int_equal(renewal_stop(reg, id, "nie", clock_now(), &err), -1);
	assert_int_equal(err.code, ERR_CASE_MOVED);
	err_clear(&err);
	assert_int_equal(renewal_stop(reg, id, "nie", clock_now() + 60, &err),
	    0);
	registry_close(reg);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, regtest_setup, \
	regtest_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(renews),
		TEST(renews_by_rsa_and_removes_the_old),
		TEST(a_later_start_keeps_the_old),
		TEST(survives_a_kill_at_every_call),
		TEST(survives_a_kill_at_writes),
		TEST(survives_a_pull_at_every_call),
		TEST(an_unproved_pin_is_used_once),
		TEST(the_last_try_is_asked_for),
		TEST(nobody_types_a_pin),
		TEST(waits_for_its_card),
		TEST(waits_for_no_card_alone),
		TEST(takes_an_orphan_key),
		TEST(leaves_half_a_key),
		TEST(takes_a_certificate_from_the_card),
		TEST(a_full_card_says_so),
		TEST(is_not_proved_by_another_key),
		TEST(a_request_made_elsewhere_is_collected),
		TEST(a_key_made_elsewhere_is_proved_as_what_it_is),
		TEST(no_key_is_made_for_what_was_issued),
		TEST(one_desk_at_a_time),
	};

	fault_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
