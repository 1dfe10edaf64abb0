#include "config.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "ui/hitrow.h"
#include "ui/recwords.h"
#include "ui/revokepage.h"
#include "ui/span.h"
#include "ui/track.h"

#define LABEL_COLS	16
#define MEANING_COL	5
#define LOW_ROWS	17	/* below which the certificate has two rows */

static int
draw_fact(const struct rect *r, int row, const char *label, enum style style,
    const char *value)
{
	int label_cols = r->w / 3 < LABEL_COLS ? r->w / 3 : LABEL_COLS;

	if (value == NULL || value[0] == '\0')
		return row;
	draw_text(r, row, 0, label_cols - 1, STYLE_DIM, label);
	draw_text(r, row, label_cols, 0, style, value);
	return row + 1;
}

/* Which one: in sight at every question. */
static int
draw_cert(const struct revokepage *p, const struct rect *r, int row)
{
	const struct record *c = p->about.cert;
	const char *model = p->model != NULL ? p->model : c->card_model;
	char text[RECWORDS_SERIAL_MAX], from[32], to[32], state[128];
	int64_t now = p->about.now;

	row = draw_fact(r, row, _("holder"), STYLE_STRONG, recwords_holder(c));
	row = draw_fact(r, row, _("serial number"), STYLE_STRONG,
	    recwords_serial(c, text, sizeof text));
	if (r->h < LOW_ROWS)
		return row;
	row = draw_fact(r, row, _("issuer"), STYLE_TEXT, c->issuer.shown);
	row = draw_fact(r, row, _("identifier"), STYLE_TEXT, c->id_mask);
	recwords_card(model, c->card_number, text, sizeof text);
	row = draw_fact(r, row, _("card"), STYLE_TEXT, text);
	if (c->not_after == CERT_NO_TIME)
		return row;
	recwords_state(c, now, state, sizeof state);
	snprintf(text, sizeof text, _("%s: from %s to %s"), state,
	    recwords_day(c->not_before, from, sizeof from),
	    recwords_day(c->not_after, to, sizeof to));
	return draw_fact(r, row, _("validity"), hitrow_style(c, now), text);
}

static int
choice_rows(const struct rect *r, const struct revoke_choice *c)
{
	return 1 + (c->meaning[0] != '\0' && r->h >= LOW_ROWS ?
	    draw_lines(c->meaning, r->w - MEANING_COL) : 0);
}

/* Where not all have room, the one that is chosen is in sight. */
static size_t
first_choice(const struct revokepage *p, const struct rect *r, int row,
    const struct revoke_choice *c)
{
	size_t first = 0, at = p->at > 0 ? (size_t)p->at : 0;
	int rows = 0;

	for (size_t i = 0; i <= at; i++)
		rows += choice_rows(r, &c[i]);
	while (first < at && rows > r->h - row)
		rows -= choice_rows(r, &c[first++]);
	return first;
}

static void
draw_more(const struct rect *r, int row, enum glyph glyph)
{
	struct rect edge = { r->y, r->x, r->h, r->w + 1 };

	draw_text(&edge, row, r->w, 1, STYLE_STRONG, draw_glyph(glyph));
}

static int
draw_choices(const struct revokepage *p, const struct rect *r, int row,
    const struct revoke_choice *c, size_t n)
{
	size_t first = first_choice(p, r, row, c), i;

	if (first > 0)
		draw_more(r, row, GLYPH_UP);
	for (i = first; i < n && row < r->h; i++) {
		struct rect line = { r->y + row, r->x, 1, r->w };
		bool chosen = (int)i == p->at;
		enum style style = chosen ? STYLE_SELECTED : STYLE_TEXT;

		draw_fill(&line, 0, 0, 0, style);
		draw_textf(&line, 0, 0, 0, style, "%s %zu  %s", chosen ?
		    draw_glyph(GLYPH_SELECTED) : " ", i + 1, c[i].name);
		if (chosen)
			draw_cursor(&line, 0, 0);
		row++;
		if (c[i].meaning[0] != '\0' && r->h >= LOW_ROWS)
			row += draw_paragraph(r, row, MEANING_COL, r->h - row,
			    STYLE_DIM, c[i].meaning);
	}
	if (i < n)
		draw_more(r, r->h - 1, GLYPH_DOWN);
	return row;
}

