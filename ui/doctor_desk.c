/*
 * Doctor's look at the words of the other language, at the terminal, and at what
 * the kernel can hold card software to.
 */
#include "config.h"

#include <sys/ioctl.h>

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fence.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/paths.h"
#include "base/text.h"
#include "ui/doctor.h"

#define SMALL_ROWS	12	/* less is hard to use */
#define SMALL_COLS	40
#define FULL_ROWS	24	/* room for all panels */
#define FULL_COLS	80

static void __attribute__((format(printf, 4, 5)))
tell(struct finding *f, enum health health, const char *mend,
    const char *fmt, ...)
{
	va_list ap;

	f->health = health;
	f->turn = health == HEALTH_WRONG || health == HEALTH_WARNING ?
	    TURN_KEEPER : TURN_NOBODY;
	va_start(ap, fmt);
	(void)vsnprintf(f->saw, sizeof f->saw, fmt, ap);
	va_end(ap);
	f->saw[text_cut(f->saw, sizeof f->saw - 1)] = '\0';
	snprintf(f->mend, sizeof f->mend, "%s", mend);
}

/* Not only whether the file is there: whether it answers. */
void
doctor_catalogue(struct finding *f)
{
	const char *before = i18n_get(), *english = "Nothing is wrong.";
	bool answers;

	f->link = "catalogue";
	i18n_set("pl");
	answers = strcmp(gettext(english), english) != 0;
	i18n_set(before);
	if (answers)
		tell(f, HEALTH_OK, "", _("the Polish words are in %s"),
		    paths_locale());
	else
		tell(f, HEALTH_WRONG, _("Install okienko again."),
		    _("there are no Polish words in %s"), paths_locale());
}

/* --- what may be written ---------------------------------------------------- */

#define FENCE_WHOLE	3	/* from here files cannot be cut to nothing either */

void
doctor_fence(struct finding *f)
{
	const int version = fence_version();

	f->link = "fence";
	if (version >= FENCE_WHOLE)
		tell(f, HEALTH_OK, "",
		    _("card software writes only where it may (Landlock %d)"),
		    version);
	else if (version > 0)
		tell(f, HEALTH_OK, "",
		    _("card software writes only where it may, but an older kernel lets it cut files (Landlock %d)"),
		    version);
	else
		tell(f, HEALTH_WARNING,
		    _("A kernel with Landlock would hold it back."),
		    "%s", _("card software can write wherever this account can"));
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
	char *path;
	bool found = false;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		for (int form = 0; form < 2; form++) {
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
tell_size(struct finding *f, const char *term)
{
	struct winsize ws;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == -1 || ws.ws_col == 0)
		tell(f, HEALTH_WARNING,
		    _("Set it with stty rows 24 cols 80."),
		    _("%s does not tell its size"), term);
	else if (ws.ws_row < SMALL_ROWS || ws.ws_col < SMALL_COLS)
		tell(f, HEALTH_WARNING, _("Make the window larger."),
		    _("%s, %d columns by %d lines: too small to work in"), term,
		    ws.ws_col, ws.ws_row);
	else if (ws.ws_row < FULL_ROWS || ws.ws_col < FULL_COLS)
		tell(f, HEALTH_OK, "",
		    _("%s, %d columns by %d lines: panels will be short"), term,
		    ws.ws_col, ws.ws_row);
	else
		tell(f, HEALTH_OK, "", _("%s, %d columns by %d lines"),
		    term, ws.ws_col, ws.ws_row);
}

void
doctor_terminal(struct finding *f)
{
	const char *term = getenv("TERM");
	const char *mend = _("Set TERM to what the terminal is, for example xterm-256color.");

	f->link = "terminal";
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		tell(f, HEALTH_UNKNOWN,
		    _("Run doctor in the terminal that the desk will use."), "%s",
		    _("input or output is no terminal"));
	else if (term == NULL || term[0] == '\0')
		tell(f, HEALTH_WRONG, mend, "%s", _("TERM is not set"));
	else if (strcmp(term, "dumb") == 0)
		tell(f, HEALTH_WRONG, mend, "%s",
		    _("TERM is dumb: no full screen is possible"));
	else if (!is_plain_name(term) || !has_description(term))
		tell(f, HEALTH_WRONG, mend,
		    _("there is no description of the terminal %s"), term);
	else
		tell_size(f, term);
}
