/*
 * okienko help: the tables for people, and with --tables for the programs that
 * compare the manual and the completion with them.
 */
#include "config.h"

#include <stdio.h>

#include "answers/placing.h"
#include "answers/questions.h"
#include "base/i18n.h"
#include "ui/verb.h"

static void
dump_options(struct out *out, const char *verb, const struct verb_option *o)
{
	for (; o->name != NULL; o++)
		out_line(out, 0, "option %s --%s%s", verb, o->name,
		    o->arg != NULL ? "=" : "");
}

static void
dump_settings(struct out *out, const char *what, const struct setting *table,
    size_t n)
{
	const struct setting	*s;

	for (s = table; s < table + n; s++)
		out_line(out, 0, "%s %s %s %s", what, s->section, s->key,
		    s->def[0] != '\0' ? s->def : "-");
}

/* One fact a line, first its kind: stable words, in no language. */
static void
dump_tables(struct out *out)
{
	enum err_code	 code;
	const char	*fact;
	size_t		 i;

	for (i = 0; i < nverbs; i++) {
		out_line(out, 0, "verb %s", verbs[i]->name);
		dump_options(out, verbs[i]->name, verbs[i]->options);
	}
	dump_options(out, "-", common_options);
	for (i = 0; i < nexit_codes; i++)
		out_line(out, 0, "exit %d", exit_codes[i].number);
	for (code = ERR_NONE + 1; code < ERR_COUNT; code++)
		out_line(out, 0, "error %s", err_id(code));
	dump_settings(out, "conf", conf_settings, nconf_settings);
	dump_settings(out, "authority", authority_settings,
	    nauthority_settings);
	for (i = 0; i < nquestion_sections; i++)
		dump_settings(out, "questions", question_sections[i].keys,
		    question_sections[i].nkeys);
	for (i = 0; (fact = placing_name(i)) != NULL; i++)
		out_line(out, 0, "fact {%s}", fact);
}

static enum exit_code
run(struct cmd *cmd)
{
	const struct verb	*verb = NULL;
	struct err		 err = ERR_INIT;

	if (cmd_value(cmd, "tables") != NULL) {
		dump_tables(cmd->out);
		return EXIT_FINE;
	}
	if (cmd->nargs == 1 && (verb = verb_find(cmd->args[0])) == NULL) {
		err_set(&err, ERR_USAGE, cmd->args[0], NULL);
		return cmd_fail(cmd, &err);
	}
	help_print(cmd->out, verb);
	return EXIT_FINE;
}

const struct verb cmd_help = {
	.name = "help",
	.args = N_("[COMMAND]"),
	.max_args = 1,
	.summary = N_("say how okienko or one of its commands is used"),
	.options = {
		{ "tables", NULL,
		    N_("print the tables behind all help, for programs") },
	},
	.run = run,
};
