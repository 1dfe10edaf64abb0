/*
 * The journal: who did what to whom, when and why.  Append-only, each entry
 * hashed over the one before it under the registry's key, so that taking one
 * out or changing it shows.  Persons stand in it by keyed hash alone.
 */
#ifndef REGISTRY_JOURNAL_H
#define REGISTRY_JOURNAL_H

#include "base/err.h"
#include "registry/ident.h"
#include "registry/registry.h"

/* Numbers stand in the file: add at the end. */
enum journal_action {
	JOURNAL_CREATED,	/* the registry itself */
	JOURNAL_MIGRATED,
	JOURNAL_IMPORT,
	JOURNAL_EXPORT,
	JOURNAL_BACKUP,
	JOURNAL_RESTORE,
	JOURNAL_ACCESS,		/* privacy: shown to whom it concerns */
	JOURNAL_RECTIFY,
	JOURNAL_RESTRICT,
	JOURNAL_UNRESTRICT,
	JOURNAL_ERASE,
	JOURNAL_RETENTION,
	JOURNAL_REVEAL,		/* a restricted row was found, with a reason */
	JOURNAL_REMEMBER,	/* by hand, out of a document */
	JOURNAL_STATUS,		/* statuses marked from a list */
	JOURNAL_ALLOW,		/* what was erased may be remembered again */
	JOURNAL_CASE_OPENED,	/* a revocation case, by its number */
	JOURNAL_CASE_WITHDRAWN,
	JOURNAL_CASE_CLOSED,
	JOURNAL_OUTBOX,		/* something for an order service, put in or given up */
	JOURNAL_RENEWAL_OPENED,	/* of a certificate, by its number */
	JOURNAL_RENEWAL_STOPPED,
	JOURNAL_RENEWAL_DONE,
	JOURNAL_WITHDRAWN,	/* consent to what a question's data is used for */
	JOURNAL_ACTION_COUNT
};

struct journal_entry {
	enum journal_action	 action;
	const struct ident_hash	*whom;		/* or NULL */
	const char		*why;		/* the officer's words, or NULL */
	const char		*what;		/* counts, file name; no personal data; or NULL */
	int64_t			 at;		/* set when read */
	char			*account, *point; /* set when read */
};

/* A reason says something: ERR_REASON_NEEDED for none (NULL), or a blank one. */
int	journal_reason(const char *reason, const char *verb, struct err *);

/* Part of the caller's transaction when there is one. */
int	journal_add(struct registry *, const struct journal_entry *, struct err *);

/* Newest first, at most max; each entry is borrowed for the call. */
typedef int	 journal_fn(int64_t seq, const struct journal_entry *, void *arg);
int	journal_each(struct registry *, int64_t max, journal_fn *, void *arg,
	    struct err *);

/*
 * Those of another file of this registry that are not here, added one by one:
 * with their own time (where that is before the last one's, it stands in what),
 * origin, action, person and reason, and what begins with "brought over", the
 * number they had there and the digits of their hash.  n: how many.  Within a
 * transaction.
 */
struct sql;

int	journal_bring(struct registry *, struct sql *from, int64_t *n,
	    struct err *);

/* The chain from its first entry; -1, ERR_REGISTRY_JOURNAL and *bad: where. */
int	journal_check(struct registry *, int64_t *bad, struct err *);

const char	*journal_action_id(enum journal_action);	/* "erase" */

#endif
