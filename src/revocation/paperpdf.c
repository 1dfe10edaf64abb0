#include "config.h"

#include <string.h>

#include "base/text.h"
#include "revocation/paper.h"
#include "revocation/pdf.h"

/* Points. */
#define LEFT		54.0
#define RIGHT		541.0
#define TOP		794.0
#define FOOT		34.0
#define BOTTOM		54.0
#define SIGNS		62.0	/* height of the place to sign */
#define LABEL		150.0	/* width of the labels' column */
#define GAP		10.0
#define QR_SIDE		112.0	/* with its margin */
#define CELL		15.0
#define TITLE		15.0	/* sizes of letters */
#define SMALL		7.0
#define THIN		0.5	/* of a line */

#define ELLIPSIS	0x2026
#define INK		0.0
#define GREY		0.35

#define ALL_LINES	99	/* of what is not to be cut */

/* Tried in turn until the page holds all: letters' size, lines of one text. */
static const struct fit {
	double	 size;
	int	 lines;
} fits[] = {
	{ 9.5, 4 }, { 9.0, 4 }, { 8.5, 3 }, { 8.0, 3 }, { 7.5, 2 }, { 7.0, 2 },
	{ 6.5, 2 }, { 7.0, 1 }, { 6.0, 1 },
};

#define NFITS	(sizeof fits / sizeof fits[0])

/* What draws, or only measures how far down it would come. */
struct pen {
	struct pdf		*pdf;
	const struct paper	*paper;
	const struct squares	*qr;	/* NULL: none */
	const struct fit	*fit;
	bool			 draw;
	double			 y;	/* of the last line's foot */
};

/* --- lines of text --------------------------------------------------------------- */

static struct pdf_face
face_of(const struct pen *pen, enum pdf_weight weight, double size, double grey)
{
	return (struct pdf_face){ pen->pdf, weight, size, grey };
}

static void
put(struct pen *pen, double x, const struct pdf_face *face, const char *s,
    size_t len)
{
	if (pen->draw)
		pdf_text(face, x, pen->y, s, len);
}

static void
rule(struct pen *pen, double x, double y, double to)
{
	if (pen->draw)
		pdf_rule(pen->pdf, x, y, to, THIN);
}

static void
frame(struct pen *pen, double x, double y, double wide, double high)
{
	if (pen->draw)
		pdf_frame(pen->pdf, x, y, wide, high);
}

/* The beginning of s with an ellipsis, in so much room. */
static void
put_cut(struct pen *pen, double x, double right, struct pdf_face *face,
    const char *s)
{
	double room = right - x - pdf_advance(ELLIPSIS, face);
	char out[SAFE_TEXT_MAX + 4];
	size_t len = strlen(s), n = 0, used;
	uint32_t cp;

	while (n < SAFE_TEXT_MAX - 4 &&
	    (used = text_decode(s + n, len - n, &cp)) > 0) {
		room -= pdf_advance(cp, face);
		if (room < 0)
			break;
		n += used;
	}
	memcpy(out, s, n);
	n += text_encode(ELLIPSIS, out + n);
	put(pen, x, face, out, n);
}

/* Where lines end: before the QR code, as high as letters are, or at the edge. */
static double
right_edge(const struct pen *pen)
{
	return pen->qr != NULL && pen->y + pen->fit->size > TOP - QR_SIDE ?
	    RIGHT - QR_SIDE - GAP : RIGHT;
}

/* A text in at most so many lines, to the edge; the pen is left on the last. */
static void
put_lines(struct pen *pen, double x, struct pdf_face *face, const char *s,
    int most)
{
	size_t len, next;

	for (int line = 1; *s != '\0'; line++, s += next) {
		double right = right_edge(pen);

		len = paper_line(s, right - x, pdf_advance, face, &next);
		if (line == most && s[next] != '\0') {
			put_cut(pen, x, right, face, s);
			return;
		}
		put(pen, x, face, s, len);
		if (s[next] != '\0')
			pen->y -= face->size * 1.25;
	}
}

/* One line in a room of its own. */
static void
put_line(struct pen *pen, double x, double right, struct pdf_face *face,
    const char *s)
{
	size_t next, len = paper_line(s, right - x, pdf_advance, face, &next);

	if (s[next] != '\0')
		put_cut(pen, x, right, face, s);
	else
		put(pen, x, face, s, len);
}

/* --- parts ------------------------------------------------------------------------- */

static void
put_cells(struct pen *pen, int n)
{
	double size = pen->fit->size;

	for (int i = 0; i < n; i++)
		frame(pen, LEFT + LABEL + i * CELL, pen->y - CELL + size, CELL,
		    CELL);
	pen->y -= CELL - size + 2;
}

static void
put_field(struct pen *pen, const struct paper_part *part)
{
	double size = pen->fit->size;
	struct pdf_face label = face_of(pen, PDF_PLAIN, size - 1, GREY);
	struct pdf_face value = face_of(pen, PDF_PLAIN, size, INK);

	/* A hand writes larger. */
	pen->y -= size * (part->kind == PAPER_BLANK ? 2.4 : 1.45);
	put_line(pen, LEFT, LEFT + LABEL - GAP, &label, part->label);
	if (part->kind == PAPER_BLANK)
		rule(pen, LEFT + LABEL, pen->y - 2, right_edge(pen));
	else if (part->kind == PAPER_CELLS)
		put_cells(pen, part->cells);
	else
		put_lines(pen, LEFT + LABEL, &value, part->value,
		    part->kind == PAPER_WHOLE ? ALL_LINES : pen->fit->lines);
}

