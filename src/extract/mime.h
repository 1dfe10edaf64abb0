/*
 * One entity of a mail (RFC 2045): its headers, as far as they matter here, and
 * its body.  Everything is borrowed from the mail.  Private to the readers.
 */
#ifndef EXTRACT_MIME_H
#define EXTRACT_MIME_H

#include "base/buf.h"

enum mime_encoding { MIME_PLAIN, MIME_BASE64, MIME_QUOTED };

#define MIME_TEXT_MAX	256	/* bytes of a boundary or a name */

struct mime {
	struct span	 body;
	enum mime_encoding encoding;
	bool		 multipart, message;	/* multipart/..., message/rfc822 */
	char		 boundary[MIME_TEXT_MAX];
	char		 name[MIME_TEXT_MAX];	/* of the file; "" if not said */
};

void	mime_parse(struct span, struct mime *);

/* The next part of a multipart body: 1, or 0 when there is no more. */
int	mime_part(struct span *body, const char *boundary, struct span *part);

/* Quoted-printable (RFC 2045 6.7) into out; what is none of it stays. */
int	mime_unquote(struct span, struct buf *out);

#endif
