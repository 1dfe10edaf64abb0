#include "config.h"

#include "ui/revoke_cmd.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/jstring.h"
#include "base/mem.h"
#include "base/text.h"
#include "registry/reveal.h"
#include "registry/store.h"
#include "revocation/channel.h"
#include "ui/case_out.h"
#include "ui/longwork.h"
#include "ui/numbered.h"
#include "ui/passage.h"
#include "ui/rec_out.h"
#include "ui/recwords.h"
#include "ui/revoke.h"
#include "ui/span.h"

#define WAIT_MAX	86400		/* seconds */
#define LAST_DIGITS	4

struct revoking {
	struct cmd		*cmd;
	enum case_action	 action;
	struct case_answers	 answers;
	const char		*confirm, *issuer, *channel;
	char			*number;	/* the words as one, or NULL */
	int64_t			 row;
	long			 wait;
	struct secret		*password;
	struct signing		*signing;	/* NULL: no officer's card */
	struct registry		*registry;	/* NULL: there is none, dry */
	struct record		 cert;
	const struct authority	*authority;
	int64_t			 now, id;
	struct err		 why;		/* dry: it could not be done */
	bool			 existing;	/* a case, past its questions */
	bool			 have;
	struct case_row		 at;
	struct case_view	 view;
};

/* --- what was asked for -------------------------------------------------- */

static int
take_word(struct cmd *cmd, const char *option, int (*from_id)(const char *),
    int *out, struct err *err)
{
	const char *word = cmd_value(cmd, option);

	if (word == NULL)
		return 0;
	*out = from_id(word);
	return *out >= 0 ? 0 : err_set(err, ERR_USAGE, word, "--%s", option);
}

/* A whole number from low to high, or ERR_USAGE naming it. */
static int
take_number(struct cmd *cmd, const char *option, long low, long high, long *out,
    struct err *err)
{
	const char *s = cmd_value(cmd, option);
	char *end;

	if (s == NULL)
		return 0;
	errno = 0;
	*out = strtol(s, &end, 10);
	if (errno != 0 || end == s || *end != '\0' || *out < low || *out > high)
		return err_set(err, ERR_USAGE, s, "--%s", option);
	return 0;
}

static char *
joined(const struct cmd *cmd)
{
	char *all = mem_strdup(cmd->nargs > 0 ? cmd->args[0] : NULL);

	for (int i = 1; i < cmd->nargs; i++) {
		char *more = mem_printf("%s %s", all, cmd->args[i]);

		free(all);
		all = more;
	}
	return all;
}

static int
understand(struct revoking *r, struct err *err)
{
	struct cmd *cmd = r->cmd;
	const char *lost = cmd_value(cmd, "lost");
	long row = 0;

	if (take_word(cmd, "who", case_who_from_id, &r->answers.who, err) ||
	    take_word(cmd, "proof", case_proof_from_id, &r->answers.proof,
	    err) || take_word(cmd, "reason", case_reason_from_id,
	    &r->answers.reason, err) ||
	    take_number(cmd, "wait", 0, WAIT_MAX, &r->wait, err) ||
	    take_number(cmd, "row", 1, LONG_MAX, &row, err) ||
	    (lost != NULL && span_parse(lost, r->now, &r->answers.lost_at,
	    err) == -1))
		return -1;
	r->row = row;
	r->answers.note = cmd_value(cmd, "note");
	r->confirm = cmd_value(cmd, "confirm");
	r->issuer = cmd_value(cmd, "issuer");
	r->channel = cmd_value(cmd, "channel");
	r->number = joined(cmd);
	if ((r->number == NULL) == (row == 0))
		return err_set(err, ERR_USAGE, _("which certificate: its serial "
		    "number, or --row N"), NULL);
	if (r->confirm != NULL && (r->answers.who < 0 ||
	    r->answers.proof < 0 || r->answers.reason < 0))
		return err_set(err, ERR_USAGE, _("with --confirm it has to be "
		    "said --who asks, with what --proof and for what --reason"),
		    NULL);
	return 0;
}

/* The case as it would be. */
static struct case_view
planned(const struct revoking *r)
{
	struct case_view v = { .action = r->action, .who = r->answers.who,
	    .proof = r->answers.proof, .reason = r->answers.reason,
	    .lost_at = r->answers.lost_at };

	if (r->channel != NULL)
		snprintf(v.channel, sizeof v.channel, "%s", r->channel);
	return v;
}

/* --- which one, on the worker's thread ----------------------------------- */

/* A dry run looks and makes nothing, not even the file. */
static int
open_registry(struct revoking *r, struct err *err)
{
	struct err open = ERR_INIT;

	if (rec_open(r->cmd, r->confirm != NULL ? REGISTRY_CREATE :
	    REGISTRY_READ, &r->registry, &open) == 0)
		return 0;
	if (r->confirm == NULL && open.code == ERR_NO_REGISTRY)
		return 0;
	*err = open;
	return -1;
}

/* A way that this authority has not leaves nothing behind. */
static int
check_channel(const struct revoking *r, struct err *err)
{
	const struct case_view v = planned(r);

	return r->channel == NULL ? 0 :
	    channel_may(r->authority, &v, r->channel, err);
}

