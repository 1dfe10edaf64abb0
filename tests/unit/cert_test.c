/* One certificate: what is odd about it, its JSON, and damage of all kinds. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "cert/cert.h"
#include "tests/unit/certmake.h"

#define FFFD	"\xef\xbf\xbd"

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
	assert_int_equal(err.code, ERR_NONE);
	free(der);
	return c;
}

/* --- what is odd ------------------------------------------------------- */

/* All others have nothing odd about them. */
static const struct {
	const char	*profile;
	unsigned	 odd;
} odd[] = {
	{ "serial-padded", ODD_SERIAL_PADDED },
	{ "serial-negative", ODD_SERIAL_NEGATIVE },
	{ "serial-negative-padded", ODD_SERIAL_NEGATIVE | ODD_SERIAL_PADDED },
	{ "serial-twenty-one", ODD_SERIAL_LONG },
	{ "serial-thousand", ODD_SERIAL_LONG | ODD_SERIAL_CUT },
	{ "trailing", ODD_TRAILING },
	{ "name-nul", ODD_NAME_NUL },
	{ "name-bad-utf8", ODD_NAME_ENCODING },
	{ "name-bmp-odd", ODD_NAME_ENCODING },
	{ "name-printable-star", ODD_NAME_ENCODING },
	{ "name-ia5-utf8", ODD_NAME_ENCODING },
	{ "qualified-damaged", ODD_EXTENSION },
	{ "email-damaged-eku", ODD_EXTENSION },
	{ "qualified-critical", ODD_CRITICAL },
	{ "date-reversed", ODD_DATES },
	{ "date-month-13", ODD_DATES },
	{ "date-no-leap", ODD_DATES },
	{ "date-no-zone", ODD_DATES },
	{ "list-cut", ODD_LIST_CUT },
};

static unsigned
expected_odd(const char *profile)
{
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		if (strcmp(odd[i].profile, profile) == 0)
			return odd[i].odd;
	}
	return 0;
}

static void
test_oddities(void **state)
{
	const struct make *m;

	(void)state;
	for (size_t i = 0; (m = make_profile_at(i)) != NULL; i++) {
		struct cert *c = parse(m->name);

		print_message("# %s\n", m->name);
		assert_int_equal(c->odd, expected_odd(m->name));
		cert_free(c);
	}
	for (unsigned i = 0; i < ODD_COUNT; i++)
		assert_true(strlen(cert_oddity(1u << i)) > 10);
	assert_string_equal(cert_oddity(1u << ODD_COUNT), "");
}

/* --- fields ------------------------------------------------------------ */

static const struct {
	const char *profile, *line, *shown;
} names[] = {
	{ "name-bmp", "CN=Jan Łukasz", "Jan Łukasz" },
	{ "name-universal", "CN=Ż\xf0\x9f\x98\x80", "Ż\xf0\x9f\x98\x80" },
	{ "name-t61", "CN=José", "José" },
	{ "name-ia5-utf8", "CN=Łucja", "Łucja" },
	{ "name-nul", "CN=dobry.example" FFFD ".zly.example",
	    "dobry.example" FFFD ".zly.example" },
	{ "name-bad-utf8", "CN=a" FFFD FFFD FFFD FFFD FFFD FFFD "z",
	    "a" FFFD FFFD FFFD FFFD FFFD FFFD "z" },
	{ "name-bmp-odd", "CN=J" FFFD "n" FFFD, "J" FFFD "n" FFFD },
	{ "name-integer", "CN=\\#020105", "#020105" },
	{ "name-escapes", "CN=\\ #a\\, O=Bank\\+\\\"x\\\"\\\\\\  + "
	    "serialNumber=2, 1.3.6.1.4.1.55555.3=własny",
	    " #a, O=Bank+\"x\"\\ " },
	{ "empty", "", "" },
	{ "qualified", "C=PL, CN=Ewa Żółć-Łęcka, GN=Ewa, SN=Żółć-Łęcka, "
	    "serialNumber=PNOPL-44051401359", "Ewa Żółć-Łęcka" },
};

static void
test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct cert *c = parse(names[i].profile);

		assert_string_equal(c->subject.line, names[i].line);
		assert_string_equal(cert_holder(c), names[i].shown);
		assert_string_equal(cert_issuer_name(c),
		    "COPE PRZYKŁAD - Kwalifikowany");
		cert_free(c);
	}
}

