/*
 * okienko-launch: starts the desk for a service or a login, with nothing of what
 * surrounds it but what is named here.  It is linked statically, with the C library
 * alone: what libraries read of the environment they read before main, and what
 * loads them obeys some names of it before that.
 */
#include "config.h"

#include <errno.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "launch/clean.h"
#include "launch/keep.h"
#include "launch/names.h"

/* As ui/exit.def has them. */
#define NOT_UNDERSTOOD	2
#define NOT_STARTED	4

struct mode {
	const char	*word, *name;
	int		(*run)(const char *, const char *const [],
			    const char *const []);
};

/* Returns only when it could not. */
static int
replace(const char *desk, const char *const argv[], const char *const env[])
{
	return execve(desk, (char *const *)argv, (char *const *)env);
}

/* The word stands in a unit or in sshd's configuration; nobody types it. */
static const struct mode modes[] = {
	{ "kiosk",	"OKIENKO_MODE=kiosk",	keep },
	{ "agent",	"OKIENKO_MODE=agent",	replace },
	{ "desk",	"OKIENKO_MODE=desk",	replace },
};

static const struct mode *
mode_of(int argc, char **argv)
{
	for (size_t i = 0; argc == 2 && i < sizeof modes / sizeof *modes; i++)
		if (strcmp(argv[1], modes[i].word) == 0)
			return &modes[i];
	return NULL;
}

/* Of sentences there are few; whoever reads them set this machine up. */
static int
refuse(const struct names *names, int status, const char *sentence,
    const char *what)
{
	(void)setlocale(LC_ALL, "C.UTF-8");
	(void)setenv("LANGUAGE", names_polish(names) ? "pl" : "en", 1);
	(void)bindtextdomain("okienko", LOCALEDIR);
	(void)textdomain("okienko");
	(void)fprintf(stderr, "okienko-launch: ");
	(void)fprintf(stderr, _(sentence), what);
	(void)fputc('\n', stderr);
	return status;
}

int
main(int argc, char **argv)
{
	static const char *const desk[] = { "okienko", NULL };
	const struct mode *mode = mode_of(argc, argv);
	struct names names;
	bool known = names_take(&names, mode != NULL ? mode->name : "",
	    environ);
	int status;

	(void)clearenv();
	if (clean() == -1)
		return refuse(&names, NOT_STARTED,
		    N_("there is nothing to start the desk on: %s"),
		    strerror(errno));
	if (mode == NULL)
		return refuse(&names, NOT_UNDERSTOOD, N_("say one of: %s"),
		    "kiosk, agent, desk");
	if (!known)
		return refuse(&names, NOT_UNDERSTOOD,
		    N_("the desk does not know this terminal; try %s"),
		    "TERM=xterm-256color");
	if ((status = mode->run(LAUNCH_DESK, desk, names.v)) == -1)
		return refuse(&names, NOT_STARTED,
		    N_("%s could not be started"), LAUNCH_DESK);
	return status;
}
