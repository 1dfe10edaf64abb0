/*
 * One link of the journal's chain, and the head that says where the chain ends;
 * see journal.c for why.  One thread at a time.
 */
#ifndef REGISTRY_LINK_H
#define REGISTRY_LINK_H

#include "registry/inside.h"

#define LINK_HASH_LEN	32

/* All that an entry says; borrowed. */
struct link {
	int64_t		 seq, at, action;
	const char	*point, *account;
	const uint8_t	*whom;		/* NULL: nobody */
	size_t		 whom_len;
	const char	*why, *what;	/* or NULL */
};

struct link_head {
	int64_t	 count;
	uint8_t	 hash[LINK_HASH_LEN];	/* of the last entry */
	bool	 good;			/* its MAC is right */
};

/* What the first entry is chained to. */
void	link_head_start(struct link_head *);

/*
 * The head in meta.  Where none is, but entries are, or its MAC is wrong, good
 * is false and its hash one that no chain arrives at: a forged head is not
 * healed by the next honest entry.
 */
int	link_head_read(struct registry *, struct link_head *, struct err *);
int	link_head_write(struct registry *, const struct link_head *,
	    struct err *);

void	link_hash(const struct ident_key *, const uint8_t before[LINK_HASH_LEN],
	    const struct link *, uint8_t out[LINK_HASH_LEN]);

#endif
