/*
 * The ways to an authority: which there are and in what order, what CMP sends
 * and what each answer means for a case.  Answers are made by OpenSSL's own
 * server; nothing goes over a network.
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

#include "tests/unit/chanrig.h"

static void
give_password(struct rig *g, const char *password)
{
	g->password = secret_new();
	secret_add(g->password, password, strlen(password));
	g->job.password = g->password;
	g->job.password_ref = OFFICE_REF;
	g->authority.cmp_password = true;
	world.office.by_secret = true;
}

static bool
request_has(const char *bytes, size_t len)
{
	return memmem(world.request, world.request_len, bytes, len) != NULL;
}

/* --- the table ----------------------------------------------------------------- */

static void
test_choosing(void **state)
{
	static char *words[] = { "telephone", "pigeon", "cmp", "form", "ejbca" };
	struct rig *g = *state;
	struct authority *a = &g->authority;
	const struct channel *out[8];

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		a->channels.v[i] = words[i];
	a->channels.n = sizeof words / sizeof *words;
	assert_int_equal(2, channels_for(a, CASE_REVOKE, out, 8));
	assert_string_equal("cmp", out[0]->id);
	assert_string_equal("ejbca", out[1]->id);
	set(&a->phone, "22 000 00 00");
	set(&a->form_email, "rev@office.example");
	assert_int_equal(4, channels_for(a, CASE_SUSPEND, out, 8));
	assert_string_equal("telephone", out[0]->id);
	assert_false(out[0]->machine);
	assert_string_equal("form", out[2]->id);
	assert_int_equal(1, channels_for(a, CASE_REVOKE, out, 1));
	set(&a->suspension, "no");
	assert_int_equal(0, channels_for(a, CASE_SUSPEND, out, 8));
	assert_int_equal(0, channels_for(a, CASE_LIFT, out, 8));
	assert_int_equal(4, channels_for(a, CASE_REVOKE, out, 8));
	assert_int_equal(0, channels_for(NULL, CASE_REVOKE, out, 8));
	assert_null(channel_by_id("pigeon"));
}

/* --- CMP -------------------------------------------------------------------------- */

#define REASON_EXT	"\x55\x1d\x15\x04\x03\x0a\x01"	/* up to the code */

static void
test_request(void **state)
{
	struct rig *g = *state;
	struct cmpoffice *o = &world.office;

	set(&g->authority.cmp_ca_file, "/tls.pem");
	want(g, "cmp", RESULT_ACCEPTED, ERR_NONE);
	assert_int_equal(1, o->asked);
	assert_memory_equal(MARK, o->serial, sizeof MARK - 1);
	assert_int_equal(sizeof MARK - 1, o->serial_len);
	assert_true(o->issuer_right);
	assert_string_equal(TRANSACTION, o->transaction);
	assert_string_equal("https://office.example/cmp", world.url);
	assert_string_equal("/tls.pem", world.ca_file);
	assert_true(request_has(REASON_EXT "\x01", 8));
}

/* The same transaction on every try, each a message of its own. */
static void
test_again(void **state)
{
	struct rig *g = *state;
	unsigned char *first;
	size_t len;

	world.trouble = WAY_LOST;
	want(g, "cmp", RESULT_FAILED, ERR_NET_CUT);
	assert_int_equal(1, world.office.asked);
	first = world.request;
	len = world.request_len;
	world.request = NULL;
	world.trouble = WAY_CLEAR;
	want(g, "cmp", RESULT_ACCEPTED, ERR_NONE);
	assert_string_equal(TRANSACTION, world.office.transaction);
	assert_true(len != world.request_len ||
	    memcmp(first, world.request, len) != 0);
	free(first);
}

static void
test_reasons(void **state)
{
	struct rig *g = *state;

	g->view.action = CASE_SUSPEND;
	want(g, "cmp", RESULT_ACCEPTED, ERR_NONE);
	assert_true(request_has(REASON_EXT "\x06", 8));
	g->view.action = CASE_LIFT;
	want(g, "cmp", RESULT_ACCEPTED, ERR_NONE);
	assert_true(request_has(REASON_EXT "\x08", 8));
	g->view.action = CASE_REVOKE;
	g->view.reason = REASON_NOT_TOLD;
	want(g, "cmp", RESULT_ACCEPTED, ERR_NONE);
	assert_false(request_has(REASON_EXT, 7));
}

