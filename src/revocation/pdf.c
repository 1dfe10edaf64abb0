#include "config.h"

#include <stdio.h>
#include <string.h>

#include <hpdf.h>

#include "base/text.h"
#include "revocation/fontfile.h"
#include "revocation/paper.h"
#include "revocation/squares.h"

/* Points, from the lower left corner; A4 is 595 by 842. */
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

/* What a page cannot do without. */
#define LETTERS		"AaZz019ąćęłńóśźżĄĆĘŁŃÓŚŹŻ…"
#define REPLACED	0xfffd
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

/* Where Debian, Fedora and Arch keep them; bold beside. */
static const struct usual {
	const char	*plain, *strong;
} usual[] = {
#define DEJAVU(dir)	{ dir "DejaVuSans.ttf", dir "DejaVuSans-Bold.ttf" }
#define LIBERATION(dir)	{ dir "LiberationSans-Regular.ttf", \
			  dir "LiberationSans-Bold.ttf" }
	DEJAVU("/usr/share/fonts/truetype/dejavu/"),
	DEJAVU("/usr/share/fonts/dejavu-sans-fonts/"),
	DEJAVU("/usr/share/fonts/TTF/"),
	LIBERATION("/usr/share/fonts/truetype/liberation/"),
	LIBERATION("/usr/share/fonts/truetype/liberation2/"),
	LIBERATION("/usr/share/fonts/liberation-sans-fonts/"),
	LIBERATION("/usr/share/fonts/liberation/"),
};

#define NUSUAL	(sizeof usual / sizeof usual[0])

/* libharu's document: after its first error it does nothing more. */
struct pdf {
	HPDF_Doc	 doc;
	HPDF_Page	 page;
	HPDF_Font	 plain, strong;
	HPDF_STATUS	 wrong, detail;	/* of that error */
};

/* What draws, or only measures how far down it would come. */
struct pen {
	struct pdf		*pdf;
	const struct paper	*paper;
	const struct squares	*qr;	/* NULL: none */
	const struct fit	*fit;
	bool			 draw;
	double			 y;	/* of the last line's foot */
};

struct face {
	HPDF_Font	 font;
	double		 size;
	double		 grey;
};

static void
note_error(HPDF_STATUS error, HPDF_STATUS detail, void *arg)
{
	struct pdf *pdf = arg;

	if (pdf->wrong == HPDF_OK) {
		pdf->wrong = error;
		pdf->detail = detail;
	}
}

/* --- letters --------------------------------------------------------------- */

/* libharu counts in UTF-16 without surrogates. */
static uint32_t
shown(uint32_t cp)
{
	return cp > 0xffff ? REPLACED : cp;
}

static double
advance(uint32_t cp, void *arg)
{
	const struct face *face = arg;

	return HPDF_Font_GetUnicodeWidth(face->font, (HPDF_UNICODE)shown(cp)) *
	    face->size / 1000;
}

static double
width_of(const char *s, struct face *face)
{
	size_t len = strlen(s), used;
	double wide = 0;
	uint32_t cp;

	while ((used = text_decode(s, len, &cp)) > 0) {
		wide += advance(cp, face);
		s += used;
		len -= used;
	}
	return wide;
}

static void
put(struct pen *pen, double x, const struct face *face, const char *s,
    size_t len)
{
	HPDF_Page page = pen->pdf->page;
	char out[SAFE_TEXT_MAX + 4];
	size_t used, n = 0;
	uint32_t cp;

	if (!pen->draw)
		return;
	while (n < SAFE_TEXT_MAX && (used = text_decode(s, len, &cp)) > 0) {
		n += text_encode(shown(cp), out + n);
		s += used;
		len -= used;
	}
	out[n] = '\0';
	HPDF_Page_SetGrayFill(page, (HPDF_REAL)face->grey);
	HPDF_Page_BeginText(page);
	HPDF_Page_SetFontAndSize(page, face->font, (HPDF_REAL)face->size);
	HPDF_Page_TextOut(page, (HPDF_REAL)x, (HPDF_REAL)pen->y, out);
	HPDF_Page_EndText(page);
}

