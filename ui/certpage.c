#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "ui/certpage.h"
#include "ui/timeline.h"
#include "ui/words.h"

#define PURPOSE_COLS	30

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
say_validity(struct page *page, const struct certpage *p)
{
	struct validity_view v;
	char word[128], from[32], to[32], text[512];

	cert_validity(p->cert, p->now, (int)p->conf->renew_days,
	    (int)p->conf->working_days, &v);
	validity_word(&v, word, sizeof(word));
	if (v.state == VALID_BAD_DATES) {
		page_text(page, STYLE_BAD, word);
		return;
	}
	snprintf(text, sizeof(text), _("%s: from %s to %s"), word,
	    clock_local(p->cert->not_before, from, sizeof(from)),
	    clock_local(p->cert->not_after, to, sizeof(to)));
	page_text(page, validity_style(v.state), text);
	say_timeline(page, p->cert, &v, p->now);
	if (!v.renewable || p->cert->is_ca)
		return;
	snprintf(text, sizeof(text), _("Renew from %04d-%02d-%02d on; the last "
	    "safe day is %04d-%02d-%02d."), v.renew_from.year,
	    v.renew_from.month, v.renew_from.day, v.last_safe.year,
	    v.last_safe.month, v.last_safe.day);
	page_text(page, STYLE_TEXT, text);
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
say_purposes(struct page *page, const struct certpage *p)
{
	char text[512];

	page_heading(page, _("What it is good for"));
	for (int i = 0; i < PURPOSE_COUNT; i++) {
		struct purpose_verdict v;

		cert_judge(p->cert, (enum purpose)i, p->now, &v);
		text[0] = '\0';
		if (v.deciding < v.nreasons)
			reason_sentence(&v.reasons[v.deciding], text,
			    sizeof(text));
		page_item(page, draw_glyph(signs[v.verdict]),
		    sign_styles[v.verdict], purpose_name((enum purpose)i),
		    PURPOSE_COLS, text);
	}
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
		for (size_t j = 0; j < v.nreasons; j++)
			page_item(page, draw_glyph(signs[v.reasons[j].verdict]),
			    sign_styles[v.reasons[j].verdict], "", 1,
			    reason_sentence(&v.reasons[j], text, sizeof(text)));
	}
}

/* Groups of n digits, so that it can be read out over the telephone. */
static void
group(const char *s, size_t n, char *buf, size_t size)
{
	size_t len = 0, start = 0;

	if (s[0] == '-')
		buf[len++] = s[start++];
	for (size_t i = start; s[i] != '\0' && len + 2 < size; i++) {
		if (i > start && (i - start) % n == 0)
			buf[len++] = ' ';
		buf[len++] = s[i];
	}
	buf[len] = '\0';
}

static void
say_serial(struct page *page, const struct cert *c)
{
	char text[CERT_SERIAL_MAX * 6];

	group(c->serial_hex, 4, text, sizeof(text));
	page_field(page, _("serial number"), STYLE_STRONG, text);
	group(c->serial_dec, 5, text, sizeof(text));
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

void
certpage_say(struct page *page, const struct certpage *p)
{
	const struct cert *c = p->cert;
	char buf[512];

	page_labels(page, 17);
	if (p->notice != NULL)
		page_text(page, STYLE_WARN, p->notice);
	say_validity(page, p);
	say_warnings(page, c);
	say_purposes(page, p);
	page_gap(page);
	page_field(page, _("holder"), STYLE_STRONG, cert_holder(c));
	page_field(page, _("identifier"), STYLE_TEXT,
	    words_id(&c->person, p->masked, buf, sizeof(buf)));
	if (c->person.checksum == 0)
		page_field(page, "", STYLE_WARN,
		    _("its check digit is wrong"));
	page_field(page, _("organisation"), STYLE_TEXT,
	    words_id(&c->organisation, false, buf, sizeof(buf)));
	page_field(page, _("issuer"), STYLE_TEXT, cert_issuer_name(c));
	say_serial(page, c);
	page_field(page, _("key"), STYLE_TEXT, words_key_type(c->key_type,
	    c->key_bits, c->key_curve, buf, sizeof(buf)));
	page_field(page, _("private key"), p->key_style, p->key);
	page_field(page, _("on token"), STYLE_TEXT, p->where);
	page_field(page, _("label"), STYLE_TEXT, p->label);
	certfields_say(page, p);
	say_reasons(page, p);
}
