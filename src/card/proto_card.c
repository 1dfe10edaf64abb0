#include "config.h"

#include <limits.h>
#include <stdlib.h>

#include "base/jstring.h"
#include "base/mem.h"
#include "base/text.h"
#include "card/fields.h"
#include "card/proto.h"
#include "card/words.h"

#define TEXT(record, member, bytes) \
	{ .name = #member, .kind = FIELD_TEXT, \
	  .at = offsetof(struct record, member), .max = bytes }
#define NUMBER(record, member, type, from, to) \
	{ .name = #member, .kind = FIELD_##type, \
	  .at = offsetof(struct record, member), .min = from, .max = to }
#define FLAG(record, member) \
	{ .name = #member, .kind = FIELD_BOOL, \
	  .at = offsetof(struct record, member) }
#define WORD(record, member, list) \
	{ .name = #member, .kind = FIELD_WORD, \
	  .at = offsetof(struct record, member), .words = list }

#define COUNT_MAX	1000000

static const char *const key_type_words[] = {
	[KEY_UNKNOWN] = "unknown",
	[KEY_RSA] = "rsa",
	[KEY_EC] = "ec",
	[KEY_ED25519] = "ed25519",
	[KEY_ED448] = "ed448",
	[KEY_DSA] = "dsa",
	NULL
};

/* --- the tables -------------------------------------------------------- */

static const struct field card_table[] = {
	TEXT(card, reader, PROTO_TEXT_MAX),
	FLAG(card, reader_pinpad),
	WORD(card, state, card_state_words),
	{ .name = "err", .kind = FIELD_ERR, .at = offsetof(struct card, err) },
	TEXT(card, number, PROTO_TEXT_MAX),
	FLAG(card, cut),
	NUMBER(card, serial, UINT, 0, UINT_MAX),
};
static const struct fields card_fields = FIELDS("card", card_table);

static const struct field model_table[] = {
	TEXT(card_model, id, PROTO_TEXT_MAX),
	TEXT(card_model, name, PROTO_TEXT_MAX),
	TEXT(card_model, source, PROTO_TEXT_MAX),
	TEXT(card_model, module, PROTO_TEXT_MAX),
	TEXT(card_model, driver, PROTO_TEXT_MAX),
	NUMBER(card_model, max_certs, INT, 0, COUNT_MAX),
	NUMBER(card_model, issuer_limit, INT, 0, COUNT_MAX),
	TEXT(card_model, issuer_limit_source, PROTO_TEXT_MAX),
	WORD(card_model, issuer_limit_by, known_by_words),
	FLAG(card_model, sure),
};
static const struct fields model_fields = FIELDS("model", model_table);

static const struct field token_table[] = {
	TEXT(token, module, PROTO_TEXT_MAX),
	NUMBER(token, slot, U64, 0, 0),
	TEXT(token, label, PROTO_TEXT_MAX),
	TEXT(token, manufacturer, PROTO_TEXT_MAX),
	TEXT(token, model, PROTO_TEXT_MAX),
	TEXT(token, serial, PROTO_TEXT_MAX),
	NUMBER(token, flags, U64, 0, 0),
	FLAG(token, read_only),
	NUMBER(token, total_public, U64, 0, 0),
	NUMBER(token, free_public, U64, 0, 0),
	NUMBER(token, total_private, U64, 0, 0),
	NUMBER(token, free_private, U64, 0, 0),
};
static const struct fields token_fields = FIELDS("token", token_table);

static const struct field pin_table[] = {
	NUMBER(pin, tries, INT, -1, 255),
	NUMBER(pin, tries_max, INT, -1, 255),
	WORD(pin, tries_by, known_by_words),
	FLAG(pin, set),
	FLAG(pin, low),
	FLAG(pin, final),
	FLAG(pin, locked),
	FLAG(pin, to_be_changed),
	FLAG(pin, pinpad),
	NUMBER(pin, min, INT, 0, COUNT_MAX),
	NUMBER(pin, max, INT, 0, COUNT_MAX),
	FLAG(pin, verified),
};
static const struct fields pin_fields = FIELDS("pin", pin_table);

