/*
 * Where certificates lead to: a small authority, and what becomes of one when
 * each thing in turn is not as it should be; as the chain of checks and the answer
 * about e-mail tell it, by what an authority's file says is trusted.
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
#include <openssl/pem.h>

#include "answers/chain.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "tests/unit/answerrig.h"
#include "tests/unit/regtest.h"
#include "tests/unit/statusmake.h"

#define DAY	INT64_C(86400)

/* Root, one between, and the certificate in question; and a root of others. */
enum { ROOT, MIDDLE, LEAF, STRANGER, MADE };

/* What is there, a bit each. */
#define IS(who)	(1u << (who))

struct office {
	X509	*x[MADE];
	char	 path[96];	/* of what is trusted */
};

/* What is not as it should be. */
enum twist { AS_IT_SHOULD, MIDDLE_ENDED, MIDDLE_NO_CA, TOO_DEEP, NAMES_BARRED,
	SIGNATURE_CHANGED, OTHER_KEY, LEAF_ENDED, SELF_SIGNED, LEAF_DEMANDS };

#define CA	{ "basicConstraints", "critical,CA:TRUE" }, \
	{ "keyUsage", "critical,keyCertSign" }, \
	{ "subjectKeyIdentifier", "hash" }
#define KEY_ID	{ "authorityKeyIdentifier", "keyid" }

static X509 *
make_root(const char *cn, enum make_key key, enum twist t)
{
	struct status_cert c = { .cn = cn, .key = make_key(key),
		.exts = { CA } };

	if (t == TOO_DEEP)
		c.exts[0].value = "critical,CA:TRUE,pathlen:0";
	return status_cert(&c);
}

static X509 *
make_middle(X509 *root, enum twist t)
{
	struct status_cert c = { .cn = "Urząd Pośredni", .serial = 2,
		.key = make_key(MAKE_EC), .issuer = root,
		.issuer_key = make_key(MAKE_RSA), .exts = { CA, KEY_ID } };

	if (t == MIDDLE_ENDED)
		c.to = MAKE_NOW - DAY;
	else if (t == MIDDLE_NO_CA)
		c.exts[0].value = "critical,CA:FALSE";
	else if (t == NAMES_BARRED)
		c.exts[4] = (struct status_ext){ "nameConstraints",
		    "critical,excluded;email:.example" };
	return status_cert(&c);
}

static X509 *
make_leaf(X509 *middle, enum twist t)
{
	EVP_PKEY *other = t == OTHER_KEY ? EVP_EC_gen("P-256") : NULL;
	X509 *x;
	struct status_cert c = { .cn = "Jan Kowalski", .serial = 3,
		.key = make_key(MAKE_RSA), .issuer = middle,
		.issuer_key = other != NULL ? other : make_key(MAKE_EC),
		.exts = { KEY_ID, { "keyUsage", "critical,digitalSignature" },
		    { "subjectAltName", "email:jan@poczta.example" } } };

	if (t == LEAF_ENDED)
		c.to = MAKE_NOW - DAY;
	else if (t == LEAF_DEMANDS)
		c.exts[3] = (struct status_ext){ "1.2.3.4",
		    "critical,DER:0500" };
	else if (t == SELF_SIGNED) {
		c.issuer = NULL;
		c.issuer_key = NULL;
		c.exts[0] = (struct status_ext){ "subjectKeyIdentifier",
		    "hash" };
	}
	x = status_cert(&c);
	EVP_PKEY_free(other);
	return x;
}

static void
office_open(struct office *o, const struct regtest *t, enum twist twist,
    unsigned trusted)
{
	FILE *out;

	o->x[ROOT] = make_root("Urząd Korzeń", MAKE_RSA, twist);
	o->x[STRANGER] = make_root("Urząd Obcy", MAKE_EC, twist);
	if (twist == TOO_DEEP) {
		/* One more between than the root allows. */
		X509 *above = make_middle(o->x[ROOT], AS_IT_SHOULD);
		struct status_cert c = { .cn = "Urząd Głębszy", .serial = 4,
			.key = make_key(MAKE_EC), .issuer = above,
			.issuer_key = make_key(MAKE_EC), .exts = { CA } };

		o->x[MIDDLE] = above;
		X509_free(o->x[STRANGER]);
		o->x[STRANGER] = status_cert(&c);
		o->x[LEAF] = make_leaf(o->x[STRANGER], twist);
	} else {
		o->x[MIDDLE] = make_middle(o->x[ROOT], twist);
		o->x[LEAF] = make_leaf(o->x[MIDDLE], twist);
	}
	snprintf(o->path, sizeof o->path, "%s", regtest_path(t, "trusted.pem"));
	out = fopen(o->path, "w");
	assert_non_null(out);
	for (int i = 0; i < MADE; i++)
		if (trusted & IS(i))
			assert_int_equal(PEM_write_X509(out, o->x[i]), 1);
	assert_int_equal(fclose(out), 0);
}

