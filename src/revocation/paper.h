/*
 * A page that somebody signs or keeps, before it is text or PDF: a title and
 * parts in their order.  Strings are copied, made safe to print and cut at
 * PAPER_TEXT_MAX columns.  Texts are in the language that was present when
 * they were added: a worker's page may change it half-way when somebody does.
 */
#ifndef REVOCATION_PAPER_H
#define REVOCATION_PAPER_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define PAPER_TEXT_MAX	240	/* columns of one text */
#define PAPER_COLUMNS	78	/* of the plain page */
#define PAPER_SIGN	36	/* columns under a line to sign on */
#define PAPER_PDF_MAX	((size_t)8 << 20)	/* bytes; usual are 200 kB */

enum paper_kind {
	PAPER_HEAD,		/* over what follows */
	PAPER_FIELD,		/* label and value */
	PAPER_WHOLE,		/* the same; on no page is it cut */
	PAPER_BLANK,		/* label, and room to write by hand */
	PAPER_CELLS,		/* label, and a cell a character */
	PAPER_BOX,		/* to be ticked off */
	PAPER_SAY,		/* a sentence */
	PAPER_STRONG		/* one that must not be overlooked */
};

struct paper_part {
	enum paper_kind	 kind;
	int		 cells;
	char		*label;		/* "" without */
	char		*value;
};

struct paper {
	char		*title;
	char		*number;	/* the case's, in the corner */
	struct paper_part *v;
	size_t		 n;
	char		*sign[2];	/* under the lines to sign on; NULL: none */
	char		*foot;
	char		*qr;		/* what a QR code says, or NULL */
};

void	 paper_init(struct paper *, const char *title, const char *number);
void	 paper_clear(struct paper *);

void	 paper_head(struct paper *, const char *);
/* No part for a value that is NULL or "". */
void	 paper_field(struct paper *, const char *label, const char *value);
void	 paper_whole(struct paper *, const char *label, const char *value);
void	 paper_blank(struct paper *, const char *label);
void	 paper_cells(struct paper *, const char *label, int n);
void	 paper_box(struct paper *, const char *);
void	 paper_say(struct paper *, const char *);
void	 paper_strong(struct paper *, const char *);
void	 paper_sign(struct paper *, const char *left, const char *right);
void	 paper_foot(struct paper *, const char *);
void	 paper_qr(struct paper *, const char *);

/*
 * Break a text to a room: returns the bytes of its first line, and *next, where
 * the rest begins (at the end: none).  Broken at a blank where there is one.
 */
typedef double	 paper_width_fn(uint32_t cp, void *arg);
size_t	 paper_line(const char *, double room, paper_width_fn *, void *arg,
	    size_t *next);

/* Text of at most PAPER_COLUMNS columns; the caller frees. */
char	*paper_plain(const struct paper *);

/*
 * One page of A4 in PDF, with the letters that it shows embedded: of the font
 * file, or of the usual ones for NULL and "".  -1: ERR_FONT, ERR_TOO_BIG (it
 * does not fit, into the page or the buffer), ERR_IO.
 */
int	 paper_pdf(const struct paper *, const char *font, struct buf *,
	    struct err *);

#endif
