/*
 * Renewals, for the files of this room: rows as records, and what stands in the
 * way of an erasure.  Any thread that has the handle.
 */
#ifndef REGISTRY_RENEWALROW_H
#define REGISTRY_RENEWALROW_H

#include "registry/caserow.h"
#include "registry/renewals.h"

/* By number of the row, without events; -1, ERR_NO_RENEWAL. */
int	 renewalrow_get(struct registry *, int64_t id, struct renewal_row *,
	    struct err *);

/* "R2026/0012". */
void	 renewalrow_number(int64_t year, int64_t n, char *buf, size_t size);

/* 0 if none of these certificates has an open one, else -1, ERR_RENEWAL_OPEN. */
int	 renewalrow_none_open(struct registry *, const int64_t *certs, size_t n,
	    struct err *);

/* What its sealed parts are bound to. */
#define RENEWALROW_SEAL_MAX	64
void	 renewalrow_seal(const struct renewal_row *, enum renewal_part,
	    char name[static RENEWALROW_SEAL_MAX]);

#endif