static void
office_close(struct office *o)
{
	for (int i = 0; i < MADE; i++)
		X509_free(o->x[i]);
}

/* The card with the certificate, and those that lie on it beside that. */
static void
put_on_card(struct answerrig *r, struct office *o, unsigned between,
    enum twist twist)
{
	/* Without card software no link of the certificate's is reached. */
	rig_module(r, MODULE_READY, ERR_NONE);
	for (int i = 0; i < MADE; i++) {
		struct span der = status_der(o->x[i]);

		/* The last byte is the signature's. */
		if (i == LEAF && twist == SIGNATURE_CHANGED)
			((uint8_t *)der.p)[der.len - 1] ^= 1;
		if (i == LEAF || (between & IS(i)) != 0)
			rig_der(r, der.p, der.len, i == LEAF ? KEY_PRIVATE :
			    KEY_NOT_SEEN);
		free((void *)der.p);
	}
}

static const struct {
	const char	*what;
	enum twist	 twist;
	unsigned	 trusted, between;
	int		 why, depth;
	const char	*name;
	enum health	 health;	/* to e-mail */
	const char	*reason;	/* of the answer */
} cases[] = {
	{ "a root, and one between on the card", AS_IT_SHOULD, IS(ROOT),
	  IS(MIDDLE), X509_V_OK, 0, "Urząd Korzeń", HEALTH_OK, "fits" },
	{ "both in the file", AS_IT_SHOULD, IS(ROOT) | IS(MIDDLE), 0,
	  X509_V_OK, 0, "Urząd Korzeń", HEALTH_OK, "fits" },
	{ "the issuer alone", AS_IT_SHOULD, IS(MIDDLE), 0, X509_V_OK, 0,
	  "Urząd Pośredni", HEALTH_OK, "fits" },
	{ "nothing is trusted", AS_IT_SHOULD, 0, IS(MIDDLE) | IS(ROOT), -1, 2,
	  NULL, HEALTH_WARNING, "fits" },
	{ "the one between is lacking", AS_IT_SHOULD, IS(ROOT), 0,
	  X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, 0, NULL,
	  HEALTH_WARNING, "fits" },
	{ "its root is not the one", AS_IT_SHOULD, IS(STRANGER),
	  IS(MIDDLE) | IS(ROOT), X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, 2,
	  "Urząd Korzeń", HEALTH_WARNING, "fits" },
	{ "its root is lacking", AS_IT_SHOULD, IS(STRANGER), IS(MIDDLE),
	  X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, 1, "Urząd Pośredni",
	  HEALTH_WARNING, "fits" },
	{ "the issuer has ended", MIDDLE_ENDED, IS(ROOT), IS(MIDDLE),
	  X509_V_ERR_CERT_HAS_EXPIRED, 1, "Urząd Pośredni", HEALTH_WRONG,
	  "chain" },
	{ "the issuer is no authority", MIDDLE_NO_CA, IS(ROOT) | IS(MIDDLE),
	  0, X509_V_ERR_INVALID_CA, 1, "Urząd Pośredni", HEALTH_WRONG,
	  "chain" },
	{ "one too many between", TOO_DEEP, IS(ROOT),
	  IS(MIDDLE) | IS(STRANGER), X509_V_ERR_PATH_LENGTH_EXCEEDED, 3,
	  "Urząd Korzeń", HEALTH_WRONG, "chain" },
	{ "its name is barred", NAMES_BARRED, IS(ROOT), IS(MIDDLE),
	  X509_V_ERR_EXCLUDED_VIOLATION, 0, NULL, HEALTH_WRONG, "chain" },
	{ "its signature is changed", SIGNATURE_CHANGED, IS(ROOT), IS(MIDDLE),
	  X509_V_ERR_CERT_SIGNATURE_FAILURE, 0, NULL, HEALTH_WRONG, "chain" },
	{ "another key signed it", OTHER_KEY, IS(ROOT), IS(MIDDLE),
	  X509_V_ERR_CERT_SIGNATURE_FAILURE, 0, NULL, HEALTH_WRONG,
	  "chain" },
	{ "it has itself ended", LEAF_ENDED, IS(ROOT), IS(MIDDLE), X509_V_OK,
	  0, "Urząd Korzeń", HEALTH_UNKNOWN, "expired" },
	{ "it demands something", LEAF_DEMANDS, IS(ROOT), IS(MIDDLE),
	  X509_V_OK, 0, "Urząd Korzeń", HEALTH_OK, "part-unread" },
	{ "it signed itself", SELF_SIGNED, IS(ROOT), IS(MIDDLE),
	  X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, 0, NULL, HEALTH_WARNING,
	  "fits" },
};

