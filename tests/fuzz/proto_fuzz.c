/*
 * Any bytes on the card process's socket, both ways: each line is taken as an
 * event and as a request.  What is let through is within its bounds, points at
 * nothing that is not there, and comes back the same through JSON; a world that
 * is told all of it stays whole.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/wire.h"
#include "card/proto.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
require(int truth)
{
	if (!truth)
		abort();
}

static void
check_card(const struct card *c)
{
	unsigned all = (1u << c->ntokens) - 1;
	char key[CARD_KEY_MAX];

	require(c->ntokens <= CARD_TOKENS_MAX && c->ncerts <= CARD_CERTS_MAX);
	require(c->nkeys <= CARD_KEYS_MAX && c->atr_len <= CARD_ATR_MAX);
	require(c->nproblems <= CARD_PROBLEMS_MAX);
	require(strlen(card_key(c, key, sizeof(key))) < sizeof(key));
	for (size_t i = 0; i < c->ntokens; i++)
		require(c->tokens[i].label != NULL &&
		    strlen(c->tokens[i].label) <= PROTO_TEXT_MAX);
	for (size_t i = 0; i < c->ncerts; i++)
		require((c->certs[i].tokens & ~all) == 0 &&
		    key_state_id(c->certs[i].key) != NULL);
	for (size_t i = 0; i < c->nkeys; i++)
		require((c->keys[i].tokens & ~all) == 0 &&
		    c->keys[i].cert >= -1 && c->keys[i].cert < (int)c->ncerts);
}

static void
try_event(struct card_world *world, const json_t *obj)
{
	struct proto_answer answer = { .id = 0 };
	struct err err = ERR_INIT;
	struct proto_event ev, again;
	json_t *first, *second;

	if (proto_event_from_json(obj, &ev, &err) == -1) {
		require(err.code != ERR_NONE);
		require(proto_apply(world, obj, &answer, &err) == -1);
		return;
	}
	if (ev.ev == EV_CARD)
		check_card(ev.card);
	require(ev.signature.len <= CARD_SIGNATURE_MAX);
	require(ev.der.len <= CERT_DER_MAX);
	first = proto_event_to_json(&ev);
	require(proto_event_from_json(first, &again, &err) == 0);
	second = proto_event_to_json(&again);
	require(json_equal(first, second));
	(void)proto_apply(world, obj, &answer, &err);
	card_changed_clear(&answer.changed);
	require(world->ncards <= CARD_WORLD_MAX);
	require(world->nmodules <= CARD_MODULES_MAX);
	json_decref(first);
	json_decref(second);
	proto_event_clear(&ev);
	proto_event_clear(&again);
}

static void
try_request(const json_t *obj)
{
	struct err err = ERR_INIT;
	struct proto_request req, again;
	json_t *first, *second;

	if (proto_request_from_json(obj, &req, &err) == -1)
		return;
	require(req.req != REQ_SIGN ||
	    req.digest.len == card_hash_len(req.digest.hash));
	require(req.req != REQ_CHANGE || (req.change.der.p == req.der.data &&
	    req.change.der.len <= CERT_DER_MAX &&
	    strlen(req.change.id) % 2 == 0));
	first = proto_request_to_json(&req);
	require(proto_request_from_json(first, &again, &err) == 0);
	second = proto_request_to_json(&again);
	require(json_equal(first, second));
	json_decref(first);
	json_decref(second);
	proto_request_clear(&req);
	proto_request_clear(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct card_world world = { .version = 0 };
	const char *p = (const char *)data, *end = p + len;
	json_t *all;

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((nl != NULL ? nl : end) - p);
		struct err err = ERR_INIT;
		json_t *obj = wire_parse(p, n, &err);

		if (obj != NULL) {
			try_event(&world, obj);
			try_request(obj);
		}
		json_decref(obj);
		p += n + 1;
	}
	all = proto_world_to_json(&world);
	require(all != NULL);
	json_decref(all);
	card_world_clear(&world);
	return 0;
}
