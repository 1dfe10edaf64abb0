/* okienko lift: see revoke_cmd.h. */
#include "config.h"

#include "base/i18n.h"
#include "ui/revoke_cmd.h"

static enum exit_code
run(struct cmd *cmd)
{
	return revoke_cmd(cmd, CASE_LIFT);
}

const struct verb cmd_lift = {
	.name = "lift",
	.args = N_("SERIAL"),
	.max_args = -1,
	.summary = N_("make a suspended certificate valid again; a dry run without --confirm"),
	.options = {
		REVOKE_OPTIONS,
	},
	.run = run,
};
