/*
 * One module process as the supervisor sees it: started, spoken to, timed,
 * killed and started again with back-off.  At most one request is with it at a
 * time; silence for longer than its patience is a hang.  Supervisor's thread.
 */
#ifndef CARD_CHILD_H
#define CARD_CHILD_H

#include "base/loop.h"
#include "base/secret.h"
#include "card/card.h"
#include "card/proto.h"

struct child;

struct child_options {
	struct loop	*loop;
	const char	*program;	/* okienko-card */
	const char	*conf;		/* for its --conf, or NULL */
	const char	*log_level;	/* for its --log */
	int64_t		 patience_ms;	/* of silence while it is asked something */
	/* What it is, if it can run at all, has changed. */
	void		(*changed)(struct child *, void *arg);
	/* It shows a card, in answer to what it was asked last. */
	void		(*card)(struct child *, struct card *, void *arg);
	/*
	 * It has answered, or ended instead (then without an event): asked
	 * again, it may be, from here.
	 */
	void		(*answer)(struct child *, const struct err *,
			    const struct proto_event *, void *arg);
	void		*arg;
};

/* name and path are copied; err (ERR_NONE: none) says it cannot be started. */
struct child	*child_new(const struct child_options *, size_t index,
		    const char *name, const char *path, const struct err *);

/* Closes its socket; it is killed if it has not ended after that. */
void		 child_stop(struct child *);
void		 child_free(struct child *);

size_t		 child_index(const struct child *);
const struct module_view *child_view(const struct child *);

/* Its process, or -1. */
int		 child_pid(const struct child *);

/* True when it can be asked something now; when it is being asked something. */
bool		 child_idle(const struct child *);
bool		 child_busy(const struct child *);

/*
 * True while it starts, unless it failed the last time: it may do so again for
 * ever, and nobody waits for it.
 */
bool		 child_expected(const struct child *);

/*
 * Hand it a request, and its secret (consumed; or NULL).  Only while idle.
 * patience_ms of 0 is the usual one.
 */
void		 child_ask(struct child *, const struct proto_request *,
		    struct secret *, int64_t patience_ms);

/* Tell it something that wants no answer.  Only while idle. */
void		 child_tell(struct child *, const struct proto_request *);

/* Call for every child when SIGCHLD came. */
void		 child_reap(struct child *);

/* Start it now if it has stopped, whatever the reason. */
void		 child_restart(struct child *);

/* End it and start it afresh: what it is connected to has changed. */
void		 child_renew(struct child *);

#endif
