/*
 * okienko answer: one question or several, answered for the card in the reader,
 * an order, a file and the way to the service.
 */
#include "config.h"

#include <string.h>

#include "answers/gather.h"
#include "answers/questions.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "net/net.h"
#include "ui/card_out.h"
#include "ui/longwork.h"
#include "ui/rec_out.h"
#include "ui/session.h"
#include "ui/setup.h"

#define GENERAL_MAX	8192	/* bytes of an answer in general */

struct answering {
	struct cmd		*cmd;
	struct questions	 all;
	const struct question	*v[QUESTIONS_MAX];
	size_t			 n;
	unsigned		 needs;		/* of all of them */
	/* The way out, and what is remembered. */
	struct net		*net;
	struct registry		*registry;
	struct order_service	*service;
	char			 reader[CARD_KEY_MAX];
	struct gathered		*gathered;
};

/* --- what is asked ---------------------------------------------------------- */

static int
take_ids(struct answering *a, struct err *err)
{
	const struct cmd *cmd = a->cmd;

	if (cmd->nargs > QUESTIONS_MAX)
		return err_set(err, ERR_USAGE, cmd->args[QUESTIONS_MAX],
		    "more than %d questions", QUESTIONS_MAX);
	for (int i = 0; i < cmd->nargs; i++) {
		const struct question *q = question_by_id(&a->all,
		    cmd->args[i]);
		const struct check *c;

		if (q == NULL)
			return err_set(err, ERR_NO_QUESTION, cmd->args[i],
			    NULL);
		c = check_by_id(q->check);
		a->v[a->n++] = q;
		a->needs |= c != NULL ? c->wants : 0;
	}
	/* Nobody said which: there is nothing to ask the service about. */
	if (cmd_value(cmd, "order") == NULL)
		a->needs &= ~(unsigned)NEED_ORDER;
	if (cmd_value(cmd, "file") == NULL)
		a->needs &= ~(unsigned)NEED_FILE;
	return 0;
}

/* --- looking ------------------------------------------------------------------ */

/* The card that is meant: its key, or NULL for the first that is in. */
static int
find_reader(struct answering *a, const struct card_world *w,
    const char **reader, struct err *err)
{
	const char *name = cmd_value(a->cmd, "card");

	*reader = NULL;
	for (size_t i = 0; name != NULL && i < w->ncards; i++)
		if (card_wanted(w->cards[i], name) && (*reader == NULL ||
		    w->cards[i]->state != CARD_ABSENT))
			*reader = card_key(w->cards[i], a->reader,
			    sizeof a->reader);
	return name == NULL || *reader != NULL ? 0 :
	    err_set(err, ERR_NO_SUCH_READER, name, NULL);
}

static int
look(void *arg, const atomic_bool *cancel, struct err *err)
{
	struct answering *a = arg;

	return gather(a->gathered, a->needs, cancel, NULL, NULL, err);
}

/* What cannot be remembered is no reason not to answer. */
static void
open_ways(struct answering *a)
{
	const struct net_options o = setup_network(&a->cmd->conf,
	    a->cmd->login);
	struct err none = ERR_INIT;

	if (rec_open(a->cmd, REGISTRY_WRITE, &a->registry, &none) == -1)
		a->registry = NULL;
	a->net = net_new(&o);
	a->service = order_service_new(a->net, a->registry,
	    &a->cmd->authorities);
}

static void
close_ways(struct answering *a)
{
	gathered_free(a->gathered);
	order_service_free(a->service);
	registry_close(a->registry);
	net_free(a->net);
}

/* --- telling -------------------------------------------------------------------- */

static const char *
general_of(const struct answering *a, const struct question *q,
    char *buf, size_t size)
{
	const struct answer_facts *f = gathered_facts(a->gathered);

	return question_general(q, f->authority, f->now, buf, size);
}

static json_t *
one_json(const struct answering *a, const struct question *q,
    const struct answer *answer)
{
	char general[GENERAL_MAX];
	json_t *o = answer != NULL ? answer_json(answer) : json_object();

	json_object_set_new(o, "id", out_string_json(q->id));
	json_object_set_new(o, "question", out_string_json(question_asked(q)));
	json_object_set_new(o, "general", out_string_json(general_of(a, q,
	    general, sizeof general)));
	return o;
}

static void
tell_general(struct out *out, const char *s)
{
	if (s[0] == '\0')
		return;
	out_blank(out);
	out_line(out, 2, "%s", _("In general:"));
	while (*s != '\0') {
		const char *end = strstr(s, "\n\n");
		size_t len = end != NULL ? (size_t)(end - s) : strlen(s);

		out_text(out, 2, s, len);
		s += len + strspn(s + len, "\n");
	}
}

static void
tell_looked(struct out *out, const struct answer *answer)
{
	static const char *const marks[] = {
		[VERDICT_NO] = N_("no"), [VERDICT_MAYBE] = N_("perhaps"),
		[VERDICT_YES] = N_("yes"), [VERDICT_UNKNOWN] = N_("not known"),
	};
	const char *labels[ANSWER_LOOKED_MAX + 1];

	if (answer->nlooked == 0)
		return;
	for (size_t i = 0; i < answer->nlooked; i++)
		labels[i] = answer->looked[i].what;
	labels[answer->nlooked] = NULL;
	out_column(out, labels);
	out_blank(out);
	out_line(out, 2, "%s", _("What was looked at:"));
	for (size_t i = 0; i < answer->nlooked; i++)
		out_field(out, answer->looked[i].what, "%s: %s",
		    _(marks[answer->looked[i].mark]), answer->looked[i].saw);
}

