/*
 * A QR code (ISO/IEC 18004) as a square of dark and light modules, for who
 * draws them.  Any thread; libqrencode is loaded with the first.
 */
#ifndef REVOCATION_SQUARES_H
#define REVOCATION_SQUARES_H

#include <stdbool.h>
#include <stdint.h>

#define SQUARES_MARGIN	4	/* light modules around it, which it needs */

struct squares {
	int	 side;		/* modules, without the margin */
	uint8_t	*dark;		/* side * side of 0 and 1, by rows */
};

/* How much of a code may be damaged. */
enum squares_level { SQUARES_SCREEN, SQUARES_PAPER };

/*
 * Of capitals (A to Z, digits and a few signs), which take less room, and a text in
 * UTF-8 behind them; either may be "".  False for what no code has room for, and
 * where libqrencode is not installed; clear it either way.
 */
bool	squares_make(struct squares *, enum squares_level,
	    const char *capitals, const char *text);
void	squares_clear(struct squares *);
bool	squares_dark(const struct squares *, int row, int column);

#endif
