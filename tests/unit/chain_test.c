/*
 * The chain by facts at hand, and the checks of cards that cannot be read, of
 * orders, links and proxies: a situation a line, and what is answered.
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

#include "answers/chain.h"
#include "base/mem.h"
#include "card/record.h"
#include "tests/unit/answerrig.h"

/* What a situation has beside the card. */
struct scene {
	struct answerrig rig;
	struct link link;
	struct diag_report net;
};

typedef void make_fn(struct scene *);

/* --- cards -------------------------------------------------------------------- */

static void
well(struct scene *s)
{
	rig_module(&s->rig, MODULE_READY, ERR_NONE);
	rig_cert(&s->rig, "qualified", KEY_PRIVATE);
}

static void
card_fails(struct scene *s, enum err_code code)
{
	rig_module(&s->rig, MODULE_READY, ERR_NONE);
	s->rig.card->state = CARD_FAILED;
	(void)err_set(&s->rig.card->err, code, "Reader 00 00", NULL);
}

#define FAILS(name, code) \
	static void \
	name(struct scene *s) { card_fails(s, code); }

FAILS(mute, ERR_CARD_MUTE)
FAILS(busy, ERR_CARD_BUSY)
FAILS(unknown, ERR_CARD_UNKNOWN)

static void
expired(struct scene *s)
{
	rig_module(&s->rig, MODULE_READY, ERR_NONE);
	rig_cert(&s->rig, "qualified-expired", KEY_PRIVATE);
}

static void
not_yet(struct scene *s)
{
	well(s);
	rig_dates(&s->rig, 0, 3, 700);
}

static void
locked(struct scene *s)
{
	well(s);
	s->rig.card->tokens[0].pin.locked = true;
}

static void
no_key(struct scene *s)
{
	rig_module(&s->rig, MODULE_READY, ERR_NONE);
	rig_cert(&s->rig, "qualified", KEY_MISSING);
}

static void
empty_card(struct scene *s)
{
	rig_module(&s->rig, MODULE_READY, ERR_NONE);
}

static void
still_read(struct scene *s)
{
	well(s);
	s->rig.card->state = CARD_READING;
}

static void
pulled(struct scene *s)
{
	rig_module(&s->rig, MODULE_READY, ERR_NONE);
	rig_pull(&s->rig);
}

static void
no_reader(struct scene *s)
{
	rig_module(&s->rig, MODULE_READY, ERR_NONE);
	rig_no_reader(&s->rig);
}

static void
no_service(struct scene *s)
{
	no_reader(s);
	s->rig.world.pcsc = PCSC_GONE;
	(void)err_set(&s->rig.world.pcsc_err, ERR_PCSC_DOWN, "/run/pcscd",
	    NULL);
}

static void
refused(struct scene *s)
{
	no_reader(s);
	s->rig.world.pcsc = PCSC_GONE;
	(void)err_set(&s->rig.world.pcsc_err, ERR_PCSC_REFUSED, "/run/pcscd",
	    NULL);
}

static void
no_software(struct scene *s)
{
	rig_cert(&s->rig, "qualified", KEY_PRIVATE);
}

static void
one_is_missing(struct scene *s)
{
	rig_module(&s->rig, MODULE_STOPPED, ERR_MODULE_MISSING);
	well(s);
}

static void
software_missing(struct scene *s)
{
	rig_module(&s->rig, MODULE_STOPPED, ERR_MODULE_MISSING);
}

static void
full(struct scene *s)
{
	well(s);
	s->rig.card->model.max_certs = 1;
}

static void
not_looked(struct scene *s)
{
	rig_not_looked(&s->rig);
}

/* --- the way -------------------------------------------------------------------- */

