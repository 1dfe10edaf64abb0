#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "ui/certpage.h"
#include "ui/timeline.h"
#include "ui/words.h"

#define LABEL_COLS	17

static enum style
validity_style(enum validity v)
{
	switch (v) {
	case VALID_NOW:
		return STYLE_GOOD;
	case VALID_ENDING:
	case VALID_NOT_YET:
		return STYLE_WARN;
	default:
		return STYLE_BAD;
	}
}

static void
say_timeline(struct page *page, const struct cert *c,
    const struct validity_view *v, int64_t now)
{
	struct timeline t = {
		.from = date_to_days(date_local(c->not_before)),
		.to = date_to_days(date_local(c->not_after)),
		.renew_from = date_to_days(v->renew_from),
		.today = date_to_days(date_local(now)),
	};
	int width = page_width(page);

	if (c->is_ca)
		t.renew_from = t.to;
	timeline_draw(&page->r, page_take(page, TIMELINE_ROWS), width, &t);
}

static void
say_renewal(struct page *page, const struct validity_view *v)
{
	char text[256];

	snprintf(text, sizeof(text), _("Renew from %04d-%02d-%02d on; the last "
	    "safe day is %04d-%02d-%02d."), v->renew_from.year,
	    v->renew_from.month, v->renew_from.day, v->last_safe.year,
	    v->last_safe.month, v->last_safe.day);
	page_text(page, STYLE_TEXT, text);
}

static void
say_validity(struct page *page, const struct certpage *p)
{
	const struct validity_view *v = &p->validity;
	char word[128], from[32], to[32], text[512];

	validity_word(v, word, sizeof(word));
	if (v->state == VALID_BAD_DATES) {
		page_text(page, STYLE_BAD, word);
		return;
	}
	snprintf(text, sizeof(text), _("%s: from %s to %s"), word,
	    clock_local(p->cert->not_before, from, sizeof(from)),
	    clock_local(p->cert->not_after, to, sizeof(to)));
	page_text(page, validity_style(v->state), text);
	say_timeline(page, p->cert, v, p->now);
	if (v->renewable && !p->cert->is_ca)
		say_renewal(page, v);
}

static const enum glyph signs[] = {
	[VERDICT_NO] = GLYPH_NO, [VERDICT_MAYBE] = GLYPH_MAYBE,
	[VERDICT_YES] = GLYPH_YES, [VERDICT_UNKNOWN] = GLYPH_UNKNOWN,
};

static const enum style sign_styles[] = {
	[VERDICT_NO] = STYLE_TEXT, [VERDICT_MAYBE] = STYLE_WARN,
	[VERDICT_YES] = STYLE_GOOD, [VERDICT_UNKNOWN] = STYLE_DIM,
};

static void
say_purpose(struct page *page, const struct purpose_verdict *v)
{
	char text[256] = "";

	if (v->deciding < v->nreasons)
		reason_brief(&v->reasons[v->deciding], text, sizeof(text));
	page_item(page, draw_glyph(signs[v->verdict]), sign_styles[v->verdict],
	    purpose_brief(v->purpose), PURPOSE_BRIEF + 1, text);
}

/* A line each; what it is not made for, which is most, comes last. */
static void
say_purposes(struct page *page, const struct certpage *p)
{
	struct purpose_verdict v[PURPOSE_COUNT];

	page_heading(page, _("What it is good for"));
	for (int i = 0; i < PURPOSE_COUNT; i++) {
		cert_judge(p->cert, (enum purpose)i, p->now, &v[i]);
		if (v[i].verdict != VERDICT_NO)
			say_purpose(page, &v[i]);
	}
	for (int i = 0; i < PURPOSE_COUNT; i++)
		if (v[i].verdict == VERDICT_NO)
			say_purpose(page, &v[i]);
}

/* A reason that quotes what F8 masks is masked too. */
static struct reason
shown(const struct reason *r, bool masked)
{
	static const char *const quoting[] = { "address", "logon-name" };
	struct reason out = *r;

	for (size_t i = 0; i < sizeof(quoting) / sizeof(quoting[0]); i++)
		if (masked && strcmp(reason_id(r), quoting[i]) == 0)
			text_mask(r->arg, out.arg, sizeof(out.arg));
	return out;
}

