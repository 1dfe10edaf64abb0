/* okienko case: one case, and what can be done with it. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "revocation/channel.h"
#include "ui/case_out.h"
#include "ui/longwork.h"
#include "ui/paperwork.h"
#include "ui/passage.h"
#include "ui/rec_out.h"
#include "ui/revoke.h"
#include "ui/signing.h"

struct doing {
	struct cmd		*cmd;
	struct registry		*registry;
	int64_t			 id, now;
	int			 outcome;	/* of --told */
	struct secret		*password;
	struct signing		*signing;	/* NULL: no officer's card */
	char			*script;
	bool			 have;
	struct case_row		 row;
	struct case_view	 view;
	const struct authority	*authority;
	const atomic_bool	*cancel;
};

/* --- each option, in the order in which they are done -------------------- */

static int
do_take(struct doing *d, const char *value, struct err *err)
{
	(void)value;
	return case_take(d->registry, d->id, d->now, err);
}

static int
do_note(struct doing *d, const char *value, struct err *err)
{
	return case_note(d->registry, d->id, value, d->now, err);
}

static int
do_told(struct doing *d, const char *value, struct err *err)
{
	const struct case_told told = { .channel = "telephone",
	    .whom = cmd_value(d->cmd, "whom"), .outcome = d->outcome };

	/* Nobody was told anything, so that is no more than a note. */
	if (strcmp(value, "nobody") == 0)
		return case_note(d->registry, d->id,
		    _("Nobody answered the telephone."), d->now, err);
	return case_told(d->registry, d->id, &told, d->now, err);
}

static int
do_channel(struct doing *d, const char *value, struct err *err)
{
	return case_channel(d->registry, d->id, value, d->authority, d->now,
	    err);
}

static int
make_page(struct doing *d, bool form, const char *file, struct err *err)
{
	const struct paperwork w = { .conf = &d->cmd->conf,
	    .authorities = &d->cmd->authorities, .id = d->id, .form = form,
	    .file = file, .at = d->now, .cancel = d->cancel };

	return paperwork(d->registry, &w, err);
}

static int
do_form(struct doing *d, const char *value, struct err *err)
{
	return make_page(d, true, value, err);
}

static int
do_receipt(struct doing *d, const char *value, struct err *err)
{
	return make_page(d, false, value, err);
}

static int
do_print(struct doing *d, const char *value, struct err *err)
{
	return make_page(d, strcmp(value, "form") == 0, NULL, err);
}

static int
do_script(struct doing *d, const char *value, struct err *err)
{
	(void)value;
	(void)err;
	d->script = phone_script(&d->row, &d->view, d->authority, i18n_get());
	return 0;
}

static int
do_ask(struct doing *d, const char *value, struct err *err)
{
	const struct passage p = { .cmd = d->cmd, .id = d->id,
	    .password = d->password, .cancel = d->cancel,
	    .password_ref = cmd_value(d->cmd, "password-ref"),
	    .signer = signing_signer(d->signing, d->cancel) };

	(void)value;
	return passage(d->registry, &p, err);
}

static int
do_withdraw(struct doing *d, const char *value, struct err *err)
{
	return case_withdraw(d->registry, d->id, value, d->now, err);
}

static int
do_close(struct doing *d, const char *value, struct err *err)
{
	(void)value;
	return case_close(d->registry, d->id, d->now, err);
}

static const struct part {
	const char	*option;
	bool		 writes;
	int		(*act)(struct doing *, const char *, struct err *);
} parts[] = {
	{ "take", true, do_take },
	{ "note", true, do_note },
	{ "channel", true, do_channel },
	{ "told", true, do_told },
	{ "form", true, do_form },
	{ "receipt", true, do_receipt },
	{ "print", true, do_print },
	{ "script", false, do_script },
	{ "ask", true, do_ask },
	{ "withdraw", true, do_withdraw },
	{ "close", true, do_close },
};

#define NPARTS	(sizeof parts / sizeof parts[0])

static bool
writes(const struct cmd *cmd)
{
	for (size_t i = 0; i < NPARTS; i++)
		if (parts[i].writes && cmd_value(cmd, parts[i].option) != NULL)
			return true;
	return false;
}

/* --- on the worker's thread ---------------------------------------------- */

static int
read_it(struct doing *d, struct err *err)
{
	if (d->have) {
		case_row_clear(&d->row);
		case_view_clear(&d->view);
	}
	d->have = case_read(d->registry, &d->cmd->authorities, d->id, &d->row,
	    &d->view, err) == 0;
	if (!d->have)
		return -1;
	d->authority = channel_authority(&d->cmd->authorities, &d->row.cert.issuer);
	return 0;
}

/* The case as --channel makes it. */
static struct case_view
planned(const struct doing *d)
{
	const char *channel = cmd_value(d->cmd, "channel");
	struct case_view v = d->view;

	if (channel != NULL)
		snprintf(v.channel, sizeof v.channel, "%s", channel);
	return v;
}

/* Whether it will be sent with the holder's password, by whichever way. */
static bool
wants_password(const struct doing *d)
{
	const struct case_view v = planned(d);

	return (v.state == CASE_QUEUED || v.state == CASE_REFUSED ||
	    cmd_value(d->cmd, "channel") != NULL) &&
	    revoke_wants_password(d->authority, &v);
}

