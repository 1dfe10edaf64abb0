/*
 * okienko doctor: what this machine lacks, and how to mend it: all links of the
 * chain of checks, or those of one question up to the first that is broken.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "ui/doctor.h"
#include "ui/longwork.h"
#include "ui/pageout.h"
#include "ui/session.h"
#include "ui/setup.h"

#define CARD_SECONDS	30	/* for the card process to look around */
#define LINKS_MAX	64

struct doctor {
	struct cmd		*cmd;
	enum chain_id		 chain;
	struct gathered		*gathered;
	struct finding		 own[3];	/* what only the program can tell */
	struct chain_told	 told;
	struct chain_report	 report;
};

/* --- telling ------------------------------------------------------------------ */

/*
 * From the thread that looks: the command's own does nothing but wait for it.  Of
 * all links many have nothing to look at; that is no news.
 */
static void
on_finding(const char *link, const char *title, const struct finding *f,
    void *arg)
{
	const struct doctor *d = arg;
	struct out *out = d->cmd->out;

	(void)link;
	if (f == NULL || (d->chain == CHAIN_ALL &&
	    f->health == HEALTH_NOT_NEEDED))
		return;
	out_field(out, _(title), "%s: %s", health_word(f->health), f->saw);
	if (f->mend[0] != '\0')
		out_field(out, "", "%s", f->mend);
	out_flush(out);
}

static size_t
count(const struct chain_report *r, enum health h)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += r->v[i].health == h;
	return n;
}

static void
sum_up(const struct doctor *d)
{
	const struct chain_report *r = &d->report;
	struct out *out = d->cmd->out;
	json_t *answer;

	if (d->cmd->json) {
		answer = chain_json(r);
		out_json(out, answer, false);
		json_decref(answer);
		return;
	}
	out_blank(out);
	out_line(out, 2, _("ok %zu, warning %zu, wrong %zu, cannot tell %zu"),
	    count(r, HEALTH_OK), count(r, HEALTH_WARNING),
	    count(r, HEALTH_WRONG), count(r, HEALTH_UNKNOWN));
	if (d->chain != CHAIN_ALL && r->broken < r->n)
		out_line(out, 2, "%s", turn_words(r->v[r->broken].turn));
}

static int
save(const struct doctor *d, const char *path, struct err *err)
{
	char *text = chain_text(&d->report, clock_now());
	struct buf page;
	int rc;

	buf_init(&page, PAGEOUT_MAX);
	rc = buf_add(&page, text, strlen(text)) == 0 ?
	    pageout_save(path, &page, err) :
	    err_set(err, ERR_TOO_BIG, path, NULL);
	buf_clear(&page);
	free(text);
	return rc;
}

/* --- looking ------------------------------------------------------------------ */

static int
look(void *arg, const atomic_bool *cancel, struct err *err)
{
	struct doctor *d = arg;

	return chain_run(d->chain, d->gathered, &d->told, cancel,
	    d->cmd->json ? NULL : on_finding, d, &d->report, err);
}

static void
begin(const struct doctor *d)
{
	const char *titles[LINKS_MAX + 1];
	size_t n = chain_titles(d->chain, titles, LINKS_MAX);

	titles[n] = NULL;
	out_column(d->cmd->out, titles);
}

static void
tell_own(struct doctor *d)
{
	doctor_catalogue(&d->own[0]);
	doctor_terminal(&d->own[1]);
	doctor_fence(&d->own[2]);
	d->told.v = d->own;
	d->told.n = sizeof d->own / sizeof d->own[0];
	d->told.conf_path = d->cmd->conf_path;
	d->told.problems = &d->cmd->problems;
}

static int
go_through(struct doctor *d, struct err *err)
{
	const char *file = cmd_value(d->cmd, "save");

	tell_own(d);
	if (!d->cmd->json)
		begin(d);
	if (longwork(d->cmd, look, NULL, d, err) == -1)
		return -1;
	sum_up(d);
	return file != NULL ? save(d, file, err) : 0;
}

/* What the card process saw is copied; it is not needed after that. */
static void
look_around(struct doctor *d, struct net *net)
{
	struct cmd *cmd = d->cmd;
	struct gather_from from = { .conf = &cmd->conf,
		.authorities = &cmd->authorities,
		.email = cmd_value(cmd, "email"), .net = net };
	struct session *session = NULL;

	/* No card lies on the way to a server, or makes a kiosk. */
	if (d->chain != CHAIN_NETWORK && d->chain != CHAIN_KIOSK) {
		session = session_open(cmd, NULL, NULL);
		d->told.gave_up = session_run(session, CARD_SECONDS,
		    &(struct err)ERR_INIT) == -1;
		cmd->signal = session_signal(session);
		from.world = session_world(session);
	}
	d->gathered = gathered_new(&from, clock_now());
	session_close(session);
}

static enum exit_code
diagnose(struct doctor *d)
{
	const struct net_options o = setup_network(&d->cmd->conf,
	    d->cmd->login);
	struct net *net = net_new(&o);
	struct err err = ERR_INIT;
	enum exit_code code = EXIT_FINE;

	look_around(d, net);
	if (d->cmd->signal == 0 && go_through(d, &err) == -1)
		code = cmd_fail(d->cmd, &err);
	if (code == EXIT_FINE && count(&d->report, HEALTH_WRONG) > 0)
		code = EXIT_WRONG;
	chain_report_clear(&d->report);
	gathered_free(d->gathered);
	net_free(net);
	return code;
}

/* The way to a server alone makes no report, and has no mail in it. */
static int
check_options(const struct cmd *cmd, struct err *err)
{
	static const char *const others[] = { "save", "email", "all" };

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (cmd_value(cmd, others[i]) != NULL)
			return err_set(err, ERR_USAGE,
			    _("an option that doctor network does not have"),
			    "--%s", others[i]);
	return 0;
}

static enum exit_code
run(struct cmd *cmd)
{
	struct doctor d = { .cmd = cmd, .chain = CHAIN_ALL };
	struct err err = ERR_INIT;

	if (cmd->nargs > 0 && strcmp(cmd->args[0], "network") == 0) {
		if (check_options(cmd, &err) == -1)
			return cmd_fail(cmd, &err);
		return doctor_network(cmd);
	}
	if (cmd->nargs > 0)
		d.chain = chain_by_name(cmd->args[0]);
	if (d.chain == CHAINS || cmd->nargs > 1)
		(void)err_set(&err, ERR_USAGE,
		    cmd->args[d.chain == CHAINS ? 0 : 1], "doctor");
	else if (d.chain == CHAIN_KIOSK && cmd_value(cmd, "all") == NULL &&
	    !chain_kiosk_here(NULL))
		(void)err_set(&err, ERR_NO_KIOSK, NULL, NULL);
	if (err.code != ERR_NONE)
		return cmd_fail(cmd, &err);
	return diagnose(&d);
}

const struct verb cmd_doctor = {
	.name = "doctor",
	.args = N_("[CHAIN | network [URL]]"),
	.max_args = 2,
	.summary = N_("look for what is wrong on this machine and say how to mend it"),
	.tells_settings = true,
	.options = {
		{ "email", N_("ADDRESS"),
		    N_("the address that mail is sent from, for the chain email") },
		{ "all", NULL,
		    N_("with kiosk: each item, also where no kiosk is installed") },
		{ "save", N_("FILE"),
		    N_("save a report for support, personal data masked") },
	},
	.run = run,
};
