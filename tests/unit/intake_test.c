/*
 * What comes back from an authority, right and wrong; and what is looked at
 * before a renewal.  Keys and certificates are the rig's.
 */
#include "config.h"

#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "renewal/intake.h"
#include "renewal/renewal.h"
#include "tests/unit/renewrig.h"

#define PESEL	"PNOPL-44051401359"
#define W	(rig_get())

static const struct rig_make good = { .key = RIG_NEW, .by = RIG_CA,
    .cn = "Ewa Przykładowa", .serial = PESEL, .from = 0, .until = 725,
    .usage = "critical,nonRepudiation" };

static uint8_t spki[32];
static char ca_file[] = "/tmp/okienko-intake.XXXXXX";
static struct authority trusting = { .name = "Urząd przykładowy",
    .id = "przyklad", .renewal_key = "" };

static int
setup(void **state)
{
	const uint8_t *p;
	uint8_t *der = NULL;
	X509 *x;
	FILE *f;
	int len;

	(void)state;
	rig_setup();
	len = i2d_PUBKEY(rig_key(RIG_NEW), &der);
	EVP_Digest(der, (size_t)len, spki, NULL, EVP_sha256(), NULL);
	OPENSSL_free(der);
	p = W->ca;
	x = d2i_X509(NULL, &p, (long)W->ca_len);
	f = fdopen(mkstemp(ca_file), "w");
	PEM_write_X509(f, x);
	fclose(f);
	X509_free(x);
	trusting.ca_files.v[0] = ca_file;
	trusting.ca_files.n = 1;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	return unlink(ca_file);
}

static struct intake_wanted
wanted(void)
{
	return (struct intake_wanted){ .spki_sha256 = spki,
	    .old = span_of(W->old, W->old_len), .authority = &trusting,
	    .now = clock_now() };
}

