/*
 * What a certificate is found by: hashes of its identifiers.  Each stands twice,
 * in table ident, which finds the certificate, and in the certificate's own row,
 * which says what to take away with it: eight bytes a hash, where an index back
 * from ident would be twenty.
 */
#ifndef REGISTRY_IDENTROW_H
#define REGISTRY_IDENTROW_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "registry/ident.h"
#include "registry/record.h"
#include "registry/registry.h"
#include "registry/sql.h"

/*
 * Of one certificate.  It has RECORD_IDENTS_MAX, each address perhaps twice;
 * who gives other ones with each import has used it up after some.
 */
#define IDENTROW_MAX	256
#define IDENTROW_LEN	8		/* bytes of one in the row */

struct identrow {
	int64_t	 hash[IDENTROW_MAX];	/* ident_row_key */
	uint8_t	 kind[IDENTROW_MAX];	/* enum ident_kind; of _of alone */
	size_t	 n;
};

/* What a record's identifiers are found by. */
void	 identrow_of(struct registry *, const struct record *,
	    struct identrow *);

/* What stands in the row; within a transaction, as what follows. */
int	 identrow_get(struct registry *, int64_t cert, struct identrow *,
	    struct err *);

/* For the row: returns the length; 0 with none. */
size_t	 identrow_bytes(const struct identrow *,
	    uint8_t out[static IDENTROW_MAX * IDENTROW_LEN]);

/* Into table ident, for a row that was inserted with all of them. */
int	 identrow_put(struct registry *, int64_t cert, const struct identrow *,
	    struct err *);

/* Those that a row does not have yet, into both. */
int	 identrow_add(struct registry *, int64_t cert, const struct identrow *,
	    struct err *);

/* Out of table ident; the row goes next. */
int	 identrow_drop(struct registry *, int64_t cert, struct err *);

/* *wrong: certificates whose row and table ident do not say the same. */
int	 identrow_check(struct registry *, int64_t *wrong, struct err *);

/* Write the rows' part from what table ident says; for schema.c. */
int	 identrow_fill(struct sql *, struct err *);

#endif
