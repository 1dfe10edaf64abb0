#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "ui/columns.h"
#include "ui/list.h"
#include "ui/recwords.h"
#include "ui/words.h"

#define HEADER_COLS	110	/* from this width on, columns have names */
#define MARK_COLS	2
#define HOLDER_MIN	14
#define HOLDER_WISH	24	/* most names are whole in it */
#define ORDER_WISHED	4	/* the first that may wait until names are */

enum column { COL_PURPOSE, COL_HOLDER, COL_UNTIL, COL_STATE, COL_KEY,
	COL_ISSUER, COL_SERIAL, COL_EMAIL, COL_TOKENS, COL_COUNT };

/* In the order on the screen; order is the one in which room is given. */
static const struct {
	const char	*title;
	int		 width;		/* the gap behind it included */
	int		 order;
} columns[COL_COUNT] = {
	[COL_PURPOSE] =	{ N_("purpose"), 21, 3 },
	[COL_HOLDER] =	{ N_("holder"), HOLDER_MIN, 0 },
	[COL_UNTIL] =	{ N_("until"), 14, 2 },
	[COL_STATE] =	{ N_("state"), 17, 1 },
	[COL_KEY] =	{ N_("key"), 10, 6 },
	[COL_ISSUER] =	{ N_("issuer"), 28, 4 },
	[COL_SERIAL] =	{ N_("serial"), 17, 5 },
	[COL_EMAIL] =	{ N_("e-mail"), 24, 7 },
	[COL_TOKENS] =	{ N_("token"), 22, 8 },
};

/* Whether all certificates on a card that are no authority's are one person's. */
static bool
one_holder(const struct card *card)
{
	const char *holder = NULL;

	for (size_t i = 0; i < card->ncerts; i++) {
		const struct cert *c = card->certs[i].cert;

		if (c == NULL || c->is_ca)
			continue;
		if (holder != NULL && strcmp(holder, cert_holder(c)) != 0)
			return false;
		holder = cert_holder(c);
	}
	return holder != NULL;
}

/* Names are what people look for: they share what is left. */
static void
share_rest(int left, int widths[COL_COUNT])
{
	static const enum column names[] = { COL_TOKENS, COL_ISSUER,
		COL_HOLDER };
	int n = (int)(sizeof(names) / sizeof(*names));

	for (int i = 0; i < n; i++) {
		int more = left / (n - i);

		if (widths[names[i]] == 0 && names[i] != COL_HOLDER)
			continue;
		widths[names[i]] += more;
		left -= more;
	}
}

/* Widths for a line of w columns; 0 for a column that does not fit. */
static void
share(int w, int widths[COL_COUNT])
{
	int left = w - MARK_COLS;

	memset(widths, 0, COL_COUNT * sizeof(*widths));
	for (int order = 0; order < COL_COUNT; order++) {
		if (order == ORDER_WISHED && left > 0) {
			int more = HOLDER_WISH - widths[COL_HOLDER];

			more = more < left ? more : left;
			widths[COL_HOLDER] += more;
			left -= more;
		}
		for (int i = 0; i < COL_COUNT; i++)
			if (columns[i].order == order &&
			    columns[i].width <= left) {
				widths[i] = columns[i].width;
				left -= widths[i];
			}
	}
	share_rest(left, widths);
}

bool
columns_header(const struct rect *r)
{
	int widths[COL_COUNT], col = MARK_COLS;

	if (r->w < HEADER_COLS || r->h < 4)
		return false;
	share(r->w, widths);
	for (int i = 0; i < COL_COUNT; i++) {
		if (widths[i] > 0)
			draw_text(r, 0, col, widths[i] - 1, STYLE_DIM,
			    _(columns[i].title));
		col += widths[i];
	}
	return true;
}

/* Labels of the tokens an object is on. */
static void
token_names(const struct card *card, unsigned tokens, char *buf, size_t size)
{
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < card->ntokens && len < size; i++)
		if (tokens & (1u << i))
			len += (size_t)snprintf(buf + len, size - len, "%s%s",
			    len > 0 ? ", " : "", card->tokens[i].label);
}

/* The end of a serial number, by which people tell two apart. */
static void
serial_end(const struct cert *c, char *buf, size_t size)
{
	char hex[CERT_SERIAL_MAX * 3];
	size_t n = c->serial_len > 6 ? 6 : c->serial_len;

	text_hex(c->serial + c->serial_len - n, n, 2, hex, sizeof(hex));
	snprintf(buf, size, "%s%s", n < c->serial_len ? "…" : "", hex);
}

static void
state_of(const struct card_cert *c, const struct validity_view *v, char *buf,
    size_t size)
{
	/* Of one that cannot be used now anyway, that is not the news. */
	if (words_key_wanting(c) &&
	    (v->state == VALID_NOW || v->state == VALID_ENDING))
		snprintf(buf, size, "%s", _("no key"));
	else
		validity_word(v, buf, size);
}

