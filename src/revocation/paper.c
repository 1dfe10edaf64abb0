#include "config.h"

#include "revocation/paper.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static char *
safe_copy(const char *s, int width)
{
	struct safe_text t;

	text_safe_str(&t, s, width);
	return mem_strdup(t.s);
}

void
paper_init(struct paper *p, const char *title, const char *number)
{
	memset(p, 0, sizeof *p);
	p->title = safe_copy(title, PAPER_COLUMNS);
	p->number = safe_copy(number, PAPER_COLUMNS / 2);
	p->foot = mem_strdup("");
}

void
paper_clear(struct paper *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->v[i].label);
		free(p->v[i].value);
	}
	free(p->v);
	free(p->title);
	free(p->number);
	free(p->sign[0]);
	free(p->sign[1]);
	free(p->foot);
	free(p->qr);
	memset(p, 0, sizeof *p);
}

static struct paper_part *
add(struct paper *p, enum paper_kind kind, const char *label, const char *value)
{
	struct paper_part *part;

	p->v = mem_grow(p->v, p->n + 1, sizeof *p->v);
	part = &p->v[p->n++];
	part->kind = kind;
	part->cells = 0;
	part->label = safe_copy(label, PAPER_TEXT_MAX);
	part->value = safe_copy(value, PAPER_TEXT_MAX);
	return part;
}

void
paper_head(struct paper *p, const char *s)
{
	add(p, PAPER_HEAD, "", s);
}

void
paper_field(struct paper *p, const char *label, const char *value)
{
	if (value != NULL && value[0] != '\0')
		add(p, PAPER_FIELD, label, value);
}

void
paper_whole(struct paper *p, const char *label, const char *value)
{
	if (value != NULL && value[0] != '\0')
		add(p, PAPER_WHOLE, label, value);
}

void
paper_blank(struct paper *p, const char *label)
{
	add(p, PAPER_BLANK, label, "");
}

void
paper_cells(struct paper *p, const char *label, int n)
{
	add(p, PAPER_CELLS, label, "")->cells = n;
}

void
paper_box(struct paper *p, const char *s)
{
	add(p, PAPER_BOX, "", s);
}

void
paper_say(struct paper *p, const char *s)
{
	add(p, PAPER_SAY, "", s);
}

void
paper_strong(struct paper *p, const char *s)
{
	add(p, PAPER_STRONG, "", s);
}

void
paper_sign(struct paper *p, const char *left, const char *right)
{
	free(p->sign[0]);
	free(p->sign[1]);
	p->sign[0] = safe_copy(left, PAPER_SIGN);
	p->sign[1] = safe_copy(right, PAPER_SIGN);
}

void
paper_foot(struct paper *p, const char *s)
{
	free(p->foot);
	p->foot = safe_copy(s, PAPER_COLUMNS);
}

void
paper_qr(struct paper *p, const char *s)
{
	free(p->qr);
	p->qr = mem_strdup(s);
}

/* --- lines ----------------------------------------------------------------- */

size_t
paper_line(const char *s, double room, paper_width_fn *width, void *arg,
    size_t *next)
{
	size_t len = strlen(s), end = 0, blank = 0, used;
	double wide = 0;
	uint32_t cp;

	while (end < len) {
		used = text_decode(s + end, len - end, &cp);
		if (used == 0)		/* never in safe text */
			used = 1;
		wide += width(cp, arg);
		if (wide > room)
			break;
		if (cp == ' ')
			blank = end;
		end += used;
	}
	if (end < len && s[end] != ' ') {
		if (blank > 0)
			end = blank;
		else if (end == 0)	/* a room for nothing takes one */
			end = used;
	}
	*next = end;
	while (s[*next] == ' ')
		(*next)++;
	return end;
}
