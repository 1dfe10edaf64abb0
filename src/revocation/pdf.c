#include "config.h"

#include "revocation/pdf.h"

#include <stdlib.h>

#include <hpdf.h>

#include "base/mem.h"
#include "base/text.h"
#include "revocation/fontfile.h"

#define THIN		0.7f	/* points of a frame's line */
#define REPLACED	0xfffd

/* What a page cannot do without. */
#define LETTERS		"AaZz019ąćęłńóśźżĄĆĘŁŃÓŚŹŻ…"

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

struct pdf {
	HPDF_Doc	 doc;
	HPDF_Page	 page;
	HPDF_Font	 fonts[2];	/* by weight */
	HPDF_STATUS	 wrong, detail;	/* the first error; HPDF_OK */
};

/* Called by libharu, which then does nothing more; nobody jumps away. */
static void
note_error(HPDF_STATUS error, HPDF_STATUS detail, void *arg)
{
	struct pdf *pdf = arg;

	if (pdf->wrong == HPDF_OK) {
		pdf->wrong = error;
		pdf->detail = detail;
	}
}

static int
refused(const struct pdf *pdf, const char *what, struct err *err)
{
	return err_set(err, ERR_IO, what, "libharu refused: 0x%lx, detail %lu",
	    (unsigned long)pdf->wrong, (unsigned long)pdf->detail);
}

/* --- fonts -------------------------------------------------------------------- */

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
load_fonts(struct pdf *pdf, const char *path, struct err *err)
{
	HPDF_Font *plain = &pdf->fonts[PDF_PLAIN];
	HPDF_Font *strong = &pdf->fonts[PDF_STRONG];
	bool own = path != NULL && path[0] != '\0';

	if (own)
		*plain = load_font(pdf, path);
	for (size_t i = 0; i < NUSUAL && !own && *plain == NULL; i++) {
		*plain = load_font(pdf, usual[i].plain);
		if (*plain != NULL)
			*strong = load_font(pdf, usual[i].strong);
	}
	if (*plain == NULL)
		return err_set(err, ERR_FONT, own ? path : usual[0].plain,
		    NULL);
	if (*strong == NULL)
		*strong = *plain;
	return 0;
}

/* --- the page ------------------------------------------------------------------- */

static int
begin(struct pdf *pdf, const char *font, struct err *err)
{
	pdf->doc = HPDF_New(note_error, pdf);
	if (pdf->doc == NULL)
		return refused(pdf, "PDF", err);
	HPDF_SetCompressionMode(pdf->doc, HPDF_COMP_ALL);
	HPDF_UseUTFEncodings(pdf->doc);
	if (load_fonts(pdf, font, err) == -1)
		return -1;
	HPDF_SetInfoAttr(pdf->doc, HPDF_INFO_CREATOR, "okienko");
	pdf->page = HPDF_AddPage(pdf->doc);
	if (pdf->page == NULL)
		return refused(pdf, "PDF", err);
	HPDF_Page_SetSize(pdf->page, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT);
	return 0;
}

struct pdf *
pdf_new(const char *font, struct err *err)
{
	struct pdf *pdf = mem_alloc(sizeof *pdf);

	if (begin(pdf, font, err) == 0)
		return pdf;
	pdf_free(pdf);
	return NULL;
}

void
pdf_free(struct pdf *pdf)
{
	if (pdf == NULL)
		return;
	if (pdf->doc != NULL)
		HPDF_Free(pdf->doc);
	free(pdf);
}

static int
take_bytes(struct pdf *pdf, const char *what, struct buf *buf, struct err *err)
{
	HPDF_BYTE chunk[4096];
	HPDF_UINT32 n, left = HPDF_GetStreamSize(pdf->doc);

	if (buf_reserve(buf, left) == -1)
		return err_set(err, ERR_TOO_BIG, what, NULL);
	HPDF_ResetStream(pdf->doc);
	for (; left > 0; left -= n) {
		n = left < sizeof chunk ? left : sizeof chunk;
		if (HPDF_ReadFromStream(pdf->doc, chunk, &n) != HPDF_OK ||
		    n == 0)
			return refused(pdf, what, err);
		(void)buf_add(buf, chunk, n);
	}
	return 0;
}

