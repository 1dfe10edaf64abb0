/*
 * What a person did, free of curses: a character, a named key, or the mouse.
 * UI thread only; plain records.
 */
#ifndef UI_INPUT_H
#define UI_INPUT_H

#include <stdbool.h>
#include <stdint.h>

enum input_kind {
	INPUT_NONE,
	INPUT_CHAR,		/* ch */
	INPUT_BREAK,		/* the end of a line, or a tab, in pasted text */
	INPUT_PASTE,		/* begins, pasted, or has ended */
	INPUT_KEY,		/* key */
	INPUT_CLICK,		/* y, x of the screen */
	INPUT_WHEEL,		/* wheel: -3 up, 3 down; y, x */
	INPUT_RESIZE,
	INPUT_END		/* the terminal has gone */
};

enum ui_key {
	UK_NONE,
	UK_UP, UK_DOWN, UK_LEFT, UK_RIGHT,
	UK_HOME, UK_END, UK_PAGE_UP, UK_PAGE_DOWN,
	UK_ENTER, UK_ESC, UK_TAB, UK_BACKTAB,
	UK_BACKSPACE, UK_DELETE, UK_KILL_LINE,
	UK_REDRAW, UK_SUSPEND, UK_INTERRUPT,
	UK_F1, UK_F2, UK_F3, UK_F4, UK_F5, UK_F6,
	UK_F7, UK_F8, UK_F9, UK_F10, UK_F11, UK_F12
};

struct input {
	enum input_kind	 kind;
	enum ui_key	 key;
	uint32_t	 ch;
	bool		 pasted;	/* came in one piece with others */
	int		 y, x;
	int		 wheel;
};

#endif
