/*
 * One page of A4 to draw on, in points from its lower left corner (595 by 842);
 * libharu stands behind it and nowhere else.  Its first error stays until
 * pdf_save tells of it; drawing after that does nothing.  No state but the
 * page's: any thread.
 */
#ifndef REVOCATION_PDF_H
#define REVOCATION_PDF_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "revocation/squares.h"

struct pdf;

enum pdf_weight { PDF_PLAIN, PDF_STRONG };

/* How letters look. */
struct pdf_face {
	struct pdf	*pdf;
	enum pdf_weight	 weight;
	double		 size;
	double		 grey;		/* 0 black .. 1 white */
};

/*
 * A font file, for both weights, or NULL and "" for the usual ones.  NULL:
 * ERR_FONT (not there, or it lacks Polish letters), ERR_IO.
 */
struct pdf	*pdf_new(const char *font, struct err *);
void		 pdf_free(struct pdf *);	/* NULL is fine */

/* Width of a character; arg is a struct pdf_face (paper_width_fn). */
double		 pdf_advance(uint32_t cp, void *face);

void		 pdf_text(const struct pdf_face *, double x, double y,
		    const char *s, size_t len);
void		 pdf_rule(struct pdf *, double x, double y, double to,
		    double thick);
void		 pdf_frame(struct pdf *, double x, double y, double wide,
		    double high);
/* A QR code with its margin, from its upper left corner. */
void		 pdf_squares(struct pdf *, const struct squares *, double x,
		    double top, double side);

/* Its bytes, added to buf.  -1: ERR_IO, ERR_TOO_BIG; what names it in those. */
int		 pdf_save(struct pdf *, const char *what, struct buf *,
		    struct err *);

#endif
