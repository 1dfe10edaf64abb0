/*
 * Revocation lists (RFC 5280 5), DER or PEM, read from front to back: memory
 * does not grow with their size.  What is odd about an entry does not spoil the
 * others.  Any thread.
 */
#ifndef CERT_CRL_H
#define CERT_CRL_H

#include "base/stream.h"
#include "cert/cert.h"

#define CRL_ENTRY_MAX	((size_t)16 << 10)	/* bytes of one entry */
#define CRL_PART_MAX	((size_t)64 << 10)	/* of a name, extensions, signature */
#define CRL_TOGETHER	64	/* entries that are looked at together, at most */

#define CRL_POINTS_MAX	8	/* addresses that a list says it is for */

/* CRLReason, RFC 5280 5.3.1. */
#define CRL_HOLD	6
#define CRL_REMOVED	8	/* only in deltas: lifted, or ended */

/* What narrows a list down: issuingDistributionPoint, RFC 5280 5.2.5. */
#define CRL_OF_POINT	0x01	/* those that name one of its addresses */
#define CRL_OF_USERS	0x02
#define CRL_OF_CAS	0x04
#define CRL_OF_ATTRS	0x08	/* attribute certificates */
#define CRL_OF_REASONS	0x10	/* some reasons alone */
#define CRL_OF_UNKNOWN	0x20	/* a critical extension that is not known here */

/* What a list says of itself. */
struct crl {
	struct cert	*issuer;	/* whose issuer's name and aki are set, alone */
	int64_t		 this_update, next_update;	/* CERT_NO_TIME */
	bool		 delta;		/* only what changed since another list */
	bool		 indirect;	/* speaks of other issuers' certificates too */
	bool		 partial;	/* of some certificates or reasons alone */
	unsigned	 scope;		/* which: CRL_OF_* */
	char		*points[CRL_POINTS_MAX];	/* CRL_OF_POINT */
	size_t		 npoints;
	char		*freshest;	/* where its delta is, or NULL */
	/* cRLNumber and, of a delta, BaseCRLNumber: magnitudes; 0 bytes: none. */
	uint8_t		 number[CERT_SERIAL_MAX], base[CERT_SERIAL_MAX];
	size_t		 number_len, base_len;
	struct buf	 algorithm;	/* AlgorithmIdentifier, whole */
	struct buf	 signature;	/* octets */
	bool		 same_algorithm;/* inside and outside, as they must be */
	int64_t		 entries;	/* walked; 0 when there was no function */
	int64_t		 odd;		/* of them, that are none: no number, no date */
};

struct crl_entry {
	struct span	 serial;	/* magnitude, no leading 00 */
	struct span	 rest;		/* date and extensions, for crl_entry_read */
	bool		 foreign;	/* of another issuer (only in indirect ones) */
};

/*
 * Some of the entries, in the order in which they stand: at least one, at most
 * CRL_TOGETHER, so that several can be looked at together.  What they point to is
 * there for the call.  Nonzero ends the walk, which then gives -1 and leaves err
 * to the function.
 */
typedef int	 crl_entries_fn(const struct crl_entry *, size_t n, void *arg);
typedef void	 crl_bytes_fn(struct span, void *arg);

/*
 * Walk the list: signed bytes to one function, entries to the other (either may
 * be NULL; with neither, entries are leapt over where the file allows that).
 * indirect: look for the issuer in every entry; of: the line of the
 * one that is meant, NULL for the list's own; others: entries are of somebody
 * else until one says whose they are.  -1: ERR_BAD_DATA for what is no list, or
 * what reading says.  crl_clear after either.
 */
struct crl_walk {
	crl_bytes_fn	*bytes;
	crl_entries_fn	*entries;
	void		*arg;
	bool		 indirect, others;
	const char	*of;
};

int	crl_read(struct stream *, const struct crl_walk *, struct crl *,
	    struct err *);
void	crl_clear(struct crl *);

/* When and why; date CERT_NO_TIME, reason -1 where that is not said. */
void	crl_entry_read(const struct crl_entry *, int64_t *date, int *reason,
	    bool *foreign);

/*
 * A list as DER whatever it is written in: the stream itself, or a new one that
 * decodes it (*made, for pem_stream_close before the other is closed).  -1 when it is neither.
 */
int	crl_der(struct stream *, struct stream **made, struct stream **der,
	    struct err *);

/* --- its signature ------------------------------------------------------ */

enum crl_verdict {
	CRL_SIGNED,		/* by that certificate's key */
	CRL_FORGED,		/* not by it, or bytes are changed */
	CRL_UNKNOWN_ALGORITHM	/* cannot be told here */
};

struct crl_check;

/*
 * Begin: the issuer's certificate, and the first bytes of the list (a window).
 * Feed crl_check_bytes to crl_read.  NULL when the algorithm is not known here
 * or the key is none.
 */
struct crl_check	*crl_check_new(struct span issuer, struct span first);
void			 crl_check_bytes(struct span, void *check);
enum crl_verdict	 crl_check_end(struct crl_check *, const struct crl *);
void			 crl_check_free(struct crl_check *);	/* NULL is fine */

#endif
