#include "config.h"

#include "ui/theme.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>

#define OWN	(-1)		/* the terminal's own foreground or background */

struct look {
	short	fg, bg;
	attr_t	attr;
};

/*
 * For dark grounds and light ones: dim is left out, which many terminals draw
 * unreadably, and so are bright yellow and cyan, which nobody sees on white.
 */
static const struct look terminal_looks[STYLE_COUNT] = {
	[STYLE_TEXT] =		{ OWN, OWN, A_NORMAL },
	[STYLE_STRONG] =	{ OWN, OWN, A_BOLD },
	[STYLE_DIM] =		{ COLOR_CYAN, OWN, A_NORMAL },
	[STYLE_GOOD] =		{ COLOR_GREEN, OWN, A_NORMAL },
	[STYLE_WARN] =		{ COLOR_MAGENTA, OWN, A_BOLD },
	[STYLE_BAD] =		{ COLOR_RED, OWN, A_BOLD },
	[STYLE_FRAME] =		{ COLOR_BLUE, OWN, A_NORMAL },
	[STYLE_FRAME_FOCUS] =	{ OWN, OWN, A_BOLD },
	[STYLE_TITLE] =		{ OWN, OWN, A_NORMAL },
	[STYLE_TITLE_FOCUS] =	{ COLOR_BLACK, COLOR_CYAN, A_NORMAL },
	[STYLE_HEADING] =	{ OWN, OWN, A_BOLD | A_UNDERLINE },
	[STYLE_SELECTED] =	{ COLOR_BLACK, COLOR_CYAN, A_NORMAL },
	[STYLE_SELECTED_IDLE] =	{ OWN, OWN, A_BOLD },
	[STYLE_TOP] =		{ COLOR_WHITE, COLOR_BLUE, A_BOLD },
	[STYLE_TOP_ALERT] =	{ COLOR_WHITE, COLOR_RED, A_BOLD },
	[STYLE_KEY] =		{ OWN, OWN, A_BOLD },
	[STYLE_KEY_LABEL] =	{ COLOR_BLACK, COLOR_CYAN, A_NORMAL },
	[STYLE_FIELD] =		{ OWN, OWN, A_UNDERLINE },
};

static const struct look mono_looks[STYLE_COUNT] = {
	[STYLE_STRONG] =	{ OWN, OWN, A_BOLD },
	[STYLE_WARN] =		{ OWN, OWN, A_BOLD },
	[STYLE_BAD] =		{ OWN, OWN, A_BOLD },
	[STYLE_FRAME_FOCUS] =	{ OWN, OWN, A_BOLD },
	[STYLE_TITLE_FOCUS] =	{ OWN, OWN, A_REVERSE },
	[STYLE_HEADING] =	{ OWN, OWN, A_BOLD | A_UNDERLINE },
	[STYLE_SELECTED] =	{ OWN, OWN, A_REVERSE },
	[STYLE_SELECTED_IDLE] =	{ OWN, OWN, A_BOLD },
	[STYLE_TOP] =		{ OWN, OWN, A_REVERSE },
	[STYLE_TOP_ALERT] =	{ OWN, OWN, A_BOLD },
	[STYLE_KEY] =		{ OWN, OWN, A_BOLD },
	[STYLE_KEY_LABEL] =	{ OWN, OWN, A_REVERSE },
	[STYLE_FIELD] =		{ OWN, OWN, A_UNDERLINE },
	[STYLE_QR] =		{ OWN, OWN, A_REVERSE },
};

