#include "config.h"

#include <sys/mman.h>
#include <sys/random.h>
#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "renewal/renewal_inside.h"
#include "tests/unit/renewrig.h"

#define PESEL	"PNOPL-44051401359"

/* One world a program, shared with its children. */
static struct world {
	struct rig	*rig;
	EVP_PKEY	*keys[RIG_KEYS];
} world;
#define W	(world.rig)

struct rig *
rig_get(void)
{
	return W;
}

/* --- what happens at a call ------------------------------------------------------ */

/* True: the card was pulled and put in again, or its software crashed. */
static bool
call(void)
{
	W->calls++;
	if (W->calls == W->kill_at)
		_exit(77);
	if (W->calls != W->pull_at)
		return false;
	W->insertion += !W->crashes;
	return true;
}

static int
pulled(struct err *err)
{
	return err_set(err, W->crashes ? ERR_MODULE_CRASHED : ERR_CARD_REMOVED,
	    "czytnik", NULL);
}

/* --- keys and certificates ---------------------------------------------------------- */

EVP_PKEY *
rig_key(enum rig_key_name which)
{
	EVP_PKEY **key = &world.keys[which];

	if (*key == NULL)
		*key = which == RIG_RSA ? EVP_RSA_gen(2048) :
		    EVP_EC_gen("P-256");
	assert_non_null(*key);
	return *key;
}

static void
add_ext(X509 *x, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	assert_non_null(e);
	assert_int_equal(X509_add_ext(x, e, -1), 1);
	X509_EXTENSION_free(e);
}

static void
name_it(X509_NAME *n, const char *cn, const char *serial)
{
	assert_int_equal(X509_NAME_add_entry_by_txt(n, "C", MBSTRING_UTF8,
	    (const uint8_t *)"PL", -1, -1, 0), 1);
	assert_int_equal(X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_UTF8,
	    (const uint8_t *)cn, -1, -1, 0), 1);
	if (serial != NULL)
		assert_int_equal(X509_NAME_add_entry_by_txt(n, "serialNumber",
		    MBSTRING_UTF8, (const uint8_t *)serial, -1, -1, 0), 1);
}

static size_t
make_for(EVP_PKEY *key, const struct rig_make *m, uint8_t out[RIG_DER_MAX])
{
	X509 *x = X509_new();
	uint8_t *p = out;
	uint64_t serial;
	int len;

	X509_set_version(x, X509_VERSION_3);
	/* Of children too, which have the same random(3). */
	assert_int_equal(getrandom(&serial, sizeof serial, 0), sizeof serial);
	ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), serial >> 1);
	X509_time_adj_ex(X509_getm_notBefore(x), (int)m->from, -60, NULL);
	X509_time_adj_ex(X509_getm_notAfter(x), (int)m->until, 60, NULL);
	name_it(X509_get_subject_name(x), m->cn, m->serial);
	name_it(X509_get_issuer_name(x), "Urząd przykładowy", NULL);
	X509_set_pubkey(x, key);
	add_ext(x, NID_basic_constraints, m->ca ? "critical,CA:TRUE" :
	    "CA:FALSE");
	if (m->usage != NULL)
		add_ext(x, NID_key_usage, m->usage);
	assert_true(X509_sign(x, rig_key(m->by), EVP_sha256()) > 0);
	len = i2d_X509(x, NULL);
	assert_true(len > 0 && len <= RIG_DER_MAX);
	len = i2d_X509(x, &p);
	X509_free(x);
	return (size_t)len;
}

size_t
rig_make(const struct rig_make *m, uint8_t out[RIG_DER_MAX])
{
	return make_for(rig_key(m->key), m, out);
}

