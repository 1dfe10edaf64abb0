/*
 * Strings on their way into JSON: the one place where they are made JSON's, so
 * that no bytes from outside can be what JSON does not have.  Nobody else calls
 * json_string and its like (tests/house/checks.sh, json).  Any thread; no state.
 */
#ifndef BASE_JSTRING_H
#define BASE_JSTRING_H

#include <jansson.h>
#include <stddef.h>

/*
 * A JSON string of a string: each byte that is no UTF-8 becomes U+FFFD.  NULL
 * for NULL alone.
 */
json_t	*jstring(const char *s);

/* The same, of as many whole characters as are at most max bytes then. */
json_t	*jstring_max(const char *s, size_t max);

#endif
