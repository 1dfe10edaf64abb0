/*
 * Between the files of query.h alone: each takes the cleaned line (valid UTF-8,
 * plain spaces and hyphens, no controls) for what it knows.
 */
#ifndef REGISTRY_QUERY_PARTS_H
#define REGISTRY_QUERY_PARTS_H

#include "registry/query.h"

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
