/*
 * What facts are gathered from what is given: the card and certificate in
 * question, files by what they hold, the registry; what stays when things change.
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

#include "answers/gather.h"
#include "base/file.h"
#include "base/mem.h"
#include "card/proto.h"
#include "card/record.h"
#include "tests/unit/answerrig.h"
#include "tests/unit/regtest.h"

#define LINK	"https://orders.example.org/o/AbCd1234_-efGH"

static struct gather_from
from_rig(const struct answerrig *r)
{
	return (struct gather_from){ .conf = &r->conf,
	    .authorities = &r->authorities, .world = &r->world };
}

static struct gathered *
gathered_of(const struct gather_from *from, unsigned needs)
{
	struct gathered *g = gathered_new(from, MAKE_NOW);
	struct err err = ERR_INIT;

	assert_int_equal(gather(g, needs, NULL, NULL, NULL, &err), 0);
	return g;
}

/* --- cards -------------------------------------------------------------------- */

static void
assert_same_world(const struct card_world *a, const struct card_world *b)
{
	json_t *ja = proto_world_to_json(a), *jb = proto_world_to_json(b);

	assert_true(json_equal(ja, jb));
	json_decref(ja);
	json_decref(jb);
}

/* The copy is whole, and nothing of it lies in the original. */
static void
test_world_copied(void **state)
{
	struct answerrig r;
	struct card_world copy, again;
	struct module_view *m;

	(void)state;
	rig_up(&r);
	rig_cert(&r, "qualified", KEY_PRIVATE);
	rig_key(&r);
	m = &r.world.modules[r.world.nmodules++];
	m->name = mem_strdup("card.so");
	m->path = mem_strdup("/usr/lib/card.so");
	err_set(&r.world.helper_err, ERR_HELPER_DIED, NULL, NULL);
	r.world.pcsc_socket = mem_strdup("/run/pcscd");
	card_world_copy(&copy, &r.world);
	assert_same_world(&copy, &r.world);
	assert_int_equal(copy.helper_err.code, ERR_HELPER_DIED);
	card_world_copy(&again, &copy);
	rig_down(&r);
	assert_same_world(&copy, &again);
	card_world_clear(&copy);
	card_world_clear(&again);
}

/* Which certificate is meant where none is named. */
static const struct {
	const char	*on[3];
	size_t		 meant;
} meant[] = {
	{ { "email", "qualified" }, 1 },
	{ { "qualified-expired", "email" }, 1 },
	{ { "qualified-expired", "qualified" }, 1 },
	{ { "qualified-not-yet", "qualified" }, 1 },
	{ { "email-expired", "qualified-expired" }, 1 },
	{ { "ca", "email" }, 1 },
	{ { "ca" }, SIZE_MAX },
};

static void
test_which_cert(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof meant / sizeof *meant; i++) {
		struct gather_from from;
		struct gathered *g;
		struct answerrig r;

		rig_up(&r);
		for (size_t k = 0; k < 3 && meant[i].on[k] != NULL; k++)
			rig_cert(&r, meant[i].on[k], KEY_PRIVATE);
		from = from_rig(&r);
		g = gathered_new(&from, MAKE_NOW);
		assert_int_equal(gathered_facts(g)->cert, meant[i].meant);
		gathered_free(g);
		/* And one that is named is the one. */
		from.cert = r.card->certs[0].sha256;
		g = gathered_new(&from, MAKE_NOW);
		assert_int_equal(gathered_facts(g)->cert, 0);
		gathered_free(g);
		rig_down(&r);
	}
}

/* A card that can be read before one that cannot; the one named before any. */
static void
test_which_card(void **state)
{
	struct gather_from from;
	struct gathered *g;
	struct answerrig r;

	(void)state;
	rig_up(&r);
	r.card->state = CARD_FAILED;
	r.world.cards[r.world.ncards++] = card_new("Reader 01 00");
	r.world.cards[1]->state = CARD_READY;
	r.world.cards[r.world.ncards++] = card_new("Reader 02 00");
	r.world.cards[2]->state = CARD_ABSENT;
	from = from_rig(&r);
	g = gathered_new(&from, MAKE_NOW);
	assert_string_equal(gathered_facts(g)->card->reader, "Reader 01 00");
	gathered_free(g);
	from.reader = "Reader 00 00";
	g = gathered_new(&from, MAKE_NOW);
	assert_string_equal(gathered_facts(g)->card->reader, "Reader 00 00");
	gathered_free(g);
	from.reader = "Reader 02 00";
	g = gathered_new(&from, MAKE_NOW);
	assert_null(gathered_facts(g)->card);
	assert_true(gathered_facts(g)->had & NEED_CARD);
	gathered_free(g);
	from.world = NULL;
	g = gathered_new(&from, MAKE_NOW);
	assert_int_equal(gathered_facts(g)->had, 0);
	gathered_free(g);
	rig_down(&r);
}

/* --- whose ------------------------------------------------------------------------ */