void
rig_setup(void)
{
	static const struct rig_make ca = { .key = RIG_CA, .by = RIG_CA,
	    .cn = "Urząd przykładowy", .from = -900, .until = 900, .ca = true };
	static const struct rig_make old = { .key = RIG_OLD, .by = RIG_CA,
	    .cn = "Ewa Przykładowa", .serial = PESEL, .from = -700,
	    .until = 20, .usage = "critical,nonRepudiation" };

	if (W == NULL)
		world.rig = mmap(NULL, sizeof *W, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(W != MAP_FAILED);
	memset(W, 0, sizeof *W);
	W->ca_len = rig_make(&ca, W->ca);
	W->old_len = rig_make(&old, W->old);
	snprintf(W->keys[0].id, sizeof W->keys[0].id, "01");
	W->keys[0].which = RIG_OLD;
	snprintf(W->certs[0].id, sizeof W->certs[0].id, "01");
	memcpy(W->certs[0].der, W->old, W->old_len);
	W->certs[0].len = W->old_len;
	W->old_answer = 0;
	/* Made before anybody is forked: all children have the same. */
	for (int i = 0; i < RIG_RSA; i++)
		(void)rig_key((enum rig_key_name)i);
}

size_t
rig_certs_of(const char *id)
{
	size_t n = 0;

	for (int i = 0; i < RIG_THINGS; i++)
		n += W->certs[i].len > 0 && strcmp(W->certs[i].id, id) == 0;
	return n;
}

/* --- the card ------------------------------------------------------------------------- */

static struct buf
spki_of(int which)
{
	struct buf b;
	uint8_t *der = NULL;
	int len = i2d_PUBKEY(rig_key((enum rig_key_name)which), &der);

	buf_init(&b, RIG_DER_MAX);
	assert_int_equal(buf_add(&b, der, (size_t)len), 0);
	OPENSSL_free(der);
	return b;
}

static void
show_cert(struct card *c, const struct rig_cert *from)
{
	struct err err = ERR_INIT;
	struct card_cert *to;

	c->certs = mem_grow(c->certs, c->ncerts + 1, sizeof *c->certs);
	to = &c->certs[c->ncerts++];
	memset(to, 0, sizeof *to);
	assert_int_equal(cert_parse(from->der, from->len, &to->cert, &err), 0);
	to->id = mem_strdup(from->id);
	to->label = mem_strdup("podpis");
	to->tokens = 1;
	to->size = from->len;
	memcpy(to->sha256, to->cert->sha256, sizeof to->sha256);
}

static void
show_key(struct card *c, const struct rig_key *from)
{
	struct buf spki = spki_of(from->which);
	struct card_key *to;

	c->keys = mem_grow(c->keys, c->nkeys + 1, sizeof *c->keys);
	to = &c->keys[c->nkeys++];
	memset(to, 0, sizeof *to);
	to->id = mem_strdup(from->id);
	to->label = mem_strdup("podpis");
	to->tokens = 1;
	to->type = from->which == RIG_RSA ? KEY_RSA : KEY_EC;
	to->bits = from->which == RIG_RSA ? 2048 : 256;
	to->has_spki = true;
	to->cert = rig_certs_of(from->id) > 0 ? 0 : -1;
	assert_int_equal(EVP_Digest(spki.data, spki.len, to->spki_sha256, NULL,
	    EVP_sha256(), NULL), 1);
	buf_clear(&spki);
}

int
card_hand_card(struct card_hand *h, const char *serial, const char *module,
    const uint8_t cert[32], int64_t ms, struct card **out, size_t *token,
    struct err *err)
{
	struct card *c;

	(void)h;
	(void)cert;
	assert_string_equal(serial, RIG_TOKEN);
	assert_string_equal(module, RIG_MODULE);
	W->waits += ms > 0;
	(void)call();
	if (W->absent)
		return pulled(err);
	c = card_new("czytnik");
	c->state = CARD_READY;
	c->serial = W->insertion;
	c->ntokens = 1;
	c->tokens = mem_alloc(sizeof *c->tokens);
	c->tokens[0].module = mem_strdup(RIG_MODULE);
	c->tokens[0].serial = mem_strdup(RIG_TOKEN);
	c->tokens[0].label = mem_strdup("karta");
	c->tokens[0].manufacturer = mem_strdup("");
	c->tokens[0].model = mem_strdup("");
	c->tokens[0].pin = (struct pin){ .tries = 3, .tries_max = 3,
	    .set = true, .final = W->last };
	c->capacity.more = W->no_more ? 0 : 3;
	c->capacity.rule = W->rule;
	c->model.max_certs = RIG_THINGS;
	for (int i = 0; i < RIG_THINGS; i++) {
		if (W->certs[i].len > 0)
			show_cert(c, &W->certs[i]);
		if (W->keys[i].id[0] != '\0')
			show_key(c, &W->keys[i]);
	}
	*out = c;
	*token = 0;
	return 0;
}

static int
verify(const struct token *t, const struct secret *pin, struct err *err)
{
	if (W->last && !pin_is_last(&t->pin))
		return err_set(err, ERR_PIN_LAST, "czytnik", NULL);
	W->verified++;
	if (pin != NULL && strcmp(secret_peek(pin), RIG_PIN) == 0)
		return 0;
	W->wrong++;
	return err_set(err, ERR_PIN_WRONG, "czytnik", NULL);
}

static struct rig_key *
find_key(const char *id)
{
	for (int i = 0; i < RIG_THINGS; i++)
		if (W->keys[i].id[0] != '\0' &&
		    strcmp(W->keys[i].id, id) == 0)
			return &W->keys[i];
	return NULL;
}

static struct rig_cert *
find_cert(const uint8_t sha256[32])
{
	uint8_t have[32];

	for (int i = 0; i < RIG_THINGS; i++)
		if (W->certs[i].len > 0 && EVP_Digest(W->certs[i].der,
		    W->certs[i].len, have, NULL, EVP_sha256(), NULL) == 1 &&
		    memcmp(have, sha256, sizeof have) == 0)
			return &W->certs[i];
	return NULL;
}

static int
no_key(const char *id, struct err *err)
{
	return err_set(err, ERR_CARD_KEY, "czytnik", "%s", id);
}

static int
generate(const struct card_change *c, struct err *err)
{
	if (find_key(c->id) != NULL)
		return err_set(err, ERR_CARD_ID_TAKEN, "czytnik", NULL);
	for (int i = 0; i < RIG_THINGS; i++)
		if (W->keys[i].id[0] == '\0') {
			snprintf(W->keys[i].id, sizeof W->keys[i].id, "%s",
			    c->id);
			W->keys[i].which = c->key == KEY_KIND_RSA2048 ?
			    RIG_RSA : W->generated == 0 ? RIG_NEW : RIG_NEW2;
			W->keys[i].half = false;
			W->generated++;
			return 0;
		}
	return err_set(err, ERR_CARD_FULL, "czytnik", NULL);
}

static int
write_it(const struct card_change *c, struct err *err)
{
	uint8_t sha256[32];

	if (W->full)
		return err_set(err, ERR_CARD_FULL, "czytnik", NULL);
	if (!c->ca && find_key(c->id) == NULL)
		return no_key(c->id, err);
	EVP_Digest(c->der.p, c->der.len, sha256, NULL, EVP_sha256(), NULL);
	if (find_cert(sha256) != NULL)
		return 0;
	for (int i = 0; i < RIG_THINGS; i++)
		if (W->certs[i].len == 0) {
			snprintf(W->certs[i].id, sizeof W->certs[i].id, "%s",
			    c->id);
			memcpy(W->certs[i].der, c->der.p, c->der.len);
			W->certs[i].len = c->der.len;
			return 0;
		}
	return err_set(err, ERR_CARD_FULL, "czytnik", NULL);
}

static int
change(const struct card_change *c, struct card_changed *out, struct err *err)
{
	struct rig_key *k = find_key(c->id);
	struct rig_cert *x = find_cert(c->sha256);

	switch (c->kind) {
	case CHANGE_GENERATE:
		if (generate(c, err) == -1)
			return -1;
		out->der = spki_of(find_key(c->id)->which);
		return 0;
	case CHANGE_WRITE:
		return write_it(c, err);
	case CHANGE_REMOVE_CERT:
		if (x != NULL)
			x->len = 0;
		return 0;
	case CHANGE_REMOVE_KEY:
		if (rig_certs_of(c->id) > 0)
			return err_set(err, ERR_CARD_IN_USE, "czytnik", NULL);
		if (k != NULL)
			k->id[0] = '\0';
		return 0;
	case CHANGE_READ_CERT:
		if (x == NULL)
			return err_set(err, ERR_CARD_READ, "czytnik", NULL);
		return buf_add(&out->der, x->der, x->len);
	case CHANGE_READ_PUBLIC:
		if (k == NULL)
			return no_key(c->id, err);
		out->der = spki_of(k->which);
		return 0;
	}
	return -1;
}

int
card_hand_change(struct card_hand *h, const struct card *card,
    const struct token *t, const struct card_change *c,
    const struct secret *pin, struct card_changed *out, struct err *err)
{
	bool reads = c->kind == CHANGE_READ_CERT ||
	    c->kind == CHANGE_READ_PUBLIC;
	struct err why = ERR_INIT;

	(void)h;
	(void)card;
	buf_init(&out->der, CERT_DER_MAX);
	if (call())
		return pulled(err);
	/* What the card says of a PIN is lost as easily as anything. */
	if (!reads && verify(t, pin, &why) == -1) {
		if (call())
			return pulled(err);
		*err = why;
		return -1;
	}
	if (change(c, out, err) == -1)
		return -1;
	if (!call())
		return 0;
	card_changed_clear(out);
	return pulled(err);
}

int
card_hand_sign(struct card_hand *h, const struct card *card,
    const struct token *t, const char *key, const struct card_digest *d,
    const struct secret *pin, struct card_signature *out, struct err *err)
{
	struct rig_key *k = find_key(key);
	EVP_PKEY_CTX *ctx;

	(void)h;
	(void)card;
	if (call())
		return pulled(err);
	if (verify(t, pin, err) == -1)
		return -1;
	if (k == NULL || k->half)
		return no_key(key, err);
	/* A card refuses what its key is not for. */
	if ((d->by == SIGN_RSA) != (EVP_PKEY_get_base_id(rig_key(
	    (enum rig_key_name)k->which)) == EVP_PKEY_RSA))
		return err_set(err, ERR_CARD_KEY_KIND, key, NULL);
	ctx = EVP_PKEY_CTX_new(rig_key(W->signs_wrong ? RIG_STRANGER :
	    (enum rig_key_name)k->which), NULL);
	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	if (d->by == SIGN_RSA)
		EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING);
	assert_int_equal(EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()), 1);
	out->len = sizeof out->bytes;
	assert_int_equal(EVP_PKEY_sign(ctx, out->bytes, &out->len, d->bytes,
	    d->len), 1);
	EVP_PKEY_CTX_free(ctx);
	return call() ? pulled(err) : 0;
}

