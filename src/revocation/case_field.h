/*
 * Fields of events, of cases and of renewals, which whoever may write to the file
 * wrote: read within bounds, and made from what anybody said.  Any thread; no
 * state.
 */
#ifndef REVOCATION_CASE_FIELD_H
#define REVOCATION_CASE_FIELD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "registry/cases.h"

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

/* Events, as programs are shown them. */
json_t	*case_events_json(const struct case_event *, size_t n);

/*
 * Members; nothing for NULL, "", 0 and ERR_NONE.  A time is a number where it is
 * kept, and a moment as RFC 3339 has it where programs are shown it.
 */
void	case_put_text(json_t *, const char *name, const char *);
void	case_put_time(json_t *, const char *name, int64_t);
void	case_put_moment(json_t *, const char *name, int64_t);
void	case_put_err(json_t *, const struct err *);

#endif
