/*
 * Between the files of case.h alone: events by name, and their fields read
 * within bounds.  Any thread; no state.
 */
#ifndef REVOCATION_CASE_INSIDE_H
#define REVOCATION_CASE_INSIDE_H

#include "revocation/case.h"
#include "revocation/case_field.h"

enum case_kind {
#define EVENT(symbol, word, apply) KIND_##symbol,
#include "revocation/case.def"
#undef EVENT
	KIND_COUNT
};

const char	*case_kind_word(enum case_kind);
int		 case_kind_of(const char *word);	/* -1: none of ours */

const char	*case_result_id(enum case_result);	/* "with-mods" */
const char	*case_result_name(enum case_result);	/* "No answer came" */
int		 case_result_from_id(const char *);
int		 case_status_from_id(const char *);	/* enum record_status, or -1 */
int		 case_how_from_id(const char *);	/* enum record_how, or -1 */

/* A view before any event. */
void	case_view_init(struct case_view *);

/* What one more event makes of a case; -1 for one that no desk wrote. */
int	case_apply(struct case_view *, const struct case_event *);

bool	case_is_open(enum case_state);

/*
 * Whether "revoked" of that kind may mean no more than that it is suspended:
 * OCSP may leave the reason out (RFC 6960 4.2.1).
 */
bool	case_is_unclear(const struct case_view *, int by, int reason);

/* The row that says the same for lists. */
void	case_sum(const struct case_view *, struct case_summary *);

#endif
