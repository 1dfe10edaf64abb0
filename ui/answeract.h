/*
 * What an answer's steps do: each opens what the desk has for it, or asks the one
 * line that the answer lacks.  UI thread only.
 */
#ifndef UI_ANSWERACT_H
#define UI_ANSWERACT_H

#include "ui/answering.h"
#include "ui/mode.h"

/* Whether a mode has what a step does; one that nobody put there it has not. */
bool	answeract_has(enum answer_action, enum mode);

/* For a panel that shows an answer. */
void	answeract_do(struct panel *, struct answering *,
	    const struct answer_step *);

/* Ask for what it is about: an order, an address, a file, a pasted text. */
void	answeract_ask(struct panel *, enum answering_what);

#endif