static const char *
cell(const struct card *card, const struct card_cert *cc,
    const struct validity_view *v, enum column col, bool masked, char *buf,
    size_t size)
{
	const struct cert *c = cc->cert;
	const char *email;

	buf[0] = '\0';
	switch (col) {
	case COL_PURPOSE:
		return cert_list_purpose(c, buf, size);
	case COL_HOLDER:
		return words_text(cert_holder(c), masked, buf, size);
	case COL_UNTIL: {
		char day[32];

		snprintf(buf, size, _("to %s"),
		    recwords_day(c->not_after, day, sizeof(day)));
		break;
	}
	case COL_STATE:
		state_of(cc, v, buf, size);
		break;
	case COL_KEY:
		return words_key_type(c->key_type, c->key_bits, c->key_curve,
		    buf, size);
	case COL_ISSUER:
		return words_text(cert_issuer_name(c), masked, buf, size);
	case COL_SERIAL:
		serial_end(c, buf, size);
		break;
	case COL_EMAIL:
		email = cert_email(c);
		if (email != NULL)
			return masked ? text_mask(email, buf, size) : email;
		break;
	case COL_TOKENS:
		token_names(card, cc->tokens, buf, size);
		break;
	case COL_COUNT:
		break;
	}
	return buf;
}

static enum style
state_style(const struct validity_view *v, bool wants_key)
{
	if (wants_key)
		return STYLE_WARN;
	switch (v->state) {
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
draw_key(const struct card *card, const struct certrow *row,
    const struct rect *line, const int widths[COL_COUNT], enum style style)
{
	const struct card_key *k = &card->keys[row->index];
	int state = line->w - widths[COL_STATE];
	char type[64];

	words_key_type(k->type, k->bits, NULL, type, sizeof(type));
	if (widths[COL_STATE] == 0) {
		draw_textf(line, 0, MARK_COLS, 0, style, "%s  %s",
		    _("key without a certificate"), type);
		return;
	}
	state = MARK_COLS + widths[COL_PURPOSE] + widths[COL_HOLDER] +
	    widths[COL_UNTIL];
	draw_textf(line, 0, MARK_COLS, state - MARK_COLS - 1, style, "%s  %s %s",
	    _("key without a certificate"), type, k->label);
	draw_text(line, 0, state, widths[COL_STATE] - 1, style, _("waiting"));
}

void
columns_draw(const struct card *card, const struct certrow *row,
    const struct setup *setup, int64_t now, bool masked, const struct rect *line,
    enum style style, bool selected)
{
	int widths[COL_COUNT], col = MARK_COLS;
	struct validity_view v;
	char buf[1024];

	share(line->w, widths);
	/* Where one of both has room, what tells one row from another. */
	if (widths[COL_PURPOSE] == 0 && one_holder(card)) {
		widths[COL_PURPOSE] = widths[COL_HOLDER];
		widths[COL_HOLDER] = 0;
	}
	if (selected)
		draw_text(line, 0, 0, 1, style, draw_glyph(GLYPH_SELECTED));
	if (row->is_key) {
		draw_key(card, row, line, widths, style);
		return;
	}
	if (!certrow_validity(card, row, setup, now, &v)) {
		draw_textf(line, 0, MARK_COLS, 0, style, "%s  %s",
		    _("damaged certificate"), card->certs[row->index].label);
		return;
	}
	for (int i = 0; i < COL_COUNT; i++) {
		const struct card_cert *cc = &card->certs[row->index];
		enum style s = style;

		if (widths[i] == 0)
			continue;
		if (selected && col + widths[i] > LIST_BAR)
			s = STYLE_TEXT;
		if (i == COL_STATE && style == STYLE_TEXT)
			s = state_style(&v, words_key_wanting(cc));
		draw_text(line, 0, col, widths[i] - (col + widths[i] < line->w),
		    s, cell(card, cc, &v, (enum column)i, masked, buf,
		    sizeof(buf)));
		col += widths[i];
	}
}

const char *
columns_text(const struct card *card, const struct certrow *row, char *buf,
    size_t size)
{
	const struct card_cert *cc;
	const char *email;
	char purpose[128];

	if (row->is_key) {
		snprintf(buf, size, "%s %s %s", _("key without a certificate"),
		    card->keys[row->index].label, card->keys[row->index].id);
		return buf;
	}
	cc = &card->certs[row->index];
	if (cc->cert == NULL) {
		snprintf(buf, size, "%s %s", _("damaged certificate"),
		    cc->label);
		return buf;
	}
	email = cert_email(cc->cert);
	snprintf(buf, size, "%s %s %s %s %s %s %s",
	    cert_list_purpose(cc->cert, purpose, sizeof(purpose)),
	    cert_holder(cc->cert), cert_issuer_name(cc->cert),
	    email != NULL ? email : "", cc->label, cc->cert->serial_hex,
	    cc->cert->serial_dec);
	return buf;
}
