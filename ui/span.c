#include "config.h"

#include "ui/span.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"

#define MINUTE	60
#define HOUR	3600
#define DAY	86400
#define NUMBERS_MAX	5	/* year, month, day, hour, minute */

const char *
span_words(int64_t seconds, char *buf, size_t size)
{
	long long s = seconds < 0 ? -(long long)seconds : (long long)seconds;

	if (s < HOUR)
		snprintf(buf, size, _("%lld min"), (s + MINUTE - 1) / MINUTE);
	else if (s < 2 * DAY)
		snprintf(buf, size, _("%lld h"), s / HOUR);
	else
		snprintf(buf, size, _("%lld d"), s / DAY);
	return buf;
}

const char *
span_clock(int64_t ahead, char *buf, size_t size)
{
	char span[48];

	buf[0] = '\0';
	if (ahead != 0)
		snprintf(buf, size, ahead > 0 ?
		    _("This machine's clock is behind the servers by %s.") :
		    _("This machine's clock is ahead of the servers by %s."),
		    span_words(ahead, span, sizeof span));
	return buf;
}

const char *
span_moment(int64_t utc, int64_t now, char *buf, size_t size)
{
	time_t then = (time_t)utc, today = (time_t)now;
	struct tm a, b;

	if (localtime_r(&then, &a) == NULL || localtime_r(&today, &b) == NULL ||
	    strftime(buf, size, a.tm_year == b.tm_year &&
	    a.tm_yday == b.tm_yday ? "%H:%M" : a.tm_year == b.tm_year ?
	    "%d.%m %H:%M" : "%Y-%m-%d", &a) == 0)
		snprintf(buf, size, "?");
	return buf;
}

const char *
span_minute(int64_t utc, char *buf, size_t size)
{
	time_t t = (time_t)utc;
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL ||
	    strftime(buf, size, "%Y-%m-%d %H:%M", &tm) == 0)
		snprintf(buf, size, "?");
	return buf;
}

/* --- what people type ---------------------------------------------------- */

static const struct {
	const char	*word;		/* folded */
	int		 days;
} words[] = {
	{ "today", 0 }, { "dzis", 0 }, { "dzisiaj", 0 },
	{ "yesterday", -1 }, { "wczoraj", -1 },
};

/* Take a word away from the front of s; -1 for none of ours. */
static int
take_word(const char **s, int *days)
{
	char word[32], folded[32];
	size_t len = strcspn(*s, " 0123456789");

	*days = 0;
	if (len == 0)
		return 0;
	if (len >= sizeof word)
		return -1;
	snprintf(word, sizeof word, "%.*s", (int)len, *s);
	text_fold(word, folded, sizeof folded);
	*s += len;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(words[i].word, folded) == 0) {
			*days = words[i].days;
			return 0;
		}
	return -1;
}

/* Numbers with anything but letters between them; -1 for what is no such text. */
static int
take_numbers(const char *s, int *out)
{
	int n = 0;

	while (*s != '\0') {
		char *end;

		if (!isdigit((unsigned char)*s)) {
			if (strchr(" -:.,/T", *s++) == NULL)
				return -1;
			continue;
		}
		if (n == NUMBERS_MAX)
			return -1;
		out[n++] = (int)strtol(s, &end, 10);
		if (end - s > 4)
			return -1;
		s = end;
	}
	return n;
}

/* Of the calendar and the clock: mktime would take the 31st of June. */
static bool
is_moment(const struct tm *tm)
{
	struct date d = { tm->tm_year + 1900, tm->tm_mon + 1, tm->tm_mday };

	return d.year >= 1970 && d.year < 10000 && d.month >= 1 &&
	    d.month <= 12 && d.day >= 1 &&
	    date_from_days(date_to_days(d)).day == d.day &&
	    tm->tm_hour >= 0 && tm->tm_hour < 24 && tm->tm_min >= 0 &&
	    tm->tm_min < 60;
}

int
span_parse(const char *s, int64_t now, int64_t *out, struct err *err)
{
	const char *at = s + strspn(s, " ");
	int v[NUMBERS_MAX] = { 0 }, n, days;
	struct date d = date_local(now);
	struct tm tm = { .tm_isdst = -1 };
	bool named = strcspn(at, " 0123456789") > 0;
	time_t t;

	*out = 0;
	if (*at == '\0')
		return 0;
	if (take_word(&at, &days) == -1 || (n = take_numbers(at, v)) == -1 ||
	    (named ? n != 0 && n != 2 : n != 2 && n != 3 && n != 5))
		return err_set(err, ERR_USAGE, _("write it as 2026-11-22 09:30, "
		    "or leave it empty"), NULL);
	if (n >= 3)
		d = (struct date){ v[0], v[1], v[2] };
	else
		d = date_add(d, days);
	tm.tm_year = d.year - 1900;
	tm.tm_mon = d.month - 1;
	tm.tm_mday = d.day;
	tm.tm_hour = n == 5 ? v[3] : n == 2 ? v[0] : 0;
	tm.tm_min = n == 5 ? v[4] : n == 2 ? v[1] : 0;
	if (!is_moment(&tm) || (t = mktime(&tm)) == (time_t)-1)
		return err_set(err, ERR_USAGE, _("there is no such day or hour"),
		    NULL);
	if (t > now)
		return err_set(err, ERR_USAGE,
		    _("that is still to come: it was lost before now"), NULL);
	*out = (int64_t)t;
	return 0;
}
