#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "revocation/paper.h"

#define LABEL	28	/* columns of the labels, with the gap behind them */
#define BLANK	40	/* columns to write by hand in */

static double
columns(uint32_t cp, void *arg)
{
	(void)arg;
	return text_width(cp);
}

static int
columns_of(const char *s)
{
	struct safe_text t;

	text_safe_str(&t, s, 0);
	return t.width;
}

/* s in lines; the first goes on where the pen stands, the others are indented. */
static void
put_wrapped(FILE *f, const char *s, int indent)
{
	size_t len, next;

	do {
		len = paper_line(s, PAPER_COLUMNS - indent, columns, NULL, &next);
		fprintf(f, "%.*s\n", (int)len, s);
		s += next;
		if (*s != '\0')
			fprintf(f, "%*s", indent, "");
	} while (*s != '\0');
}

static void
put_rule(FILE *f, char c, int n)
{
	while (n-- > 0)
		fputc(c, f);
	fputc('\n', f);
}

static void
put_label(FILE *f, const char *label)
{
	int wide = columns_of(label);

	if (wide > LABEL - 2)
		fprintf(f, "  %s\n%*s", label, LABEL + 2, "");
	else
		fprintf(f, "  %s%*s", label, LABEL - wide, "");
}

static void
put_part(FILE *f, const struct paper_part *part)
{
	switch (part->kind) {
	case PAPER_HEAD:
		fputc('\n', f);
		put_wrapped(f, part->value, 0);
		break;
	case PAPER_FIELD:
	case PAPER_WHOLE:
		put_label(f, part->label);
		put_wrapped(f, part->value, LABEL + 2);
		break;
	case PAPER_BLANK:
		put_label(f, part->label);
		put_rule(f, '_', BLANK);
		break;
	case PAPER_CELLS:
		put_label(f, part->label);
		for (int i = 0; i < part->cells; i++)
			fputs("|_", f);
		fputs("|\n", f);
		break;
	case PAPER_BOX:
		fputs("  [ ] ", f);
		put_wrapped(f, part->value, 6);
		break;
	case PAPER_SAY:
		fputs("  ", f);
		put_wrapped(f, part->value, 2);
		break;
	case PAPER_STRONG:
		fputs("\n! ", f);
		put_wrapped(f, part->value, 2);
		break;
	}
}

static void
put_signs(FILE *f, const struct paper *p)
{
	fputs("\n\n\n  ", f);
	for (int i = 0; i < PAPER_SIGN; i++)
		fputc('.', f);
	fprintf(f, "%*s", PAPER_COLUMNS - 4 - 2 * PAPER_SIGN, "");
	put_rule(f, '.', PAPER_SIGN);
	fprintf(f, "  %s%*s%s\n", p->sign[0],
	    PAPER_COLUMNS - 4 - PAPER_SIGN - columns_of(p->sign[0]), "", p->sign[1]);
}

char *
paper_plain(const struct paper *p)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		panic("no memory for a page");
	put_wrapped(f, p->title, 0);
	put_rule(f, '=', columns_of(p->title));
	fprintf(f, "%s\n", p->number);
	for (size_t i = 0; i < p->n; i++)
		put_part(f, &p->v[i]);
	if (p->sign[0] != NULL)
		put_signs(f, p);
	fprintf(f, "\n%s\n", p->foot);
	if (fclose(f) != 0)
		panic("no memory for a page");
	return text;
}
