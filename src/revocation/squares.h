/*
 * A QR code (ISO/IEC 18004) as a square of dark and light modules, for who
 * draws them.  Any thread; no state.
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

/* False for a text that no code has room for; clear it either way. */
bool	squares_make(struct squares *, const char *text);
void	squares_clear(struct squares *);
bool	squares_dark(const struct squares *, int row, int column);

#endif
