/*
 * Masks as they stand in the file.  Most of what an eye sees of one says nothing
 * ("PESEL 44*********"): the kind that most have and runs of stars are a byte
 * each, and what cannot be said so stands as it is.  Any text comes back as it
 * was.
 */
#ifndef REGISTRY_MASKROW_H
#define REGISTRY_MASKROW_H

#include "base/err.h"
#include "registry/record.h"
#include "registry/sql.h"

#define MASKROW_MAX	(RECORD_TEXT_MAX + 2)	/* a byte before it, and NUL */

/* For the row; NULL: NULL.  Longer than RECORD_TEXT_MAX is cut. */
const char	*maskrow_pack(const char *mask, char buf[static MASKROW_MAX]);

/* From the row, which somebody may have changed; the caller's, NULL for NULL. */
char		*maskrow_text(sqlite3_stmt *, int column);

/* Write those of all certificates so; for schema.c. */
int		 maskrow_fill(struct sql *, struct err *);

#endif
