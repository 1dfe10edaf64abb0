/*
 * The links of the chain, for its own files: each looks at one thing and tells
 * what it found.  One thread at a time.
 */
#ifndef ANSWERS_CHAIN_INSIDE_H
#define ANSWERS_CHAIN_INSIDE_H

#include "answers/chain.h"

struct chain_walk;

/* -1: what ends the whole run, ERR_CANCELLED or the registry's. */
typedef int	 link_fn(struct chain_walk *, struct err *);

struct chain_link {
	const char	*id;		/* in JSON and in the manual */
	const char	*title;		/* msgid */
	unsigned	 chains;	/* bit n: of enum chain_id n */
	unsigned	 needs;		/* NEED_*, had before it is looked at */
	bool		 asks;		/* looks at more than the facts */
	link_fn		*look;
};

struct chain_walk {
	enum chain_id		 id;
	struct gathered		*gathered;	/* NULL: the facts are all there is */
	const struct answer_facts *facts;
	const struct chain_told	*told;		/* or NULL */
	const atomic_bool	*cancel;
	chain_fn		*fn;
	void			*arg;
	struct chain_report	*report;
	const struct chain_link	*now;
	int64_t			 since;		/* when the present link began */
};

extern const struct chain_link chain_links[];
extern const size_t nchain_links;

/*
 * A finding of the present link.  turn is whose it is where something is wrong;
 * mend is "" where nothing needs doing.
 */
void	link_tell(struct chain_walk *, enum health, enum turn,
	    const char *mend, const char *, ...)
	    __attribute__((format(printf, 5, 6)));
/* The same for an error, in its own words. */
void	link_tell_err(struct chain_walk *, enum health, const struct err *);
/* One that is whole but for the link it is of. */
void	link_add(struct chain_walk *, const struct finding *);

/* Whether doctor asks, who looks at everything and everywhere. */
static inline bool
link_of_all(const struct chain_walk *w)
{
	return w->id == CHAIN_ALL;
}

/* The certificate in question, or NULL; a card, if it is at hand. */
const struct card_cert *link_cert(const struct chain_walk *);

/* What a link says of a card: its reader; its model; never what is printed on it. */
const char *link_place(const struct card *);
const char *link_model(const struct card *);

/* Each in its room's file. */
link_fn	link_settings, link_questions, link_authorities, link_channels,
	link_locale, link_told, link_clock, link_runtime, link_registry;
link_fn	link_helper, link_service, link_access, link_modules, link_readers,
	link_cards, link_held, link_known;
link_fn	link_pin, link_room, link_writing, link_validity, link_key, link_usage,
	link_address, link_issuer, link_status;
link_fn	link_network;
link_fn	link_kiosk_unit, link_kiosk_accounts, link_kiosk_folders,
	link_kiosk_consoles, link_kiosk_keys, link_kiosk_memory,
	link_kiosk_cards, link_kiosk_secrets, link_kiosk_ssh;

/* What its steps are called; how many. */
size_t	link_network_titles(const char **, size_t max);

#endif
