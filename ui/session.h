/*
 * The card process for the time of one command: a loop of its own, the card
 * client in it, and the signals that end the command.  One at a time.
 */
#ifndef UI_SESSION_H
#define UI_SESSION_H

#include "base/loop.h"
#include "card/client.h"
#include "ui/longwork.h"
#include "ui/verb.h"

struct session;

/* Called whenever the world has changed. */
typedef void session_changed_fn(const struct card_world *, void *arg);

struct session	*session_open(const struct cmd *, session_changed_fn *,
		    void *arg);

/* Ends the card process too, and lets signals through again; NULL is fine. */
void		 session_close(struct session *);

/*
 * Run until every card has been read or has failed: 0.  -1 and ERR_TIMEOUT
 * after so many seconds, ERR_CANCELLED after a signal (session_signal).  With 0
 * seconds: run until a signal or session_stop.
 */
int		 session_run(struct session *, long seconds, struct err *);

/* End session_run from within the callback. */
void		 session_stop(struct session *);

/*
 * As longwork, in this session's loop (and as little after a signal): the work may wait for what the loop asks
 * the cards.  Shake gets it out of that once cancel is set, with its own arg.
 */
int		 session_work(struct session *, longwork_fn *, void *arg,
		    void (*shake)(void *), void *shake_arg, struct err *);

struct loop	*session_loop(struct session *);
struct card_client *session_client(struct session *);

int		 session_signal(const struct session *);	/* 0 for none */
/* It, for the command; none takes nothing back of what the command had before. */
void		 session_note_signal(const struct session *, struct cmd *);
const struct card_world *session_world(const struct session *);

#endif
