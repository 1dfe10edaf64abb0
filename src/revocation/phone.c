#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hours.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "revocation/channel.h"
#include "revocation/wording.h"

#define GROUP		4	/* hex digits that are said in one breath */
#define SAID_MAX	120	/* columns of a text that is read aloud */

/* --- hours --------------------------------------------------------------------- */

void
phone_hours(const char *text, int64_t now, struct phone_hours *out)
{
	struct hours h;

	memset(out, 0, sizeof *out);
	if (text == NULL || hours_parse(text, &h) != NULL || h.n == 0)
		return;
	out->known = true;
	out->open = hours_open(&h, now);
	out->changes = hours_change(&h, now);
}

int
phone_hours_check(const char *text)
{
	struct hours h;

	return hours_parse(text, &h) == NULL ? 0 : -1;
}

/* --- the number in words --------------------------------------------------------- */

/*
 * Both languages at any time, whatever the desk speaks: so no catalogue.  Names
 * in Polish as on the telephone there, in English as ICAO spells.
 */
static const char *const polish[16] = {
	"zero", "jeden", "dwa", "trzy", "cztery", "pięć", "sześć", "siedem",
	"osiem", "dziewięć", "A jak Adam", "B jak Barbara", "C jak Cezary",
	"D jak Dorota", "E jak Ewa", "F jak Franciszek",
};
static const char *const english[16] = {
	"zero", "one", "two", "three", "four", "five", "six", "seven", "eight",
	"nine", "A as in Alfa", "B as in Bravo", "C as in Charlie",
	"D as in Delta", "E as in Echo", "F as in Foxtrot",
};

static int
digit(char c)
{
	if (!isxdigit((unsigned char)c))
		return -1;
	return isdigit((unsigned char)c) ? c - '0' :
	    toupper((unsigned char)c) - 'A' + 10;
}

static FILE *
page_open(char **text, size_t *size)
{
	FILE *f = open_memstream(text, size);

	if (f == NULL)
		panic("no memory for a page");
	return f;
}

static void
page_close(FILE *f)
{
	if (fclose(f) != 0)
		panic("no memory for a page");
}

/* Up to four digits in words; returns what is left of the number. */
static const char *
put_group(FILE *f, const char *hex, const char *const words[16])
{
	int said = 0;

	for (; *hex != '\0' && said < GROUP; hex++)
		if (digit(*hex) != -1)
			fprintf(f, "%s%s", said++ > 0 ? ", " : "",
			    words[digit(*hex)]);
	while (*hex != '\0' && digit(*hex) == -1)
		hex++;
	return hex;
}

static const char *const *
words_of(const char *language)
{
	return language != NULL && strcmp(language, "pl") == 0 ? polish :
	    english;
}

char *
phone_serial_words(const char *hex, const char *language)
{
	char *text = NULL;
	size_t size;
	FILE *f = page_open(&text, &size);

	while (*hex != '\0') {
		hex = put_group(f, hex, words_of(language));
		fputc('\n', f);
	}
	page_close(f);
	return text;
}

/* --- what is said ------------------------------------------------------------------ */

static const char *const asks[CASE_ACTIONS] = {
	[CASE_REVOKE] = N_("I am asking you to revoke a certificate."),
	[CASE_SUSPEND] = N_("I am asking you to suspend a certificate."),
	[CASE_LIFT] = N_("I am asking you to lift the suspension of a certificate."),
};

/* A line with one text from outside in it; none for a text that is not known. */
static void
say(FILE *f, const char *format, const char *s)
{
	struct safe_text t;

	if (s == NULL || s[0] == '\0')
		return;
	text_safe_str(&t, s, SAID_MAX);
	fprintf(f, format, t.s);
	fputc('\n', f);
}

static void
say_hours(FILE *f, const char *text)
{
	struct hours h;
	char *words;

	if (hours_parse(text, &h) != NULL || h.n == 0)
		return;
	words = hours_text(&h);
	say(f, _("Answers: %s"), words);
	free(words);
}

/* Whom to call, and how sure that is. */
static void
say_number(FILE *f, const struct authority *a)
{
	say(f, _("Call %s"), a->phone);
	say_hours(f, a->phone_hours);
	say(f, _("Looked up on %s"), a->phone_checked_on);
	if (wording_is_old(a->phone_checked_on, clock_now()))
		fprintf(f, "! %s\n", _("That is more than a year ago: make sure that number and hours are still right."));
	fputc('\n', f);
}

static void
say_serial(FILE *f, const struct record *r, const char *language)
{
	char *groups = wording_serial(r);
	const char *hex = groups;

	fprintf(f, "%s\n", _("The serial number, in groups of four:"));
	while (*hex != '\0') {
		fprintf(f, "    %.*s  ", GROUP, hex);
		hex = put_group(f, hex, words_of(language));
		fputc('\n', f);
	}
	free(groups);
}

static void
say_why(FILE *f, const struct case_view *view)
{
	char day[16];

	if (view->reason != -1)
		say(f, _("The reason: %s."), case_reason_name(view->reason));
	if (view->lost_at != 0)
		say(f, _("It happened on %s."),
		    clock_day(view->lost_at, day, sizeof day));
	if (view->who != -1)
		say(f, _("The request comes from: %s."),
		    case_who_name(view->who));
	if (view->proof != -1)
		say(f, _("How identity was checked: %s."),
		    case_proof_name(view->proof));
}

static void
say_request(FILE *f, const struct case_row *row, const struct case_view *view,
    const char *language)
{
	const struct case_event *last = wording_last(row);
	const struct record *r = &row->cert;
	char when[WORDING_TIME_MAX];

	fprintf(f, "%s\n", _("Say:"));
	say(f, _("Good day, this is the registration point %s."),
	    last != NULL ? last->point : NULL);
	fprintf(f, "%s\n", _(asks[view->action]));
	say(f, _("The holder is %s."), r->holder);
	say(f, _("It was issued by %s."), r->issuer.shown != NULL ?
	    r->issuer.shown : r->issuer.line);
	say_serial(f, r, language);
	say_why(f, view);
	say(f, _("We received the request at %s."),
	    wording_time(view->received, when));
	say(f, _("Our number of the case is %s."), row->number);
}

static void
say_rest(FILE *f, const struct authority *a)
{
	if (a != NULL && a->phone_say.n > 0) {
		fprintf(f, "\n%s\n", _("They will ask for:"));
		for (size_t i = 0; i < a->phone_say.n; i++)
			say(f, "  - %s", a->phone_say.v[i]);
	}
	fprintf(f, "\n%s\n", _("Before you hang up, ask who took the request and whether it is accepted, and put that into the case."));
}

/* Catalogues are the process's, so the language is changed and put back. */
char *
phone_script(const struct case_row *row, const struct case_view *view,
    const struct authority *a, const char *language)
{
	const char *before = i18n_get();
	char *text = NULL;
	size_t size;
	FILE *f = page_open(&text, &size);

	if (language == NULL)
		language = before;
	i18n_set(language);
	if (a != NULL)
		say_number(f, a);
	say_request(f, row, view, language);
	say_rest(f, a);
	i18n_set(before);
	page_close(f);
	return text;
}