static void
takes(struct span body, const struct intake_wanted *w, struct intake *in)
{
	struct err err = ERR_INIT;

	if (intake(body, "urząd", w, in, &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
}

static void
refuses(struct span body, const struct intake_wanted *w, enum err_code code)
{
	struct err err = ERR_INIT;
	struct intake in;

	assert_int_equal(intake(body, "urząd", w, &in, &err), -1);
	assert_string_equal(err_id(err.code), err_id(code));
	assert_null(in.cert);
	assert_int_equal(in.der.len, 0);
}

/* --- in which form -------------------------------------------------------------- */

static X509 *
to_x509(const uint8_t *der, size_t len)
{
	return d2i_X509(NULL, &der, (long)len);
}

/* PKCS#7 of the authority's certificate n times, and the holder's last. */
static struct buf
bundle(const uint8_t *der, size_t len, int n)
{
	PKCS7 *p7 = PKCS7_new();
	X509 *ca = to_x509(W->ca, W->ca_len), *own = to_x509(der, len);
	uint8_t *out = NULL;
	struct buf b;
	int size;

	PKCS7_set_type(p7, NID_pkcs7_signed);
	PKCS7_content_new(p7, NID_pkcs7_data);
	while (n-- > 0)
		PKCS7_add_certificate(p7, ca);
	PKCS7_add_certificate(p7, own);
	size = i2d_PKCS7(p7, &out);
	assert_true(size > 0);
	buf_init(&b, 64u << 20);
	assert_int_equal(buf_add(&b, out, (size_t)size), 0);
	OPENSSL_free(out);
	X509_free(ca);
	X509_free(own);
	PKCS7_free(p7);
	return b;
}

static void
takes_der_pem_and_pkcs7(void **state)
{
	struct intake_wanted w = wanted();
	uint8_t der[RIG_DER_MAX];
	size_t len = rig_make(&good, der);
	struct buf p7 = bundle(der, len, 1);
	X509 *x = to_x509(der, len);
	BIO *bio = BIO_new(BIO_s_mem());
	struct intake in;
	char *pem;
	long n;

	(void)state;
	PEM_write_bio_X509(bio, x);
	n = BIO_get_mem_data(bio, &pem);
	takes(span_of(der, len), &w, &in);
	assert_int_equal(in.der.len, len);
	assert_memory_equal(in.der.data, der, len);
	assert_int_equal(in.nchanges, 0);
	assert_false(in.early);
	/* The authority's, known here though it did not come along. */
	assert_int_equal(in.nchain, 1);
	assert_memory_equal(in.chain[0].data, W->ca, W->ca_len);
	intake_clear(&in);
	takes(span_of(pem, (size_t)n), &w, &in);
	assert_memory_equal(in.der.data, der, len);
	intake_clear(&in);
	takes(span_of(p7.data, p7.len), &w, &in);
	assert_memory_equal(in.der.data, der, len);
	intake_clear(&in);
	BIO_free(bio);
	X509_free(x);
	buf_clear(&p7);
}

/* Behind more of them than are looked at it is not found, and that is said. */
static void
takes_no_ten_thousand(void **state)
{
	struct intake_wanted w = wanted();
	uint8_t der[RIG_DER_MAX];
	struct buf p7 = bundle(der, rig_make(&good, der), 10000);

	(void)state;
	/* Beyond what any file may be, or beyond how many are looked at. */
	refuses(span_of(p7.data, p7.len), &w, p7.len > (4u << 20) ?
	    ERR_TOO_BIG : ERR_CERT_OTHER_KEY);
	buf_clear(&p7);
	p7 = bundle(der, rig_make(&good, der), 300);
	refuses(span_of(p7.data, p7.len), &w, ERR_CERT_OTHER_KEY);
	buf_clear(&p7);
}

static void
damage_is_refused(void **state)
{
	struct intake_wanted w = wanted();
	uint8_t der[RIG_DER_MAX];
	size_t len = rig_make(&good, der), n;
	struct buf p7 = bundle(der, len, 1);
	struct err err;
	struct intake in;

	(void)state;
	for (n = 0; n < p7.len; n += 7) {
		err = (struct err)ERR_INIT;
		/* What is cut behind the certificate may still be enough. */
		if (intake(span_of(p7.data, n), "urząd", &w, &in, &err) == 0)
			intake_clear(&in);
		else
			assert_int_not_equal(err.code, ERR_NONE);
	}
	/* A bit of what was signed. */
	der[len / 2] ^= 1;
	err = (struct err)ERR_INIT;
	assert_int_equal(intake(span_of(der, len), "urząd", &w, &in, &err), -1);
	refuses(span_of("nic", 3), &w, ERR_NOT_A_CERT);
	buf_clear(&p7);
}

/* --- which one ----------------------------------------------------------------------- */

static void
looks_whose_it_is(void **state)
{
	struct intake_wanted w = wanted();
	uint8_t der[RIG_DER_MAX];
	struct rig_make m = good;

	(void)state;
	m.key = RIG_STRANGER;
	refuses(span_of(der, rig_make(&m, der)), &w, ERR_CERT_OTHER_KEY);
	m = good;
	m.serial = "PNOPL-02070803628";
	refuses(span_of(der, rig_make(&m, der)), &w, ERR_CERT_OTHER_HOLDER);
	m = good;
	m.cn = "Jan Inny";
	m.serial = NULL;
	refuses(span_of(der, rig_make(&m, der)), &w, ERR_CERT_OTHER_HOLDER);
	m = good;
	m.from = -30;
	m.until = -1;
	refuses(span_of(der, rig_make(&m, der)), &w, ERR_CERT_ENDED);
}

static void
looks_by_whom(void **state)
{
	struct intake_wanted w = wanted();
	uint8_t der[RIG_DER_MAX];
	struct rig_make m = good;
	struct intake in;
	struct buf p7;
	size_t len;

	(void)state;
	/* The same name, and another key. */
	m.by = RIG_STRANGER;
	refuses(span_of(der, rig_make(&m, der)), &w, ERR_CERT_NO_CHAIN);
	/* Whoever is not set up here has to bring the chain along. */
	len = rig_make(&good, der);
	w.authority = NULL;
	refuses(span_of(der, len), &w, ERR_CERT_NO_CHAIN);
	p7 = bundle(der, len, 1);
	takes(span_of(p7.data, p7.len), &w, &in);
	assert_int_equal(in.nchain, 1);
	intake_clear(&in);
	buf_clear(&p7);
}

static bool
has(const struct intake *in, enum intake_change c)
{
	for (size_t i = 0; i < in->nchanges; i++)
		if (in->changes[i] == c)
			return true;
	return false;
}

static void
says_what_is_new(void **state)
{
	struct intake_wanted w = wanted();
	uint8_t der[RIG_DER_MAX];
	struct rig_make m = good;
	struct intake in;

	(void)state;
	m.cn = "Ewa Nowa-Przykładowa";	/* married since */
	m.from = 10;
	m.until = 100;
	m.usage = "critical,digitalSignature";
	takes(span_of(der, rig_make(&m, der)), &w, &in);
	assert_true(in.early);
	assert_true(has(&in, INTAKE_NAME));
	assert_true(has(&in, INTAKE_LATER_START));
	assert_true(has(&in, INTAKE_SHORTER));
	assert_true(has(&in, INTAKE_USAGE));
	assert_false(has(&in, INTAKE_ISSUER));
	assert_false(has(&in, INTAKE_KEY_KIND));
	intake_clear(&in);
}

/* --- before a renewal ------------------------------------------------------------------- */

static struct preflight_facts
facts(void)
{
	struct preflight_facts f = { .authority = &trusting,
	    .net_asked = true, .now = clock_now() };
	struct err err = ERR_INIT;
	struct card *card;
	size_t token;

	f.server_time = f.now;
	assert_int_equal(card_hand_card(NULL, RIG_TOKEN, RIG_MODULE, NULL, 0,
	    &card, &token, &err), 0);
	f.card = card;
	return f;
}

static void
let_go(struct preflight_facts *f)
{
	card_free((struct card *)f->card);
}

/* One beside which it could be put, and no other. */
static void
wants_a_key_without(void **state)
{
	static const struct {
		enum rig_key_name key;
		bool		 missing;
		enum err_code	 code;
	} keys[] = {
		{ RIG_NEW, false, ERR_NONE },
		{ RIG_OLD, false, ERR_CERT_KEY_TAKEN },
		{ RIG_OLD, true, ERR_CERT_OTHER_KEY },
		{ RIG_STRANGER, false, ERR_CERT_OTHER_KEY },
	};
	uint8_t der[RIG_DER_MAX];

	(void)state;
	snprintf(W->keys[1].id, sizeof W->keys[1].id, "45");
	W->keys[1].which = RIG_NEW;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		struct rig_make m = { .key = keys[i].key, .by = RIG_CA,
		    .cn = "Ewa Przykładowa", .until = 700 };
		struct preflight_facts f = facts();
		const struct card_key *k;
		struct err err = ERR_INIT;
		enum key_kind kind;
		char text[512];

		if (keys[i].missing)
			((struct card *)f.card)->certs[0].key = KEY_MISSING;
		k = intake_key(span_of(der, rig_make(&m, der)), "plik.pem",
		    f.card, &kind, &err);
		assert_int_equal(err.code, keys[i].code);
		assert_int_equal(k != NULL, keys[i].code == ERR_NONE);
		if (keys[i].code == ERR_CERT_KEY_TAKEN)
			assert_non_null(strstr(err_sentence(&err, text,
			    sizeof text), "plik.pem"));
		let_go(&f);
	}
	W->keys[1].id[0] = '\0';
}

static enum verdict
verdict_of(const struct preflight *p, enum preflight_id id)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->checks[i].id == id) {
			assert_true(p->checks[i].words[0] != '\0');
			return p->checks[i].verdict;
		}
	return VERDICT_UNKNOWN;
}

