#include "config.h"

#include <stdio.h>

#include "base/i18n.h"
#include "ui/pinbox.h"
#include "ui/words.h"

void
pinbox_begin(struct pinbox *b, const struct token *t)
{
	if (b->field.secret == NULL)
		pin_field_init(&b->field);
	err_clear(&b->err);
	b->stage = t != NULL && words_pin_mood(&t->pin) < 0 ? PINBOX_LOCKED :
	    PINBOX_TYPE;
}

void
pinbox_clear(struct pinbox *b)
{
	if (b->field.secret != NULL)
		pin_field_clear(&b->field);
}

/* --- drawing ----------------------------------------------------------- */

/* What has to be known before the first character is typed. */
static int
draw_token(const struct pinbox *b, const struct token *t, const struct rect *r,
    int row)
{
	static const enum style moods[] = { STYLE_BAD, STYLE_WARN, STYLE_TEXT };
	char state[256], buf[512];

	row += draw_text(r, row, 0, 0, STYLE_STRONG, t->label) > 0;
	words_pin(&t->pin, state, sizeof state);
	snprintf(buf, sizeof buf, _("PIN: %s"), state);
	row += draw_paragraph(r, row, 0, r->h - row,
	    moods[words_pin_mood(&t->pin) + 1], buf);
	if (b->err.code == ERR_NONE)
		return row;
	row += draw_paragraph(r, row, 0, r->h - row, STYLE_BAD,
	    err_sentence(&b->err, buf, sizeof buf));
	row += draw_paragraph(r, row, 0, r->h - row, STYLE_TEXT,
	    err_next(&b->err, buf, sizeof buf));
	return row;
}

static int
draw_type(const struct pinbox *b, const struct token *t, const struct rect *r,
    int row, bool focused)
{
	int col;

	if (t->pin.pinpad)
		return row + draw_paragraph(r, row, 0, r->h - row, STYLE_STRONG,
		    _("Press Enter, then type the PIN on the reader's keys."));
	col = draw_textf(r, row + 1, 0, 0, STYLE_TEXT, "%s ", _("PIN:"));
	pin_field_draw(&b->field, r, row + 1, col, focused);
	if (t->pin.min > 0 && t->pin.max >= t->pin.min)
		draw_textf(r, row + 2, 0, 0, STYLE_DIM,
		    _("%d to %d characters"), t->pin.min, t->pin.max);
	return row + 3;
}

/* What stands in place of the field. */
static const char *
instead(const struct pinbox *b, const struct token *t)
{
	switch (b->stage) {
	case PINBOX_LETTERS:
		return _("This PIN has letters that cards seldom take, such as "
		    "Polish ones, and that other programs may have sent "
		    "otherwise. Enter sends it all the same, Esc gives up.");
	case PINBOX_LAST:
		return _("This is the last try: if the PIN is wrong, it will "
		    "be locked. Enter sends it, Esc gives up.");
	case PINBOX_WAIT:
		return t->pin.pinpad ?
		    _("Type the PIN on the reader's keys now.") :
		    _("The card is being asked...");
	default:
		return _("Unlock it with the PUK in the issuer's program, or "
		    "ask the issuer.");
	}
}

int
pinbox_draw(const struct pinbox *b, const struct token *t,
    const struct rect *r, int row, bool focused)
{
	row = draw_token(b, t, r, row);
	if (b->stage == PINBOX_TYPE)
		return draw_type(b, t, r, row, focused);
	if (b->stage == PINBOX_LOCKED && b->err.code != ERR_NONE)
		return row;	/* all is said */
	return row + 1 + draw_paragraph(r, row + 1, 0, r->h - row - 1,
	    b->stage == PINBOX_LAST ? STYLE_BAD : b->stage == PINBOX_LETTERS ?
	    STYLE_WARN : STYLE_TEXT, instead(b, t));
}

/* Room for every stage, so that a box does not jump from one to the next. */
int
pinbox_rows(const struct pinbox *b, int cols)
{
	char buf[512];

	if (b->err.code == ERR_NONE)
		return PINBOX_ROWS;
	return PINBOX_ROWS +
	    draw_lines(err_sentence(&b->err, buf, sizeof buf), cols) +
	    draw_lines(err_next(&b->err, buf, sizeof buf), cols);
}

/* --- keys -------------------------------------------------------------- */

bool
pinbox_input(struct pinbox *b, const struct input *in)
{
	if (b->stage == PINBOX_TYPE && pin_field_input(&b->field, in))
		return true;
	return in->kind == INPUT_CHAR;
}

/* Wrong by length alone: the card is not bothered, no try is spent. */
static bool
length_fits(struct pinbox *b, const struct token *t)
{
	int n = (int)secret_len(b->field.secret);

	if (t->pin.pinpad)
		return true;
	if (n > 0 && n >= t->pin.min && (t->pin.max <= 0 || n <= t->pin.max))
		return true;
	err_clear(&b->err);
	err_set(&b->err, ERR_PIN_LENGTH, t->label, NULL);
	secret_wipe(b->field.secret);
	return false;
}

static enum pinbox_got
send_pin(struct pinbox *b, const struct token *t, struct secret **pin)
{
	*pin = t->pin.pinpad ? NULL : pin_field_take(&b->field);
	b->stage = PINBOX_WAIT;
	err_clear(&b->err);
	return PINBOX_SEND;
}

/* Nor the last try without a word. */
static enum pinbox_got
send_if_sure(struct pinbox *b, const struct token *t, struct secret **pin)
{
	if (!pin_is_last(&t->pin))
		return send_pin(b, t, pin);
	b->stage = PINBOX_LAST;
	return PINBOX_NOTHING;
}

enum pinbox_got
pinbox_enter(struct pinbox *b, const struct token *t, struct secret **pin)
{
	switch (b->stage) {
	case PINBOX_TYPE:
		if (!length_fits(b, t))
			break;
		if (t->pin.pinpad || secret_plain(b->field.secret))
			return send_if_sure(b, t, pin);
		b->stage = PINBOX_LETTERS;
		break;
	case PINBOX_LETTERS:
		return send_if_sure(b, t, pin);
	case PINBOX_LAST:
		return send_pin(b, t, pin);
	case PINBOX_LOCKED:
		return PINBOX_CLOSE;
	case PINBOX_WAIT:
		break;
	}
	return PINBOX_NOTHING;
}

bool
pinbox_answer(struct pinbox *b, const struct err *err)
{
	if (err->code == ERR_NONE)
		return true;
	b->err = *err;
	b->stage = err->code == ERR_PIN_LOCKED ||
	    err->code == ERR_PIN_EXPIRED ? PINBOX_LOCKED : PINBOX_TYPE;
	return false;
}
