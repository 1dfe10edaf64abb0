#include "config.h"

#include "ui/page.h"

#define LABEL_COLS	16

static void
begin(struct page *p, const struct rect *r)
{
	p->r = *r;
	p->picture_rows = p->picture_cols = 0;
	p->lines = 0;
	p->label_cols = LABEL_COLS;
	for (int i = 0; i < r->h; i++)
		draw_fill(r, i, 0, 0, STYLE_TEXT);
}

static int
min(int a, int b)
{
	return a < b ? a : b;
}

static int
last_top(const struct page *p)
{
	return p->lines > p->r.h ? p->lines - p->r.h : 0;
}

/* Arrows on the frame's right edge say that there is more. */
static void
draw_more(const struct page *p)
{
	struct rect edge = { p->r.y, p->r.x, p->r.h, p->r.w + 1 };

	if (p->top > 0)
		draw_text(&edge, 0, p->r.w, 1, STYLE_STRONG,
		    draw_glyph(GLYPH_UP));
	if (p->top < last_top(p))
		draw_text(&edge, p->r.h - 1, p->r.w, 1, STYLE_STRONG,
		    draw_glyph(GLYPH_DOWN));
}

/* The line that is read stands on top, for as long as there is more below. */
static int
top_for(struct page *p)
{
	if (p->at >= p->lines)
		p->at = p->lines > 0 ? p->lines - 1 : 0;
	return min(p->at, last_top(p));
}

void
page_draw(struct page *p, const struct rect *r, bool focused, page_fn *content,
    void *arg)
{
	p->r = *r;
	p->top = p->lines > 0 ? top_for(p) : p->at;
	begin(p, r);
	content(p, arg);
	/* Shorter or wider than before: what is at the end must stay in sight. */
	if (p->top != top_for(p)) {
		p->top = top_for(p);
		begin(p, r);
		content(p, arg);
	}
	draw_more(p);
	if (focused)
		draw_cursor(r, p->at - p->top, 0);
}

/* A page on; from the last one to the last line. */
static int
page_on(const struct page *p)
{
	int by = p->r.h > 1 ? p->r.h - 1 : 1;

	if (p->at < last_top(p))
		return min(p->at + by, last_top(p));
	return p->lines - 1;
}

bool
page_input(struct page *p, const struct input *in)
{
	int at = p->at, last = last_top(p);

	/* The wheel moves the text, never the cursor alone. */
	if (in->kind == INPUT_WHEEL)
		at = min(min(at, last) + in->wheel, last);
	else if (in->kind != INPUT_KEY)
		return false;
	else if (in->key == UK_UP)
		at--;
	else if (in->key == UK_DOWN)
		at++;
	else if (in->key == UK_PAGE_UP)
		at = min(at, last) - (p->r.h - 1);
	else if (in->key == UK_PAGE_DOWN)
		at = page_on(p);
	else if (in->key == UK_HOME)
		at = 0;
	else if (in->key == UK_END)
		at = last;
	else
		return false;
	at = min(at, p->lines - 1);
	p->at = at < 0 ? 0 : at;
	return true;
}

void
page_picture(struct page *p, int rows, int cols)
{
	p->picture_rows = rows;
	p->picture_cols = cols;
}

int
page_width(const struct page *p)
{
	return p->lines < p->picture_rows ? p->r.w - p->picture_cols - 2 :
	    p->r.w;
}

void
page_labels(struct page *p, int cols)
{
	p->label_cols = cols;
}

void
page_gap(struct page *p)
{
	p->lines++;
}

int
page_take(struct page *p, int n)
{
	int row = p->lines - p->top;

	p->lines += n;
	return row;
}

/* Folded lines go through here, each to its place if that is in sight. */
struct out {
	struct page	*page;
	int		 col;
	enum style	 style;
};

static void
put(void *arg, int line, const char *s)
{
	struct out *o = arg;

	(void)line;
	draw_text(&o->page->r, o->page->lines - o->page->top, o->col,
	    0, o->style, s);
	o->page->lines++;
}

static void
fold(struct page *p, int col, enum style style, const char *s)
{
	struct out o = { p, col, style };

	if (draw_wrap(s, page_width(p) - col, put, &o) == 0)
		p->lines++;
}

void
page_heading(struct page *p, const char *s)
{
	if (p->lines > 0)
		page_gap(p);
	fold(p, 0, STYLE_HEADING, s);
}

void
page_text(struct page *p, enum style style, const char *s)
{
	fold(p, 0, style, s);
}

/* Narrow pages give their labels no more than half. */
static int
narrowed(const struct page *p, int cols)
{
	int half = page_width(p) / 2;

	return cols > half ? half : cols;
}

void
page_field(struct page *p, const char *label, enum style style, const char *s)
{
	int cols = narrowed(p, p->label_cols);

	if (s == NULL || s[0] == '\0')
		return;
	draw_text(&p->r, p->lines - p->top, 0, cols - 1, STYLE_DIM, label);
	fold(p, cols, style, s);
}

void
page_item(struct page *p, const char *sign, enum style style, const char *name,
    int name_cols, const char *sentence)
{
	int row = p->lines - p->top, start;

	start = draw_width(sign) + 1;
	name_cols = narrowed(p, name_cols);
	draw_text(&p->r, row, 0, 0, style, sign);
	draw_text(&p->r, row, start, name_cols - 1, style, name);
	fold(p, start + name_cols, STYLE_TEXT, sentence);
}

void
page_marked(struct page *p, const char *sign, enum style style,
    enum style text, const char *sentence)
{
	int start = draw_width(sign) + 1;

	draw_text(&p->r, p->lines - p->top, 0, 0, style, sign);
	fold(p, start, text, sentence);
}