static const struct field cert_table[] = {
	TEXT(card_cert, id, PROTO_ID_MAX),
	TEXT(card_cert, label, PROTO_TEXT_MAX),
	WORD(card_cert, key, key_state_words),
	NUMBER(card_cert, size, SIZE, 0, COUNT_MAX),
	{ .name = "sha256", .kind = FIELD_HASH,
	  .at = offsetof(struct card_cert, sha256) },
	{ .name = "der", .kind = FIELD_BYTES,
	  .at = offsetof(struct card_cert, der), .max = CARD_DER_MAX },
};
static const struct fields cert_fields = FIELDS("certificate", cert_table);

static const struct field key_table[] = {
	TEXT(card_key, id, PROTO_ID_MAX),
	TEXT(card_key, label, PROTO_TEXT_MAX),
	WORD(card_key, type, key_type_words),
	NUMBER(card_key, bits, UINT, 0, COUNT_MAX),
	{ .name = "private", .kind = FIELD_BOOL,
	  .at = offsetof(struct card_key, is_private) },
	FLAG(card_key, has_spki),
	{ .name = "spki_sha256", .kind = FIELD_HASH,
	  .at = offsetof(struct card_key, spki_sha256) },
	NUMBER(card_key, cert, INT, -1, CARD_CERTS_MAX - 1),
};
static const struct fields key_fields = FIELDS("key", key_table);

static const struct field capacity_table[] = {
	NUMBER(capacity, more, INT, -1, COUNT_MAX),
	WORD(capacity, rule, capacity_rule_words),
	WORD(capacity, by, known_by_words),
	{ .name = "source", .kind = FIELD_SHORT,
	  .at = offsetof(struct capacity, source),
	  .max = sizeof(((struct capacity *)0)->source) - 1 },
	NUMBER(capacity, free_bytes, I64, 0, 0),
	NUMBER(capacity, total_bytes, I64, 0, 0),
	WORD(capacity, bytes_by, known_by_words),
	NUMBER(capacity, cost_bytes, I64, 0, 0),
	NUMBER(capacity, used, INT, 0, COUNT_MAX),
	NUMBER(capacity, places, INT, 0, COUNT_MAX),
	NUMBER(capacity, orphan_keys, INT, 0, COUNT_MAX),
	NUMBER(capacity, orphan_certs, INT, 0, COUNT_MAX),
	NUMBER(capacity, expired, INT, 0, COUNT_MAX),
	NUMBER(capacity, expired_bytes, I64, 0, 0),
};
static const struct fields capacity_fields =
    FIELDS("capacity", capacity_table);

/* --- to JSON ----------------------------------------------------------- */

static json_t *
record_to_json(const struct fields *fields, const void *record)
{
	json_t *obj = json_object();

	fields_write(fields, record, obj);
	return obj;
}

/* "On which tokens" as a list of their places. */
static json_t *
places_to_json(unsigned bits)
{
	json_t *a = json_array();

	for (int i = 0; i < CARD_TOKENS_MAX; i++)
		if (bits & 1u << i)
			json_array_append_new(a, json_integer(i));
	return a;
}

/* By their names; null where the token does not tell. */
static json_t *
kinds_to_json(unsigned makes)
{
	json_t *a = (makes & TOKEN_TELLS) != 0 ? json_array() : json_null();

	for (int k = KEY_KIND_NONE + 1; k < KEY_KINDS; k++)
		if (json_is_array(a) && (makes & 1u << k) != 0)
			json_array_append_new(a,
			    jstring(key_kind_id((enum key_kind)k)));
	return a;
}