static void
way_breaks(struct scene *s, enum diag_step at, enum err_code code)
{
	s->rig.facts.had |= NEED_NETWORK;
	s->rig.facts.net = &s->net;
	for (size_t i = 0; i < DIAG_STEPS; i++)
		s->net.v[i] = (struct diag_result){ .step = (enum diag_step)i,
		    .verdict = i < at ? DIAG_FINE : DIAG_NOT_KNOWN,
		    .saw = "10.0.0.1" };
	if (at == DIAG_STEPS)
		return;
	s->net.v[at].verdict = DIAG_BROKEN;
	(void)err_set(&s->net.v[at].err, code, "https://orders.example",
	    NULL);
}

static void
wants_login(struct scene *s)
{
	way_breaks(s, DIAG_PROXY_LOGIN, ERR_NET_PROXY_LOGIN);
}

static void
wants_kerberos(struct scene *s)
{
	wants_login(s);
	s->net.v[DIAG_PROXY_LOGIN].no_scheme = true;
}

static void
login_refused(struct scene *s)
{
	way_breaks(s, DIAG_PROXY_LOGIN, ERR_NET_PROXY_REFUSED);
}

static void
no_proxy_there(struct scene *s)
{
	way_breaks(s, DIAG_PROXY, ERR_NET_PROXY);
}

static void
no_name(struct scene *s)
{
	way_breaks(s, DIAG_NAME, ERR_NET_NAME);
}

static void
portal(struct scene *s)
{
	way_breaks(s, DIAG_HTTP, ERR_NET_PORTAL);
	s->net.v[DIAG_HTTP].portal = true;
}

static void
inspected(struct scene *s)
{
	way_breaks(s, DIAG_TLS, ERR_NET_TLS);
	s->net.v[DIAG_TLS].inspected = true;
}

static void
open_way(struct scene *s)
{
	way_breaks(s, DIAG_STEPS, ERR_NONE);
}

static void
open_without_proxy(struct scene *s)
{
	open_way(s);
	s->net.v[DIAG_PROXY].verdict = DIAG_NOT_NEEDED;
	s->net.v[DIAG_PROXY_LOGIN].verdict = DIAG_NOT_NEEDED;
}

static void
no_address(struct scene *s)
{
	s->rig.facts.had |= NEED_NETWORK;
}

static void
nothing(struct scene *s)
{
	(void)s;
}

/* --- orders ------------------------------------------------------------------------ */

#define ORDER(state, more) "{\"number\":\"ZP47819977\",\"state\":\"" state \
	"\",\"history\":[{\"state\":\"placed\",\"at\":" \
	"\"2026-11-16T10:00:00Z\"},{\"state\":\"" state "\",\"at\":" \
	"\"2026-11-20T10:00:00Z\"}],\"product\":{\"kind\":\"signature\"," \
	"\"qualified\":true,\"months\":24}" more "}"

#define LINK(what, state) ",\"links\":[{\"what\":\"" what "\",\"state\":\"" \
	state "\",\"sent\":\"2026-11-20T11:00:00Z\"}]"

static void
looked_up(struct scene *s, enum order_why why)
{
	s->rig.facts.had |= NEED_ORDER;
	s->rig.facts.orders = &s->rig.orders;
	s->rig.orders.why = why;
}

static void
order_is(struct scene *s, const char *text)
{
	json_t *j = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	struct err err = ERR_INIT;

	if (order_read(j, &s->rig.found.order, &err) == -1)
		fail_msg("%s: %s", text, err.detail);
	json_decref(j);
	looked_up(s, ORDER_WHY_FOUND);
	s->rig.orders.v = &s->rig.found;
	s->rig.orders.n = 1;
	s->rig.facts.order = &s->rig.found;
	s->rig.found.authority = s->rig.facts.authority;
	s->rig.found.as_of = s->rig.facts.now;
}

static void
nobody_knows(struct scene *s)
{
	looked_up(s, ORDER_WHY_UNKNOWN);
	snprintf(s->rig.orders.near[s->rig.orders.nnear++], ORDER_NUMBER_MAX + 1,
	    "ZP47819978");
}

static void
misread(struct scene *s)
{
	looked_up(s, ORDER_WHY_CHECK_DIGIT);
}

static void
no_order_service(struct scene *s)
{
	looked_up(s, ORDER_WHY_NO_SERVICE);
}