static void
test_password(void **state)
{
	struct rig *g = *state;

	give_password(g, OFFICE_SECRET);
	want(g, "cmp", RESULT_ACCEPTED, ERR_NONE);
	assert_int_equal(1, world.office.asked);
	assert_true(request_has(OFFICE_REF, strlen(OFFICE_REF)));
	assert_false(request_has(OFFICE_SECRET, strlen(OFFICE_SECRET)));
	assert_false(request_has("Officer", 7));
}

/* Nobody was told a reference: the serial number stands in. */
static void
test_password_ref(void **state)
{
	struct rig *g = *state;

	give_password(g, OFFICE_SECRET);
	g->job.password_ref = NULL;
	want(g, "cmp", RESULT_ACCEPTED, ERR_NONE);
	assert_true(request_has("0AA20BB117", 10));
}

static void
test_wrong_password(void **state)
{
	struct rig *g = *state;

	give_password(g, "Zgaduje-1");
	want(g, "cmp", RESULT_FAILED, ERR_CHANNEL_AUTH);
	assert_int_equal(0, world.office.asked);
}

/* The password is not kept: without it nothing is sent. */
static void
test_no_password(void **state)
{
	struct rig *g = *state;
	const struct channel *c = channel_by_id("cmp");
	struct err err = ERR_INIT;

	g->authority.cmp_password = true;
	set(&g->authority.cmp_key, "");
	assert_int_equal(-1, c->ready(&g->job, &err));
	assert_int_equal(ERR_CHANNEL_PASSWORD, err.code);
	want(g, "cmp", RESULT_FAILED, ERR_CHANNEL_PASSWORD);
	assert_int_equal(0, world.posts);
}

static void
test_officer(void **state)
{
	static const struct {
		const char	*cert, *key;
		enum err_code	 code;
	} bad[] = {
		{ "expired.pem", "expired.key", ERR_OFFICER_EXPIRED },
		{ "officer.pem", "holder.key", ERR_OFFICER_KEY },
		{ "officer.pem", "locked.key", ERR_OFFICER_KEY },
		{ "officer.pem", "text.pem", ERR_OFFICER_KEY },
		{ "officer.pem", "nowhere.key", ERR_OFFICER_KEY },
		{ "text.pem", "officer.key", ERR_OFFICER_KEY },
		{ "nowhere.pem", "officer.key", ERR_OFFICER_KEY },
	};
	struct rig *g = *state;
	struct authority *a = &g->authority;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err err = ERR_INIT, rest = ERR_INIT;

		set_file(&a->cmp_certificate, bad[i].cert);
		set_file(&a->cmp_key, bad[i].key);
		set_file(&a->ejbca_certificate, bad[i].cert);
		set_file(&a->ejbca_key, bad[i].key);
		assert_int_equal(-1,
		    channel_by_id("cmp")->ready(&g->job, &err));
		assert_int_equal(bad[i].code, err.code);
		assert_int_equal(-1,
		    channel_by_id("ejbca")->ready(&g->job, &rest));
		assert_int_equal(bad[i].code, rest.code);
		want(g, "cmp", RESULT_FAILED, bad[i].code);
	}
	assert_int_equal(0, world.posts);
	/* By its own clock everything is judged. */
	g->job.now -= 365 * 86400 / 2;
	set_file(&a->cmp_certificate, "expired.pem");
	set_file(&a->cmp_key, "expired.key");
	assert_int_equal(0, channel_by_id("cmp")->ready(&g->job,
	    &g->result.err));
}

