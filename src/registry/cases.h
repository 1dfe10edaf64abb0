/*
 * What the registry keeps of a revocation case: events, append-only and in
 * order, and a row that lets lists be made without reading them.  What events
 * mean is revocation/case.h's; here they are a word and a JSON object.  A case
 * belongs to a certificate's row, which is made if need be (how HOW_TYPED).
 * Opening, withdrawing and closing one each leave an entry in the journal.
 *
 * Natural key: uid.  At most one case of a certificate is open.  Errors as
 * registry_open's; what writes is durable when it returns 0.
 *
 * Rights of the person: access and export tell of cases too.  Erasure and
 * retention leave a certificate alone whose case is open (ERR_CASE_OPEN names
 * it): proof is still to come.  A closed case goes with its certificate: the
 * receipt is in the person's hands and the evidence is the authority's.
 */
#ifndef REGISTRY_CASES_H
#define REGISTRY_CASES_H

#include <jansson.h>

#include "base/err.h"
#include "registry/record.h"
#include "registry/registry.h"

#define CASES_UID_LEN	32	/* hex digits */
#define CASES_WORD_MAX	24	/* bytes of an event's kind, a state, an action */
#define CASES_DATA_MAX	8192	/* bytes of an event's JSON */
#define CASES_EVENTS_MAX 10000	/* of one case */

/* The state that means that a case was given up: for the journal. */
#define CASES_WITHDRAWN	"withdrawn"

/*
 * Strings in data lose identifiers (scrub.h) and are cut to RECORD_TEXT_MAX;
 * but "transaction", "sha256" and "nonce" are machines' numbers, kept as they
 * are if they are whole hex of 32 or 64 digits, and a "url" that tells whose it
 * is goes.
 */
struct case_event {
	int64_t	 seq;		/* 1, 2, 3 ... within its case; set by the registry */
	int64_t	 at;		/* UTC seconds */
	char	 kind[CASES_WORD_MAX];
	json_t	*data;		/* object; its strings scrubbed by scrub.h */
	char	*point, *account;	/* set when read */
};

/* What a list shows and the outbox goes by; derived, never the truth. */
struct case_summary {
	char	 state[CASES_WORD_MAX];
	char	 action[CASES_WORD_MAX]; /* "": as it was */
	bool	 open;
	int64_t	 due;		/* when something is to be done by itself; 0: nothing */
	int64_t	 deadline;	/* what the person waits for; 0: nothing */
};

struct case_row {
	int64_t	 id;		/* in this file */
	char	 uid[CASES_UID_LEN + 1];
	char	 number[16];	/* "2026/0147": of this registry, for people */
	char	 action[CASES_WORD_MAX];
	struct case_summary sum;
	int64_t	 opened_at;
	int64_t	 changed;	/* change stamp */
	char	*lease_by;	/* who works on it now, or NULL */
	int64_t	 lease_until;
	struct record cert;	/* the certificate's row */
	struct case_event *events;	/* only from cases_get */
	size_t	 nevents;
};

void	case_row_clear(struct case_row *);
void	case_event_clear(struct case_event *);

/*
 * A new case with its first event; the record is stored first if it has no id,
 * else found by it.  If one of that certificate is open, *existing is set, *id
 * is that one's, and no case is written.  ERR_ERASED for a certificate that is
 * not to be remembered (see privacy_allow).
 */
int	cases_open(struct registry *, struct record *, const char *action,
	    const struct case_event *, const struct case_summary *, int64_t *id,
	    bool *existing, struct err *);

/*
 * Append, if the case still has `after` events: else ERR_CASE_MOVED (somebody
 * else went on with it; read it again).  ERR_NO_CASE, ERR_TOO_BIG.
 */
int	cases_append(struct registry *, int64_t id, int64_t after,
	    const struct case_event *, size_t n, const struct case_summary *,
	    struct err *);

/*
 * By row, or by what people say: number ("2026/0147", "2026/147"), uid or its
 * first 8 digits or more.  ERR_NO_CASE.
 */
int	cases_get(struct registry *, int64_t id, struct case_row *, struct err *);
int	cases_find(struct registry *, const char *name, int64_t *id, struct err *);
/* The open case of a certificate's row; 1 and *id, 0, -1. */
int	cases_of(struct registry *, int64_t cert, int64_t *id, struct err *);

/*
 * What is due first comes first, then what has a deadline; closed ones last, the
 * latest first.  Borrowed for the call; nonzero ends it.
 */
typedef int	 cases_fn(const struct case_row *, void *arg);
int	cases_each(struct registry *, bool closed_too, int64_t max, cases_fn *,
	    void *arg, struct err *);

/* How many were opened from a moment on by whoever writes here now. */
int	cases_opened(struct registry *, int64_t from, int64_t *n, struct err *);

/* Of open ones: how many, the nearest deadline and due time (0: none). */
struct cases_count {
	int64_t	 open, deadline, due;
};
int	cases_count(struct registry *, struct cases_count *, struct err *);

/*
 * Only one desk sends: take the case until a moment, or renew.  *got is false
 * when another holds it.  Letting go is cases_release.  One that would end more
 * than CASES_LEASE_MAX from now was written by a wrong clock and binds nobody.
 */
#define CASES_LEASE_MAX	3600

int	cases_lease(struct registry *, int64_t id, const char *by, int64_t now,
	    int64_t until, bool *got, struct err *);
int	cases_release(struct registry *, int64_t id, const char *by, struct err *);

/*
 * Not due before a moment, whatever its events say: of a case whose events are
 * damaged, so that it does not stand in the way of others.  It stays as it is
 * otherwise.
 */
int	cases_put_off(struct registry *, int64_t id, int64_t due, struct err *);

/*
 * Nothing is put off by more than an hour; what lies further ahead than this was
 * written by a clock that ran ahead, and is due.
 */
#define CASES_DUE_MAX	7200	/* seconds */

/*
 * Ids of open cases that are due and leased by nobody else: what is to be sent
 * before what is only asked about, then soonest first.
 */
int	cases_due(struct registry *, const char *by, int64_t now, int64_t *ids,
	    size_t max, size_t *n, struct err *);

/* --- whose certificates: what their issuer's own certificate is ------------- */

/*
 * Certificates of authorities are nobody's personal data and are kept whole:
 * an answer about a status is judged by them.  proof tells why this is the
 * issuer: it signed a certificate that was at hand, or its key has the hash by
 * which its certificates name it, or it is configured.  A better proof is not
 * replaced by a weaker one.  What names a person, who issued it to themselves, is
 * not kept: ca_put returns 0 and ca_get does not find it.
 */
enum ca_proof { CA_CONFIGURED, CA_SIGNED, CA_KEY_HASH };

int	ca_put(struct registry *, const struct record_issuer *, const void *der,
	    size_t len, enum ca_proof, struct err *);
/* 1 and a copy of the caller's, 0, -1. */
int	ca_get(struct registry *, const struct record_issuer *, uint8_t **der,
	    size_t *len, enum ca_proof *, struct err *);

/*
 * Where lists and answers were fetched to be asked again: ETag and times.  An
 * address that tells whose certificate it is of (scrub_url_tells) is not kept.
 */
struct fetched {
	char	 etag[160];
	int64_t	 last_modified, fresh_until, at;
	char	 file[64];	/* name in the cache folder, or "" */
	uint8_t	 sha256[32];
};
int	fetched_get(struct registry *, const char *url, struct fetched *,
	    struct err *);	/* 1, 0, -1 */
int	fetched_put(struct registry *, const char *url, const struct fetched *,
	    struct err *);

#endif
