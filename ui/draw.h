/*
 * Everything that puts characters on the screen goes through here.  Text is
 * UTF-8 and may come from anywhere: text_safe is applied to all of it, it is
 * cut to where it may stand, and characters that this terminal's charset lacks
 * get their plain look.  Nothing reaches the terminal before draw_end, and then
 * only what differs from what stands there.  UI thread only.
 */
#ifndef UI_DRAW_H
#define UI_DRAW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "ui/theme.h"

struct rect {
	int	y, x, h, w;
};

/* The rectangle inside a frame; never negative. */
struct rect	rect_inside(struct rect);
bool		rect_has(const struct rect *, int y, int x);

/* Start with an empty picture; finish and send what changed. */
void	draw_begin(void);
void	draw_end(void);
struct rect draw_screen(void);

/*
 * Write into a rectangle at its row and column, in at most width columns (0:
 * to its edge); what does not fit ends in an ellipsis.  Returns the columns
 * used.  Outside the rectangle nothing happens.
 */
int	draw_text(const struct rect *, int row, int col, int width, enum style,
	    const char *);
int	draw_textf(const struct rect *, int row, int col, int width, enum style,
	    const char *, ...) __attribute__((format(printf, 6, 7)));

/* The same, ending at the rectangle's right edge, minus margin columns. */
int	draw_text_right(const struct rect *, int row, int margin, enum style,
	    const char *);

/* The bare door for text that was made safe already. */
int	draw_safe(const struct rect *, int row, int col, int width, enum style,
	    const struct safe_text *);

/* Columns that draw_text would take without a bound. */
int	draw_width(const char *);

/* Paint width columns (0: to the edge) of a row with spaces. */
void	draw_fill(const struct rect *, int row, int col, int width, enum style);

/*
 * One character that the charset has, side by side or one under the other:
 * what a frame is made of, so without the way that texts go.
 */
struct extent {
	int h, w;
};
void	draw_rule(const struct rect *, int row, int col, struct extent,
	    enum style, const char *);

/* A frame with a title at the left and a word at the right (either NULL). */
void	draw_frame(const struct rect *, const char *title, const char *corner,
	    bool focused);

/* The same without words and focus, in a style: a key of a keyboard. */
void	draw_box(const struct rect *, enum style);

/*
 * Words, as many as there are, folded into lines: calls put for each line of at
 * most width columns and returns how many there were.
 */
typedef void draw_line_fn(void *arg, int line, const char *);
int	draw_wrap(const char *, int width, draw_line_fn *, void *arg);

/* How many lines that would be. */
int	draw_lines(const char *, int width);

/* Draws folded words from row on, at most rows lines; returns the lines used. */
int	draw_paragraph(const struct rect *, int row, int col, int rows, enum style,
	    const char *);

/* Where the terminal's own cursor rests after this frame (braille follows it). */
void	draw_cursor(const struct rect *, int row, int col);

/* Signs that have a plain look where the charset lacks them. Static. */
enum glyph {
	GLYPH_YES, GLYPH_NO, GLYPH_MAYBE, GLYPH_UNKNOWN,
	GLYPH_CARD, GLYPH_NO_CARD, GLYPH_SELECTED,
	GLYPH_FULL, GLYPH_EMPTY,		/* of a gauge */
	GLYPH_LINE, GLYPH_LINE_START, GLYPH_LINE_MARK, GLYPH_LINE_END,
	GLYPH_TODAY, GLYPH_WINDOW,
	GLYPH_DOT, GLYPH_DOT_HALF, GLYPH_DOT_HOLLOW, GLYPH_UP, GLYPH_DOWN, GLYPH_BULLET,
	GLYPH_COUNT
};

const char	*draw_glyph(enum glyph);

/* True when this terminal's charset has the character. */
bool		 draw_can(uint32_t cp);

#endif
