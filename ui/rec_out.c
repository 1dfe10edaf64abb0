#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/jstring.h"
#include "base/text.h"
#include "ui/longwork.h"
#include "ui/rec_out.h"
#include "ui/recwords.h"

struct registry_options
rec_options(const struct cmd *cmd)
{
	const struct conf *c = &cmd->conf;

	return (struct registry_options){
		.path = c->registry[0] != '\0' ? c->registry : NULL,
		.point = c->point[0] != '\0' ? c->point : NULL,
	};
}

int
rec_open(const struct cmd *cmd, enum registry_mode mode, struct registry **reg,
    struct err *err)
{
	const struct registry_options o = rec_options(cmd);

	return registry_open(reg, mode, &o, err);
}

int
rec_turn(struct registry *reg, const atomic_bool *cancel, struct err *err)
{
	if (registry_begin(reg, err) == -1)
		return -1;
	registry_rollback(reg);
	return longwork_stop(cancel, err);
}

/* --- for people ---------------------------------------------------------- */

void
rec_column(struct out *out)
{
	static const char *const labels[] = { N_("serial number"),
		N_("in decimal"), N_("issuer"), N_("holder"),
		N_("organisation"), N_("identifier"), N_("validity"),
		N_("status"), N_("how it is known"), NULL };

	out_column(out, labels);
}

static void
field(struct out *out, const char *label, const char *value)
{
	if (value != NULL && value[0] != '\0')
		out_field(out, label, "%s", value);
}

static void
print_seen(struct out *out, const struct record *r)
{
	char last[32], card[2 * RECORD_TEXT_MAX + 4];

	out_field(out, _("how it is known"), "%s", recwords_how(r->how));
	out_field(out, _("seen"), "%s, %s",
	    recwords_day(r->last_seen, last, sizeof last), recwords_where(r));
	field(out, _("card"), recwords_card(r->card_model, r->card_number,
	    card, sizeof card));
	field(out, _("order"), r->order);
}

void
rec_print(struct out *out, const struct record *r, int64_t now)
{
	char text[RECWORDS_SERIAL_MAX], from[32], to[32];

	out_field(out, _("row"), "%lld", (long long)r->id);
	field(out, _("serial number"), recwords_serial(r, text, sizeof text));
	field(out, _("in decimal"), recwords_decimal(r, text, sizeof text));
	field(out, _("issuer"), r->issuer.shown);
	field(out, _("organisation"), r->org);
	field(out, _("identifier"), r->id_mask);
	field(out, _("e-mail"), r->email_mask);
	field(out, _("uses"), recwords_uses(r, text, sizeof text));
	recwords_state(r, now, text, sizeof text);
	out_field(out, _("validity"), _("%s: from %s to %s"), text,
	    recwords_day(r->not_before, from, sizeof from),
	    recwords_day(r->not_after, to, sizeof to));
	field(out, _("status"), recwords_status(r, now, text, sizeof text));
	print_seen(out, r);
	if (r->restricted)
		out_field(out, "", "%s", _("processing is restricted"));
}

/* --- JSON ---------------------------------------------------------------- */

json_t *
rec_time_json(int64_t t)
{
	char text[40];

	if (t == 0 || t == CERT_NO_TIME)
		return json_null();
	return jstring(clock_rfc3339(t, text, sizeof text));
}

static json_t *
uses_json(const struct record *r)
{
	json_t *a = json_array();

	for (int i = 0; i < PURPOSE_COUNT; i++)
		if (r->uses & (1u << i))
			json_array_append_new(a,
			    jstring(purpose_id((enum purpose)i)));
	return a;
}

static void
add_status(json_t *o, const struct record *r, int64_t now)
{
	json_object_set_new(o, "state",
	    jstring(rec_state_id(rec_state(r, now))));
	json_object_set_new(o, "status",
	    jstring(record_status_id(r->status)));
	json_object_set_new(o, "status_by", r->status == STATUS_UNKNOWN ?
	    json_null() : jstring(record_how_id(r->status_by)));
	json_object_set_new(o, "status_at", rec_time_json(r->status_at));
	json_object_set_new(o, "revoked_at", rec_time_json(r->revoked_at));
	json_object_set_new(o, "reason", r->reason < 0 ? json_null() :
	    json_integer(r->reason));
	json_object_set_new(o, "restricted", json_boolean(r->restricted));
}

static void
add_strings(json_t *o, const struct record *r)
{
	const struct {
		const char	*name, *value;
	} strings[] = {
		{ "holder", r->holder }, { "organisation", r->org },
		{ "identifier", r->id_mask }, { "email", r->email_mask },
		{ "issuer", r->issuer.shown }, { "issuer_name", r->issuer.line },
		{ "order", r->order }, { "card_token", r->card_token },
		{ "card_number", r->card_number },
		{ "card_model", r->card_model }, { "point", r->point },
		{ "account", r->account }, { "ocsp", r->ocsp },
		{ "crl", r->cdp },
	};

	for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++)
		json_object_set_new(o, strings[i].name,
		    out_string_json(strings[i].value));
}

/* Digits without the spaces that people want. */
static json_t *
decimal_json(const struct record *r)
{
	char text[RECWORDS_SERIAL_MAX], *out = text;

	recwords_decimal(r, text, sizeof text);
	for (const char *p = text; *p != '\0'; p++)
		if (*p != ' ')
			*out++ = *p;
	*out = '\0';
	return jstring(text);
}

json_t *
rec_json(const struct record *r, int64_t now)
{
	json_t *o = json_object();
	char hex[2 * CERT_SERIAL_MAX + 1];

	json_object_set_new(o, "row", json_integer(r->id));
	json_object_set_new(o, "serial", jstring(text_hex(r->serial,
	    r->serial_len, 0, hex, sizeof hex)));
	json_object_set_new(o, "serial_decimal", decimal_json(r));
	add_strings(o, r);
	json_object_set_new(o, "not_before", rec_time_json(r->not_before));
	json_object_set_new(o, "not_after", rec_time_json(r->not_after));
	json_object_set_new(o, "uses", uses_json(r));
	json_object_set_new(o, "qualified", json_boolean(r->qualified));
	add_status(o, r, now);
	json_object_set_new(o, "how", jstring(record_how_id(r->how)));
	json_object_set_new(o, "first_seen", rec_time_json(r->first_seen));
	json_object_set_new(o, "last_seen", rec_time_json(r->last_seen));
	return o;
}
