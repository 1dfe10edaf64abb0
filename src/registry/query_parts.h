/*
 * Between the files of query.h alone: each takes the cleaned line (valid UTF-8,
 * plain spaces and hyphens, no controls) for what it knows.
 */
#ifndef REGISTRY_QUERY_PARTS_H
#define REGISTRY_QUERY_PARTS_H

#include "registry/query.h"

#define QUERY_LABEL_MAX	32	/* bytes of a line that a label may take up */

/* The kinds of number that a label announces, "nr seryjny"; 0: it is none. */
unsigned	query_label(const char *, size_t len);

/* Serial, identifier, document, code: those of the kinds. */
void	query_take_number(struct query *, const char *line, unsigned kinds);

/*
 * Out of a line of words and numbers, so that the rest may be a name: a PESEL
 * or NIP, or its longest number with whatever that may be; each with its label.
 */
void	query_take_inner(struct query *, char *line, unsigned only);
bool	query_take_apart(struct query *, char *line, unsigned only);

void	query_take_serial(struct query *, const char *line);
void	query_take_ident(struct query *, const char *line);	/* PESEL, NIP */
void	query_take_document(struct query *, const char *line);
void	query_take_code(struct query *, const char *line);

/* Takes the address out of the line, so that the rest may be a name. */
void	query_take_address(struct query *, char *line);

/* Words and dates. */
void	query_take_name(struct query *, const char *line);

/* "2025", "14.03.2027", "2027-03-14", "03/2027": the instants it covers. */
bool	query_date(const char *s, size_t len, int64_t *from, int64_t *until);

#endif
