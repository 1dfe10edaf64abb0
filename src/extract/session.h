/*
 * okienko-extract's talk with the desk, about one document.  It may block: there
 * is nothing else for this process to do.
 */
#ifndef EXTRACT_SESSION_H
#define EXTRACT_SESSION_H

#include "base/buf.h"
#include "base/err.h"
#include "base/wire.h"

/*
 * Greet, take the order, read the document and tell what is in it; or, with an
 * error in unread, why it could not be had.  -1 and err when the desk has gone or
 * talks nonsense.
 */
int	session_run(struct wire *, struct span document,
	    const struct err *unread, struct err *);

#endif
