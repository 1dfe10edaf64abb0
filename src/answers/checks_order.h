/*
 * For the checks that ask where an order stands.  No state; the thread that owns
 * the facts, in the present language.
 */
#ifndef ANSWERS_CHECKS_ORDER_H
#define ANSWERS_CHECKS_ORDER_H

#include "answers/checks.h"

/* The order in question with what it means beside the card at hand. */
struct check_order {
	const struct order *o;		/* NULL: none */
	struct order_meaning m;
};

/*
 * False, and the answer says why and what to do, where there is no order to speak
 * of: none was typed, nobody knows it, nobody could be asked, it is several.
 */
bool	check_order_of(const struct answer_facts *, struct answer *,
	    struct check_order *);

/* The order at hand, if there is one, without a word. */
bool	check_order_quiet(const struct answer_facts *, struct check_order *);

/* "order": where it stands, whose turn, as of when; and what lacks. */
void	check_saw_order(const struct answer_facts *, const struct check_order *,
	    struct answer *);

/* "order": why there is none: not typed, unknown, several, nobody asked. */
void	check_saw_no_order(const struct answer_facts *, struct answer *);

/* In why: what is next, by when. */
void	check_why_next(const struct check_order *, struct answer *);

/*
 * True, and the answer says so, where the order has ended another way: cancelled,
 * lapsed, rejected, or a state that is not known here.
 */
bool	check_order_over(const struct check_order *, struct answer *);

/*
 * True, and the answer says so, where another card or person was meant; all
 * differences are looked at.
 */
bool	check_order_misfits(const struct check_order *, struct answer *);

/*
 * True, and the answer says so, where nothing can come onto the card at hand by
 * the software that is here: then nothing is offered that would end there.
 */
bool	check_order_unwritable(const struct answer_facts *,
	    const struct check_order *, struct answer *);

/* An order on its way to the state: placed, unconfirmed and so on; how far. */
void	check_say_waits(const struct check_order *, struct answer *);

/* The order's link of this kind ("request", "collect"), or NULL. */
const struct order_link *check_order_link(const struct check_order *,
	    const char *what);
/* Say what is known of it; and have it sent again if it no longer works. */
void	check_saw_link(const struct answer_facts *, const struct check_order *,
	    const struct order_link *, struct answer *);

/* The way to the service, where it was looked at and is broken: looked and a step. */
bool	check_saw_broken_way(const struct answer_facts *, struct answer *);
/* The same at the end of what can be done here: then it cannot, not yet. */
void	check_wants_way(const struct answer_facts *, struct answer *);

#endif
