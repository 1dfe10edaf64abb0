#include "config.h"

#include "extract/proto.h"

#include <stdlib.h>
#include <string.h>

#include "base/jstring.h"
#include "base/mem.h"
#include "base/text.h"
#include "cert/field.h"

#define NUMBER_MAX	1000000

static const char *const role_words[] = {
	"signer", "holder", "recipient", "issuer", "chain", NULL
};
static const char *const when_words[] = { "none", "claimed", "stamped", NULL };
static const char *const origin_words[] = {
	"", "errno", "pcsc", "pkcs11", "openssl", "sw", "signal", NULL
};

#define S(k, t, ...)	FIELD(k, t, struct scrap, __VA_ARGS__)

static const struct field scrap_fields[] = {
	S("issuer", TEXT, issuer),
	S("role", WORD, role, .words = role_words),
	S("path", TEXT, path),
	S("number", UINT, number, .max = NUMBER_MAX),
	S("field", OPT_TEXT, field),
	S("when", WORD, when, .words = when_words),
	S("time", TIME, time),
	S("damaged", BOOL, damaged),
	FIELD_END
};

static const struct field err_fields[] = {
	FIELD("origin", WORD, struct err, origin, .words = origin_words),
	FIELD("what", CHARS, struct err, what, .max = ERR_WHAT_MAX - 1),
	FIELD("detail", CHARS, struct err, detail, .max = ERR_DETAIL_MAX - 1),
	FIELD_END
};

static const char *const ev_words[] = {
	"hello", "scrap", "problem", "password", "end", NULL
};
static const char *const req_words[] = { "read", "password", NULL };

static const struct field ev_kind[] = {
	FIELD("ev", WORD, struct extract_event, ev, .words = ev_words),
	FIELD_END
};
static const struct field hello_fields[] = {
	FIELD("version", UINT, struct extract_event, version, .min = 1,
	    .max = NUMBER_MAX),
	FIELD_END
};
static const struct field password_fields[] = {
	FIELD("name", TEXT, struct extract_event, name),
	FIELD("again", BOOL, struct extract_event, again),
	FIELD_END
};
static const struct field req_kind[] = {
	FIELD("req", WORD, struct extract_request, req, .words = req_words),
	FIELD_END
};
static const struct field read_fields[] = {
	FIELD("name", TEXT, struct extract_request, name),
	FIELD_END
};
static const struct field answer_fields[] = {
	FIELD("given", BOOL, struct extract_request, given),
	FIELD_END
};

static int
breach(struct err *err, const char *record, const char *member)
{
	return err_set(err, ERR_EXTRACT_TALK, NULL,
	    "%s: %s is missing or wrong", record, member);
}

/* --- a scrap --------------------------------------------------------------- */

json_t *
scrap_to_json(const struct scrap *s)
{
	json_t *obj = fields_to_json(scrap_fields, s);
	char serial[2 * CERT_SERIAL_MAX + 1];

	json_object_set_new(obj, "serial",
	    jstring(scrap_serial(s, serial, sizeof(serial))));
	json_object_set_new(obj, "cert", s->cert != NULL ?
	    cert_to_json(s->cert) : json_null());
	return obj;
}

/* What is said twice must be said alike. */
static bool
agrees(const struct scrap *s)
{
	const struct cert *c = s->cert;

	return c == NULL || (strcmp(c->issuer.line, s->issuer) == 0 &&
	    c->serial_len == s->serial_len &&
	    memcmp(c->serial, s->serial, c->serial_len) == 0);
}

static int
members_in(const json_t *obj, struct scrap *s, struct err *err)
{
	const json_t *cert = json_object_get(obj, "cert");
	const char *bad = "";

	if (fields_from_json(scrap_fields, obj, s, &bad) != 0)
		return breach(err, "scrap", bad);
	if (strlen(s->path) > SCRAP_PATH_MAX)
		return breach(err, "scrap", "path");
	if (s->field != NULL && strlen(s->field) > SCRAP_FIELD_MAX)
		return breach(err, "scrap", "field");
	if ((s->when == SCRAP_NO_TIME) != (s->time == CERT_NO_TIME))
		return breach(err, "scrap", "time");
	if (field_hex(json_object_get(obj, "serial"), s->serial,
	    sizeof(s->serial), &s->serial_len) != 0 || s->serial_len == 0)
		return breach(err, "scrap", "serial");
	if (!json_is_null(cert) && cert_from_json(cert, &s->cert, err) != 0)
		return -1;
	return agrees(s) ? 0 : breach(err, "scrap", "cert");
}

