/*
 * Cases, for the files of this room: rows as records, events as text, and what
 * stands in the way of an erasure.  Any thread that has the handle.
 */
#ifndef REGISTRY_CASEROW_H
#define REGISTRY_CASEROW_H

#include "registry/cases.h"
#include "registry/inside.h"
#include "registry/row.h"

/* "SELECT " CASEROW_COLUMNS CASEROW_FROM " WHERE ...", for caserow_read. */
#define CASEROW_COLUMNS \
	ROW_COLUMNS ", cases.id, uid, year, n, action, state, open, due," \
	" deadline, opened_at, cases.changed, lease_by, lease_until"
#define CASEROW_FROM \
	ROW_FROM " JOIN cases ON cases.cert = cert.id"

/* The row a statement stands on, without events; the caller's to clear. */
void	 caserow_read(sqlite3_stmt *, struct case_row *);

/* By number of the row; -1, ERR_NO_CASE. */
int	 caserow_get(struct registry *, int64_t id, struct case_row *,
	    struct err *);

/* "2026/0147". */
void	 caserow_number(int64_t year, int64_t n, char *buf, size_t size);

/* The open case of a certificate's row; 1, 0, -1.  number may be NULL. */
int	 caserow_open_of(struct registry *, int64_t cert, int64_t *id,
	    char *number, size_t size, struct err *);

/* 0 if none of these certificates has an open case, else -1, ERR_CASE_OPEN. */
int	 caserow_none_open(struct registry *, const int64_t *certs, size_t n,
	    struct err *);

/*
 * An event's object as it is stored: scrubbed, also of the given identifiers.
 * The caller frees; NULL, ERR_TOO_BIG.
 */
char	*caserow_text(const json_t *data, const struct record_ident *, size_t n,
	    struct err *);

/* And back; NULL when it is no object. */
json_t	*caserow_data(const char *text);

/* A column's text, cut to its room. */
void	 caserow_word(sqlite3_stmt *, int column, char *out, size_t);

/*
 * Events that a statement gives, in columns CASEROW_EVENT; whose they are is for
 * the error alone.  st NULL: -1.
 */
#define CASEROW_EVENT	"seq, at, kind, data, point, account"
int	 caserow_read_events(struct registry *, sqlite3_stmt *st,
	    const char *whose, struct case_event **, size_t *n, struct err *);

/* "2026/147": 1, else 0. */
bool	 caserow_is_number(const char *, int64_t *year, int64_t *n);
/* The hex digits that may begin a uid, in upper case; false: not those. */
bool	 caserow_is_uid(const char *, char from[static CASES_UID_LEN + 1]);
/* A new one. */
int	 caserow_make_uid(char uid[static CASES_UID_LEN + 1], struct err *);

/* A certificate's row: there, or made; within a transaction.  ERR_ERASED. */
int	 caserow_cert(struct registry *, struct record *, struct err *);

/* A case's events in order, of the caller's; -1. */
int	 caserow_events(struct registry *, int64_t id, struct case_event **,
	    size_t *n, struct err *);

#endif
