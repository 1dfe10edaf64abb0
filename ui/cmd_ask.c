/*
 * okienko ask: a question to an authority's people, through its order service or
 * on paper.  Who asks stands in the text, never
 * in an argument, which ps would show; the clause comes first, and nothing is
 * sent without --confirm.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "order/clause.h"
#include "ui/askout.h"
#include "ui/longwork.h"
#include "ui/order_cmd.h"

#define TEXT_MAX	20000	/* bytes of head and question */
#define QUESTION_MAX	4000	/* characters, by the contract */
#define NAME_LEN_MAX	120
#define CONTACT_LEN_MAX	254

struct question {
	struct cmd		*cmd;
	struct order_way	 way;
	const struct authority	*authority;
	char			*whole;		/* as it came in; wiped */
	size_t			 len;		/* of it, before it was cut up */
	const char		*name, *contact, *order, *text;	/* in whole */
	const char		*file;		/* --save, or NULL */
	bool			 paper;
	char			 number[ORDER_NUMBER_MAX + 1];
	char			*clause;
	bool			 sent;
	struct order_out	 out;
};

/* --- the text --------------------------------------------------------------------- */

static const struct {
	const char	*label;
	size_t		 member;
} heads[] = {
	{ "Name", offsetof(struct question, name) },
	{ "Contact", offsetof(struct question, contact) },
	{ "Order", offsetof(struct question, order) },
	{ "Imię i nazwisko", offsetof(struct question, name) },
	{ "Kontakt", offsetof(struct question, contact) },
	{ "Zamówienie", offsetof(struct question, order) },
};

static char *
trimmed(char *s)
{
	size_t n;

	s += strspn(s, " \t");
	n = strlen(s);
	while (n > 0 && strchr(" \t\r\n", s[n - 1]) != NULL)
		s[--n] = '\0';
	return s;
}

/* "Label: value", the line's end already cut off; false for any other. */
static bool
take_head(struct question *q, char *line)
{
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		size_t n = strlen(heads[i].label);

		if (strncasecmp(line, heads[i].label, n) == 0 &&
		    line[n] == ':') {
			*(const char **)(void *)((char *)q +
			    heads[i].member) = trimmed(line + n + 1);
			return true;
		}
	}
	return false;
}

/* Labelled lines, a blank one, then the question. */
static int
cut_up(struct question *q, struct err *err)
{
	char *line = q->whole, *next = NULL;

	for (; line != NULL && *line != '\0'; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		if (*trimmed(line) == '\0')
			break;
		if (!take_head(q, line))
			return err_set(err, ERR_USAGE, "question",
			    "a line before the first blank one is no Name, Contact or Order");
	}
	q->text = next != NULL ? trimmed(next) : "";
	return 0;
}

/* 1 to max characters, all of them fit to be shown. */
static bool
fits(const char *s, size_t max, bool lines)
{
	size_t n = 0;

	if (s == NULL || (text_flags(s, strlen(s)) & TEXT_INVALID) != 0)
		return false;
	for (const char *p = s; *p != '\0'; p++) {
		n += ((unsigned char)*p & 0xc0) != 0x80;
		if ((unsigned char)*p < ' ' &&
		    !(lines && strchr("\n\r\t", *p) != NULL))
			return false;
	}
	return n > 0 && n <= max;
}

/* How it goes there: sent where there is a service, unless paper is wanted. */
static int
judge_way(struct question *q, struct err *err)
{
	bool print = cmd_value(q->cmd, "print") != NULL;

	q->file = cmd_value(q->cmd, "save");
	q->paper = print || q->file != NULL;
	if (print && q->file != NULL)
		return err_set(err, ERR_USAGE,
		    _("either --print or --save, not both"), NULL);
	if (!q->paper && q->authority->orders_url[0] == '\0' &&
	    cmd_value(q->cmd, "confirm") != NULL)
		return err_set(err, ERR_USAGE, _("this authority has no order "
		    "service; --print or --save FILE put the question on paper"),
		    NULL);
	return 0;
}

static int
judge(struct question *q, struct err *err)
{
	bool contract = cmd_value(q->cmd, "contract") != NULL;

	if (!fits(q->name, NAME_LEN_MAX, false))
		return err_set(err, ERR_USAGE, "Name", "missing or too long");
	if (!fits(q->contact, CONTACT_LEN_MAX, false))
		return err_set(err, ERR_USAGE, "Contact",
		    "missing or too long");
	if (!fits(q->text, QUESTION_MAX, true))
		return err_set(err, ERR_USAGE, "question",
		    "missing or too long");
	if (q->order != NULL && !order_number_in(q->order, q->authority,
	    q->number))
		return err_set(err, ERR_USAGE, "Order", "no order's number");
	if (!contract && cmd_value(q->cmd, "consent") == NULL &&
	    cmd_value(q->cmd, "confirm") != NULL)
		return err_set(err, ERR_USAGE, "--consent",
		    "the person has to agree to the clause, or it concerns a contract");
	return judge_way(q, err);
}

static int
read_text(struct question *q, struct err *err)
{
	const char *file = q->cmd->nargs > 0 ? q->cmd->args[0] : "-";
	struct buf b;
	int rc;

	buf_init(&b, TEXT_MAX);
	rc = file_read(file, strcmp(file, "-") == 0 ? _("standard input") :
	    file, &b, err);
	/* What is behind it would be neither read nor told of. */
	if (rc == 0 && b.len > 0 && memchr(b.data, '\0', b.len) != NULL)
		rc = err_set(err, ERR_USAGE, "question",
		    "a zero byte is in it, which no text has");
	if (rc == 0) {
		q->whole = mem_strndup((const char *)b.data, b.len);
		q->len = strlen(q->whole);
	}
	buf_clear(&b);
	return rc == 0 ? cut_up(q, err) : -1;
}

