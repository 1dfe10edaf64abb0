/* Renewals told on the command line: for people and as JSON. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/jstring.h"
#include "renewal/way.h"
#include "ui/rec_out.h"
#include "ui/recwords.h"
#include "ui/renew_cmd.h"
#include "ui/renewpage.h"
#include "ui/span.h"

/* --- before it begins ------------------------------------------------------------ */

static const char *
sign_of(enum verdict v)
{
	static const char *const signs[] = { [VERDICT_NO] = "[ ]",
		[VERDICT_MAYBE] = "[~]", [VERDICT_YES] = "[x]",
		[VERDICT_UNKNOWN] = "[?]" };

	return signs[v];
}

static void
print_look(struct out *out, const struct renewlook *l, bool confirm)
{
	const struct preflight *f = &l->flight;
	char text[512];

	for (size_t i = 0; i < f->n; i++) {
		const struct preflight_check *c = &f->checks[i];

		out_line(out, 6, "%s %s: %s%s%s", sign_of(c->verdict),
		    preflight_name(c->id), c->words,
		    c->next[0] != '\0' ? " " : "", c->next);
	}
	if (!f->go) {
		out_line(out, 0, "%s", _("It cannot be renewed here now. "
		    "Nothing has been written."));
		return;
	}
	out_line(out, 0, _("It would be renewed: %s."),
	    renewpage_plan(&f->plan, text, sizeof text));
	if (!confirm)
		out_line(out, 0, "%s", _("Nothing has been written. To begin, "
		    "add --confirm."));
}

enum exit_code
renew_tell_look(struct renew_cmd *r, const struct renewlook *l)
{
	json_t *o;

	if (r->cmd->json) {
		o = preflight_json(&l->flight);
		json_object_set_new(o, "dry", json_boolean(!r->confirm));
		out_json(r->cmd->out, o, false);
		json_decref(o);
	} else
		print_look(r->cmd->out, l, r->confirm);
	return l->flight.go ? EXIT_FINE : EXIT_WRONG;
}

/* --- as it stands ------------------------------------------------------------------- */

static const char *
end_id(enum renewal_end end)
{
	static const char *const ids[] = { [RENEWAL_END_DONE] = "done",
		[RENEWAL_END_WAIT] = "authority", [RENEWAL_END_CARD] = "card",
		[RENEWAL_END_PERSON] = "person",
		[RENEWAL_END_STOPPED] = "stopped",
		[RENEWAL_END_FAILED] = "failed" };

	return ids[end];
}

static json_t *
to_json(const struct renew_cmd *r)
{
	json_t *o = renewal_json(&r->now.row, &r->now.view);

	json_object_set_new(o, "dry", json_boolean(!r->ran));
	json_object_set_new(o, "waits_for", r->ran ?
	    jstring(end_id(r->end)) : json_null());
	json_object_set_new(o, "error", r->ran &&
	    r->end_err.code != ERR_NONE ? out_error_json(&r->end_err) :
	    json_null());
	return o;
}

static void
print_history(struct out *out, const struct renewal_row *row)
{
	char when[32], words[512];

	for (size_t i = 0; i < row->nevents; i++)
		out_field(out, i == 0 ? _("history") : "", "%s  %s",
		    clock_local(row->events[i].at, when, sizeof when),
		    renewal_event_words(&row->events[i], words, sizeof words));
}

static void
print(struct out *out, const struct renew_cmd *r, int64_t now)
{
	static const char *const labels[] = { N_("renewal"), N_("state"),
		N_("holder"), N_("serial number"), N_("order"), N_("new key"),
		N_("new one"), N_("history"), NULL };
	const struct renewal_view *v = &r->now.view;
	const struct renewal_row *row = &r->now.row;
	char text[RECWORDS_SERIAL_MAX], day[32];

	out_column(out, labels);
	out_field(out, _("renewal"), "%s", row->number);
	out_field(out, _("state"), "%s", renewal_sentence(v, now, text,
	    sizeof text));
	if (row->cert.holder != NULL)
		out_field(out, _("holder"), "%s", row->cert.holder);
	out_field(out, _("serial number"), "%s", recwords_serial(&row->cert,
	    text, sizeof text));
	if (row->order != NULL)
		out_field(out, _("order"), "%s", row->order);
	out_field(out, _("new key"), "%s", renewpage_plan(&v->plan, text,
	    sizeof text));
	if (v->issued != 0)
		out_field(out, _("new one"), _("%s, until %s"), v->new_serial,
		    recwords_day(v->new_until, day, sizeof day));
	print_history(out, row);
}

static enum exit_code
code_of(const struct renew_cmd *r)
{
	if (!r->ran)
		return r->now.view.state == RENEWAL_STOPPED ? EXIT_WRONG :
		    EXIT_FINE;
	switch (r->end) {
	case RENEWAL_END_DONE:
		return EXIT_FINE;
	case RENEWAL_END_WAIT:
		return r->wait > 0 ? EXIT_WRONG : EXIT_FINE;
	case RENEWAL_END_CARD:
		return EXIT_ABSENT;
	case RENEWAL_END_PERSON:
		return r->end_err.code != ERR_NONE ?
		    exit_for(r->end_err.code) : EXIT_FINE;
	case RENEWAL_END_STOPPED:
		return EXIT_WRONG;
	case RENEWAL_END_FAILED:
		break;
	}
	return exit_worse(exit_for(r->end_err.code), EXIT_WRONG);
}

static const char *
end_words(enum renewal_end end)
{
	switch (end) {
	case RENEWAL_END_CARD:
		return _("It waits for the card: put it in and say it again.");
	case RENEWAL_END_PERSON:
		return _("It waits for somebody: for a PIN, or for a file to be "
		    "carried.");
	default:
		return NULL;
	}
}

enum exit_code
renew_tell(struct renew_cmd *r)
{
	const char *words = r->ran ? end_words(r->end) : NULL;
	json_t *o;

	if (r->cmd->json) {
		o = to_json(r);
		out_json(r->cmd->out, o, false);
		json_decref(o);
		return code_of(r);
	}
	print(r->cmd->out, r, clock_now());
	if (words != NULL)
		out_line(r->cmd->out, 2, "%s", words);
	if (r->ran && r->end_err.code != ERR_NONE) {
		out_flush(r->cmd->out);
		out_error(r->cmd->err, &r->end_err);
	}
	return code_of(r);
}
