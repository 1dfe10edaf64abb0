#include "config.h"

#include <string.h>

#include "base/clock.h"
#include "base/jstring.h"
#include "base/text.h"
#include "revocation/status_inside.h"

/* What a stranger wrote is valid UTF-8 in JSON. */
static void
put_text(json_t *o, const char *name, const char *text)
{
	struct safe_text t;

	if (text == NULL || text[0] == '\0')
		return;
	text_safe_str(&t, text, 0);
	json_object_set_new(o, name, jstring(t.s));
}

static void
put_time(json_t *o, const char *name, int64_t at)
{
	char buf[32];

	if (at != 0)
		json_object_set_new(o, name, jstring(clock_rfc3339(at, buf,
		    sizeof buf)));
}

static void
put_reason(json_t *o, int reason)
{
	if (reason >= 0)
		json_object_set_new(o, "reason", json_integer(reason));
}

static void
put_err(json_t *o, const struct err *err)
{
	json_t *e = json_object();
	char buf[1024];

	json_object_set_new(e, "id", jstring(err_id(err->code)));
	put_text(e, "sentence", err_sentence(err, buf, sizeof buf));
	put_text(e, "next", err_next(err, buf, sizeof buf));
	put_text(e, "detail", err_technical(err, buf, sizeof buf));
	json_object_set_new(o, "error", e);
}

static void
put_list(json_t *o, const struct status_way *w)
{
	json_object_set_new(o, "kept", json_boolean(w->kept));
	json_object_set_new(o, "entries", json_integer(w->entries));
	json_object_set_new(o, "odd_entries", json_integer(w->odd));
}

static void
add_way(json_t *ways, const char *kind, const struct status_way *w)
{
	char hex[2 * sizeof w->sha256 + 1];
	json_t *o;

	if (!w->tried)
		return;
	o = json_object();
	json_object_set_new(o, "way", jstring(kind));
	put_text(o, "url", w->url);
	json_object_set_new(o, "answered", json_boolean(w->answered));
	if (w->answered)
		json_object_set_new(o, "status", jstring(
		    record_status_id(w->status)));
	else if (w->err.code != ERR_NONE)
		put_err(o, &w->err);
	put_time(o, "as_of", w->this_update);
	put_time(o, "next_update", w->next_update);
	put_time(o, "revoked_at", w->revoked_at);
	put_reason(o, w->reason);
	if (w->answered)
		put_text(o, "sha256", text_hex(w->sha256, sizeof w->sha256, 0,
		    hex, sizeof hex));
	if (strcmp(kind, "ocsp") == 0) {
		json_object_set_new(o, "nonce", json_boolean(w->nonce));
		if (w->never_issued)
			json_object_set_new(o, "never_issued", json_true());
		put_text(o, "responder", w->responder);
	} else
		put_list(o, w);
	put_time(o, "server_date", w->server_date);
	json_object_set_new(o, "millis", json_integer(w->millis));
	json_array_append_new(ways, o);
}

json_t *
status_json(const struct status_about *about, const struct status_report *r)
{
	bool answered = r->ocsp.answered || r->crl.answered;
	char hex[2 * CERT_SERIAL_MAX + 1];
	json_t *o = json_object(), *ways = json_array();
	const struct status_way *w = r->by == HOW_OCSP ? &r->ocsp :
	    r->delta.answered ? &r->delta : &r->crl;

	put_text(o, "issuer", about->issuer.line);
	put_text(o, "serial", text_hex(about->serial, about->serial_len, 0, hex,
	    sizeof hex));
	json_object_set_new(o, "status", jstring(
	    record_status_id(r->status)));
	if (answered) {
		json_object_set_new(o, "by", jstring(
		    record_how_id(r->by)));
		put_time(o, "as_of", r->at);
		put_time(o, "revoked_at", w->revoked_at);
		put_reason(o, w->reason);
		put_time(o, "good_until", r->good_until);
	} else
		put_err(o, &r->err);
	if (r->clock_off != 0)
		json_object_set_new(o, "clock_off",
		    json_integer(r->clock_off));
	add_way(ways, "ocsp", &r->ocsp);
	add_way(ways, "crl", &r->crl);
	add_way(ways, "delta", &r->delta);
	json_object_set_new(o, "ways", ways);
	return o;
}
