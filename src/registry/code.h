/*
 * Codes that people read off paper and plastic: order numbers, card numbers,
 * tokens' serial numbers.  They are stored as they were printed and met without
 * their separators and whatever their case.  Any thread; no state.
 */
#ifndef REGISTRY_CODE_H
#define REGISTRY_CODE_H

#include <stddef.h>

#define CODE_MAX	64	/* bytes of a normal form, with its NUL */
#define CODE_TAIL	4	/* last characters that find a card */

/*
 * The normal form of a column, in SQL: indexes are made over it, so it uses
 * nothing that a plain sqlite3 does not have.  Most codes are a number as it would
 * be written, are normal as they are printed, or have separators of one sort, and
 * each look costs less than seven functions.  code_normal does the same.
 */
#define CODE_SQL(column) \
	"CASE WHEN CAST(" column " AS INTEGER) > 0 AND " column \
	" = CAST(CAST(" column " AS INTEGER) AS TEXT) THEN " column \
	" WHEN " column " NOT GLOB '*[^0-9A-Z]*' THEN " column \
	" WHEN " column " NOT GLOB '*[^0-9A-Z/]*' THEN replace(" column \
	",'/','') WHEN " column " NOT GLOB '*[^0-9A-Z ]*' THEN replace(" column \
	",' ','') WHEN " column " NOT GLOB '*[^0-9A-Z-]*' THEN replace(" column \
	",'-','') ELSE upper(replace(replace(replace(replace(replace(replace(" \
	column ",' ',''),'-',''),'/',''),'.',''),'_',''),':','')) END"
#define CODE_SQL_TAIL(column) "substr(" CODE_SQL(column) ",-4)"

/* Returns the length; 0 when nothing is left of it, or more than CODE_MAX. */
size_t	code_normal(const char *, char buf[static CODE_MAX]);

/*
 * The code a slip or a misread character away: O and 0, I and 1, B and 8, S and
 * 5, Z and 2, G and 6; two neighbours swapped; one digit another.  Again and again
 * until it returns 0, with *state 0 at first; likelier ones first.
 */
size_t	code_near(const char *normal, unsigned *state,
	    char buf[static CODE_MAX]);

#endif
