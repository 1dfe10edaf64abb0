/*
 * The cards that are in their readers and the registry: each is remembered when
 * it has been read, and what was remembered of it before is had at once when it
 * comes.  Everything goes through the registry's service; nothing here waits.
 * UI thread only.
 */
#ifndef UI_SEEN_H
#define UI_SEEN_H

#include "card/card.h"
#include "registry/remembered.h"
#include "registry/service.h"

enum seen_state {
	SEEN_NOT_YET,		/* it is still being read, or written down */
	SEEN_KEPT,
	SEEN_FAILED,		/* err says why */
	SEEN_NAMELESS,		/* no serial number to know it again by */
	SEEN_OFF		/* the settings say to remember nothing */
};

/* What is known of one card that is in. */
struct seen_view {
	enum seen_state		 state;
	struct err		 err;
	struct seen_change	 change;	/* with SEEN_KEPT */
	int64_t			 at;		/* when it was kept */
	const struct remembered	*before;	/* as it was last time, or NULL */
};

struct seen;

struct seen	*seen_new(struct service *, bool remember);
void		 seen_free(struct seen *);

/* The world changed: ask for what came, keep what has been read. */
void		 seen_changed(struct seen *, const struct card_world *);

/* NULL for a card that was not in the last world. */
const struct seen_view	*seen_card(const struct seen *, const struct card *);

#endif
