#include "config.h"

#include "answers/placing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hours.h"
#include "base/i18n.h"
#include "base/text.h"

#define FACT_MAX	512	/* bytes of one fact */

/* A text that grows up to its bound. */
struct put {
	char	*s;
	size_t	 size, len;
};

/* --- facts ---------------------------------------------------------------- */

/* A fact of an authority, "" for not known. */
typedef void	 fact_fn(const struct authority *, char *, size_t);

static void
fact_name(const struct authority *a, char *buf, size_t size)
{
	snprintf(buf, size, "%s", a->name);
}

static void
fact_telephone(const struct authority *a, char *buf, size_t size)
{
	snprintf(buf, size, "%s", a->phone);
}

static void
fact_hours(const struct authority *a, char *buf, size_t size)
{
	struct hours	 hours;
	char		*text;

	if (a->phone_hours[0] == '\0' ||
	    hours_parse(a->phone_hours, &hours) != NULL)
		return;
	text = hours_text(&hours);
	snprintf(buf, size, "%s", text);
	free(text);
}

static void
fact_email(const struct authority *a, char *buf, size_t size)
{
	snprintf(buf, size, "%s", a->form_email);
}

static void
fact_address(const struct authority *a, char *buf, size_t size)
{
	size_t	 i, len = 0;

	for (i = 0; i < a->form_address.n && len < size; i++)
		len += (size_t)snprintf(buf + len, size - len, "%s%s",
		    i > 0 ? ", " : "", a->form_address.v[i]);
}

/* A number of an authority in words; 0 is not known. */
typedef void	 count_fn(long, char *, size_t);

static void
certificates(long n, char *buf, size_t size)
{
	snprintf(buf, size, P_("%ld certificate", "%ld certificates", n), n);
}

static void
days(long n, char *buf, size_t size)
{
	snprintf(buf, size, P_("%ld day", "%ld days", n), n);
}

static void
working_days(long n, char *buf, size_t size)
{
	snprintf(buf, size, P_("%ld working day", "%ld working days", n), n);
}

#define UNDATED	SIZE_MAX
#define AT(field)	offsetof(struct authority, field)

static const struct fact {
	const char	*name;
	fact_fn		*get;		/* NULL: the number at at, counted */
	count_fn	*count;
	size_t		 at;
	size_t		 dated;		/* the day it was looked up */
} facts[] = {
	{ "address", fact_address, NULL, 0, AT(form_checked_on) },
	{ "authority", fact_name, NULL, 0, UNDATED },
	{ "confirm_days", NULL, working_days, AT(orders_confirm_days),
	  AT(orders_checked_on) },
	{ "email", fact_email, NULL, 0, AT(form_checked_on) },
	{ "hours", fact_hours, NULL, 0, AT(phone_checked_on) },
	{ "issue_days", NULL, working_days, AT(orders_issue_days),
	  AT(orders_checked_on) },
	{ "limit", NULL, certificates, AT(max_certificates), AT(checked_on) },
	{ "renew_days", NULL, days, AT(renew_days), UNDATED },
	{ "suspension_days", NULL, days, AT(suspension_days), UNDATED },
	{ "telephone", fact_telephone, NULL, 0, AT(phone_checked_on) },
	{ "working_days", NULL, working_days, AT(working_days), UNDATED },
};
#define NFACTS	(sizeof(facts) / sizeof(facts[0]))

/* Left as it is where it is not known. */
static void
get_fact(const struct fact *f, const struct authority *a, char *buf,
    size_t size)
{
	const void	*at = (const char *)a + f->at;

	if (f->get != NULL)
		f->get(a, buf, size);
	else if (*(const long *)at > 0)
		f->count(*(const long *)at, buf, size);
}

static const struct fact *
fact_named(const char *name, size_t len)
{
	size_t	 i;

	for (i = 0; i < NFACTS; i++)
		if (strlen(facts[i].name) == len &&
		    strncmp(facts[i].name, name, len) == 0)
			return &facts[i];
	return NULL;
}

const char *
placing_name(size_t i)
{
	return i < NFACTS ? facts[i].name : NULL;
}

/* --- days ----------------------------------------------------------------- */

