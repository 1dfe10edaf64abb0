/*
 * What the files that read PDF by qpdf share: one revision of a document while
 * it is read, and values out of it.  Private to the readers.
 */
#ifndef EXTRACT_PDF_QPDF_H
#define EXTRACT_PDF_QPDF_H

#include <qpdf/qpdf-c.h>
#include <stdbool.h>

#include "base/buf.h"
#include "extract/sink.h"

#define PDF_FILES_MAX	1000	/* attached to one document */

struct pdf {
	qpdf_data	 q;
	struct sink	*sink;
	bool		 damaged;
	unsigned	 number;	/* of signatures so far */
	unsigned	 fields;
	uint8_t		*seen;		/* a bit an object: has been told */
	bool		 files;		/* attached files are looked into */
	unsigned	 nfiles;	/* of them so far */
	int		 loose[PDF_FILES_MAX]; /* objects, perhaps without a name */
	unsigned	 nloose;
};

/* An error belongs to what it was met at, and is no hindrance to the rest. */
bool	pdf_failed(struct pdf *);

/* An entry of a dictionary; null for anything else. */
qpdf_oh	pdf_key(struct pdf *, qpdf_oh dict, const char *name);

/* A string's bytes, copied; empty for anything else. */
void	pdf_string(struct pdf *, qpdf_oh, struct buf *out);

/* Whether this object has not been looked at yet; direct ones are always new. */
bool	pdf_is_new(struct pdf *, int id);

/*
 * Attached files are documents inside this one: an object that may specify or
 * be one; then, when all objects have been, those that nothing has named.
 */
void	pdf_note_file(struct pdf *, qpdf_oh, int id);
void	pdf_loose_files(struct pdf *);

#endif