static void
tell_one(const struct answering *a, const struct question *q,
    const struct answer *answer)
{
	struct out *out = a->cmd->out;
	char general[GENERAL_MAX];

	out_line(out, 2, "%s", question_asked(q));
	if (answer != NULL) {
		out_blank(out);
		out_line(out, 2, "%s: %s",
		    answer_verdict_word(answer->verdict), answer->says);
		if (answer->why[0] != '\0')
			out_line(out, 2, "%s", answer->why);
		if (answer->nsteps > 0) {
			out_blank(out);
			out_line(out, 2, "%s", _("What to do:"));
		}
		for (size_t i = 0; i < answer->nsteps; i++)
			out_line(out, 4, "%zu. %s", i + 1,
			    answer->steps[i].words);
		tell_looked(out, answer);
	}
	tell_general(out, general_of(a, q, general, sizeof general));
}

/* A text alone is no verdict, and all is well with it. */
static enum exit_code
code_of(const struct answer *answer)
{
	if (answer == NULL || answer->verdict == ANSWER_YES)
		return EXIT_FINE;
	return answer->verdict == ANSWER_CANNOT_TELL ? EXIT_ABSENT :
	    EXIT_WRONG;
}

static enum exit_code
tell(struct answering *a)
{
	json_t *list = json_array(), *o;
	enum exit_code code = EXIT_FINE;

	for (size_t i = 0; i < a->n; i++) {
		const struct check *c = check_by_id(a->v[i]->check);
		struct answer answer;

		if (c != NULL)
			answer_look_at(c, gathered_facts(a->gathered),
			    &answer);
		code = exit_worse(code, code_of(c != NULL ? &answer : NULL));
		if (a->cmd->json) {
			json_array_append_new(list, one_json(a, a->v[i],
			    c != NULL ? &answer : NULL));
			continue;
		}
		if (i > 0)
			out_blank(a->cmd->out);
		tell_one(a, a->v[i], c != NULL ? &answer : NULL);
	}
	if (a->cmd->json) {
		o = json_object();
		json_object_set(o, "answers", list);
		out_json(a->cmd->out, o, false);
		json_decref(o);
	}
	json_decref(list);
	return code;
}

static enum exit_code
answer(struct answering *a, const struct card_world *world)
{
	struct err err = ERR_INIT;
	struct gather_from from = { .conf = &a->cmd->conf,
	    .authorities = &a->cmd->authorities, .world = world,
	    .order = cmd_value(a->cmd, "order"),
	    .path = cmd_value(a->cmd, "file"),
	    .email = cmd_value(a->cmd, "email") };

	if (world != NULL && find_reader(a, world, &from.reader, &err) == -1)
		return cmd_fail(a->cmd, &err);
	open_ways(a);
	from.net = a->net;
	from.orders = a->service;
	from.registry = a->registry;
	a->gathered = gathered_new(&from, clock_now());
	return longwork(a->cmd, look, NULL, a, &err) == -1 ?
	    cmd_fail(a->cmd, &err) : tell(a);
}

/* Whatever the cards are like, or whether there are any, is part of the answer. */
static enum exit_code
with_cards(struct answering *a)
{
	struct session *s = session_open(a->cmd, NULL, NULL);
	struct err err = ERR_INIT;
	enum exit_code code = EXIT_FINE;
	long seconds;

	if (card_seconds(a->cmd, &seconds, &err) == -1)
		code = cmd_fail(a->cmd, &err);
	else if (session_run(s, seconds, &err) == -1 &&
	    session_signal(s) != 0)
		a->cmd->signal = session_signal(s);
	else
		code = answer(a, session_world(s));
	session_close(s);
	return code;
}

static enum exit_code
run(struct cmd *cmd)
{
	struct answering a = { .cmd = cmd };
	struct err err = ERR_INIT;
	enum exit_code code;

	/* With mistakes in the list the rest is used. */
	if (questions_load(&a.all, cmd->conf_path, &cmd->authorities,
	    &cmd->problems, &err) == -1)
		(void)cmd_fail(cmd, &err);
	err_clear(&err);
	if (take_ids(&a, &err) == -1)
		code = cmd_fail(cmd, &err);
	else if ((a.needs & NEED_CARD) != 0)
		code = with_cards(&a);
	else
		code = answer(&a, NULL);
	close_ways(&a);
	questions_clear(&a.all);
	return code;
}

const struct verb cmd_answer = {
	.name = "answer",
	.args = N_("QUESTION..."),
	.min_args = 1,
	.max_args = -1,
	.summary = N_("answer questions for the card, an order, a file and the network at hand"),
	.options = {
		{ "card", N_("NAME"),
		    N_("the card in the reader whose name has this in it") },
		{ "order", N_("NUMBER"),
		    N_("the order it is about: number, e-mail address or NIP") },
		{ "file", N_("FILE"),
		    N_("the file it is about, or - for a text such as a mail") },
		{ "email", N_("ADDRESS"),
		    N_("the address that mail is sent from") },
		{ "timeout", N_("SECONDS"),
		    N_("wait so long for readers and cards (60)") },
	},
	.run = run,
};