static const char *
words_of(const struct preflight *p, enum preflight_id id)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->checks[i].id == id)
			return p->checks[i].words;
	return "";
}

static void
lets_go_ahead(void **state)
{
	struct preflight_facts f = facts();
	struct order o = { .takes_request = true, .state = ORDER_CONFIRMED,
	    .number = "ZAM-1", .key_kinds = 1u << KEY_KIND_P384,
	    .signed_by_old = true };
	struct preflight p;

	(void)state;
	f.order = &o;
	preflight(&f, &p);
	for (size_t i = 0; i < p.n; i++)
		assert_int_not_equal(p.checks[i].verdict, VERDICT_NO);
	assert_true(p.go);
	assert_string_equal(p.plan.way, "order");
	assert_string_equal(p.plan.order, "ZAM-1");
	assert_string_equal(p.plan.token, RIG_TOKEN);
	assert_string_equal(p.plan.old_key, "01");
	assert_int_equal(p.plan.key, KEY_KIND_P384);
	assert_true(p.plan.signed_by_old);
	assert_string_equal(p.orphan, "");
	let_go(&f);
}

static void
one_no_stops_it(void **state)
{
	struct preflight p;

	(void)state;
	for (int i = 0; i < PREFLIGHT_COUNT; i++) {
		struct preflight_facts f = facts();
		struct card *c = (struct card *)f.card;
		struct order o = { .takes_request = true, .number = "ZAM-1",
		    .state = ORDER_CONFIRMED };
		struct err net = ERR_INIT;
		enum verdict want = VERDICT_NO;
		char card[] = "1111222233334444";

		f.order = &o;
		switch ((enum preflight_id)i) {
		case PREFLIGHT_CERT:
			f.now += INT64_C(86400) * 40;
			break;
		case PREFLIGHT_ORDER:
			o.takes_request = false;
			break;
		case PREFLIGHT_CARD:
			o.card = card;
			break;
		case PREFLIGHT_WAY:
			f.way = "cmp";
			break;
		case PREFLIGHT_ROOM:
			c->capacity.more = 0;
			break;
		case PREFLIGHT_TOKEN:
			c->tokens[0].read_only = true;
			break;
		case PREFLIGHT_PIN:
			c->tokens[0].pin.locked = true;
			break;
		case PREFLIGHT_NETWORK:
			(void)err_set(&net, ERR_NET_CONNECT, "urząd", NULL);
			f.net_err = &net;
			want = VERDICT_MAYBE;
			break;
		case PREFLIGHT_CLOCK:
			f.server_time = f.now + 7200;
			break;
		case PREFLIGHT_COUNT:
			break;
		}
		preflight(&f, &p);
		assert_int_equal(verdict_of(&p, (enum preflight_id)i), want);
		assert_int_equal(p.go, want != VERDICT_NO);
		let_go(&f);
	}
}

