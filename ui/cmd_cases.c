/* okienko cases: what is open, what is due first on top. */
#include "config.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "ui/case_out.h"
#include "ui/caserow.h"
#include "ui/longwork.h"
#include "ui/rec_out.h"

#define CASES_MAX	10000

struct look {
	struct cmd	*cmd;
	bool		 all;
	json_t		*json;
	struct caserows	 rows;
};

static int
take(const struct case_row *row, void *arg)
{
	struct look *l = arg;

	json_array_append_new(l->json, case_brief_json(row));
	return caserows_add(row, &l->rows);
}

/* Before the first card there is no registry, and so there is no case. */
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
	rc = cases_each(reg, l->all, CASES_MAX, take, l, err);
	registry_close(reg);
	return rc;
}

static void
tell(const struct look *l, int64_t now)
{
	struct out *out = l->cmd->out;
	char clock[128];

	for (size_t i = 0; i < l->rows.n; i++) {
		const struct caserow *c = &l->rows.v[i];

		out_line(out, 2, "%s  %s  %s  %s  %s%s%s", c->number,
		    c->action < CASE_ACTIONS ? case_action_name(c->action) : "?",
		    c->holder[0] != '\0' ? c->holder : c->issuer, c->serial,
		    c->state < CASE_STATES ? case_state_name(c->state) : "?",
		    c->deadline != 0 ? ", " : "",
		    caserow_clock(c, now, clock, sizeof clock));
	}
	if (l->rows.n == 0)
		out_line(out, 2, "%s", l->all ? _("There has been no case.") :
		    _("There is no open case."));
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
		o = json_pack("{s:O}", "cases", l.json);
		out_json(cmd->out, o, false);
		json_decref(o);
	} else
		tell(&l, clock_now());
	caserows_clear(&l.rows);
	json_decref(l.json);
	return code;
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
