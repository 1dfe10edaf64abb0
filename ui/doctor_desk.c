/* Doctor's checks of what the desk itself stands on. */
#include "config.h"

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/timex.h>

#include <ctype.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/paths.h"
#include "ui/doctor.h"

#define SMALL_ROWS	12	/* less is hard to use */
#define SMALL_COLS	40
#define FULL_ROWS	24	/* room for all panels */
#define FULL_COLS	80

/* --- settings ------------------------------------------------------------ */

/* A file that others may change decides what code we load. */
static void
tell_if_open(struct doctor *d, const char *path)
{
	struct stat	 st;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		doctor_tell(d, HEALTH_WRONG, _("Take that right away: chmod go-w."),
		    _("%s can be changed by others"), path);
}

static void
tell_problem(struct doctor *d, const struct conf_problem *p)
{
	const char	*mend = _("Mend it there; okienko.conf(5) tells every key.");

	if (p->line > 0)
		doctor_tell(d, HEALTH_WRONG, mend, "%s:%d: %s", p->file,
		    p->line, p->text);
	else
		doctor_tell(d, HEALTH_WRONG, mend, "%s: %s", p->file, p->text);
}

void
doctor_settings(struct doctor *d)
{
	const struct cmd		*cmd = doctor_cmd(d);
	const char			*path = cmd->conf_path;
	size_t				 i;

	if (path == NULL)
		path = paths_conf();
	for (i = 0; i < cmd->problems.n; i++)
		tell_problem(d, &cmd->problems.v[i]);
	tell_if_open(d, path);
	if (cmd->problems.n > 0)
		return;
	if (access(path, R_OK) == 0)
		doctor_tell(d, HEALTH_OK, "", _("%s has no mistakes"), path);
	else if (errno == ENOENT)
		doctor_tell(d, HEALTH_OK, "", _("there is no %s, so all is by default"),
		    path);
	else
		doctor_tell(d, HEALTH_WRONG, _("Make it readable."),
		    _("%s cannot be read: %s"), path, strerrordesc_np(errno));
}

void
doctor_authorities(struct doctor *d)
{
	const struct authorities	*all = &doctor_cmd(d)->authorities;

	if (all->n == 0)
		doctor_tell(d, HEALTH_WARNING,
		    _("Describe one in authorities.d; see okienko.conf(5)."), "%s",
		    _("no certification authority is configured"));
	else
		doctor_tell(d, HEALTH_OK, "", P_("%zu authority is configured",
		    "%zu authorities are configured", all->n), all->n);
}

/* --- words and characters ------------------------------------------------- */

void
doctor_locale(struct doctor *d)
{
	const char	*set = nl_langinfo(CODESET);
	const char	*mend = _("Set LANG to a UTF-8 locale that is installed, such as C.UTF-8.");
	locale_t	 wanted = newlocale(LC_CTYPE_MASK, "", (locale_t)0);

	if (wanted == (locale_t)0) {
		doctor_tell(d, HEALTH_WARNING, mend, "%s",
		    _("the environment names a locale that is not installed"));
		return;
	}
	freelocale(wanted);
	if (strcmp(set, "UTF-8") == 0 || strncmp(set, "ISO-8859-", 9) == 0)
		doctor_tell(d, HEALTH_OK, "", _("the terminal is taken to speak %s"),
		    set);
	else
		doctor_tell(d, HEALTH_WARNING, mend,
		    _("with %s Polish letters lose their marks"), set);
}

/* Not only whether the file is there: whether it answers. */
void
doctor_catalogue(struct doctor *d)
{
	const char	*before = i18n_get(), *english = "Nothing is wrong.";
	bool		 answers;

	i18n_set("pl");
	answers = strcmp(gettext(english), english) != 0;
	i18n_set(before);
	if (answers)
		doctor_tell(d, HEALTH_OK, "", _("the Polish words are in %s"),
		    paths_locale());
	else
		doctor_tell(d, HEALTH_WRONG, _("Install okienko again."),
		    _("there are no Polish words in %s"), paths_locale());
}

/* --- terminal ------------------------------------------------------------ */

/*
 * Whether a description of this terminal lies where ncurses looks, by its first
 * letter or that letter's number.
 */
