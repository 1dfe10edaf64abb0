/*
 * okienko: the desk without a command, else the command line.  What is told
 * here first is the order of things: descriptors, language, words, settings.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/forwarded.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/paths.h"
#include "base/sandbox.h"
#include "base/trust.h"
#include "cert/issued.h"
#include "ui/app.h"
#include "ui/confine.h"
#include "ui/verb.h"

/*
 * A program started with a closed standard stream would get it back as the
 * first file it opens, and print into that.  What is opened here instead fails
 * when it is written to, so that lost output is noticed.
 */
static void
fill_descriptors(void)
{
	int	 fd;

	do {
		fd = open("/dev/null", O_RDONLY);
	} while (fd != -1 && fd <= STDERR_FILENO);
	if (fd != -1)
		close(fd);
}

/* Settings with mistakes are told and the rest is used: the desk must start. */
static enum exit_code
load_settings(struct cmd *cmd)
{
	struct err	 err = ERR_INIT, other = ERR_INIT, third = ERR_INIT;
	bool		 quiet = cmd->verb != NULL && cmd->verb->tells_settings;

	if (conf_load(&cmd->conf, cmd->conf_path, &cmd->problems, &err) == -1) {
		if (!quiet || err.code != ERR_CONFIG)
			out_error(cmd->err, &err);
		/* A file that was asked for by name and cannot be had at all. */
		if (cmd->conf_path != NULL && err.code != ERR_CONFIG)
			return exit_for(err.code);
	}
	if (authorities_load(&cmd->authorities, cmd->conf_path, &cmd->problems,
	    &other) == -1 && !quiet)
		out_error(cmd->err, &other);
	cert_authority_keys(&cmd->authorities);
	if (cmd->lang == NULL && cmd->conf.language[0] != '\0')
		i18n_set(cmd->conf.language);
	cmd->login = setup_login(&cmd->conf, &third);
	if (third.code != ERR_NONE && !quiet)
		out_error(cmd->err, &third);
	if (cmd->log_word != NULL) {
		free(cmd->conf.log_level);
		cmd->conf.log_level = mem_strdup(cmd->log_word);
	}
	cmd->log_level = (enum log_level)log_level_parse(cmd->conf.log_level);
	log_open("okienko", cmd->log_level, cmd->log_word != NULL);
	return EXIT_FINE;
}

static enum exit_code
run(struct cmd *cmd)
{
	struct err	 err = ERR_INIT;
	enum exit_code	 code;
	enum mode	 mode;
	bool		 over;

	if (cmd->help) {
		help_print(cmd->out, cmd->verb);
		return EXIT_FINE;
	}
	if (cmd->version) {
		out_line(cmd->out, 0, "okienko " PACKAGE_VERSION);
		return EXIT_FINE;
	}
	if (mode_read(&mode, &err) == -1)
		return cmd_fail(cmd, &err);
	if (cmd->verb != NULL && !mode_has_verbs(mode)) {
		(void)err_set(&err, ERR_USAGE, _("there are no commands here, "
		    "only the screen"), NULL);
		return cmd_fail(cmd, &err);
	}
	/* Nobody types where another one is when there are others to guard. */
	if (cmd->conf_path == NULL && trust_conf(paths_conf(), &err) == -1)
		return cmd_fail(cmd, &err);
	if ((code = load_settings(cmd)) != EXIT_FINE)
		return code;
	if (mode == MODE_AGENT)
		forwarded_take_all();
	if (confine(mode, &cmd->conf, &err) == -1)
		return cmd_fail(cmd, &err);
	if (cmd->verb != NULL)
		return cmd->verb->run(cmd);
	if (app_run(&(struct setup){ .conf = &cmd->conf,
	    .authorities = &cmd->authorities, .login = cmd->login,
	    .conf_path = cmd->conf_path, .mode = mode }, &over, &err) == -1)
		return cmd_fail(cmd, &err);
	return over ? EXIT_SESSION : EXIT_FINE;
}

/* Write what is left, and notice what could not be written. */
static enum exit_code
finish(struct cmd *cmd, enum exit_code code)
{
	struct err	 err = ERR_INIT;

	if (out_close(cmd->out, &err) == -1) {
		/* A reader that has gone, as `head` does, has had enough. */
		if (err.raw != EPIPE)
			out_error(cmd->err, &err);
		code = exit_worse(code, EXIT_IO);
	}
	out_close(cmd->err, &err);
	net_login_free(cmd->login);
	authorities_clear(&cmd->authorities);
	conf_problems_clear(&cmd->problems);
	conf_clear(&cmd->conf);
	return code;
}

int
main(int argc, char **argv)
{
	struct cmd	 cmd = { 0 };
	struct err	 err = ERR_INIT;
	enum exit_code	 code;

	fill_descriptors();
	signal(SIGPIPE, SIG_IGN);
	i18n_init(NULL);
	cmd.out = out_open(STDOUT_FILENO);
	cmd.err = out_open(STDERR_FILENO);
	if (sandbox_desk(&err) == -1 ||
	    cmd_parse(&cmd, argc, argv, &err) == -1) {
		code = cmd_fail(&cmd, &err);
	} else {
		if (cmd.lang != NULL)
			i18n_set(cmd.lang);
		code = run(&cmd);
	}
	code = finish(&cmd, code);
	if (cmd.signal != 0) {
		/* Die of it now, so that the shell knows that we did. */
		signal(cmd.signal, SIG_DFL);
		raise(cmd.signal);
	}
	return (int)code;
}
