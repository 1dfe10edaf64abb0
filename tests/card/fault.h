/*
 * How a card misbehaves.  A specification is a list with commas of
 *
 *	slow=MS[@N]	every answer from the N-th on comes that much later
 *	mute[@N]	no answer from the N-th command on
 *	silent=HEX	nor from the first on that selects the file of that name
 *	pull[@N]	instead of taking the N-th command the card is pulled
 *	bounce[@N]	at the N-th command it loses contact, once, and is back
 *			before the reader looks
 *	nopower=TIMES	so many power-ups do the same
 *	badlen=K[@N]	the N-th answer is K bytes longer, or shorter (K < 0)
 *	endless61[@N]	from the N-th on, every answer says there is more
 *	garbage[@N]	from the N-th on, random bytes of random length
 *	sw=HEX[@N]	the N-th command is answered with this status word
 *	other=FILE[@K]	from the K-th power-up on, it is the card of that image
 *
 * N counts commands since the card went into the reader (or since the order
 * "recount"), from 1; without @N it is 1.  Random bytes depend on the seed
 * alone.  One thread.
 */
#ifndef TESTS_CARD_FAULT_H
#define TESTS_CARD_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

#define FAULTS_MAX	16

enum fault_kind {
	FAULT_SLOW, FAULT_MUTE, FAULT_SILENT, FAULT_PULL, FAULT_BOUNCE,
	FAULT_NOPOWER, FAULT_BADLEN, FAULT_ENDLESS, FAULT_GARBAGE, FAULT_SW, FAULT_OTHER
};

struct fault {
	enum fault_kind	 kind;
	long		 value;		/* milliseconds, times, bytes, name, word */
	unsigned long	 at;
	char		*file;		/* of FAULT_OTHER */
};

struct faults {
	struct fault	 list[FAULTS_MAX];
	size_t		 n;
	uint64_t	 random;	/* state of the generator */
};

/* -1, and nothing added, when the specification is not understood. */
int	 faults_add(struct faults *, const char *spec);
void	 faults_clear(struct faults *);
void	 faults_seed(struct faults *, uint64_t);

bool	 faults_pulls(const struct faults *, unsigned long apdu);
/* These use themselves up. */
bool	 faults_bounces(struct faults *, unsigned long apdu);
bool	 faults_powerless(struct faults *);
bool	 faults_mutes(struct faults *, unsigned long apdu, struct span command);
unsigned long faults_delay(const struct faults *, unsigned long apdu);
/* Spoil the answer to this command. */
void	 faults_spoil(struct faults *, unsigned long apdu, struct buf *);
/* The image that comes with this power-up, or NULL. */
const char *faults_other(const struct faults *, unsigned long power_up);

#endif
