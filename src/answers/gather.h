/*
 * Getting the facts for an answer: from cards that were looked at already, from
 * services, files and the registry.  gather blocks: worker threads only; the
 * others do not.
 */
#ifndef ANSWERS_GATHER_H
#define ANSWERS_GATHER_H

#include "answers/answers.h"

/* Borrowed for the life of what is gathered, but for the world, which is copied. */
struct gather_from {
	const struct conf	*conf;
	const struct authorities *authorities;
	const struct card_world	*world;		/* NULL: cards were not looked at */
	const char		*reader;	/* card_key of the card; NULL: the first */
	const uint8_t		*cert;		/* SHA-256 of the one in question; NULL */
	const char		*order;		/* number, e-mail, NIP; NULL */
	const char		*path;		/* a file; NULL */
	const char		*text;		/* pasted instead; NULL */
	const char		*url;		/* to look the way for; NULL: the service */
	const char		*email;
	struct net		*net;		/* NULL: nothing is asked */
	struct order_service	*orders;	/* NULL */
	struct registry		*registry;	/* NULL */
	const char		*cache;		/* folder for lists; NULL: the usual */
	bool			 kiosk;
};

struct gathered;

struct gathered	*gathered_new(const struct gather_from *, int64_t now);
void		 gathered_free(struct gathered *);

/*
 * From other things now: of what was gathered, keep stays, the rest is not had
 * any more.  Not while a gather runs.
 */
void		 gathered_again(struct gathered *, const struct gather_from *,
		    unsigned keep, int64_t now);

/*
 * Get what is needed and not had yet.  What went wrong is a fact too; -1 only for
 * ERR_CANCELLED and the registry's.  step (may be NULL) is told of each link of
 * the way to a server as net_diagnose does.
 */
int		 gather(struct gathered *, unsigned needs,
		    const atomic_bool *cancel, diag_step_fn *step, void *arg,
		    struct err *);

/*
 * Time has gone by: all that was gathered stays, but for the status where another
 * certificate is meant now.  Not while a gather runs.
 */
void		 gathered_later(struct gathered *, int64_t now);

/* As they stand; valid until the next gather. */
const struct answer_facts *gathered_facts(const struct gathered *);

/* What it was made from. */
const struct gather_from *gathered_from(const struct gathered *);

#endif
