/*
 * The card protocol: whole records survive the way there and back, and nothing
 * that is missing, of another type or out of bounds gets through.
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

#include "base/mem.h"
#include "card/fields.h"
#include "card/proto.h"
#include "tests/unit/cards.h"

#define NOW	INT64_C(1800000000)

static void
set(char **s, const char *value)
{
	free(*s);
	*s = mem_strdup(value);
}

/* A card with something in every field. */
static struct card *
full_card(void)
{
	struct card *c = card_new("Czytnik 00 00");
	struct token *t;

	c->state = CARD_READY;
	c->atr_len = 4;
	memcpy(c->atr, "\x3b\x80\x01\x81", 4);
	set(&c->model.id, "isoapplet");
	set(&c->model.name, "IsoApplet");
	c->model.max_certs = 9;
	set(&c->number, "1234 5678");
	c->serial = 77;
	t = cards_token(c, "one.so", "00AF", "Zażółć (PIN)");
	t->slot = UINT64_MAX - 5;	/* beyond what JSON's integers hold */
	t->flags = 0x40d;
	t->free_public = CARD_NUMBER_UNKNOWN;
	t->total_public = 65536;
	t->pin.tries = 2;
	t->pin.tries_max = -1;
	t->pin.tries_by = KNOWN_CARD;
	t->makes = TOKEN_TELLS | 1u << KEY_KIND_RSA2048 | 1u << KEY_KIND_P521;
	cards_token(c, "two.so", "01", "")->makes = TOKEN_TELLS;
	(void)cards_cert(c, 1, "01", 3, NOW);
	(void)cards_cert(c, 2, "", 2, NOW);
	(void)cards_key(c, 1, "01", 1, true);
	c->keys[0].cert = 0;
	(void)cards_key(c, 9, "09", 2, false);
	c->keys[1].cert = -1;
	c->capacity.more = 3;
	c->capacity.rule = CAPACITY_ISSUER;
	(void)snprintf(c->capacity.source, sizeof(c->capacity.source),
	    "a table");
	(void)err_raw(&c->problems[c->nproblems++], ERR_MODULE_CRASHED,
	    ORIGIN_SIGNAL, 11, "two.so", "Segmentation fault");
	return c;
}

static json_t *
full_event(void)
{
	struct proto_event ev = { .ev = EV_CARD, .card = full_card() };
	json_t *obj = proto_event_to_json(&ev);

	proto_event_clear(&ev);
	return obj;
}

/* --- there and back ------------------------------------------------------- */

static void
test_card_survives(void **state)
{
	json_t *sent = full_event(), *again;
	struct proto_event ev;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(proto_event_from_json(sent, &ev, &err), 0);
	assert_int_equal(ev.ev, EV_CARD);
	assert_string_equal(ev.card->reader, "Czytnik 00 00");
	assert_string_equal(ev.card->tokens[0].label, "Zażółć (PIN)");
	assert_true(ev.card->tokens[0].slot == UINT64_MAX - 5);
	assert_true(ev.card->tokens[0].free_public == CARD_NUMBER_UNKNOWN);
	assert_int_equal(ev.card->tokens[0].pin.tries_max, -1);
	assert_int_equal(ev.card->tokens[0].makes, TOKEN_TELLS |
	    1u << KEY_KIND_RSA2048 | 1u << KEY_KIND_P521);
	assert_int_equal(ev.card->certs[0].tokens, 3);
	assert_int_equal(ev.card->keys[1].cert, -1);
	assert_int_equal(ev.card->problems[0].raw, 11);
	assert_int_equal(ev.card->serial, 77);
	again = proto_event_to_json(&ev);
	assert_true(json_equal(sent, again));
	json_decref(sent);
	json_decref(again);
	proto_event_clear(&ev);
}

/* JSON cannot carry broken UTF-8; what a card gives is still shown. */
static void
test_broken_text_is_marked(void **state)
{
	static const struct { const char *in, *out; } cases[] = {
		{ "Za\xc5\xbc\xc3\xb3", "Zażó" },
		{ "cut \xc5", "cut \xef\xbf\xbd" },		/* half a letter */
		{ "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd" },	/* overlong */
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xb1\xe6", "\xef\xbf\xbd\xef\xbf\xbd" },	/* Latin-2 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		json_t *j = fields_text(cases[i].in, 100);

		assert_non_null(j);
		assert_string_equal(json_string_value(j), cases[i].out);
		json_decref(j);
	}
}

