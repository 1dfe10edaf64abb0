/*
 * What the pretend authority knows of the certificates it issued: a text file
 * that only grows, a line an event, so that it outlives any end of the program:
 *
 *	cert	SERIAL	PASSWORD		issued; the holder's revocation password
 *	key	SERIAL	SPKI	SKI		its key: SHA-256 of it, and its identifier
 *	asked	WORD	SERIAL			issued for a request known by that word
 *	change	SERIAL	MS	REASON	TRANSACTION	revoked, held (6), lifted (8)
 *
 * Serial numbers are hex in capitals without leading zeroes.  Others may add
 * certificates while an office runs.  One thread at a time.
 */
#ifndef TESTS_OFFICE_LEDGER_H
#define TESTS_OFFICE_LEDGER_H

#include <openssl/asn1.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"

#define LEDGER_SERIAL_MAX	41	/* 20 bytes in hex, and the end */
#define LEDGER_WORD_MAX		65	/* password, transaction */
#define LEDGER_SPKI_MAX		65	/* in hex, and the end */
#define LEDGER_SKI_MAX		41

enum {
	REASON_NONE = 0, REASON_HOLD = 6, REASON_LIFT = 8	/* CRLReason */
};

struct ledger_change {
	int64_t	 at;		/* milliseconds since 1970 */
	int	 reason;	/* CRLReason; REASON_LIFT: good again */
	char	 transaction[LEDGER_WORD_MAX];	/* "-": none */
};

struct ledger_cert {
	char	 serial[LEDGER_SERIAL_MAX];
	char	 password[LEDGER_WORD_MAX];
	char	 spki[LEDGER_SPKI_MAX], ski[LEDGER_SKI_MAX];	/* "" */
	struct ledger_change *changes;
	size_t	 nchanges;
};

/* What was issued for a request, the last time that it was. */
struct ledger_asked {
	char	 word[LEDGER_WORD_MAX];
	char	 serial[LEDGER_SERIAL_MAX];
	unsigned long times;
};

struct ledger {
	FILE	*f;
	struct ledger_cert *certs;
	size_t	 ncerts;
	struct ledger_asked *asked;
	size_t	 nasked;
};

/* How a certificate stands at a moment. */
struct standing {
	bool	 revoked;	/* or held */
	int	 reason;
	int64_t	 since;		/* milliseconds */
};

struct ledger	*ledger_open(const char *dir);
void		 ledger_free(struct ledger *);
/* What others have written since. */
void		 ledger_refresh(struct ledger *);

struct ledger_cert *ledger_find(struct ledger *, const char *serial);
/* The last that was issued for a key: by its SHA-256, by its identifier; NULL. */
const struct ledger_cert *ledger_key(const struct ledger *, const char *spki);
const struct ledger_cert *ledger_ski(const struct ledger *, struct span ski);
const struct ledger_asked *ledger_asked(const struct ledger *,
	    const char *word);
void	ledger_standing(const struct ledger_cert *, int64_t at, struct standing *);
/* The change that a transaction made to this certificate, or NULL. */
const struct ledger_change *ledger_done(const struct ledger_cert *,
	    const char *transaction);

enum ledger_outcome {
	LEDGER_DONE,
	LEDGER_ALREADY,		/* it stands so, or is revoked for good */
	LEDGER_NOT_HELD		/* nothing to lift */
};
/* Revoke, hold or lift; durable when it returns. */
enum ledger_outcome ledger_change(struct ledger *, struct ledger_cert *,
	    int reason, const char *transaction, int64_t now);

/* Without opening it: a certificate is issued.  Twice is once. */
void	ledger_issued(const char *dir, const char *serial,
	    const char *password);

void	ledger_keyed(const char *dir, const char *serial, const char *spki,
	    const char *ski);
void	ledger_answered(const char *dir, const char *word, const char *serial);

/* SERIAL of a number. */
void	ledger_serial(const ASN1_INTEGER *, char out[LEDGER_SERIAL_MAX]);

#endif