/* --- the authority ----------------------------------------------------------------------- */

static void
no_answer(struct way_outcome *o)
{
	o->result = WAY_FAILED;
	(void)err_set(&o->err, ERR_NET_TIMEOUT, "urząd", NULL);
}

/* Signed by the old key, and around the very request. */
static bool
is_by_old(struct span cms, struct span request)
{
	const uint8_t *p = cms.p, *old = W->old;
	CMS_ContentInfo *ci = d2i_CMS_ContentInfo(NULL, &p, (long)cms.len);
	X509 *x = d2i_X509(NULL, &old, (long)W->old_len);
	BIO *out = BIO_new(BIO_s_mem());
	STACK_OF(X509) *certs = sk_X509_new_null();
	char *data;
	bool right;

	sk_X509_push(certs, x);
	right = ci != NULL && CMS_verify(ci, certs, NULL, NULL, out,
	    CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) == 1 &&
	    BIO_get_mem_data(out, &data) == (long)request.len &&
	    memcmp(data, request.p, request.len) == 0;
	CMS_ContentInfo_free(ci);
	sk_X509_pop_free(certs, X509_free);
	BIO_free(out);
	return right;
}

static void
fake_send(const struct way_job *job, struct way_outcome *o)
{
	buf_init(&o->body, RENEWALS_PART_MAX);
	(void)call();
	W->sendings++;
	if (W->fault == RIG_UNSIGNED || W->fault == RIG_DOWN ||
	    W->fault == RIG_NONSENSE || W->fault == RIG_UNCONFIRMED) {
		o->unsent = W->fault == RIG_UNSIGNED;
		(void)err_set(&o->err, W->fault == RIG_UNSIGNED ?
		    ERR_CARD_REMOVED : W->fault == RIG_DOWN ? ERR_NET_CONNECT :
		    W->fault == RIG_NONSENSE ? ERR_WAY_TALK :
		    ERR_WAY_UNCONFIRMED, "urząd", NULL);
		o->result = WAY_FAILED;
		return;
	}
	if (W->fault == RIG_NO_NETWORK) {
		no_answer(o);
		return;
	}
	if (W->fault == RIG_REFUSES) {
		o->result = WAY_REFUSED;
		(void)err_set(&o->err, ERR_WAY_REFUSED, "urząd", NULL);
		snprintf(o->words, sizeof o->words, "nie ma takiego zamówienia");
		return;
	}
	if (strcmp(W->transaction, job->view->transaction) != 0) {
		W->requests++;
		snprintf(W->transaction, sizeof W->transaction, "%s",
		    job->view->transaction);
		memcpy(W->request, job->request.p, job->request.len);
		W->request_len = job->request.len;
		W->signed_by_old = is_by_old(job->signed_by_old, job->request);
	}
	(void)call();
	if (W->fault == RIG_ANSWER_LOST) {
		W->fault = RIG_WELL;
		no_answer(o);
		return;
	}
	o->result = WAY_SENT;
	o->retry_at = job->now + 60;
}

