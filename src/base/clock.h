/*
 * Time: UTC seconds inside, the local day outside; durations by the monotonic
 * clock.  Any thread.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int64_t	 clock_mono_ms(void);		/* milliseconds, for durations */
int64_t	 clock_now(void);		/* seconds since 1970, UTC */

/* A calendar day; month and day from 1. */
struct date {
	int	year, month, day;
};

int64_t		 date_to_days(struct date);	/* since 1970-01-01; any year */
struct date	 date_from_days(int64_t);
int		 date_weekday(struct date);	/* 0 Monday .. 6 Sunday */
struct date	 date_add(struct date, int days);
int		 date_cmp(struct date, struct date);
struct date	 date_local(int64_t utc);	/* the local day of an instant */

/* Seconds of a UTC date and time; -1 and nothing set if it is no such time. */
int	 clock_from_utc(int year, int month, int day, int h, int m, int s,
	    int64_t *out);

/* "2027-03-14" (local day), "2027-03-14 09:14:02" (local), RFC 3339 in UTC. */
char	*clock_day(int64_t utc, char *buf, size_t);
char	*clock_local(int64_t utc, char *buf, size_t);
char	*clock_rfc3339(int64_t utc, char *buf, size_t);

/* For a sentence: "14:05" when that is today, else "2026-11-28 14:05"; local. */
char	*clock_when(int64_t utc, int64_t now, char *buf, size_t);

int	 clock_parse_rfc3339(const char *, int64_t *);

/* Polish public holidays (act of 18.1.1951 as amended; 24.12 from 2025). */
bool		 date_is_holiday(struct date);
bool		 date_is_working_day(struct date);

/*
 * The day n working days before d: the last day on which work that needs n
 * working days can begin and still end before d.  n >= 0.
 */
struct date	 date_working_days_before(struct date, int n);
struct date	 date_working_days_after(struct date, int n);

#endif
