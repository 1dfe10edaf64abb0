/*
 * A QR code (ISO/IEC 18004) to photograph from the screen.  UI thread only.
 */
#ifndef UI_QR_H
#define UI_QR_H

#include "cert/cert.h"
#include "ui/draw.h"

struct qr;

/* Of a text; NULL when it is too long for one. */
struct qr	*qr_new(const char *text);
void		 qr_free(struct qr *);

/* Rows and columns it takes on this terminal, its light margin included. */
int		 qr_rows(const struct qr *);
int		 qr_cols(const struct qr *);

void		 qr_draw(const struct qr *, const struct rect *, int row, int col);

/* What is put into it for a certificate: serial and issuer, plain words. */
char		*qr_text(const struct cert *, char *buf, size_t);

#endif