static size_t
issue(uint8_t out[RIG_DER_MAX])
{
	const uint8_t *p = W->request;
	X509_REQ *req = d2i_X509_REQ(NULL, &p, (long)W->request_len);
	struct rig_make m = { .by = RIG_CA, .cn = "Ewa Przykładowa",
	    .serial = PESEL, .from = W->starts_later ? 15 : 0,
	    .until = W->fault == RIG_ENDED ? -1 : 700,
	    .usage = "critical,nonRepudiation" };
	EVP_PKEY *key = X509_REQ_get_pubkey(req);
	size_t len;

	assert_int_equal(X509_REQ_verify(req, key), 1);
	if (W->fault == RIG_ENDED)
		m.from = -30;
	if (W->fault == RIG_OTHER_HOLDER)
		m.serial = "PNOPL-02070803628";
	if (W->fault == RIG_NO_CHAIN)
		m.by = RIG_STRANGER;
	len = make_for(W->fault == RIG_WRONG_KEY ? rig_key(RIG_STRANGER) : key,
	    &m, out);
	EVP_PKEY_free(key);
	X509_REQ_free(req);
	return len;
}

/* A new one whenever it is asked for: such authorities there are. */
static void
fake_ask(const struct way_job *job, struct way_outcome *o)
{
	uint8_t der[RIG_DER_MAX];

	(void)call();
	buf_init(&o->body, RENEWALS_PART_MAX);
	if (W->fault == RIG_PUT_ASIDE || W->fault == RIG_NOT_POLLED) {
		o->result = WAY_SENT;
		o->retry_at = job->now + 60;
		if (W->fault == RIG_PUT_ASIDE)
			snprintf(o->reference, sizeof o->reference, "%s",
			    RIG_REFERENCE);
		return;
	}
	o->result = WAY_ISSUED;
	assert_int_equal(buf_add(&o->body, der, issue(der)), 0);
}

