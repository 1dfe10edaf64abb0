/*
 * A person's rights (RODO art. 15-21): shown, exported, put right, restricted,
 * erased; and retention by rule.  A person is named by an identifier (PESEL,
 * NIP, e-mail, telephone, document) or by the certificate they show (issuer and serial).
 * Every call is journalled in the same transaction, by keyed hash alone, with
 * the officer's reason, which may not be empty: ERR_REASON_NEEDED.
 */
#ifndef REGISTRY_PRIVACY_H
#define REGISTRY_PRIVACY_H

#include <jansson.h>

#include "base/err.h"
#include "registry/ident.h"
#include "registry/record.h"
#include "registry/registry.h"

struct privacy_person {
	/* one of these: an identifier as typed... */
	const char	*identifier;
	/* ...or the row of a certificate; all of that person's by its identifiers */
	int64_t		 row;
	/*
	 * What was shown of that row, since after a restore another certificate
	 * may have its number: ERR_NOT_FOUND then.  serial_len 0: whatever it is.
	 */
	uint8_t		 key[RECORD_KEY_MAX], serial[CERT_SERIAL_MAX];
	size_t		 key_len, serial_len;
};

/* Whoever holds a certificate as it was shown. */
struct privacy_person	privacy_holder(const struct record *);

/*
 * Everything kept of a person, and the journal's entries about them; "reached"
 * says by what they were found and how many doubtful rows were left out.  Of
 * somebody who was erased there is only that.  -1: ERR_REASON_NEEDED,
 * ERR_NOT_FOUND, ERR_PERSON_AMBIGUOUS, and what the database says.
 */
int	privacy_access(struct registry *, const struct privacy_person *,
	    const char *reason, json_t **, struct err *);

/*
 * The portable form of the same (art. 20): certificates, their cases and renewals.
 */
int	privacy_export(struct registry *, const struct privacy_person *,
	    const char *reason, json_t **, struct err *);

/*
 * Put a name right: the printed name of one row; NULL leaves it.  It holds until
 * a better source than the row's says otherwise, as store_cert does.  The person
 * by row.
 */
int	privacy_rectify(struct registry *, const struct privacy_person *,
	    const char *holder, const char *org, const char *reason,
	    struct err *);

/*
 * Keep but do not use: found only with a reason, and so is what comes to be
 * known of the same person later.  Retention leaves restricted rows alone: they
 * are kept because the person wants them kept.  n: rows touched, or NULL.
 */
int	privacy_restrict(struct registry *, const struct privacy_person *, bool on,
	    const char *reason, int64_t *n, struct err *);

/*
 * Gone from the table, the indexes, the write-ahead log and the free pages when
 * this returns 0; a tombstone without personal data stays, here and in the file
 * beside the registry, so that a restored backup erases again.  Those
 * certificates, and others that name the same PESEL or document, are not
 * remembered again by themselves: store_cert answers STORE_ERASED until
 * privacy_allow.  ERR_ERASE_PENDING: the rows are gone for good, but another
 * desk is reading and their bytes are still in the log; it is emptied by
 * whoever next opens the registry or runs retention.  Not inside a transaction.
 * ERR_CASE_OPEN, and nothing is erased, while a case of one of the certificates
 * waits for its proof; closed ones go with their certificate.
 */
int	privacy_erase(struct registry *, const struct privacy_person *,
	    const char *reason, int64_t *n, struct err *);

/* Of the person's own will: this certificate may be remembered again. */
int	privacy_allow(struct registry *, const struct record *,
	    const char *reason, struct err *);

/*
 * Rows whose certificate ended more than days ago and of which no case is open,
 * a few hundred a transaction, each with its entry in the journal.  dry: only count.  n may be NULL; it is
 * right after an error too.
 */
int	privacy_retain(struct registry *, int days, int64_t now, bool dry,
	    int64_t *n, struct err *);

/*
 * Before the rule goes by itself: -1 and ERR_RETENTION_HELD when the clock says
 * much later than anything in the registry, or when so much would go at once
 * that a wrong clock is the likelier reason.  By hand it goes all the same.
 */
int	privacy_retain_doubt(struct registry *, int days, int64_t now,
	    struct err *);

/* Called by registry_open: erasures the file does not know of yet. */
int	privacy_reapply(struct registry *, struct err *);

#endif
