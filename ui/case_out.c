#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/jstring.h"
#include "base/text.h"
#include "revocation/channel.h"
#include "ui/case_out.h"
#include "ui/rec_out.h"
#include "ui/recwords.h"
#include "ui/span.h"

void
case_column(struct out *out)
{
	static const char *const labels[] = { N_("case"), N_("state"),
		N_("clock"), N_("serial number"), N_("issuer"), N_("holder"),
		N_("who asks"), N_("why"), N_("since"), N_("which way"),
		N_("proof"), N_("history"), NULL };

	out_column(out, labels);
}

static void
field(struct out *out, const char *label, const char *value)
{
	if (value != NULL && value[0] != '\0')
		out_field(out, label, "%s", value);
}

static void
print_request(struct out *out, const struct case_view *v)
{
	const struct channel *c = channel_by_id(v->channel);
	char when[32];

	if (v->who >= 0 && v->proof >= 0)
		out_field(out, _("who asks"), "%s, %s", case_who_name(v->who),
		    case_proof_name(v->proof));
	if (v->reason >= 0)
		field(out, _("why"), case_reason_name(v->reason));
	if (v->lost_at != 0)
		field(out, _("since"), span_minute(v->lost_at, when,
		    sizeof when));
	if (c != NULL)
		field(out, _("which way"), _(c->name));
}

static void
print_proof(struct out *out, const struct case_view *v)
{
	char when[32];

	if (v->published == 0)
		return;
	out_field(out, _("proof"), _("%s, as of %s"),
	    recwords_how((enum record_how)v->proved_by),
	    clock_local(v->proved_at, when, sizeof when));
	if (v->proof_hash[0] != '\0')
		out_field(out, "", "SHA-256 %s", v->proof_hash);
}

static void
print_history(struct out *out, const struct case_row *row)
{
	char when[32], words[512];

	for (size_t i = 0; i < row->nevents; i++)
		out_field(out, i == 0 ? _("history") : "", "%s  %s",
		    clock_local(row->events[i].at, when, sizeof when),
		    case_event_words(&row->events[i], words, sizeof words));
}

void
case_print(struct out *out, const struct case_row *row,
    const struct case_view *v, int64_t now)
{
	char text[RECWORDS_SERIAL_MAX];

	case_column(out);
	out_field(out, _("case"), "%s, %s", row->number,
	    case_action_name(v->action));
	case_sentence(v, now, text, sizeof text);
	if (v->state == CASE_ON_PAPER && case_only_form(v))
		out_field(out, _("state"), "%s", text);
	else
		out_field(out, _("state"), "%s. %s", case_state_name(v->state),
		    text);
	field(out, _("clock"), case_clock(v, now, text, sizeof text));
	if (v->last_err.code != ERR_NONE) {
		field(out, "", err_sentence(&v->last_err, text, sizeof text));
		field(out, "", err_next(&v->last_err, text, sizeof text));
	}
	field(out, _("serial number"), recwords_serial(&row->cert, text,
	    sizeof text));
	field(out, _("issuer"), row->cert.issuer.shown);
	field(out, _("holder"), row->cert.holder);
	if (v->typed)
		field(out, "", _("typed by hand, never seen here"));
	print_request(out, v);
	print_proof(out, v);
	print_history(out, row);
}

json_t *
case_brief_json(const struct case_row *row)
{
	char hex[2 * CERT_SERIAL_MAX + 1];
	json_t *o = json_object();

	json_object_set_new(o, "number", jstring(row->number));
	json_object_set_new(o, "uid", jstring(row->uid));
	json_object_set_new(o, "action", jstring(row->action));
	json_object_set_new(o, "state", jstring(row->sum.state));
	json_object_set_new(o, "open", json_boolean(row->sum.open));
	json_object_set_new(o, "holder", out_string_json(row->cert.holder));
	json_object_set_new(o, "issuer",
	    out_string_json(row->cert.issuer.shown));
	json_object_set_new(o, "serial", jstring(text_hex(row->cert.serial,
	    row->cert.serial_len, 0, hex, sizeof hex)));
	json_object_set_new(o, "opened_at", rec_time_json(row->opened_at));
	json_object_set_new(o, "due", rec_time_json(row->sum.due));
	json_object_set_new(o, "deadline", rec_time_json(row->sum.deadline));
	return o;
}

void
case_print_text(struct out *out, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		out_line(out, 0, "%.*s", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

int
case_read(struct registry *reg, const struct authorities *all, int64_t id,
    struct case_row *row, struct case_view *view, struct err *err)
{
	if (cases_get(reg, id, row, err) == -1)
		return -1;
	if (case_view(row, channel_authority(all, &row->cert.issuer), view,
	    err) == 0)
		return 0;
	case_row_clear(row);
	return -1;
}

enum exit_code
case_exit(const struct case_view *v)
{
	return v->state == CASE_PUBLISHED || v->state == CASE_CLOSED ?
	    EXIT_FINE : EXIT_WRONG;
}
