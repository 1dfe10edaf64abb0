#include "config.h"

#include "net/head.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"

#define DATE_MAX	48	/* characters of a date, with room for odd ones */
#define SECONDS_MAX	((int64_t)10 * 366 * 86400)

/* --- pieces of a line ----------------------------------------------------- */

static bool
blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct span
trim(struct span s)
{
	while (s.len > 0 && blank(s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

/* Up to a separator, which goes too; the rest stays in s. */
static struct span
upto(struct span *s, char separator)
{
	const uint8_t *end = s->len > 0 ? memchr(s->p, separator, s->len) :
	    NULL;
	size_t n = end != NULL ? (size_t)(end - s->p) : s->len;
	struct span part = span_of(s->p, n);

	if (end != NULL)
		n++;
	s->p += n;
	s->len -= n;
	return part;
}

static bool
is(struct span s, const char *word)
{
	return s.len == strlen(word) &&
	    strncasecmp((const char *)s.p, word, s.len) == 0;
}

/* Figures and nothing else, cut to most; -1 for none. */
static int64_t
figures(struct span s, int64_t most)
{
	int64_t n = 0;

	if (s.len == 0)
		return -1;
	for (size_t i = 0; i < s.len; i++) {
		if (!isdigit(s.p[i]))
			return -1;
		n = n * 10 + (s.p[i] - '0');
		if (n > most)
			n = most;
	}
	return n;
}

/* Whole or not at all: half an ETag would match nothing, or the wrong thing. */
static void
keep(char *out, size_t max, struct span s)
{
	out[0] = '\0';
	if (s.len > max)
		return;
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return;
	memcpy(out, s.p, s.len);
	out[s.len] = '\0';
}

/* --- times ---------------------------------------------------------------- */

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char days[] = "MonTueWedThuFriSatSun";

static int
month_of(const char *name)
{
	for (int i = 0; i < 12; i++)
		if (strncasecmp(name, months + (ptrdiff_t)i * 3, 3) == 0)
			return i + 1;
	return 0;
}

/* RFC 850 has two figures: the century is the one that is nearest. */
static int
century(int year)
{
	int now = date_from_days(clock_now() / 86400).year;

	year += now - now % 100;
	return year > now + 50 ? year - 100 : year;
}

int
head_date(struct span s, int64_t *out)
{
	char text[DATE_MAX + 1], month[4];
	int year, day, h, m, sec, used = 0;

	s = trim(s);
	if (s.len == 0 || s.len > DATE_MAX || memchr(s.p, 0, s.len) != NULL)
		return -1;
	memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	if (sscanf(text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n",
	    &day, month, &year, &h, &m, &sec, &used) == 6 && used != 0)
		;
	else if (sscanf(text, "%*9[A-Za-z], %2d-%3[A-Za-z]-%2d %2d:%2d:%2d "
	    "GMT%n", &day, month, &year, &h, &m, &sec, &used) == 6 && used != 0)
		year = century(year);
	else if (sscanf(text, "%*3[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d %4d%n",
	    month, &day, &h, &m, &sec, &year, &used) != 6 || used == 0)
		return -1;
	if ((size_t)used != s.len || year < 1970)
		return -1;
	return clock_from_utc(year, month_of(month), day, h, m,
	    sec == 60 ? 59 : sec, out);
}

const char *
head_date_text(int64_t t, char buf[static HEAD_DATE_SIZE])
{
	int64_t day = t / 86400, sec = t % 86400;
	struct date d = date_from_days(day);

	(void)snprintf(buf, HEAD_DATE_SIZE,
	    "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
	    days + (ptrdiff_t)date_weekday(d) * 3, d.day,
	    months + (ptrdiff_t)(d.month - 1) * 3, d.year, (int)(sec / 3600),
	    (int)(sec / 60 % 60), (int)(sec % 60));
	return buf;
}

/* --- lines ---------------------------------------------------------------- */

static void
on_cache_control(struct head_reading *r, struct span s)
{
	while (s.len > 0) {
		struct span value = trim(upto(&s, ','));
		struct span name = trim(upto(&value, '='));
		int64_t n;

		value = trim(value);
		if (value.len >= 2 && value.p[0] == '"' &&
		    value.p[value.len - 1] == '"')
			value = span_of(value.p + 1, value.len - 2);
		if (is(name, "no-cache") || is(name, "no-store"))
			r->stale = true;
		else if (is(name, "max-age") &&
		    (n = figures(value, SECONDS_MAX)) >= 0) {
			r->max_age = n;
			r->said_max_age = true;
		}
	}
}

static void
on_type(struct head_reading *r, struct span s)
{
	char *type = r->head.type;

	keep(type, HEAD_TYPE_MAX, trim(upto(&s, ';')));
	for (; *type != '\0'; type++)
		*type = (char)tolower((unsigned char)*type);
}

/* Nonsense, as "0", means already stale; a max-age counts more (RFC 9111 5.3). */
static void
on_expires(struct head_reading *r, struct span s)
{
	r->said_expires = true;
	if (head_date(s, &r->expires) == -1)
		r->expires = 0;
}

static void
on_retry(struct head_reading *r, struct span s)
{
	int64_t n = figures(s, HEAD_RETRY_MAX);

	if (n >= 0)
		r->head.retry_after = (unsigned)n;
	else
		(void)head_date(s, &r->retry_at);
}

static void
on_etag(struct head_reading *r, struct span s)
{
	keep(r->head.etag, HEAD_ETAG_MAX, s);
}

static void
on_date(struct head_reading *r, struct span s)
{
	(void)head_date(s, &r->head.date);
}

static void
on_modified(struct head_reading *r, struct span s)
{
	(void)head_date(s, &r->head.last_modified);
}

static void
on_age(struct head_reading *r, struct span s)
{
	int64_t n = figures(s, SECONDS_MAX);

	r->age = n >= 0 ? n : 0;
}

static const struct {
	const char *name;
	void (*on)(struct head_reading *, struct span);
} lines[] = {
	{ "Age", on_age },
	{ "Cache-Control", on_cache_control },
	{ "Content-Type", on_type },
	{ "Date", on_date },
	{ "ETag", on_etag },
	{ "Expires", on_expires },
	{ "Last-Modified", on_modified },
	{ "Retry-After", on_retry },
};

void
head_begin(struct head_reading *r, int64_t now)
{
	*r = (struct head_reading){ .now = now };
}

/* "HTTP/1.1 200 OK": what an earlier answer (100 Continue) said is void. */
static void
on_status(struct head_reading *r, struct span s)
{
	int64_t status;

	head_begin(r, r->now);
	(void)upto(&s, ' ');
	s = trim(s);
	status = figures(trim(upto(&s, ' ')), 1000);
	r->head.status = status >= 100 && status <= 599 ? (int)status : 0;
}

void
head_line(struct head_reading *r, struct span s)
{
	struct span name;

	if (s.len >= 5 && memcmp(s.p, "HTTP/", 5) == 0) {
		on_status(r, s);
		return;
	}
	name = upto(&s, ':');
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (is(name, lines[i].name))
			lines[i].on(r, trim(s));
}

/*
 * How long an answer is fresh, the server says by its own clock; until when, is
 * reckoned by ours, so that a wrong one does no harm.
 */
void
head_end(struct head_reading *r)
{
	int64_t server = r->head.date != 0 ? r->head.date : r->now;
	int64_t lifetime = 0;

	if (r->retry_at > server)
		r->head.retry_after = r->retry_at - server < HEAD_RETRY_MAX ?
		    (unsigned)(r->retry_at - server) : HEAD_RETRY_MAX;
	if (!r->stale && !r->said_max_age && !r->said_expires)
		return;
	if (r->stale)
		lifetime = 0;
	else if (r->said_max_age)
		lifetime = r->max_age - r->age;
	else
		lifetime = r->expires - server - r->age;
	r->head.fresh_until = lifetime > 0 ? r->now + lifetime : r->now;
}
