/*
 * A person's visit to a kiosk.  It begins with the first key or card, and is
 * over when the person says so, touches nothing for a while, or takes the card
 * out; a visit of the staff is over when their card leaves.  Whoever is over is
 * gone: the process ends, and the launcher begins another one.  UI thread only.
 */
#ifndef UI_VISIT_H
#define UI_VISIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/loop.h"
#include "card/card.h"
#include "ui/desk.h"
#include "ui/input.h"

struct visit;

/* Nobody is here yet.  over is called once, from an input or from the loop. */
struct visit	*visit_new(struct desk *, struct loop *,
		    void (*over)(struct desk *));
void		 visit_free(struct visit *);	/* NULL is fine */

/* Something was pressed; true: it was for the visit, and for nobody else. */
bool		 visit_input(struct visit *, const struct input *);

/* The cards changed. */
void		 visit_cards(struct visit *);

/* Whether somebody is here, of whom something could be left. */
bool		 visit_runs(const struct visit *);
void		 visit_end(struct visit *);

/* The person leaves something here; false: they have left so many already. */
bool		 visit_leaves(struct visit *, unsigned most);

/* From now on it is the staff's, as long as this card stays where it is. */
void		 visit_of_staff(struct visit *, const struct card *);

/* "ends in 58 s"; "" where nobody is here.  soon: it wants to be read. */
const char	*visit_words(const struct visit *, bool *soon, char *buf,
		    size_t);

#endif