/* Another CA's officer: the server refuses, and says so with its signature. */
static void
test_stranger(void **state)
{
	struct rig *g = *state;

	set_file(&g->authority.cmp_certificate, "stranger.pem");
	set_file(&g->authority.cmp_key, "stranger.key");
	want(g, "cmp", RESULT_REFUSED, ERR_CHANNEL_REFUSED);
	assert_int_equal(0, world.office.asked);
}

static void
test_no_issuer(void **state)
{
	struct rig *g = *state;

	world.no_issuer = true;
	want(g, "cmp", RESULT_FAILED, ERR_NO_ISSUER);
	assert_int_equal(0, world.posts);
}

#define BIT(name)	(1 << OSSL_CMP_PKIFAILUREINFO_##name)

static void
test_answers(void **state)
{
	static const struct {
		int		 status, bits;
		enum case_result result;
		enum err_code	 code;
	} said[] = {
		{ OSSL_CMP_PKISTATUS_accepted, 0, RESULT_ACCEPTED, ERR_NONE },
		{ OSSL_CMP_PKISTATUS_grantedWithMods, 0, RESULT_WITH_MODS,
		    ERR_NONE },
		{ OSSL_CMP_PKISTATUS_revocationNotification, 0,
		    RESULT_ACCEPTED, ERR_NONE },
		{ OSSL_CMP_PKISTATUS_waiting, 0, RESULT_WAITING, ERR_NONE },
		{ OSSL_CMP_PKISTATUS_rejection, BIT(certRevoked),
		    RESULT_ALREADY, ERR_NONE },
		{ OSSL_CMP_PKISTATUS_rejection, BIT(badCertId),
		    RESULT_UNKNOWN, ERR_CHANNEL_CERT },
		{ OSSL_CMP_PKISTATUS_rejection, BIT(notAuthorized),
		    RESULT_REFUSED, ERR_CHANNEL_AUTH },
		{ OSSL_CMP_PKISTATUS_rejection, BIT(badMessageCheck),
		    RESULT_REFUSED, ERR_CHANNEL_AUTH },
		{ OSSL_CMP_PKISTATUS_rejection, BIT(signerNotTrusted),
		    RESULT_REFUSED, ERR_CHANNEL_AUTH },
		{ OSSL_CMP_PKISTATUS_rejection, BIT(wrongAuthority),
		    RESULT_REFUSED, ERR_CHANNEL_AUTH },
		{ OSSL_CMP_PKISTATUS_rejection, BIT(transactionIdInUse),
		    RESULT_WAITING, ERR_NONE },
		{ OSSL_CMP_PKISTATUS_rejection, BIT(systemUnavail),
		    RESULT_FAILED, ERR_NET_STATUS },
		{ OSSL_CMP_PKISTATUS_rejection, BIT(badRequest),
		    RESULT_REFUSED, ERR_CHANNEL_REFUSED },
		{ OSSL_CMP_PKISTATUS_rejection, 0, RESULT_REFUSED,
		    ERR_CHANNEL_REFUSED },
		{ OSSL_CMP_PKISTATUS_keyUpdateWarning, 0, RESULT_FAILED,
		    ERR_CHANNEL_TALK },
	};
	struct rig *g = *state;

	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		world.office.status = said[i].status;
		world.office.bits = said[i].bits;
		world.office.text = "tak powiedziano";
		want(g, "cmp", said[i].result, said[i].code);
		if (said[i].result != RESULT_FAILED)
			assert_string_equal("tak powiedziano",
			    g->result.detail);
		assert_int_equal(said[i].result == RESULT_WAITING,
		    g->result.retry_at > OFFICE_NOW);
	}
	/* Revoked for good: there is nothing to lift. */
	world.office.status = OSSL_CMP_PKISTATUS_rejection;
	world.office.bits = BIT(certRevoked);
	g->view.action = CASE_LIFT;
	want(g, "cmp", RESULT_REFUSED, ERR_CHANNEL_REFUSED);
}

/* One sending after another of a case whose answer was "waiting". */
static void
want_next(struct rig *g, enum case_result result, int64_t after)
{
	memcpy(g->view.nonce, g->result.nonce, sizeof g->view.nonce);
	want(g, "cmp", result, ERR_NONE);
	assert_int_equal(result == RESULT_WAITING ? OFFICE_NOW + after : 0,
	    g->result.retry_at);
}

