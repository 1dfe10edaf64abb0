#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/jstring.h"
#include "base/mem.h"
#include "card/fields.h"
#include "card/proto.h"
#include "card/words.h"

#define ID_MAX	64	/* bytes of an error's id */

static const char *const ev_words[] = {
	[EV_HELLO] = "hello",
	[EV_PCSC] = "pcsc",
	[EV_MODULE] = "module",
	[EV_CARD] = "card",
	[EV_GONE] = "gone",
	[EV_SETTLED] = "settled",
	[EV_ANSWER] = "answer",
	NULL
};

static const char *const req_words[] = {
	[REQ_READ] = "read",
	[REQ_FORGET] = "forget",
	[REQ_LOGIN] = "login",
	[REQ_SIGN] = "sign",
	[REQ_CHANGE] = "change",
	[REQ_REREAD] = "reread",
	[REQ_RESTART] = "restart",
	NULL
};

static const char *const origin_words[] = {
	[ORIGIN_NONE] = "",
	[ORIGIN_ERRNO] = "errno",
	[ORIGIN_PCSC] = "pcsc",
	[ORIGIN_PKCS11] = "pkcs11",
	[ORIGIN_OPENSSL] = "openssl",
	[ORIGIN_SW] = "sw",
	[ORIGIN_SIGNAL] = "signal",
	[ORIGIN_SQLITE] = "sqlite",
	[ORIGIN_CURL] = "curl",
	[ORIGIN_HTTP] = "http",
	NULL
};
_Static_assert(sizeof(origin_words) / sizeof(*origin_words) ==
    ORIGIN_COUNT + 1, "a word for each origin");

/* --- errors ------------------------------------------------------------ */

static const struct field err_table[] = {
	{ .name = "origin", .kind = FIELD_WORD,
	  .at = offsetof(struct err, origin), .words = origin_words },
	{ .name = "raw", .kind = FIELD_U64, .at = offsetof(struct err, raw) },
	{ .name = "what", .kind = FIELD_SHORT,
	  .at = offsetof(struct err, what), .max = ERR_WHAT_MAX - 1 },
	{ .name = "detail", .kind = FIELD_SHORT,
	  .at = offsetof(struct err, detail), .max = ERR_DETAIL_MAX - 1 },
};
static const struct fields err_fields = FIELDS("error", err_table);
_Static_assert(sizeof(unsigned long) == sizeof(uint64_t),
    "raw is read as 64 bits");

json_t *
proto_err_to_json(const struct err *e)
{
	json_t *obj;

	if (e->code == ERR_NONE)
		return NULL;
	obj = json_object();
	json_object_set_new(obj, "code", jstring(err_id(e->code)));
	fields_write(&err_fields, e, obj);
	return obj;
}

int
proto_err_from_json(const json_t *obj, struct err *out, struct err *err)
{
	const char *code = fields_string(json_object_get(obj, "code"), ID_MAX);
	struct err e = ERR_INIT;

	if (code == NULL)
		return fields_bad("error", "code", err);
	if (fields_read(&err_fields, obj, &e, err) == -1)
		return -1;
	e.code = err_from_id(code);
	*out = e;
	return 0;
}

/* --- modules ----------------------------------------------------------- */

static const struct field module_table[] = {
	{ .name = "name", .kind = FIELD_TEXT,
	  .at = offsetof(struct module_view, name), .max = PROTO_TEXT_MAX },
	{ .name = "path", .kind = FIELD_TEXT,
	  .at = offsetof(struct module_view, path), .max = PROTO_PATH_MAX },
	{ .name = "state", .kind = FIELD_WORD,
	  .at = offsetof(struct module_view, state),
	  .words = module_state_words },
	{ .name = "err", .kind = FIELD_ERR,
	  .at = offsetof(struct module_view, err) },
};
static const struct fields module_fields = FIELDS("module", module_table);

json_t *
proto_module_to_json(const struct module_view *module)
{
	json_t *obj = json_object();

	fields_write(&module_fields, module, obj);
	return obj;
}

int
proto_module_from_json(const json_t *obj, struct module_view *module,
    struct err *err)
{
	*module = (struct module_view){ .name = NULL };
	if (fields_read(&module_fields, obj, module, err) == 0)
		return 0;
	module_view_clear(module);
	return -1;
}

/* --- events ------------------------------------------------------------ */

static const struct field hello_table[] = {
	{ .name = "version", .kind = FIELD_UINT,
	  .at = offsetof(struct proto_event, version),
	  .min = PROTO_VERSION, .max = PROTO_VERSION },
};

static const struct field pcsc_table[] = {
	{ .name = "state", .kind = FIELD_WORD,
	  .at = offsetof(struct proto_event, pcsc),
	  .words = pcsc_state_words },
	{ .name = "socket", .kind = FIELD_TEXT,
	  .at = offsetof(struct proto_event, socket), .max = PROTO_PATH_MAX },
	{ .name = "err", .kind = FIELD_ERR,
	  .at = offsetof(struct proto_event, err) },
};