/* What is too long to be taken is cut before it is sent, between letters. */
static void
test_long_text_is_cut(void **state)
{
	struct card *c = full_card(), *back;
	struct err err = ERR_INIT;
	char *label = mem_alloc(20001);
	json_t *obj;

	(void)state;
	for (size_t i = 0; i < 20000; i += 2)
		memcpy(label + i, "\xc5\x82", 2);
	label[0] = 'x';
	label[1] = 'y';
	set(&c->certs[0].label, label);
	obj = proto_card_to_json(c);
	back = proto_card_from_json(obj, &err);
	assert_non_null(back);
	assert_int_equal(strlen(back->certs[0].label), PROTO_TEXT_MAX);
	json_decref(obj);
	card_free(back);
	card_free(c);
	free(label);
}

/* --- nothing else gets through -------------------------------------------- */

static bool
refused(const json_t *event)
{
	struct proto_event ev;
	struct err err = ERR_INIT;
	int rc = proto_event_from_json(event, &ev, &err);

	if (rc == 0)
		proto_event_clear(&ev);
	else
		assert_int_not_equal(err.code, ERR_NONE);
	return rc == -1;
}

/* These may be as large as they like. */
static bool
unbounded(const char *key)
{
	static const char *const keys[] = { "slot", "flags", "raw",
		"total_public", "free_public", "total_private",
		"free_private", "free_bytes", "total_bytes", "cost_bytes",
		"expired_bytes", "id", NULL };

	for (size_t i = 0; keys[i] != NULL; i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}

/* Values that a field like this one may not have. */
static json_t *
wrong_values(const char *key, const json_t *right)
{
	json_t *a = json_array();
	char *longer = mem_alloc(PROTO_PATH_MAX + 2);

	memset(longer, 'A', PROTO_PATH_MAX + 1);
	json_array_append_new(a, json_object());
	json_array_append_new(a, json_real(1.5));
	if (!json_is_array(right))
		json_array_append_new(a, json_array());
	if (json_is_object(right)) {
		if (strcmp(key, "cert") != 0)	/* bytes that are none */
			json_array_append_new(a, json_null());
		json_array_append_new(a, json_integer(1));
	}
	/* A slot is hex only when it is too large for a number. */
	if ((json_is_string(right) && strcmp(key, "slot") != 0) ||
	    json_is_array(right)) {
		json_array_append_new(a, json_integer(1));
		if (strcmp(key, "makes") != 0)	/* it does not tell */
			json_array_append_new(a, json_null());
		json_array_append_new(a, json_string(longer));
		json_array_append_new(a, json_stringn("a\0b", 3));
	}
	if (json_is_integer(right) || json_is_null(right)) {
		json_array_append_new(a, json_string("x"));
		json_array_append_new(a, json_string("0x12"));
		json_array_append_new(a, json_true());
		json_array_append_new(a, json_integer(-2));
		if (!unbounded(key))
			json_array_append_new(a, json_integer(1LL << 40));
	}
	if (json_is_boolean(right)) {
		json_array_append_new(a, json_integer(1));
		json_array_append_new(a, json_null());
	}
	free(longer);
	return a;
}

static void
assert_refused(const json_t *event, const char *key, const json_t *value)
{
	char *v;

	if (refused(event))
		return;
	v = value != NULL ? json_dumps(value, JSON_ENCODE_ANY) : NULL;
	print_error("%s: %.100s got through\n", key, v != NULL ? v : "nothing");
	free(v);
	fail();
}

static void walk(const json_t *event, json_t *obj);

static void
walk_into(const json_t *event, json_t *value)
{
	if (json_is_object(value))
		walk(event, value);
	for (size_t i = 0; json_is_array(value) &&
	    i < json_array_size(value); i++)
		walk_into(event, json_array_get(value, i));
}

static void
walk_key(const json_t *event, json_t *obj, const char *key)
{
	json_t *right = json_incref(json_object_get(obj, key));
	json_t *wrong = wrong_values(key, right);

	json_object_del(obj, key);
	if (strcmp(key, "err") != 0)
		assert_refused(event, key, NULL);
	for (size_t i = 0; i < json_array_size(wrong); i++) {
		json_object_set(obj, key, json_array_get(wrong, i));
		assert_refused(event, key, json_array_get(wrong, i));
	}
	json_decref(wrong);
	json_object_set(obj, key, right);
	/* A certificate's own fields have a test of their own. */
	if (strcmp(key, "cert") != 0)
		walk_into(event, right);
	json_decref(right);
}

static void
walk(const json_t *event, json_t *obj)
{
	char **keys = mem_array(json_object_size(obj), sizeof(*keys));
	const char *key;
	json_t *value;
	size_t n = 0;

	json_object_foreach(obj, key, value)
		keys[n++] = mem_strdup(key);
	for (size_t i = 0; i < n; i++) {
		walk_key(event, obj, keys[i]);
		free(keys[i]);
	}
	free(keys);
}

static void
test_every_field_is_checked(void **state)
{
	static const char *const events[] = {
		"{\"ev\":\"hello\",\"version\":1}",
		("{\"ev\":\"pcsc\",\"state\":\"gone\",\"socket\":\"/s\",\"err\":"
		    "{\"code\":\"PCSC-DOWN\",\"origin\":\"pcsc\",\"raw\":9,"
		    "\"what\":\"/s\",\"detail\":\"\"}}"),
		("{\"ev\":\"module\",\"name\":\"a.so\",\"path\":\"/a.so\","
		    "\"state\":\"ready\"}"),
		"{\"ev\":\"gone\",\"reader\":\"r\",\"token\":\"\"}",
		"{\"ev\":\"answer\",\"id\":7}",
	};
	json_t *card = full_event();

	(void)state;
	assert_false(refused(card));
	walk(card, card);
	assert_false(refused(card));
	json_decref(card);
	for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++) {
		json_t *obj = json_loads(events[i], 0, NULL);

		assert_false(refused(obj));
		walk(obj, obj);
		json_decref(obj);
	}
}