/* Rule by rule, for whoever has to explain a verdict to its holder. */
static void
say_reasons(struct page *page, const struct certpage *p)
{
	char text[512];

	page_heading(page, _("Rule by rule"));
	for (int i = 0; i < PURPOSE_COUNT; i++) {
		struct purpose_verdict v;

		cert_judge(p->cert, (enum purpose)i, p->now, &v);
		page_text(page, STYLE_STRONG, purpose_name((enum purpose)i));
		for (size_t j = 0; j < v.nreasons; j++) {
			struct reason r = shown(&v.reasons[j], p->masked);

			page_item(page, draw_glyph(signs[r.verdict]),
			    sign_styles[r.verdict], "", 1,
			    reason_sentence(&r, text, sizeof(text)));
		}
	}
}

static void
say_serial(struct page *page, const struct cert *c)
{
	char text[CERT_SERIAL_MAX * 6];

	words_digits(c->serial_hex, 4, text, sizeof(text));
	page_field(page, _("serial number"), STYLE_STRONG, text);
	words_digits(c->serial_dec, 5, text, sizeof(text));
	page_field(page, _("in decimal"), STYLE_TEXT, text);
}

static void
say_warnings(struct page *page, const struct cert *c)
{
	unsigned flags = text_flags(c->subject.line, strlen(c->subject.line)) |
	    text_flags(c->issuer.line, strlen(c->issuer.line));

	if (flags & (TEXT_HIDDEN | TEXT_INVALID))
		page_text(page, STYLE_BAD, _("A name in it contains hidden or "
		    "broken characters; they are shown as marks."));
	if (flags & TEXT_MIXED)
		page_text(page, STYLE_BAD, _("A name in it mixes letters of "
		    "several alphabets that look alike."));
	for (unsigned i = 0; i < ODD_COUNT; i++)
		if (c->odd & (1u << i))
			page_text(page, STYLE_WARN, cert_oddity(1u << i));
}

static void
say_issuer(struct page *page, const struct certpage *p)
{
	const struct authority *a = p->authority;
	char text[512];

	page_field(page, _("issuer"), STYLE_TEXT, words_text(
	    cert_issuer_name(p->cert), p->masked, text, sizeof(text)));
	if (a == NULL)
		return;
	snprintf(text, sizeof(text), p->by == AUTHORITY_BY_NAME ?
	    _("%s (by its name only)") : "%s",
	    a->name[0] != '\0' ? a->name : a->id);
	page_field(page, _("authority"), STYLE_TEXT, text);
}

/* What has to be read out or compared, and whether its key is there. */
static void
say_identity(struct page *page, const struct certpage *p)
{
	const struct cert *c = p->cert;
	char text[512];

	say_issuer(page, p);
	say_serial(page, c);
	page_field(page, _("identifier"), STYLE_TEXT,
	    words_id(&c->person, p->masked, text, sizeof(text)));
	if (c->person.checksum == 0)
		page_field(page, "", STYLE_WARN,
		    _("its check digit is wrong"));
	page_field(page, _("organisation"), STYLE_TEXT,
	    words_id(&c->organisation, false, text, sizeof(text)));
	page_field(page, _("private key"), p->key_style, p->key);
	page_field(page, _("status"), p->status_style, p->status);
}

/* The first screenful of 80x24 answers what is asked at a counter. */
void
certpage_say(struct page *page, const struct certpage *p)
{
	const struct cert *c = p->cert;
	char buf[512];

	page_labels(page, LABEL_COLS);
	if (p->notice != NULL)
		page_text(page, STYLE_WARN, p->notice);
	say_validity(page, p);
	say_warnings(page, c);
	say_identity(page, p);
	say_purposes(page, p);
	page_gap(page);
	page_field(page, _("holder"), STYLE_STRONG,
	    words_text(cert_holder(c), p->masked, buf, sizeof(buf)));
	page_field(page, _("key"), STYLE_TEXT, words_key_type(c->key_type,
	    c->key_bits, c->key_curve, buf, sizeof(buf)));
	page_field(page, _("on token"), STYLE_TEXT, p->where);
	page_field(page, _("in document"), STYLE_TEXT, p->place);
	page_field(page, _("label"), STYLE_TEXT, p->label);
	certfields_say(page, p);
	say_reasons(page, p);
}
