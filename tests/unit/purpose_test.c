/* What each profile is good for, and the reason that decides. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cert/cert.h"
#include "tests/unit/certmake.h"

static const struct {
	const char	*profile;
	enum purpose	 purpose;
	enum verdict	 verdict;
	const char	*reason;
} rows[] = {
	{ "qualified", PURPOSE_QSIGN, VERDICT_YES, "qc-compliance" },
	{ "qualified", PURPOSE_QSEAL, VERDICT_NO, "qc-type-not-eseal" },
	{ "qualified", PURPOSE_EMAIL, VERDICT_MAYBE, "address-missing" },
	{ "qualified", PURPOSE_LOGON, VERDICT_NO, "key-usage-no-signing" },
	{ "qualified", PURPOSE_ENCRYPT, VERDICT_NO, "key-usage-no-encryption" },
	{ "qualified", PURPOSE_CA, VERDICT_NO, "authority-not" },
	{ "qualified-full", PURPOSE_QSIGN, VERDICT_YES, "qc-compliance" },
	{ "qualified-old", PURPOSE_QSIGN, VERDICT_YES, "qc-compliance" },
	{ "qualified-nip", PURPOSE_QSIGN, VERDICT_YES, "qc-compliance" },
	{ "qualified-no-device", PURPOSE_QSIGN, VERDICT_MAYBE, "qc-sscd-missing" },
	{ "qualified-policy-device", PURPOSE_QSIGN, VERDICT_YES, "qc-compliance" },
	{ "qualified-no-usage", PURPOSE_QSIGN, VERDICT_MAYBE, "key-usage-not-stated" },
	{ "qualified-wrong-usage", PURPOSE_QSIGN, VERDICT_NO, "key-usage-no-commitment" },
	{ "qualified-expired", PURPOSE_QSIGN, VERDICT_NO, "expired" },
	{ "qualified-not-yet", PURPOSE_QSIGN, VERDICT_NO, "not-yet-valid" },
	{ "qualified-pseudonym", PURPOSE_QSIGN, VERDICT_YES, "qc-compliance" },
	{ "qualified-no-number", PURPOSE_QSIGN, VERDICT_MAYBE, "person-identifier-missing" },
	{ "qualified-wrong-pesel", PURPOSE_QSIGN, VERDICT_MAYBE, "person-identifier-wrong" },
	{ "qualified-passport", PURPOSE_QSIGN, VERDICT_YES, "qc-compliance" },
	{ "qualified-nobody", PURPOSE_QSIGN, VERDICT_NO, "person-missing" },
	{ "qualified-critical", PURPOSE_QSIGN, VERDICT_MAYBE, "critical-unknown" },
	{ "qualified-damaged", PURPOSE_QSIGN, VERDICT_MAYBE, "extension-damaged" },
	{ "qualified-mixed", PURPOSE_QSIGN, VERDICT_YES, "qc-compliance" },
	{ "qualified-mixed", PURPOSE_EMAIL, VERDICT_YES, "key-usage-signing" },
	{ "qualified-mixed", PURPOSE_LOGON, VERDICT_YES, "key-usage-signing" },
	{ "type-without-compliance", PURPOSE_QSIGN, VERDICT_NO, "qc-compliance-missing" },
	{ "seal", PURPOSE_QSEAL, VERDICT_YES, "qc-compliance" },
	{ "seal", PURPOSE_QSIGN, VERDICT_NO, "qc-type-other" },
	{ "seal-no-number", PURPOSE_QSEAL, VERDICT_MAYBE, "organisation-identifier-missing" },
	{ "seal-wrong-nip", PURPOSE_QSEAL, VERDICT_MAYBE, "organisation-identifier-wrong" },
	{ "seal-no-organisation", PURPOSE_QSEAL, VERDICT_NO, "organisation-missing" },
	{ "seal-old", PURPOSE_QSEAL, VERDICT_NO, "qc-type-not-eseal" },
	{ "seal-old", PURPOSE_QSIGN, VERDICT_NO, "person-missing" },
	{ "seal-and-signature", PURPOSE_QSEAL, VERDICT_YES, "qc-compliance" },
	{ "seal-and-signature", PURPOSE_QSIGN, VERDICT_YES, "qc-compliance" },
	{ "web", PURPOSE_QSIGN, VERDICT_NO, "qc-type-other" },
	{ "web", PURPOSE_EMAIL, VERDICT_NO, "extended-key-usage-wrong" },
	{ "email", PURPOSE_EMAIL, VERDICT_YES, "key-usage-signing" },
	{ "email", PURPOSE_LOGON, VERDICT_YES, "key-usage-signing" },
	{ "email", PURPOSE_ENCRYPT, VERDICT_YES, "key-usage-encryption" },
	{ "email", PURPOSE_QSIGN, VERDICT_NO, "qc-compliance-missing" },
	{ "email-ec", PURPOSE_ENCRYPT, VERDICT_YES, "key-usage-encryption" },
	{ "email-ed25519", PURPOSE_EMAIL, VERDICT_YES, "key-usage-signing" },
	{ "email-ed25519", PURPOSE_ENCRYPT, VERDICT_NO, "key-no-encryption" },
	{ "email-bare", PURPOSE_EMAIL, VERDICT_YES, "key-usage-absent" },
	{ "email-bare", PURPOSE_LOGON, VERDICT_MAYBE, "extended-key-usage-not-stated" },
	{ "email-bare", PURPOSE_ENCRYPT, VERDICT_YES, "key-usage-absent" },
	{ "email-commitment", PURPOSE_EMAIL, VERDICT_YES, "key-usage-commitment-only" },
	{ "email-any", PURPOSE_EMAIL, VERDICT_YES, "key-usage-signing" },
	{ "email-any", PURPOSE_LOGON, VERDICT_YES, "key-usage-signing" },
	{ "email-netscape", PURPOSE_EMAIL, VERDICT_YES, "key-usage-signing" },
	{ "email-netscape-server", PURPOSE_EMAIL, VERDICT_MAYBE, "netscape-type" },
	{ "email-netscape-server", PURPOSE_LOGON, VERDICT_MAYBE, "extended-key-usage-not-stated" },
	{ "email-no-address", PURPOSE_EMAIL, VERDICT_MAYBE, "address-missing" },
	{ "email-wrong-eku", PURPOSE_EMAIL, VERDICT_NO, "extended-key-usage-wrong" },
	{ "email-expired", PURPOSE_EMAIL, VERDICT_NO, "expired" },
	{ "email-encryption-only", PURPOSE_EMAIL, VERDICT_NO, "key-usage-no-mail-signing" },
	{ "email-encryption-only", PURPOSE_ENCRYPT, VERDICT_YES, "key-usage-encryption" },
	/* Damage must not make a use look unlimited. */
	{ "email-damaged-eku", PURPOSE_EMAIL, VERDICT_NO, "extended-key-usage-wrong" },
	{ "email-utf8", PURPOSE_EMAIL, VERDICT_YES, "key-usage-signing" },
	{ "logon", PURPOSE_LOGON, VERDICT_YES, "key-usage-signing" },
	{ "logon", PURPOSE_EMAIL, VERDICT_NO, "extended-key-usage-wrong" },
	{ "logon-card", PURPOSE_LOGON, VERDICT_YES, "key-usage-signing" },
	{ "logon-card-no-name", PURPOSE_LOGON, VERDICT_MAYBE, "logon-name-missing" },
	{ "files", PURPOSE_ENCRYPT, VERDICT_MAYBE, "address-missing" },
	{ "server", PURPOSE_ENCRYPT, VERDICT_NO, "extended-key-usage-wrong" },
	{ "ca", PURPOSE_CA, VERDICT_YES, "authority" },
	{ "ca", PURPOSE_EMAIL, VERDICT_NO, "key-usage-no-mail-signing" },
	{ "ca-no-usage", PURPOSE_CA, VERDICT_YES, "authority" },
	{ "ca-wrong-usage", PURPOSE_CA, VERDICT_NO, "key-usage-no-issuing" },
	{ "root-v1", PURPOSE_CA, VERDICT_MAYBE, "authority-version-1" },
	{ "leaf-v1", PURPOSE_CA, VERDICT_NO, "authority-not" },
	{ "date-reversed", PURPOSE_EMAIL, VERDICT_NO, "dates-bad" },
	{ "date-month-13", PURPOSE_EMAIL, VERDICT_NO, "dates-bad" },
};

