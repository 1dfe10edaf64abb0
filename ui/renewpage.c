#include "config.h"

#include "ui/renewpage.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "cert/oid.h"
#include "renewal/way.h"
#include "ui/recwords.h"
#include "ui/span.h"

#define LABEL_COLS	18
#define NAME_COLS	22	/* of a check */
#define STEP_COLS	28	/* of a step on the track */
#define TIME_COLS	20
#define NARROW_COLS	60

/* --- the plan -------------------------------------------------------------------- */

enum style
renewpage_style(enum renewal_state state)
{
	switch (state) {
	case RENEWAL_DONE:
		return STYLE_GOOD;
	case RENEWAL_STOPPED:
		return STYLE_DIM;
	default:
		return STYLE_WARN;
	}
}

static const char *
way_words(const char *id)
{
	const struct way *w = way_by_id(id);

	return w != NULL ? _(w->name) : id;
}

const char *
renewpage_plan(const struct renewal_plan *p, char *buf, size_t size)
{
	snprintf(buf, size, "%s, %s", key_kind_name(p->key),
	    way_words(p->way));
	return buf;
}

static void
say_eku(struct page *page, const struct renewal_plan *p)
{
	char text[256] = "";
	size_t len = 0;

	for (size_t i = 0; i < sizeof p->eku / sizeof p->eku[0]; i++) {
		const char *name = oid_eku_name(p->eku[i]);

		if (p->eku[i][0] != '\0')
			len += (size_t)snprintf(text + len, sizeof text - len,
			    "%s%s", len > 0 ? ", " : "", name != NULL ? name :
			    p->eku[i]);
	}
	page_field(page, _("extended use"), STYLE_TEXT, text);
}

static void
say_plan(struct page *page, const struct renewal_plan *p)
{
	char text[256];

	page_field(page, _("new key"), STYLE_TEXT, key_kind_name(p->key));
	page_field(page, _("which way"), STYLE_TEXT, way_words(p->way));
	page_field(page, _("order"), STYLE_TEXT, p->order);
	if (p->ku != 0)
		page_field(page, _("key usage"), STYLE_TEXT,
		    cert_ku_text(p->ku, text, sizeof text));
	say_eku(page, p);
	if (p->signed_by_old)
		page_field(page, _("signed too"), STYLE_TEXT,
		    _("by the old certificate, as the authority wants it"));
}

/* --- before it begins ---------------------------------------------------------------- */

static void
say_check(struct page *page, const struct preflight_check *c)
{
	static const struct {
		enum glyph	 sign;
		enum style	 style;
	} looks[] = {
		[VERDICT_NO] = { GLYPH_NO, STYLE_BAD },
		[VERDICT_MAYBE] = { GLYPH_MAYBE, STYLE_WARN },
		[VERDICT_YES] = { GLYPH_YES, STYLE_GOOD },
		[VERDICT_UNKNOWN] = { GLYPH_UNKNOWN, STYLE_DIM },
	};
	char text[700];

	snprintf(text, sizeof text, "%s%s%s", c->words,
	    c->next[0] != '\0' ? " " : "", c->next);
	page_item(page, draw_glyph(looks[c->verdict].sign),
	    looks[c->verdict].style, preflight_name(c->id), NAME_COLS, text);
}

void
renewpage_look(struct page *page, const struct renewlook *l, int64_t now)
{
	const struct cert *c = l->card->certs[l->cert].cert;
	const struct preflight *f = &l->flight;
	char text[512], purpose[128], day[32];

	(void)now;
	page_labels(page, LABEL_COLS);
	snprintf(text, sizeof text, _("%s, valid until %s."),
	    cert_list_purpose(c, purpose, sizeof purpose),
	    recwords_day(c->not_after, day, sizeof day));
	page_text(page, STYLE_STRONG, text);
	page_text(page, f->go ? STYLE_GOOD : STYLE_BAD,
	    f->go && f->plan.elsewhere ?
	    _("The new certificate has been issued: Enter fetches it and puts "
	    "it on the card. Nothing has been written yet.") : f->go ?
	    _("It can be renewed here, now: Enter begins. Nothing has been "
	    "written yet.") :
	    _("It cannot be renewed here now; the line marked so says why. "
	    "Nothing has been written."));
	page_gap(page);
	for (size_t i = 0; i < f->n; i++)
		say_check(page, &f->checks[i]);
	if (!f->go)
		return;
	page_gap(page);
	say_plan(page, &f->plan);
	if (f->orphan[0] != '\0' && !f->plan.elsewhere)
		page_field(page, "", STYLE_TEXT, _("a key of an earlier try "
		    "waits on the card; it is used, no other is made. If its "
		    "certificate has come, f takes it from a file, or paste "
		    "it here."));
}

