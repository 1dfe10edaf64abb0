#include "config.h"

#include "ui/orderpage.h"

#include <stdio.h>
#include <string.h>

#include "answers/checks.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "ui/span.h"
#include "ui/track.h"

#define MINUTE	60	/* begun is not over */
#define STEPS	(ORDER_COLLECTED - ORDER_PLACED + 1)

/* Short, so that all seven have a place in 76 columns. */
static const char *const steps[STEPS] = {
	N_("placed"), N_("confirmed"), N_("request"), N_("verified"),
	N_("issued"), N_("to collect"), N_("collected")
};

const struct order_card *
orderpage_beside(const struct card *c, struct order_beside *b)
{
	size_t n = 0, m = 0;

	/* What was not read lacks nothing. */
	if (c == NULL || c->state != CARD_READY)
		return NULL;
	if (c->number[0] != '\0')
		b->numbers[n++] = c->number;
	for (size_t i = 0; i < c->ntokens && i < CARD_TOKENS_MAX; i++)
		if (c->tokens[i].serial[0] != '\0')
			b->numbers[n++] = c->tokens[i].serial;
	for (size_t i = 0; i < c->ncerts && m < CARD_CERTS_MAX; i++)
		if (c->certs[i].cert != NULL)
			b->certs[m++] = c->certs[i].cert;
	b->card = (struct order_card){ .numbers = b->numbers, .nnumbers = n,
	    .certs = b->certs, .ncerts = m, .room = check_room(c),
	    .part = c->cut || c->nproblems > 0 };
	return &b->card;
}

const char *
orderpage_headline(const struct order *o, char *buf, size_t size)
{
	char kind[160];

	if (o->summary)
		snprintf(buf, size, "%s", o->number);
	else
		snprintf(buf, size, "%s %s %s", o->number,
		    draw_glyph(GLYPH_BULLET),
		    order_kind_words(o, kind, sizeof kind));
	return buf;
}

enum style
orderpage_style(const struct order *o)
{
	switch (o->state) {
	case ORDER_READY:
	case ORDER_COLLECTED:
		return STYLE_GOOD;
	case ORDER_CANCELLED:
	case ORDER_EXPIRED:
	case ORDER_REJECTED:
		return STYLE_BAD;
	default:
		return STYLE_STRONG;
	}
}

/* The last step of the ordinary way that it has come to. */
static size_t
reached(const struct order *o)
{
	size_t at = 0;

	for (size_t i = 0; i < o->nsteps; i++)
		if (o->steps[i].state >= ORDER_PLACED &&
		    o->steps[i].state <= ORDER_COLLECTED)
			at = (size_t)(o->steps[i].state - ORDER_PLACED);
	return at;
}

void
orderpage_track(const struct rect *r, int row, const struct order *o)
{
	size_t at = reached(o);

	if (o->state == ORDER_STATE_UNKNOWN)
		return;
	/* One that ended on the way stops where it ended. */
	if (o->state >= ORDER_CANCELLED) {
		int col = draw_text(r, row, 0, 0, STYLE_BAD,
		    draw_glyph(GLYPH_NO));

		draw_textf(r, row, col + 1, 0, STYLE_BAD, _("%s, after: %s"),
		    order_state_word(o), _(steps[at]));
		return;
	}
	track_draw(r, row, steps, STEPS, o->state == ORDER_COLLECTED ?
	    STEPS : at);
}

bool
orderpage_makes(const struct order_found *f, const struct card *c)
{
	return f->order.state == ORDER_CONFIRMED && f->order.renews_len > 0 &&
	    (c == NULL || c->state != CARD_READY ||
	    check_writes(c, f) != VERDICT_NO);
}

void
orderpage_copy(struct order_found *to, const struct order_found *from)
{
	json_t *json = order_json(&from->order);
	struct err none = ERR_INIT;

	*to = *from;
	order_read(json, &to->order, &none);
	json_decref(json);
}

/* --- no order ------------------------------------------------------------------- */

const char *
orderpage_why(const struct order_answer *a, const char *asked, char *buf,
    size_t size)
{
	switch (a->why) {
	case ORDER_WHY_NO_SERVICE:
		snprintf(buf, size, "%s", _("This desk cannot ask about "
		    "orders: no order service is set up."));
		break;
	case ORDER_WHY_CHECK_DIGIT:
		snprintf(buf, size, _("No order %s is known, and its check "
		    "digit is wrong: a digit was misread or mistyped."), asked);
		break;
	case ORDER_WHY_UNKNOWN:
		snprintf(buf, size, _("No order is known for %s."), asked);
		break;
	default:
		err_sentence(&a->err, buf, size);
	}
	return buf;
}

