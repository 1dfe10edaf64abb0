/*
 * Whole small files into memory, bounded before a byte is read.  Any thread;
 * no state.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * Read all of path ("-": standard input) into out, which the caller has
 * initialised with the maximum it accepts.  Folders, sockets and pipes in the
 * file system are refused rather than waited for.  -1: ERR_NO_FILE, ERR_TOO_BIG
 * or ERR_IO; name is what the error calls the file.
 */
int	file_read(const char *path, const char *name, struct buf *out,
	    struct err *);

/*
 * The folder of a file and what is missing above it, for us alone.  -1 and errno;
 * path is as it was in the end.
 */
int	file_folders(char *path);

/*
 * What errno says of a file that could not be made or written to: ERR_DISK_FULL,
 * ERR_READ_ONLY or ERR_IO.  Always -1.
 */
int	file_unwritten(const char *name, struct err *);

#endif