static void
an_orphan_needs_no_room(void **state)
{
	struct preflight_facts f;
	struct preflight p;

	(void)state;
	snprintf(W->keys[1].id, sizeof W->keys[1].id, "45");
	W->keys[1].which = RIG_NEW;
	f = facts();
	((struct card *)f.card)->capacity.more = 0;
	f.way = "file";
	preflight(&f, &p);
	assert_int_equal(verdict_of(&p, PREFLIGHT_ROOM), VERDICT_YES);
	assert_string_equal(words_of(&p, PREFLIGHT_TOKEN),
	    "The card may be written to; the key is on it already.");
	assert_true(p.go);
	assert_string_equal(p.orphan, "45");
	assert_string_equal(p.plan.way, "file");
	/* One of another kind is no help. */
	f.key = KEY_KIND_RSA2048;
	preflight(&f, &p);
	assert_int_equal(verdict_of(&p, PREFLIGHT_ROOM), VERDICT_NO);
	W->keys[1].id[0] = '\0';
	let_go(&f);
}

/* Issued for another program's request: nothing but its key is wanted here. */
static void
a_waiting_key_collects(void **state)
{
	struct order o = { .state = ORDER_READY, .number = "ZAM-1",
	    .signed_by_old = true };
	struct preflight_facts f;
	struct preflight p;

	(void)state;
	snprintf(W->keys[1].id, sizeof W->keys[1].id, "45");
	W->keys[1].which = RIG_NEW;
	f = facts();
	f.order = &o;
	preflight(&f, &p);
	assert_int_equal(verdict_of(&p, PREFLIGHT_ORDER), VERDICT_NO);
	assert_false(p.go);
	assert_null(strstr(words_of(&p, PREFLIGHT_ORDER), "will be ready"));
	/* Until it has been compared with, it may be for the key that waits. */
	o.state = ORDER_ISSUED;
	preflight(&f, &p);
	assert_int_equal(verdict_of(&p, PREFLIGHT_ORDER), VERDICT_NO);
	assert_non_null(strstr(words_of(&p, PREFLIGHT_ORDER), "will be ready"));
	f.compared = true;
	preflight(&f, &p);
	assert_null(strstr(words_of(&p, PREFLIGHT_ORDER), "will be ready"));
	f.compared = false;
	o.state = ORDER_READY;
	/* The old one may be over by then, and the card full. */
	((struct card *)f.card)->capacity.more = 0;
	f.now += INT64_C(86400) * 40;
	f.server_time = f.now;
	for (size_t i = 0; i < f.card->nkeys; i++)
		if (strcmp(f.card->keys[i].id, "45") == 0)
			f.waiting = &f.card->keys[i];
	f.key = KEY_KIND_P256;
	preflight(&f, &p);
	assert_int_equal(verdict_of(&p, PREFLIGHT_CERT), VERDICT_MAYBE);
	assert_int_equal(verdict_of(&p, PREFLIGHT_ORDER), VERDICT_YES);
	assert_true(p.go && p.plan.elsewhere && !p.plan.signed_by_old);
	assert_string_equal(p.plan.order, "ZAM-1");
	W->keys[1].id[0] = '\0';
	let_go(&f);
}