/*
 * What was put aside is asked for, no sooner than the authority says, until it
 * is decided; the request itself is not repeated.
 */
static void
test_polling(void **state)
{
	static const int afters[][2] = { { 7, 7 }, { 0, 1 }, { 99, 99 } };
	struct rig *g = *state;
	struct cmpoffice *o = &world.office;

	for (int secret = 0; secret < 2; secret++) {
		if (secret)
			give_password(g, OFFICE_SECRET);
		for (size_t i = 0; i < sizeof afters / sizeof *afters; i++) {
			o->asked = o->polled = 0;
			o->status = OSSL_CMP_PKISTATUS_waiting;
			o->puts_off = 2;
			o->check_after = afters[i][0];
			g->result.nonce[0] = '\0';
			want_next(g, RESULT_WAITING, 1);
			assert_int_equal(32, strlen(g->result.nonce));
			want_next(g, RESULT_WAITING, afters[i][1]);
			want_next(g, RESULT_WAITING, afters[i][1]);
			o->status = OSSL_CMP_PKISTATUS_accepted;
			want_next(g, RESULT_ACCEPTED, 0);
			assert_int_equal(3, o->polled);
			assert_string_equal(TRANSACTION, o->transaction);
		}
	}
}

/* Decided otherwise, or about another certificate; not to be had by asking. */
static void
test_polled_badly(void **state)
{
	struct rig *g = *state;
	struct cmpoffice *o = &world.office;
	char nonce[CASE_NONCE_MAX + 1];

	o->status = OSSL_CMP_PKISTATUS_waiting;
	want_next(g, RESULT_WAITING, 1);
	memcpy(nonce, g->result.nonce, sizeof nonce);
	o->puts_off = 1;
	o->signs = OFFICE_HOLDER;
	memcpy(g->view.nonce, nonce, sizeof nonce);
	want(g, "cmp", RESULT_FAILED, ERR_STATUS_FORGED);
	assert_string_equal("", g->result.nonce);
	o->signs = OFFICE_SIGNER;
	o->puts_off = 0;
	o->status = OSSL_CMP_PKISTATUS_accepted;
	o->other_serial = true;
	want(g, "cmp", RESULT_FAILED, ERR_CHANNEL_TALK);
	o->other_serial = false;
	o->status = OSSL_CMP_PKISTATUS_rejection;
	o->bits = BIT(badCertId);
	want(g, "cmp", RESULT_UNKNOWN, ERR_CHANNEL_CERT);
	/* It knows no polling: the request again, later. */
	o->bits = 0;
	o->puts_off = -1;
	memcpy(g->result.nonce, nonce, sizeof nonce);
	want_next(g, RESULT_WAITING, 60);
	assert_string_equal("", g->result.nonce);
	o->status = OSSL_CMP_PKISTATUS_accepted;
	want_next(g, RESULT_ACCEPTED, 0);
}

/* The way there and back: all of it is tried again. */
static void
test_troubles(void **state)
{
	static const struct {
		enum trouble	 trouble;
		enum err_code	 code;
	} ways[] = {
		{ WAY_DOWN, ERR_NET_CONNECT },
		{ WAY_LOST, ERR_NET_CUT },
		{ WAY_CUT, ERR_CHANNEL_TALK },
		{ WAY_LONG, ERR_CHANNEL_TALK },
		{ WAY_GARBAGE, ERR_CHANNEL_TALK },
		{ WAY_EMPTY, ERR_CHANNEL_TALK },
		{ WAY_HTML, ERR_CHANNEL_TALK },
		{ WAY_500, ERR_NET_STATUS },
		{ WAY_302, ERR_NET_REDIRECT },
	};
	struct rig *g = *state;

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		world.trouble = ways[i].trouble;
		want(g, "cmp", RESULT_FAILED, ways[i].code);
		assert_null(g->result.detail);
	}
}

