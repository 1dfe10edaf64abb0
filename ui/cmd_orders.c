/* okienko orders: what waits to be sent to order services, and what was. */
#include "config.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "ui/longwork.h"
#include "ui/order_cmd.h"

struct listing {
	struct cmd	*cmd;
	struct order_way way;
	int64_t		 drop;
	json_t		*list;		/* --json */
	size_t		 n;
};

static int
act(void *arg, const atomic_bool *cancel, struct err *err)
{
	struct listing *l = arg;

	if (order_way_open(&l->way, l->cmd, true, err) == -1)
		return -1;
	if (l->drop != 0)
		return order_out_drop(l->way.registry, l->drop, err);
	order_way_due(&l->way, cancel);
	return 0;
}

static int
tell(const struct order_out *o, void *arg)
{
	struct listing *l = arg;

	l->n++;
	if (l->list != NULL)
		json_array_append_new(l->list, order_out_json(o));
	else
		order_out_tell(l->cmd, o);
	return 0;
}

static int
take_drop(struct listing *l, struct err *err)
{
	const char *word = cmd_value(l->cmd, "drop");
	char *end;

	if (word == NULL)
		return 0;
	l->drop = strtoll(word, &end, 10);
	return l->drop > 0 && *end == '\0' ? 0 :
	    err_set(err, ERR_USAGE, word, "--drop");
}

static enum exit_code
run(struct cmd *cmd)
{
	struct listing l = { .cmd = cmd, .list = cmd->json ? json_array() :
	    NULL };
	bool all = cmd_value(cmd, "all") != NULL;
	struct err err = ERR_INIT;
	enum exit_code code = EXIT_FINE;
	json_t *o;

	if (take_drop(&l, &err) == -1 ||
	    longwork(cmd, act, NULL, &l, &err) == -1 ||
	    order_out_each(l.way.registry, all, tell, &l, &err) == -1)
		code = cmd_fail(cmd, &err);
	else if (cmd->json) {
		o = json_object();
		json_object_set(o, "outbox", l.list);
		out_json(cmd->out, o, false);
		json_decref(o);
	} else if (l.n == 0)
		out_line(cmd->out, 2, "%s", _("Nothing waits to be sent."));
	json_decref(l.list);
	order_way_close(&l.way);
	return code;
}

const struct verb cmd_orders = {
	.name = "orders",
	.args = "",
	.summary = N_("what waits to be sent to order services; what is due is sent"),
	.options = {
		{ "all", NULL, N_("what was sent too, with what was answered") },
		{ "drop", N_("ID"), N_("give one up that was not sent") },
	},
	.run = run,
};
