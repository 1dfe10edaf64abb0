/*
 * The staff's certificates, out of the files that the administrator named, and
 * the cards that have them.  UI thread only.
 */
#ifndef UI_STAFF_H
#define UI_STAFF_H

#include "base/conf.h"
#include "card/card.h"
#include "cert/spans.h"

struct staff;

/*
 * Reads the files of [kiosk] staff once.  One that cannot be read, or that
 * somebody else could have put there (trust_beside), is logged, and nobody's.
 */
struct staff	*staff_new(const struct conf *);
void		 staff_free(struct staff *);	/* NULL is fine */

/* A certificate of the staff that is valid now, on a card. */
struct staff_card {
	const struct token	*token;
	const char		*key;		/* CKA_ID of its key */
	enum card_sign_by	 by;
	struct span		 der;		/* as the file has it */
};
bool		 staff_find(const struct staff *, const struct card *,
		    int64_t now, struct staff_card *);

#endif
