#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "revocation/squares.h"
#include "ui/qr.h"

/* Light modules around it: what the standard asks for, what cameras need. */
#define MARGIN_FULL	SQUARES_MARGIN
#define MARGIN_LEAST	2

struct qr {
	char		*serial, *issuers[QR_CONTENTS];
	int		 room_rows, room_cols;	/* what it was fitted into */
	struct squares	 code;			/* none: there was no room */
	int		 margin;
	enum qr_content	 content;
};

static char *
on_a_line(const char *issuer)
{
	struct safe_text t;

	text_safe_str(&t, issuer, 0);
	return mem_printf("\n%s", t.s);
}

struct qr *
qr_new(const struct qr_text *t)
{
	struct qr *q = mem_alloc(sizeof(*q));

	q->serial = mem_strdup(t->serial);
	q->issuers[QR_SERIAL_LINE] = on_a_line(t->line);
	q->issuers[QR_SERIAL_NAME] = on_a_line(t->name);
	q->issuers[QR_SERIAL] = mem_strdup("");
	return q;
}

void
qr_free(struct qr *q)
{
	if (q == NULL)
		return;
	for (int i = 0; i < QR_CONTENTS; i++)
		free(q->issuers[i]);
	free(q->serial);
	squares_clear(&q->code);
	free(q);
}

/* Two modules a cell need the half blocks; else one module takes two cells. */
static bool
halves(void)
{
	return draw_can(0x2580) && draw_can(0x2584) && draw_can(0x2588);
}

static int
side(const struct qr *q)
{
	return q->code.side + 2 * q->margin;
}

int
qr_rows(const struct qr *q)
{
	return halves() ? (side(q) + 1) / 2 : side(q);
}

int
qr_cols(const struct qr *q)
{
	return halves() ? side(q) : side(q) * 2;
}

static bool
has_room(struct qr *q)
{
	for (q->margin = MARGIN_FULL; q->margin >= MARGIN_LEAST; q->margin--)
		if (qr_rows(q) <= q->room_rows && qr_cols(q) <= q->room_cols)
			return true;
	return false;
}

bool
qr_fit(struct qr *q, int rows, int cols)
{
	if (rows == q->room_rows && cols == q->room_cols)
		return q->code.side > 0;
	q->room_rows = rows;
	q->room_cols = cols;
	for (int i = 0; i < QR_CONTENTS; i++) {
		squares_clear(&q->code);
		q->content = (enum qr_content)i;
		if (squares_make(&q->code, SQUARES_SCREEN, q->serial,
		    q->issuers[i]) && has_room(q))
			return true;
	}
	squares_clear(&q->code);
	return false;
}

enum qr_content
qr_content(const struct qr *q)
{
	return q->content;
}

static bool
dark(const struct qr *q, int y, int x)
{
	return squares_dark(&q->code, y - q->margin, x - q->margin);
}

static void
draw_halves(const struct qr *q, const struct rect *r, int row, int col, int y)
{
	static const char *const cells[2][2] = {
		{ " ", "▄" }, { "▀", "█" } };
	char line[SAFE_TEXT_MAX + 1];
	size_t len = 0;

	for (int x = 0; x < side(q) && len + 4 < sizeof(line); x++) {
		const char *c = cells[dark(q, y, x)][dark(q, y + 1, x)];

		memcpy(line + len, c, strlen(c));
		len += strlen(c);
	}
	line[len] = '\0';
	draw_text(r, row, col, 0, STYLE_QR, line);
}

void
qr_draw(const struct qr *q, const struct rect *r, int row, int col)
{
	for (int i = 0; i < qr_rows(q); i++) {
		if (halves()) {
			draw_halves(q, r, row + i, col, i * 2);
			continue;
		}
		for (int x = 0; x < side(q); x++)
			draw_fill(r, row + i, col + 2 * x, 2,
			    dark(q, i, x) ? STYLE_QR_DARK : STYLE_QR);
	}
}