static void
test_counts_are_bounded(void **state)
{
	static const struct { const char *name; size_t max; } lists[] = {
		{ "tokens", CARD_TOKENS_MAX },
		{ "certs", CARD_CERTS_MAX },
		{ "keys", CARD_KEYS_MAX },
		{ "problems", CARD_PROBLEMS_MAX },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		json_t *event = full_event();
		json_t *list = json_object_get(event, lists[i].name);

		while (json_array_size(list) < lists[i].max)
			json_array_append(list, json_array_get(list, 0));
		assert_false(refused(event));
		json_array_append(list, json_array_get(list, 0));
		assert_true(refused(event));
		json_decref(event);
	}
}

/* Indices that point at nothing would be followed by whoever draws. */
static void
test_indices_point_at_something(void **state)
{
	json_t *event = full_event();
	json_t *key = json_array_get(json_object_get(event, "keys"), 0);
	json_t *cert = json_array_get(json_object_get(event, "certs"), 0);

	(void)state;
	json_object_set_new(key, "cert", json_integer(2));
	assert_true(refused(event));
	json_object_set_new(key, "cert", json_integer(1));
	assert_false(refused(event));
	json_array_set_new(json_object_get(cert, "tokens"), 0,
	    json_integer(2));
	assert_true(refused(event));
	json_decref(event);
}

/* --- requests ------------------------------------------------------------- */

static void
test_requests_survive(void **state)
{
	struct proto_request in = { .req = REQ_LOGIN, .id = 9,
		.reader = (char *)"r", .module = (char *)"m.so",
		.serial = (char *)"00", .slot = 4, .pinpad = true,
		.last = true }, out;
	struct err err = ERR_INIT;
	json_t *obj = proto_request_to_json(&in);

	(void)state;
	assert_int_equal(proto_request_from_json(obj, &out, &err), 0);
	assert_int_equal(out.req, REQ_LOGIN);
	assert_int_equal(out.id, 9);
	assert_string_equal(out.module, "m.so");
	assert_int_equal(out.slot, 4);
	assert_true(out.pinpad);
	assert_true(out.last);
	proto_request_clear(&out);
	json_object_del(obj, "serial");
	assert_int_equal(proto_request_from_json(obj, &out, &err), -1);
	json_decref(obj);
	in = (struct proto_request){ .req = REQ_READ, .id = 1,
		.reader = (char *)"r", .atr_len = 2, .atr = { 0x3b, 0 },
		.afresh = true };
	obj = proto_request_to_json(&in);
	assert_int_equal(proto_request_from_json(obj, &out, &err), 0);
	assert_int_equal(out.atr_len, 2);
	assert_true(out.afresh);
	proto_request_clear(&out);
	json_object_set_new(obj, "atr", json_string("3B8"));
	assert_int_equal(proto_request_from_json(obj, &out, &err), -1);
	json_decref(obj);
	obj = json_pack("{s:s, s:i}", "req", "format", "id", 1);
	assert_int_equal(proto_request_from_json(obj, &out, &err), -1);
	json_decref(obj);
}

