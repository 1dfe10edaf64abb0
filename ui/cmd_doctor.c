/* okienko doctor: what this machine lacks, and how to mend it. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "ui/doctor.h"
#include "ui/session.h"

#define CARD_SECONDS	30	/* for the card process to look around */

struct check {
	const char	*id;		/* in JSON and in the manual */
	const char	*title;		/* for people */
	doctor_fn	*look;
};

/* From the surroundings to the card: what is above can be why below fails. */
static const struct check checks[] = {
	{ "settings",	 N_("settings"),	doctor_settings },
	{ "authorities", N_("authorities"),	doctor_authorities },
	{ "channels",	 N_("ways to revoke"),	doctor_channels },
	{ "locale",	 N_("characters"),	doctor_locale },
	{ "catalogue",	 N_("Polish"),		doctor_catalogue },
	{ "terminal",	 N_("terminal"),	doctor_terminal },
	{ "clock",	 N_("clock"),		doctor_clock },
	{ "runtime",	 N_("own folder"),	doctor_runtime },
	{ "registry",	 N_("registry"),	doctor_registry },
	{ "helper",	 N_("card process"),	doctor_helper },
	{ "service",	 N_("card service"),	doctor_service },
	{ "access",	 N_("permission"),	doctor_access },
	{ "modules",	 N_("card software"),	doctor_modules },
	{ "readers",	 N_("readers"),		doctor_readers },
	{ "cards",	 N_("cards"),		doctor_cards },
};

#define NCHECKS	(sizeof(checks) / sizeof(checks[0]))

static const struct {
	const char	*id, *word;
} verdicts[] = {
	[HEALTH_OK] = { "ok", N_("ok") },
	[HEALTH_WARNING] = { "warning", N_("warning") },
	[HEALTH_WRONG] = { "wrong", N_("wrong") },
	[HEALTH_UNKNOWN] = { "unknown", N_("cannot tell") },
};

struct doctor {
	struct cmd			*cmd;
	const struct card_world		*world;
	bool				 gave_up;
	const struct check		*now;
	json_t				*findings;
	size_t				 count[HEALTH_UNKNOWN + 1];
};

const struct cmd *
doctor_cmd(const struct doctor *d)
{
	return d->cmd;
}

const struct card_world *
doctor_world(const struct doctor *d)
{
	return d->world;
}

bool
doctor_gave_up(const struct doctor *d)
{
	return d->gave_up;
}

void
doctor_tell(struct doctor *d, enum health health, const char *mend,
    const char *fmt, ...)
{
	struct out	*out = d->cmd->out;
	char		 sentence[1024];
	va_list		 ap;
	json_t		*o;

	va_start(ap, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, ap);
	va_end(ap);
	d->count[health]++;
	o = json_object();
	json_object_set_new(o, "check", json_string(d->now->id));
	json_object_set_new(o, "verdict", json_string(verdicts[health].id));
	json_object_set_new(o, "sentence", out_string_json(sentence));
	json_object_set_new(o, "mend", out_string_json(mend));
	json_array_append_new(d->findings, o);
	if (d->cmd->json)
		return;
	out_field(out, _(d->now->title), "%s: %s", _(verdicts[health].word),
	    sentence);
	if (mend[0] != '\0')
		out_field(out, "", "%s", mend);
}

void
doctor_tell_err(struct doctor *d, enum health health, const struct err *err)
{
	char	 sentence[512], next[512], detail[512];

	err_technical(err, detail, sizeof(detail));
	doctor_tell(d, health, err_next(err, next, sizeof(next)),
	    "%s (%s%s%s)", err_sentence(err, sentence, sizeof(sentence)),
	    err_id(err->code), detail[0] != '\0' ? "; " : "", detail);
}

static void
look_at_all(struct doctor *d)
{
	const char	*titles[NCHECKS + 1];
	size_t		 i;

	for (i = 0; i < NCHECKS; i++)
		titles[i] = checks[i].title;
	titles[i] = NULL;
	out_column(d->cmd->out, titles);
	for (i = 0; i < NCHECKS; i++) {
		d->now = &checks[i];
		d->now->look(d);
	}
}

static void
sum_up(struct doctor *d)
{
	json_t	*answer;

	if (!d->cmd->json) {
		out_blank(d->cmd->out);
		out_line(d->cmd->out, 2,
		    _("ok %zu, warning %zu, wrong %zu, cannot tell %zu"),
		    d->count[HEALTH_OK], d->count[HEALTH_WARNING],
		    d->count[HEALTH_WRONG], d->count[HEALTH_UNKNOWN]);
		return;
	}
	answer = json_object();
	json_object_set(answer, "findings", d->findings);
	out_json(d->cmd->out, answer, false);
	json_decref(answer);
}

static enum exit_code
run(struct cmd *cmd)
{
	struct doctor	 d = { .cmd = cmd };
	struct session	*session;
	struct err	 err = ERR_INIT;

	if (cmd->nargs > 0 && strcmp(cmd->args[0], "network") == 0)
		return doctor_network(cmd);
	if (cmd->nargs > 0) {
		(void)err_set(&err, ERR_USAGE, cmd->args[0], "doctor");
		return cmd_fail(cmd, &err);
	}
	session = session_open(cmd, NULL, NULL);
	d.gave_up = session_run(session, CARD_SECONDS, &err) == -1;
	d.world = session_world(session);
	cmd->signal = session_signal(session);
	if (cmd->signal == 0) {
		d.findings = json_array();
		look_at_all(&d);
		sum_up(&d);
		json_decref(d.findings);
	}
	session_close(session);
	return d.count[HEALTH_WRONG] > 0 ? EXIT_WRONG : EXIT_FINE;
}

const struct verb cmd_doctor = {
	.name = "doctor",
	.args = N_("[network [URL]]"),
	.max_args = 2,
	.summary = N_("look for what is wrong on this machine and say how to mend it"),
	.tells_settings = true,
	.run = run,
};
