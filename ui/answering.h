/*
 * What answers are made of, got for the desk: on a thread of its own with its
 * own way out and registry handle, one need after another.  What changes (a card,
 * an order, the login for a proxy) is got again, the rest stays.  The checks
 * themselves run here, on what is known at the moment.  UI thread only.
 */
#ifndef UI_ANSWERING_H
#define UI_ANSWERING_H

#include "answers/chain.h"
#include "answers/questions.h"
#include "ui/panel.h"
#include "ui/setup.h"

struct answering;

/* changed: there is something new to draw. */
struct answering *answering_new(struct desk *, void (*changed)(void *arg),
		    void *arg);
void		 answering_free(struct answering *);	/* cancels; NULL is fine */

/* NULL while the list is read; mistakes in it are okienko doctor's to tell. */
const struct questions *answering_questions(const struct answering *);

/* What else it is about; copied, NULL or "" for nothing. */
enum answering_what { ABOUT_ORDER, ABOUT_EMAIL, ABOUT_FILE, ABOUT_TEXT,
	ABOUT_COUNT };
void		 answering_tell(struct answering *, enum answering_what,
		    const char *);
const char	*answering_told(const struct answering *, enum answering_what);
/* The certificate in question, by its SHA-256; NULL: none before others. */
void		 answering_cert(struct answering *, const uint8_t *sha256);

/* Get these, unless they are had; until answering_rest. */
void		 answering_want(struct answering *, unsigned needs);
/* What is had of these is not so any more. */
void		 answering_outdated(struct answering *, unsigned needs);
/* A minute has passed: what is shown goes by the clock of now. */
void		 answering_later(struct answering *);
/* Get these anew. */
void		 answering_again(struct answering *, unsigned needs);
/* Nobody looks any more: what runs is given up, what was typed is forgotten. */
void		 answering_rest(struct answering *);
/* Cards have come or gone, or the one in the tab is another. */
void		 answering_cards(struct answering *);

/* NEED_* still to come; and what is looked at, in words, "" for nothing. */
unsigned	 answering_waits(const struct answering *);
const char	*answering_doing(const struct answering *, char *, size_t);

/*
 * The answer to a question by what is known; NULL where it has no check or
 * nothing is known yet.  Until the next call.
 */
const struct answer *answering_answer(struct answering *,
		    const struct question *);

/* What is known; NULL while something is being got. */
const struct answer_facts *answering_facts(const struct answering *);

/*
 * The authority and the order in question, and the order of a number: NULL for
 * none.  While something is being got, those that the shown answers were made of.
 * Until something is asked for or told.
 */
const struct authority *answering_authority(const struct answering *);
const struct order_found *answering_order(const struct answering *);
const struct order_found *answering_order_of(const struct answering *,
		    const char *number);

/* --- chains ---------------------------------------------------------------- */

/*
 * To the panel, if it is still there, with the round it was begun with: what one
 * that was given up has found may still be on its way.
 */
struct answering_chain {
	/* A link that is looked at (its title, a msgid), and what was found. */
	void	 (*begins)(struct panel *, unsigned round, const char *title);
	void	 (*found)(struct panel *, unsigned round,
		    const struct finding *);
	/* The end: the report is the panel's to keep; or why there is none. */
	void	 (*ended)(struct panel *, struct chain_report *,
		    const struct err *);
};

/* From the beginning, everything looked at anew; a number to cancel it by. */
unsigned	 answering_chain(struct answering *, struct panel *,
		    enum chain_id, unsigned round,
		    const struct answering_chain *);
void		 answering_cancel(struct answering *, unsigned id); /* 0 is fine */

#endif