static void
assert_request_refused(json_t *obj, const char *key, json_t *value)
{
	json_t *right = json_incref(json_object_get(obj, key));
	struct proto_request out;
	struct err err = ERR_INIT;

	if (value == NULL)
		json_object_del(obj, key);
	else
		json_object_set_new(obj, key, value);
	assert_int_equal(proto_request_from_json(obj, &out, &err), -1);
	assert_int_not_equal(err.code, ERR_NONE);
	json_object_set_new(obj, key, right);
}

/* A card never sees a digest that is not whole, nor a way that is none of ours. */
static void
test_sign_survives(void **state)
{
	static const char *const needed[] = { "module", "serial", "slot",
	    "pinpad", "last", "key", "by", "hash", "digest" };
	static const struct { enum card_sign_by by; enum card_hash hash; }
	    ways[] = { { SIGN_RSA, HASH_SHA256 }, { SIGN_ECDSA, HASH_SHA384 },
	    { SIGN_RSA, HASH_SHA512 } };
	struct proto_request in = { .req = REQ_SIGN, .id = 12,
		.reader = (char *)"r", .module = (char *)"m.so",
		.serial = (char *)"00", .slot = 4, .key = (char *)"0F" }, out;
	struct err err = ERR_INIT;
	json_t *obj = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		json_decref(obj);
		in.digest = (struct card_digest){ .by = ways[i].by,
		    .hash = ways[i].hash, .len = card_hash_len(ways[i].hash) };
		for (size_t k = 0; k < in.digest.len; k++)
			in.digest.bytes[k] = (uint8_t)(0xa0 + k);
		obj = proto_request_to_json(&in);
		assert_int_equal(proto_request_from_json(obj, &out, &err), 0);
		assert_int_equal(out.req, REQ_SIGN);
		assert_string_equal(out.key, "0F");
		assert_int_equal(out.digest.by, ways[i].by);
		assert_int_equal(out.digest.hash, ways[i].hash);
		assert_int_equal(out.digest.len, in.digest.len);
		assert_memory_equal(out.digest.bytes, in.digest.bytes,
		    in.digest.len);
		proto_request_clear(&out);
	}
	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++)
		assert_request_refused(obj, needed[i], NULL);
	assert_request_refused(obj, "by", json_string("rsa-pss"));
	assert_request_refused(obj, "hash", json_string("sha1"));
	assert_request_refused(obj, "hash", json_string("sha256"));
	assert_request_refused(obj, "digest", json_string("A0A1A"));
	assert_request_refused(obj, "digest", json_string(""));
	assert_request_refused(obj, "key", json_integer(15));
	json_decref(obj);
}

static struct proto_request
change_request(void)
{
	static uint8_t der[] = { 0x30, 0x03, 0x02, 0x01, 0x07 };

	return (struct proto_request){ .req = REQ_CHANGE, .id = 13,
		.reader = (char *)"r", .module = (char *)"m.so",
		.serial = (char *)"00", .slot = 4,
		.change = { .kind = CHANGE_WRITE, .id = "0F",
		    .label = "Żółta", .sha256 = { 1, 2 } },
		.der = { .data = der, .len = sizeof(der) } };
}

/* Nothing is written that is not whole: no half of an id, no empty certificate. */
static void
test_change_survives(void **state)
{
	static const char *const needed[] = { "module", "serial", "slot",
	    "pinpad", "last", "change", "key", "label", "kind", "ca", "der",
	    "sha256" };
	struct proto_request in = change_request(), out;
	json_t *obj = proto_request_to_json(&in);
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(proto_request_from_json(obj, &out, &err), 0);
	assert_int_equal(out.change.kind, CHANGE_WRITE);
	assert_string_equal(out.change.id, "0F");
	assert_string_equal(out.change.label, "Żółta");
	assert_int_equal(out.change.der.len, in.der.len);
	assert_memory_equal(out.change.der.p, in.der.data, in.der.len);
	assert_memory_equal(out.change.sha256, in.change.sha256, 32);
	proto_request_clear(&out);
	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++)
		assert_request_refused(obj, needed[i], NULL);
	assert_request_refused(obj, "key", json_string("F"));
	assert_request_refused(obj, "key", json_string("0f"));
	assert_request_refused(obj, "key", json_string(""));
	assert_request_refused(obj, "ca", json_true());
	assert_request_refused(obj, "der", json_string(""));
	assert_request_refused(obj, "der", json_string("300"));
	assert_request_refused(obj, "change", json_string("wipe"));
	assert_request_refused(obj, "change", json_string("generate"));
	json_object_set_new(obj, "change", json_string("generate"));
	json_object_set_new(obj, "kind", json_string("p384"));
	assert_int_equal(proto_request_from_json(obj, &out, &err), 0);
	assert_int_equal(out.change.key, KEY_KIND_P384);
	proto_request_clear(&out);
	assert_request_refused(obj, "kind", json_string("dsa"));
	json_decref(obj);
}

