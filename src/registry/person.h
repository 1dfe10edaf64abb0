/*
 * Who is meant, for privacy.c: the rows of one person.  Within a transaction.
 *
 * What is one person's alone (tombs_is_person: PESEL, a document, a foreign
 * number) reaches all rows that have it, and from there all that share another
 * such identifier.  An address, a NIP or an organisation's number does not:
 * info@ is many people's, and an employer's NIP stands in every employee's
 * certificate.  Where a row has nothing better, rows that share such a one and
 * the holder's name are the same person's.
 *
 * An identifier as typed that stands for several persons is refused, since one
 * of them would be shown or erased for another; rows that it leads to and that
 * are doubtful are left out, and counted.
 */
#ifndef REGISTRY_PERSON_H
#define REGISTRY_PERSON_H

#include "registry/privacy.h"
#include "registry/tombs.h"

#define PERSON_ROWS_MAX	4096

struct person {
	const char	*by;		/* "pesel", "row": what they were reached by */
	int64_t		*rows;
	size_t		 nrows;
	size_t		 left_out;
	char		**holders;	/* a name a row */
	/* What to set stones by: the person's own identifiers, each certificate. */
	struct tomb	*names;
	size_t		 nnames;
	struct ident_hash whom;		/* for the journal */
	/* Row keys of all that what was typed can be: orders are reached by. */
	int64_t		 typed[IDENT_KIND_COUNT];
	size_t		 ntyped;
};

/*
 * Nobody found is no error: nrows is 0 then, and names are what was typed.
 * -1: ERR_NOT_FOUND for a row that is not there, ERR_PERSON_AMBIGUOUS.
 */
int	person_find(struct registry *, const struct privacy_person *,
	    struct person *, struct err *);
void	person_clear(struct person *);

#endif