static const struct {
	const char *profile, *words;
} listed[] = {
	{ "qualified", "qualified signature" },
	{ "qualified-old", "qualified signature" },
	{ "qualified-expired", "qualified signature" },
	{ "qualified-mixed", "qualified signature" },
	{ "seal", "qualified seal" },
	{ "seal-old", "qualified seal" },
	{ "seal-and-signature", "qualified signature" },
	{ "web", "qualified web server" },
	{ "email", "e-mail, log-on, encryption" },
	{ "email-ed25519", "e-mail" },
	{ "email-bare", "e-mail" },
	{ "email-encryption-only", "encryption" },
	{ "email-expired", "e-mail, encryption" },
	{ "email-wrong-eku", "time stamps" },
	{ "logon", "log-on" },
	{ "logon-card", "log-on" },
	{ "server", "web server" },
	{ "files", "other" },
	{ "ca", "authority (CA)" },
	{ "empty", "signature" },
};

static struct cert *
parse(const char *profile)
{
	const struct make *m = make_profile(profile);
	struct err err = ERR_INIT;
	struct cert *c;
	uint8_t *der;
	size_t len;

	assert_non_null(m);
	der = make_cert(m, &len);
	assert_int_equal(cert_parse(der, len, &c, &err), 0);
	free(der);
	return c;
}

static void
test_verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cert *c = parse(rows[i].profile);
		struct purpose_verdict v;

		print_message("# %s: %s\n", rows[i].profile,
		    purpose_id(rows[i].purpose));
		cert_judge(c, rows[i].purpose, MAKE_NOW, &v);
		assert_string_equal(reason_id(&v.reasons[v.deciding]),
		    rows[i].reason);
		assert_int_equal(v.verdict, rows[i].verdict);
		assert_int_equal(v.reasons[v.deciding].verdict, v.verdict);
		cert_free(c);
	}
}

