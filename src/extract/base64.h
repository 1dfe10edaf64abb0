/*
 * Base64 as RFC 4648 has it and as it is met: with line ends and spaces, with or
 * without padding, in the ordinary and the URL alphabet.  No state; any thread.
 */
#ifndef EXTRACT_BASE64_H
#define EXTRACT_BASE64_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Append the bytes behind a text.  -1 when anything else stands in it, or when
 * out would grow past its maximum; what came before has been appended.
 */
int	base64_decode(struct span text, struct buf *out);

/* The start of a text looks like base64 of at least a few dozen bytes. */
bool	base64_likely(struct span text);

#endif
