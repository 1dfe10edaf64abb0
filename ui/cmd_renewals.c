/* okienko renewals: what is open, what is due first on top. */
#include "config.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/jstring.h"
#include "registry/renewals.h"
#include "ui/docket.h"
#include "ui/rec_out.h"

static json_t *
brief(const void *arg)
{
	const struct renewal_row *row = arg;
	json_t *o = json_object();

	json_object_set_new(o, "renewal", jstring(row->number));
	json_object_set_new(o, "state", jstring(row->sum.state));
	json_object_set_new(o, "open", json_boolean(row->sum.open));
	json_object_set_new(o, "order", row->order != NULL ?
	    out_string_json(row->order) : json_null());
	json_object_set_new(o, "next", rec_time_json(row->sum.due));
	json_object_set_new(o, "begun", rec_time_json(row->opened_at));
	json_object_set_new(o, "certificate", rec_json(&row->cert,
	    clock_now()));
	return o;
}

static enum exit_code
run(struct cmd *cmd)
{
	return docket_run(cmd, &docket_renewals, brief);
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