static const struct field gone_table[] = {
	{ .name = "reader", .kind = FIELD_TEXT,
	  .at = offsetof(struct proto_event, reader), .max = PROTO_TEXT_MAX },
	{ .name = "token", .kind = FIELD_TEXT,
	  .at = offsetof(struct proto_event, token), .max = PROTO_TEXT_MAX },
};

static const struct field answer_table[] = {
	{ .name = "id", .kind = FIELD_U64,
	  .at = offsetof(struct proto_event, id) },
	{ .name = "err", .kind = FIELD_ERR,
	  .at = offsetof(struct proto_event, err) },
	{ .name = "signature", .kind = FIELD_HEX, .min = -1,
	  .at = offsetof(struct proto_event, signature.bytes),
	  .len_at = offsetof(struct proto_event, signature.len),
	  .max = CARD_SIGNATURE_MAX },
	{ .name = "der", .kind = FIELD_BYTES,
	  .at = offsetof(struct proto_event, der), .max = CERT_DER_MAX },
};

/* What each event carries beside records of their own. */
static const struct fields event_fields[] = {
	[EV_HELLO] = FIELDS("hello", hello_table),
	[EV_PCSC] = FIELDS("pcsc", pcsc_table),
	[EV_GONE] = FIELDS("gone", gone_table),
	[EV_ANSWER] = FIELDS("answer", answer_table),
};

#define NEVENT_FIELDS (sizeof(event_fields) / sizeof(*event_fields))

/* The place of a word in a list, or -1. */
static int
word_find(const char *const *words, const json_t *j)
{
	const char *s = json_string_value(j);

	for (int i = 0; s != NULL && words[i] != NULL; i++)
		if (strcmp(s, words[i]) == 0)
			return i;
	return -1;
}

json_t *
proto_event_to_json(const struct proto_event *ev)
{
	json_t *obj;

	if (ev->ev == EV_CARD)
		obj = proto_card_to_json(ev->card);
	else if (ev->ev == EV_MODULE)
		obj = proto_module_to_json(&ev->module);
	else {
		obj = json_object();
		if (ev->ev < NEVENT_FIELDS)
			fields_write(&event_fields[ev->ev], ev, obj);
	}
	json_object_set_new(obj, "ev", jstring(ev_words[ev->ev]));
	return obj;
}

int
proto_event_from_json(const json_t *obj, struct proto_event *ev,
    struct err *err)
{
	int kind = word_find(ev_words, json_object_get(obj, "ev"));
	int rc = 0;

	*ev = (struct proto_event){ .ev = EV_SETTLED };
	if (kind == -1)
		return fields_bad("event", "ev", err);
	ev->ev = (enum proto_ev)kind;
	if (ev->ev == EV_CARD)
		rc = (ev->card = proto_card_from_json(obj, err)) != NULL ?
		    0 : -1;
	else if (ev->ev == EV_MODULE)
		rc = proto_module_from_json(obj, &ev->module, err);
	else if (ev->ev < NEVENT_FIELDS)
		rc = fields_read(&event_fields[ev->ev], obj, ev, err);
	if (rc == -1)
		proto_event_clear(ev);
	return rc;
}

void
proto_event_clear(struct proto_event *ev)
{
	free(ev->socket);
	free(ev->reader);
	free(ev->token);
	module_view_clear(&ev->module);
	card_free(ev->card);
	buf_clear(&ev->der);
	*ev = (struct proto_event){ .ev = EV_SETTLED };
}

/* --- requests ---------------------------------------------------------- */

#define REQ_TEXT(member) \
	{ .name = #member, .kind = FIELD_TEXT, \
	  .at = offsetof(struct proto_request, member), .max = PROTO_TEXT_MAX }

static const struct field req_id_table[] = {
	{ .name = "id", .kind = FIELD_U64,
	  .at = offsetof(struct proto_request, id) },
};
static const struct fields req_id_fields = FIELDS("request", req_id_table);

static const struct field req_reader_table[] = { REQ_TEXT(reader) };
static const struct field req_read_table[] = {
	REQ_TEXT(reader),
	{ .name = "atr", .kind = FIELD_HEX,
	  .at = offsetof(struct proto_request, atr),
	  .len_at = offsetof(struct proto_request, atr_len),
	  .max = CARD_ATR_MAX },
	{ .name = "afresh", .kind = FIELD_BOOL,
	  .at = offsetof(struct proto_request, afresh) },
};

/* Whose PIN it is. */
#define REQ_TOKEN \
	REQ_TEXT(reader), \
	REQ_TEXT(module), \
	REQ_TEXT(serial), \
	{ .name = "slot", .kind = FIELD_U64, \
	  .at = offsetof(struct proto_request, slot) }, \
	{ .name = "pinpad", .kind = FIELD_BOOL, \
	  .at = offsetof(struct proto_request, pinpad) }, \
	{ .name = "last", .kind = FIELD_BOOL, \
	  .at = offsetof(struct proto_request, last) }

