/*
 * Comma-separated values (RFC 4180) out of any file, read a record at a time:
 * quotes that go over lines, which LF, CR LF or a CR alone ends, a separator of
 * , ; or tab that is seen by itself,
 * UTF-8 with or without a mark, or a code page.  A record that is too long or
 * whose quotes never end costs no memory and takes only its own line with it.
 * Any thread.
 */
#ifndef REGISTRY_CSV_H
#define REGISTRY_CSV_H

#include "base/codepage.h"
#include "base/stream.h"

#define CSV_RECORD_MAX	((size_t)64 << 10)	/* bytes in the file */
#define CSV_FIELDS_MAX	128

/* What csv_next came upon. */
enum csv_got {
	CSV_END,
	CSV_RECORD,
	CSV_LONG,	/* longer than CSV_RECORD_MAX, or quotes without an end */
	CSV_BINARY	/* a zero byte: no text */
};

struct csv {
	struct stream	*in;
	enum codepage	 page;
	char		 separator;
	int64_t		 line;		/* on which the present record begins */
	int64_t		 next_line;
	struct buf	 text;		/* the fields, each with its NUL */
	const char	*fields[CSV_FIELDS_MAX];	/* UTF-8 */
	size_t		 nfields;	/* what is beyond the maximum is left out */
};

/*
 * Begin at the beginning of in: pass the mark by, find the separator.  -1: what
 * reading says, or ERR_BAD_DATA for a file of sixteen-bit characters.
 */
int	csv_open(struct csv *, struct stream *in, enum codepage, struct err *);
void	csv_close(struct csv *);	/* the stream is the caller's */

/* The next record that is not empty; the fields are good until the next call. */
int	csv_next(struct csv *, enum csv_got *, struct err *);

/* --- writing ----------------------------------------------------------- */

/*
 * Append one field, quoted where need be.  A cell that a spreadsheet would take
 * for a formula (it begins with = + - @, or a tab or an apostrophe) gets an
 * apostrophe before it, and so does what follows ; tab or a line's end within a
 * field, where one that splits at ; or tab has a cell begin.
 */
int		 csv_add_field(struct buf *, const char *, bool first);

/* A field that was read, without those; changed in place, so once a field. */
const char	*csv_plain(struct csv *, size_t field);

#endif
