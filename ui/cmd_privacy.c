/*
 * okienko privacy: what the law gives to whom the data is about.  A person is
 * named by a row, or by an identifier that is read and never stands in a list
 * of processes.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/jstring.h"
#include "base/text.h"
#include "registry/asked.h"
#include "registry/keep.h"
#include "registry/privacy.h"
#include "registry/store.h"
#include "ui/jsontext.h"
#include "ui/longwork.h"
#include "ui/rec_out.h"
#include "ui/recwords.h"

#define CONFIRM_DIGITS	4	/* of the serial number, before an erasure */
#define DAYS_MAX	36500	/* as [registry] retention_days has it */

struct act {
	struct cmd		*cmd;
	struct registry		*registry;
	struct privacy_person	 person;
	const char		*reason;
	char			 identifier[IDENT_TEXT_MAX];
	long			 days;
	int64_t			 n;		/* rows touched */
	const char		*question;	/* its number, or NULL */
	bool			 sent;		/* the authority has it too */
	json_t			*answer;
};

/* --- on the worker's thread ---------------------------------------------- */

static int
access_to(struct act *a, struct err *err)
{
	return privacy_access(a->registry, &a->person, a->reason, &a->answer,
	    err);
}

static int
export_of(struct act *a, struct err *err)
{
	return privacy_export(a->registry, &a->person, a->reason, &a->answer,
	    err);
}

static int
rectify(struct act *a, struct err *err)
{
	a->n = 1;
	return privacy_rectify(a->registry, &a->person,
	    cmd_value(a->cmd, "holder"), cmd_value(a->cmd, "organisation"),
	    a->reason, err);
}

static int
restrict_them(struct act *a, struct err *err)
{
	return privacy_restrict(a->registry, &a->person, true, a->reason,
	    &a->n, err);
}

static int
unrestrict(struct act *a, struct err *err)
{
	return privacy_restrict(a->registry, &a->person, false, a->reason,
	    &a->n, err);
}

/* The digits are compared with the row that is about to go. */
static int
confirmed(struct act *a, struct err *err)
{
	const char *typed = cmd_value(a->cmd, "confirm");
	struct record r;
	char hex[2 * CERT_SERIAL_MAX + 1];
	int rc;

	if (a->person.row == 0)
		return 0;
	record_init(&r);
	rc = store_get_row(a->registry, a->person.row, &r, err);
	text_hex(r.serial, r.serial_len, 0, hex, sizeof hex);
	record_clear(&r);
	if (rc == -1)
		return -1;
	if (typed == NULL || strlen(typed) != CONFIRM_DIGITS ||
	    strlen(hex) < CONFIRM_DIGITS ||
	    strcasecmp(hex + strlen(hex) - CONFIRM_DIGITS, typed) != 0)
		return err_set(err, ERR_USAGE, _("the last four digits of the "
		    "serial number have to be given with --confirm"), NULL);
	return 0;
}

static int
withdraw(struct act *a, struct err *err)
{
	int64_t id;

	return asked_find(a->registry, a->question, &id, err) == -1 ? -1 :
	    asked_withdraw(a->registry, id, a->reason, clock_now(), &a->sent,
	    err);
}

static int
erase(struct act *a, struct err *err)
{
	int64_t id;

	if (a->question != NULL)
		return asked_find(a->registry, a->question, &id, err) == -1 ?
		    -1 : asked_erase(a->registry, id, a->reason, clock_now(),
		    &a->sent, err);
	if (confirmed(a, err) == -1)
		return -1;
	return privacy_erase(a->registry, &a->person, a->reason, &a->n, err);
}

static int
retention(struct act *a, struct err *err)
{
	return privacy_retain(a->registry, (int)a->days, clock_now(),
	    cmd_value(a->cmd, "dry") != NULL, &a->n, err);
}

enum { NEEDS_PERSON = 1, NEEDS_ROW = 2, NEEDS_REASON = 4, NEEDS_HOLDER = 8,
	NEEDS_QUESTION = 16, MAY_BE_QUESTION = 32 };

