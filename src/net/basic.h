/*
 * Words that let a desk in, out of files that nobody but their owner may read,
 * and what HTTP's Basic scheme makes of two of them (RFC 7617).  They lie in
 * locked memory alone.  Any thread; no state.
 */
#ifndef NET_BASIC_H
#define NET_BASIC_H

#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"

/*
 * A line of a file, the first is 0; the caller frees.  NULL: ERR_NO_FILE,
 * ERR_LOOSE_MODE when others can read it, ERR_BAD_DATA when the line is empty,
 * ERR_TOO_BIG of more than SECRET_LONG_MAX bytes.
 */
struct secret	*basic_word(const char *path, unsigned line, struct err *);

/* The value of an Authorization header for "name:password"; NULL: too long. */
struct secret	*basic_header(struct span pair);

#endif