static void
test_whose(void **state)
{
	struct gather_from from;
	struct gathered *g;
	struct answerrig r;

	(void)state;
	rig_up(&r);
	rig_authority(&r, "");
	from = from_rig(&r);
	/* Nothing to go by: the only one there is. */
	g = gathered_new(&from, MAKE_NOW);
	assert_ptr_equal(gathered_facts(g)->authority, r.facts.authority);
	gathered_free(g);
	/* Somebody else's certificate is not that one's. */
	rig_cert(&r, "email", KEY_PRIVATE);
	g = gathered_new(&from, MAKE_NOW);
	assert_null(gathered_facts(g)->authority);
	/* Its own is; as things change. */
	rig_cert(&r, "qualified", KEY_PRIVATE);
	gathered_again(g, &from, 0, MAKE_NOW);
	assert_ptr_equal(gathered_facts(g)->authority, r.facts.authority);
	gathered_free(g);
	rig_down(&r);
}

/* --- files ------------------------------------------------------------------------- */

static void
assert_kind(const struct gather_from *from, bool request, size_t certs,
    bool link, enum err_code code)
{
	struct gathered *g = gathered_of(from, NEED_FILE);
	const struct answer_facts *f = gathered_facts(g);

	assert_true(f->had & NEED_FILE);
	assert_int_equal(f->file->request != NULL, request);
	assert_int_equal(f->file->ncerts, certs);
	assert_int_equal(f->file->link != NULL, link);
	assert_int_equal(f->file->err.code, code);
	if (link)
		assert_string_equal(f->file->link->url, LINK);
	gathered_free(g);
}

static void
write_file(const char *path, const void *data, size_t len)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(data, 1, len, out), len);
	assert_int_equal(fclose(out), 0);
}

static void
write_request(const char *path)
{
	EVP_PKEY *key = make_key(MAKE_RSA);
	X509_REQ *req = X509_REQ_new();
	FILE *out = fopen(path, "w");

	assert_true(key != NULL && req != NULL && out != NULL);
	assert_int_equal(X509_REQ_set_pubkey(req, key), 1);
	assert_true(X509_REQ_sign(req, key, EVP_sha256()) > 0);
	assert_int_equal(PEM_write_X509_REQ(out, req), 1);
	assert_int_equal(fclose(out), 0);
	X509_REQ_free(req);
}

static void
test_files(void **state)
{
	const struct regtest *t = *state;
	char path[128];
	struct gather_from from;
	struct answerrig r;
	uint8_t *der;
	size_t len;

	rig_up(&r);
	rig_authority(&r, "[orders]\nurl = https://orders.example.org/v1\n");
	from = from_rig(&r);
	snprintf(path, sizeof path, "%s", regtest_path(t, "file"));
	from.path = path;
	assert_kind(&from, false, 0, false, ERR_NO_FILE);
	der = make_cert(make_profile("qualified"), &len);
	write_file(path, der, len);
	free(der);
	assert_kind(&from, false, 1, false, ERR_NONE);
	write_request(path);
	assert_kind(&from, true, 0, false, ERR_NONE);
	write_file(path, "nothing of that kind", 20);
	assert_kind(&from, false, 0, false, ERR_NOT_A_CERT);
	write_file(path, "", 0);
	assert_kind(&from, false, 0, false, ERR_NOT_A_CERT);
	from.path = NULL;
	from.text = "Please click: " LINK;
	assert_kind(&from, false, 0, true, ERR_NONE);
	rig_down(&r);
}

/* --- an order ------------------------------------------------------------------------ */

/* A kiosk asks for numbers alone: that nobody knows it is not said of the rest. */
static void
test_kiosk_order(void **state)
{
	struct order_service *orders;
	struct gather_from from;
	struct gathered *g;
	struct answerrig r;
	struct answer a;

	(void)state;
	rig_up(&r);
	rig_authority(&r, "[orders]\nurl = https://orders.example.org/v1\n");
	orders = order_service_new(NULL, NULL, &r.authorities);
	from = from_rig(&r);
	from.orders = orders;
	from.kiosk = true;
	from.order = "jan@example.org";
	g = gathered_of(&from, NEED_ORDER);
	answer_look_at(check_by_id("no-order"), gathered_facts(g), &a);
	assert_int_equal(a.verdict, ANSWER_CANNOT_TELL);
	assert_string_equal(a.reason, "number-only");
	gathered_free(g);
	order_service_free(orders);
	rig_down(&r);
}

/* --- the registry -------------------------------------------------------------------- */