/* What was answered, in one look, before it becomes true. */
static int
draw_summary(const struct revokepage *p, const struct rect *r, int row)
{
	const struct case_view *c = p->about.view;
	const char *way = revoke_channel(p->about.authority, c);
	char text[256], when[32];

	row = draw_fact(r, row, _("to be done"), STYLE_BAD,
	    case_action_name(c->action));
	if (r->h < LOW_ROWS)
		return row;
	snprintf(text, sizeof text, "%s, %s", case_who_name(c->who),
	    case_proof_name(c->proof));
	row = draw_fact(r, row, _("who asks"), STYLE_TEXT, text);
	row = draw_fact(r, row, _("why"), STYLE_TEXT,
	    case_reason_name(c->reason));
	row = draw_fact(r, row, _("since"), STYLE_TEXT, c->lost_at == 0 ?
	    _("not known") : span_minute(c->lost_at, when, sizeof when));
	row = draw_fact(r, row, _("which way"), way[0] != '\0' ? STYLE_TEXT :
	    STYLE_WARN, way[0] != '\0' ? way :
	    _("none is configured: on paper"));
	return row + 1;
}

static int
draw_notices(const struct revokepage *p, const struct rect *r, int row)
{
	char text[512];
	int lines = r->h + 1 < LOW_ROWS ? 1 : 2;

	if (revoke_warning(&p->about, text, sizeof text)[0] != '\0')
		row += draw_paragraph(r, row, 0, lines, STYLE_WARN, text);
	if (p->resumed && p->stage != REVOKE_SURE) {
		snprintf(text, sizeof text, _("Going on with the draft %s."),
		    p->number);
		row += draw_paragraph(r, row, 0, 1, STYLE_DIM, text);
	}
	if (p->err->code == ERR_NONE)
		return row;
	return row + draw_paragraph(r, row, 0, lines, STYLE_BAD,
	    err_sentence(p->err, text, sizeof text));
}

static void
draw_question(const struct revokepage *p, const struct rect *r, int row,
    bool focused)
{
	struct revoke_choice choices[REVOKE_CHOICES];
	size_t n = revoke_choices(p->stage, &p->about, choices);

	if (p->waiting) {
		draw_text(r, row, 0, 0, STYLE_TEXT, _("being written down..."));
		return;
	}
	if (p->stage == REVOKE_SURE)
		row = draw_summary(p, r, row);
	row += draw_paragraph(r, row, 0, r->h < LOW_ROWS - 1 ? 1 : 2,
	    p->stage == REVOKE_SURE ? STYLE_BAD : STYLE_STRONG,
	    revoke_question(p->stage));
	if (n > 0)
		draw_choices(p, r, row, choices, n);
	else
		field_draw(p->field, r, row, 0, p->stage == REVOKE_SURE ? 8 :
		    24, focused);
}

/* What happens to what was answered. */
static void
draw_foot(const struct revokepage *p, const struct rect *r)
{
	char text[256];

	if (r->h < LOW_ROWS)
		return;
	if (p->number == NULL)
		snprintf(text, sizeof text, "%s",
		    _("Nothing has been written down yet."));
	else
		snprintf(text, sizeof text, _("Case %s; every answer is kept."),
		    p->number);
	draw_text(r, r->h - 1, 0, 0, STYLE_DIM, text);
}

void
revokepage_draw(const struct revokepage *p, const struct rect *r, bool focused)
{
	struct rect body = { r->y, r->x, r->h - 1, r->w };
	bool low = r->h < LOW_ROWS;
	int row = low ? 1 : 2;

	track_draw(r, 0, revoke_names, nrevoke_names, revoke_place(p->stage));
	if (!p->loaded) {
		draw_notices(p, &body, row);
		return;
	}
	row = draw_cert(p, r, row) + (low ? 0 : 1);
	row = draw_notices(p, &body, row);
	draw_question(p, low ? r : &body, row, focused);
	draw_foot(p, r);
}
