#include "config.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "ui/recwords.h"
#include "ui/span.h"
#include "ui/statuspage.h"

#define LABEL_COLS	18

static bool
answered(const struct status_report *s)
{
	return s->ocsp.answered || s->crl.answered || s->delta.answered;
}

enum style
status_style(const struct status_report *s)
{
	if (!answered(s))
		return STYLE_WARN;
	return s->status == STATUS_GOOD ? STYLE_GOOD :
	    s->status == STATUS_UNKNOWN ? STYLE_WARN : STYLE_BAD;
}

const char *
status_sentence(const struct status_report *s, char *buf, size_t size)
{
	static const char *const sentences[STATUS_COUNT] = {
		[STATUS_UNKNOWN] = N_("The authority does not know this "
		    "certificate (%s)."),
		[STATUS_GOOD] = N_("Not revoked, says %s."),
		[STATUS_REVOKED] = N_("Revoked, says %s."),
		[STATUS_SUSPENDED] = N_("Suspended, says %s."),
	};

	if (!answered(s))
		return err_sentence(&s->err, buf, size);
	if (s->status == STATUS_UNKNOWN && s->ocsp.never_issued)
		return _("The authority says that it never issued a certificate "
		    "of this number.");
	snprintf(buf, size, _(sentences[s->status]), recwords_how(s->by));
	return buf;
}

const char *
status_clock(const struct status_report *s, char *buf, size_t size)
{
	return span_clock(s->clock_off, buf, size);
}

static void
say_time(struct page *page, const char *label, int64_t at)
{
	char when[32];

	if (at != 0)
		page_field(page, label, STYLE_TEXT,
		    clock_local(at, when, sizeof when));
}

static const char *
way_words(const struct status_way *w)
{
	switch (w->status) {
	case STATUS_GOOD:
		return _("not revoked");
	case STATUS_REVOKED:
		return _("revoked");
	case STATUS_SUSPENDED:
		return _("suspended");
	default:
		return w->never_issued ? _("never issued") :
		    _("not known there");
	}
}

static void
say_answer(struct page *page, const struct status_way *w)
{
	const char *why = recwords_reason(w->reason);
	char text[256], hex[2 * sizeof w->sha256 + 1];

	page_field(page, _("says"), w->status == STATUS_GOOD ? STYLE_GOOD :
	    STYLE_BAD, way_words(w));
	say_time(page, _("since"), w->revoked_at);
	page_field(page, _("reason"), STYLE_TEXT, why);
	say_time(page, _("as of"), w->this_update);
	say_time(page, _("holds until"), w->next_update);
	page_field(page, _("signed by"), STYLE_TEXT, w->responder);
	if (w->entries > 0) {
		snprintf(text, sizeof text, P_("%lld entry", "%lld entries",
		    w->entries), (long long)w->entries);
		page_field(page, _("list"), STYLE_TEXT, text);
	}
	if (w->odd > 0) {
		snprintf(text, sizeof text, P_("%lld entry could not be read",
		    "%lld entries could not be read", w->odd),
		    (long long)w->odd);
		page_field(page, "", STYLE_WARN, text);
	}
	snprintf(text, sizeof text, w->kept ?
	    _("%lld ms, out of the list kept here") : "%lld ms",
	    (long long)w->millis);
	page_field(page, _("took"), STYLE_DIM, text);
	page_field(page, "SHA-256", STYLE_DIM, text_hex(w->sha256,
	    sizeof w->sha256, 0, hex, sizeof hex));
}

static void
say_way(struct page *page, const char *title, const struct status_way *w)
{
	char text[512];

	if (!w->tried)
		return;
	page_heading(page, title);
	page_field(page, _("asked at"), STYLE_TEXT, w->url);
	if (w->answered) {
		say_answer(page, w);
		return;
	}
	page_text(page, STYLE_BAD, err_sentence(&w->err, text, sizeof text));
	page_text(page, STYLE_TEXT, err_next(&w->err, text, sizeof text));
}

void
statuspage_say(struct page *page, const struct status_report *s, int64_t now)
{
	char text[512], when[32];

	page_labels(page, LABEL_COLS);
	page_text(page, status_style(s), status_sentence(s, text, sizeof text));
	if (!answered(s))
		page_text(page, STYLE_TEXT, err_next(&s->err, text,
		    sizeof text));
	if (status_clock(s, text, sizeof text)[0] != '\0')
		page_text(page, STYLE_WARN, text);
	if (s->good_until > now && s->status != STATUS_GOOD) {
		snprintf(text, sizeof text, _("Until %s somebody may still have "
		    "an old answer that says \"good\"."),
		    span_moment(s->good_until, now, when, sizeof when));
		page_text(page, STYLE_WARN, text);
	}
	say_way(page, "OCSP", &s->ocsp);
	say_way(page, _("Revocation list (CRL)"), &s->crl);
	say_way(page, _("Newest changes (delta CRL)"), &s->delta);
}
