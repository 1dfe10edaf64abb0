/*
 * A case on its way to the authority, for commands: sent at once where a machine
 * answers, asked for again and again until it is proved or the time is over.
 */
#ifndef UI_PASSAGE_H
#define UI_PASSAGE_H

#include <jansson.h>
#include <stdatomic.h>

#include "base/secret.h"
#include "card/card.h"
#include "revocation/case.h"
#include "revocation/channel.h"
#include "ui/verb.h"

struct passage {
	const struct cmd	*cmd;
	int64_t			 id;
	long			 wait;		/* seconds; 0: one try */
	const struct secret	*password;	/* or NULL */
	const char		*password_ref;
	const atomic_bool	*cancel;
	struct officer_signer	*signer;	/* for the first try; or NULL */
};

/* Blocks: on a worker's thread.  -1: the registry failed, or ERR_CANCELLED. */
int	passage(struct registry *, const struct passage *, struct err *);

/*
 * The holder's revocation password if it is wanted or --password-fd is given:
 * from that descriptor, else from the terminal.  Never an argument.
 */
int	passage_password(struct cmd *, bool wanted, struct secret **,
	    struct err *);

/*
 * The PIN of a token: from the descriptor of --pin-fd, else from the terminal;
 * NULL where it is typed on the reader's keys, which is said.  ERR_PIN_LOCKED;
 * ERR_PIN_LAST where the descriptor would spend the last try without a word;
 * ERR_PIN_CANCELLED where there is none, or nobody types it; ERR_PIN_LETTERS for
 * what not every program makes the same of, which never goes to the card.
 */
int	passage_pin(struct cmd *, const struct token *, struct secret **,
	    struct err *);

/* The channel's id, or null. */
json_t	*passage_channel_json(const struct authority *,
	    const struct case_view *);

#endif
