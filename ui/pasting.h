/*
 * A certificate that is pasted where nothing is typed: kept with its lines until
 * all of it is there, then looked at.  What is none, or too much, is told and
 * wiped; so is a private key, before the rest of it is read.  UI thread only.
 */
#ifndef UI_PASTING_H
#define UI_PASTING_H

#include "base/buf.h"
#include "base/err.h"
#include "ui/input.h"

struct pasting {
	struct buf	 text;
	bool		 open;		/* more is to come */
	bool		 refused;	/* and is passed by */
};

void	pasting_init(struct pasting *);
void	pasting_clear(struct pasting *);	/* wipes; ready for use again */

/*
 * True if the input was of a paste.  A new paste takes the place of the one
 * before, and of *err; then ERR_PRIVATE_KEY, ERR_TOO_BIG, what cert_file_parse
 * says.
 */
bool	pasting_input(struct pasting *, const struct input *, struct err *);

/* All of it is there, and holds a certificate. */
bool	pasting_has(const struct pasting *);
void	pasting_take(struct pasting *, struct buf *to);	/* cleared before */

#endif