/* A "yes" counts only from whom it may come. */
static void
test_signers(void **state)
{
	struct rig *g = *state;
	struct cmpoffice *o = &world.office;

	o->unprotected = true;
	want(g, "cmp", RESULT_FAILED, ERR_STATUS_FORGED);
	o->unprotected = false;
	o->signs = OFFICE_STRANGER;
	want(g, "cmp", RESULT_FAILED, ERR_STATUS_FORGED);
	o->signs = OFFICE_HOLDER;	/* the same CA's, but anybody */
	want(g, "cmp", RESULT_FAILED, ERR_STATUS_FORGED);
	o->signs = OFFICE_EXPIRED;
	want(g, "cmp", RESULT_FAILED, ERR_STATUS_FORGED);
	/* Named in the file itself, it may. */
	o->signs = OFFICE_HOLDER;
	set_file(&g->authority.cmp_trusted, "holder.pem");
	want(g, "cmp", RESULT_ACCEPTED, ERR_NONE);
	/* With no file it is what the issuer made for it. */
	o->signs = OFFICE_SIGNER;
	set(&g->authority.cmp_trusted, "");
	want(g, "cmp", RESULT_ACCEPTED, ERR_NONE);
	set_file(&g->authority.cmp_trusted, "foreign.pem");
	want(g, "cmp", RESULT_FAILED, ERR_STATUS_FORGED);
	set_file(&g->authority.cmp_trusted, "nowhere.pem");
	want(g, "cmp", RESULT_FAILED, ERR_CONFIG);
}

/* A "yes" to something else is none: whoever has to, it will be asked again. */
static void
test_another(void **state)
{
	static const int yes[] = { OSSL_CMP_PKISTATUS_accepted,
	    OSSL_CMP_PKISTATUS_grantedWithMods };
	struct rig *g = *state;
	struct cmpoffice *o = &world.office;

	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		o->status = yes[i];
		o->other_serial = true;
		want(g, "cmp", RESULT_FAILED, ERR_CHANNEL_TALK);
		o->other_serial = false;
		o->other_issuer = true;
		want(g, "cmp", RESULT_FAILED, ERR_CHANNEL_TALK);
		o->other_issuer = false;
	}
	want(g, "cmp", RESULT_WITH_MODS, ERR_NONE);
	give_password(g, OFFICE_SECRET);
	o->other_serial = true;
	want(g, "cmp", RESULT_FAILED, ERR_CHANNEL_TALK);
}

/* The officer asked with a key, so nothing under a password is an answer. */
static void
test_mixed(void **state)
{
	struct rig *g = *state;

	world.office.by_secret = true;
	want(g, "cmp", RESULT_FAILED, ERR_STATUS_FORGED);
}

static void
test_recipient(void **state)
{
	struct rig *g = *state;
	struct err err = ERR_INIT;

	set(&g->authority.cmp_recipient, "C=PL, CN=Urząd");
	want(g, "cmp", RESULT_ACCEPTED, ERR_NONE);
	assert_true(request_has("Urząd", strlen("Urząd")));
	set(&g->authority.cmp_recipient, "nobody");
	assert_int_equal(-1, channel_by_id("cmp")->ready(&g->job, &err));
	assert_int_equal(ERR_CONFIG, err.code);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(test_choosing),
		RIG_TEST(test_request),
		RIG_TEST(test_again),
		RIG_TEST(test_reasons),
		RIG_TEST(test_password),
		RIG_TEST(test_password_ref),
		RIG_TEST(test_wrong_password),
		RIG_TEST(test_no_password),
		RIG_TEST(test_officer),
		RIG_TEST(test_stranger),
		RIG_TEST(test_no_issuer),
		RIG_TEST(test_answers),
		RIG_TEST(test_polling),
		RIG_TEST(test_polled_badly),
		RIG_TEST(test_troubles),
		RIG_TEST(test_signers),
		RIG_TEST(test_another),
		RIG_TEST(test_mixed),
		RIG_TEST(test_recipient),
	};

	return cmocka_run_group_tests(tests, chanrig_start, chanrig_end);
}
