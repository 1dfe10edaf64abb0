#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "revocation/channel.h"
#include "ui/casepage.h"
#include "ui/gauge.h"
#include "ui/recwords.h"
#include "ui/span.h"

#define LABEL_COLS	16
#define NAME_COLS	20	/* of a step on the track */
#define TIME_COLS	21
#define DAY		86400	/* eIDAS art. 24(3) */

enum style
casepage_style(enum case_state state)
{
	switch (state) {
	case CASE_PUBLISHED:
	case CASE_CLOSED:
		return STYLE_GOOD;
	case CASE_REFUSED:
		return STYLE_BAD;
	case CASE_WITHDRAWN:
		return STYLE_DIM;
	default:
		return STYLE_WARN;
	}
}

/* --- the track ----------------------------------------------------------- */

static const char *
channel_words(const struct case_view *v)
{
	const struct channel *c = channel_by_id(v->channel);

	return c != NULL ? _(c->name) : v->channel;
}

/* Where an event was written, or by whom. */
static const char *
where_words(const struct case_event *e, char *buf, size_t size)
{
	const char *where = e != NULL && e->point != NULL &&
	    e->point[0] != '\0' ? e->point : e != NULL ? e->account : NULL;

	snprintf(buf, size, "%s", where != NULL ? where : "");
	return buf;
}

static const char *
status_words(const struct case_view *v)
{
	switch (v->status) {
	case STATUS_GOOD:
		return _("still good");
	case STATUS_REVOKED:
		return _("revoked");
	case STATUS_SUSPENDED:
		return _("suspended");
	default:
		return _("not known there");
	}
}

/* What the authority publishes meanwhile. */
static const char *
waiting_words(const struct case_view *v, int64_t now, char *buf, size_t size)
{
	char when[32];

	if (v->asked_at == 0)
		snprintf(buf, size, "%s", _("not asked yet"));
	else if (v->status < 0)
		snprintf(buf, size, _("asked %s: no answer"),
		    span_moment(v->asked_at, now, when, sizeof when));
	else
		snprintf(buf, size, _("asked %s: %s"), span_moment(v->asked_at,
		    now, when, sizeof when), status_words(v));
	return buf;
}

struct step {
	const char	*name;
	int64_t		 at;		/* 0: not yet */
	const char	*detail;
};

static void
say_step(struct page *page, const struct step *s, bool present)
{
	int row = page_take(page, 1);
	enum style style = s->at != 0 ? STYLE_GOOD : present ? STYLE_STRONG :
	    STYLE_DIM;
	int name = page_width(page) < 60 ? 14 : NAME_COLS;
	int time = page_width(page) < 60 ? 0 : TIME_COLS;
	char when[32];

	draw_text(&page->r, row, 0, 0, style, draw_glyph(s->at != 0 ?
	    GLYPH_DOT : present ? GLYPH_DOT_HALF : GLYPH_DOT_HOLLOW));
	draw_text(&page->r, row, 2, name - 1, style, s->name);
	if (s->at != 0 && time > 0)
		draw_text(&page->r, row, 2 + name, time - 1, STYLE_TEXT,
		    clock_local(s->at, when, sizeof when));
	draw_text(&page->r, row, 2 + name + time, 0, STYLE_DIM,
	    s->at != 0 || present ? s->detail : "");
}

/* Ended without proof: what would have come is not shown. */
static bool
ended(enum case_state state)
{
	return state == CASE_REFUSED || state == CASE_WITHDRAWN;
}

static void
say_track(struct page *page, const struct case_now *n, int64_t now)
{
	const struct case_view *v = &n->view;
	char where[128], waiting[128];
	const struct step steps[] = {
		{ _("received"), v->received, where_words(n->row.nevents > 0 ?
		    &n->row.events[0] : NULL, where, sizeof where) },
		{ _("complete"), v->complete, v->complete != 0 ?
		    _("four digits confirmed") : _("questions are open") },
		{ case_only_form(v) ? _("form made") :
		    v->state == CASE_ON_PAPER ? _("with people") : _("sent"),
		    v->sent, channel_words(v) },
		{ v->refused ? _("refused there") : _("accepted there"),
		    v->answered, "" },
		{ _("published"), v->published, v->published != 0 ?
		    recwords_how((enum record_how)v->proved_by) :
		    waiting_words(v, now, waiting, sizeof waiting) },
		{ _("closed"), v->closed, "" },
	};
	size_t count = sizeof steps / sizeof steps[0], at = 0;

	for (size_t i = 0; i < count; i++)
		if (steps[i].at != 0)
			at = i + 1;
	for (size_t i = 0; i < count; i++) {
		/* Proof may come without an answer: then that is none missed. */
		if (steps[i].at == 0 && (i < at || ended(v->state)))
			continue;
		say_step(page, &steps[i], i == at);
	}
	if (ended(v->state))
		page_item(page, draw_glyph(GLYPH_NO), casepage_style(v->state),
		    case_state_name(v->state), NAME_COLS,
		    v->note != NULL ? v->note : "");
}

/* --- the clock ----------------------------------------------------------- */

