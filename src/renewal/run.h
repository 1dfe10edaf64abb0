/*
 * What carries a renewal on: looks at the card, the service and the journal, does
 * the next thing, writes it down, and so on until it is done or somebody has to
 * wait.  Blocking and linear, on a worker's thread; killed anywhere, another run
 * goes on from what is true on the card and at the service.
 */
#ifndef RENEWAL_RUN_H
#define RENEWAL_RUN_H

#include "card/hand.h"
#include "renewal/intake.h"
#include "renewal/way.h"

/* What for the PIN is asked; once each run unless the card was changed. */
enum renewal_pin { RENEWAL_PIN_KEY, RENEWAL_PIN_REQUEST, RENEWAL_PIN_WRITE,
	RENEWAL_PIN_REMOVE };

/* What is being done right now, for the screen. */
enum renewal_doing { DOING_LOOK, DOING_KEY, DOING_SIGN, DOING_SEND, DOING_ASK,
	DOING_WRITE, DOING_PROVE, DOING_REGISTER, DOING_REMOVE, DOING_WAIT_CARD };

/*
 * Whoever stands before it, on the run's own thread.  ask_pin blocks until it was
 * typed: 0 and a secret of the run's (NULL: the reader's pinpad), or -1 with
 * ERR_PIN_CANCELLED.  why is the error of the try before, or NULL.
 */
struct renewal_people {
	int	(*ask_pin)(void *arg, enum renewal_pin, const struct card *,
		    const struct token *, const struct err *why,
		    struct secret **, struct err *);
	/* The old one may go: 1 remove, 0 keep, -1 not now.  warn: its key decrypts. */
	int	(*ask_old)(void *arg, const struct card *, size_t old, bool warn);
	/* The request in words, before it is signed: 1 go on, 0 not. */
	int	(*ask_request)(void *arg, const struct card *,
		    const struct renewal_plan *, const struct cert *old);
	void	(*doing)(void *arg, enum renewal_doing);	/* may be NULL */
	void	(*changed)(void *arg, int64_t id);	/* journal went on; may be NULL */
	void	*arg;
};

struct renewal_run {
	struct registry	*registry;
	struct net	*net;
	struct order_service *orders;
	const struct authorities *authorities;
	const struct conf *conf;	/* to look before it: its times; NULL */
	struct card_hand *hand;
	const struct renewal_people *people;
	const char	*by;		/* lease */
	/*
	 * A certificate from a file or pasted; empty.  Before there is a request
	 * it is for a key that waits on the card, made elsewhere.
	 */
	struct span	 brought;
	bool		 alone;		/* nobody is there: no card is waited for */
	bool		 dry;		/* write nothing to the card, send nothing */
	const atomic_bool *cancel;
};

enum renewal_end {
	RENEWAL_END_DONE,
	RENEWAL_END_WAIT,	/* for the authority */
	RENEWAL_END_CARD,	/* for the card */
	RENEWAL_END_PERSON,	/* a PIN or a decision was not given; a file is to be carried */
	RENEWAL_END_STOPPED,
	RENEWAL_END_FAILED	/* err; may be run again */
};

/*
 * -1 only where the registry fails; the rest is *end and err.  *next: when it is
 * to be run again by itself, however it ended; 0: not before somebody asks.
 */
int	renewal_run(const struct renewal_run *, int64_t id, enum renewal_end *,
	    int64_t *next, struct err *);

#endif
