/*
 * A made-up Polish population of certificate holders, the same for a seed on
 * every machine.  Row i is made of the seed and i alone, so any part of ten
 * million rows can be had in any order, and nothing is kept in memory but the
 * table of surnames.  Frequencies are about those of the country; no row is
 * a person.  A struct pop is only read after pop_new: any thread.
 */
#ifndef TESTS_BENCH_POPULATION_H
#define TESTS_BENCH_POPULATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "registry/record.h"

#define POP_NOW		INT64_C(1793491200)	/* 2026-11-01, the day it is made for */
#define POP_ISSUERS	12
#define POP_TEXT	256

struct pop_row {
	uint64_t	 person;	/* the same in all rows of one person */
	bool		 woman;
	char		 given[48], second[48];	/* second: "" for most */
	char		 surname[96];
	char		 holder[POP_TEXT];	/* as the certificate prints it */
	struct date	 born;
	char		 pesel[12];	/* "" for foreigners */
	char		 country[3];	/* of the document, "" without one */
	char		 document[16];
	char		 email[POP_TEXT];
	char		 nip[11];	/* "" without an organisation */
	char		 org[POP_TEXT];
	unsigned	 issuer;	/* 0 .. POP_ISSUERS - 1 */
	uint8_t		 serial[20];
	size_t		 serial_len;	/* first byte is never 0 */
	int64_t		 not_before, not_after;
	unsigned	 uses;		/* bits of enum purpose */
	bool		 qualified;
	char		 order[32];
	char		 card_token[17], card_number[17];
	const char	*card_model;
	enum record_status status;
	int64_t		 status_at, revoked_at;
	int		 reason;
};

struct pop;

struct pop	*pop_new(uint64_t seed);
void		 pop_free(struct pop *);

void	 pop_row(const struct pop *, uint64_t i, struct pop_row *);

/*
 * A row whose surname no other has: the k-th of as many distinct words as are
 * wanted (millions).  They stand for the long tail of rare names that a
 * register of the whole country has.
 */
void	 pop_filler(const struct pop *, uint64_t k, struct pop_row *);

/* What the registry would remember of it; the caller clears it. */
void	 pop_record(const struct pop_row *, struct record *);

/* The issuer's natural key alone, into a record_issuer to be cleared. */
void	 pop_issuer(unsigned issuer, struct record_issuer *);

/*
 * The numbers behind it, for whoever needs more of the same kind: the next of a
 * stream, one below n, and the start of an own stream for each of (seed, i).
 */
uint64_t	 pop_next(uint64_t *state);
unsigned	 pop_below(uint64_t *state, unsigned n);
uint64_t	 pop_stream(uint64_t seed, uint64_t i);

#endif