/* --- on the thread ------------------------------------------------------------------ */

static int
ask(void *arg, const atomic_bool *cancel, struct err *err)
{
	struct question *q = arg;
	const struct order_question out = { .name = q->name,
	    .contact = q->contact, .text = q->text,
	    .clause = q->authority->question_clause_version,
	    .language = i18n_get(),
	    .order = q->number[0] != '\0' ? q->number : NULL,
	    .contract = cmd_value(q->cmd, "contract") != NULL,
	    .consent = cmd_value(q->cmd, "consent") != NULL };
	int64_t id;

	if (order_clause(q->authority, i18n_get(), &q->clause, err) == -1)
		return -1;
	if (cmd_value(q->cmd, "confirm") == NULL)
		return 0;
	if (order_way_open(&q->way, q->cmd, true, err) == -1)
		return -1;
	if (q->paper) {
		q->sent = askout(q->way.registry, &q->cmd->conf, q->authority,
		    &out, q->file, cancel, &q->out, err) == 0;
		return q->sent ? 0 : -1;
	}
	if (order_put_question(q->way.registry, q->authority, &out, &id,
	    err) == -1)
		return -1;
	q->sent = true;
	if (order_way_send(&q->way, id, cancel, &q->out, err) == -1)
		return -1;
	order_way_due(&q->way, cancel);
	return 0;
}

/* --- telling ------------------------------------------------------------------------- */

static void
tell_clause(const struct question *q)
{
	const char *s = q->clause;

	out_line(q->cmd->out, 0, _("Information clause of %s, version %s:"),
	    q->authority->name, q->authority->question_clause_version);
	while (*s != '\0') {
		size_t n = strcspn(s, "\n");

		out_text(q->cmd->out, 2, s, n);
		s += n + (s[n] != '\0');
	}
	out_blank(q->cmd->out);
}

static void
tell(const struct question *q)
{
	tell_clause(q);
	if (q->sent)
		order_out_tell(q->cmd, &q->out);
	else
		out_line(q->cmd->out, 2, "%s", _("Nothing was sent: show this "
		    "clause to the person first; then add --confirm, and "
		    "--consent if they agree or --contract if it concerns a "
		    "contract of theirs."));
}

static void
tell_json(const struct question *q)
{
	json_t *o = json_object();

	json_object_set_new(o, "authority",
	    out_string_json(q->authority->id));
	json_object_set_new(o, "clause", out_string_json(q->clause));
	json_object_set_new(o, "clause_version", out_string_json(
	    q->authority->question_clause_version));
	json_object_set_new(o, "sent", q->sent ? order_out_json(&q->out) :
	    json_null());
	out_json(q->cmd->out, o, false);
	json_decref(o);
}

/* The one that --authority names, or the only one that takes questions. */
static int
ask_authority(struct cmd *cmd, const struct authority **out, struct err *err)
{
	const char *id = cmd_value(cmd, "authority");
	size_t n = 0, takes = 0;

	for (size_t i = 0; i < cmd->authorities.n; i++) {
		const struct authority *a = &cmd->authorities.v[i];

		if (!order_takes_questions(a))
			continue;
		takes++;
		if (id != NULL && strcmp(a->id, id) != 0)
			continue;
		*out = a;
		n++;
	}
	if (n == 1)
		return 0;
	if (takes == 0)
		return err_set(err, ERR_NO_CLAUSE, "[question] clause",
		    "no authority takes questions");
	return err_set(err, ERR_USAGE, "--authority", "%s", id != NULL ?
	    "no authority that takes questions is called that" :
	    "several authorities take questions");
}

static enum exit_code
run(struct cmd *cmd)
{
	struct question q = { .cmd = cmd };
	struct err err = ERR_INIT;
	enum exit_code code;

	if (ask_authority(cmd, &q.authority, &err) == -1 ||
	    read_text(&q, &err) == -1 || judge(&q, &err) == -1 ||
	    longwork(cmd, ask, NULL, &q, &err) == -1)
		code = cmd_fail(cmd, &err);
	else {
		if (cmd->json)
			tell_json(&q);
		else
			tell(&q);
		code = q.sent ? order_out_code(&q.out) : EXIT_FINE;
	}
	order_way_close(&q.way);
	order_out_clear(&q.out);
	free(q.clause);
	if (q.whole != NULL)
		explicit_bzero(q.whole, q.len);
	free(q.whole);
	return code;
}

const struct verb cmd_ask = {
	.name = "ask",
	.args = N_("[FILE | -]"),
	.max_args = 1,
	.summary = N_("a question to an authority's people; shows the clause, sends nothing without --confirm"),
	.options = {
		{ "authority", N_("ID"), N_("which, where several take questions") },
		{ "contract", NULL, N_("it concerns a contract that was concluded") },
		{ "consent", NULL, N_("the person agrees to the clause") },
		{ "print", NULL, N_("on paper instead, for an authority without an order service") },
		{ "save", N_("FILE"), N_("the same into a new file, a PDF or .txt") },
		{ "confirm", NULL, N_("really send it; else nothing is sent") },
	},
	.run = run,
};
