#include "config.h"

#include "ui/draw.h"

#include <string.h>

/* The next line: bytes of s that fit into width columns, broken at a space. */
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
		if (columns > width)
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

int
draw_wrap(const char *s, int width, draw_line_fn *put, void *arg)
{
	struct safe_text t;
	char line[SAFE_TEXT_MAX + 1];
	size_t at = 0, n;
	int lines = 0;

	if (width < 1)
		return 0;
	text_safe_str(&t, s, 0);
	while (at < t.len) {
		n = line_end(t.s + at, t.len - at, width);
		memcpy(line, t.s + at, n);
		line[n] = '\0';
		put(arg, lines++, line);
		at += n;
		while (at < t.len && t.s[at] == ' ')
			at++;
	}
	return lines;
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
