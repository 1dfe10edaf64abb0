/* okienko suspend: see revoke_cmd.h. */
#include "config.h"

#include "base/i18n.h"
#include "ui/revoke_cmd.h"

static enum exit_code
run(struct cmd *cmd)
{
	return revoke_cmd(cmd, CASE_SUSPEND);
}

const struct verb cmd_suspend = {
	.name = "suspend",
	.args = N_("SERIAL"),
	.max_args = -1,
	.summary = N_("make a certificate invalid for now; a dry run without --confirm"),
	.options = {
		REVOKE_OPTIONS,
	},
	.run = run,
};