/* --- the track -------------------------------------------------------------------------- */

/* When it came into a state: most have an event of that name. */
static int64_t
came_at(const struct renew_now *n, enum renewal_state state)
{
	const char *id = renewal_state_id(state);

	if (state == RENEWAL_SENT)
		return n->view.sent;
	for (size_t i = n->row.nevents; i-- > 0; ) {
		const struct case_event *e = &n->row.events[i];
		const char *result = json_string_value(json_object_get(e->data,
		    "result"));

		if (strcmp(e->kind, id) == 0 || (result != NULL &&
		    strcmp(e->kind, "result") == 0 && strcmp(result, id) == 0))
			return e->at;
	}
	return 0;
}

static void
say_step(struct page *page, const struct renew_now *n,
    enum renewal_state state, bool done, bool present)
{
	enum style style = done ? STYLE_GOOD : present ? STYLE_STRONG :
	    STYLE_DIM;
	int row = page_take(page, 1);
	int64_t at = done ? came_at(n, state) : 0;
	char when[32];

	draw_text(&page->r, row, 0, 0, style, draw_glyph(done ? GLYPH_DOT :
	    present ? GLYPH_DOT_HALF : GLYPH_DOT_HOLLOW));
	draw_text(&page->r, row, 2, STEP_COLS - 1, style,
	    renewal_state_name(state));
	if (at != 0 && page_width(page) >= NARROW_COLS)
		draw_text(&page->r, row, 2 + STEP_COLS, TIME_COLS, STYLE_TEXT,
		    clock_local(at, when, sizeof when));
}

/* Another program's, where that made it. */
static bool
is_of_request(enum renewal_state s)
{
	return s == RENEWAL_REQUEST_SIGNED || s == RENEWAL_SENT ||
	    s == RENEWAL_VERIFIED;
}

static void
say_track(struct page *page, const struct renew_now *n)
{
	static const enum renewal_state steps[] = { RENEWAL_STARTED,
	    RENEWAL_KEY_MADE, RENEWAL_REQUEST_SIGNED, RENEWAL_SENT,
	    RENEWAL_VERIFIED, RENEWAL_ISSUED, RENEWAL_READ_BACK,
	    RENEWAL_TESTED, RENEWAL_REGISTERED, RENEWAL_OLD_DEALT };
	enum renewal_state now = n->view.state;
	bool stopped = now == RENEWAL_STOPPED, present = !stopped;

	page_gap(page);
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		int64_t at = came_at(n, steps[i]);
		bool done = stopped ? at != 0 : now >= steps[i];

		if (n->view.plan.elsewhere && is_of_request(steps[i]))
			continue;
		/* Not every authority says that it has checked the request. */
		if (at == 0 && (stopped || (steps[i] == RENEWAL_VERIFIED &&
		    (done || strcmp(n->view.plan.way, way_order.id) != 0))))
			continue;
		say_step(page, n, steps[i], done, present && !done);
		present = present && done;
	}
}

/* --- what is being done, and what is asked -------------------------------------------- */

