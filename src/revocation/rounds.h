/*
 * The outbox and the round of questions: sends what is queued, asks for the
 * status of what is sent, again and again with growing pauses, until proof is
 * there.  Everything it goes by stands in the registry, so it may be killed at
 * any point, and several desks may run it on one registry: a lease keeps them
 * apart.
 */
#ifndef REVOCATION_ROUNDS_H
#define REVOCATION_ROUNDS_H

#include "base/authority.h"
#include "base/loop.h"
#include "card/client.h"
#include "net/net.h"
#include "revocation/channel.h"
#include "revocation/status.h"

#define ROUNDS_LEASE	120	/* seconds one desk has a case for */
#define ROUNDS_FIRST	5	/* seconds to the first question after sending */
#define ROUNDS_MAX	3600	/* seconds between tries at the most */

/* Blocking, for the command line and for a worker: one pass over what is due. */
struct rounds_options {
	const struct authorities *authorities;
	const char	*by;		/* lease: host, process */
	/*
	 * One case that somebody asks for: due or not, and sent again even if
	 * it was refused.  0: all that are due.
	 */
	int64_t		 only;
	const struct secret *password;	/* for that one */
	const char	*password_ref;
	struct officer_signer *signer;	/* for that one; NULL: no officer's card */
	const atomic_bool *cancel;
	/*
	 * Set while something more urgent waits: questions are broken off and
	 * come later, what is being sent is not.  NULL: nothing ever does.
	 */
	const atomic_bool *yield;
	/* After each case that changed; may be NULL. */
	void		(*changed)(int64_t id, void *arg);
	void		*arg;
};

/*
 * 0 and *next, when to come again (0: nothing waits), of the one that somebody
 * asks for if there is one; -1 when the registry fails.  What goes wrong with one
 * case is an event of that case and no error; one whose events are damaged is
 * logged, put off and passed over, and an error only if it is the one that
 * somebody asks for.  ERR_CASE_MOVED, and nothing is done, when another has that
 * one and a password or a card came with it.
 */
int	rounds_run(struct registry *, struct net *, const struct rounds_options *,
	    int64_t now, int64_t *next, struct err *);

/* When to try again after so many tries: growing, jittered by the case's uid. */
int64_t	rounds_pause(int tries, const char *uid);

/* --- for a program with a loop: a thread of its own ------------------------------ */

struct rounds;

struct rounds_view {
	struct cases_count count;
	bool		 busy;
	struct err	 err;		/* the registry's, or ERR_NONE */
};

struct rounds	*rounds_new(struct loop *, const char *registry_path,
		    const char *point, const struct net_options *,
		    const struct authorities *, void (*changed)(void *arg),
		    void *arg);
void		 rounds_free(struct rounds *);
/* Somebody else may have begun one: look at what is due, in its turn. */
void		 rounds_look(struct rounds *);
/* Now: a case has changed, the network is back, or somebody asks for this one. */
void		 rounds_kick(struct rounds *, int64_t only, struct secret *password,
		    const char *password_ref);
/*
 * Send this one, signed by the officer's card: the PIN was typed for this token,
 * is consumed and used once; NULL: entry on the reader's own pinpad.
 */
void		 rounds_kick_card(struct rounds *, int64_t only,
		    struct card_client *, const char *reader,
		    const struct token *, struct secret *pin);
/*
 * Where the card is whose PIN to ask for: the one with the certificate that the
 * authority's file named at the start.  NULL: in no reader.
 */
const struct card *rounds_officer_card(const struct rounds *,
		    const struct authority *, const struct card_world *,
		    const struct token **);
const struct rounds_view *rounds_view(const struct rounds *);
/*
 * True once where the password or the card that came with this case was not
 * used, since another has it.
 */
bool		 rounds_take_unused(struct rounds *, int64_t id);

#endif
