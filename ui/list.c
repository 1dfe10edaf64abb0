#include "config.h"

#include "ui/list.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

#define ROW_TEXT_MAX	1024	/* bytes of a row that finding looks at */

void
list_init(struct list *l, list_text_fn *text, void *arg)
{
	memset(l, 0, sizeof(*l));
	l->text = text;
	l->arg = arg;
	l->page = 1;
	l->lines = 1;
}

void
list_clear(struct list *l)
{
	free(l->shown);
	l->shown = NULL;
	l->n = l->nshown = 0;
}

bool
list_narrowed(const struct list *l)
{
	return l->find.text[0] != '\0';
}

void
list_update(struct list *l, size_t n)
{
	char buf[ROW_TEXT_MAX];

	if (n > l->n || l->shown == NULL)
		l->shown = mem_grow(l->shown, n + 1, sizeof(*l->shown));
	l->n = n;
	l->nshown = 0;
	for (size_t i = 0; i < n; i++)
		if (!list_narrowed(l) ||
		    text_find(l->text(l->arg, i, buf, sizeof(buf)),
		    l->find.text))
			l->shown[l->nshown++] = i;
	if (l->at >= l->nshown)
		l->at = l->nshown > 0 ? l->nshown - 1 : 0;
}

bool
list_selected(const struct list *l, size_t *row)
{
	if (l->nshown == 0)
		return false;
	*row = l->shown[l->at];
	return true;
}

void
list_select(struct list *l, size_t row)
{
	for (size_t i = 0; i < l->nshown; i++)
		if (l->shown[i] == row)
			l->at = i;
}

void
list_find(struct list *l)
{
	l->finding = true;
}

static void
stop_finding(struct list *l)
{
	size_t row;
	bool had = list_selected(l, &row);

	l->finding = false;
	field_set(&l->find, "");
	list_update(l, l->n);
	if (had)
		list_select(l, row);
}

static void
move_by(struct list *l, long by)
{
	long at = (long)l->at + by, last = (long)l->nshown - 1;

	if (at > last)
		at = last;
	l->at = at < 0 ? 0 : (size_t)at;
}

static bool
take_click(struct list *l, const struct input *in, bool *open)
{
	long at = (long)l->top + (in->y - l->y) / l->lines;

	if (in->y < l->y || in->y >= l->y + (int)l->page * l->lines ||
	    at >= (long)l->nshown)
		return false;
	*open = (size_t)at == l->at;
	l->at = (size_t)at;
	return true;
}

static bool
take_move(struct list *l, enum ui_key key)
{
	switch (key) {
	case UK_UP:
		move_by(l, -1);
		return true;
	case UK_DOWN:
		move_by(l, 1);
		return true;
	case UK_PAGE_UP:
		move_by(l, -(long)l->page);
		return true;
	case UK_PAGE_DOWN:
		move_by(l, (long)l->page);
		return true;
	case UK_HOME:
		l->at = 0;
		return true;
	case UK_END:
		move_by(l, (long)l->nshown);
		return true;
	default:
		return false;
	}
}

static bool
take_finding(struct list *l, const struct input *in)
{
	if (in->kind == INPUT_KEY && in->key == UK_ESC) {
		stop_finding(l);
		return true;
	}
	if (in->kind == INPUT_KEY && in->key == UK_ENTER) {
		l->finding = false;
		return true;
	}
	if (!field_input(&l->find, in))
		return false;
	list_update(l, l->n);
	return true;
}

bool
list_input(struct list *l, const struct input *in, bool *open)
{
	*open = false;
	if (in->kind == INPUT_CLICK)
		return take_click(l, in, open);
	if (in->kind == INPUT_WHEEL) {
		move_by(l, in->wheel);
		return true;
	}
	if (in->kind == INPUT_KEY && (in->key == UK_UP || in->key == UK_DOWN ||
	    in->key == UK_PAGE_UP || in->key == UK_PAGE_DOWN))
		return take_move(l, in->key);
	if (l->finding)
		return take_finding(l, in);
	if (in->kind == INPUT_KEY && in->key == UK_ESC && list_narrowed(l)) {
		stop_finding(l);
		return true;
	}
	return in->kind == INPUT_KEY && take_move(l, in->key);
}

static void
draw_find(struct list *l, const struct rect *r, bool focused)
{
	int row = r->h - 1;
	int col = draw_textf(r, row, 0, 0, STYLE_KEY, " / %s ", _("find:"));

	field_draw(&l->find, r, row, col, 0, focused && l->finding);
}

void
list_draw(struct list *l, const struct rect *r, bool focused, list_row_fn *row,
    void *arg)
{
	bool with_find = l->finding || list_narrowed(l);
	int rows = r->h - (with_find ? 1 : 0);

	rows /= l->lines;
	l->page = rows > 0 ? (size_t)rows : 1;
	l->y = r->y;
	if (l->at < l->top)
		l->top = l->at;
	if (l->at >= l->top + l->page)
		l->top = l->at - l->page + 1;
	if (l->top + l->page > l->nshown)
		l->top = l->nshown > l->page ? l->nshown - l->page : 0;
	for (int i = 0; i < rows && l->top + (size_t)i < l->nshown; i++) {
		size_t at = l->top + (size_t)i;
		struct rect line = { r->y + i * l->lines, r->x, l->lines, r->w };
		bool selected = at == l->at;
		enum style style = !selected ? STYLE_TEXT :
		    focused ? STYLE_SELECTED : STYLE_SELECTED_IDLE;

		if (selected && focused) {
			for (int j = 0; j < l->lines; j++)
				draw_fill(&line, j, 0, r->w > LIST_BAR ?
				    LIST_BAR : 0, style);
			draw_cursor(&line, 0, 0);
		}
		row(arg, l->shown[at], &line, style, selected);
	}
	if (with_find && r->h > 0)
		draw_find(l, r, focused);
}