static void
not_asked(struct scene *s)
{
	looked_up(s, ORDER_WHY_NOT_ASKED);
	(void)err_set(&s->rig.orders.err, ERR_NET_PROXY_LOGIN, "orders.example",
	    NULL);
}

static void
kept_form(struct scene *s)
{
	order_is(s, ORDER("placed", ",\"form\":true"));
	s->rig.found.kept = true;
}

static void
another_card(struct scene *s)
{
	well(s);
	order_is(s, ORDER("confirmed", ",\"card\":\"9999\""));
}

static void
another_holder(struct scene *s)
{
	well(s);
	order_is(s, ORDER("confirmed",
	    ",\"whom\":{\"id\":\"PNOPL-85******345\"}"));
}

static void
this_card(struct scene *s)
{
	well(s);
	order_is(s, ORDER("confirmed", ",\"card\":\"0372\""));
}

static void
ready_and_well(struct scene *s)
{
	well(s);
	order_is(s, ORDER("ready", ""));
}

static void
placed_and_well(struct scene *s)
{
	well(s);
	order_is(s, ORDER("placed", ""));
}

/* For another card than the one that lies here. */
static void
ready_elsewhere(struct scene *s)
{
	well(s);
	order_is(s, ORDER("ready", ",\"card\":\"9999\""));
}

static void
cancelled_elsewhere(struct scene *s)
{
	well(s);
	order_is(s, ORDER("cancelled", ",\"card\":\"9999\""));
}

static void
ready_no_name(struct scene *s)
{
	ready_and_well(s);
	no_name(s);
}

static void
done_and_well(struct scene *s)
{
	well(s);
	order_is(s, ORDER("collected", ""));
}

/* Its software tells which keys it makes, and makes none. */
static void
no_keys_made(struct scene *s)
{
	well(s);
	s->rig.card->tokens[0].makes = TOKEN_TELLS;
}

static void
key_waits(struct scene *s)
{
	no_keys_made(s);
	rig_key(&s->rig);
}

static void
other_keys_made(struct scene *s)
{
	well(s);
	s->rig.card->tokens[0].makes = TOKEN_TELLS | 1u << KEY_KIND_RSA2048;
	order_is(s, ORDER("ready", ""));
	s->rig.found.order.key_kinds = 1u << KEY_KIND_P256;
}

static void
not_to_be_written(struct scene *s)
{
	well(s);
	s->rig.card->tokens[0].read_only = true;
}

/* --- links -------------------------------------------------------------------------- */

static void
pasted(struct scene *s, const char *text)
{
	struct err err = ERR_INIT;

	rig_authority(&s->rig, "[orders]\nlink_host = orders.example\n");
	if (link_read(text, &s->rig.authorities, &s->link, &err) == -1)
		fail_msg("%s: %s", text, err.detail);
	s->rig.file = (struct answer_file){ .name = "", .link = &s->link };
	s->rig.facts.file = &s->rig.file;
	s->rig.facts.had |= NEED_FILE;
}

static void
elsewhere(struct scene *s)
{
	pasted(s, "https://other.example/r/abcdefghijklmnop");
}

static void
elsewhere_though_ready(struct scene *s)
{
	ready_and_well(s);
	elsewhere(s);
}

static void
broken_link(struct scene *s)
{
	pasted(s, "https://orders.example/r/abcdefghij=\nklmnopqrstuv");
}

static void
whole_link(struct scene *s)
{
	pasted(s, "https://orders.example/r/abcdefghijklmnopqrstuv");
}

static void
no_link(struct scene *s)
{
	s->rig.file = (struct answer_file){ .name = "" };
	s->rig.facts.file = &s->rig.file;
	s->rig.facts.had |= NEED_FILE;
}

/* --- the table ------------------------------------------------------------------------ */

#define YES	ANSWER_YES
#define NO	ANSWER_NO
#define YET	ANSWER_NOT_YET
#define ASK	ANSWER_CANNOT_TELL