/* What the card tells of the keys that it makes, against what is wanted. */
static void
the_card_has_to_make_it(void **state)
{
	struct order o = { .takes_request = true, .state = ORDER_CONFIRMED,
	    .number = "ZAM-1", .key_kinds = 1u << KEY_KIND_P384 };
	struct preflight_facts f = facts();
	struct token *t = ((struct card *)f.card)->tokens;
	struct preflight p;

	(void)state;
	f.order = &o;
	t->makes = TOKEN_TELLS | 1u << KEY_KIND_RSA2048 | 1u << KEY_KIND_P521;
	preflight(&f, &p);
	assert_int_equal(verdict_of(&p, PREFLIGHT_TOKEN), VERDICT_NO);
	assert_non_null(strstr(p.checks[PREFLIGHT_TOKEN].words, "order takes"));
	assert_false(p.go);
	/* Of several one that it makes is taken. */
	o.key_kinds |= 1u << KEY_KIND_P521;
	preflight(&f, &p);
	assert_true(p.go);
	assert_int_equal(p.plan.key, KEY_KIND_P521);
	f.key = KEY_KIND_P384;
	preflight(&f, &p);
	assert_int_equal(verdict_of(&p, PREFLIGHT_TOKEN), VERDICT_NO);
	/* One that does not tell is believed able. */
	t->makes = 0;
	preflight(&f, &p);
	assert_true(p.go);
	let_go(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_der_pem_and_pkcs7),
		cmocka_unit_test(takes_no_ten_thousand),
		cmocka_unit_test(damage_is_refused),
		cmocka_unit_test(looks_whose_it_is),
		cmocka_unit_test(looks_by_whom),
		cmocka_unit_test(says_what_is_new),
		cmocka_unit_test(wants_a_key_without),
		cmocka_unit_test(lets_go_ahead),
		cmocka_unit_test(one_no_stops_it),
		cmocka_unit_test(an_orphan_needs_no_room),
		cmocka_unit_test(a_waiting_key_collects),
		cmocka_unit_test(the_card_has_to_make_it),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
