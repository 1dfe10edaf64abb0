#include "config.h"

#include "base/hours.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"

#define DAY	86400
#define ALL_DAYS	0x7f

/*
 * Days that are looked ahead: the longest that opening hours can wait is for a
 * weekday that is a holiday two weeks running, as Fridays at the year's end.
 */
#define HORIZON	30

static const char *const day_names[] = {
	N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"),
	N_("Sun") };

#define NDAYS	(int)(sizeof(day_names) / sizeof(day_names[0]))

/* --- reading --------------------------------------------------------------- */

static void
blanks(const char **s)
{
	while (**s == ' ' || **s == '\t')
		(*s)++;
}

/* A whole word, in any case. */
static bool
word(const char **s, const char *name)
{
	size_t	 len = strlen(name);

	if (strncasecmp(*s, name, len) != 0 || isalpha((unsigned char)(*s)[len]))
		return false;
	*s += len;
	return true;
}

static int
day_number(const char **s)
{
	int	 i;

	for (i = 0; i < NDAYS; i++)
		if (word(s, day_names[i]))
			return i;
	return -1;
}

/* "daily"; "Sat"; "Mon-Fri"; "Mon, Wed-Fri".  Sat-Mon is three days. */
static int
read_days(const char **s, unsigned *days)
{
	int	 first, last;

	*days = 0;
	if (word(s, "daily")) {
		*days = ALL_DAYS;
		return 0;
	}
	do {
		blanks(s);
		if ((first = last = day_number(s)) == -1)
			return -1;
		if (**s == '-') {
			(*s)++;
			if ((last = day_number(s)) == -1)
				return -1;
		}
		for (; first != last; first = (first + 1) % NDAYS)
			*days |= 1u << first;
		*days |= 1u << last;
		blanks(s);
	} while (**s == ',' && (*s)++);
	return 0;
}

/* "8:00", "08:00", "24:00"; -1. */
static int
read_time(const char **s)
{
	int	 hour = 0, minute, digits;

	for (digits = 0; digits < 2 && isdigit((unsigned char)**s); digits++)
		hour = hour * 10 + *(*s)++ - '0';
	if (digits == 0 || *(*s)++ != ':' || !isdigit((unsigned char)(*s)[0]) ||
	    !isdigit((unsigned char)(*s)[1]) || isdigit((unsigned char)(*s)[2]))
		return -1;
	minute = ((*s)[0] - '0') * 10 + (*s)[1] - '0';
	*s += 2;
	if (minute > 59 || hour * 60 + minute > HOURS_MIDNIGHT)
		return -1;
	return hour * 60 + minute;
}

static const char *
read_part(const char **s, struct hours_part *part)
{
	if (read_days(s, &part->days) == -1)
		return N_("it does not begin with days like Mon-Fri, or daily");
	blanks(s);
	if ((part->from = read_time(s)) == -1 || *(*s)++ != '-' ||
	    (part->to = read_time(s)) == -1)
		return N_("after the days there are no times like 08:00-18:00");
	if (part->from >= part->to)
		return N_("the hours end before they begin; two parts make a night");
	blanks(s);
	part->holidays = word(s, "holidays");
	blanks(s);
	return NULL;
}

bool
hours_begin(const char *s)
{
	unsigned	 days;

	blanks(&s);
	if (read_days(&s, &days) == -1)
		return false;
	blanks(&s);
	return isdigit((unsigned char)*s) != 0;
}

const char *
hours_parse(const char *s, struct hours *h)
{
	const char	*wrong;

	memset(h, 0, sizeof(*h));
	blanks(&s);
	while (*s != '\0') {
		if (h->n == HOURS_MAX)
			return N_("it has too many parts");
		if ((wrong = read_part(&s, &h->v[h->n])) != NULL)
			return wrong;
		h->n++;
		if (*s != '\0' && *s++ != ';')
			return N_("between two parts there is no semicolon");
		blanks(&s);
	}
	return NULL;
}

/* --- asking ---------------------------------------------------------------- */