static const struct {
	const char	*check;
	make_fn		*make;
	const char	*order;		/* instead of make, or NULL */
	enum answer_verdict verdict;
	const char	*reason;
	enum answer_action offers;
} situations[] = {
	{ "card-read-error", well, NULL, YES, "readable", ACTION_CHAIN },
	{ "card-read-error", mute, NULL, NO, "card-mute", ACTION_CHAIN },
	{ "card-read-error", busy, NULL, NO, "card-busy", ACTION_NONE },
	{ "card-read-error", unknown, NULL, NO, "card-unknown", ACTION_NONE },
	{ "card-read-error", expired, NULL, NO, "expired", ACTION_ANSWER },
	{ "card-read-error", not_yet, NULL, NO, "not-yet-valid", ACTION_NONE },
	{ "card-read-error", locked, NULL, NO, "pin-locked", ACTION_NONE },
	{ "card-read-error", no_key, NULL, NO, "no-key", ACTION_NONE },
	{ "card-read-error", empty_card, NULL, NO, "no-certificate",
	  ACTION_CARD },
	{ "card-read-error", still_read, NULL, ASK, "reading", ACTION_CHAIN },
	{ "card-read-error", pulled, NULL, NO, "no-card", ACTION_NONE },
	{ "card-read-error", no_reader, NULL, NO, "no-reader", ACTION_NONE },
	{ "card-read-error", no_service, NULL, NO, "service-down",
	  ACTION_NONE },
	{ "card-read-error", refused, NULL, NO, "not-allowed", ACTION_NONE },
	{ "card-read-error", no_software, NULL, NO, "no-software",
	  ACTION_NONE },
	{ "card-read-error", one_is_missing, NULL, YES, "readable",
	  ACTION_CHAIN },
	{ "card-read-error", software_missing, NULL, NO, "software-missing",
	  ACTION_NONE },
	{ "card-read-error", not_looked, NULL, ASK, "not-looked",
	  ACTION_COUNT },

	{ "proxy-407", wants_login, NULL, NO, "login", ACTION_PROXY },
	{ "proxy-407", wants_kerberos, NULL, NO, "no-scheme", ACTION_NONE },
	{ "proxy-407", login_refused, NULL, NO, "refused", ACTION_PROXY },
	{ "proxy-407", no_proxy_there, NULL, NO, "proxy-unreachable",
	  ACTION_CHAIN },
	{ "proxy-407", no_name, NULL, NO, "name", ACTION_CHAIN },
	{ "proxy-407", portal, NULL, NO, "portal", ACTION_NONE },
	{ "proxy-407", inspected, NULL, NO, "inspected", ACTION_NONE },
	{ "proxy-407", open_way, NULL, YES, "let-through", ACTION_CHAIN },
	{ "proxy-407", open_without_proxy, NULL, YES, "no-proxy",
	  ACTION_CHAIN },
	{ "proxy-407", no_address, NULL, ASK, "no-service", ACTION_CHAIN },
	{ "proxy-407", nothing, NULL, ASK, "not-looked", ACTION_CHAIN },

	{ "no-order", NULL, ORDER("placed", ""), YET, "unconfirmed",
	  ACTION_ORDER },
	{ "no-order", NULL, ORDER("placed", ",\"missing\":[{\"what\":"
	  "\"form\"}],\"form\":true"), YET, "unconfirmed", ACTION_FORM },
	{ "no-order", this_card, NULL, YES, "confirmed", ACTION_COLLECT },
	{ "no-order", another_card, NULL, NO, "other-card", ACTION_ORDER },
	{ "no-order", another_holder, NULL, NO, "other-holder",
	  ACTION_ORDER },
	{ "no-order", NULL, ORDER("request-made", ""), NO,
	  "already-requested", ACTION_ORDER },
	{ "no-order", NULL, ORDER("ready", ""), YES, "ready",
	  ACTION_COLLECT },
	{ "no-order", ready_elsewhere, NULL, NO, "other-card",
	  ACTION_ORDER },
	{ "no-order", NULL, ORDER("collected", ""), NO, "done",
	  ACTION_ORDER },
	{ "no-order", NULL, ORDER("cancelled", ""), NO, "cancelled",
	  ACTION_QUESTION },
	{ "no-order", NULL, ORDER("rejected", ""), NO, "rejected",
	  ACTION_QUESTION },
	{ "no-order", NULL, ORDER("something", ""), ASK, "unknown-state",
	  ACTION_QUESTION },
	{ "no-order", nobody_knows, NULL, NO, "unknown", ACTION_ORDER },
	{ "no-order", misread, NULL, NO, "misread", ACTION_ORDER },
	{ "no-order", not_asked, NULL, ASK, "not-asked", ACTION_PROXY },
	{ "no-order", no_order_service, NULL, ASK, "no-service",
	  ACTION_NONE },
	{ "no-order", nothing, NULL, ASK, "no-order-typed", ACTION_ORDER },

	{ "form-not-saved", NULL, ORDER("placed", ",\"form\":true"), YES,
	  "form", ACTION_FORM },
	{ "form-not-saved", kept_form, NULL, YET, "not-asked",
	  ACTION_NETWORK },
	{ "form-not-saved", NULL, ORDER("placed", ""), NO, "no-form",
	  ACTION_QUESTION },
	{ "form-not-saved", NULL, ORDER("collected", ",\"form\":true"), YES,
	  "form-done", ACTION_FORM },
	{ "form-not-saved", NULL, ORDER("expired", ",\"form\":true"), NO,
	  "lapsed", ACTION_ANSWER },
	{ "form-not-saved", nobody_knows, NULL, NO, "unknown", ACTION_ORDER },
	{ "form-not-saved", nothing, NULL, ASK, "no-order-typed",
	  ACTION_ORDER },

	{ "obtain", nothing, NULL, ASK, "no-order-typed", ACTION_NONE },
	{ "obtain", NULL, ORDER("placed", ""), YET, "unconfirmed",
	  ACTION_ORDER },
	{ "obtain", NULL, ORDER("confirmed", ""), YET, "not-requested",
	  ACTION_COLLECT },
	{ "obtain", NULL, ORDER("issued", ""), YET, "requested",
	  ACTION_ORDER },
	{ "obtain", NULL, ORDER("ready", ""), YET, "ready", ACTION_COLLECT },
	{ "obtain", NULL, ORDER("collected", ""), YES, "collected",
	  ACTION_CARD },
	{ "obtain", NULL, ORDER("cancelled", ""), NO, "cancelled",
	  ACTION_ANSWER },

	{ "another-person", nothing, NULL, ASK, "no-order-typed",
	  ACTION_ANSWER },
	{ "another-person", NULL, ORDER("ready",
	  ",\"whom\":{\"name\":\"J** K***\",\"organization\":\"Firma\"}"), NO,
	  "one-person", ACTION_ANSWER },
	{ "another-person", NULL, ORDER("placed", ""), NO, "one-person",
	  ACTION_NONE },
	{ "another-person", nobody_knows, NULL, NO, "unknown",
	  ACTION_ANSWER },

	{ "request-link", nothing, NULL, ASK, "no-order-typed", ACTION_LINK },
	{ "request-link", no_link, NULL, ASK, "no-order-typed", ACTION_LINK },
	{ "request-link", NULL, ORDER("placed", ""), YET, "unconfirmed",
	  ACTION_ORDER },
	{ "request-link", this_card, NULL, YES, "here", ACTION_COLLECT },
	{ "request-link", another_card, NULL, NO, "other-card",
	  ACTION_ORDER },
	{ "request-link", NULL, ORDER("confirmed", LINK("request",
	  "expired")), YES, "here", ACTION_RESEND },
	{ "request-link", NULL, ORDER("verified", ""), NO,
	  "already-requested", ACTION_ORDER },
	{ "request-link", NULL, ORDER("ready", ""), YES, "ready",
	  ACTION_COLLECT },
	{ "request-link", elsewhere, NULL, NO, "other-host", ACTION_NONE },

	{ "dead-links", nothing, NULL, ASK, "no-order-typed", ACTION_LINK },
	{ "dead-links", ready_and_well, NULL, YES, "ready",
	  ACTION_COLLECT },
	{ "dead-links", NULL, ORDER("ready", LINK("collect", "used")), YES,
	  "ready", ACTION_RESEND },
	{ "dead-links", ready_no_name, NULL, YET, "no-way", ACTION_CHAIN },
	{ "dead-links", NULL, ORDER("issued", ""), YET, "requested",
	  ACTION_ORDER },
	{ "dead-links", NULL, ORDER("collected", ""), NO, "done",
	  ACTION_CARD },
	{ "dead-links", elsewhere_though_ready, NULL, NO, "other-host",
	  ACTION_ORDER },
	{ "dead-links", broken_link, NULL, YES, "rejoined", ACTION_LINK },
	{ "dead-links", whole_link, NULL, YES, "whole", ACTION_LINK },

	{ "app-not-found", well, NULL, YES, "collect-here", ACTION_ORDER },
	{ "app-not-found", pulled, NULL, YET, "no-card", ACTION_ORDER },
	{ "app-not-found", ready_and_well, NULL, YES, "collect-here",
	  ACTION_COLLECT },
	{ "app-not-found", placed_and_well, NULL, YET, "unconfirmed",
	  ACTION_ORDER },
	{ "app-not-found", software_missing, NULL, NO, "no-software",
	  ACTION_CHAIN },
	{ "app-not-found", unknown, NULL, NO, "card-unknown", ACTION_CHAIN },
	{ "app-not-found", locked, NULL, NO, "pin-locked", ACTION_CHAIN },
	{ "app-not-found", no_keys_made, NULL, NO, "token", ACTION_NONE },
	{ "app-not-found", key_waits, NULL, YES, "collect-here",
	  ACTION_ORDER },
	{ "app-not-found", other_keys_made, NULL, NO, "token",
	  ACTION_NONE },
	{ "app-not-found", not_looked, NULL, ASK, "not-looked",
	  ACTION_ORDER },

	{ "client-does-not-start", well, NULL, YES, "collect-here",
	  ACTION_ORDER },
	{ "client-does-not-start", not_to_be_written, NULL, NO, "token",
	  ACTION_NONE },
	{ "client-does-not-start", ready_and_well, NULL, YES, "collect-here",
	  ACTION_COLLECT },
	{ "client-does-not-start", ready_no_name, NULL, NO, "name",
	  ACTION_CHAIN },
	{ "client-does-not-start", placed_and_well, NULL, YET, "unconfirmed",
	  ACTION_ORDER },
	{ "client-does-not-start", cancelled_elsewhere, NULL, NO, "cancelled",
	  ACTION_QUESTION },
	{ "client-does-not-start", done_and_well, NULL, YES, "done",
	  ACTION_ORDER },
	{ "client-does-not-start", full, NULL, NO, "no-room",
	  ACTION_ANSWER },
	{ "client-does-not-start", no_service, NULL, NO, "service-down",
	  ACTION_CHAIN },
	{ "client-does-not-start", pulled, NULL, YET, "no-card",
	  ACTION_CHAIN },
};

