/*
 * Revocation by EJBCA's REST interface: what is asked, what each answer means,
 * and that nothing is sent again that got there without an answer.
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

#define YES(serial) "{\"issuer_dn\":\"CN=Office CA\",\"serial_number\":\"" \
	serial "\",\"revoked\":true,\"revocation_reason\":\"KEY_COMPROMISE\"," \
	"\"message\":\"Successfully revoked\"}"
#define NO "{\"serial_number\":\"0aa20bb117\",\"revoked\":false}"
#define HELD "{\"serial_number\":\"0aa20bb117\",\"revoked\":true," \
	"\"revocation_reason\":\"CERTIFICATE_HOLD\"}"
#define ERROR "{\"error_code\":400,\"error_message\":\"nie da się\"}"

static void
test_request(void **state)
{
	static const struct {
		enum case_action action;
		int		 reason;
		const char	*word;
	} asks[] = {
		{ CASE_REVOKE, REASON_LOST, "KEY_COMPROMISE" },
		{ CASE_REVOKE, REASON_NOT_TOLD, "UNSPECIFIED" },
		{ CASE_SUSPEND, REASON_LOST, "CERTIFICATE_HOLD" },
		{ CASE_LIFT, REASON_LOST, "REMOVE_FROM_CRL" },
	};
	struct rig *g = *state;
	char url[256];

	world.put_status = 200;
	world.put_json = YES("aa20bb117");
	for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
		g->view.action = asks[i].action;
		g->view.reason = asks[i].reason;
		want(g, "ejbca", RESULT_ACCEPTED, ERR_NONE);
		snprintf(url, sizeof url, "https://office.example/rest/v1/"
		    "certificate/CN%%3DOffice%%20CA/0AA20BB117/revoke?reason="
		    "%s", asks[i].word);
		assert_string_equal(url, world.url);
	}
	assert_string_equal(cmpoffice_file(&world.office, "officer.key"),
	    world.client_key);
	assert_string_equal("Successfully revoked", g->result.detail);
	assert_int_equal(0, world.gets);
	/* Without the issuer's certificate, what was remembered of its name. */
	world.no_issuer = true;
	want(g, "ejbca", RESULT_ACCEPTED, ERR_NONE);
	assert_non_null(strstr(world.url, "/CN%3Dremembered/"));
}

static void
test_answers(void **state)
{
	static const struct {
		int		 status;
		const char	*json;
		enum case_result result;
		enum err_code	 code;
	} said[] = {
		{ 200, YES("0AA20BB117"), RESULT_ACCEPTED, ERR_NONE },
		{ 200, YES("0AA20BB118"), RESULT_FAILED, ERR_CHANNEL_TALK },
		{ 200, NO, RESULT_FAILED, ERR_CHANNEL_TALK },
		{ 200, "[]", RESULT_FAILED, ERR_CHANNEL_TALK },
		{ 200, "{\"revoked\":", RESULT_FAILED, ERR_CHANNEL_TALK },
		{ 200, "<html>", RESULT_FAILED, ERR_CHANNEL_TALK },
		{ 202, ERROR, RESULT_WAITING, ERR_NONE },
		{ 302, "", RESULT_FAILED, ERR_NET_REDIRECT },
		{ 400, ERROR, RESULT_REFUSED, ERR_CHANNEL_REFUSED },
		{ 401, "", RESULT_REFUSED, ERR_CHANNEL_AUTH },
		{ 403, ERROR, RESULT_REFUSED, ERR_CHANNEL_AUTH },
		{ 404, ERROR, RESULT_UNKNOWN, ERR_CHANNEL_CERT },
		{ 409, ERROR, RESULT_ALREADY, ERR_NONE },
		{ 500, ERROR, RESULT_FAILED, ERR_NET_STATUS },
	};
	struct rig *g = *state;

	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		world.put_status = said[i].status;
		world.put_json = said[i].json;
		want(g, "ejbca", said[i].result, said[i].code);
		if (strcmp(said[i].json, ERROR) == 0)
			assert_string_equal("nie da się", g->result.detail);
	}
	world.trouble = WAY_DOWN;
	want(g, "ejbca", RESULT_FAILED, ERR_NET_CONNECT);
	world.trouble = WAY_CLEAR;
	g->view.action = CASE_LIFT;
	world.put_status = 409;
	want(g, "ejbca", RESULT_REFUSED, ERR_CHANNEL_REFUSED);
}

/* After a sending without an answer it is asked first what became of it. */
static void
test_again(void **state)
{
	static const struct {
		enum case_action action;
		int		 status;
		const char	*json;
		int		 puts;
		enum case_result result;
	} said[] = {
		{ CASE_REVOKE, 200, YES("0AA20BB117"), 0, RESULT_ALREADY },
		{ CASE_REVOKE, 200, NO, 1, RESULT_ACCEPTED },
		{ CASE_REVOKE, 200, HELD, 1, RESULT_ACCEPTED },
		{ CASE_SUSPEND, 200, HELD, 0, RESULT_ALREADY },
		{ CASE_SUSPEND, 200, NO, 1, RESULT_ACCEPTED },
		{ CASE_LIFT, 200, NO, 0, RESULT_ALREADY },
		{ CASE_LIFT, 200, HELD, 1, RESULT_ACCEPTED },
		{ CASE_REVOKE, 200, "{}", 0, RESULT_FAILED },
		{ CASE_REVOKE, 404, ERROR, 0, RESULT_UNKNOWN },
		{ CASE_REVOKE, 503, "", 0, RESULT_FAILED },
		{ CASE_REVOKE, 403, ERROR, 0, RESULT_FAILED },
		{ CASE_REVOKE, 400, ERROR, 0, RESULT_FAILED },
		{ CASE_REVOKE, 202, "", 0, RESULT_FAILED },
	};
	struct rig *g = *state;

	snprintf(g->view.transaction, sizeof g->view.transaction, "%s",
	    TRANSACTION);
	world.put_status = 200;
	world.put_json = YES("0AA20BB117");
	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		world.gets = world.puts = 0;
		g->view.action = said[i].action;
		world.get_status = said[i].status;
		world.get_json = said[i].json;
		channel_by_id("ejbca")->send(&g->job, &g->result);
		assert_int_equal(said[i].result, g->result.result);
		assert_int_equal(1, world.gets);
		assert_int_equal(said[i].puts, world.puts);
	}
}

/*
 * Somebody there has to approve: what is sent again meanwhile is refused, and
 * the first request waits on.  What is not approval's is a refusal all the same.
 */
static void
test_approval(void **state)
{
	struct rig *g = *state;

	snprintf(g->view.transaction, sizeof g->view.transaction, "%s",
	    TRANSACTION);
	world.get_status = 200;
	world.get_json = NO;
	world.put_status = 400;
	world.put_json = ERROR;
	want(g, "ejbca", RESULT_REFUSED, ERR_CHANNEL_REFUSED);
	g->view.waits = true;
	want(g, "ejbca", RESULT_WAITING, ERR_NONE);
	assert_true(g->result.retry_at > g->job.now);
	assert_string_equal("nie da się", g->result.detail);
	world.put_status = 403;
	want(g, "ejbca", RESULT_REFUSED, ERR_CHANNEL_AUTH);
	world.put_status = 200;
	world.put_json = YES("0AA20BB117");
	want(g, "ejbca", RESULT_ACCEPTED, ERR_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(test_request),
		RIG_TEST(test_answers),
		RIG_TEST(test_again),
		RIG_TEST(test_approval),
	};

	return cmocka_run_group_tests(tests, chanrig_start, chanrig_end);
}