static const char *
doing_words(enum renewal_doing doing)
{
	switch (doing) {
	case DOING_LOOK:
		return _("The card and the journal are being looked at.");
	case DOING_KEY:
		return _("The card makes a key pair, which takes it up to a "
		    "minute. Do not pull the card now. Should it be pulled "
		    "all the same, nothing is lost: it goes on when it is "
		    "back.");
	case DOING_SIGN:
		return _("The card signs the request.");
	case DOING_SEND:
		return _("The request is being sent.");
	case DOING_ASK:
		return _("The authority is being asked.");
	case DOING_WRITE:
		return _("The certificate is being written to the card and "
		    "read back. Do not pull the card now; if it is pulled all "
		    "the same, it is written when it is back.");
	case DOING_PROVE:
		return _("The card signs with the new key, and the signature "
		    "is checked with the new certificate.");
	case DOING_REGISTER:
		return _("The authority is being told that it arrived.");
	case DOING_REMOVE:
		return _("The old certificate is being removed.");
	case DOING_WAIT_CARD:
		return _("The card is not in a reader: put it in, and it goes "
		    "on by itself.");
	}
	return "";
}

static void
say_doing(struct page *page, const struct renewing_view *r, int64_t now)
{
	bool wait = r->doing == DOING_WAIT_CARD;
	char text[64];

	page_text(page, wait ? STYLE_WARN : STYLE_STRONG,
	    doing_words(r->doing));
	if (r->doing != DOING_KEY || now <= r->since)
		return;
	snprintf(text, sizeof text, _("%lld seconds so far"),
	    (long long)(now - r->since));
	page_text(page, STYLE_DIM, text);
}

static void
say_question(struct page *page, const struct renewing_question *q)
{
	switch (q->what) {
	case RENEWING_REQUEST:
		page_text(page, STYLE_STRONG, _("This request will be signed "
		    "by the new key on the card. Enter goes on, Esc leaves it "
		    "as it is."));
		page_field(page, _("for whom"), STYLE_TEXT, q->subject);
		say_plan(page, &q->plan);
		break;
	case RENEWING_OLD:
		page_text(page, STYLE_GOOD, _("The new certificate works: a "
		    "signature made on the card was right."));
		if (q->warn)
			page_text(page, STYLE_BAD, _("The key of the old one "
			    "decrypts what was encrypted for it: without that "
			    "certificate, old mail may never open again."));
		page_text(page, STYLE_STRONG, _("Should the old certificate "
		    "stay on the card? Enter keeps it, u removes it."));
		break;
	case RENEWING_PIN:
		page_text(page, STYLE_STRONG, _("It goes on when the PIN of "
		    "the card has been typed."));
		break;
	case RENEWING_NOTHING:
		break;
	}
}

bool
renewpage_proved(const struct renew_now *n)
{
	return n->view.state >= RENEWAL_TESTED &&
	    n->view.state <= RENEWAL_DONE;
}

bool
renewpage_by_file(const struct renew_now *n)
{
	return strcmp(n->view.plan.way, "file") == 0 &&
	    n->view.state >= RENEWAL_REQUEST_SIGNED &&
	    n->view.state < RENEWAL_ISSUED;
}

/* It is people who carry it: Enter does nothing for it. */
static void
say_by_file(struct page *page)
{
	page_text(page, STYLE_WARN, _("s saves the request as a file to give "
	    "to the authority; f takes the certificate from a file, or paste "
	    "it here."));
}

/* How the last run ended, where that is not plain from the state. */
static void
say_end(struct page *page, const struct renew_now *n,
    const struct renewing_view *r)
{
	char text[512];

	switch (r->end) {
	case RENEWAL_END_CARD:
		page_text(page, STYLE_WARN, _("It waits for the card: put it "
		    "in, and it goes on by itself."));
		break;
	case RENEWAL_END_PERSON:
		if (renewpage_by_file(n))
			say_by_file(page);
		else
			page_text(page, STYLE_WARN, _("It waits for you: Enter "
			    "goes on."));
		break;
	case RENEWAL_END_FAILED:
		page_text(page, STYLE_BAD, err_sentence(&r->err, text,
		    sizeof text));
		page_text(page, STYLE_TEXT, err_next(&r->err, text,
		    sizeof text));
		if (renewpage_by_file(n))
			say_by_file(page);
		else
			page_text(page, STYLE_TEXT, _("Enter tries again from "
			    "where it stands."));
		break;
	case RENEWAL_END_DONE:
	case RENEWAL_END_WAIT:
	case RENEWAL_END_STOPPED:
		break;
	}
}

