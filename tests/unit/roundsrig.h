/*
 * A case in a real registry, and an authority of a few bytes that processes
 * share, for tests of rounds: channels and questions about the status go to it.
 */
#ifndef TESTS_UNIT_ROUNDSRIG_H
#define TESTS_UNIT_ROUNDSRIG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "revocation/rounds.h"

#define T0		INT64_C(1795348800)	/* 2026-11-22 12:00 UTC */
#define PASSES_MAX	60	/* that a case may take to its proof here */

/* What happens to a sending or a question, and to who does it. */
enum fate {
	FATE_FINE, FATE_DOWN, FATE_LOST_THERE, FATE_LOST_BACK, FATE_REFUSED,
	FATE_WAITING, FATE_KILLED_BEFORE, FATE_KILLED_AFTER,
	FATE_KILLED_ASKING, FATE_CANCELLED, FATE_COUNT,
	FATE_UNSIGNED	/* the officer's card would not: nothing goes out */
};

/* The authority: shared with the processes that are killed. */
struct office {
	enum fate	 fate;		/* of the next; FINE again afterwards */
	bool		 published;	/* answers say what was done */
	bool		 done;
	bool		 held;		/* on hold before: OCSP gives no reason */
	bool		 listed;	/* and the list can be had: it says what it is */
	int		 sends, effects, questions;
	int		 by_other;	/* that went the way "ejbca" */
	int		 passwords;	/* sendings that brought one */
	char		 transaction[33];
	bool		 other_transaction;
};

extern struct office	*office;

struct here {
	bool		 no_authority, wants_password, wants_card;
	bool		 unknown;	/* what it was before */
	atomic_bool	 cancel;
	atomic_bool	 silent;	/* questions wait until they are broken off */
	int		 timers;	/* that were set on a loop */
};

extern struct here	here;

extern const struct authorities	rig_authorities;

struct rig {
	char		 folder[64], path[128];
	struct registry	*reg;
	int64_t		 id, now, next;
	struct case_row	 row;
	struct case_view view;
};

int	rounds_start(void **);		/* of the group */
int	rounds_set_up(void **);		/* of one test: *state is a rig */
int	rounds_tear_down(void **);

struct registry	*open_registry(const struct rig *);

/* A confirmed case; the telephone is the authority's first way, or a machine. */
void	start_case(struct rig *);
void	start_numbered(struct rig *, uint8_t);	/* of another certificate */
void	prefer_phone(void);
void	prefer(const char *);		/* of three ways: "telephone" or "cmp" */

void	look(struct rig *);		/* the case as it stands now */
void	pass_over(struct rig *, int64_t only, const struct secret *);
void	pass_signed(struct rig *);	/* one with the officer's card, and look */
void	pass(struct rig *);		/* over all that is due, and look */

/* When the outbox wants to come again, it is. */
void	until_proved(struct rig *);

#define RIG_TEST(f)	\
	cmocka_unit_test_setup_teardown(f, rounds_set_up, rounds_tear_down)

#endif