static const struct {
	const char *profile, *hex, *dec;
} serials[] = {
	{ "qualified", "2129AFF24BF8E36A", "2389634532488307562" },
	{ "serial-padded", "2129", "8489" },
	{ "serial-negative", "8000", "-32768" },
	{ "serial-negative-padded", "81", "-129" },
	{ "serial-zero", "00", "0" },
	{ "serial-twenty", "0F11111111111111111111111111111111111111",
	    "86015460947079182165112701092156240219333529873" },
};

static void
test_serials(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(serials) / sizeof(serials[0]); i++) {
		struct cert *c = parse(serials[i].profile);

		assert_string_equal(c->serial_hex, serials[i].hex);
		assert_string_equal(c->serial_dec, serials[i].dec);
		cert_free(c);
	}
}

static void
test_qualified_statements(void **state)
{
	struct cert *c = parse("qualified-full");

	(void)state;
	assert_true(c->qc.present && c->qc.compliance && c->qc.sscd);
	assert_int_equal(c->qc.types, QC_TYPE_ESIGN);
	assert_true(c->qc.has_limit);
	assert_string_equal(c->qc.limit_currency, "PLN");
	assert_int_equal(c->qc.limit_amount, 100);
	assert_int_equal(c->qc.limit_exponent, 3);
	assert_int_equal(c->qc.retention_years, 20);
	assert_int_equal(c->qc.npds, 2);
	assert_string_equal(c->qc.pds[0], "pl https://example.org/pds-pl");
	assert_string_equal(c->qc.countries, "PL DE");
	cert_free(c);
	c = parse("qualified-numeric-limit");
	assert_string_equal(c->qc.limit_currency, "985");
	assert_int_equal(c->qc.limit_exponent, -2);
	assert_int_equal(c->qc.retention_years, -1);
	cert_free(c);
	/* One statement that cannot be read leaves the others. */
	c = parse("qualified-damaged");
	assert_true(c->qc.compliance && c->qc.sscd && !c->qc.has_limit);
	cert_free(c);
}

static const struct {
	const char		*profile;
	enum cert_san_kind	 kind;
	const char		*value;
} alternatives[] = {
	{ "email", SAN_EMAIL, "ewa@example.org" },
	{ "email-utf8", SAN_EMAIL, "łęcka@przykład.example" },
	{ "logon-card", SAN_UPN, "ewa@firma.example" },
	{ "web", SAN_DNS, "example.org" },
	{ "web", SAN_IP, "192.0.2.7" },
	{ "web", SAN_IP, "2001:db8::7" },
	{ "server", SAN_URI, "https://example.org/" },
	{ "server", SAN_OTHER, "1.2.3.4" },
};

static void
test_alternative_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(alternatives) / sizeof(alternatives[0]);
	    i++) {
		struct cert *c = parse(alternatives[i].profile);
		bool found = false;

		for (size_t k = 0; k < c->nsan; k++)
			found |= c->san[k].kind == alternatives[i].kind &&
			    strcmp(c->san[k].value, alternatives[i].value) == 0;
		assert_true(found);
		cert_free(c);
	}
}

static void
test_addresses(void **state)
{
	struct cert *c = parse("qualified");

	(void)state;
	assert_int_equal(c->ncdp, 1);
	assert_string_equal(c->cdp[0], "http://crl.example.org/q.crl");
	assert_int_equal(c->nocsp, 1);
	assert_string_equal(c->ocsp[0], "http://ocsp.example.org");
	assert_int_equal(c->nissuers, 1);
	assert_string_equal(c->issuers[0], "http://example.org/ca.der");
	assert_int_equal(c->npolicies, 1);
	assert_string_equal(c->policies[0], "0.4.0.194112.1.2");
	assert_string_equal(c->ski, "0A1B2C3D");
	assert_string_equal(c->aki, "DEADBEEF");
	assert_null(cert_email(c));
	cert_free(c);
	c = parse("email-bare");
	assert_string_equal(cert_email(c), "ewa@example.org");
	cert_free(c);
}

/* --- JSON -------------------------------------------------------------- */

