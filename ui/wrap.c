#include "config.h"

#include "ui/draw.h"

#include <string.h>

/*
 * The next line: bytes of s that fit into width columns, broken at a space; not
 * more than a line's buffer holds, as marks without end would be.
 */
static size_t
line_end(const char *s, size_t len, int width)
{
	size_t end = 0, space = 0, used;
	int columns = 0;
	uint32_t cp;

	while (end < len) {
		used = text_decode(s + end, len - end, &cp);
		if (used == 0)
			used = 1;
		columns += text_width(cp);
		if (columns > width || end + used > SAFE_TEXT_MAX)
			break;
		if (cp == ' ')
			space = end;
		end += used;
	}
	if (end >= len)
		return len;
	if (s[end] == ' ' || space == 0)
		return end > 0 ? end : used;
	return space;
}

/* What is being folded: a piece of the text, behind what no line took yet. */
struct folding {
	char		 s[2 * SAFE_TEXT_MAX + 1];
	size_t		 len;
	int		 width, lines;
	draw_line_fn	*put;
	void		*arg;
};

/* All whole lines of it; of the last piece, what is left too. */
static void
put_lines(struct folding *f, bool last)
{
	char line[SAFE_TEXT_MAX + 1];
	size_t at = 0, n;

	while (at < f->len) {
		n = line_end(f->s + at, f->len - at, f->width);
		if (!last && at + n == f->len)
			break;
		memcpy(line, f->s + at, n);
		line[n] = '\0';
		f->put(f->arg, f->lines++, line);
		at += n;
		while (at < f->len && f->s[at] == ' ')
			at++;
	}
	f->len -= at;
	memmove(f->s, f->s + at, f->len);
}

int
draw_wrap(const char *s, int width, draw_line_fn *put, void *arg)
{
	struct folding f = { .len = 0, .width = width, .put = put, .arg = arg };
	size_t left = s != NULL ? strlen(s) : 0, n;
	struct safe_text t;

	if (width < 1)
		return 0;
	while (left > 0) {
		n = text_piece(s, left);
		text_safe(&t, s, n, 0);
		memcpy(f.s + f.len, t.s, t.len);
		f.len += t.len;
		s += n;
		left -= n;
		put_lines(&f, left == 0);
	}
	return f.lines;
}

struct paragraph {
	const struct rect	*r;
	int			 row, col, rows, lines;
	enum style		 style;
};

static void
count_line(void *arg, int line, const char *s)
{
	(void)arg;
	(void)line;
	(void)s;
}

static void
paragraph_line(void *arg, int line, const char *s)
{
	struct paragraph *p = arg;

	/* The last line there is room for says that there is more. */
	if (line == p->rows - 1 && p->lines > p->rows)
		draw_textf(p->r, p->row + line, p->col, 0, p->style, "%s…", s);
	else if (line < p->rows)
		draw_text(p->r, p->row + line, p->col, 0, p->style, s);
}

int
draw_lines(const char *s, int width)
{
	return draw_wrap(s, width, count_line, NULL);
}

int
draw_paragraph(const struct rect *r, int row, int col, int rows,
    enum style style, const char *s)
{
	struct paragraph p = { r, row, col, rows,
	    draw_lines(s, r->w - col), style };

	draw_wrap(s, r->w - col, paragraph_line, &p);
	return p.lines < rows ? p.lines : rows;
}
