/*
 * When to begin a renewal: the end of the certificate less the working days that
 * the authority takes, Polish public holidays counted.
 */
#include "config.h"

#include <stdio.h>

#include "answers/checks.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "cert/issued.h"

#define DAY_TEXT	16

static const char *
day_of(struct date d, char buf[DAY_TEXT])
{
	(void)snprintf(buf, DAY_TEXT, "%04d-%02d-%02d", d.year % 10000,
	    d.month % 100, d.day % 100);
	return buf;
}

static int
days_until(struct date d, int64_t now)
{
	return (int)(date_to_days(d) - date_to_days(date_local(now)));
}

/* Public holidays that cost a working day, from a day to before another. */
static int
holidays(struct date from, struct date to)
{
	int n = 0;

	for (; date_cmp(from, to) < 0; from = date_add(from, 1))
		n += date_is_holiday(from) && date_weekday(from) < 5;
	return n;
}

/* --- what was looked at -------------------------------------------------------- */

static void
look_at_days(const struct answer_facts *f, const struct cert *c,
    struct answer *a)
{
	const struct authority *who = f->authorities != NULL ?
	    cert_authority(c, f->authorities, NULL) : NULL;
	long days = f->conf != NULL ? f->conf->working_days :
	    RENEW_WORKING_DAYS;

	if (who != NULL && who->working_days > 0)
		answer_saw(a, VERDICT_YES, _("working days"),
		    _("%ld, says the configuration of %s"),
		    who->working_days, who->name);
	else
		answer_saw(a, VERDICT_MAYBE, _("working days"),
		    _("%ld are reckoned with; the authority's own are not known here"),
		    days);
}

static void
look_at_dates(const struct cert *c, const struct validity_view *v,
    struct answer *a)
{
	struct date end = date_local(c->not_after);
	int off = holidays(v->last_safe, end);
	char day[DAY_TEXT];

	answer_saw(a, v->state == VALID_EXPIRED ? VERDICT_NO : VERDICT_YES,
	    _("ends on"), "%s", day_of(end, day));
	if (off > 0)
		answer_saw(a, VERDICT_YES, _("public holidays"),
		    P_("%d on a weekday until then, left out",
		    "%d on weekdays until then, left out", off), off);
	else
		answer_saw(a, VERDICT_YES, _("public holidays"),
		    _("none on a weekday until then"));
	answer_saw(a, VERDICT_YES, _("advised from"), "%s",
	    day_of(v->renew_from, day));
	answer_saw(a, VERDICT_YES, _("last safe day"), "%s",
	    day_of(v->last_safe, day));
}

/* What else on the card ends, and by when that has to be begun. */
static void
look_at_others(const struct answer_facts *f, const struct card_cert *about,
    struct answer *a)
{
	char words[CHECK_WORDS], day[DAY_TEXT];
	struct validity_view v;

	for (size_t i = 0; i < f->card->ncerts; i++) {
		const struct card_cert *c = &f->card->certs[i];

		if (!check_is_own(c) || c == about)
			continue;
		check_validity(f, c->cert, &v);
		if (!v.renewable)
			continue;
		answer_saw(a, days_until(v.last_safe, f->now) < 0 ?
		    VERDICT_MAYBE : VERDICT_YES, _("another certificate"),
		    _("%s; last safe day %s"), check_cert_words(c->cert,
		    f->now, words, sizeof words), day_of(v.last_safe, day));
	}
}

/* --- the verdict ------------------------------------------------------------------ */

static void
say_late(const struct cert *c, const struct validity_view *v, struct answer *a)
{
	char end[DAY_TEXT], safe[DAY_TEXT];

	answer_says(a, ANSWER_YES, "late",
	    _("Begin at once: the last safe day was %s, and the certificate ends on %s. The authority may not be done by then."),
	    day_of(v->last_safe, safe), day_of(date_local(c->not_after), end));
	answer_badge(a, P_("%d day left", "%d days left", (int)v->days_left),
	    (int)v->days_left);
}

static void
say(const struct answer_facts *f, const struct cert *c,
    const struct validity_view *v, struct answer *a)
{
	char from[DAY_TEXT], safe[DAY_TEXT];
	int left = days_until(v->last_safe, f->now);
	int wait = days_until(v->renew_from, f->now);

	day_of(v->renew_from, from);
	day_of(v->last_safe, safe);
	if (left < 0)
		say_late(c, v, a);
	else if (left == 0) {
		answer_says(a, ANSWER_YES, "today",
		    _("Begin today: it is the last safe day."));
		answer_badge(a, _("begin today"));
	} else if (wait > 0 && wait < left) {
		answer_says(a, ANSWER_NOT_YET, "early",
		    _("There is time: begin on %s, and on %s at the latest."),
		    from, safe);
		answer_badge(a, P_("in %d day", "in %d days", wait), wait);
	} else {
		answer_says(a, ANSWER_YES, "now",
		    _("Begin now, and on %s at the latest."), safe);
		answer_badge(a, P_("%d day to begin", "%d days to begin",
		    left), left);
	}
}

void
check_when_to_start(const struct answer_facts *f, struct answer *a)
{
	char words[CHECK_WORDS], hash[CHECK_HASH_HEX];
	const struct card_cert *c = check_ending(f);
	struct validity_view v;

	if (check_no_card(f, a))
		return;
	if (c == NULL) {
		check_say_no_cert(f, a);
		return;
	}
	answer_saw(a, VERDICT_YES, _("certificate"), "%s",
	    check_cert_words(c->cert, f->now, words, sizeof words));
	check_validity(f, c->cert, &v);
	if (v.state == VALID_BAD_DATES || v.state == VALID_EXPIRED) {
		check_say_bar(v.state == VALID_EXPIRED ? BAR_EXPIRED :
		    BAR_DATES, c, a);
		return;
	}
	if (check_status(f, c) == STATUS_REVOKED ||
	    check_status(f, c) == STATUS_SUSPENDED) {
		check_look_status(f, c, a);
		check_say_bar(check_bar(f, c), c, a);
		return;
	}
	look_at_days(f, c->cert, a);
	look_at_dates(c->cert, &v, a);
	look_at_others(f, c, a);
	say(f, c->cert, &v, a);
	answer_why(a, "%s",
	    _("The authority's working days are counted back from the end; weekends and public holidays do not count."));
	if (a->verdict == ANSWER_YES)
		answer_next(a, ACTION_RENEW, check_hash(c->sha256, hash),
		    _("Renew it here."));
	else if (v.state == VALID_NOT_YET)
		answer_next(a, ACTION_CERT, check_hash(c->sha256, hash),
		    _("Look at it."));
	else
		answer_next(a, ACTION_RENEW, check_hash(c->sha256, hash),
		    _("Whoever cannot wait renews it here today: all is checked first."));
	if (days_until(v.last_safe, f->now) < 0)
		answer_next(a, ACTION_QUESTION, "",
		    _("Ask the authority whether it can be quicker; otherwise a new certificate has to be ordered."));
	if (days_until(v.last_safe, f->now) > 0)
		answer_next(a, ACTION_NONE, NULL,
		    _("Earlier is safer: papers may have to be mended, and post takes days too. Ask whether the new one counts from today or from the end of the old one."));
}