static const struct part {
	const char	*name;
	unsigned	 needs;
	int		(*act)(struct act *, struct err *);
} parts[] = {
	{ "access", NEEDS_PERSON | NEEDS_REASON, access_to },
	{ "export", NEEDS_PERSON | NEEDS_REASON, export_of },
	{ "rectify", NEEDS_ROW | NEEDS_REASON | NEEDS_HOLDER, rectify },
	{ "restrict", NEEDS_PERSON | NEEDS_REASON, restrict_them },
	{ "unrestrict", NEEDS_PERSON | NEEDS_REASON, unrestrict },
	{ "withdraw", NEEDS_QUESTION | NEEDS_REASON, withdraw },
	{ "erase", NEEDS_PERSON | NEEDS_REASON | MAY_BE_QUESTION, erase },
	{ "retention", 0, retention },
};

static const struct part *
part_of(const char *name)
{
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (strcmp(parts[i].name, name) == 0)
			return &parts[i];
	return NULL;
}

static int
work(void *arg, const atomic_bool *cancel, struct err *err)
{
	struct act *a = arg;

	if (rec_open(a->cmd, REGISTRY_WRITE, &a->registry, err) == -1)
		return -1;
	/* Counting waits for nobody. */
	if (cmd_value(a->cmd, "dry") == NULL &&
	    rec_turn(a->registry, cancel, err) == -1)
		return -1;
	return part_of(a->cmd->args[0])->act(a, err);
}

/* --- who, why ------------------------------------------------------------ */

/* One line of standard input; asked for first when somebody sits there. */
static int
read_identifier(struct act *a, struct err *err)
{
	size_t len = 0;
	ssize_t got = 1;
	char c;

	if (isatty(STDIN_FILENO)) {
		out_line(a->cmd->err, 0, "%s", _("PESEL, NIP, e-mail address, "
		    "telephone or document number of the person:"));
		out_flush(a->cmd->err);
	}
	while (len < sizeof a->identifier - 1) {
		got = read(STDIN_FILENO, &c, 1);
		if (got == -1 && errno == EINTR)
			continue;
		if (got != 1 || c == '\n')
			break;
		a->identifier[len++] = c;
	}
	a->identifier[len] = '\0';
	if (got == -1)
		return err_errno(err, ERR_IO, _("standard input"));
	if (len == 0)
		return err_set(err, ERR_USAGE,
		    _("nobody was named: give --row, or type an identifier"),
		    NULL);
	a->person.identifier = a->identifier;
	return 0;
}

/* A whole number from 1 to high, or ERR_USAGE naming it. */
static int
number(const char *s, long high, long *out, struct err *err)
{
	char *end;

	errno = 0;
	*out = strtol(s, &end, 10);
	if (errno != 0 || end == s || *end != '\0' || *out < 1 ||
	    *out > high)
		return err_set(err, ERR_USAGE, s, NULL);
	return 0;
}

static int
understand(struct act *a, const struct part *part, struct err *err)
{
	const char *row = cmd_value(a->cmd, "row");
	const char *days = cmd_value(a->cmd, "days");
	long n = 0;

	a->reason = cmd_value(a->cmd, "reason");
	a->days = a->cmd->conf.retention_days;
	if ((row != NULL && number(row, LONG_MAX, &n, err) == -1) ||
	    (days != NULL && number(days, DAYS_MAX, &a->days, err) == -1))
		return -1;
	a->person.row = n;
	/* Whoever says it believes that nothing is going to happen. */
	if (cmd_value(a->cmd, "dry") != NULL && part->act != retention)
		return err_set(err, ERR_USAGE,
		    _("--dry, for anything but retention"), NULL);
	if ((part->needs & NEEDS_REASON) != 0 &&
	    (a->reason == NULL || a->reason[0] == '\0'))
		return err_set(err, ERR_REASON_NEEDED, part->name, NULL);
	if ((part->needs & NEEDS_ROW) != 0 && row == NULL)
		return err_set(err, ERR_USAGE,
		    _("which certificate: --row N, as okienko find says it"),
		    NULL);
	if ((part->needs & NEEDS_HOLDER) != 0 &&
	    cmd_value(a->cmd, "holder") == NULL)
		return err_set(err, ERR_USAGE,
		    _("the right name: --holder NAME"), NULL);
	a->question = cmd_value(a->cmd, "question");
	if ((part->needs & NEEDS_QUESTION) != 0 && a->question == NULL)
		return err_set(err, ERR_USAGE, _("which question: --question "
		    "NUMBER, as it was shown when it was asked"), NULL);
	if ((part->needs & (NEEDS_QUESTION | MAY_BE_QUESTION)) == 0)
		a->question = NULL;
	if (part->needs == 0 && a->days == 0)
		return err_set(err, ERR_USAGE, _("no retention is set up: "
		    "give --days N"), NULL);
	if ((part->needs & NEEDS_PERSON) != 0 && row == NULL &&
	    a->question == NULL)
		return read_identifier(a, err);
	return 0;
}