/* As a ground, a Linux console's yellow is a brown on which black is hard to read. */
static const struct look contrast_looks[STYLE_COUNT] = {
	[STYLE_TEXT] =		{ COLOR_WHITE, COLOR_BLACK, A_BOLD },
	[STYLE_STRONG] =	{ COLOR_WHITE, COLOR_BLACK, A_BOLD },
	[STYLE_DIM] =		{ COLOR_WHITE, COLOR_BLACK, A_BOLD },
	[STYLE_GOOD] =		{ COLOR_GREEN, COLOR_BLACK, A_BOLD },
	[STYLE_WARN] =		{ COLOR_YELLOW, COLOR_BLACK, A_BOLD },
	[STYLE_BAD] =		{ COLOR_WHITE, COLOR_RED, A_BOLD },
	[STYLE_FRAME] =		{ COLOR_WHITE, COLOR_BLACK, A_NORMAL },
	[STYLE_FRAME_FOCUS] =	{ COLOR_YELLOW, COLOR_BLACK, A_BOLD },
	[STYLE_TITLE] =		{ COLOR_WHITE, COLOR_BLACK, A_BOLD },
	[STYLE_TITLE_FOCUS] =	{ COLOR_BLACK, COLOR_CYAN, A_NORMAL },
	[STYLE_HEADING] =	{ COLOR_YELLOW, COLOR_BLACK, A_BOLD },
	[STYLE_SELECTED] =	{ COLOR_BLACK, COLOR_CYAN, A_NORMAL },
	[STYLE_SELECTED_IDLE] =	{ COLOR_YELLOW, COLOR_BLACK, A_BOLD },
	[STYLE_TOP] =		{ COLOR_BLACK, COLOR_WHITE, A_NORMAL },
	[STYLE_TOP_ALERT] =	{ COLOR_WHITE, COLOR_RED, A_BOLD },
	[STYLE_KEY] =		{ COLOR_YELLOW, COLOR_BLACK, A_BOLD },
	[STYLE_KEY_LABEL] =	{ COLOR_BLACK, COLOR_WHITE, A_NORMAL },
	[STYLE_FIELD] =		{ COLOR_BLACK, COLOR_WHITE, A_NORMAL },
};

static const struct theme {
	const char		*name;
	const struct look	*looks;
	bool			 coloured;
} themes[] = {
	{ "terminal", terminal_looks, true },
	{ "mono", mono_looks, false },
	{ "contrast", contrast_looks, true },
};

#define NTHEMES	(sizeof(themes) / sizeof(themes[0]))

/* Static because curses' own colour pairs are one per process too. */
static const struct theme *present = &themes[1];

static const struct theme *
find(const char *name)
{
	for (size_t i = 0; i < NTHEMES; i++)
		if (name != NULL && strcmp(themes[i].name, name) == 0)
			return &themes[i];
	return NULL;
}

bool
theme_known(const char *name)
{
	return find(name) != NULL;
}

/*
 * A camera needs dark on light.  Where there are colours they are used for that
 * in every theme, because reverse is light on dark on a light terminal; of 256,
 * those that no palette of the first sixteen can change.
 */
static void
start_qr(void)
{
	bool many = COLORS >= 256;
	short dark = many ? 16 : COLOR_BLACK;
	short light = many ? 231 : COLORS >= 16 ? 15 : COLOR_WHITE;

	init_pair(STYLE_QR + 1, dark, light);
	init_pair(STYLE_QR_DARK + 1, light, dark);
}

void
theme_start(const char *name)
{
	const struct theme *wanted = find(name);
	const char *no_color = getenv("NO_COLOR");

	present = wanted != NULL ? wanted : &themes[0];
	/* https://no-color.org: set and not empty, whatever the value. */
	if ((no_color != NULL && no_color[0] != '\0') || !has_colors())
		present = find("mono");
	if (!has_colors())
		return;
	start_color();
	use_default_colors();
	start_qr();
	if (!present->coloured)
		return;
	for (int i = 0; i < STYLE_QR; i++)
		init_pair((short)(i + 1), present->looks[i].fg,
		    present->looks[i].bg);
	/* Its attributes are added to those of all text: bold black is grey. */
	wbkgdset(newscr, ' ' | COLOR_PAIR(STYLE_TEXT + 1));
}

void
theme_apply(enum style s)
{
	bool coloured = present->coloured || (s >= STYLE_QR && has_colors());

	wattr_set(newscr, coloured && s >= STYLE_QR ? A_NORMAL :
	    present->looks[s].attr, (short)(coloured ? s + 1 : 0), NULL);
}