/* As long as a certificate may be, and no byte longer. */
static void
test_bytes_survive(void **state)
{
	struct card_world w = { .version = 0 };
	struct proto_event ev = { .ev = EV_ANSWER, .id = 5 };
	struct proto_answer answer = { .id = 0 };
	struct err err = ERR_INIT;
	json_t *obj;

	(void)state;
	buf_init(&ev.der, CERT_DER_MAX + 1);
	assert_int_equal(buf_reserve(&ev.der, CERT_DER_MAX + 1), 0);
	memset(ev.der.data, 0x5a, CERT_DER_MAX + 1);
	ev.der.len = CERT_DER_MAX;
	obj = proto_event_to_json(&ev);
	assert_int_equal(proto_apply(&w, obj, &answer, &err), 1);
	assert_int_equal(answer.changed.der.len, CERT_DER_MAX);
	assert_memory_equal(answer.changed.der.data, ev.der.data,
	    CERT_DER_MAX);
	card_changed_clear(&answer.changed);
	json_decref(obj);
	ev.der.len++;
	obj = proto_event_to_json(&ev);
	assert_true(refused(obj));
	json_decref(obj);
	proto_event_clear(&ev);
	card_world_clear(&w);
}

/* What was signed comes with its answer whole, or not at all. */
static void
test_signature_survives(void **state)
{
	struct card_world w = { .version = 0 };
	struct proto_event ev = { .ev = EV_ANSWER, .id = 5,
		.signature.len = CARD_SIGNATURE_MAX };
	struct proto_answer answer = { .id = 0 };
	struct err err = ERR_INIT;
	char hex[2 * CARD_SIGNATURE_MAX + 3];
	json_t *obj;

	(void)state;
	for (size_t i = 0; i < ev.signature.len; i++)
		ev.signature.bytes[i] = (uint8_t)i;
	obj = proto_event_to_json(&ev);
	assert_int_equal(proto_apply(&w, obj, &answer, &err), 1);
	assert_int_equal(answer.id, 5);
	assert_int_equal(answer.err.code, ERR_NONE);
	assert_int_equal(answer.signature.len, ev.signature.len);
	assert_memory_equal(answer.signature.bytes, ev.signature.bytes,
	    ev.signature.len);
	memset(hex, 'A', sizeof(hex));
	hex[sizeof(hex) - 1] = '\0';
	json_object_set_new(obj, "signature", json_string(hex));
	assert_true(refused(obj));
	json_object_set_new(obj, "signature", json_string("ABC"));
	assert_true(refused(obj));
	json_decref(obj);
	card_world_clear(&w);
}

/* --- the world ------------------------------------------------------------ */

static int
apply(struct card_world *w, struct proto_event ev)
{
	json_t *obj = proto_event_to_json(&ev);
	struct proto_answer answer = { .id = 0 };
	struct err err = ERR_INIT;
	int rc = proto_apply(w, obj, &answer, &err);

	json_decref(obj);
	return rc;
}

static int
apply_card(struct card_world *w, const char *reader, const char *module,
    uint64_t slot)
{
	struct card *c = card_new(reader);
	int rc;

	if (module != NULL)
		cards_token(c, module, "00", "x")->slot = slot;
	rc = apply(w, (struct proto_event){ .ev = EV_CARD, .card = c });
	card_free(c);
	return rc;
}

