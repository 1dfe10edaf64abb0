/* okienko cases: what is open, what is due first on top. */
#include "config.h"

#include "base/i18n.h"
#include "ui/case_out.h"
#include "ui/docket.h"

static json_t *
brief(const void *row)
{
	return case_brief_json(row);
}

static enum exit_code
run(struct cmd *cmd)
{
	return docket_run(cmd, &docket_cases, brief);
}

const struct verb cmd_cases = {
	.name = "cases",
	.args = "",
	.summary = N_("cases of revocation, what is due first on top"),
	.options = {
		{ "all", NULL, N_("those that ended too") },
	},
	.run = run,
};
