/*
 * The questions of a revocation as they are drawn: the certificate in sight, the
 * question, what can be chosen, what comes of it.  Kept apart from the view,
 * which knows where answers go.  UI thread only.
 */
#ifndef UI_REVOKEPAGE_H
#define UI_REVOKEPAGE_H

#include "ui/draw.h"
#include "ui/field.h"
#include "ui/revoke.h"

/* Everything is the view's, borrowed for the call. */
struct revokepage {
	struct revoke_about	 about;
	const char		*model;		/* of the card in the reader, or NULL */
	const char		*number;	/* the case's; NULL: not begun */
	enum revoke_stage	 stage;
	int			 at;		/* the choice; -1: none yet */
	const struct field	*field;
	bool			 waiting, loaded, resumed;
	const struct err	*err;
};

void	revokepage_draw(const struct revokepage *, const struct rect *,
	    bool focused);

#endif
