/* okienko renew: a certificate renewed on its card, or a renewal carried on. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "ui/renew_cmd.h"

struct renewing {
	struct renew_cmd	 renew;		/* first: work is handed it */
	const char		*what;		/* serial or renewal's number */
	const char		*why;		/* given up, or NULL */
	struct renewlook_about	 about;
	struct renewlook	 look;
};

static int
take_plan(struct renewing *r, struct err *err)
{
	const char *order = cmd_value(r->renew.cmd, "order");
	const char *way = cmd_value(r->renew.cmd, "way");
	const char *key = cmd_value(r->renew.cmd, "key");
	struct renewlook_about *a = &r->about;

	if (order != NULL)
		snprintf(a->order, sizeof a->order, "%s", order);
	if (way != NULL)
		snprintf(a->way, sizeof a->way, "%s", way);
	if (way != NULL && way_by_id(way) == NULL)
		return err_set(err, ERR_USAGE, way, "--way");
	if (key != NULL && (a->key = key_kind_from_id(key)) == KEY_KIND_NONE)
		return err_set(err, ERR_USAGE, key, "--key");
	return 0;
}

/* Its plan was made when it began; another is not passed over in silence. */
static int
check_plan(const struct cmd *cmd, struct err *err)
{
	static const char *const plan[] = { "order", "way", "key" };

	for (size_t i = 0; i < sizeof plan / sizeof *plan; i++)
		if (cmd_value(cmd, plan[i]) != NULL)
			return err_set(err, ERR_USAGE, _("another plan for a "
			    "renewal that is under way"), "--%s", plan[i]);
	return 0;
}

/* --- one that is under way ------------------------------------------------------ */

static int
go_on(struct renew_cmd *c, struct err *err)
{
	struct renewing *r = (struct renewing *)c;

	if (renew_find(c, r->what, err) == -1)
		return -1;
	if (r->why != NULL && renewal_stop(c->registry, c->id, r->why,
	    clock_now(), err) == -1)
		return -1;
	if (r->why != NULL || !c->confirm)
		return renew_read(c, err);
	return renew_carry(c, err);
}

static enum exit_code
carry_on(struct renewing *r)
{
	struct renew_cmd *c = &r->renew;
	struct err err = ERR_INIT;
	enum exit_code code;

	if (check_plan(c->cmd, &err) == -1 ||
	    renew_open(c, c->cmd, c->confirm && r->why == NULL, false,
	    &err) == -1 || renew_work(c, go_on, &err) == -1)
		return cmd_fail(c->cmd, &err);
	code = renew_tell(c);
	/* That it has stopped is what was asked for. */
	return r->why != NULL ? EXIT_FINE : code;
}

/* --- one that begins --------------------------------------------------------------- */

static int
begin(struct renew_cmd *c, struct err *err)
{
	struct renewing *r = (struct renewing *)c;
	bool existing;

	if (renewlook(&c->run, &r->about, &r->look, err) == -1)
		return -1;
	c->id = r->look.existing;
	if (c->id == 0 && (!r->look.flight.go || !c->confirm))
		return 0;
	if (c->id == 0 && renewlook_begin(c->registry, &r->look, &c->id,
	    &existing, err) == -1)
		return -1;
	return c->confirm ? renew_carry(c, err) : renew_read(c, err);
}

static enum exit_code
start(struct renewing *r)
{
	struct renew_cmd *c = &r->renew;
	struct err err = ERR_INIT;
	enum exit_code code;

	if (r->why != NULL) {
		err_set(&err, ERR_USAGE, "--give-up", "%s",
		    "needs the number of a renewal");
		return cmd_fail(c->cmd, &err);
	}
	if (take_plan(r, &err) == -1 || renew_open(c, c->cmd, true,
	    c->confirm, &err) == -1 ||
	    renew_on_card(c, r->what, &r->about, &err) == -1)
		return cmd_fail(c->cmd, &err);
	/* What was found is the card's; what was asked for is ours. */
	if (take_plan(r, &err) == -1 || renew_work(c, begin, &err) == -1)
		code = cmd_fail(c->cmd, &err);
	else
		code = c->have ? renew_tell(c) : renew_tell_look(c, &r->look);
	renewlook_clear(&r->look);
	return code;
}

static enum exit_code
run(struct cmd *cmd)
{
	struct renewing r = { .what = cmd->args[0],
	    .why = cmd_value(cmd, "give-up") };
	struct err err = ERR_INIT;
	enum exit_code code;

	if (renew_card_options(&r.renew, cmd, &err) == -1)
		return cmd_fail(cmd, &err);
	code = renew_is_number(r.what) ? carry_on(&r) : start(&r);
	renew_close(&r.renew);
	return code;
}

const struct verb cmd_renew = {
	.name = "renew",
	.args = N_("SERIAL | RENEWAL"),
	.min_args = 1,
	.max_args = 1,
	.summary = N_("renew a certificate on its card, or carry a renewal on; a dry run without --confirm"),
	.options = {
		{ "order", N_("NUMBER"), N_("by this order; without it the one that the service knows") },
		{ "way", N_("WAY"), N_("not the authority's first way but this: order, cmp, est, file") },
		{ "key", N_("KIND"), N_("which key the card makes: rsa2048, rsa3072, rsa4096, p256, p384 or p521") },
		RENEW_CARD_OPTIONS,
		{ "give-up", N_("WHY"), N_("give the renewal up") },
	},
	.run = run,
};
