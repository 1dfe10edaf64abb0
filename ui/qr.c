#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <qrencode.h>

#include "base/mem.h"
#include "ui/qr.h"

/* The standard asks for four light modules; cameras are content with two. */
#define MARGIN	2

struct qr {
	QRcode	*code;
};

struct qr *
qr_new(const char *text)
{
	struct qr *q;
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);

	if (code == NULL)
		return NULL;
	q = mem_alloc(sizeof(*q));
	q->code = code;
	return q;
}

void
qr_free(struct qr *q)
{
	if (q == NULL)
		return;
	QRcode_free(q->code);
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
	return q->code->width + 2 * MARGIN;
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
dark(const struct qr *q, int y, int x)
{
	int w = q->code->width;

	y -= MARGIN;
	x -= MARGIN;
	return y >= 0 && x >= 0 && y < w && x < w &&
	    (q->code->data[y * w + x] & 1) != 0;
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
			    dark(q, i, x) ? STYLE_TEXT : STYLE_QR);
	}
}

char *
qr_text(const struct cert *c, char *buf, size_t size)
{
	snprintf(buf, size, "%s\n%s", c->serial_hex, cert_issuer_name(c));
	return buf;
}