/* The link behind one that is broken is not reached: UNKNOWN. */
static enum health
health_of(const struct chain_report *r, const char **saw)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->v[i].link, "issuer") == 0) {
			*saw = r->v[i].saw;
			return r->v[i].health;
		}
	*saw = "";
	return HEALTH_UNKNOWN;
}

static void
assert_told(const struct answer_facts *facts, size_t i)
{
	const struct trust_report *t = &facts->trusts[facts->cert].report;
	struct chain_report r;
	const char *saw;

	assert_true(facts->trusts[facts->cert].looked);
	if (cases[i].why != -1)
		assert_int_equal(t->why, cases[i].why);
	else
		assert_int_not_equal(t->why, X509_V_OK);
	assert_int_equal(t->depth, cases[i].depth);
	if (cases[i].name != NULL)
		assert_string_equal(t->name, cases[i].name);
	chain_look(CHAIN_EMAIL, facts, &r);
	assert_int_equal(health_of(&r, &saw), cases[i].health);
	assert_null(strstr(saw, "Kowalski"));
	if (cases[i].name != NULL && cases[i].health != HEALTH_UNKNOWN)
		assert_non_null(strstr(saw, cases[i].name));
	chain_report_clear(&r);
}

static void
test_cases(void **state)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct gather_from from = { .email = NULL };
		char *id, lines[256];
		struct err err = ERR_INIT;
		struct gathered *g;
		struct answerrig r;
		struct answer a;
		struct office o;

		print_message("# %s\n", cases[i].what);
		rig_up(&r);
		office_open(&o, *state, cases[i].twist, cases[i].trusted);
		put_on_card(&r, &o, cases[i].between, cases[i].twist);
		id = r.card->certs[r.facts.cert].cert->aki;
		snprintf(lines, sizeof lines, "key_id = %s\n[trust]\n%s%s\n",
		    id != NULL ? id : "00000000",
		    cases[i].trusted != 0 ? "certificate = " : "",
		    cases[i].trusted != 0 ? o.path : "");
		rig_authority(&r, lines);
		from.conf = &r.conf;
		from.authorities = &r.authorities;
		from.world = &r.world;
		g = gathered_new(&from, MAKE_NOW);
		assert_int_equal(gather(g, NEED_TRUST, NULL, NULL, NULL, &err),
		    0);
		assert_told(gathered_facts(g), i);
		r.facts = *gathered_facts(g);
		rig_ask_both(&r, "email", &a);
		assert_string_equal(a.reason, cases[i].reason);
		gathered_free(g);
		office_close(&o);
		rig_down(&r);
	}
}

/* At the moment that is asked about, whatever the clock says. */
static void
test_moment(void **state)
{
	X509 *root = make_root("Urząd Korzeń", MAKE_RSA, AS_IT_SHOULD);
	X509 *middle = make_middle(root, AS_IT_SHOULD);
	struct span all[] = { status_der(root), status_der(middle) };
	struct trust *t = trust_new();
	struct trust_report r;

	(void)state;
	trust_add(t, all[0]);
	trust_check(t, all[1], MAKE_NOW, &r);
	assert_int_equal(r.why, X509_V_OK);
	trust_check(t, all[1], MAKE_NOW + 36500 * DAY, &r);
	assert_int_equal(r.why, X509_V_ERR_CERT_HAS_EXPIRED);
	assert_int_equal(r.depth, 1);
	trust_check(t, all[1], MAKE_NOW - 36500 * DAY, &r);
	assert_int_equal(r.why, X509_V_ERR_CERT_NOT_YET_VALID);
	trust_free(t);
	X509_free(root);
	X509_free(middle);
	free((void *)all[0].p);
	free((void *)all[1].p);
}

/* Bytes that are none, and a card whose bytes did not come along. */
static void
test_nothing(void **state)
{
	struct trust *t = trust_new();
	struct trust_report r;
	uint8_t junk[CERT_DER_MAX + 1] = { 0x30, 0x82 };
	size_t len;
	uint8_t *der = make_cert(make_profile("email"), &len);

	(void)state;
	trust_add(t, span_of(junk, sizeof junk));
	trust_add(t, span_of(junk, 0));
	trust_add_between(t, span_of(der, len - 1));
	trust_check(t, span_of(junk, 2), MAKE_NOW, &r);
	assert_false(r.configured);
	assert_int_equal(r.why, X509_V_ERR_UNSPECIFIED);
	trust_check(t, span_of(der, len), MAKE_NOW, &r);
	assert_false(r.configured);
	assert_int_not_equal(r.why, X509_V_OK);
	free(der);
	trust_free(t);
	trust_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_cases, regtest_setup,
		    regtest_teardown),
		cmocka_unit_test(test_moment),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
