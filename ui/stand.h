/*
 * Where an agent stood when the line was cut, and what had been typed there: a
 * file of the account's own beside the registry (0600), until it is offered to
 * whoever logs in again, a day at most.  Any thread.
 *
 * Which fields are kept, by a view's stands (desk_stand.c has the list):
 *	the search, what an order is looked for by, a serial number typed by hand,
 *	the text of a question: they cost work, and are nobody's secret.  A PESEL
 *	in the text is hidden; a line with one in it is not kept at all;
 *	a revocation's answers: they are a draft in the registry; its number is.
 * Never: a PIN, a password, a proxy's login, a link of a mail (it opens an order),
 * who asks a question and how they are reached, a reason or a name of the
 * privacy box, the last digits that make sure, the name of a file.
 */
#ifndef UI_STAND_H
#define UI_STAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define STAND_MAX	4300	/* bytes, the final NUL included */
#define STAND_KEPT	(24 * 60 * 60)	/* seconds */

struct stand {
	char	view[32];		/* its name in panel_ops */
	char	text[STAND_MAX];	/* what opens it again; may have lines */
};

/* The file for this account, beside that registry; the caller's to free. */
char	*stand_path(const char *registry);

int	 stand_save(const char *path, const struct stand *, struct err *);
/* Once: the file is gone then.  False: there is none to trust. */
bool	 stand_take(const char *path, int64_t now, struct stand *);

/* Those that nobody came back for, of any account beside that registry. */
void	 stand_sweep(const char *registry, int64_t now);

/* A PESEL becomes stars, in place; true if there was one. */
bool	 stand_hide(char *text);

#endif
