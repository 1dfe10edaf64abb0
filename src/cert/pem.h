/*
 * Armoured blocks (RFC 7468) out of text of any length, one after another.  What
 * stands between them is passed by.  Any thread.
 */
#ifndef CERT_PEM_H
#define CERT_PEM_H

#include "base/stream.h"

#define PEM_LABEL_MAX	64

enum pem_got {
	PEM_END,
	PEM_BLOCK,
	PEM_LONG,	/* longer than the reader's maximum */
	PEM_DAMAGED	/* no base64, or without an end */
};

struct pem {
	struct stream	*in;
	int64_t		 line;		/* on which the present block begins */
	int64_t		 next_line;
	char		 label[PEM_LABEL_MAX];	/* "CERTIFICATE" */
	struct buf	 text;
	struct buf	 der;		/* what the block holds */
};

void	pem_open(struct pem *, struct stream *in, size_t max);
void	pem_close(struct pem *);	/* the stream is the caller's */

/* The next block; -1: what reading says. */
int	pem_next(struct pem *, enum pem_got *, struct err *);

/*
 * What the first block of that label holds, however long, as a stream over the
 * other, which must outlive it.  -1: ERR_BAD_DATA where there is none.
 */
int	pem_stream(struct stream *in, const char *label, struct stream **,
	    struct err *);
void	pem_stream_close(struct stream *);	/* NULL is fine */

#endif
