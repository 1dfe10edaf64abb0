/*
 * The eight-bit encodings that Polish lists are still written in, as UTF-8.
 * Tables of our own: iconv loads code from where the environment says.
 * Any thread; no state.
 */
#ifndef BASE_CODEPAGE_H
#define BASE_CODEPAGE_H

#include "base/buf.h"

enum codepage {
	CODEPAGE_AUTO,		/* UTF-8 if it is that, else Windows-1250 */
	CODEPAGE_UTF8,
	CODEPAGE_1250,		/* Windows-1250, Central Europe */
	CODEPAGE_LATIN2,	/* ISO 8859-2 */
	CODEPAGE_COUNT
};

#define CODEPAGE_GROWTH	3	/* UTF-8 of one byte is at most so long */

/* What AUTO means for a text: never AUTO. */
enum codepage	 codepage_of(enum codepage, struct span);

/*
 * Append text as valid UTF-8: what has no meaning in its encoding becomes
 * U+FFFD.  -1 when out would pass its maximum.
 */
int		 codepage_add(enum codepage, struct span, struct buf *out);

/* "cp1250", "UTF-8", "latin2" in many spellings; -1 for none of ours. */
int		 codepage_by_name(const char *, enum codepage *);

#endif