/* There and back: the same JSON, and the same once more. */
static void
round_trip(const struct cert *c)
{
	json_t *first = cert_to_json(c), *second, *parsed;
	struct err err = ERR_INIT;
	char *text = json_dumps(first, 0);
	struct cert *again;

	parsed = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(parsed);
	assert_int_equal(cert_from_json(parsed, &again, &err), 0);
	second = cert_to_json(again);
	assert_true(json_equal(first, second));
	assert_string_equal(again->subject.line, c->subject.line);
	assert_int_equal(again->not_after, c->not_after);
	assert_int_equal(again->odd, c->odd);
	cert_free(again);
	json_decref(first);
	json_decref(second);
	json_decref(parsed);
	free(text);
}

static void
test_json_round_trip(void **state)
{
	const struct make *m;

	(void)state;
	for (size_t i = 0; (m = make_profile_at(i)) != NULL; i++) {
		struct cert *c = parse(m->name);

		round_trip(c);
		cert_free(c);
	}
}

static void
refused(json_t *obj)
{
	struct err err = ERR_INIT;
	struct cert *c;

	assert_int_equal(cert_from_json(obj, &c, &err), -1);
	assert_null(c);
	assert_int_equal(err.code, ERR_BAD_DATA);
}

/* Take each member away, and put something of another kind in its place. */
static void
refuse_members(json_t *root, json_t *obj)
{
	json_t *copy = json_deep_copy(obj), *value;
	const char *key;

	json_object_foreach(copy, key, value) {
		json_object_del(obj, key);
		refused(root);
		json_object_set_new(obj, key, json_real(1.5));
		refused(root);
		json_object_set_new(obj, key, json_string("\x7f no such word"));
		/* Any text will do for a text. */
		if (!json_is_string(value) && !json_is_null(value))
			refused(root);
		json_object_set_new(obj, key, json_pack("[{}]"));
		refused(root);
		json_object_set(obj, key, value);
	}
	json_object_set_new(obj, "surplus", json_true());
	refused(root);
	json_object_del(obj, "surplus");
	json_decref(copy);
}

static void
test_json_trusts_nothing(void **state)
{
	struct cert *c = parse("qualified-full");
	json_t *obj = cert_to_json(c), *subject;

	(void)state;
	refuse_members(obj, obj);
	subject = json_object_get(obj, "subject");
	refuse_members(obj, subject);
	refuse_members(obj, json_array_get(json_object_get(subject,
	    "attributes"), 1));
	refuse_members(obj, json_object_get(obj, "qualified_statements"));
	refuse_members(obj, json_object_get(obj, "person"));
	refused(json_null());
	json_decref(obj);
	cert_free(c);
}

/* { what is changed, to what }: each contradicts something else or a bound. */
static const struct {
	const char *key, *json;
} lies[] = {
	{ "serial", "\"\"" }, { "serial", "\"0\"" }, { "serial", "\"2129aff2\"" },
	{ "serial", "\"002129AFF24BF8E36A\"" }, { "serial_decimal", "\"1\"" },
	{ "version", "0" }, { "version", "4000000000" },
	{ "not_after", "\"2026-02-30T00:00:00Z\"" },
	{ "not_after", "\"2026-02-03\"" }, { "key_bits", "-1" },
	{ "key_type", "\"RSA\"" }, { "sha256", "\"00\"" },
	{ "key_usage", "[\"nonRepudiation\",\"nonRepudiation\"]" },
	{ "key_usage", "[\"flying\"]" }, { "extended_key_usage", "[1]" },
	{ "path_length", "-2" }, { "oddities", "[\"dates\"]" },
	{ "policies", "[\"a\\u0000b\"]" }, { "ca", "0" },
	{ "signature_algorithm", "null" },
	{ "person", "{\"kind\":\"none\",\"country\":\"\",\"value\":null,"
	    "\"checksum\":-1,\"old_form\":false}" },
};

static void
test_json_lies(void **state)
{
	struct cert *c = parse("qualified");

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		json_t *obj = cert_to_json(c);
		json_t *lie = json_loads(lies[i].json,
		    JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

		assert_non_null(lie);
		json_object_set_new(obj, lies[i].key, lie);
		refused(obj);
		json_decref(obj);
	}
	cert_free(c);
}