/* What --confirm would be told, for a dry run to tell it. */
static int
foresee(struct revoking *r, struct err *err)
{
	const struct case_view v = planned(r);

	if (r->confirm != NULL || case_foresee(r->registry, &r->cert, &v,
	    r->authority, &r->existing, &r->why) == 0)
		return 0;
	if (r->why.code == ERR_CASE_STATE || r->why.code == ERR_PROOF_NEEDED)
		return 0;
	*err = r->why;
	return -1;
}

static int
look(void *arg, const atomic_bool *cancel, struct err *err)
{
	struct revoking *r = arg;

	(void)cancel;
	if (open_registry(r, err) == -1)
		return -1;
	if (r->row == 0) {
		if (numbered_find(r->registry, &r->cmd->authorities, r->number,
		    r->issuer, &r->cert, err) == -1)
			return -1;
	} else if (r->registry == NULL)
		return err_set(err, ERR_NOT_FOUND, _("that row"), NULL);
	else if (store_get_row(r->registry, r->row, &r->cert, err) == -1)
		return -1;
	r->authority = channel_authority(&r->cmd->authorities, &r->cert.issuer);
	return check_channel(r, err) == -1 ? -1 : foresee(r, err);
}

/* Compared here first: a slip of the hand leaves not even a draft behind. */
static int
compare(const struct revoking *r, struct err *err)
{
	char hex[2 * CERT_SERIAL_MAX + 1];
	size_t len;

	text_hex(r->cert.serial, r->cert.serial_len, 0, hex, sizeof hex);
	len = strlen(hex);
	if (strlen(r->confirm) == LAST_DIGITS && strcasecmp(r->confirm, hex +
	    (len > LAST_DIGITS ? len - LAST_DIGITS : 0)) == 0)
		return 0;
	/* Numbers of one byte exist: all of it then. */
	if (len < LAST_DIGITS && strcasecmp(r->confirm, hex) == 0)
		return 0;
	return err_set(err, ERR_LAST_FOUR, hex, NULL);
}

/* --- a dry run ----------------------------------------------------------- */

/* Why it would not come to a good end; "" for nothing. */
static const char *
obstacle(const struct revoking *r, char *buf, size_t size)
{
	const struct revoke_about about = { .cert = &r->cert,
	    .authority = r->authority, .now = r->now };
	const struct case_view v = planned(r);

	if (r->existing)
		snprintf(buf, size, "%s", _("A case of this certificate is open "
		    "already: okienko cases."));
	else if (r->why.code != ERR_NONE)
		err_sentence(&r->why, buf, size);
	else if (r->answers.who < 0 || r->answers.proof < 0 ||
	    r->answers.reason < 0)
		snprintf(buf, size, "%s", _("Still to be said: --who, --proof "
		    "and --reason."));
	else if (revoke_channel(r->authority, &v)[0] == '\0')
		snprintf(buf, size, "%s", _("No way to this authority is "
		    "configured: the case would wait for a form on paper."));
	else
		revoke_warning(&about, buf, size);
	return buf;
}

static json_t *
plan_json(const struct revoking *r, const char *wrong)
{
	const struct case_view v = planned(r);
	json_t *o = json_object();

	json_object_set_new(o, "dry", json_true());
	json_object_set_new(o, "action", jstring(case_action_id(r->action)));
	json_object_set_new(o, "certificate", rec_json(&r->cert, r->now));
	json_object_set_new(o, "typed", json_boolean(r->cert.id == 0));
	json_object_set_new(o, "authority", r->authority != NULL ?
	    jstring(r->authority->id) : json_null());
	json_object_set_new(o, "channel",
	    passage_channel_json(r->authority, &v));
	json_object_set_new(o, "obstacle", wrong[0] != '\0' ?
	    out_string_json(wrong) : json_null());
	return o;
}

static void
print_plan(const struct revoking *r, const char *wrong)
{
	struct case_view v = planned(r);
	const char *way = revoke_channel(r->authority, &v);
	struct out *out = r->cmd->out;
	char text[RECWORDS_SERIAL_MAX];

	case_column(out);
	out_field(out, _("case"), _("would be begun: %s"),
	    case_action_name(r->action));
	out_field(out, _("serial number"), "%s", recwords_serial(&r->cert, text,
	    sizeof text));
	out_field(out, _("issuer"), "%s", r->cert.issuer.shown);
	if (r->cert.holder != NULL || r->cert.restricted)
		out_field(out, _("holder"), "%s", recwords_holder(&r->cert));
	if (r->cert.id == 0)
		out_field(out, "", "%s", _("typed by hand, never seen here"));
	if (v.who >= 0 && v.proof >= 0)
		out_field(out, _("who asks"), "%s, %s", case_who_name(v.who),
		    case_proof_name(v.proof));
	if (v.reason >= 0)
		out_field(out, _("why"), "%s", case_reason_name(v.reason));
	out_field(out, _("which way"), "%s", way[0] != '\0' ? way :
	    _("none is configured: on paper"));
	if (wrong[0] != '\0')
		out_line(out, 2, "%s", wrong);
	out_line(out, 2, "%s", _("Nothing has been done and nothing written "
	    "down. To do it, add --confirm and the last four digits of the "
	    "serial number."));
}

