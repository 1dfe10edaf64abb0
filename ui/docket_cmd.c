/* The command that lists a docket. */
#include "config.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "ui/docket.h"
#include "ui/longwork.h"
#include "ui/out.h"
#include "ui/rec_out.h"

#define TOLD_MAX	10000

struct look {
	struct cmd		*cmd;
	const struct docket_kind *kind;
	bool			 all;
	struct docket		 rows;
};

/* Before the first card there is no registry, and so there is nothing in it. */
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
	rc = docket_read(l->kind, reg, l->all, TOLD_MAX, &l->rows, err);
	registry_close(reg);
	return rc;
}

static void
tell(const struct look *l, int64_t now)
{
	char line[512];

	for (size_t i = 0; i < l->rows.n; i++)
		out_line(l->cmd->out, 2, "%s", l->kind->line(&l->rows.v[i],
		    now, line, sizeof line));
	if (l->rows.n == 0)
		out_line(l->cmd->out, 2, "%s",
		    _(l->all ? l->kind->never : l->kind->no_open));
	if (l->rows.cut)
		out_line(l->cmd->err, 2, "%s", _("There are more than are told."));
}

enum exit_code
docket_run(struct cmd *cmd, const struct docket_kind *kind,
    json_t *(*brief)(const void *row))
{
	struct look l = { .cmd = cmd, .kind = kind,
	    .all = cmd_value(cmd, "all") != NULL };
	enum exit_code code = EXIT_FINE;
	struct err err = ERR_INIT;
	json_t *o;

	l.rows.brief = brief;
	l.rows.json = json_array();
	if (longwork(cmd, work, NULL, &l, &err) == -1)
		code = cmd_fail(cmd, &err);
	else if (cmd->json) {
		o = json_pack("{s:b, s:O}", "cut", l.rows.cut, kind->name,
		    l.rows.json);
		out_json(cmd->out, o, false);
		json_decref(o);
	} else
		tell(&l, clock_now());
	json_decref(l.rows.json);
	docket_clear(&l.rows);
	return code;
}