/* The beginning of s with an ellipsis, in so much room. */
static void
put_cut(struct pen *pen, double x, double right, struct face *face,
    const char *s)
{
	double room = right - x - advance(ELLIPSIS, face);
	char out[SAFE_TEXT_MAX + 4];
	size_t len = strlen(s), n = 0, used;
	uint32_t cp;

	while (n < SAFE_TEXT_MAX - 4 &&
	    (used = text_decode(s + n, len - n, &cp)) > 0) {
		room -= advance(cp, face);
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

/* A text in at most so many lines; the pen is left on the last. */
static void
put_lines(struct pen *pen, double x, struct face *face, const char *s, int most)
{
	size_t len, next;

	for (int line = 1; *s != '\0'; line++, s += next) {
		double right = right_edge(pen);

		len = paper_line(s, right - x, advance, face, &next);
		if (line == most && s[next] != '\0') {
			put_cut(pen, x, right, face, s);
			return;
		}
		put(pen, x, face, s, len);
		if (s[next] != '\0')
			pen->y -= face->size * 1.25;
	}
}

/* --- lines and squares ------------------------------------------------------ */

static void
rule(struct pen *pen, double x, double y, double to, double thick)
{
	HPDF_Page page = pen->pdf->page;

	if (!pen->draw)
		return;
	HPDF_Page_SetLineWidth(page, (HPDF_REAL)thick);
	HPDF_Page_MoveTo(page, (HPDF_REAL)x, (HPDF_REAL)y);
	HPDF_Page_LineTo(page, (HPDF_REAL)to, (HPDF_REAL)y);
	HPDF_Page_Stroke(page);
}

static void
frame(struct pen *pen, double x, double y, double wide, double high)
{
	HPDF_Page page = pen->pdf->page;

	if (!pen->draw)
		return;
	HPDF_Page_SetLineWidth(page, 0.7f);
	HPDF_Page_Rectangle(page, (HPDF_REAL)x, (HPDF_REAL)y, (HPDF_REAL)wide,
	    (HPDF_REAL)high);
	HPDF_Page_Stroke(page);
}

/* In the upper right corner; dark neighbours of a row are one rectangle. */
static void
put_qr(struct pen *pen)
{
	HPDF_Page page = pen->pdf->page;
	const struct squares *q = pen->qr;
	double module = QR_SIDE / (q->side + 2 * SQUARES_MARGIN);
	int first, column;

	if (!pen->draw)
		return;
	HPDF_Page_SetGrayFill(page, INK);
	for (int row = 0; row < q->side; row++)
		for (column = 0; column < q->side; column++) {
			if (!squares_dark(q, row, column))
				continue;
			first = column;
			while (squares_dark(q, row, column + 1))
				column++;
			HPDF_Page_Rectangle(page, (HPDF_REAL)(RIGHT - QR_SIDE +
			    (first + SQUARES_MARGIN) * module),
			    (HPDF_REAL)(TOP - (row + 1 + SQUARES_MARGIN) *
			    module), (HPDF_REAL)((column - first + 1) * module),
			    (HPDF_REAL)module);
		}
	HPDF_Page_Fill(page);
}

/* --- parts ------------------------------------------------------------------ */

static void
put_field(struct pen *pen, const struct paper_part *part)
{
	double size = pen->fit->size, top, low;
	struct face label = { pen->pdf->plain, size - 1, GREY };
	struct face value = { pen->pdf->plain, size, INK };

	pen->y -= size * (part->kind == PAPER_BLANK ? 2.4 : 1.45);
	top = pen->y;
	if (width_of(part->label, &label) > LABEL - GAP)
		put_cut(pen, LEFT, LEFT + LABEL - GAP, &label, part->label);
	else
		put(pen, LEFT, &label, part->label, strlen(part->label));
	put_lines(pen, LEFT + LABEL, &value, part->value,
	    part->kind == PAPER_WHOLE ? ALL_LINES : pen->fit->lines);
	low = pen->y;
	if (part->kind == PAPER_BLANK) {
		pen->y -= size * 0.5;
		rule(pen, LEFT + LABEL, top - 2, right_edge(pen), 0.5);
	} else if (part->kind == PAPER_CELLS) {
		for (int i = 0; i < part->cells; i++)
			frame(pen, LEFT + LABEL + i * CELL, low - CELL + size,
			    CELL, CELL);
		pen->y -= CELL - size + 2;
	}
}

static void
put_box(struct pen *pen, const struct paper_part *part)
{
	double size = pen->fit->size;
	struct face face = { pen->pdf->plain, size, INK };

	pen->y -= size * 1.45;
	frame(pen, LEFT + 2, pen->y - size * 0.1, size * 0.85, size * 0.85);
	put_lines(pen, LEFT + 2 + size * 1.7, &face, part->value,
	    pen->fit->lines);
}

static void
put_head(struct pen *pen, const struct paper_part *part)
{
	double size = pen->fit->size;
	struct face face = { pen->pdf->strong, size + 0.5, INK };

	pen->y -= size * 2.2;
	put_lines(pen, LEFT, &face, part->value, 1);
	rule(pen, LEFT, pen->y - 3, right_edge(pen), 0.5);
	pen->y -= 3;
}

static void
put_strong(struct pen *pen, const struct paper_part *part)
{
	double size = pen->fit->size, top = pen->y - size * 0.8, right;
	struct face face = { pen->pdf->strong, size, INK };

	pen->y = top - size * 1.4;
	right = right_edge(pen);
	put_lines(pen, LEFT + 6, &face, part->value, ALL_LINES);
	pen->y -= size * 0.7;
	frame(pen, LEFT, pen->y, right - LEFT, top - pen->y);
}

static void
put_say(struct pen *pen, const struct paper_part *part)
{
	double size = pen->fit->size;
	struct face face = { pen->pdf->plain, size, INK };

	pen->y -= size * 1.5;
	put_lines(pen, LEFT, &face, part->value, ALL_LINES);
}

static void
put_part(struct pen *pen, const struct paper_part *part)
{
	switch (part->kind) {
	case PAPER_HEAD:
		put_head(pen, part);
		break;
	case PAPER_FIELD:
	case PAPER_WHOLE:
	case PAPER_BLANK:
	case PAPER_CELLS:
		put_field(pen, part);
		break;
	case PAPER_BOX:
		put_box(pen, part);
		break;
	case PAPER_SAY:
		put_say(pen, part);
		break;
	case PAPER_STRONG:
		put_strong(pen, part);
		break;
	}
}

static void
put_signs(struct pen *pen)
{
	struct face face = { pen->pdf->plain, SMALL + 0.5, GREY };
	double half = (RIGHT - LEFT) / 2, x;

	pen->y = BOTTOM + 12;
	for (int i = 0; i < 2; i++) {
		x = LEFT + i * (half + GAP);
		rule(pen, x, pen->y + 10, x + half - GAP, 0.5);
		if (width_of(pen->paper->sign[i], &face) > half - GAP)
			put_cut(pen, x, x + half - GAP, &face,
			    pen->paper->sign[i]);
		else
			put(pen, x, &face, pen->paper->sign[i],
			    strlen(pen->paper->sign[i]));
	}
}

static void
put_foot(struct pen *pen)
{
	struct face face = { pen->pdf->plain, SMALL, GREY };
	const char *s = pen->paper->foot;

	pen->y = FOOT;
	if (width_of(s, &face) > RIGHT - LEFT)
		put_cut(pen, LEFT, RIGHT, &face, s);
	else
		put(pen, LEFT, &face, s, strlen(s));
}

/* From the top down; where the pen then stands says whether it fits. */
static void
put_body(struct pen *pen)
{
	struct face title = { pen->pdf->strong, TITLE, INK };
	struct face number = { pen->pdf->plain, pen->fit->size, GREY };

	pen->y = TOP - TITLE;
	if (pen->qr != NULL)
		put_qr(pen);
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

	for (i = 0; i < sizeof fits / sizeof fits[0]; i++) {
		pen.fit = &fits[i];
		put_body(&pen);
		if (pen.y >= low)
			break;
	}
	if (i == sizeof fits / sizeof fits[0])
		return err_set(err, ERR_TOO_BIG, paper->title,
		    "%zu parts do not fit into one page", paper->n);
	pen.draw = true;
	put_body(&pen);
	if (paper->sign[0] != NULL)
		put_signs(&pen);
	put_foot(&pen);
	return 0;
}

/* --- the document ------------------------------------------------------------ */

/* NULL when there is none of that name, or none that can be used. */
static HPDF_Font
load_font(struct pdf *pdf, const char *path)
{
	const char *name = NULL;
	HPDF_Font font = NULL;

	if (fontfile_has(path, LETTERS))
		name = HPDF_LoadTTFontFromFile(pdf->doc, path, HPDF_TRUE);
	if (name != NULL)
		font = HPDF_GetFont(pdf->doc, name, "UTF-8");
	if (font == NULL) {
		HPDF_ResetError(pdf->doc);
		pdf->wrong = HPDF_OK;
	}
	return font;
}

static int
load_fonts(struct pdf *pdf, const char *font, struct err *err)
{
	if (font != NULL && font[0] != '\0') {
		pdf->plain = pdf->strong = load_font(pdf, font);
		if (pdf->plain == NULL)
			return err_set(err, ERR_FONT, font, NULL);
		return 0;
	}
	for (size_t i = 0; i < NUSUAL && pdf->plain == NULL; i++) {
		pdf->plain = load_font(pdf, usual[i].plain);
		if (pdf->plain != NULL)
			pdf->strong = load_font(pdf, usual[i].strong);
	}
	if (pdf->plain == NULL)
		return err_set(err, ERR_FONT, usual[0].plain, NULL);
	if (pdf->strong == NULL)
		pdf->strong = pdf->plain;
	return 0;
}

static int
refused(const struct pdf *pdf, const struct paper *paper, struct err *err)
{
	return err_set(err, ERR_IO, paper->title,
	    "libharu refused: 0x%lx, detail %lu", (unsigned long)pdf->wrong,
	    (unsigned long)pdf->detail);
}

static int
take_bytes(struct pdf *pdf, const struct paper *paper, struct buf *buf,
    struct err *err)
{
	HPDF_BYTE chunk[4096];
	HPDF_UINT32 n, left;

	if (HPDF_SaveToStream(pdf->doc) != HPDF_OK)
		return refused(pdf, paper, err);
	left = HPDF_GetStreamSize(pdf->doc);
	if (buf_reserve(buf, left) == -1)
		return err_set(err, ERR_TOO_BIG, paper->title, NULL);
	HPDF_ResetStream(pdf->doc);
	for (; left > 0; left -= n) {
		n = left < sizeof chunk ? left : sizeof chunk;
		if (HPDF_ReadFromStream(pdf->doc, chunk, &n) != HPDF_OK ||
		    n == 0)
			return refused(pdf, paper, err);
		(void)buf_add(buf, chunk, n);
	}
	return 0;
}

static int
make(struct pdf *pdf, const struct paper *paper, const struct squares *qr,
    const char *font, struct buf *buf, struct err *err)
{
	HPDF_SetCompressionMode(pdf->doc, HPDF_COMP_ALL);
	HPDF_UseUTFEncodings(pdf->doc);
	if (load_fonts(pdf, font, err) == -1)
		return -1;
	HPDF_SetInfoAttr(pdf->doc, HPDF_INFO_CREATOR, "okienko");
	pdf->page = HPDF_AddPage(pdf->doc);
	if (pdf->page == NULL)
		return refused(pdf, paper, err);
	HPDF_Page_SetSize(pdf->page, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT);
	if (put_page(pdf, paper, qr, err) == -1)
		return -1;
	if (pdf->wrong != HPDF_OK)
		return refused(pdf, paper, err);
	return take_bytes(pdf, paper, buf, err);
}

int
paper_pdf(const struct paper *paper, const char *font, struct buf *buf,
    struct err *err)
{
	struct pdf pdf = { .wrong = HPDF_OK };
	struct squares qr = { 0 };
	bool coded = paper->qr != NULL && squares_make(&qr, paper->qr);
	int rc;

	pdf.doc = HPDF_New(note_error, &pdf);
	rc = pdf.doc == NULL ? refused(&pdf, paper, err) :
	    make(&pdf, paper, coded ? &qr : NULL, font, buf, err);
	if (pdf.doc != NULL)
		HPDF_Free(pdf.doc);
	squares_clear(&qr);
	return rc;
}