static json_t *
tokens_to_json(const struct card *card)
{
	json_t *a = json_array();

	for (size_t i = 0; i < card->ntokens; i++) {
		const struct token *t = &card->tokens[i];
		json_t *j = record_to_json(&token_fields, t);

		json_object_set_new(j, "makes", kinds_to_json(t->makes));
		json_object_set_new(j, "pin",
		    record_to_json(&pin_fields, &t->pin));
		json_array_append_new(a, j);
	}
	return a;
}

static json_t *
certs_to_json(const struct card *card)
{
	json_t *a = json_array();

	for (size_t i = 0; i < card->ncerts; i++) {
		const struct card_cert *c = &card->certs[i];
		json_t *j = record_to_json(&cert_fields, c);

		json_object_set_new(j, "tokens", places_to_json(c->tokens));
		json_object_set_new(j, "cert", c->cert != NULL ?
		    cert_to_json(c->cert) : json_null());
		json_array_append_new(a, j);
	}
	return a;
}

static json_t *
keys_to_json(const struct card *card)
{
	json_t *a = json_array();

	for (size_t i = 0; i < card->nkeys; i++) {
		json_t *j = record_to_json(&key_fields, &card->keys[i]);

		json_object_set_new(j, "tokens",
		    places_to_json(card->keys[i].tokens));
		json_array_append_new(a, j);
	}
	return a;
}

static json_t *
problems_to_json(const struct card *card)
{
	json_t *a = json_array();

	for (size_t i = 0; i < card->nproblems; i++) {
		json_t *j = proto_err_to_json(&card->problems[i]);

		if (j != NULL)
			json_array_append_new(a, j);
	}
	return a;
}

json_t *
proto_card_to_json(const struct card *card)
{
	char atr[2 * CARD_ATR_MAX + 1];
	json_t *obj = record_to_json(&card_fields, card);

	json_object_set_new(obj, "atr", jstring(text_hex(card->atr,
	    card->atr_len, 0, atr, sizeof(atr))));
	json_object_set_new(obj, "model",
	    record_to_json(&model_fields, &card->model));
	json_object_set_new(obj, "tokens", tokens_to_json(card));
	json_object_set_new(obj, "certs", certs_to_json(card));
	json_object_set_new(obj, "keys", keys_to_json(card));
	json_object_set_new(obj, "capacity",
	    record_to_json(&capacity_fields, &card->capacity));
	json_object_set_new(obj, "problems", problems_to_json(card));
	return obj;
}

/* --- from JSON --------------------------------------------------------- */

static int
places_from_json(const json_t *obj, const char *record, size_t ntokens,
    unsigned *bits, struct err *err)
{
	const json_t *a = fields_array(obj, record, "tokens", ntokens, err);

	if (a == NULL)
		return -1;
	*bits = 0;
	for (size_t i = 0; i < json_array_size(a); i++) {
		const json_t *j = json_array_get(a, i);
		json_int_t v = json_integer_value(j);

		if (!json_is_integer(j) || v < 0 || (size_t)v >= ntokens)
			return fields_bad(record, "tokens", err);
		*bits |= 1u << v;
	}
	return 0;
}

static int
kinds_from_json(const json_t *token, unsigned *makes, struct err *err)
{
	const json_t *a;

	*makes = 0;
	if (json_is_null(json_object_get(token, "makes")))
		return 0;
	a = fields_array(token, "token", "makes", KEY_KINDS, err);
	if (a == NULL)
		return -1;
	*makes = TOKEN_TELLS;
	for (size_t i = 0; i < json_array_size(a); i++) {
		const char *id = fields_string(json_array_get(a, i),
		    PROTO_ID_MAX);
		enum key_kind kind = id != NULL ? key_kind_from_id(id) :
		    KEY_KIND_NONE;

		if (kind == KEY_KIND_NONE)
			return fields_bad("token", "makes", err);
		*makes |= 1u << kind;
	}
	return 0;
}

