/*
 * The desk's only door to cards: starts okienko-card, or connects to one that is
 * a service of its own, keeps a copy of what it reports, and starts it anew with
 * back-off when it dies, sticks or talks nonsense.
 * UI thread only; lives in the given loop; nothing here blocks.
 */
#ifndef CARD_CLIENT_H
#define CARD_CLIENT_H

#include "base/loop.h"
#include "base/secret.h"
#include "card/change.h"

struct card_client;

struct card_client_options {
	const char	*helper;	/* path; NULL: paths_card_helper() */
	const char	*service;	/* connect there; NULL: start the helper */
	const char	*forwarded;	/* the card service's socket, over SSH, or NULL */
	const char	*conf;		/* okienko.conf; NULL: the usual one */
	int		 log_level;	/* enum log_level */
	bool		 fresh;		/* of our helper: no card from before is read */
	int		 hurry;		/* tests: every wait is so many times shorter */
};

/* Called after card_client_world() changed. */
typedef void card_changed_fn(void *arg);

struct card_client	*card_client_new(struct loop *,
			    const struct card_client_options *,
			    card_changed_fn *, void *arg);
void			 card_client_free(struct card_client *);

/* Borrowed, valid until the loop runs on. */
const struct card_world	*card_client_world(const struct card_client *);

/* The program calls this when its signalfd says SIGCHLD. */
void			 card_client_sigchld(struct card_client *);

/* True when all present readers and cards have been read or have failed. */
bool			 card_client_settled(const struct card_client *);

/*
 * An answer to a request: err->code is ERR_NONE on success.  Called exactly
 * once for each request, also when the helper dies or its deadline passes.
 */
typedef void card_answer_fn(const struct err *, void *arg);

/* Read the card in a reader again, forgetting what was known. */
void	card_client_reread(struct card_client *, const char *reader,
	    card_answer_fn *, void *arg);

/*
 * List private objects too, with the PIN of one token.  The secret is consumed.
 * NULL: entry on the reader's own pinpad.  The token's serial number goes along
 * and is compared right before the PIN is used.  The token is as it stood before
 * whoever typed: at its last try it was said so; where only the card knows that it
 * is the last one, nothing is sent (ERR_PIN_LAST) and the card is read again.
 */
void	card_client_login(struct card_client *, const char *reader,
	    const struct token *, struct secret *, card_answer_fn *, void *arg);

/* As card_answer_fn; the signature is empty unless there is no error. */
typedef void card_signed_fn(const struct err *, const struct card_signature *,
	    void *arg);

/*
 * Sign a digest with the private key of this id (CKA_ID, upper-case hex) on a
 * token, with its PIN; the card is read again with it, as by a login.  The rest
 * as there.  ERR_CARD_KEY: the token has no such key, or more than one.
 */
void	card_client_sign(struct card_client *, const char *reader,
	    const struct token *, const char *key, const struct card_digest *,
	    struct secret *, card_signed_fn *, void *arg);

/* As card_signed_fn; empty unless there is no error. */
typedef void card_change_fn(const struct err *, const struct card_changed *,
	    void *arg);

/*
 * Change one thing on a token (change.h), with its PIN, or look at one; the card
 * is read again with it.  The rest as for signing.
 */
void	card_client_change(struct card_client *, const char *reader,
	    const struct token *, const struct card_change *, struct secret *,
	    card_change_fn *, void *arg);

/* Start modules that stopped, now. */
void	card_client_restart_modules(struct card_client *);

#endif
