#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/answerrig.h"

#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "card/proto.h"
#include "card/record.h"

static void
require(bool truth)
{
	if (!truth)
		abort();
}

void
rig_up(struct answerrig *r)
{
	struct err err = ERR_INIT;
	struct token *t;

	memset(r, 0, sizeof *r);
	r->card = card_new("Reader 00 00");
	r->card->state = CARD_READY;
	r->world.pcsc = PCSC_UP;
	r->world.cards[0] = r->card;
	r->world.ncards = 1;
	t = card_add_token(r->card);
	require(t != NULL);
	card_set(&t->label, "Token");
	card_set(&t->serial, "0372");
	t->pin.set = t->pin.verified = true;
	require(conf_load(&r->conf, "/dev/null", NULL, &err) == 0);
	r->facts = (struct answer_facts){ .now = MAKE_NOW, .had = NEED_CARD,
	    .conf = &r->conf, .authorities = &r->authorities,
	    .world = &r->world, .card = r->card, .cert = SIZE_MAX };
}

void
rig_down(struct answerrig *r)
{
	card_world_clear(&r->world);
	conf_clear(&r->conf);
	authorities_clear(&r->authorities);
	order_clear(&r->found.order);
	request_clear(&r->request);
	cert_free(r->file_cert);
}

void
rig_pull(struct answerrig *r)
{
	r->card->state = CARD_ABSENT;
	r->facts.card = NULL;
	r->facts.cert = SIZE_MAX;
}

void
rig_no_reader(struct answerrig *r)
{
	rig_pull(r);
	r->world.ncards = 0;
	card_free(r->card);
	r->card = r->world.cards[0] = NULL;
}

void
rig_not_looked(struct answerrig *r)
{
	r->facts.had &= ~(unsigned)NEED_CARD;
	r->facts.world = NULL;
	r->facts.card = NULL;
	r->facts.cert = SIZE_MAX;
}

void
rig_module(struct answerrig *r, enum module_state state, enum err_code code)
{
	struct module_view *m = &r->world.modules[r->world.nmodules++];

	m->name = mem_strdup("some-pkcs11.so");
	m->path = mem_strdup("/usr/lib/some-pkcs11.so");
	m->state = state;
	m->err.code = ERR_NONE;
	if (code != ERR_NONE)
		(void)err_set(&m->err, code, m->name, NULL);
}

size_t
rig_der(struct answerrig *r, const uint8_t *der, size_t len,
    enum key_state state)
{
	struct card_cert *c = card_add_cert(r->card);
	struct err err = ERR_INIT;
	struct card_key *k;

	require(c != NULL && cert_parse(der, len, &c->cert, &err) == 0);
	buf_init(&c->der, CARD_DER_MAX);
	/* A longer one comes without its bytes. */
	(void)buf_add(&c->der, der, len);
	card_set(&c->id, "01");
	c->tokens = 1;
	c->key = state;
	c->size = len;
	memcpy(c->sha256, c->cert->sha256, sizeof c->sha256);
	if (state == KEY_PRIVATE || state == KEY_PUBLIC) {
		k = card_add_key(r->card);
		require(k != NULL);
		k->tokens = 1;
		k->type = c->cert->key_type;
		k->bits = c->cert->key_bits;
		k->is_private = state == KEY_PRIVATE;
		k->has_spki = true;
		memcpy(k->spki_sha256, c->cert->spki_sha256, 32);
		k->cert = (int)r->card->ncerts - 1;
	}
	if (r->facts.cert == SIZE_MAX && !c->cert->is_ca)
		r->facts.cert = r->card->ncerts - 1;
	return r->card->ncerts - 1;
}

size_t
rig_cert(struct answerrig *r, const char *profile, enum key_state state)
{
	size_t len, at;
	uint8_t *der;

	require(make_profile(profile) != NULL);
	der = make_cert(make_profile(profile), &len);
	at = rig_der(r, der, len, state);
	free(der);
	return at;
}

struct token *
rig_token(struct answerrig *r, bool read_only)
{
	struct token *t = card_add_token(r->card);

	require(t != NULL);
	card_set(&t->label, "QSCD");
	card_set(&t->serial, "0373");
	t->read_only = read_only;
	t->pin.set = t->pin.verified = true;
	return t;
}

void
rig_key(struct answerrig *r)
{
	struct card_key *k = card_add_key(r->card);

	require(k != NULL);
	card_set(&k->id, "0A");
	k->tokens = 1;
	k->type = KEY_RSA;
	k->bits = 2048;
	k->is_private = k->has_spki = true;
	memset(k->spki_sha256, 0x5a, 32);
	k->cert = -1;
}