static int
tokens_from_json(const json_t *obj, struct card *card, struct err *err)
{
	const json_t *a = fields_array(obj, "card", "tokens", CARD_TOKENS_MAX,
	    err);

	if (a == NULL)
		return -1;
	card->tokens = mem_array(json_array_size(a) + 1, sizeof(*card->tokens));
	for (size_t i = 0; i < json_array_size(a); i++) {
		const json_t *j = json_array_get(a, i);
		struct token *t = &card->tokens[card->ntokens++];

		if (fields_read(&token_fields, j, t, err) == -1 ||
		    kinds_from_json(j, &t->makes, err) == -1 ||
		    fields_read(&pin_fields, json_object_get(j, "pin"),
		    &t->pin, err) == -1)
			return -1;
	}
	return 0;
}

static int
cert_entry_from_json(const json_t *j, size_t ntokens, struct card_cert *c,
    struct err *err)
{
	const json_t *cert = json_object_get(j, "cert");

	if (fields_read(&cert_fields, j, c, err) == -1 ||
	    places_from_json(j, "certificate", ntokens, &c->tokens, err) == -1)
		return -1;
	if (json_is_null(cert))
		return 0;
	if (!json_is_object(cert))
		return fields_bad("certificate", "cert", err);
	return cert_from_json(cert, &c->cert, err);
}

static int
certs_from_json(const json_t *obj, struct card *card, struct err *err)
{
	const json_t *a = fields_array(obj, "card", "certs", CARD_CERTS_MAX,
	    err);

	if (a == NULL)
		return -1;
	card->certs = mem_array(json_array_size(a) + 1, sizeof(*card->certs));
	for (size_t i = 0; i < json_array_size(a); i++)
		if (cert_entry_from_json(json_array_get(a, i), card->ntokens,
		    &card->certs[card->ncerts++], err) == -1)
			return -1;
	return 0;
}

static int
keys_from_json(const json_t *obj, struct card *card, struct err *err)
{
	const json_t *a = fields_array(obj, "card", "keys", CARD_KEYS_MAX,
	    err);

	if (a == NULL)
		return -1;
	card->keys = mem_array(json_array_size(a) + 1, sizeof(*card->keys));
	for (size_t i = 0; i < json_array_size(a); i++) {
		const json_t *j = json_array_get(a, i);
		struct card_key *k = &card->keys[card->nkeys++];

		if (fields_read(&key_fields, j, k, err) == -1 ||
		    places_from_json(j, "key", card->ntokens, &k->tokens,
		    err) == -1)
			return -1;
		if (k->cert >= (int)card->ncerts)
			return fields_bad("key", "cert", err);
	}
	return 0;
}

static int
problems_from_json(const json_t *obj, struct card *card, struct err *err)
{
	const json_t *a = fields_array(obj, "card", "problems",
	    CARD_PROBLEMS_MAX, err);

	if (a == NULL)
		return -1;
	for (size_t i = 0; i < json_array_size(a); i++)
		if (proto_err_from_json(json_array_get(a, i),
		    &card->problems[card->nproblems++], err) == -1)
			return -1;
	return 0;
}

struct card *
proto_card_from_json(const json_t *obj, struct err *err)
{
	struct card *card = card_new("");

	if (fields_read(&card_fields, obj, card, err) == -1 ||
	    fields_read(&model_fields, json_object_get(obj, "model"),
	    &card->model, err) == -1 ||
	    fields_read(&capacity_fields, json_object_get(obj, "capacity"),
	    &card->capacity, err) == -1 ||
	    tokens_from_json(obj, card, err) == -1 ||
	    certs_from_json(obj, card, err) == -1 ||
	    keys_from_json(obj, card, err) == -1 ||
	    problems_from_json(obj, card, err) == -1)
		goto bad;
	if (fields_hex(json_object_get(obj, "atr"), card->atr, CARD_ATR_MAX,
	    &card->atr_len) == -1) {
		(void)fields_bad("card", "atr", err);
		goto bad;
	}
	return card;
bad:
	card_free(card);
	return NULL;
}
