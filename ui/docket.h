/*
 * What the registry keeps under a number and the desk follows to its end, as a
 * list: cases, renewals.  What is the same in all is the docket's, what is not is
 * a kind's.  UI thread only, but for the copying.
 */
#ifndef UI_DOCKET_H
#define UI_DOCKET_H

#include <jansson.h>

#include "registry/record.h"
#include "registry/registry.h"
#include "ui/rowcols.h"
#include "ui/verb.h"

struct desk;

/* What a list shows of one. */
struct docket_row {
	int64_t	 id, due, begun;
	char	 number[16];
	int	 action, state;		/* of the kind; past its last: not known */
	int64_t	 deadline;		/* 0: no clock runs */
	bool	 form;			/* of a case: only a form was made */
	char	*holder, *other;	/* the issuer; the order; or "" */
	char	 serial[64];		/* its end */
};

/* Rows; brief, unless NULL, makes of each what a program is told, for json. */
struct docket {
	struct docket_row *v;
	size_t		   n;
	bool		   cut;			/* there are more than these */
	json_t		  *(*brief)(const void *row);	/* case_row, renewal_row */
	json_t		  *json;
};

/* A row with the holder and the serial number of the record it is about. */
struct docket_row *docket_add(struct docket *, const void *row, int64_t id,
	    const char *number, const struct record *, const char *other);
void	docket_clear(struct docket *);		/* the rows; json is the caller's */

struct docket_kind {
	const char	*name;			/* in JSON */
	/* msgids: there is nothing at all, nothing open, how one begins */
	const char	*never, *no_open, *how;
	const char	*others;		/* how one is found that is left out */
	const struct rowcols *columns;		/* of rows of this docket */
	/* What is due first comes first; closed ones too, or not. */
	int		 (*read)(struct registry *, bool all, int64_t max,
			    struct docket *, struct err *);
	void		 (*open)(struct desk *, int64_t id);
	const char	*(*line)(const struct docket_row *, int64_t now,
			    char *, size_t);	/* all of it, for a command */
};
extern const struct docket_kind docket_cases, docket_renewals;

/* Fills it with so many at most; -1 is the registry's. */
int	 docket_read(const struct docket_kind *, struct registry *, bool all,
	    size_t max, struct docket *, struct err *);

/* When something is to be done next, for the column that both have; or "". */
const char	*docket_next(const struct docket_row *, int64_t now, char *,
		    size_t);

/* The command that lists them (docket_cmd.c). */
enum exit_code	 docket_run(struct cmd *, const struct docket_kind *,
		    json_t *(*brief)(const void *row));

#endif