void
rig_dates(struct answerrig *r, size_t cert, int from, int until)
{
	struct cert *c = r->card->certs[cert].cert;

	c->not_before = r->facts.now + from * RIG_DAY;
	c->not_after = r->facts.now + until * RIG_DAY;
}

/* A file of a folder, of an authority of that name and key. */
static char *
write_authority(const char *folder, const char *name, const char *key_id,
    const char *lines)
{
	char *path = mem_printf("%s/%s.conf", folder, key_id);
	FILE *out = fopen(path, "w");

	require(out != NULL);
	require(fprintf(out, "[authority]\nname = %s\n[recognise]\n"
	    "key_id = %s\n%s", name, key_id, lines) > 0 && fclose(out) == 0);
	return path;
}

void
rig_authorities(struct answerrig *r, const char *lines, const char *second)
{
	char folder[] = "/tmp/answerrig.XXXXXX";
	char *conf, *sub, *path, *other = NULL;
	struct err err = ERR_INIT;

	require(mkdtemp(folder) != NULL);
	conf = mem_printf("%s/okienko.conf", folder);
	sub = mem_printf("%s/authorities.d", folder);
	require(mkdir(sub, 0700) == 0);
	path = write_authority(sub, "Urząd Przykładowy", "DEADBEEF", lines);
	if (second != NULL)
		other = write_authority(sub, "Urząd Drugi", "FEEDF00D",
		    second);
	require(authorities_load(&r->authorities, conf, NULL, &err) == 0);
	require(r->authorities.n == (second != NULL ? 2 : 1));
	r->facts.authority = &r->authorities.v[0];
	require(unlink(path) == 0 && (other == NULL || unlink(other) == 0));
	require(rmdir(sub) == 0 && rmdir(folder) == 0);
	free(other);
	free(path);
	free(sub);
	free(conf);
}

void
rig_authority(struct answerrig *r, const char *lines)
{
	rig_authorities(r, lines, NULL);
}

struct order *
rig_order(struct answerrig *r, enum order_state state)
{
	struct order *o = &r->found.order;

	o->state = state;
	snprintf(o->number, sizeof o->number, "PU12345674");
	r->found.authority = r->facts.authority;
	r->orders = (struct order_answer){ .v = &r->found, .n = 1 };
	r->facts.orders = &r->orders;
	r->facts.order = &r->found;
	r->facts.had |= NEED_ORDER;
	return o;
}

void
rig_no_order(struct answerrig *r)
{
	r->orders = (struct order_answer){ .why = ORDER_WHY_UNKNOWN };
	r->facts.orders = &r->orders;
	r->facts.had |= NEED_ORDER;
}

static void
take_file(struct answerrig *r, const char *name)
{
	r->file.name = name;
	r->facts.file = &r->file;
	r->facts.had |= NEED_FILE;
}

void
rig_request(struct answerrig *r, size_t cert)
{
	take_file(r, "request.p10");
	r->request = (struct cert_request){ .key_type = KEY_RSA,
	    .key_bits = 2048, .proof = SIGNATURE_RIGHT };
	r->request.signature_alg = mem_strdup("sha256WithRSAEncryption");
	if (cert != SIZE_MAX)
		memcpy(r->request.spki_sha256,
		    r->card->certs[cert].cert->spki_sha256, 32);
	else
		memset(r->request.spki_sha256, 0x5a, 32);
	r->file.request = &r->request;
}

void
rig_file_cert(struct answerrig *r, const char *profile)
{
	struct err err = ERR_INIT;
	uint8_t *der;
	size_t len;

	take_file(r, "new.der");
	der = make_cert(make_profile(profile), &len);
	require(cert_parse(der, len, &r->file_cert, &err) == 0);
	free(der);
	r->file.certs = (const struct cert *const *)&r->file_cert;
	r->file.ncerts = 1;
}

void
rig_file_bad(struct answerrig *r)
{
	take_file(r, "letter.txt");
	r->file.bytes = span_of("Dear madam", 10);
	err_set(&r->file.err, ERR_NOT_A_CERT, "letter.txt", NULL);
}

void
rig_ask(struct answerrig *r, const char *id, struct answer *a)
{
	const struct check *check = check_by_id(id);

	require(check != NULL);
	if (r->card != NULL)
		capacity_reckon(r->card, r->facts.now);
	answer_look_at(check, &r->facts, a);
}

const struct answer_look *
rig_look(const struct answer *a, const char *what)
{
	for (size_t i = 0; i < a->nlooked; i++)
		if (strcmp(a->looked[i].what, what) == 0)
			return &a->looked[i];
	return NULL;
}

