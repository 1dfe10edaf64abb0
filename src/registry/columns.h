/*
 * What a record is on a line of a list: the columns of our export, and those
 * that lists of others may have.  Any thread; no state.
 */
#ifndef REGISTRY_COLUMNS_H
#define REGISTRY_COLUMNS_H

#include "base/buf.h"
#include "registry/record.h"

#define COLUMNS_TEXT_MAX	1024	/* bytes of any column, with its NUL */

enum column_kind {
	COLUMN_TEXT,
	COLUMN_FLAG		/* "yes" or "no" */
};

struct column {
	const char	*name;
	enum column_kind kind;
	/* For export; "" where there is nothing.  NULL: import alone. */
	const char	*(*get)(const struct record *,
			    char buf[static COLUMNS_TEXT_MAX]);
	/*
	 * For import; the text is not empty.  -1 when it makes no sense.  NULL:
	 * export alone, passed by.
	 */
	int		 (*set)(struct record *, const char *);
};

extern const struct column columns[];
extern const size_t columns_n;

/* By its name; NULL. */
const struct column	*column_by_name(const char *);

#endif