static void
fake_told(const struct way_job *job, struct way_outcome *o)
{
	(void)call();
	if (W->untold > 0) {
		W->untold--;
		no_answer(o);
		return;
	}
	assert_string_not_equal(job->view->new_serial, "");
	W->told++;
	o->result = WAY_SENT;
	(void)call();
}

static bool
always(const struct authority *a)
{
	(void)a;
	return true;
}

const struct way rig_way = { .id = "order", .name = "urzędem", .machine = true,
    .configured = always, .send = fake_send, .ask = fake_ask,
    .told = fake_told };
static const struct way old_way = { .id = "order", .name = "urzędem",
    .machine = true, .by_old = true, .configured = always, .send = fake_send,
    .ask = fake_ask, .told = fake_told };
static const struct way by_file = { .id = "file", .name = "plikiem",
    .configured = always };

const struct way *
way_by_id(const char *id)
{
	return strcmp(id, "order") == 0 ? W->by_old ? &old_way : &rig_way :
	    strcmp(id, "file") == 0 ? &by_file : NULL;
}

size_t
ways_of(const struct authority *a, const struct way *out[], size_t max)
{
	size_t n = 0;

	if (a != NULL && n < max)
		out[n++] = &rig_way;
	if (n < max)
		out[n++] = &by_file;
	return n;
}

void
way_outcome_clear(struct way_outcome *o)
{
	buf_clear(&o->body);
}

/* --- people ------------------------------------------------------------------------------- */

static int
ask_pin(void *arg, enum renewal_pin purpose, const struct card *card,
    const struct token *t, const struct err *why, struct secret **pin,
    struct err *err)
{
	const char *text = W->typed < 4 && W->pins[W->typed] != NULL ?
	    W->pins[W->typed] : RIG_PIN;

	(void)arg;
	(void)purpose;
	(void)card;
	(void)t;
	(void)why;
	(void)call();
	W->last |= W->spends;
	W->typed++;
	if (text[0] == '\0')
		return err_set(err, ERR_PIN_CANCELLED, "czytnik", NULL);
	*pin = secret_new();
	return secret_add(*pin, text, strlen(text));
}

static int
ask_old(void *arg, const struct card *card, size_t old, bool warn)
{
	(void)arg;
	(void)warn;
	assert_true(old < card->ncerts);
	(void)call();
	return W->old_answer;
}

static int
ask_request(void *arg, const struct card *card,
    const struct renewal_plan *plan, const struct cert *old)
{
	(void)arg;
	assert_non_null(card);
	assert_string_equal(plan->token, RIG_TOKEN);
	assert_string_equal(cert_holder(old), "Ewa Przykładowa");
	return 1;
}

const struct renewal_people rig_people = { .ask_pin = ask_pin,
    .ask_old = ask_old, .ask_request = ask_request };