bool
placing_old(const char *day, int64_t now)
{
	struct date	 d;

	if (sscanf(day, "%4d-%2d-%2d", &d.year, &d.month, &d.day) != 3)
		return false;
	return date_to_days(date_local(now)) - date_to_days(d) > FACT_OLD_DAYS;
}

/* --- texts ---------------------------------------------------------------- */

/* A name in braces at s; its length without them, 0 if there is none. */
static size_t
braced(const char *s, const char *end)
{
	const char	*p;

	if (*s != '{')
		return 0;
	for (p = s + 1; p < end && ((*p >= 'a' && *p <= 'z') || *p == '_'); p++)
		;
	return p < end && *p == '}' ? (size_t)(p - s) - 1 : 0;
}

bool
placing_unknown(const char *text, char *name, size_t size)
{
	const char	*end = text + strlen(text);
	size_t		 n;

	for (; *text != '\0'; text++) {
		n = braced(text, end);
		if (n > 0 && fact_named(text + 1, n) == NULL) {
			snprintf(name, size, "%.*s", (int)n, text + 1);
			return true;
		}
	}
	return false;
}

static void
put(struct put *out, const char *s, size_t len)
{
	size_t	 room = out->size - out->len - 1;

	if (len > room) {
		len = text_cut(s, room);
		out->size = out->len + len + 1;	/* no more after a cut */
	}
	memcpy(out->s + out->len, s, len);
	out->len += len;
	out->s[out->len] = '\0';
}

/* The fact behind a name, with its day where that is long ago; false: not known. */
static bool
put_fact(struct put *out, const char *name, size_t len,
    const struct authority *a, int64_t now)
{
	const struct fact	*fact = fact_named(name, len);
	char			 buf[FACT_MAX] = "";
	const char		*day;

	if (fact == NULL || a == NULL)
		return false;
	get_fact(fact, a, buf, sizeof(buf));
	if (buf[0] == '\0')
		return false;
	put(out, buf, strlen(buf));
	if (fact->dated == UNDATED)
		return true;
	day = *(char *const *)(const void *)((const char *)a + fact->dated);
	if (placing_old(day, now)) {
		snprintf(buf, sizeof(buf), _(" (checked on %s)"), day);
		put(out, buf, strlen(buf));
	}
	return true;
}

/*
 * A sentence ends with its mark, quotes behind it included, before a blank or
 * the end.  A stop behind an abbreviation makes two of one, which does no harm
 * where no name in braces stands.
 */
static const char *
sentence_end(const char *s)
{
	const char	*p;

	for (; *s != '\0' && strncmp(s, "\n\n", 2) != 0; s++) {
		if (strchr(".!?", *s) == NULL)
			continue;
		for (p = s + 1; strchr("\")", *p) != NULL && *p != '\0'; p++)
			;
		if (strncmp(p, "\u201d", 3) == 0)
			p += 3;
		if (*p == ' ' || *p == '\n' || *p == '\0')
			return p;
	}
	return s;
}

/* False where a fact is lacking. */
static bool
put_sentence(struct put *out, const char *s, const char *end,
    const struct authority *a, int64_t now)
{
	const char	*p;
	size_t		 n;

	for (p = s; p < end; p++) {
		if ((n = braced(p, end)) == 0)
			continue;
		put(out, s, (size_t)(p - s));
		if (!put_fact(out, p + 1, n, a, now))
			return false;
		p += n + 1;
		s = p + 1;
	}
	put(out, s, (size_t)(end - s));
	return true;
}

char *
placing(const char *text, const struct authority *a, int64_t now, char *buf,
    size_t size)
{
	struct put	 out = { .s = buf, .size = size };
	bool		 parted = false;
	const char	*end, *part;
	size_t		 before;

	buf[0] = '\0';
	for (; *text != '\0'; text = end) {
		while (*text == ' ' || *text == '\n')
			parted |= *text++ == '\n';
		end = sentence_end(text);
		before = out.len;
		part = before == 0 ? "" : parted ? "\n\n" : " ";
		put(&out, part, strlen(part));
		if (!put_sentence(&out, text, end, a, now)) {
			out.len = before;
			buf[before] = '\0';
		} else if (end > text)
			parted = false;
	}
	return buf;
}
