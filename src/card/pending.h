/*
 * Requests that wait for their answer: each is answered exactly once, by the
 * helper, by its deadline or by the helper's end.  Private to the desk's door;
 * its thread, its loop.
 */
#ifndef CARD_PENDING_H
#define CARD_PENDING_H

#include "base/loop.h"
#include "card/client.h"
#include "card/proto.h"

struct pending;

/* late is called when a deadline passed, after that request was answered. */
struct pending	*pending_new(struct loop *, void (*late)(void *), void *arg);
void		 pending_free(struct pending *, const struct err *);

/* Its id, never 0.  When there are too many, the oldest is cancelled. */
uint64_t	 pending_add(struct pending *, int64_t ms, card_answer_fn *,
		    void *arg);
uint64_t	 pending_add_sign(struct pending *, int64_t ms,
		    card_signed_fn *, void *arg);
uint64_t	 pending_add_change(struct pending *, int64_t ms,
		    card_change_fn *, void *arg);

/* Answer one; an id that is not waited for does nothing. */
void		 pending_answer(struct pending *, const struct proto_answer *);

/* Answer all with this, from the loop and not from in here. */
void		 pending_fail(struct pending *, const struct err *);

#endif
