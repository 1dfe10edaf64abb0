/*
 * How each kind of text looks: the terminal's own sixteen colours, none at all,
 * or as much contrast as there is.  Colour only repeats what words say, so
 * every theme is complete.  UI thread only.
 */
#ifndef UI_THEME_H
#define UI_THEME_H

#include <stdbool.h>

enum style {
	STYLE_TEXT,
	STYLE_STRONG,		/* the sentence that answers the question */
	STYLE_DIM,		/* how a thing is known, labels */
	STYLE_GOOD, STYLE_WARN, STYLE_BAD,
	STYLE_FRAME,
	STYLE_FRAME_FOCUS,	/* the frame that has the keys */
	STYLE_TITLE, STYLE_TITLE_FOCUS,
	STYLE_HEADING,		/* above a part of a page */
	STYLE_SELECTED,		/* the row under the cursor */
	STYLE_SELECTED_IDLE,	/* the same in a panel without the keys */
	STYLE_TOP,		/* the first line of the screen */
	STYLE_TOP_ALERT,	/* what cannot wait, on it */
	STYLE_KEY,		/* a key's name in the bar */
	STYLE_KEY_LABEL,	/* what it does */
	STYLE_FIELD,		/* where something can be typed */
	STYLE_QR,		/* dark on light, whatever the terminal's own */
	STYLE_QR_DARK,		/* ground as dark as STYLE_QR's is light */
	STYLE_COUNT
};

/* True for a name that theme_start takes: "terminal", "mono", "contrast". */
bool	theme_known(const char *name);

/*
 * Choose for a terminal that has just been started: mono when it has no
 * colours or NO_COLOR is set, else the one named.
 */
void	theme_start(const char *name);

/* Make everything drawn from now on look like this (for draw.c). */
void	theme_apply(enum style);

#endif