static void
test_world_keeps_order(void **state)
{
	struct card_world w = { .version = 5 };

	(void)state;
	assert_int_equal(apply_card(&w, "", "soft.so", 1), 0);
	assert_int_equal(apply_card(&w, "B", NULL, 0), 0);
	assert_int_equal(apply_card(&w, "", "soft.so", 2), 0);
	assert_int_equal(apply_card(&w, "A", NULL, 0), 0);
	assert_int_equal(apply_card(&w, "B", "m.so", 0), 0);	/* replaces */
	assert_int_equal(w.ncards, 4);
	assert_string_equal(w.cards[0]->reader, "B");
	assert_int_equal(w.cards[0]->ntokens, 1);
	assert_string_equal(w.cards[1]->reader, "A");
	assert_int_equal(w.cards[2]->tokens[0].slot, 1);
	assert_int_equal(w.cards[3]->tokens[0].slot, 2);
	assert_int_equal(w.version, 10);
	(void)apply(&w, (struct proto_event){ .ev = EV_GONE,
	    .reader = (char *)"", .token = (char *)"soft.so#1" });
	(void)apply(&w, (struct proto_event){ .ev = EV_GONE,
	    .reader = (char *)"B", .token = (char *)"" });
	assert_int_equal(apply(&w, (struct proto_event){ .ev = EV_GONE,
	    .reader = (char *)"B", .token = (char *)"" }), 0);	/* again */
	assert_int_equal(w.ncards, 2);
	assert_string_equal(w.cards[0]->reader, "A");
	assert_int_equal(w.cards[1]->tokens[0].slot, 2);
	card_world_clear(&w);
	assert_int_equal(w.ncards, 0);
}

static void
test_world_is_bounded(void **state)
{
	struct card_world w = { .version = 0 };
	struct proto_event ev = { .ev = EV_MODULE,
		.module = { .name = (char *)"m" } };
	char name[32];

	(void)state;
	for (unsigned i = 0; i < CARD_WORLD_MAX; i++) {
		(void)snprintf(name, sizeof(name), "r%u", i);
		assert_int_equal(apply_card(&w, name, NULL, 0), 0);
	}
	assert_int_equal(apply_card(&w, "one more", NULL, 0), -1);
	assert_int_equal(apply_card(&w, "r3", NULL, 0), 0);
	ev.module.path = name;
	for (unsigned i = 0; i < CARD_MODULES_MAX; i++) {
		(void)snprintf(name, sizeof(name), "/m%u", i);
		assert_int_equal(apply(&w, ev), 0);
	}
	ev.module.path = (char *)"/one more";
	assert_int_equal(apply(&w, ev), -1);
	card_world_clear(&w);
}

static void
test_world_settles(void **state)
{
	struct card_world w = { .version = 0 };
	struct proto_event answer = { .ev = EV_ANSWER, .id = 3 };

	(void)state;
	assert_int_equal(apply_card(&w, "A", NULL, 0), 0);
	assert_false(w.settled);
	assert_int_equal(apply(&w, (struct proto_event){ .ev = EV_SETTLED }),
	    0);
	assert_true(w.settled);
	assert_int_equal(apply(&w, answer), 1);
	assert_true(w.settled);
	assert_int_equal(apply_card(&w, "A", NULL, 0), 0);
	assert_false(w.settled);
	card_world_clear(&w);
}

static void
test_world_to_json(void **state)
{
	struct card_world w = { .version = 0 };
	json_t *obj;

	(void)state;
	assert_int_equal(apply_card(&w, "A", "m.so", 1), 0);
	w.pcsc = PCSC_UP;
	obj = proto_world_to_json(&w);
	assert_string_equal(json_string_value(json_object_get(
	    json_object_get(obj, "pcsc"), "state")), "up");
	assert_int_equal(json_array_size(json_object_get(obj, "cards")), 1);
	assert_null(json_object_get(obj, "err"));
	json_decref(obj);
	card_world_clear(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_card_survives),
		cmocka_unit_test(test_broken_text_is_marked),
		cmocka_unit_test(test_long_text_is_cut),
		cmocka_unit_test(test_every_field_is_checked),
		cmocka_unit_test(test_counts_are_bounded),
		cmocka_unit_test(test_indices_point_at_something),
		cmocka_unit_test(test_requests_survive),
		cmocka_unit_test(test_sign_survives),
		cmocka_unit_test(test_change_survives),
		cmocka_unit_test(test_bytes_survive),
		cmocka_unit_test(test_signature_survives),
		cmocka_unit_test(test_world_keeps_order),
		cmocka_unit_test(test_world_is_bounded),
		cmocka_unit_test(test_world_settles),
		cmocka_unit_test(test_world_to_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