static const struct field req_login_table[] = { REQ_TOKEN };
static const struct field req_sign_table[] = {
	REQ_TOKEN,
	{ .name = "key", .kind = FIELD_TEXT,
	  .at = offsetof(struct proto_request, key), .max = PROTO_ID_MAX },
	{ .name = "by", .kind = FIELD_WORD,
	  .at = offsetof(struct proto_request, digest.by),
	  .words = card_sign_by_words },
	{ .name = "hash", .kind = FIELD_WORD,
	  .at = offsetof(struct proto_request, digest.hash),
	  .words = card_hash_words },
	{ .name = "digest", .kind = FIELD_HEX, .min = 1,
	  .at = offsetof(struct proto_request, digest.bytes),
	  .len_at = offsetof(struct proto_request, digest.len),
	  .max = CARD_DIGEST_MAX },
};

static const struct field req_change_table[] = {
	REQ_TOKEN,
	{ .name = "change", .kind = FIELD_WORD,
	  .at = offsetof(struct proto_request, change.kind),
	  .words = card_change_words },
	{ .name = "key", .kind = FIELD_SHORT,
	  .at = offsetof(struct proto_request, change.id),
	  .max = CHANGE_ID_MAX },
	{ .name = "label", .kind = FIELD_SHORT,
	  .at = offsetof(struct proto_request, change.label),
	  .max = CHANGE_LABEL_MAX },
	{ .name = "kind", .kind = FIELD_WORD,
	  .at = offsetof(struct proto_request, change.key),
	  .words = key_kind_words },
	{ .name = "ca", .kind = FIELD_BOOL,
	  .at = offsetof(struct proto_request, change.ca) },
	{ .name = "der", .kind = FIELD_BYTES,
	  .at = offsetof(struct proto_request, der), .max = CERT_DER_MAX },
	{ .name = "sha256", .kind = FIELD_HASH,
	  .at = offsetof(struct proto_request, change.sha256) },
};

static const struct fields req_fields[] = {
	[REQ_READ] = FIELDS("read", req_read_table),
	[REQ_FORGET] = FIELDS("forget", req_reader_table),
	[REQ_LOGIN] = FIELDS("login", req_login_table),
	[REQ_SIGN] = FIELDS("sign", req_sign_table),
	[REQ_CHANGE] = FIELDS("change", req_change_table),
	[REQ_REREAD] = FIELDS("reread", req_reader_table),
	[REQ_RESTART] = { "restart", NULL, 0 },
};

json_t *
proto_request_to_json(const struct proto_request *req)
{
	json_t *obj = json_object();

	json_object_set_new(obj, "req", jstring(req_words[req->req]));
	fields_write(&req_id_fields, req, obj);
	fields_write(&req_fields[req->req], req, obj);
	return obj;
}

/* Whether a change names what its kind is about. */
static bool
change_is_whole(const struct card_change *c)
{
	size_t digits = strspn(c->id, "0123456789ABCDEF");

	if (c->id[digits] != '\0' || digits % 2 != 0)
		return false;
	switch (c->kind) {
	case CHANGE_GENERATE:
		return digits > 0 && c->key != KEY_KIND_NONE;
	case CHANGE_WRITE:
		return c->der.len > 0 && (digits > 0) != c->ca;
	case CHANGE_REMOVE_KEY:
	case CHANGE_READ_PUBLIC:
		return digits > 0;
	case CHANGE_REMOVE_CERT:
	case CHANGE_READ_CERT:
		break;
	}
	return true;
}

int
proto_request_from_json(const json_t *obj, struct proto_request *req,
    struct err *err)
{
	int kind = word_find(req_words, json_object_get(obj, "req"));

	*req = (struct proto_request){ .id = 0 };
	if (kind == -1)
		return fields_bad("request", "req", err);
	req->req = (enum proto_req)kind;
	if (fields_read(&req_id_fields, obj, req, err) == -1 ||
	    fields_read(&req_fields[kind], obj, req, err) == -1)
		goto bad;
	if (req->req == REQ_SIGN &&
	    req->digest.len != card_hash_len(req->digest.hash)) {
		(void)fields_bad("sign", "digest", err);
		goto bad;
	}
	req->change.der = span_of(req->der.data, req->der.len);
	if (req->req == REQ_CHANGE && !change_is_whole(&req->change)) {
		(void)fields_bad("change", "key, kind or der", err);
		goto bad;
	}
	return 0;
bad:
	proto_request_clear(req);
	return -1;
}

void
proto_request_clear(struct proto_request *req)
{
	free(req->reader);
	free(req->module);
	free(req->serial);
	free(req->key);
	buf_clear(&req->der);
	*req = (struct proto_request){ .id = 0 };
}