static void
say_present(struct page *page, const struct renew_now *n,
    const struct renewing_view *r, int64_t now)
{
	const struct renewal_view *v = &n->view;
	char text[512];

	if (r->running == n->row.id) {
		if (r->question != NULL)
			say_question(page, r->question);
		else
			say_doing(page, r, now);
		return;
	}
	page_text(page, renewpage_style(v->state), renewal_sentence(v, now,
	    text, sizeof text));
	if (v->state >= RENEWAL_DONE)
		return;
	if (r->last == n->row.id)
		say_end(page, n, r);
	else if (renewpage_by_file(n))
		say_by_file(page);
	else
		page_text(page, STYLE_WARN, _("Enter goes on from where it "
		    "stands."));
	if (v->last_err.code != ERR_NONE && (r->last != n->row.id ||
	    r->end != RENEWAL_END_FAILED)) {
		page_text(page, STYLE_BAD, err_sentence(&v->last_err, text,
		    sizeof text));
		page_text(page, STYLE_TEXT, err_next(&v->last_err, text,
		    sizeof text));
	}
}

/* --- the rest --------------------------------------------------------------------------- */

/* Digits by four, as serial numbers stand everywhere. */
static const char *
grouped(const char *hex, char *buf, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; hex[i] != '\0' && n + 3 < size; i++) {
		if (i > 0 && i % 4 == 0)
			buf[n++] = ' ';
		buf[n++] = hex[i];
	}
	buf[n] = '\0';
	return buf;
}

static void
say_new(struct page *page, const struct renewal_view *v, int64_t now)
{
	char text[RECWORDS_SERIAL_MAX], from[32], until[32];

	if (v->issued == 0)
		return;
	page_heading(page, _("The new certificate"));
	page_field(page, _("serial number"), STYLE_STRONG,
	    grouped(v->new_serial, text, sizeof text));
	snprintf(text, sizeof text, "%s - %s", recwords_day(v->new_from, from,
	    sizeof from), recwords_day(v->new_until, until, sizeof until));
	page_field(page, _("valid"), STYLE_TEXT, text);
	if (v->new_from > now)
		page_field(page, "", STYLE_WARN, _("it starts later: until "
		    "then the old one is the one to use"));
	if (v->state >= RENEWAL_OLD_DEALT && v->state <= RENEWAL_DONE)
		page_field(page, _("old one"), STYLE_TEXT, v->old_kept ?
		    _("kept on the card") : _("removed from the card"));
}

static void
say_history(struct page *page, const struct renewal_row *row)
{
	char when[32], words[512];

	page_heading(page, _("History"));
	for (size_t i = 0; i < row->nevents; i++)
		page_item(page, clock_local(row->events[i].at, when,
		    sizeof when), STYLE_DIM, "", 1, renewal_event_words(
		    &row->events[i], words, sizeof words));
}

void
renewpage_say(struct page *page, const struct renew_now *n,
    const struct renewing_view *r, int64_t now)
{
	const struct record *c = &n->row.cert;
	const struct renewal_view *v = &n->view;
	char text[RECWORDS_SERIAL_MAX];

	page_labels(page, LABEL_COLS);
	say_present(page, n, r, now);
	say_track(page, n);
	if (v->state == RENEWAL_STOPPED)
		page_item(page, draw_glyph(GLYPH_NO), STYLE_DIM,
		    renewal_state_name(v->state), STEP_COLS,
		    v->why != NULL ? v->why : "");
	say_new(page, v, now);
	page_heading(page, _("The old certificate"));
	page_field(page, _("holder"), STYLE_TEXT, c->holder);
	page_field(page, _("serial number"), STYLE_TEXT, recwords_serial(c,
	    text, sizeof text));
	page_field(page, _("issuer"), STYLE_TEXT, c->issuer.shown);
	page_field(page, _("card"), STYLE_TEXT, n->row.token);
	page_gap(page);
	say_plan(page, &v->plan);
	say_history(page, &n->row);
}
