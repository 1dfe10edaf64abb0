/* okienko renewals: those under way. */
#include "config.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "ui/longwork.h"
#include "ui/rec_out.h"
#include "ui/renewrow.h"
#include "ui/span.h"

#define RENEWALS_WANTED	10000

struct look {
	struct cmd	*cmd;
	bool		 all;
	json_t		*json;
	struct renewrows rows;
};

static json_t *
brief_json(const struct renewal_row *row)
{
	json_t *o = json_object();

	json_object_set_new(o, "renewal", json_string(row->number));
	json_object_set_new(o, "state", json_string(row->sum.state));
	json_object_set_new(o, "open", json_boolean(row->sum.open));
	json_object_set_new(o, "order", row->order != NULL ?
	    out_string_json(row->order) : json_null());
	json_object_set_new(o, "next", rec_time_json(row->sum.due));
	json_object_set_new(o, "begun", rec_time_json(row->opened_at));
	json_object_set_new(o, "certificate", rec_json(&row->cert,
	    clock_now()));
	return o;
}

static int
take(const struct renewal_row *row, void *arg)
{
	struct look *l = arg;

	json_array_append_new(l->json, brief_json(row));
	return renewrows_add(row, &l->rows);
}

/* Before the first card there is no registry, and so there is no renewal. */
static int
work(void *arg, const atomic_bool *cancel, struct err *err)
{
	struct look *l = arg;
	struct registry *reg = NULL;
	struct err open = ERR_INIT;
	int rc;

	(void)cancel;
	if (rec_open(l->cmd, REGISTRY_READ, &reg, &open) == -1) {
		if (open.code == ERR_NO_REGISTRY)
			return 0;
		*err = open;
		return -1;
	}
	rc = renewals_each(reg, l->all, RENEWALS_WANTED, take, l, err);
	registry_close(reg);
	return rc;
}

static void
tell(const struct look *l, int64_t now)
{
	struct out *out = l->cmd->out;
	char when[32];

	for (size_t i = 0; i < l->rows.n; i++) {
		const struct renewrow *r = &l->rows.v[i];

		out_line(out, 2, "%s  %s  %s  %s%s%s", r->number, r->holder,
		    r->serial, r->state < RENEWAL_STATES ?
		    renewal_state_name(r->state) : "?", r->due != 0 ? ", " :
		    "", r->due != 0 ? span_moment(r->due, now, when,
		    sizeof when) : "");
	}
	if (l->rows.n == 0)
		out_line(out, 2, "%s", l->all ?
		    _("There has been no renewal.") :
		    _("There is no open renewal."));
}

static enum exit_code
run(struct cmd *cmd)
{
	struct look l = { .cmd = cmd, .all = cmd_value(cmd, "all") != NULL,
	    .json = json_array() };
	enum exit_code code = EXIT_FINE;
	struct err err = ERR_INIT;
	json_t *o;

	if (longwork(cmd, work, NULL, &l, &err) == -1)
		code = cmd_fail(cmd, &err);
	else if (cmd->json) {
		o = json_pack("{s:O}", "renewals", l.json);
		out_json(cmd->out, o, false);
		json_decref(o);
	} else
		tell(&l, clock_now());
	renewrows_clear(&l.rows);
	json_decref(l.json);
	return code;
}

const struct verb cmd_renewals = {
	.name = "renewals",
	.args = "",
	.summary = N_("renewals of certificates, what is due first on top"),
	.options = {
		{ "all", NULL, N_("those that ended too") },
	},
	.run = run,
};