static bool
has_description(const char *term)
{
	static const char *const folders[] = {
		"/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo",
		"/usr/local/share/terminfo",
	};
	char		*path;
	bool		 found = false;
	size_t		 i;
	int		 form;

	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		for (form = 0; form < 2; form++) {
			path = form == 0 ?
			    mem_printf("%s/%c/%s", folders[i], term[0], term) :
			    mem_printf("%s/%02x/%s", folders[i],
			    (unsigned char)term[0], term);
			found = found || access(path, R_OK) == 0;
			free(path);
		}
	return found;
}

static bool
is_plain_name(const char *term)
{
	for (; *term != '\0'; term++)
		if (!isalnum((unsigned char)*term) && strchr("-+._", *term) == NULL)
			return false;
	return true;
}

static void
tell_size(struct doctor *d, const char *term)
{
	struct winsize	 ws;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == -1 || ws.ws_col == 0)
		doctor_tell(d, HEALTH_WARNING,
		    _("Set it with stty rows 24 cols 80."),
		    _("%s does not tell its size"), term);
	else if (ws.ws_row < SMALL_ROWS || ws.ws_col < SMALL_COLS)
		doctor_tell(d, HEALTH_WARNING, _("Make the window larger."),
		    _("%s, %d columns by %d lines: too small to work in"), term,
		    ws.ws_col, ws.ws_row);
	else if (ws.ws_row < FULL_ROWS || ws.ws_col < FULL_COLS)
		doctor_tell(d, HEALTH_OK, "",
		    _("%s, %d columns by %d lines: panels will be short"), term,
		    ws.ws_col, ws.ws_row);
	else
		doctor_tell(d, HEALTH_OK, "", _("%s, %d columns by %d lines"),
		    term, ws.ws_col, ws.ws_row);
}

void
doctor_terminal(struct doctor *d)
{
	const char	*term = getenv("TERM");
	const char	*mend = _("Set TERM to what the terminal is, for example xterm-256color.");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		doctor_tell(d, HEALTH_UNKNOWN,
		    _("Run doctor in the terminal that the desk will use."), "%s",
		    _("input or output is no terminal"));
	else if (term == NULL || term[0] == '\0')
		doctor_tell(d, HEALTH_WRONG, mend, "%s", _("TERM is not set"));
	else if (strcmp(term, "dumb") == 0)
		doctor_tell(d, HEALTH_WRONG, mend, "%s",
		    _("TERM is dumb: no full screen is possible"));
	else if (!is_plain_name(term) || !has_description(term))
		doctor_tell(d, HEALTH_WRONG, mend,
		    _("there is no description of the terminal %s"), term);
	else
		tell_size(d, term);
}

/* --- clock --------------------------------------------------------------- */

/* Every verdict on a certificate is by this clock. */
void
doctor_clock(struct doctor *d)
{
	const char	*mend = _("Set the clock: timedatectl set-ntp true.");
	struct timex	 tx = { .modes = 0 };
	struct stat	 st;
	char		 now[40];

	clock_local(clock_now(), now, sizeof(now));
	/* No clock can rightly be behind the making of the program it runs. */
	if (stat("/proc/self/exe", &st) == 0 && clock_now() < st.st_mtime) {
		doctor_tell(d, HEALTH_WRONG, mend,
		    _("%s is before this program was made"), now);
		return;
	}
	if (adjtimex(&tx) == -1)
		doctor_tell(d, HEALTH_UNKNOWN, "",
		    _("%s; whether that is right cannot be asked here"), now);
	else if (tx.status & STA_UNSYNC)
		doctor_tell(d, HEALTH_WARNING, mend,
		    _("%s; no time server keeps it right"), now);
	else
		doctor_tell(d, HEALTH_OK, "", _("%s; a time server keeps it right"),
		    now);
}

/* --- the runtime folder -------------------------------------------------- */

void
doctor_runtime(struct doctor *d)
{
	const char	*folder = paths_runtime();

	if (folder == NULL)
		doctor_tell(d, HEALTH_WRONG,
		    _("Make room in /tmp, or set XDG_RUNTIME_DIR to a folder of your own."),
		    _("no folder for this session can be made: %s"),
		    strerrordesc_np(errno));
	else if (strncmp(folder, "/tmp/", 5) == 0)
		doctor_tell(d, HEALTH_OK, "",
		    _("a folder under /tmp, as XDG_RUNTIME_DIR is not set"));
	else
		doctor_tell(d, HEALTH_OK, "", "%s", folder);
	/* One made for the occasion is empty, and goes; another stays. */
	if (folder != NULL)
		(void)rmdir(folder);
}