int
scrap_from_json(const json_t *obj, struct scrap **out, struct err *err)
{
	struct scrap *s = mem_alloc(sizeof(*s));

	*out = NULL;
	if (members_in(obj, s, err) != 0) {
		scrap_free(s);
		return -1;
	}
	*out = s;
	return 0;
}

/* --- an error -------------------------------------------------------------- */

/* A library's complaint may quote the document, whatever that holds. */
static void
make_sendable(char *text, size_t size)
{
	struct safe_text safe;
	size_t n;

	text_safe_str(&safe, text, 0);
	n = text_cut(safe.s, size - 1);
	memcpy(text, safe.s, n);
	text[n] = '\0';
}

static json_t *
err_to_json(const struct err *err)
{
	struct err e = *err;
	json_t *obj;

	make_sendable(e.what, sizeof(e.what));
	make_sendable(e.detail, sizeof(e.detail));
	obj = fields_to_json(err_fields, &e);
	json_object_set_new(obj, "id", jstring(err_id(e.code)));
	json_object_set_new(obj, "raw", json_integer((json_int_t)e.raw));
	return obj;
}

static int
err_from_json(const json_t *obj, struct err *out, struct err *err)
{
	const json_t *id = json_object_get(obj, "id");
	const json_t *raw = json_object_get(obj, "raw");
	const char *bad = "";

	if (fields_from_json(err_fields, obj, out, &bad) != 0)
		return breach(err, "err", bad);
	if (!json_is_string(id) || !json_is_integer(raw))
		return breach(err, "err", "id or raw");
	out->code = err_from_id(json_string_value(id));
	out->raw = (unsigned long)json_integer_value(raw);
	return out->code != ERR_NONE ? 0 : breach(err, "err", "id");
}

/* --- events ------------------------------------------------------------------ */

json_t *
extract_event_to_json(const struct extract_event *ev)
{
	json_t *obj = fields_to_json(ev_kind, ev);

	switch (ev->ev) {
	case EX_HELLO:
		fields_add(obj, hello_fields, ev);
		break;
	case EX_SCRAP:
		json_object_set_new(obj, "scrap", scrap_to_json(ev->scrap));
		break;
	case EX_PROBLEM:
		json_object_set_new(obj, "err", err_to_json(&ev->err));
		break;
	case EX_PASSWORD:
		fields_add(obj, password_fields, ev);
		break;
	case EX_END:
		break;
	}
	return obj;
}

static int
event_in(const json_t *obj, struct extract_event *ev, struct err *err)
{
	const char *bad = "";

	if (fields_from_json(ev_kind, obj, ev, &bad) != 0)
		return breach(err, "event", bad);
	switch (ev->ev) {
	case EX_HELLO:
		if (fields_from_json(hello_fields, obj, ev, &bad) != 0)
			return breach(err, "hello", bad);
		return ev->version == EXTRACT_VERSION ? 0 :
		    breach(err, "hello", "version");
	case EX_SCRAP:
		return scrap_from_json(json_object_get(obj, "scrap"),
		    &ev->scrap, err);
	case EX_PROBLEM:
		return err_from_json(json_object_get(obj, "err"), &ev->err,
		    err);
	case EX_PASSWORD:
		return fields_from_json(password_fields, obj, ev, &bad) == 0 &&
		    strlen(ev->name) <= SCRAP_PATH_MAX ? 0 :
		    breach(err, "password", bad);
	case EX_END:
		return 0;
	}
	return breach(err, "event", "ev");
}

int
extract_event_from_json(const json_t *obj, struct extract_event *ev,
    struct err *err)
{
	memset(ev, 0, sizeof(*ev));
	if (event_in(obj, ev, err) == 0)
		return 0;
	extract_event_clear(ev);
	return -1;
}

void
extract_event_clear(struct extract_event *ev)
{
	scrap_free(ev->scrap);
	free(ev->name);
	memset(ev, 0, sizeof(*ev));
}

/* --- requests ---------------------------------------------------------------- */

json_t *
extract_request_to_json(const struct extract_request *req)
{
	json_t *obj = fields_to_json(req_kind, req);

	fields_add(obj, req->req == EX_READ ? read_fields : answer_fields, req);
	return obj;
}

int
extract_request_from_json(const json_t *obj, struct extract_request *req,
    struct err *err)
{
	const char *bad = "";

	memset(req, 0, sizeof(*req));
	if (fields_from_json(req_kind, obj, req, &bad) == 0 &&
	    fields_from_json(req->req == EX_READ ? read_fields :
	    answer_fields, obj, req, &bad) == 0)
		return 0;
	extract_request_clear(req);
	return breach(err, "request", bad);
}

void
extract_request_clear(struct extract_request *req)
{
	free(req->name);
	memset(req, 0, sizeof(*req));
}
