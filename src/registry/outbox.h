/*
 * What is to be sent to order services, on disk before it is sent: a link that is
 * to come again, a question.  What a person wrote is sealed under the registry's
 * key (seal.h), never in the file in clear, and wiped once it was sent or given
 * up.  The idempotency key is chosen once, so that what was sent twice has one
 * effect.  Errors as registry_open's; what writes is durable when it returns 0.
 */
#ifndef REGISTRY_OUTBOX_H
#define REGISTRY_OUTBOX_H

#include "base/buf.h"
#include "base/err.h"
#include "registry/registry.h"

#define OUTBOX_KEY_LEN	32		/* hex digits */
#define OUTBOX_WORD_MAX	24
#define OUTBOX_BODY_MAX	((size_t)64 << 10)
#define OUTBOX_DAYS	90		/* that a sent one's reference is kept */
#define OUTBOX_WAIT_DAYS 30		/* after which one is not sent any more */
#define OUTBOX_LEASE_MAX 600		/* seconds; a longer one binds nobody */
#define OUTBOX_LATER_MAX 86400		/* seconds that a try is put off at most */

/* Numbers stand in the file. */
enum outbox_state { OUTBOX_WAITING, OUTBOX_DONE, OUTBOX_REFUSED };

struct outbox_row {
	int64_t	 id, at, tried, next;	/* UTC seconds; 0 */
	int	 tries;
	char	 kind[OUTBOX_WORD_MAX + 1];	/* order/'s words */
	char	 key[OUTBOX_KEY_LEN + 1];	/* of idempotency */
	enum outbox_state state;
	char	*authority;
	char	*number;		/* of an order, or NULL */
	char	*what;			/* of a link, or NULL */
	char	*reference, *email;	/* what was answered, or NULL */
	int64_t	 answer_by;
	struct err err;			/* of the last try */
};

void	outbox_row_clear(struct outbox_row *);

/*
 * kind, authority, number, what, whom it is answered to (email) and a key that is
 * there already count; the rest is made.  Journalled.
 */
int	outbox_put(struct registry *, const struct outbox_row *,
	    struct span body, int64_t now, int64_t *id, struct err *);
/* The same for what went another way, on paper: nothing waits. */
int	outbox_note(struct registry *, const struct outbox_row *, int64_t now,
	    int64_t *id, struct err *);
int	outbox_key(char key[static OUTBOX_KEY_LEN + 1], struct err *);

/*
 * The first one that waits with this kind, authority, number and what: 1; 0 where
 * none does, -1.
 */
int	outbox_find(struct registry *, const struct outbox_row *, int64_t *id,
	    struct err *);
int	outbox_get(struct registry *, int64_t id, struct outbox_row *,
	    struct err *);		/* ERR_NOT_FOUND */
/* The body in clear, which the caller wipes; empty when there is none. */
int	outbox_body(struct registry *, int64_t id, struct buf *, struct err *);

/* Waiting ones, the next first; with done too, those after them. */
typedef int outbox_fn(const struct outbox_row *, void *arg);
int	outbox_each(struct registry *, bool done_too, outbox_fn *, void *arg,
	    struct err *);

/*
 * Ids that wait, are due and are leased by nobody else, soonest first.  What lies
 * further ahead than OUTBOX_LATER_MAX, and an hour for clocks that differ, was
 * written by one that ran ahead, and is due.
 */
int	outbox_due(struct registry *, const char *by, int64_t now,
	    int64_t *ids, size_t max, size_t *n, struct err *);
/* When the next one that waits is due and nobody else's; 0: none waits. */
int	outbox_next(struct registry *, const char *by, int64_t now, int64_t *,
	    struct err *);

/*
 * Only one desk sends: take it until a moment.  *got is false when another has
 * it or it waits no more.  What follows lets go of it again.
 */
int	outbox_lease(struct registry *, int64_t id, const char *by,
	    int64_t now, int64_t until, bool *got, struct err *);

/* A try that is to be made again, and why. */
int	outbox_failed(struct registry *, int64_t id, int64_t now, int64_t next,
	    const struct err *why, struct err *);

/* Not tried after all, and not before that moment. */
int	outbox_later(struct registry *, int64_t id, int64_t next, struct err *);

/* It has come to an end: the body is gone.  The row's answer counts. */
int	outbox_end(struct registry *, const struct outbox_row *, int64_t now,
	    struct err *);

/* Give up: 1; 0 when it was sent or is being sent now, -1. */
int	outbox_drop(struct registry *, int64_t id, int64_t now, struct err *);

/*
 * Ended ones older than OUTBOX_DAYS; dry: only count. n may be NULL.  One that
 * has waited OUTBOX_WAIT_DAYS is given up, and what was written in it is gone.
 */
int	outbox_retain(struct registry *, int64_t now, bool dry, int64_t *n,
	    struct err *);

#endif
