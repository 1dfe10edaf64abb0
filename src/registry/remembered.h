/*
 * Cards that were seen: remembered by themselves when they have been read, and
 * shown "as of" when they come again.  Cards are told apart by their tokens'
 * serial numbers.
 */
#ifndef REGISTRY_REMEMBERED_H
#define REGISTRY_REMEMBERED_H

#include "base/err.h"
#include "registry/record.h"
#include "registry/registry.h"

/* What the desk knows of a card that was read; the caller's, only read. */
struct seen_token {
	const char	*serial, *label;
};

struct seen_card {
	const struct seen_token	*tokens;
	size_t			 ntokens;
	const char		*number;	/* printed, or "" */
	const char		*model;		/* shown name, or "" */
	const struct cert *const *certs;	/* only certificates that parsed */
	size_t			 ncerts;
	bool			 whole;		/* read to its end: what is missing is gone */
};

/* What remembering it found: counts against the last time. */
struct seen_change {
	bool	 first;			/* never seen here before */
	size_t	 added, gone, renewed;	/* renewed: added with the holder and use of one gone or ending */
};

int	remembered_put(struct registry *, const struct seen_card *, int64_t now,
	    struct seen_change *, struct err *);

/* A card as it was when it was last read. */
struct remembered {
	char		*number, *model, *point;
	int64_t		 as_of;
	struct record	*certs;		/* those on it then, in the order of use */
	size_t		 ncerts;
};

/* By any of its tokens' serial numbers.  -1 and ERR_NOT_FOUND. */
int	remembered_get(struct registry *, const char *token_serial,
	    struct remembered **, struct err *);
void	remembered_free(struct remembered *);

#endif