static void
put_away(struct scene *s)
{
	rig_down(&s->rig);
	free(s);
}

static void
test_situations(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof situations / sizeof *situations; i++) {
		struct scene *s = mem_alloc(sizeof *s);
		struct answer a;

		rig_up(&s->rig);
		if (situations[i].order != NULL)
			order_is(s, situations[i].order);
		else
			situations[i].make(s);
		rig_ask_both(&s->rig, situations[i].check, &a);
		print_message("# %zu %s: %s\n", i, situations[i].check,
		    a.says);
		assert_string_equal(a.reason, situations[i].reason);
		assert_int_equal(a.verdict, situations[i].verdict);
		if (situations[i].offers != ACTION_COUNT)
			assert_true(rig_offers(&a, situations[i].offers));
		put_away(s);
	}
}

/* --- the chain by itself ------------------------------------------------------------------ */

/* Nothing is told behind what is broken, and what is before it is. */
static void
test_stops(void **state)
{
	struct scene *s = mem_alloc(sizeof *s);
	struct chain_report r;

	(void)state;
	rig_up(&s->rig);
	busy(s);
	chain_look(CHAIN_CARD, &s->rig.facts, &r);
	assert_true(r.broken == r.n - 1);
	assert_string_equal(r.v[r.broken].link, "held");
	assert_string_equal(r.v[r.broken - 1].link, "cards");
	assert_int_not_equal(r.v[r.broken].turn, TURN_NOBODY);
	chain_report_clear(&r);
	/* Doctor looks at all of it. */
	chain_look(CHAIN_ALL, &s->rig.facts, &r);
	assert_true(r.broken < r.n - 1);
	chain_report_clear(&r);
	put_away(s);
}