/* A key that is for RSASSA-PSS alone encrypts nothing (RFC 4055 1.2). */
static void
test_pss_only(void **state)
{
	static const uint8_t rsa[] = { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48,
		0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00 };
	struct err err = ERR_INIT;
	struct purpose_verdict v;
	struct cert *c, *again;
	json_t *obj;
	uint8_t *der, *key;
	size_t len;

	(void)state;
	der = make_cert(make_profile("email"), &len);
	key = memmem(der, len, rsa, sizeof rsa);
	assert_non_null(key);
	key[12] = 0x0a;
	assert_int_equal(cert_parse(der, len, &c, &err), 0);
	obj = cert_to_json(c);
	assert_int_equal(cert_from_json(obj, &again, &err), 0);
	cert_judge(again, PURPOSE_ENCRYPT, MAKE_NOW, &v);
	assert_int_equal(v.verdict, VERDICT_NO);
	assert_string_equal(reason_id(&v.reasons[v.deciding]),
	    "key-no-encryption");
	cert_judge(again, PURPOSE_EMAIL, MAKE_NOW, &v);
	assert_int_equal(v.verdict, VERDICT_YES);
	json_decref(obj);
	cert_free(again);
	cert_free(c);
	free(der);
}

/* What was not looked at is always said, and never decides. */
static void
test_what_is_unknown(void **state)
{
	struct cert *c = parse("qualified-mixed");

	(void)state;
	for (int p = 0; p < PURPOSE_COUNT; p++) {
		struct purpose_verdict v;
		bool status = false;

		cert_judge(c, (enum purpose)p, MAKE_NOW, &v);
		assert_int_not_equal(v.verdict, VERDICT_UNKNOWN);
		for (size_t i = 0; i < v.nreasons; i++)
			status |= v.reasons[i].verdict == VERDICT_UNKNOWN &&
			    strcmp(reason_id(&v.reasons[i]),
			    "status-not-checked") == 0;
		assert_true(status);
	}
	cert_free(c);
}

/* Every reason has a sentence, with its argument where it has one. */
static void
test_sentences(void **state)
{
	struct cert *c = parse("qualified-mixed");
	struct purpose_verdict v;
	char text[256];

	(void)state;
	cert_judge(c, PURPOSE_EMAIL, MAKE_NOW, &v);
	for (size_t i = 0; i < v.nreasons; i++) {
		reason_sentence(&v.reasons[i], text, sizeof(text));
		assert_int_equal(text[strlen(text) - 1], '.');
		assert_null(strchr(text, '%'));
		if (strcmp(reason_id(&v.reasons[i]), "address") == 0)
			assert_non_null(strstr(text, " ewa@example.org."));
	}
	/* A buffer that is too small holds the beginning. */
	reason_sentence(&v.reasons[0], text, 4);
	assert_int_equal(strlen(text), 3);
	cert_free(c);
}

/* What stands beside a purpose on one line is whole there. */
static void
test_brief(void **state)
{
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cert *c = parse(rows[i].profile);
		struct purpose_verdict v;

		cert_judge(c, rows[i].purpose, MAKE_NOW, &v);
		for (size_t j = 0; j < v.nreasons; j++) {
			reason_brief(&v.reasons[j], text, sizeof(text));
			assert_in_range(strlen(text), 1, REASON_BRIEF);
			assert_null(strchr(text, '%'));
			assert_null(strchr(text, '@'));
		}
		assert_in_range(strlen(purpose_brief(rows[i].purpose)), 1,
		    PURPOSE_BRIEF);
		cert_free(c);
	}
}

static void
test_both_ends_are_inside(void **state)
{
	struct cert *c = parse("email");
	struct purpose_verdict v;

	(void)state;
	cert_judge(c, PURPOSE_EMAIL, c->not_after, &v);
	assert_int_equal(v.verdict, VERDICT_YES);
	cert_judge(c, PURPOSE_EMAIL, c->not_after + 1, &v);
	assert_int_equal(v.verdict, VERDICT_NO);
	cert_judge(c, PURPOSE_EMAIL, c->not_before, &v);
	assert_int_equal(v.verdict, VERDICT_YES);
	cert_judge(c, PURPOSE_EMAIL, c->not_before - 1, &v);
	assert_int_equal(v.verdict, VERDICT_NO);
	cert_free(c);
}

static void
test_list_words(void **state)
{
	char words[80];

	(void)state;
	for (size_t i = 0; i < sizeof(listed) / sizeof(listed[0]); i++) {
		struct cert *c = parse(listed[i].profile);

		print_message("# %s\n", listed[i].profile);
		assert_string_equal(cert_list_purpose(c, words, sizeof(words)),
		    listed[i].words);
		assert_int_equal(strlen(cert_list_purpose(c, words, 5)), 4);
		cert_free(c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_pss_only),
		cmocka_unit_test(test_what_is_unknown),
		cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_brief),
		cmocka_unit_test(test_both_ends_are_inside),
		cmocka_unit_test(test_list_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
