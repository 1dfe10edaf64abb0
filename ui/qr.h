/*
 * A QR code (ISO/IEC 18004) to photograph from the screen.  UI thread only.
 */
#ifndef UI_QR_H
#define UI_QR_H

#include <stdbool.h>

#include "ui/draw.h"

struct qr;

/* What is in it: the serial number, in hex, and its issuer where that fits. */
enum qr_content {
	QR_SERIAL_LINE,		/* the issuer's whole name, as it stands */
	QR_SERIAL_NAME,		/* what people call it */
	QR_SERIAL,
	QR_CONTENTS
};

/* What is to be said; strings are the caller's, and copied. */
struct qr_text {
	const char	*serial;	/* in hex */
	const char	*line;		/* the issuer's whole name */
	const char	*name;		/* what people call it */
};

/* Shows nothing until it is fitted. */
struct qr	*qr_new(const struct qr_text *);
void		 qr_free(struct qr *);

/*
 * Say as much as there is room for in so many rows and columns, light margin
 * included; false when there is not enough for anything.
 */
bool		 qr_fit(struct qr *, int rows, int cols);
enum qr_content	 qr_content(const struct qr *);

/* Rows and columns it takes on this terminal. */
int		 qr_rows(const struct qr *);
int		 qr_cols(const struct qr *);

void		 qr_draw(const struct qr *, const struct rect *, int row, int col);

#endif
