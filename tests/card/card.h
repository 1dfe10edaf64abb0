/*
 * A card with power: its store, and what it forgets when the power goes.  The
 * common part of ISO 7816-4 is here (cases of APDUs, command chaining, GET
 * RESPONSE); what the commands do is the card type's.  One thread.
 */
#ifndef TESTS_CARD_CARD_H
#define TESTS_CARD_CARD_H

#include "base/buf.h"
#include "tests/card/store.h"

#define CARD_BUF_MAX	(256 * 1024)

/* Status words (ISO 7816-4, table 5). */
enum {
	SW_OK = 0x9000,
	SW_MORE = 0x6100,
	SW_TRIES = 0x63c0,		/* | tries left */
	SW_WRONG_LENGTH = 0x6700,
	SW_NOT_ALLOWED = 0x6982,	/* security status */
	SW_LOCKED = 0x6983,
	SW_CONDITIONS = 0x6985,
	SW_NO_FILE = 0x6986,		/* no current EF */
	SW_WRONG_DATA = 0x6a80,
	SW_NO_FUNCTION = 0x6a81,
	SW_NOT_FOUND = 0x6a82,
	SW_NO_ROOM = 0x6a84,
	SW_WRONG_P1P2 = 0x6a86,
	SW_NO_REFERENCE = 0x6a88,
	SW_EXISTS = 0x6a89,
	SW_WRONG_OFFSET = 0x6b00,
	SW_NO_INS = 0x6d00
};

struct apdu {
	uint8_t	 cla, ins, p1, p2;
	struct span data;
	size_t	 le;		/* 0 when none was given */
};

/* -1 when it is none of the seven cases. */
int	apdu_parse(struct span, struct apdu *);
/* For the log: "SELECT", "VERIFY"; "ASK" is a VERIFY without a PIN. */
const char *apdu_name(struct span);

struct card;

struct card_type {
	const char *name;
	const char *atr;
	size_t	 session_size;
	void	(*power_on)(struct card *);	/* session is zeroed; or NULL */
	/* Adds its answer to out, and returns the status word. */
	unsigned (*run)(struct card *, const struct apdu *, struct buf *out);
};

extern const struct card_type isoapplet_type;
extern const struct card_type piv_type;

struct card {
	const struct card_type *type;
	struct store *store;
	void	*session;
	struct buf chain;	/* parts of a chained command */
	struct buf more;	/* what waits for GET RESPONSE */
};

const struct card_type *card_type(const char *name);	/* or NULL */

/* Takes the store. */
struct card *card_new(const struct card_type *, struct store *);
void	 card_free(struct card *);
void	 card_power_on(struct card *);
/* The whole answer, data and status word, replaces what is in out. */
void	 card_answer(struct card *, struct span command, struct buf *out);

/*
 * Compare a PIN, counting tries: SW_OK, SW_TRIES | left, SW_LOCKED, or
 * SW_NO_REFERENCE when there is no such PIN.
 */
unsigned card_check_pin(struct card *, unsigned ref, struct span value);

#endif