bool
hours_open(const struct hours *h, int64_t utc)
{
	struct date	 d;
	struct tm	 tm;
	time_t		 t = (time_t)utc;
	bool		 holiday;
	size_t		 i;
	int		 minute;

	if (localtime_r(&t, &tm) == NULL)
		return false;
	d = (struct date){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday };
	minute = tm.tm_hour * 60 + tm.tm_min;
	holiday = date_is_holiday(d);
	for (i = 0; i < h->n; i++)
		if ((h->v[i].days >> date_weekday(d) & 1) != 0 &&
		    h->v[i].from <= minute && minute < h->v[i].to &&
		    (!holiday || h->v[i].holidays))
			return true;
	return false;
}

/* A wall-clock minute of a day, taken as winter time (0) or summer time (1). */
static int64_t
moment(struct date d, int minute, int summer)
{
	struct tm	 tm = { .tm_year = d.year - 1900, .tm_mon = d.month - 1,
			    .tm_mday = d.day, .tm_min = minute,
			    .tm_isdst = summer };

	return mktime(&tm);
}

static long
offset(int64_t utc)
{
	struct tm	 tm;
	time_t		 t = (time_t)utc;

	return localtime_r(&t, &tm) != NULL ? tm.tm_gmtoff : 0;
}

/* When the clocks are changed between two moments; 0: they are not. */
static int64_t
clock_change(int64_t from, int64_t to)
{
	int64_t	 middle;

	if (offset(from) == offset(to))
		return 0;
	while (to - from > 1) {
		middle = from + (to - from) / 2;
		if (offset(middle) == offset(from))
			from = middle;
		else
			to = middle;
	}
	return to;
}

/* Moments that are to be looked at; the first that differs is kept. */
struct looking {
	const struct hours	*h;
	int64_t			 after, found;
	bool			 now;
};

static void
look(struct looking *l, int64_t t)
{
	if (t > l->after && (l->found == 0 || t < l->found) &&
	    hours_open(l->h, t) != l->now)
		l->found = t;
}

int64_t
hours_change(const struct hours *h, int64_t utc)
{
	struct looking	 l = { h, utc, 0, hours_open(h, utc) };
	struct date	 d = date_local(utc);
	size_t		 i;
	int		 day, summer;

	for (day = 0; day < HORIZON && l.found == 0; day++) {
		for (i = 0; i < h->n; i++)
			for (summer = 0; summer < 2; summer++) {
				look(&l, moment(d, h->v[i].from, summer));
				look(&l, moment(d, h->v[i].to, summer));
			}
		look(&l, clock_change(moment(d, 0, -1),
		    moment(d, HOURS_MIDNIGHT, -1)));
		d = date_add(d, 1);
	}
	return l.found;
}

/* --- telling --------------------------------------------------------------- */

/* Days that follow each other are named by the first and the last. */
static void
put_days(FILE *f, unsigned days)
{
	const char	*gap = "";
	int		 first, last;

	if (days == ALL_DAYS) {
		fputs(_("daily"), f);
		return;
	}
	for (first = 0; first < NDAYS; first = last + 1) {
		for (last = first; last + 1 < NDAYS &&
		    (days >> first & 1) != 0 && (days >> (last + 1) & 1) != 0;)
			last++;
		if ((days >> first & 1) == 0)
			continue;
		fprintf(f, "%s%s", gap, _(day_names[first]));
		if (last > first)
			fprintf(f, "-%s", _(day_names[last]));
		gap = ", ";
	}
}

char *
hours_text(const struct hours *h)
{
	const struct hours_part	*p;
	char			*text = NULL;
	size_t			 size;
	FILE			*f = open_memstream(&text, &size);

	if (f == NULL)
		panic("no memory for opening hours");
	for (p = h->v; p < h->v + h->n; p++) {
		fputs(p > h->v ? "; " : "", f);
		put_days(f, p->days);
		fprintf(f, " %02d:%02d-%02d:%02d", p->from / 60, p->from % 60,
		    p->to / 60, p->to % 60);
		if (p->holidays)
			fprintf(f, " %s", _("(holidays too)"));
	}
	if (fclose(f) != 0)
		panic("no memory for opening hours");
	return text;
}
