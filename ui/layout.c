#include "config.h"

#include <string.h>

#include "ui/layout.h"

/* Below either of these, four panels would each show next to nothing. */
#define FOUR_MIN_ROWS	14
#define FOUR_MIN_COLS	60

static int
between(int low, int value, int high)
{
	return value < low ? low : value > high ? high : value;
}

/* Reader and capacity side by side, certificates with all the rest, order. */
static void
four(struct layout *l, struct rect body, size_t focus)
{
	int roomy = body.h >= 19;	/* 80x24, and with tabs or less a line */
	int top = between(5, body.h * 3 / 8 + roomy, body.h >= 40 ? 10 : 9);
	int order = roomy ? 4 : 3;
	int left = body.w * 45 / 100;
	int certs;

	/* Whoever asks about an order wants the answer whole. */
	if (focus == PLACE_ORDER && roomy)
		order = 8;
	certs = body.h - top - order;
	l->panels[PLACE_READER] = (struct rect){ body.y, body.x, top, left };
	l->panels[PLACE_CAPACITY] = (struct rect){ body.y, body.x + left, top,
	    body.w - left };
	l->panels[PLACE_CERTS] = (struct rect){ body.y + top, body.x, certs,
	    body.w };
	l->panels[PLACE_ORDER] = (struct rect){ body.y + top + certs, body.x,
	    order, body.w };
}

static void
one(struct layout *l, struct rect body, size_t focus)
{
	l->single = true;
	if (body.h > 4) {
		l->names = (struct rect){ body.y, body.x, 1, body.w };
		body.y++;
		body.h--;
	}
	l->panels[focus] = body;
}

void
layout_make(struct layout *l, int rows, int cols, bool tabs, bool page,
    size_t focus)
{
	struct rect body = { 1, 0, between(0, rows - 2, rows), cols };

	memset(l, 0, sizeof(*l));
	l->top = (struct rect){ 0, 0, 1, cols };
	l->keys = (struct rect){ rows - 1, 0, rows > 1 ? 1 : 0, cols };
	l->view = body;
	if (tabs && body.h > 4) {
		l->tabs = (struct rect){ 1, 0, 1, cols };
		body.y++;
		body.h--;
	}
	if (page && cols >= LAYOUT_BESIDE_COLS) {
		l->beside = true;
		body.w = cols / 2;
		l->view = (struct rect){ body.y, body.w, body.h, cols - body.w };
	}
	if (body.h < FOUR_MIN_ROWS || body.w < FOUR_MIN_COLS)
		one(l, body, focus);
	else
		four(l, body, focus);
}

struct rect
layout_box(int rows, int cols, int h, int w)
{
	struct rect r;

	r.h = between(1, h, rows);
	r.w = between(1, w, cols);
	r.y = (rows - r.h) / 2;
	r.x = (cols - r.w) / 2;
	return r;
}