/* --- telling ------------------------------------------------------------- */

static void
tell_line(void *arg, int depth, const char *name, const char *value)
{
	struct out *out = arg;
	char indent[32];

	memset(indent, ' ', sizeof indent);
	indent[2 * depth < 30 ? 2 * depth : 30] = '\0';
	out_line(out, 2 * depth + 2, value[0] != '\0' ? "%s%s: %s" : "%s%s:",
	    indent, name, value);
}

/* Nobody but the authority can do the same with what it has. */
static void
tell_question(struct act *a)
{
	json_t *o;

	if (a->cmd->json) {
		o = json_pack("{s:o, s:b}", "action",
		    jstring(a->cmd->args[0]), "authority_has_it", a->sent);
		json_object_set_new(o, "question",
		    out_string_json(a->question));
		out_json(a->cmd->out, o, false);
		json_decref(o);
		return;
	}
	out_line(a->cmd->out, 2, "%s", _("Done, and noted in the journal."));
	if (a->sent)
		out_line(a->cmd->out, 2, "%s", _("The question was sent before "
		    "that: the authority has to be told the same."));
}

static void
tell(struct act *a)
{
	bool dry = cmd_value(a->cmd, "dry") != NULL;
	json_t *o, *copies;
	char text[512];

	if (a->answer != NULL) {
		if (a->cmd->json || strcmp(a->cmd->args[0], "export") == 0)
			out_json(a->cmd->out, a->answer, false);
		else
			jsontext(a->answer, tell_line, a->cmd->out);
		return;
	}
	if (a->question != NULL) {
		tell_question(a);
		return;
	}
	o = json_pack("{s:o, s:I, s:b}", "action", jstring(a->cmd->args[0]),
	    "certificates", (json_int_t)a->n, "dry", dry);
	if (part_of(a->cmd->args[0])->act == erase)
		json_object_set_new(o, "copies",
		    keep_copies(registry_path(a->registry)));
	copies = json_object_get(o, "copies");
	if (a->cmd->json)
		out_json(a->cmd->out, o, false);
	else
		out_line(a->cmd->out, 2, dry ?
		    P_("%lld certificate would be removed.",
		    "%lld certificates would be removed.", a->n) :
		    P_("Done: %lld certificate.", "Done: %lld certificates.",
		    a->n), (long long)a->n);
	if (!a->cmd->json && json_array_size(copies) > 0)
		out_line(a->cmd->out, 2, "%s", recwords_copies(copies, text,
		    sizeof text));
	json_decref(o);
}

static enum exit_code
run(struct cmd *cmd)
{
	struct act a = { .cmd = cmd };
	const struct part *part = part_of(cmd->args[0]);
	enum exit_code code = EXIT_FINE;
	struct err err = ERR_INIT;

	if (part == NULL)
		err_set(&err, ERR_USAGE, cmd->args[0], NULL);
	if (part == NULL || understand(&a, part, &err) == -1 ||
	    longwork(cmd, work, NULL, &a, &err) == -1)
		code = cmd_fail(cmd, &err);
	else
		tell(&a);
	explicit_bzero(a.identifier, sizeof a.identifier);
	registry_close(a.registry);
	json_decref(a.answer);
	return code;
}

const struct verb cmd_privacy = {
	.name = "privacy",
	.args = N_("access | export | rectify | restrict | unrestrict | withdraw | erase | retention"),
	.min_args = 1,
	.max_args = 1,
	.summary = N_("show, export, correct, restrict or erase what is kept of a person"),
	.options = {
		{ "row", N_("N"), N_("the person of this row; without it an identifier is read") },
		{ "question", N_("NUMBER"), N_("withdraw, erase: a question that was asked, instead of a person") },
		{ "reason", N_("TEXT"), N_("why; it goes into the journal") },
		{ "holder", N_("NAME"), N_("rectify: the name as it should be") },
		{ "organisation", N_("NAME"), N_("rectify: likewise") },
		{ "confirm", N_("DIGITS"), N_("erase --row: the last four digits of its serial number") },
		{ "days", N_("N"), N_("retention: after the end of a certificate; else as configured") },
		{ "dry", NULL, N_("retention: only count") },
	},
	.run = run,
};
