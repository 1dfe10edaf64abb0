#include "config.h"

#include "revocation/pdf.h"

#include <dlfcn.h>
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

/*
 * libharu comes with a page and goes with it: a desk that draws none need not
 * start with it and the libraries it brings along.
 */
#define HARU_CALLS(X) \
	X(AddPage) X(Font_GetUnicodeWidth) X(Free) X(GetFont) \
	X(GetStreamSize) X(LoadTTFontFromFile) X(New) X(Page_BeginText) \
	X(Page_EndText) X(Page_Fill) X(Page_LineTo) X(Page_MoveTo) \
	X(Page_Rectangle) X(Page_SetFontAndSize) X(Page_SetGrayFill) \
	X(Page_SetLineWidth) X(Page_SetSize) X(Page_Stroke) X(Page_TextOut) \
	X(ReadFromStream) X(ResetError) X(ResetStream) X(SaveToStream) \
	X(SetCompressionMode) X(SetInfoAttr) X(UseUTFEncodings)

struct haru {
	void	*library;
#define POINTER(name)	__typeof__(HPDF_##name) *name;
	HARU_CALLS(POINTER)
#undef POINTER
};

struct pdf {
	struct haru	 haru;
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

/* --- libharu -------------------------------------------------------------- */

static int
load_haru(struct haru *haru, struct err *err)
{
	haru->library = dlopen(HPDF_SONAME, RTLD_NOW | RTLD_LOCAL);
	if (haru->library == NULL)
		goto missing;
#define FIND(name) \
	haru->name = (__typeof__(HPDF_##name) *)dlsym(haru->library, \
	    "HPDF_" #name); \
	if (haru->name == NULL) \
		goto missing;
	HARU_CALLS(FIND)
#undef FIND
	return 0;
missing:
	return err_set(err, ERR_IO, HPDF_SONAME, "%s", dlerror());
}

/* --- fonts -------------------------------------------------------------------- */

/* NULL when there is none of that name, or none that can be used. */
static HPDF_Font
load_font(struct pdf *pdf, const char *path)
{
	const char *name = NULL;
	HPDF_Font font = NULL;

	if (fontfile_has(path, LETTERS))
		name = pdf->haru.LoadTTFontFromFile(pdf->doc, path, HPDF_TRUE);
	if (name != NULL)
		font = pdf->haru.GetFont(pdf->doc, name, "UTF-8");
	if (font == NULL) {
		pdf->haru.ResetError(pdf->doc);
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
	if (load_haru(&pdf->haru, err) == -1)
		return -1;
	pdf->doc = pdf->haru.New(note_error, pdf);
	if (pdf->doc == NULL)
		return refused(pdf, "PDF", err);
	pdf->haru.SetCompressionMode(pdf->doc, HPDF_COMP_ALL);
	pdf->haru.UseUTFEncodings(pdf->doc);
	if (load_fonts(pdf, font, err) == -1)
		return -1;
	pdf->haru.SetInfoAttr(pdf->doc, HPDF_INFO_CREATOR, "okienko");
	pdf->page = pdf->haru.AddPage(pdf->doc);
	if (pdf->page == NULL)
		return refused(pdf, "PDF", err);
	pdf->haru.Page_SetSize(pdf->page, HPDF_PAGE_SIZE_A4,
	    HPDF_PAGE_PORTRAIT);
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
		pdf->haru.Free(pdf->doc);
	if (pdf->haru.library != NULL)
		(void)dlclose(pdf->haru.library);
	free(pdf);
}

static int
take_bytes(struct pdf *pdf, const char *what, struct buf *buf, struct err *err)
{
	HPDF_BYTE chunk[4096];
	HPDF_UINT32 n, left = pdf->haru.GetStreamSize(pdf->doc);

	if (buf_reserve(buf, left) == -1)
		return err_set(err, ERR_TOO_BIG, what, NULL);
	pdf->haru.ResetStream(pdf->doc);
	for (; left > 0; left -= n) {
		n = left < sizeof chunk ? left : sizeof chunk;
		if (pdf->haru.ReadFromStream(pdf->doc, chunk, &n) != HPDF_OK ||
		    n == 0)
			return refused(pdf, what, err);
		(void)buf_add(buf, chunk, n);
	}
	return 0;
}

int
pdf_save(struct pdf *pdf, const char *what, struct buf *buf, struct err *err)
{
	if (pdf->wrong != HPDF_OK ||
	    pdf->haru.SaveToStream(pdf->doc) != HPDF_OK)
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
	const struct pdf *pdf = face->pdf;

	return pdf->haru.Font_GetUnicodeWidth(pdf->fonts[face->weight],
	    (HPDF_UNICODE)shown(cp)) * face->size / 1000;
}

void
pdf_text(const struct pdf_face *face, double x, double y, const char *s,
    size_t len)
{
	const struct haru *haru = &face->pdf->haru;
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
	haru->Page_SetGrayFill(page, (HPDF_REAL)face->grey);
	haru->Page_BeginText(page);
	haru->Page_SetFontAndSize(page, face->pdf->fonts[face->weight],
	    (HPDF_REAL)face->size);
	haru->Page_TextOut(page, (HPDF_REAL)x, (HPDF_REAL)y, out);
	haru->Page_EndText(page);
}

/* --- lines and squares ------------------------------------------------------------ */

void
pdf_rule(struct pdf *pdf, double x, double y, double to, double thick)
{
	pdf->haru.Page_SetLineWidth(pdf->page, (HPDF_REAL)thick);
	pdf->haru.Page_MoveTo(pdf->page, (HPDF_REAL)x, (HPDF_REAL)y);
	pdf->haru.Page_LineTo(pdf->page, (HPDF_REAL)to, (HPDF_REAL)y);
	pdf->haru.Page_Stroke(pdf->page);
}

void
pdf_frame(struct pdf *pdf, double x, double y, double wide, double high)
{
	pdf->haru.Page_SetLineWidth(pdf->page, THIN);
	pdf->haru.Page_Rectangle(pdf->page, (HPDF_REAL)x, (HPDF_REAL)y,
	    (HPDF_REAL)wide, (HPDF_REAL)high);
	pdf->haru.Page_Stroke(pdf->page);
}

/* Dark neighbours of a row are one rectangle. */
void
pdf_squares(struct pdf *pdf, const struct squares *q, double x, double top,
    double side)
{
	double module = side / (q->side + 2 * SQUARES_MARGIN);
	int first, column;

	pdf->haru.Page_SetGrayFill(pdf->page, 0);
	for (int row = 0; row < q->side; row++)
		for (column = 0; column < q->side; column++) {
			if (!squares_dark(q, row, column))
				continue;
			first = column;
			while (squares_dark(q, row, column + 1))
				column++;
			pdf->haru.Page_Rectangle(pdf->page, (HPDF_REAL)(x +
			    (first + SQUARES_MARGIN) * module),
			    (HPDF_REAL)(top - (row + 1 + SQUARES_MARGIN) *
			    module), (HPDF_REAL)((column - first + 1) * module),
			    (HPDF_REAL)module);
		}
	pdf->haru.Page_Fill(pdf->page);
}
