/*
 * What the registry keeps of a renewal: events, append-only and in order, and a
 * row that lets lists be made without reading them; as cases.h for revocations.
 * What events mean is renewal/renewal.h's.  What has to be sent again byte by
 * byte or written to a card later (a request, a certificate that came) names
 * its holder, so it is sealed under the registry's key (seal.h) and gone when the
 * renewal ends.
 *
 * Natural key: uid.  At most one renewal of a certificate is open.  Errors as
 * registry_open's; what writes is durable when it returns 0.  Rights of the
 * person and retention as for cases: ERR_RENEWAL_OPEN names an open one.
 */
#ifndef REGISTRY_RENEWALS_H
#define REGISTRY_RENEWALS_H

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "registry/cases.h"
#include "registry/record.h"
#include "registry/registry.h"

#define RENEWALS_EVENTS_MAX	2000	/* of one renewal */
/* The state that means that it was given up or refused: for the journal. */
#define RENEWALS_STOPPED	"stopped"
#define RENEWALS_PART_MAX	((size_t)256 << 10)	/* bytes of a sealed part */

/* Sealed parts, one of each; numbers stand in the file. */
enum renewal_part {
	RENEWAL_REQUEST = 1,	/* PKCS #10, DER */
	RENEWAL_SIGNED = 2,	/* the same signed by the old certificate, CMS */
	RENEWAL_CERTS = 3,	/* what was issued: DER one after another, the holder's first */
	RENEWAL_OLD = 4		/* the old certificate, DER */
};

struct renewal_summary {
	char	 state[CASES_WORD_MAX];
	bool	 open;
	int64_t	 due;		/* when the authority is to be asked again; 0 */
};

/* Events are struct case_event: the same shape, other words. */
struct renewal_row {
	int64_t	 id;
	char	 uid[CASES_UID_LEN + 1];
	char	 number[16];	/* "R2026/0012": of this registry, for people */
	struct renewal_summary sum;
	int64_t	 opened_at, changed;
	char	*order;		/* number, or NULL */
	char	*token;		/* serial number of the card's token */
	char	*lease_by;	/* or NULL */
	int64_t	 lease_until;
	struct record cert;	/* the certificate that is renewed */
	struct case_event *events;	/* only from renewals_get */
	size_t	 nevents;
};
void	renewal_row_clear(struct renewal_row *);

/* As cases_open; the open one of that certificate is given instead. */
int	renewals_open(struct registry *, struct record *, const char *order,
	    const char *token, const struct case_event *,
	    const struct renewal_summary *, int64_t *id, bool *existing,
	    struct err *);
/* As cases_append; a closing summary unseals nothing: parts are wiped with it. */
int	renewals_append(struct registry *, int64_t id, int64_t after,
	    const struct case_event *, size_t n, const struct renewal_summary *,
	    struct err *);
int	renewals_get(struct registry *, int64_t id, struct renewal_row *,
	    struct err *);	/* ERR_NO_RENEWAL */
int	renewals_find(struct registry *, const char *name, int64_t *id,
	    struct err *);
/* The open renewal of a certificate's row; of a token's serial; 1 and *id, 0, -1. */
int	renewals_of(struct registry *, int64_t cert, int64_t *id, struct err *);
int	renewals_of_token(struct registry *, const char *serial, int64_t *id,
	    struct err *);
typedef int renewals_fn(const struct renewal_row *, void *arg);
int	renewals_each(struct registry *, bool closed_too, int64_t max,
	    renewals_fn *, void *arg, struct err *);

/* How many are open. */
int	renewals_count(struct registry *, int64_t *open, struct err *);

int	renewals_lease(struct registry *, int64_t id, const char *by,
	    int64_t now, int64_t until, bool *got, struct err *);
int	renewals_release(struct registry *, int64_t id, const char *by,
	    struct err *);

/* Sealed; within the append's transaction if the caller has begun one. */
int	renewals_put_part(struct registry *, int64_t id, enum renewal_part,
	    struct span clear, struct err *);
/* 1 and the bytes, which the caller wipes; 0 for none; -1. */
int	renewals_part(struct registry *, int64_t id, enum renewal_part,
	    struct buf *clear, struct err *);

#endif
