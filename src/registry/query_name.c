/* A name, with or without a date, out of a line. */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "registry/query_parts.h"

#define DATE_MAX	12	/* "14.03.2027r." */
#define YEAR_FIRST	1950
#define YEAR_LAST	2100
/* Local days begin up to this long before those of UTC that files have. */
#define DAY_EARLY	(2 * 60 * 60)
#define MONOGRAM_MAX	3	/* letters */

/* Up to three numbers between stops, hyphens or slashes. */
static size_t
numbers(const char *s, size_t len, int out[static 3])
{
	size_t n = 0, i = 0;

	while (i < len && n < 3) {
		size_t start = i;

		/* No date has a number of five digits; more would overflow. */
		for (out[n] = 0; i < len && i - start <= 4 &&
		    isdigit((unsigned char)s[i]); i++)
			out[n] = out[n] * 10 + (s[i] - '0');
		if (i == start || i - start > 4)
			return 0;
		n++;
		if (i < len && strchr(".-/", s[i++]) == NULL)
			return 0;
	}
	return i == len ? n : 0;
}

static bool
is_year(int n)
{
	return n >= YEAR_FIRST && n < YEAR_LAST;
}

/* Year, month and day of one, two or three numbers; 0 for what is not said. */
static bool
arrange(const int *in, size_t n, int *y, int *m, int *d)
{
	bool first = is_year(in[0]);

	if (n == 0 || (!first && !is_year(in[n - 1])))
		return false;
	*y = first ? in[0] : in[n - 1];
	*m = n < 2 ? 0 : first || n == 3 ? in[1] : in[0];
	*d = n < 3 ? 0 : first ? in[2] : in[0];
	return (n < 2 || (*m >= 1 && *m <= 12)) &&
	    (n < 3 || (*d >= 1 && *d <= 31));
}

bool
query_date(const char *s, size_t len, int64_t *from, int64_t *until)
{
	int in[3], y, m, d;
	int64_t start, end;

	while (len > 0 && strchr("r.", s[len - 1]) != NULL)
		len--;
	if (len < 4 || len > DATE_MAX ||
	    !arrange(in, numbers(s, len, in), &y, &m, &d) ||
	    clock_from_utc(y, m ? m : 1, d ? d : 1, 0, 0, 0, &start) == -1)
		return false;
	if (d != 0)
		end = start + 24 * 60 * 60;
	else if (m != 0)
		(void)clock_from_utc(m == 12 ? y + 1 : y, m % 12 + 1, 1, 0, 0,
		    0, &end);
	else
		(void)clock_from_utc(y + 1, 1, 1, 0, 0, 0, &end);
	*from = start - DAY_EARLY;
	*until = end;
	return true;
}

/* "z 2025", "rok 2025", "2025 r.": no initial beside a date. */
static bool
goes_with_date(const char *s, size_t len)
{
	if (len > 0 && s[len - 1] == '.')
		len--;
	return (len == 1 && (*s == 'r' || *s == 'z')) ||
	    (len == 3 && strncasecmp(s, "rok", len) == 0) ||
	    (len == 4 && strncasecmp(s, "roku", len) == 0);
}

#define BETWEEN		" ,;()"

static void
blank_before(char *line, char *s)
{
	char *end, *start;

	for (end = s;; end = start) {
		while (end > line && strchr(BETWEEN, end[-1]) != NULL)
			end--;
		for (start = end; start > line &&
		    strchr(BETWEEN, start[-1]) == NULL; start--)
			;
		if (start == end ||
		    !goes_with_date(start, (size_t)(end - start)))
			return;
		memset(start, ' ', (size_t)(end - start));
	}
}

static void
blank_after(char *s)
{
	size_t len;

	s += strspn(s, BETWEEN);
	len = strcspn(s, BETWEEN);
	if (goes_with_date(s, len))
		memset(s, ' ', len);
}

/* Blank the dates of a line; the first one counts. */
static void
take_dates(struct query *q, char *line)
{
	char *s = line;

	while (*(s += strspn(s, BETWEEN)) != '\0') {
		size_t len = strcspn(s, BETWEEN);
		int64_t from, until;

		if (query_date(s, len, &from, &until)) {
			if (q->until == 0) {
				q->from = from;
				q->until = until;
			}
			memset(s, ' ', len);
			blank_before(line, s);
			blank_after(s + len);
		}
		s += len;
	}
}

static bool
has_letters(const struct name_word *w)
{
	size_t i, letters = 0;

	for (i = 0; i < w->len; i++)
		letters += !isdigit((unsigned char)w->s[i]);
	return letters * 2 > w->len;
}

/* Two or three letters together and no small ones. */
static bool
is_monogram(const struct query *q, const char *line)
{
	return q->nwords == 1 && q->words[0].len >= 2 &&
	    q->words[0].len <= MONOGRAM_MAX && has_letters(&q->words[0]) &&
	    strpbrk(line, " abcdefghijklmnopqrstuvwxyz") == NULL;
}

void
query_take_name(struct query *q, const char *line)
{
	char rest[FIND_QUERY_MAX + 1];
	size_t n = strnlen(line, sizeof rest - 1), i;
	bool digits = !q->apart && strpbrk(line, "0123456789") != NULL;
	bool name = false;

	/* A number with letters in it is no name, nor are they a monogram. */
	if (digits && q->hex.n > MONOGRAM_MAX)
		return;
	memcpy(rest, line, n);
	rest[n] = '\0';
	take_dates(q, rest);
	q->nwords = name_words(rest, q->words, QUERY_WORDS_MAX);
	q->monogram = is_monogram(q, line);
	for (i = 0; i < q->nwords; i++)
		name |= q->words[i].len >= 2 && has_letters(&q->words[i]);
	if (digits && (q->hex.n > 0 ||
	    (q->document[0] != '\0' && strchr(line, ' ') == NULL)))
		name = false;
	if (name) {
		q->kinds |= FIND_NAME;
	} else {
		q->nwords = 0;
		q->from = q->until = 0;
	}
	explicit_bzero(rest, sizeof rest);
}
