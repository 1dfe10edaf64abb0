/*
 * Which characters a Linux console can show: those of its font, 256 or 512 of
 * them, which the kernel tells.  Any thread; no state.
 */
#ifndef UI_VTFONT_H
#define UI_VTFONT_H

#include <stdbool.h>
#include <stdint.h>

struct vtfont;

/* NULL: no console, or one that does not tell.  Freed by vtfont_free. */
struct vtfont *vtfont_of(int fd);

/* Of NULL: everything. */
bool	vtfont_has(const struct vtfont *, uint32_t cp);

void	vtfont_free(struct vtfont *);	/* NULL is fine */

#endif
