/*
 * Putting records into the registry and getting them out.  Same thing twice is
 * one row: the natural key is issuer's key and serial number.  Errors as
 * registry_open's; every function that writes is durable when it returns 0,
 * unless the caller began a transaction.
 */
#ifndef REGISTRY_STORE_H
#define REGISTRY_STORE_H

#include "base/err.h"
#include "registry/ident.h"
#include "registry/record.h"
#include "registry/registry.h"

enum store_did {
	STORE_NEW,
	STORE_CHANGED,
	STORE_SAME,		/* was there; only last_seen moved */
	STORE_ERASED		/* a tombstone stands for it: not stored; see privacy_allow */
};

/*
 * Remember one certificate.  What a better source said is kept when a worse one
 * comes later; what was empty is filled in.  Its texts are scrubbed (scrub.h).  A card that the record names is one
 * that the certificate was seen on.  did may be NULL.  When it turns out to be
 * somebody's who was erased, a row it has goes too, unless a case or a renewal of
 * it is open.
 */
int	store_cert(struct registry *, struct record *, enum store_did *,
	    struct err *);

/*
 * The last word on a status; an older word never replaces a newer one, unless it
 * proves a suspension of what only an unsigned one says is good, and a
 * revocation is final (a suspension is not).  OCSP's "revoked" without a reason
 * takes no suspension back, and a later list that says so makes it one.  What a
 * word on the same status leaves out stays as it was said; one that nobody signed
 * adds nothing to one that is signed.  -1 and ERR_NOT_FOUND if there is no such
 * certificate.
 */
struct store_status {
	enum record_status status;
	enum record_how	 by;
	int64_t		 at;		/* thisUpdate, producedAt, or now */
	int64_t		 revoked_at;
	int		 reason;
};

int	store_status(struct registry *, const struct record_issuer *,
	    const uint8_t *serial, size_t serial_len,
	    const struct store_status *, enum store_did *, struct err *);

/*
 * Whether store_status would have anything to write, now; without a transaction
 * and with nothing written.  -1 as store_status.
 */
int	store_status_news(struct registry *, const struct record_issuer *,
	    const uint8_t *serial, size_t serial_len,
	    const struct store_status *, bool *news, struct err *);

/* Within a transaction that has written: what is read now may be taken back. */
bool	store_is_writing(const struct registry *);

/*
 * Get by natural key, or by row.  -1 and ERR_NOT_FOUND.  In brief its card_token,
 * which costs a look-up more, is left out; store_get_token fills it in.
 */
int	store_get(struct registry *, const struct record_issuer *,
	    const uint8_t *serial, size_t serial_len, struct record *,
	    struct err *);
int	store_get_row(struct registry *, int64_t id, struct record *,
	    struct err *);
int	store_get_brief(struct registry *, int64_t id, struct record *,
	    struct err *);
int	store_get_token(struct registry *, struct record *, struct err *);

#endif
