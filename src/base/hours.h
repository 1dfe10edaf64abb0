/*
 * When somebody answers a telephone or opens a door, as people write it:
 * "Mon-Fri 08:00-18:00; Sat 09:00-13:00", "daily 00:00-24:00 holidays".  Each
 * part names days and times of the local day; on Polish public holidays only
 * parts that say so count.  Any thread; no state.
 */
#ifndef BASE_HOURS_H
#define BASE_HOURS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOURS_MAX	16	/* parts of one text */
#define HOURS_MIDNIGHT	1440	/* minutes of a day: 24:00 */

struct hours_part {
	unsigned	days;		/* bit n: day n, 0 Monday .. 6 Sunday */
	int		from, to;	/* minutes of the day, from < to */
	bool		holidays;	/* counts on public holidays too */
};

struct hours {
	struct hours_part v[HOURS_MAX];
	size_t		 n;		/* 0: not known */
};

/* NULL, or what is wrong with it (a msgid); "" is no part and nothing wrong. */
const char	*hours_parse(const char *, struct hours *);

/* Whether a text was meant as a part, right or wrong: days, and a number. */
bool		 hours_begin(const char *);

bool		 hours_open(const struct hours *, int64_t utc);

/*
 * The next moment after utc at which that changes, by the clock on the wall:
 * an hour that summer time leaves out or repeats is left out or repeated.
 * 0: never.
 */
int64_t		 hours_change(const struct hours *, int64_t utc);

/* As people write it, in the present language (UI thread); the caller frees. */
char		*hours_text(const struct hours *);

#endif
