/*
 * Whether a font can write what is to be written: libharu draws an empty box for
 * a letter that a font lacks, and a name in boxes is no name.  Any thread.
 */
#ifndef REVOCATION_FONTFILE_H
#define REVOCATION_FONTFILE_H

#include <stdbool.h>

/* False also for a file that cannot be read or is no TrueType font. */
bool	fontfile_has(const char *path, const char *letters);

#endif
