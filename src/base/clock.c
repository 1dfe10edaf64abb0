#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

#define DAY	86400

int64_t
clock_mono_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
clock_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec;
}

/*
 * Days and dates of the proleptic Gregorian calendar, counted in 400-year eras
 * that begin in March, so that the leap day comes last.
 */
int64_t
date_to_days(struct date d)
{
	int64_t y = d.year - (d.month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t month = (d.month + 9) % 12;
	int64_t day_of_year = (153 * month + 2) / 5 + d.day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 -
	    year_of_era / 100 + day_of_year - 719468;
}

struct date
date_from_days(int64_t days)
{
	int64_t n = days + 719468;
	int64_t era = (n >= 0 ? n : n - 146096) / 146097;
	int64_t day_of_era = n - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 +
	    day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era +
	    year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153;
	struct date d;

	d.day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
	d.month = (int)(month < 10 ? month + 3 : month - 9);
	d.year = (int)(year_of_era + era * 400 + (d.month <= 2));
	return d;
}

int
date_weekday(struct date d)
{
	int64_t n = (date_to_days(d) + 3) % 7;	/* 1970-01-01 was a Thursday */

	return (int)(n < 0 ? n + 7 : n);
}

struct date
date_add(struct date d, int days)
{
	return date_from_days(date_to_days(d) + days);
}

int
date_cmp(struct date a, struct date b)
{
	int64_t x = date_to_days(a), y = date_to_days(b);

	return (x > y) - (x < y);
}

struct date
date_local(int64_t utc)
{
	time_t t = (time_t)utc;
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL)
		return date_from_days(utc / DAY);
	return (struct date){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday };
}

static int
days_in_month(int year, int month)
{
	struct date first = { year, month, 1 };
	struct date next = { month == 12 ? year + 1 : year, month % 12 + 1, 1 };

	return (int)(date_to_days(next) - date_to_days(first));
}

int
clock_from_utc(int year, int month, int day, int h, int m, int s, int64_t *out)
{
	if (year < 0 || year > 9999 || month < 1 || month > 12 || day < 1 ||
	    day > days_in_month(year, month) || h < 0 || h > 23 || m < 0 ||
	    m > 59 || s < 0 || s > 60)
		return -1;
	*out = date_to_days((struct date){ year, month, day }) * DAY +
	    h * 3600 + m * 60 + s;
	return 0;
}

char *
clock_day(int64_t utc, char *buf, size_t size)
{
	struct date d = date_local(utc);

	(void)snprintf(buf, size, "%04d-%02d-%02d", d.year, d.month, d.day);
	return buf;
}

char *
clock_local(int64_t utc, char *buf, size_t size)
{
	time_t t = (time_t)utc;
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL ||
	    strftime(buf, size, "%Y-%m-%d %H:%M:%S", &tm) == 0)
		(void)clock_day(utc, buf, size);
	return buf;
}

char *
clock_when(int64_t utc, int64_t now, char *buf, size_t size)
{
	bool today = date_cmp(date_local(utc), date_local(now)) == 0;
	time_t t = (time_t)utc;
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL || strftime(buf, size, today ?
	    "%H:%M" : "%Y-%m-%d %H:%M", &tm) == 0)
		(void)clock_day(utc, buf, size);
	return buf;
}

char *
clock_rfc3339(int64_t utc, char *buf, size_t size)
{
	int64_t days = utc >= 0 ? utc / DAY : (utc - DAY + 1) / DAY;
	int64_t rest = utc - days * DAY;
	struct date d = date_from_days(days);

	(void)snprintf(buf, size, "%04d-%02d-%02dT%02d:%02d:%02dZ", d.year,
	    d.month, d.day, (int)(rest / 3600), (int)(rest / 60 % 60),
	    (int)(rest % 60));
	return buf;
}

/* So many digits, which are known to be some. */
static int
figures(const char *s, int n)
{
	int v = 0;

	while (n-- > 0)
		v = v * 10 + (*s++ - '0');
	return v;
}

/* RFC 3339 with seconds, in UTC ("Z") only: what clock_rfc3339 writes. */
int
clock_parse_rfc3339(const char *s, int64_t *out)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:ddZ";

	if (strlen(s) != sizeof shape - 1)
		return -1;
	for (size_t i = 0; shape[i] != '\0'; i++)
		if (shape[i] == 'd' ? !isdigit((unsigned char)s[i]) :
		    s[i] != shape[i])
			return -1;
	return clock_from_utc(figures(s, 4), figures(s + 5, 2),
	    figures(s + 8, 2), figures(s + 11, 2), figures(s + 14, 2),
	    figures(s + 17, 2), out);
}

/* Easter Sunday, by the Gregorian computus (Meeus, Jones and Butcher). */
static struct date
easter(int year)
{
	int a = year % 19, b = year / 100, c = year % 100;
	int d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
	int h = (19 * a + b - d - g + 15) % 30;
	int i = c / 4, k = c % 4;
	int l = (32 + 2 * e + 2 * i - h - k) % 7;
	int m = (a + 11 * h + 22 * l) / 451;
	int n = h + l - 7 * m + 114;

	return (struct date){ year, n / 31, n % 31 + 1 };
}

/* Act of 18 January 1951 on days free of work, as amended. */
static const struct {
	int month, day, from;		/* from: first year it was free */
} fixed[] = {
	{ 1, 1, 1951 }, { 1, 6, 2011 }, { 5, 1, 1951 }, { 5, 3, 1990 },
	{ 8, 15, 1989 }, { 11, 1, 1951 }, { 11, 11, 1989 }, { 12, 24, 2025 },
	{ 12, 25, 1951 }, { 12, 26, 1951 },
};

/* Days after Easter Sunday: itself, Monday, Pentecost, Corpus Christi. */
static const int movable[] = { 0, 1, 49, 60 };

bool
date_is_holiday(struct date d)
{
	int64_t since;

	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
		if (d.month == fixed[i].month && d.day == fixed[i].day)
			return d.year >= fixed[i].from;
	since = date_to_days(d) - date_to_days(easter(d.year));
	for (size_t i = 0; i < sizeof movable / sizeof *movable; i++)
		if (since == movable[i])
			return true;
	return false;
}

bool
date_is_working_day(struct date d)
{
	return date_weekday(d) < 5 && !date_is_holiday(d);
}

static struct date
step(struct date d, int n, int way)
{
	while (n > 0) {
		d = date_add(d, way);
		if (date_is_working_day(d))
			n--;
	}
	return d;
}

struct date
date_working_days_before(struct date d, int n)
{
	return step(d, n, -1);
}

struct date
date_working_days_after(struct date d, int n)
{
	return step(d, n, 1);
}
