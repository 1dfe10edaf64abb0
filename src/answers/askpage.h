/*
 * A question to an authority that has no order service, as a page: whom it goes
 * to, who asks, the question, what was agreed to, and room to sign.  In the
 * present language.
 */
#ifndef ANSWERS_ASKPAGE_H
#define ANSWERS_ASKPAGE_H

#include "base/authority.h"
#include "base/buf.h"
#include "order/service.h"

struct askpage {
	const struct authority	*authority;
	const struct order_question *question;
	const char		*number;	/* this desk's, in a QR code too */
	const char		*point;		/* name of the desk, or "" */
	int64_t			 now;
};

/* Plain text; the caller wipes and frees it. */
char	*askpage_text(const struct askpage *);

/* One page of A4 in PDF; font as paper_pdf's.  -1: ERR_FONT, ERR_TOO_BIG, ERR_IO. */
int	 askpage_pdf(const struct askpage *, const char *font, struct buf *,
	    struct err *);

#endif
