#include "config.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/jstring.h"
#include "ui/cert_out.h"

/* Null where the certificate's own dates are wrong, so that none follows. */
static json_t *
day_json(bool known, struct date d)
{
	char	 text[32];

	if (!known)
		return json_null();
	snprintf(text, sizeof(text), "%04d-%02d-%02d", d.year, d.month, d.day);
	return jstring(text);
}

static json_t *
validity_json(const struct validity_view *v)
{
	json_t	*o = json_object();
	bool	 known = v->state != VALID_BAD_DATES;

	json_object_set_new(o, "state", jstring(validity_id(v->state)));
	json_object_set_new(o, "days_left", known ?
	    json_integer(v->days_left) : json_null());
	json_object_set_new(o, "renewable", json_boolean(v->renewable));
	json_object_set_new(o, "renew_from", day_json(known, v->renew_from));
	json_object_set_new(o, "last_safe", day_json(known, v->last_safe));
	return o;
}

static json_t *
purpose_json(const struct purpose_verdict *p)
{
	json_t	*o = json_object(), *reasons = json_array(), *r;
	char	 text[512];
	size_t	 i;

	json_object_set_new(o, "purpose", jstring(purpose_id(p->purpose)));
	json_object_set_new(o, "verdict", jstring(verdict_id(p->verdict)));
	for (i = 0; i < p->nreasons; i++) {
		r = json_object();
		json_object_set_new(r, "rule",
		    jstring(reason_id(&p->reasons[i])));
		json_object_set_new(r, "verdict",
		    jstring(verdict_id(p->reasons[i].verdict)));
		json_object_set_new(r, "sentence", out_string_json(
		    reason_sentence(&p->reasons[i], text, sizeof(text))));
		json_array_append_new(reasons, r);
	}
	json_object_set_new(o, "deciding",
	    p->nreasons > 0 ? json_integer((json_int_t)p->deciding) :
	    json_null());
	json_object_set_new(o, "reasons", reasons);
	return o;
}

static json_t *
authority_json(const struct cert_standing *st)
{
	static const char *const ways[] = {
		[AUTHORITY_BY_KEY] = "key",
		[AUTHORITY_BY_KEY_ID] = "key-id",
		[AUTHORITY_BY_NAME] = "name",
	};
	json_t	*o;

	if (st->authority == NULL)
		return json_null();
	o = json_object();
	json_object_set_new(o, "id", out_string_json(st->authority->id));
	json_object_set_new(o, "name", out_string_json(st->authority->name));
	json_object_set_new(o, "recognised_by", jstring(ways[st->by]));
	return o;
}

void
cert_describe_into(json_t *o, const struct cert *cert,
    const struct cert_standing *st)
{
	json_t	*purposes = json_array();
	char	 text[256];
	size_t	 i;

	for (i = 0; i < PURPOSE_COUNT; i++)
		json_array_append_new(purposes, purpose_json(&st->purposes[i]));
	json_object_set_new(o, "listed_as", out_string_json(
	    cert_list_purpose(cert, text, sizeof(text))));
	json_object_set_new(o, "validity", validity_json(&st->validity));
	json_object_set_new(o, "purposes", purposes);
	json_object_set_new(o, "authority", authority_json(st));
}

json_t *
cert_describe(const struct cert *cert, const struct cert_standing *st)
{
	json_t	*o = cert_to_json(cert);

	cert_describe_into(o, cert, st);
	return o;
}