/* Or signed by the officer's card: also one that has had no answer. */
static bool
wants_card(const struct doing *d)
{
	const struct case_view v = planned(d);
	struct err err = ERR_INIT;

	return (case_may(&v, STEP_SEND, &err) == 0 ||
	    cmd_value(d->cmd, "channel") != NULL) &&
	    revoke_wants_card(d->authority, &v);
}

static int
look(void *arg, const atomic_bool *cancel, struct err *err)
{
	struct doing *d = arg;
	const char *channel = cmd_value(d->cmd, "channel");

	(void)cancel;
	if (rec_open(d->cmd, writes(d->cmd) ? REGISTRY_WRITE : REGISTRY_READ,
	    &d->registry, err) == -1 ||
	    cases_find(d->registry, d->cmd->args[0], &d->id, err) == -1)
		return -1;
	if (read_it(d, err) == -1)
		return -1;
	return channel == NULL ? 0 :
	    channel_may(d->authority, &d->view, channel, err);
}

static int
perform(void *arg, const atomic_bool *cancel, struct err *err)
{
	struct doing *d = arg;

	d->cancel = cancel;
	if (writes(d->cmd) && rec_turn(d->registry, cancel, err) == -1)
		return -1;
	for (size_t i = 0; i < NPARTS; i++) {
		const char *value = cmd_value(d->cmd, parts[i].option);

		if (value != NULL && (longwork_stop(cancel, err) == -1 ||
		    parts[i].act(d, value, err) == -1 ||
		    read_it(d, err) == -1))
			return -1;
	}
	return 0;
}

/* --- what was asked for, and telling ------------------------------------- */

static int
understand(struct doing *d, struct err *err)
{
	const char *told = cmd_value(d->cmd, "told");
	const char *print = cmd_value(d->cmd, "print");

	if (told != NULL && strcmp(told, "accepted") == 0)
		d->outcome = 1;
	else if (told != NULL && strcmp(told, "refused") == 0)
		d->outcome = 0;
	else if (told != NULL && strcmp(told, "nobody") != 0)
		return err_set(err, ERR_USAGE, told, "--told");
	if (print != NULL && strcmp(print, "form") != 0 &&
	    strcmp(print, "receipt") != 0)
		return err_set(err, ERR_USAGE, print, "--print");
	return 0;
}

static void
tell(struct doing *d)
{
	struct out *out = d->cmd->out;
	json_t *o;

	if (d->cmd->json) {
		o = case_json(&d->row, &d->view);
		if (d->script != NULL)
			json_object_set_new(o, "script",
			    out_string_json(d->script));
		out_json(out, o, false);
		json_decref(o);
	} else if (d->script != NULL)
		case_print_text(out, d->script);
	else
		case_print(out, &d->row, &d->view, d->now);
}

static enum exit_code
run_with(struct doing *d)
{
	struct err err = ERR_INIT;
	bool ask = cmd_value(d->cmd, "ask") != NULL;

	if (understand(d, &err) == -1 ||
	    longwork_first(d->cmd, look, d, &err) == -1 ||
	    passage_password(d->cmd, ask && wants_password(d), &d->password,
	    &err) == -1 ||
	    signing_open(d->cmd, d->authority, ask && wants_card(d),
	    &d->signing, &err) == -1 ||
	    signing_work(d->signing, d->cmd, perform, d, &err) == -1)
		return cmd_fail(d->cmd, &err);
	tell(d);
	return d->view.state == CASE_REFUSED || (ask &&
	    case_exit(&d->view) != EXIT_FINE) ? EXIT_WRONG : EXIT_FINE;
}

static enum exit_code
run(struct cmd *cmd)
{
	struct doing d = { .cmd = cmd, .now = clock_now() };
	enum exit_code code = run_with(&d);

	if (d.have) {
		case_row_clear(&d.row);
		case_view_clear(&d.view);
	}
	registry_close(d.registry);
	secret_free(d.password);
	signing_close(d.signing);
	free(d.script);
	return code;
}

const struct verb cmd_case = {
	.name = "case",
	.args = N_("NUMBER"),
	.min_args = 1,
	.max_args = 1,
	.summary = N_("show one case, and do what comes next in it"),
	.options = {
		{ "ask", NULL, N_("send it, or ask for its status, now") },
		{ "channel", N_("WAY"), N_("send it by another of the authority's ways: cmp, ejbca, form, telephone") },
		{ "script", NULL, N_("what to read aloud to the authority") },
		{ "told", N_("HOW"), N_("the telephone call: accepted, refused or nobody (answered)") },
		{ "whom", N_("NAME"), N_("with --told: who answered") },
		{ "form", N_("FILE"), N_("write the request to sign into a new PDF file") },
		{ "receipt", N_("FILE"), N_("write the receipt into a new PDF file") },
		{ "print", N_("WHAT"), N_("print the form or the receipt") },
		{ "note", N_("TEXT"), N_("write something down in it") },
		{ "take", NULL, N_("take it over from a colleague") },
		{ "withdraw", N_("WHY"), N_("give it up") },
		{ "close", NULL, N_("close it, once it is proved") },
		{ "password-fd", N_("N"), N_("with --ask: read the holder's revocation password from this descriptor") },
		{ "password-ref", N_("TEXT"), N_("the authority's reference for that password") },
		SIGNING_OPTIONS,
	},
	.run = run,
};
