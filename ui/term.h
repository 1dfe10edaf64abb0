/*
 * The terminal: taken, given back whatever happens, and read.  One per process,
 * because a process has one screen; UI thread only.
 */
#ifndef UI_TERM_H
#define UI_TERM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "ui/input.h"

/* Smaller than this nothing can be said on a screen. */
#define TERM_MIN_ROWS	5
#define TERM_MIN_COLS	20

/*
 * Take over standard input and output: alternate screen, raw keys, no flow
 * control.  ERR_TERMINAL if they are no terminal, or one that cannot place its
 * cursor, or far too small.
 */
int	term_start(bool mouse, struct err *);

/* Give it back as it was; any number of times, also when never started. */
void	term_end(void);

/*
 * Now, and whenever it is given back, however that comes: no line of it stays,
 * nor of what has scrolled away.
 */
void	term_wipe(void);

/* Give it back, stop as job control asks, and take it again when continued. */
void	term_suspend(void);

/* Take the terminal's present size; true if it changed. */
bool	term_resize(void);

/* Whether it can show that: a console has a font of few characters. */
bool	term_has(uint32_t cp);

/* What curses has drawn goes to the terminal, in one piece. */
void	term_update(void);

/* Draw everything anew at the next frame, whatever others wrote meanwhile. */
void	term_redraw(void);

/* The descriptor to wait on, and one input; false when there is none waiting. */
int	term_fd(void);
bool	term_read(struct input *);

/*
 * True when the other end of the terminal has been closed, or somebody else has
 * taken it for good.  Asked when it was ready to read, or after a frame.
 */
bool	term_gone(void);
bool	term_lost(void);	/* the same, by what was written alone */

#endif