static void
test_registry(void **state)
{
	const struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct gather_from from;
	const struct answer_facts *f;
	struct gathered *g;
	struct answerrig r;

	rig_up(&r);
	from = from_rig(&r);
	g = gathered_of(&from, NEED_REGISTRY);
	assert_false(gathered_facts(g)->registry);
	assert_true(gathered_facts(g)->had & NEED_REGISTRY);
	gathered_free(g);
	from.registry = reg;
	g = gathered_of(&from, NEED_REGISTRY);
	f = gathered_facts(g);
	assert_true(f->registry && f->remembered == 0);
	gathered_free(g);
	assert_true(regtest_put(reg, 7, "Jan Kowalski", NULL, NULL) > 0);
	g = gathered_of(&from, NEED_REGISTRY);
	f = gathered_facts(g);
	assert_int_equal(f->remembered, 1);
	gathered_free(g);
	registry_close(reg);
	rig_down(&r);
}

/* --- revoked? --------------------------------------------------------------------------- */

/* Whom nobody can be asked about keeps nobody from asking about the next. */
static void
test_statuses(void **state)
{
	struct net *net = net_new(&(struct net_options){ .helper =
	    "/nonexistent" });
	const struct answer_facts *f;
	struct gather_from from;
	struct gathered *g;
	struct answerrig r;

	(void)state;
	assert_non_null(net);
	rig_up(&r);
	rig_cert(&r, "email", KEY_PRIVATE);
	rig_cert(&r, "email-any", KEY_PRIVATE);
	rig_cert(&r, "email-commitment", KEY_PRIVATE);
	from = from_rig(&r);
	from.net = net;
	g = gathered_of(&from, NEED_STATUS);
	f = gathered_facts(g);
	assert_int_equal(f->status->err.code, ERR_NO_STATUS);
	assert_int_equal(f->nstatuses, 2);
	for (size_t i = 0; i < f->nstatuses; i++)
		assert_int_equal(f->statuses[i].report.err.code,
		    ERR_NO_STATUS);
	gathered_free(g);
	net_free(net);
	rig_down(&r);
}

/* --- again ----------------------------------------------------------------------------- */

/* What nobody can be asked for is not had; what was kept stays; the rest goes. */
static void
test_again(void **state)
{
	struct gather_from from;
	struct gathered *g;
	struct answerrig r;

	(void)state;
	rig_up(&r);
	rig_cert(&r, "qualified", KEY_PRIVATE);
	from = from_rig(&r);
	from.text = "nothing of that kind";
	from.order = "PU12345674";
	g = gathered_of(&from, ~0u);
	assert_int_equal(gathered_facts(g)->had, NEED_CARD | NEED_FILE |
	    NEED_REGISTRY | NEED_TRUST);
	from.world = NULL;
	gathered_again(g, &from, NEED_FILE, MAKE_NOW + 5);
	assert_int_equal(gathered_facts(g)->had, NEED_FILE);
	assert_non_null(gathered_facts(g)->file);
	assert_null(gathered_facts(g)->card);
	assert_int_equal(gathered_facts(g)->now, MAKE_NOW + 5);
	gathered_again(g, &from, 0, MAKE_NOW);
	assert_int_equal(gathered_facts(g)->had, 0);
	assert_null(gathered_facts(g)->file);
	gathered_free(g);
	rig_down(&r);
}

/* The clock goes on and nothing else: all is kept but what is of another one. */
static void
test_later(void **state)
{
	struct net *net = net_new(&(struct net_options){ .helper =
	    "/nonexistent" });
	const struct answer_facts *f;
	struct gather_from from;
	struct gathered *g;
	struct answerrig r;

	(void)state;
	rig_up(&r);
	rig_cert(&r, "email", KEY_PRIVATE);
	rig_cert(&r, "email-any", KEY_PRIVATE);
	rig_dates(&r, 0, 10, 700);
	rig_dates(&r, 1, -300, 20);
	from = from_rig(&r);
	from.net = net;
	from.text = "nothing of that kind";
	g = gathered_of(&from, ~0u);
	f = gathered_facts(g);
	assert_int_equal(f->cert, 1);
	gathered_later(g, MAKE_NOW + 9 * RIG_DAY);
	assert_int_equal(f->now, MAKE_NOW + 9 * RIG_DAY);
	assert_int_equal(f->had, NEED_CARD | NEED_FILE | NEED_REGISTRY |
	    NEED_TRUST | NEED_NETWORK | NEED_STATUS);
	assert_true(f->card != NULL && f->file != NULL && f->status != NULL);
	assert_int_equal(f->cert, 1);
	gathered_later(g, MAKE_NOW + 11 * RIG_DAY);
	assert_int_equal(f->cert, 0);
	assert_int_equal(f->had & NEED_STATUS, 0);
	assert_null(f->status);
	assert_non_null(f->trusts);
	gathered_free(g);
	net_free(net);
	rig_down(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_world_copied),
		cmocka_unit_test(test_which_cert),
		cmocka_unit_test(test_which_card),
		cmocka_unit_test(test_whose),
		cmocka_unit_test_setup_teardown(test_files, regtest_setup,
		    regtest_teardown),
		cmocka_unit_test_setup_teardown(test_registry, regtest_setup,
		    regtest_teardown),
		cmocka_unit_test(test_kiosk_order),
		cmocka_unit_test(test_statuses),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
