/*
 * A renewal of the rig's card, begun and run, and what has to be so afterwards.
 */
#ifndef TESTS_UNIT_RUNTEST_H
#define TESTS_UNIT_RUNTEST_H

#include "renewal/run.h"
#include "tests/unit/regtest.h"

struct ran {
	enum renewal_end end;
	struct err	 err;
	int64_t		 next;
};

/* By a way of the rig's, "order" or "file". */
int64_t		begin_with(struct regtest *, const char *way,
		    struct renewal_plan);
int64_t		begin(struct regtest *, const char *way, enum key_kind,
		    bool by_old);

struct ran	run_once(struct registry *, int64_t id, struct span brought);
/* When it is due, by the desk alone. */
struct ran	run_alone(struct regtest *, int64_t id);
/* As long as it only waits for the authority. */
struct ran	run_here(struct regtest *, int64_t id);
void		goes_to_its_end(struct regtest *, int64_t id);
/* In a child, which may be killed at a write; true: it came to its end. */
bool		run_child(struct regtest *, int64_t id, int write);

void		view_of(struct regtest *, int64_t id, struct renewal_view *);
void		is_sound(struct regtest *);
/* All that has to be so, however it came there. */
void		is_renewed(struct regtest *, int64_t id, bool old_stays);

#endif