bool
rig_offers(const struct answer *a, enum answer_action action)
{
	for (size_t i = 0; i < a->nsteps; i++)
		if (a->steps[i].action == action)
			return true;
	return false;
}

void
rig_status(struct answerrig *r, const char *profile, enum record_status s)
{
	rig_cert(r, profile, KEY_PRIVATE);
	r->status.status = s;
	r->status.ocsp.answered = true;
	r->status.at = MAKE_NOW;
	r->facts.status = &r->status;
	r->facts.had |= NEED_STATUS;
}

void
rig_trust(struct answerrig *r, size_t cert, int why)
{
	r->trusts[cert] = (struct answer_trust){ .looked = true,
	    .report = { .configured = true, .why = why,
	    .name = "Urząd Przykładowy" } };
	r->facts.trusts = r->trusts;
	r->facts.had |= NEED_TRUST;
}

/* A badge is whole in its sixteen columns, a sentence ends. */
static void
assert_well_said(const struct answer *a)
{
	assert_true(a->says[0] != '\0' && a->reason[0] != '\0');
	assert_int_equal(a->says[strlen(a->says) - 1], '.');
	if (a->why[0] != '\0')
		assert_int_equal(a->why[strlen(a->why) - 1], '.');
	assert_true(strlen(a->says) < sizeof a->says - 4);
	assert_true(strlen(a->why) < sizeof a->why - 4);
	assert_null(strstr(a->badge, "…"));
	for (size_t i = 0; i < a->nlooked; i++) {
		assert_true(a->looked[i].what[0] != '\0');
		assert_true(a->looked[i].saw[0] != '\0');
		assert_true(strlen(a->looked[i].saw) <
		    sizeof a->looked[i].saw - 4);
	}
	for (size_t i = 0; i < a->nsteps; i++)
		assert_int_equal(a->steps[i].words[strlen(a->steps[i].words) - 1],
		    '.');
}

/* Of the person nothing stands there in clear, so that it can be printed. */
static void
assert_masked(const struct answer *a)
{
	static const char *const persons[] = {
		"44051401359", "1234563218", "123456789", "ewa@", "Łęcka",
		"Kowalski", "Smith",
	};
	json_t *j = answer_json(a);
	char *text = json_dumps(j, 0);

	assert_non_null(text);
	for (size_t i = 0; i < sizeof persons / sizeof *persons; i++)
		assert_null(strstr(text, persons[i]));
	free(text);
	json_decref(j);
}

/*
 * Behind these the desk does something itself, whatever the situation is; only a
 * card that is missing has to be put in first.
 */
static void
assert_something_to_do(const char *check, const struct answer *a)
{
	static const char *const acting[] = { "when-to-start",
	    "embed-while-valid", "expired-online", "csr", "request-link",
	    "dead-links", "app-not-found", "client-does-not-start" };
	bool acts = (a->lacked & NEED_CARD) != 0;

	for (size_t i = 0; i < a->nsteps; i++)
		acts |= a->steps[i].action != ACTION_NONE;
	for (size_t i = 0; i < sizeof acting / sizeof *acting; i++)
		if (strcmp(check, acting[i]) == 0 && !acts)
			fail_msg("%s, %s: nothing to do", check, a->reason);
}

void
rig_ask_both(struct answerrig *r, const char *check, struct answer *a)
{
	struct answer polish;

	i18n_init("pl");
	rig_ask(r, check, &polish);
	assert_well_said(&polish);
	i18n_set("en");
	rig_ask(r, check, a);
	assert_well_said(a);
	assert_masked(a);
	assert_something_to_do(check, a);
	assert_string_equal(a->reason, polish.reason);
	assert_int_equal(a->nsteps, polish.nsteps);
	assert_string_not_equal(a->says, polish.says);
}

void
rig_situations(const struct situation *all, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct situation *s = &all[i];
		struct answerrig r;
		struct answer a;

		print_message("# %s: %s\n", s->check, s->what);
		rig_up(&r);
		s->make(&r);
		rig_ask_both(&r, s->check, &a);
		assert_string_equal(a.reason, s->reason);
		assert_int_equal(a.verdict, s->verdict);
		if (s->offers != ACTION_COUNT)
			assert_true(rig_offers(&a, s->offers));
		assert_int_equal(!!(a.lacked & NEED_CARD),
		    r.facts.card == NULL && check_by_id(s->check)->must &
		    NEED_CARD);
		rig_down(&r);
	}
}
