/*
 * How a step of a case is taken, for the files of case.h alone.  Each is one
 * transaction: what stands there is read, the step is judged by it, and its event
 * appended with the row that sums up; so two desks that go on with one case do it
 * one after the other, and the second is told what it may not any more.
 */
#ifndef REVOCATION_CASE_STEP_H
#define REVOCATION_CASE_STEP_H

#include "revocation/case_inside.h"

/* A step being taken: the case as it stands, within a transaction. */
struct case_stepping {
	struct registry	*reg;
	struct case_row	 row;
	struct case_view view;
	struct err	*err;
};

/* 0, to be ended by one of the two below; -1 when the step may not be taken. */
int	 case_step_begin(struct case_stepping *, struct registry *, int64_t id,
	    enum case_step, struct err *);
/* The step's one event; takes data over. */
int	 case_step_end(struct case_stepping *, enum case_kind, json_t *data,
	    int64_t now);
/*
 * No event, but another moment at which something is to be done by itself: of a
 * case that has waited so long that answers which say nothing new would fill it.
 */
int	 case_step_later(struct case_stepping *, int64_t due);
/* Not to be taken after all; always -1. */
int	 case_step_undo(struct case_stepping *);

/* What cannot be any more, by what is known of the certificate. */
int	 case_possible(const struct record *, enum case_action, struct err *);
/* The same, and what the authority does not do, or not for whom nobody checked. */
int	 case_allowed(const struct record *, const struct case_view *,
	    const struct authority *, struct err *);

#endif