const char *
orderpage_try(const struct order_answer *a, char *buf, size_t size)
{
	char when[32];

	if (a->why == ORDER_WHY_NOT_ASKED && a->again_at != 0)
		snprintf(buf, size, _("It wants to be asked again from %s on; "
		    "what waits to be sent goes by itself."),
		    clock_local(a->again_at, when, sizeof when));
	else if (a->why == ORDER_WHY_NOT_ASKED)
		return err_next(&a->err, buf, size);
	else if (a->why == ORDER_WHY_NO_SERVICE)
		snprintf(buf, size, "%s", _("Ask the issuer by telephone or on "
		    "its web page."));
	else if (a->nnear > 0)
		snprintf(buf, size, a->nnear == 1 ? _("Perhaps %s was meant: "
		    "such an order exists.") : _("Perhaps %s or another like "
		    "it was meant: such orders exist."), a->near[0]);
	else
		snprintf(buf, size, "%s", _("Compare the number with the mail "
		    "letter by letter, or look by e-mail address or NIP."));
	return buf;
}

/* --- how far it can be believed --------------------------------------------------- */

const char *
orderpage_doubt(const struct order_found *f, char *buf, size_t size)
{
	char then[32], when[32];

	clock_local(f->as_of, then, sizeof then);
	if (f->kept && f->again_at != 0)
		snprintf(buf, size, _("Remembered from %s; the service is too "
		    "busy until %s."), then, span_moment(f->again_at +
		    MINUTE - 1, f->again_at, when, sizeof when));
	else if (f->kept)
		snprintf(buf, size, _("Remembered from %s; the service could "
		    "not be asked now."), then);
	else
		span_clock(f->clock_off, buf, size);
	return buf;
}

/* --- the whole page -------------------------------------------------------------- */

static void
field_day(struct page *p, const char *label, int64_t at)
{
	char day[32];

	if (at != 0)
		page_field(p, label, STYLE_TEXT, clock_local(at, day,
		    sizeof day));
}

static void
say_stand(struct page *p, const struct order *o,
    const struct order_meaning *m, const char *key)
{
	char buf[1024];
	int row = page_take(p, 1);

	orderpage_track(&p->r, row, o);
	page_text(p, orderpage_style(o), order_stands(o, m, buf, sizeof buf));
	page_text(p, STYLE_STRONG, order_next(o, m, key, buf,
	    sizeof buf));
	if (m->late)
		page_text(p, STYLE_WARN, _("That day has passed: ask the "
		    "authority."));
}

static void
say_card(struct page *p, const struct order_meaning *m)
{
	for (unsigned bit = 1; bit <= ORDER_CANNOT_TELL; bit <<= 1)
		if (m->mismatch & bit)
			page_item(p, draw_glyph(bit == ORDER_CANNOT_TELL ?
			    GLYPH_UNKNOWN : GLYPH_NO),
			    bit == ORDER_CANNOT_TELL ? STYLE_DIM : STYLE_BAD,
			    "", 0, order_mismatch_words((enum order_mismatch)
			    bit));
}

static void
say_whom(struct page *p, const struct order *o)
{
	char buf[256];

	page_heading(p, _("What is ordered"));
	page_field(p, _("product"), STYLE_TEXT, o->product != NULL ?
	    o->product : order_kind_words(o, buf, sizeof buf));
	page_field(p, _("for"), STYLE_TEXT, o->name);
	page_field(p, _("identifier"), STYLE_TEXT, o->ident);
	page_field(p, _("organisation"), STYLE_TEXT, o->organization);
	page_field(p, _("mails go to"), STYLE_TEXT, o->email);
	page_field(p, _("for card"), STYLE_TEXT, o->card);
	if (o->renews_len > 0) {
		text_hex(o->renews, o->renews_len, 2, buf, sizeof buf);
		page_field(p, _("renews"), STYLE_TEXT, buf);
		page_field(p, _("of card"), STYLE_TEXT, o->renews_card);
		field_day(p, _("which ends"), o->renews_until);
	}
	if (o->issued_len > 0) {
		text_hex(o->issued, o->issued_len, 2, buf, sizeof buf);
		page_field(p, _("issued"), STYLE_TEXT, buf);
		field_day(p, _("valid from"), o->issued_from);
		field_day(p, _("valid to"), o->issued_until);
	}
}

static void
say_missing(struct page *p, const struct order *o)
{
	char buf[256];

	if (o->nmissing > 0)
		page_heading(p, _("What is missing"));
	for (size_t i = 0; i < o->nmissing; i++)
		page_item(p, draw_glyph(GLYPH_NO), STYLE_BAD, "", 0,
		    order_missing_words(&o->missing[i], buf, sizeof buf));
}

