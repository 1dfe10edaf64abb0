/*
 * The inside of answering, shared by answering*.c and nobody else.
 */
#ifndef UI_ANSWERING_STATE_H
#define UI_ANSWERING_STATE_H

#include "base/relay.h"
#include "base/worker.h"
#include "ui/answering.h"
#include "ui/desk.h"

/* The strings that a gather_from points to. */
struct answering_about {
	char		*what[ABOUT_COUNT];	/* or NULL */
	uint8_t		 sha256[32];
	bool		 cert;
};

struct said {
	bool		 asked;		/* somebody shows it */
	struct answer	*answer;	/* NULL: none yet */
	char		 language[3];	/* that it was said in */
};

/* Of the answers that are shown, while the facts are the thread's. */
struct answering_kept {
	const struct authority	*authority;
	struct order_found	*orders;	/* copies */
	size_t			 n, at;		/* the one in question; SIZE_MAX */
};

struct answering {
	struct desk		*desk;
	const struct setup	*setup;
	void			(*changed)(void *);
	void			*arg;
	struct worker		*worker;
	struct relay		*relay;
	/* The thread's own once it runs. */
	const char		*path;		/* of the registry */
	const char		*cache;		/* for lists; NULL: the usual */
	struct net		*net;
	struct registry		*registry;
	struct order_service	*service;
	/* The list. */
	struct questions	 questions;
	bool			 have_list;
	struct said		*said;		/* beside each */
	/* What it is about now, and what the facts were got for. */
	struct answering_about	 about, given;
	char			 reader[CARD_KEY_MAX];
	struct gathered		*gathered;
	struct answering_kept	 kept;
	unsigned		 wanted, had;	/* NEED_* */
	unsigned		 tried;		/* whatever came of it */
	unsigned		 stale;		/* to be forgotten */
	int64_t			 asked_at;	/* others than the card, last */
	unsigned		 job;		/* that gathers, or 0 */
	unsigned		 getting;	/* NEED_* of it */
	bool			 looking;	/* at the way: */
	enum diag_step		 step;		/* this has ended last */
	bool			 closing;
};

/* From what is at hand now; strings are those of about. */
struct gather_from answering_from(struct answering *,
		    const struct answering_about *, char *reader);

/* On the thread: what it works with, opened when first wanted. */
void	answering_open(struct answering *);

/* What the thread's news are; each kind is told by its own file. */
struct answering_news {
	struct relay_item	 item;
	void			(*tell)(struct answering *,
				    struct answering_news *);
};

void	answering_about_copy(struct answering_about *,
	    const struct answering_about *);
void	answering_about_clear(struct answering_about *);

/* Before the facts become the thread's; and when it is about something else. */
void	answering_keep(struct answering *);
void	answering_kept_clear(struct answering_kept *);

#endif