/* Whatever is on the card and in the facts: a report names nobody. */
static void
test_masked(void **state)
{
	static const char *const secret[] = { "Kowalsk", "kowalsk",
		"Ewa", "ewa", "44051401359" };
	struct scene *s = mem_alloc(sizeof *s);
	struct chain_report r;
	char *text;

	(void)state;
	rig_up(&s->rig);
	rig_module(&s->rig, MODULE_READY, ERR_NONE);
	rig_cert(&s->rig, "email", KEY_PRIVATE);
	card_set(&s->rig.card->tokens[0].module, "some-pkcs11.so");
	card_set(&s->rig.card->tokens[0].model, "Model");
	card_set(&s->rig.card->tokens[0].label, "Ewa Kowalska (PIN)");
	s->rig.facts.email = "somebody.kowalska@poczta.example";
	chain_look(CHAIN_EMAIL, &s->rig.facts, &r);
	text = chain_text(&r, s->rig.facts.now);
	for (size_t i = 0; i < sizeof secret / sizeof *secret; i++)
		assert_null(strstr(text, secret[i]));
	assert_non_null(strstr(text, "@example.org"));
	free(text);
	chain_report_clear(&r);
	put_away(s);
}

/* One that fits on no page loses what is in order, not what is wrong. */
static void
test_page(void **state)
{
	struct scene *s = mem_alloc(sizeof *s);
	struct err err = ERR_INIT;
	struct chain_report r;
	struct buf page;
	char *text;

	(void)state;
	rig_up(&s->rig);
	busy(s);
	while (s->rig.world.nmodules < CARD_MODULES_MAX)
		rig_module(&s->rig, MODULE_READY, ERR_NONE);
	chain_look(CHAIN_ALL, &s->rig.facts, &r);
	for (size_t n = r.n; r.n < 8 * n; r.n++) {
		r.v = mem_grow(r.v, r.n + 1, sizeof *r.v);
		r.v[r.n] = r.v[0];
	}
	buf_init(&page, (size_t)8 << 20);
	if (chain_page(&r, s->rig.facts.now, NULL, &page, &err) == 0)
		assert_memory_equal(page.data, "%PDF", 4);
	else
		assert_int_equal(err.code, ERR_FONT);
	buf_clear(&page);
	text = chain_text(&r, s->rig.facts.now);
	assert_non_null(strstr(text, "CARD-BUSY"));
	free(text);
	chain_report_clear(&r);
	put_away(s);
}

static void
test_names(void **state)
{
	const char *titles[64];

	(void)state;
	for (int i = 0; i < CHAINS; i++) {
		enum chain_id id = (enum chain_id)i;

		assert_int_equal(chain_by_name(chain_name(id)), id);
		assert_true(chain_titles(id, titles, 64) > 0);
	}
	assert_int_equal(chain_by_name("nothing"), CHAINS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_situations),
		cmocka_unit_test(test_stops),
		cmocka_unit_test(test_masked),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
