/*
 * What the registry remembers, as plain records; the list of design.md and no
 * more.  The certificate itself is not kept, nor any identifier in clear: those
 * are hashed on the way in (ident.h) and only their masked form stays.  Strings
 * are as the certificate had them, not yet fit to print.  Any thread.
 */
#ifndef REGISTRY_RECORD_H
#define REGISTRY_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cert/cert.h"

#define RECORD_KEY_MAX		32	/* bytes of an issuer's key hash */
#define RECORD_IDENTS_MAX	16	/* identifiers of one certificate */
#define RECORD_TEXT_MAX		512	/* bytes of any text that is stored */

/* Numbers of these lists stand in the file: add at the end, never reorder. */
enum record_status {
	STATUS_UNKNOWN,		/* never asked, never heard */
	STATUS_GOOD,
	STATUS_REVOKED,
	STATUS_SUSPENDED,	/* certificateHold */
	STATUS_COUNT
};

/* How something became known; the better source wins when two disagree. */
enum record_how {
	HOW_TYPED,		/* by hand: issuer and serial only */
	HOW_IMPORT_TEXT,	/* a line of CSV or index.txt */
	HOW_IMPORT,		/* a certificate out of a file */
	HOW_DOCUMENT,		/* a signature in somebody's document */
	HOW_CARD,		/* read from the card itself */
	HOW_CRL,		/* status only: a revocation list */
	HOW_OCSP,		/* status only: an OCSP answer */
	HOW_COUNT
};

struct record_issuer {
	/*
	 * Natural key: the key identifier that its certificates name
	 * (authorityKeyIdentifier, RFC 5280 4.2.1.1) if they do, else SHA-256
	 * of the name's line (record_issuer_key_of_line).
	 */
	uint8_t	 key[RECORD_KEY_MAX];
	size_t	 key_len;
	char	*line;		/* "C=PL, CN=...", RFC 4514 */
	char	*shown;		/* for a list */
};

/* An identifier in clear, only between a certificate and its hash. */
struct record_ident {
	enum cert_id_kind kind;	/* ID_NONE: an e-mail address */
	char		 country[3];
	char		*value;
};

struct record {
	int64_t		 id;		/* in this file; 0 before it is stored */
	struct record_issuer issuer;
	uint8_t		 serial[CERT_SERIAL_MAX];
	size_t		 serial_len;	/* magnitude, no leading 00 */
	char		*holder;	/* as printed in the certificate */
	char		*org;		/* the subject's organisation, or NULL */
	int64_t		 not_before, not_after;	/* CERT_NO_TIME: not known */
	unsigned	 uses;		/* bit n: enum purpose n, by the certificate alone */
	bool		 qualified;
	char		*ocsp, *cdp;	/* where to ask for its status, or NULL */
	char		*aia;		/* where its issuer's certificate is, or NULL */
	char		*order;		/* order number, or NULL */
	struct record_ident idents[RECORD_IDENTS_MAX];	/* on the way in only */
	size_t		 nidents;
	char		*id_mask;	/* "PESEL 440*****359", or NULL */
	char		*email_mask;	/* "e***@przyklad.pl", or NULL */
	/* how, when and where it became known */
	enum record_how	 how;
	int64_t		 first_seen, last_seen;
	char		*point, *account;
	char		*card_token, *card_number, *card_model; /* last card, or NULL */
	/* the last word on its status */
	enum record_status status;
	enum record_how	 status_by;	/* HOW_CRL, HOW_OCSP, HOW_IMPORT_TEXT ... */
	int64_t		 status_at;	/* when that was true; 0 */
	int64_t		 revoked_at;	/* 0 not known */
	int		 reason;	/* CRLReason, RFC 5280 5.3.1; -1 none */
	bool		 restricted;
	int64_t		 changed;	/* change stamp */
};

void	 record_init(struct record *);		/* all empty, dates unknown */
void	 record_clear(struct record *);		/* frees what it points to */

/* What is to be remembered of a certificate; at is now, in UTC seconds. */
void	 record_of_cert(struct record *, const struct cert *, enum record_how,
	    int64_t at);

/*
 * The same of one among many that go straight into store_cert, which scrubs
 * them: what is found out of an issuer is remembered for the next certificate.
 * All zero at first.
 */
struct record_memo {
	char		*line, *shown, *aki;	/* as a certificate says; NULL */
	struct record_issuer issuer;
};

void	 record_of_next(struct record_memo *, struct record *,
	    const struct cert *, enum record_how, int64_t at);
void	 record_memo_clear(struct record_memo *);

/* The natural key of a certificate's issuer alone. */
void	 record_issuer_of_cert(struct record_issuer *, const struct cert *);
void	 record_issuer_copy(struct record_issuer *, const struct record_issuer *);

/*
 * The natural key of an issuer that is known by its name's line alone; of what
 * would be kept of the line, so that no digest tells an identifier in it.
 */
void	 record_issuer_key_of_line(struct record_issuer *, const char *line);
void	 record_issuer_clear(struct record_issuer *);

/* Where a certificate stands, by its dates and the last word on its status. */
enum rec_state {
	REC_VALID,
	REC_NOT_YET,
	REC_EXPIRED,
	REC_SUSPENDED,
	REC_REVOKED,
	REC_NO_DATES		/* known by its number alone */
};

/* One that is over is expired, also while it stands as suspended. */
enum rec_state	 record_state(enum record_status, int64_t not_before,
	    int64_t not_after, int64_t now);

/* Words for JSON: "good", "card". Static. */
const char	*record_status_id(enum record_status);
const char	*record_how_id(enum record_how);

#endif