static void
test_json_lists_are_bounded(void **state)
{
	struct cert *c = parse("qualified");
	json_t *obj = cert_to_json(c);
	json_t *list = json_object_get(obj, "policies");

	(void)state;
	while (json_array_size(list) < CERT_LIST_MAX)
		json_array_append_new(list, json_string("1.2.3"));
	cert_free(c);
	c = NULL;
	assert_int_equal(cert_from_json(obj, &c, &(struct err)ERR_INIT), 0);
	json_array_append_new(list, json_string("1.2.3"));
	refused(obj);
	json_decref(obj);
	cert_free(c);
}

/* The same but for what is left out, which then is empty. */
static void
read_lean(const uint8_t *der, size_t len, const struct cert *whole)
{
	static const uint8_t none[32];
	struct err err = ERR_INIT;
	json_t *a, *b;
	struct cert *c;

	assert_int_equal(cert_parse_lean(der, len, &c, &err), 0);
	assert_string_equal(c->serial_hex, "");
	assert_string_equal(c->serial_dec, "");
	assert_memory_equal(c->sha256, none, sizeof(none));
	assert_memory_equal(c->spki_sha256, none, sizeof(none));
	free(c->serial_hex);
	free(c->serial_dec);
	c->serial_hex = mem_strdup(whole->serial_hex);
	c->serial_dec = mem_strdup(whole->serial_dec);
	memcpy(c->sha256, whole->sha256, sizeof(none));
	memcpy(c->spki_sha256, whole->spki_sha256, sizeof(none));
	a = cert_to_json(whole);
	b = cert_to_json(c);
	assert_true(json_equal(a, b));
	json_decref(a);
	json_decref(b);
	cert_free(c);
}

/* --- damage ------------------------------------------------------------ */

/* Whatever is read of it must hold together. */
static void
try_bytes(const uint8_t *der, size_t len)
{
	/* Of its own size, so that a reader that goes too far is caught. */
	uint8_t *copy = mem_alloc(len);
	struct err err = ERR_INIT;
	struct purpose_verdict v;
	struct cert *c;

	memcpy(copy, der, len);
	if (cert_parse(copy, len, &c, &err) != 0) {
		assert_null(c);
		assert_int_not_equal(err.code, ERR_NONE);
		free(copy);
		return;
	}
	free(copy);
	round_trip(c);
	for (int p = 0; p < PURPOSE_COUNT; p++) {
		cert_judge(c, (enum purpose)p, MAKE_NOW, &v);
		assert_int_equal(cert_verdict(c, (enum purpose)p, MAKE_NOW),
		    v.verdict);
	}
	read_lean(der, len, c);
	cert_free(c);
}

static void
test_damaged_at_every_byte(void **state)
{
	static const uint8_t flips[] = { 0x01, 0x80, 0xff };
	size_t len;
	uint8_t *der = make_cert(make_profile("qualified-full"), &len);

	(void)state;
	for (size_t at = 0; at < len; at++) {
		try_bytes(der, at);
		for (size_t i = 0; i < sizeof(flips); i++) {
			der[at] ^= flips[i];
			try_bytes(der, len);
			der[at] ^= flips[i];
		}
	}
	free(der);
}

static void
test_size(void **state)
{
	struct make m = *make_profile("size-64k");
	struct err err = ERR_INIT;
	struct cert *c;
	size_t len;
	uint8_t *der = make_cert(&m, &len);

	(void)state;
	assert_true(len <= CERT_DER_MAX);
	free(der);
	m.padding += CERT_DER_MAX - len + 1;
	der = make_cert(&m, &len);
	assert_true(len > CERT_DER_MAX);
	assert_int_equal(cert_parse(der, len, &c, &err), -1);
	assert_int_equal(err.code, ERR_TOO_BIG);
	free(der);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_oddities),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_serials),
		cmocka_unit_test(test_qualified_statements),
		cmocka_unit_test(test_alternative_names),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_json_round_trip),
		cmocka_unit_test(test_json_trusts_nothing),
		cmocka_unit_test(test_json_lies),
		cmocka_unit_test(test_json_lists_are_bounded),
		cmocka_unit_test(test_damaged_at_every_byte),
		cmocka_unit_test(test_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