static enum exit_code
tell_plan(struct revoking *r)
{
	char wrong[512];
	json_t *o;

	/* A number alone does not tell whose it is. */
	reveal_hide(&r->cert);
	obstacle(r, wrong, sizeof wrong);
	if (r->cmd->json) {
		o = plan_json(r, wrong);
		out_json(r->cmd->out, o, false);
		json_decref(o);
	} else
		print_plan(r, wrong);
	return wrong[0] != '\0' ? EXIT_WRONG : EXIT_FINE;
}

/* --- doing it ------------------------------------------------------------ */

static int
begin(struct revoking *r, struct err *err)
{
	bool existing;

	if (case_begin(r->registry, &r->cert, r->action, r->now, &r->id,
	    &existing, err) == -1 ||
	    case_read(r->registry, &r->cmd->authorities, r->id, &r->at,
	    &r->view, err) == -1)
		return -1;
	r->have = true;
	r->existing = r->view.state != CASE_DRAFT;
	/* A draft that somebody left: it goes on as what is asked for now. */
	if (!r->existing && r->view.action != r->action)
		return case_instead(r->registry, r->id, r->action, r->now, err);
	return 0;
}

static int
again(struct revoking *r, struct err *err)
{
	if (r->have) {
		case_row_clear(&r->at);
		case_view_clear(&r->view);
	}
	r->have = case_read(r->registry, &r->cmd->authorities, r->id, &r->at,
	    &r->view, err) == 0;
	return r->have ? 0 : -1;
}

static int
perform(void *arg, const atomic_bool *cancel, struct err *err)
{
	struct revoking *r = arg;
	struct passage p = { .cmd = r->cmd, .wait = r->wait,
	    .password = r->password, .cancel = cancel,
	    .password_ref = cmd_value(r->cmd, "password-ref"),
	    .signer = signing_signer(r->signing, cancel) };

	if (rec_turn(r->registry, cancel, err) == -1 || begin(r, err) == -1)
		return -1;
	if (r->existing)
		return 0;
	/* What another noted for a draft nobody says now. */
	r->answers.lost_unknown = r->answers.lost_at == 0 &&
	    r->view.lost_at != 0;
	/* Given up just then, it stays a draft. */
	if (longwork_stop(cancel, err) == -1 ||
	    case_answer(r->registry, r->id, &r->answers, r->now, err) == -1 ||
	    (r->channel != NULL && case_channel(r->registry, r->id, r->channel,
	    r->authority, r->now, err) == -1) ||
	    longwork_stop(cancel, err) == -1 ||
	    case_confirm(r->registry, r->id, r->confirm, r->authority, r->now,
	    err) == -1)
		return -1;
	p.id = r->id;
	if (passage(r->registry, &p, err) == -1)
		return -1;
	return again(r, err);
}

static enum exit_code
tell_case(struct revoking *r)
{
	struct out *out = r->cmd->out;
	json_t *o;

	if (r->cmd->json) {
		o = case_json(&r->at, &r->view);
		json_object_set_new(o, "existing", json_boolean(r->existing));
		out_json(out, o, false);
		json_decref(o);
	} else {
		if (r->existing)
			out_line(out, 2, "%s", _("A case of this certificate is "
			    "open already; no second one was made."));
		case_print(out, &r->at, &r->view, clock_now());
	}
	if (r->existing || r->view.state == CASE_REFUSED)
		return EXIT_WRONG;
	return r->wait > 0 ? case_exit(&r->view) : EXIT_FINE;
}

static enum exit_code
carry_out(struct revoking *r)
{
	struct err err = ERR_INIT;
	struct case_view plan;

	if (understand(r, &err) == -1 ||
	    longwork_first(r->cmd, look, r, &err) == -1)
		return cmd_fail(r->cmd, &err);
	if (r->confirm == NULL)
		return tell_plan(r);
	plan = planned(r);
	if (compare(r, &err) == -1 || passage_password(r->cmd,
	    revoke_wants_password(r->authority, &plan), &r->password,
	    &err) == -1 || signing_open(r->cmd, r->authority,
	    revoke_wants_card(r->authority, &plan), &r->signing, &err) == -1 ||
	    signing_work(r->signing, r->cmd, perform, r, &err) == -1)
		return cmd_fail(r->cmd, &err);
	return tell_case(r);
}

enum exit_code
revoke_cmd(struct cmd *cmd, enum case_action action)
{
	struct revoking r = { .cmd = cmd, .action = action, .now = clock_now(),
	    .answers = { .who = -1, .proof = -1, .reason = -1 } };
	enum exit_code code;

	record_init(&r.cert);
	code = carry_out(&r);
	if (r.have) {
		case_row_clear(&r.at);
		case_view_clear(&r.view);
	}
	record_clear(&r.cert);
	registry_close(r.registry);
	secret_free(r.password);
	signing_close(r.signing);
	free(r.number);
	return code;
}
