/*
 * Between the files of case.h alone: events by name, and their fields read
 * within bounds.  Any thread; no state.
 */
#ifndef REVOCATION_CASE_INSIDE_H
#define REVOCATION_CASE_INSIDE_H

#include <jansson.h>

#include "revocation/case.h"

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

/*
 * A member; absent is no mistake.  -1: it is of another kind or out of bounds;
 * what is given stays as it was then, and when it is absent.
 */
int	case_field_text(const json_t *, const char *name, const char **);
int	case_field_number(const json_t *, const char *name, int64_t lo,
	    int64_t hi, int64_t *);
int	case_field_time(const json_t *, const char *name, int64_t *);
int	case_field_flag(const json_t *, const char *name, bool *);
/* A word of an enum: the number that from_id says. */
int	case_field_word(const json_t *, const char *name,
	    int (*from_id)(const char *), int *);
int	case_field_err(const json_t *, const char *name, struct err *);

/* Text of anybody's, fit for JSON; an error as an object, NULL for none. */
json_t	*case_text_json(const char *);
json_t	*case_err_json(const struct err *);

/* A view before any event. */
void	case_view_init(struct case_view *);

/* What one more event makes of a case; -1 for one that no desk wrote. */
int	case_apply(struct case_view *, const struct case_event *);

bool	case_is_open(enum case_state);

/* The row that says the same for lists. */
void	case_sum(const struct case_view *, struct case_summary *);

#endif
