/*
 * A case on its way to the authority, for commands: sent at once where a machine
 * answers, asked for again and again until it is proved or the time is over.
 */
#ifndef UI_PASSAGE_H
#define UI_PASSAGE_H

#include <jansson.h>
#include <stdatomic.h>

#include "base/secret.h"
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
 * A secret from the descriptor that option names, else from the terminal; what
 * is its name where it cannot be read.
 */
int	passage_secret(struct cmd *, const char *option, const char *question,
	    const char *what, struct secret **, struct err *);

/* The channel's id, or null. */
json_t	*passage_channel_json(const struct authority *,
	    const struct case_view *);

#endif