static void
say_clock(struct page *page, const struct case_view *v, int64_t now)
{
	char words[128], when[32], text[256];
	int64_t used = now - (v->deadline - DAY);
	int row;

	if (v->deadline != 0) {
		page_gap(page);
		case_clock(v, now, words, sizeof words);
		row = page_take(page, 1);
		gauge_draw_styled(&page->r, row, used, DAY, v->deadline -
		    now < SPAN_NEAR ? STYLE_BAD : STYLE_GOOD, words);
	}
	if (v->next_try > now) {
		snprintf(text, sizeof text, _("It is tried again by itself at "
		    "%s."), span_moment(v->next_try, now, when, sizeof when));
		page_text(page, STYLE_DIM, text);
	}
	if (v->hold_ends != 0) {
		snprintf(text, sizeof text, _("The suspension ends on %s; then "
		    "it is a revocation."), recwords_day(v->hold_ends, when,
		    sizeof when));
		page_text(page, STYLE_WARN, text);
	}
	if (v->good_until > now && v->published != 0) {
		snprintf(text, sizeof text, _("Until %s somebody may still have "
		    "an old answer that says \"good\"."),
		    span_moment(v->good_until, now, when, sizeof when));
		page_text(page, STYLE_WARN, text);
	}
}

static void
say_trouble(struct page *page, const struct case_view *v)
{
	char text[512];

	if (v->last_err.code == ERR_NONE)
		return;
	page_text(page, STYLE_BAD, err_sentence(&v->last_err, text,
	    sizeof text));
	page_text(page, STYLE_TEXT, err_next(&v->last_err, text, sizeof text));
}

/* --- the rest ------------------------------------------------------------ */

static void
say_request(struct page *page, const struct case_now *n)
{
	const struct case_view *v = &n->view;
	const struct record *c = &n->row.cert;
	char text[RECWORDS_SERIAL_MAX];

	page_gap(page);
	if (v->who >= 0 && v->proof >= 0) {
		snprintf(text, sizeof text, "%s, %s", case_who_name(v->who),
		    case_proof_name(v->proof));
		page_field(page, _("who asks"), STYLE_TEXT, text);
	}
	if (v->reason >= 0)
		page_field(page, _("why"), STYLE_TEXT,
		    case_reason_name(v->reason));
	if (v->lost_at != 0)
		page_field(page, _("since"), STYLE_TEXT,
		    span_minute(v->lost_at, text, sizeof text));
	page_field(page, _("note"), STYLE_TEXT, v->note);
	page_field(page, _("serial number"), STYLE_STRONG,
	    recwords_serial(c, text, sizeof text));
	page_field(page, _("issuer"), STYLE_TEXT, c->issuer.shown);
	page_field(page, _("identifier"), STYLE_TEXT, c->id_mask);
	if (v->typed)
		page_field(page, "", STYLE_WARN,
		    _("typed by hand, never seen here"));
}

static void
say_proof(struct page *page, const struct case_view *v)
{
	char when[32];

	if (v->published == 0)
		return;
	page_heading(page, _("Proof"));
	page_field(page, _("said by"), STYLE_TEXT,
	    recwords_how((enum record_how)v->proved_by));
	page_field(page, _("as of"), STYLE_TEXT,
	    clock_local(v->proved_at, when, sizeof when));
	if (v->revoked_at != 0)
		page_field(page, _("in force since"), STYLE_TEXT,
		    clock_local(v->revoked_at, when, sizeof when));
	page_field(page, _("asked at"), STYLE_TEXT, v->proof_where);
	page_field(page, "SHA-256", STYLE_DIM, v->proof_hash);
}

static void
say_history(struct page *page, const struct case_row *row)
{
	char when[32], words[512], text[1024];

	page_heading(page, _("History"));
	for (size_t i = 0; i < row->nevents; i++) {
		const struct case_event *e = &row->events[i];

		snprintf(text, sizeof text, "%s%s%s%s",
		    case_event_words(e, words, sizeof words),
		    e->account != NULL ? " (" : "",
		    e->account != NULL ? e->account : "",
		    e->account != NULL ? ")" : "");
		page_item(page, clock_local(e->at, when, sizeof when),
		    STYLE_DIM, "", 1, text);
	}
}

void
casepage_say(struct page *page, const struct case_now *n, int64_t now)
{
	const struct case_view *v = &n->view;
	char text[512], where[128], when[32];

	page_labels(page, LABEL_COLS);
	page_text(page, casepage_style(v->state), case_sentence(v, now, text,
	    sizeof text));
	if (n->held != NULL) {
		snprintf(text, sizeof text, _("It is in the hands of %s, "
		    "since %s."), where_words(n->held, where, sizeof where),
		    span_moment(n->held->at, now, when, sizeof when));
		page_text(page, STYLE_WARN, text);
	}
	say_trouble(page, v);
	if (v->complete != 0 && v->published == 0 && v->action != CASE_LIFT &&
	    !ended(v->state))
		page_text(page, STYLE_TEXT, _("Until the authority publishes "
		    "it, the certificate still counts as valid for others."));
	page_gap(page);
	say_track(page, n, now);
	say_clock(page, v, now);
	say_request(page, n);
	say_proof(page, v);
	say_history(page, &n->row);
}
