/*
 * Questions that people asked (outbox.h), as what they are by law: personal data
 * kept for a purpose, on a basis, for a time.  Consent can be withdrawn and the
 * whole be erased, by the number that the person went away with.  Within the
 * caller's transaction where there is one; who withdrew or had erased stands in
 * the journal by keyed hash alone, with the officer's reason.
 */
#ifndef REGISTRY_ASKED_H
#define REGISTRY_ASKED_H

#include "registry/outbox.h"
#include "registry/tombs.h"

#define ASKED_NUMBER_MAX	15	/* "Q-1A2B-3C4D" */
#define ASKED_WORD_MAX		40

/* Numbers stand in the file. */
enum asked_basis {
	ASKED_BY_CONSENT,	/* a question; ends when the consent does */
	ASKED_BY_CONTRACT	/* it concerns a contract that was concluded */
};

struct asked {
	enum asked_basis basis;
	char		 clause[ASKED_WORD_MAX + 1]; /* version that was shown */
	int64_t		 agreed;	/* when the person did; 0 */
	int64_t		 withdrawn;	/* when they took it back; 0 */
};

/* Beside the row of the outbox that it is of. */
int	asked_put(struct registry *, int64_t id, const struct asked *,
	    struct err *);

/* 1, 0 when there is none (an older question, a link), -1. */
int	asked_get(struct registry *, int64_t id, struct asked *, struct err *);

/* The desk's own number for it, out of its idempotency key. */
char	*asked_number(const char *key, char number[static ASKED_NUMBER_MAX + 1]);

/* The last day on which anything of it is kept (UTC seconds). */
int64_t	 asked_until(const struct outbox_row *);

/* "consent", "contract"; "question", "contract": what for. Static. */
const char *asked_basis_id(enum asked_basis);
const char *asked_purpose_id(enum asked_basis);

/*
 * By the desk's number or the authority's, as typed: ERR_NOT_FOUND, and
 * ERR_PERSON_AMBIGUOUS when two authorities gave the same.
 */
int	asked_find(struct registry *, const char *number, int64_t *id,
	    struct err *);

/*
 * Consent withdrawn: what was not sent never is, and what the person wrote is
 * gone.  *sent: it had been, so the authority has to be told.  ERR_USAGE when it
 * rests on a contract.
 */
int	asked_withdraw(struct registry *, int64_t id, const char *reason,
	    int64_t now, bool *sent, struct err *);

/* Gone, as privacy_erase does it. ERR_REGISTRY_BUSY while it is being sent. */
int	asked_erase(struct registry *, int64_t id, const char *reason,
	    int64_t now, bool *sent, struct err *);

/* Taken back since a backup was made that is here now: taken back again. */
int	asked_again(struct registry *, const struct tombs_news *, size_t n,
	    struct err *);

#endif
