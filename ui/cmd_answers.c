/* okienko answers: the questions that people ask, all or those that a line means. */
#include "config.h"

#include <string.h>

#include "answers/answers.h"
#include "answers/questions.h"
#include "base/i18n.h"
#include "ui/verb.h"

static json_t *
question_json(const struct question *q)
{
	json_t *o = json_object();

	json_object_set_new(o, "id", out_string_json(q->id));
	json_object_set_new(o, "heading", out_string_json(question_heading(q)));
	json_object_set_new(o, "question", out_string_json(question_asked(q)));
	json_object_set_new(o, "brief", out_string_json(question_brief(q)));
	json_object_set_new(o, "check", q->check[0] != '\0' ?
	    out_string_json(q->check) : json_null());
	json_object_set_new(o, "checked_on", q->checked_on[0] != '\0' ?
	    out_string_json(q->checked_on) : json_null());
	json_object_set_new(o, "authority", q->authority[0] != '\0' ?
	    out_string_json(q->authority) : json_null());
	return o;
}

static void
tell_json(struct cmd *cmd, const struct question *const *v, size_t n)
{
	json_t *o = json_object(), *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, question_json(v[i]));
	json_object_set_new(o, "questions", list);
	out_json(cmd->out, o, false);
	json_decref(o);
}

/* Under their headings, or the likeliest first. */
static void
tell(struct cmd *cmd, const struct question *const *v, size_t n, bool search)
{
	const char *labels[QUESTIONS_MAX + 1], *heading = "";

	for (size_t i = 0; i < n; i++)
		labels[i] = v[i]->id;
	labels[n] = NULL;
	out_column(cmd->out, labels);
	for (size_t i = 0; i < n; i++) {
		const char *own = question_heading(v[i]);

		if (!search && strcmp(own, heading) != 0) {
			if (i > 0)
				out_blank(cmd->out);
			out_line(cmd->out, 0, "%s", own);
			heading = own;
		}
		out_field(cmd->out, v[i]->id, "%s", question_asked(v[i]));
	}
	if (n == 0)
		out_line(cmd->out, 0, "%s", _("No question is like that."));
}

static enum exit_code
run(struct cmd *cmd)
{
	const struct question *found[QUESTIONS_MAX];
	const char *line = cmd_value(cmd, "search");
	struct questions all = { .n = 0 };
	struct err err = ERR_INIT;
	enum exit_code code = EXIT_FINE;
	size_t n;

	/* With mistakes in it the rest is used. */
	if (questions_load(&all, cmd->conf_path, &cmd->authorities,
	    &cmd->problems, &err) == -1)
		code = cmd_fail(cmd, &err);
	n = questions_find(&all, line != NULL ? line : "", found,
	    QUESTIONS_MAX);
	if (cmd->json)
		tell_json(cmd, found, n);
	else
		tell(cmd, found, n, line != NULL);
	questions_clear(&all);
	return exit_worse(code, n > 0 ? EXIT_FINE : EXIT_ABSENT);
}

const struct verb cmd_answers = {
	.name = "answers",
	.args = "",
	.summary = N_("the questions that people ask, and what each is called"),
	.options = {
		{ "search", N_("TEXT"),
		    N_("only those that it may mean, also misspelt, the likeliest first") },
	},
	.run = run,
};
