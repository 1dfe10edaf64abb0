/*
 * What the registry remembers, on the command line: for people and as JSON; and
 * opening it by the settings.  One thread.
 */
#ifndef UI_REC_OUT_H
#define UI_REC_OUT_H

#include <jansson.h>
#include <stdatomic.h>

#include "registry/find.h"
#include "ui/verb.h"

/* The registry that the settings name.  As registry_open. */
int	 rec_open(const struct cmd *, enum registry_mode, struct registry **,
	    struct err *);

/* The same for functions that open it themselves; borrows from cmd. */
struct registry_options	 rec_options(const struct cmd *);

/*
 * Before a work's thread writes: wait while another desk does, and see whether it
 * was given up meanwhile.  -1 and ERR_CANCELLED then.
 */
int	 rec_turn(struct registry *, const atomic_bool *cancel, struct err *);

/* All that is remembered, a field a line; labels are said by rec_column. */
void	 rec_column(struct out *);
void	 rec_print(struct out *, const struct record *, int64_t now);

/* An object of plain values; times are RFC 3339, absent ones null. */
json_t	*rec_json(const struct record *, int64_t now);

/* A moment as JSON; 0 and CERT_NO_TIME are null. */
json_t	*rec_time_json(int64_t);

#endif