static void
put_box(struct pen *pen, const struct paper_part *part)
{
	double size = pen->fit->size;
	struct pdf_face face = face_of(pen, PDF_PLAIN, size, INK);

	pen->y -= size * 1.45;
	frame(pen, LEFT + 2, pen->y - size * 0.1, size * 0.85, size * 0.85);
	put_lines(pen, LEFT + 2 + size * 1.7, &face, part->value,
	    pen->fit->lines);
}

static void
put_head(struct pen *pen, const struct paper_part *part)
{
	double size = pen->fit->size;
	struct pdf_face face = face_of(pen, PDF_STRONG, size + 0.5, INK);

	pen->y -= size * 2.2;
	put_lines(pen, LEFT, &face, part->value, 1);
	rule(pen, LEFT, pen->y - 3, right_edge(pen));
	pen->y -= 3;
}

static void
put_strong(struct pen *pen, const struct paper_part *part)
{
	double size = pen->fit->size, top = pen->y - size * 0.8, right;
	struct pdf_face face = face_of(pen, PDF_STRONG, size, INK);

	pen->y = top - size * 1.4;
	right = right_edge(pen);
	put_lines(pen, LEFT + 6, &face, part->value, ALL_LINES);
	pen->y -= size * 0.7;
	frame(pen, LEFT, pen->y, right - LEFT, top - pen->y);
}

static void
put_say(struct pen *pen, const struct paper_part *part)
{
	struct pdf_face face = face_of(pen, PDF_PLAIN, pen->fit->size, INK);

	pen->y -= pen->fit->size * 1.5;
	put_lines(pen, LEFT, &face, part->value, ALL_LINES);
}

static void
put_part(struct pen *pen, const struct paper_part *part)
{
	static void (*const put_kind[])(struct pen *,
	    const struct paper_part *) = {
		[PAPER_HEAD] = put_head,
		[PAPER_FIELD] = put_field,
		[PAPER_WHOLE] = put_field,
		[PAPER_BLANK] = put_field,
		[PAPER_CELLS] = put_field,
		[PAPER_BOX] = put_box,
		[PAPER_SAY] = put_say,
		[PAPER_STRONG] = put_strong,
	};

	put_kind[part->kind](pen, part);
}

/* --- the page ---------------------------------------------------------------------- */

static void
put_signs(struct pen *pen)
{
	struct pdf_face face = face_of(pen, PDF_PLAIN, SMALL + 0.5, GREY);
	double half = (RIGHT - LEFT) / 2, x;

	pen->y = BOTTOM + 12;
	for (int i = 0; i < 2; i++) {
		x = LEFT + i * (half + GAP);
		rule(pen, x, pen->y + 10, x + half - GAP);
		put_line(pen, x, x + half - GAP, &face, pen->paper->sign[i]);
	}
}

static void
put_foot(struct pen *pen)
{
	struct pdf_face face = face_of(pen, PDF_PLAIN, SMALL, GREY);

	pen->y = FOOT;
	put_line(pen, LEFT, RIGHT, &face, pen->paper->foot);
}

/* From the top down; where the pen then stands says whether it fits. */
static void
put_body(struct pen *pen)
{
	struct pdf_face title = face_of(pen, PDF_STRONG, TITLE, INK);
	struct pdf_face number = face_of(pen, PDF_PLAIN, pen->fit->size, GREY);

	pen->y = TOP - TITLE;
	if (pen->qr != NULL && pen->draw)
		pdf_squares(pen->pdf, pen->qr, RIGHT - QR_SIDE, TOP, QR_SIDE);
	put_lines(pen, LEFT, &title, pen->paper->title, 2);
	pen->y -= TITLE;
	put_lines(pen, LEFT, &number, pen->paper->number, 1);
	for (size_t i = 0; i < pen->paper->n; i++)
		put_part(pen, &pen->paper->v[i]);
}

static int
put_page(struct pdf *pdf, const struct paper *paper, const struct squares *qr,
    struct err *err)
{
	struct pen pen = { .pdf = pdf, .paper = paper, .qr = qr };
	double low = BOTTOM + (paper->sign[0] != NULL ? SIGNS : 0);
	size_t i;

	for (i = 0; i < NFITS; i++) {
		pen.fit = &fits[i];
		put_body(&pen);
		if (pen.y >= low)
			break;
	}
	if (i == NFITS)
		return err_set(err, ERR_TOO_BIG, paper->title,
		    "%zu parts do not fit into one page", paper->n);
	pen.draw = true;
	put_body(&pen);
	if (paper->sign[0] != NULL)
		put_signs(&pen);
	put_foot(&pen);
	return 0;
}

int
paper_pdf(const struct paper *paper, const char *font, struct buf *buf,
    struct err *err)
{
	struct squares qr = { 0 };
	bool coded = paper->qr != NULL &&
	    squares_make(&qr, SQUARES_PAPER, "", paper->qr);
	struct pdf *pdf = pdf_new(font, err);
	int rc = -1;

	if (pdf != NULL &&
	    put_page(pdf, paper, coded ? &qr : NULL, err) == 0)
		rc = pdf_save(pdf, paper->title, buf, err);
	pdf_free(pdf);
	squares_clear(&qr);
	return rc;
}
