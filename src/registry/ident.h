/*
 * Identifiers of persons: recognised, checked, made one of many spellings, and
 * hidden.  What is stored is HMAC-SHA256 under the registry's key, cut to 16
 * bytes, and a masked form for the eye; nothing here keeps the clear text.
 * Any thread; no state.
 */
#ifndef REGISTRY_IDENT_H
#define REGISTRY_IDENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "registry/record.h"

#define IDENT_HASH_LEN	16
#define IDENT_TEXT_MAX	256	/* bytes of one normal form, with its NUL */

/*
 * What kind of identifier a hash was made of.  Numbers stand in the file.  The
 * kind is part of what is hashed, so equal digits of two kinds do not meet.
 */
enum ident_kind {
	IDENT_PESEL,		/* PNOPL-, PESEL: */
	IDENT_NIP,		/* TINPL-, VATPL-, NIP: */
	IDENT_DOCUMENT,		/* passport, identity card, of any country */
	IDENT_PERSON,		/* PNO, TIN of another country */
	IDENT_ORGANISATION,	/* VAT, NTR, PSD of another kind */
	IDENT_EMAIL,		/* whole address, lower case */
	IDENT_MAILBOX,		/* without its +tag; stored when it has one */
	IDENT_OTHER,
	IDENT_PHONE,		/* digits; +48 is left out */
	IDENT_KIND_COUNT
};

struct ident_hash {
	uint8_t	b[IDENT_HASH_LEN];
};

/* The registry's secret; wiped by whoever holds it. */
struct ident_key {
	uint8_t	b[32];
};

/*
 * The normal form that is hashed: digits of a PESEL or NIP, upper-case letters
 * and digits of a document, an address in lower case.  -1 when value cannot be
 * of that kind.
 */
int	ident_normal(enum ident_kind, const char *value,
	    char buf[static IDENT_TEXT_MAX]);

/*
 * The key made ready, for whoever hashes much: setting up costs more than
 * hashing.  One thread at a time; holds the key.
 */
struct ident_mac;

struct ident_mac *ident_mac_new(const struct ident_key *);
void	ident_mac_free(struct ident_mac *);	/* NULL is fine */
void	ident_mac_hash(struct ident_mac *, enum ident_kind, const char *normal,
	    struct ident_hash *);

/* Hash a normal form. */
void	ident_hash(const struct ident_key *, enum ident_kind, const char *normal,
	    struct ident_hash *);

/* What table ident is looked up by: the hash's first 64 bits. */
int64_t	ident_row_key(const struct ident_hash *);

/* Of a certificate's identifier; false when it is none that is looked up by. */
bool	ident_kind_of(const struct record_ident *, enum ident_kind *);

/* "PESEL 440*****359", "e***@przyklad.pl": for the eye. Returns buf. */
char	*ident_mask(enum ident_kind, const char *normal, char *buf, size_t);

const char	*ident_kind_id(enum ident_kind);	/* "pesel" */

#endif