int
pdf_save(struct pdf *pdf, const char *what, struct buf *buf, struct err *err)
{
	if (pdf->wrong != HPDF_OK || HPDF_SaveToStream(pdf->doc) != HPDF_OK)
		return refused(pdf, what, err);
	return take_bytes(pdf, what, buf, err);
}

/* --- letters -------------------------------------------------------------------- */

/* libharu counts in UTF-16 without surrogates. */
static uint32_t
shown(uint32_t cp)
{
	return cp > 0xffff ? REPLACED : cp;
}

double
pdf_advance(uint32_t cp, void *arg)
{
	const struct pdf_face *face = arg;

	return HPDF_Font_GetUnicodeWidth(face->pdf->fonts[face->weight],
	    (HPDF_UNICODE)shown(cp)) * face->size / 1000;
}

void
pdf_text(const struct pdf_face *face, double x, double y, const char *s,
    size_t len)
{
	HPDF_Page page = face->pdf->page;
	char out[SAFE_TEXT_MAX + 4];
	size_t used, n = 0;
	uint32_t cp;

	while (n < SAFE_TEXT_MAX && (used = text_decode(s, len, &cp)) > 0) {
		n += text_encode(shown(cp), out + n);
		s += used;
		len -= used;
	}
	out[n] = '\0';
	HPDF_Page_SetGrayFill(page, (HPDF_REAL)face->grey);
	HPDF_Page_BeginText(page);
	HPDF_Page_SetFontAndSize(page, face->pdf->fonts[face->weight],
	    (HPDF_REAL)face->size);
	HPDF_Page_TextOut(page, (HPDF_REAL)x, (HPDF_REAL)y, out);
	HPDF_Page_EndText(page);
}

/* --- lines and squares ------------------------------------------------------------ */

void
pdf_rule(struct pdf *pdf, double x, double y, double to, double thick)
{
	HPDF_Page_SetLineWidth(pdf->page, (HPDF_REAL)thick);
	HPDF_Page_MoveTo(pdf->page, (HPDF_REAL)x, (HPDF_REAL)y);
	HPDF_Page_LineTo(pdf->page, (HPDF_REAL)to, (HPDF_REAL)y);
	HPDF_Page_Stroke(pdf->page);
}

void
pdf_frame(struct pdf *pdf, double x, double y, double wide, double high)
{
	HPDF_Page_SetLineWidth(pdf->page, THIN);
	HPDF_Page_Rectangle(pdf->page, (HPDF_REAL)x, (HPDF_REAL)y,
	    (HPDF_REAL)wide, (HPDF_REAL)high);
	HPDF_Page_Stroke(pdf->page);
}

/* Dark neighbours of a row are one rectangle. */
void
pdf_squares(struct pdf *pdf, const struct squares *q, double x, double top,
    double side)
{
	double module = side / (q->side + 2 * SQUARES_MARGIN);
	int first, column;

	HPDF_Page_SetGrayFill(pdf->page, 0);
	for (int row = 0; row < q->side; row++)
		for (column = 0; column < q->side; column++) {
			if (!squares_dark(q, row, column))
				continue;
			first = column;
			while (squares_dark(q, row, column + 1))
				column++;
			HPDF_Page_Rectangle(pdf->page, (HPDF_REAL)(x +
			    (first + SQUARES_MARGIN) * module),
			    (HPDF_REAL)(top - (row + 1 + SQUARES_MARGIN) *
			    module), (HPDF_REAL)((column - first + 1) * module),
			    (HPDF_REAL)module);
		}
	HPDF_Page_Fill(pdf->page);
}
