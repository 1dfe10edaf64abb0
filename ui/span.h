/*
 * Spans of time as people say them, and moments as people type them.  Present
 * language; UI thread only.
 */
#ifndef UI_SPAN_H
#define UI_SPAN_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define SPAN_NEAR	(4 * 3600)	/* seconds before a deadline that call for haste */

/* "3 h", "25 min", "2 d"; without a sign. */
const char	*span_words(int64_t seconds, char *buf, size_t);

/*
 * That this machine's clock is wrong, and how, where that of servers is so many
 * seconds ahead; "" for 0.
 */
const char	*span_clock(int64_t ahead, char *buf, size_t);

/* "14:32" today, "22.11 14:32" this year, else the day: local time. */
const char	*span_moment(int64_t utc, int64_t now, char *buf, size_t);

/* "2026-11-22 09:30", as span_parse takes it: local time. */
const char	*span_minute(int64_t utc, char *buf, size_t);

/*
 * A moment in the past by local time: "2026-11-22 09:30", "2026-11-22", "9:30"
 * of today, "today 9:30", "yesterday"; "" is 0, not known.  -1 and ERR_USAGE
 * for what is none, and for the future.
 */
int		 span_parse(const char *, int64_t now, int64_t *out,
		    struct err *);

#endif
