/*
 * okienko error: what a code of a library, a card or the desk itself means, whose
 * turn it is, what to do; without one, all there are.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/codes.h"
#include "base/i18n.h"
#include "base/jstring.h"
#include "ui/verb.h"

/* One of ours stands for what it happened to, as in the manual. */
#define ANYTHING	"X"

struct telling {
	struct cmd	*cmd;
	json_t		*list;		/* --json */
	bool		 brief;
	size_t		 n;
};

/* What is said of one, whichever table it is from. */
struct told {
	const char	*name, *family;
	char		 number[24];
	const char	*happened, *todo, *answer;
	enum turn	 turn;
};

static void
tell(struct telling *t, const struct told *c)
{
	struct out *out = t->cmd->out;

	t->n++;
	if (t->brief) {
		out_line(out, 4, "%s (%s%s%s): %s", c->name, c->family,
		    c->number[0] != '\0' ? " " : "", c->number, c->happened);
		return;
	}
	if (t->n > 1)
		out_blank(out);
	out_line(out, 2, "%s (%s%s%s)", c->name, c->family,
	    c->number[0] != '\0' ? " " : "", c->number);
	out_line(out, 2, "%s", c->happened);
	out_line(out, 2, "%s", turn_words(c->turn));
	if (c->todo[0] != '\0')
		out_line(out, 2, "%s", c->todo);
	if (c->answer[0] != '\0')
		out_line(out, 2, _("More: okienko answer %s"), c->answer);
}

static void
tell_code(struct telling *t, const struct code *c)
{
	struct told told = {
		.name = c->name,
		.family = code_family_id(c->family),
		.happened = gettext(c->happened),
		.todo = c->todo[0] != '\0' ? gettext(c->todo) : "",
		.answer = c->answer,
		.turn = c->turn,
	};

	snprintf(told.number, sizeof told.number, c->family == CODE_X509 ||
	    c->family == CODE_CURL || c->family == CODE_SQLITE ? "%lu" :
	    "0x%lx", c->number);
	if (t->list == NULL)
		tell(t, &told);
	else {
		t->n++;
		json_array_append_new(t->list, code_json(c));
	}
}

static void
tell_ours(struct telling *t, enum err_code code)
{
	struct err err = ERR_INIT;
	char happened[512], todo[512];
	struct told told = { .name = err_id(code), .family = "okienko" };
	json_t *o;

	(void)err_set(&err, code, ANYTHING, NULL);
	told.happened = err_sentence(&err, happened, sizeof happened);
	told.todo = err_next(&err, todo, sizeof todo);
	told.turn = turn_of_err(&err);
	told.answer = answer_for_err(&err);
	if (t->list == NULL) {
		tell(t, &told);
		return;
	}
	o = json_pack("{so so so so so so}", "family", jstring(told.family),
	    "name", jstring(told.name), "happened", jstring(told.happened),
	    "todo", jstring(told.todo), "turn", jstring(turn_id(told.turn)),
	    "answer", jstring(told.answer));
	json_array_append_new(t->list, o);
	t->n++;
}

/* A bare number may be of more than one library. */
static void
tell_numbered(struct telling *t, const char *line)
{
	unsigned long number;
	char *end;

	if (line[0] < '0' || line[0] > '9')
		return;
	errno = 0;
	number = strtoul(line, &end, strncmp(line, "0x", 2) == 0 ? 16 : 10);
	if (errno != 0 || *end != '\0')
		return;
	for (size_t i = 0; i < ncodes; i++)
		if (codes[i].number == number)
			tell_code(t, &codes[i]);
}

static int
tell_one(struct telling *t, const char *line, struct err *err)
{
	const struct code *c = code_by_name(line);

	for (enum err_code i = ERR_NONE + 1; i < ERR_COUNT; i++)
		if (strcasecmp(err_id(i), line) == 0)
			tell_ours(t, i);
	if (c != NULL)
		tell_code(t, c);
	if (t->n == 0)
		tell_numbered(t, line);
	return t->n > 0 ? 0 : err_set(err, ERR_NO_CODE, line, NULL);
}

static void
tell_all(struct telling *t)
{
	t->brief = true;
	for (size_t i = 0; i < ncodes; i++)
		tell_code(t, &codes[i]);
	for (enum err_code i = ERR_NONE + 1; i < ERR_COUNT; i++)
		tell_ours(t, i);
}

static enum exit_code
run(struct cmd *cmd)
{
	struct telling t = { .cmd = cmd, .list = cmd->json ? json_array() :
	    NULL };
	enum exit_code code = EXIT_FINE;
	struct err err = ERR_INIT;
	char *line = NULL;
	json_t *o;

	if (cmd->nargs == 0)
		tell_all(&t);
	else if (cmd_line(cmd, &line, &err) == -1 ||
	    tell_one(&t, line, &err) == -1)
		code = cmd_fail(cmd, &err);
	if (cmd->json && code == EXIT_FINE) {
		o = json_object();
		json_object_set(o, "codes", t.list);
		out_json(cmd->out, o, false);
		json_decref(o);
	}
	json_decref(t.list);
	free(line);
	return code;
}

const struct verb cmd_error = {
	.name = "error",
	.args = N_("[CODE | NAME]"),
	.max_args = 2,
	.summary = N_("what an error of a card, a library or this desk means"),
	.run = run,
};
