/*
 * What the files that read PDF share.  Private to the readers.
 */
#ifndef EXTRACT_PDF_H
#define EXTRACT_PDF_H

#include <stdbool.h>

#include "base/buf.h"
#include "extract/sink.h"

#define PDF_SIGNATURES_MAX	2000	/* of one revision */

enum pdf_state { PDF_WHOLE, PDF_MENDED, PDF_LOCKED, PDF_UNREADABLE };

/*
 * One revision of a document by qpdf: its signatures, and certificates kept for
 * their validation.  The newest is put in order when it is damaged, and files
 * attached to it are looked into; an older one would have most of them again.
 */
enum pdf_state	 pdf_revision(struct span, bool newest, struct sink *);

/* The same without understanding the file: whatever looks like a signature. */
void	pdf_scan(struct span, bool damaged, struct sink *);

/* "D:20261122120000+01'00'" (ISO 32000-1 7.9.4) as UTC. */
int	pdf_time(struct span, int64_t *);

#endif
