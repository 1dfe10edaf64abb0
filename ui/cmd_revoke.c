/* okienko revoke: see revoke_cmd.h. */
#include "config.h"

#include "base/i18n.h"
#include "ui/revoke_cmd.h"

static enum exit_code
run(struct cmd *cmd)
{
	return revoke_cmd(cmd, CASE_REVOKE);
}

const struct verb cmd_revoke = {
	.name = "revoke",
	.args = N_("SERIAL"),
	.max_args = -1,
	.summary = N_("make a certificate invalid for good, and follow it to the proof; a dry run without --confirm"),
	.options = {
		REVOKE_OPTIONS,
	},
	.run = run,
};