static void
say_links(struct page *p, const struct order *o, int64_t now)
{
	char buf[512];

	if (o->nlinks > 0)
		page_heading(p, _("Links that were sent"));
	for (size_t i = 0; i < o->nlinks; i++) {
		bool live = o->links[i].state == ORDER_LINK_LIVE;

		page_item(p, draw_glyph(live ? GLYPH_YES :
		    o->links[i].state == ORDER_LINK_UNKNOWN ? GLYPH_UNKNOWN :
		    GLYPH_NO), live ? STYLE_GOOD : STYLE_TEXT, "", 0,
		    order_link_words(&o->links[i], now, buf, sizeof buf));
	}
}

static void
say_history(struct page *p, const struct order *o)
{
	char when[32], text[600];

	page_heading(p, _("What has happened"));
	for (size_t i = 0; i < o->nsteps; i++) {
		const struct order_step *s = &o->steps[i];

		if (s->at != 0)
			clock_local(s->at, when, sizeof when);
		else
			snprintf(when, sizeof when, "?");
		snprintf(text, sizeof text, s->reason != NULL ? "%s: %s" : "%s",
		    s->state != ORDER_STATE_UNKNOWN ?
		    order_state_name(s->state) : s->word, s->reason);
		page_item(p, "", STYLE_DIM, when, 21, text);
	}
}

void
orderpage_say(struct page *p, const struct order_found *f,
    const struct order_card *card, const char *key, int64_t now)
{
	const struct order *o = &f->order;
	struct order_meaning m;
	char buf[320], when[32];

	order_mean(o, card, f->authority, now, &m);
	page_labels(p, 17);
	if (orderpage_doubt(f, buf, sizeof buf)[0] != '\0')
		page_text(p, STYLE_WARN, buf);
	if (f->clock_off != 0)
		page_text(p, STYLE_TEXT, _("Days and deadlines are reckoned "
		    "by it: set it right first."));
	say_stand(p, o, &m, key);
	if (card != NULL)
		say_card(p, &m);
	else if (!o->summary)
		page_text(p, STYLE_DIM, _("With the card in the reader, the "
		    "order is compared with it."));
	if (o->summary)
		return;
	say_missing(p, o);
	say_links(p, o, now);
	say_whom(p, o);
	say_history(p, o);
	page_gap(p);
	snprintf(buf, sizeof buf, _("%s, as of %s"), f->authority != NULL ?
	    f->authority->name : "?", clock_local(f->as_of, when,
	    sizeof when));
	page_text(p, STYLE_DIM, buf);
}

/* --- what was sent ------------------------------------------------------------------ */

/* Whether what became of a question is the person's own doing, or time's. */
static bool
say_taken_back(const struct order_out *o, char *buf, size_t size)
{
	char day[32];

	if (o->asked.withdrawn != 0)
		snprintf(buf, size, o->state == ORDER_OUT_DONE ?
		    _("Question %s: consent was withdrawn on %s; the authority "
		    "has to be told.") :
		    _("Question %s: consent was withdrawn on %s."), o->own,
		    clock_day(o->asked.withdrawn, day, sizeof day));
	else if (o->paper)
		snprintf(buf, size, _("The page with question %s is made: it "
		    "is to be signed and sent to the authority."), o->own);
	else if (o->what == ORDER_QUESTION && o->state == ORDER_OUT_REFUSED &&
	    o->err.code == ERR_NONE)
		snprintf(buf, size, _("Question %s could not be sent in time "
		    "and was given up."), o->own);
	else
		return false;
	return true;
}

const char *
orderpage_out(const struct order_out *o, char *buf, size_t size)
{
	char day[32], why[256];

	if (say_taken_back(o, buf, size))
		return buf;

	switch (o->state) {
	case ORDER_OUT_WAITING:
		snprintf(buf, size, _("It is on disk and waits to be sent: %s "
		    "It is tried again by itself at %s."), o->err.code !=
		    ERR_NONE ? err_sentence(&o->err, why, sizeof why) : "",
		    clock_local(o->next, day, sizeof day));
		break;
	case ORDER_OUT_REFUSED:
		snprintf(buf, size, _("It was refused: %s"),
		    err_sentence(&o->err, why, sizeof why));
		break;
	case ORDER_OUT_DONE:
		if (o->what == ORDER_RESEND)
			snprintf(buf, size, _("The link is sent again to %s."),
			    o->email != NULL ? o->email :
			    _("the address in the order"));
		else if (o->answer_by != 0)
			snprintf(buf, size, _("The question has arrived as %s; "
			    "an answer is to be expected by %s."),
			    o->reference, clock_day(o->answer_by, day,
			    sizeof day));
		else
			snprintf(buf, size, _("The question has arrived as "
			    "%s."), o->reference);
		break;
	}
	return buf;
}
