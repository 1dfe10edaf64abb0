/*
 * What the desk knows of readers and cards: plain records, filled in by
 * okienko-card and carried over its socket (proto.h), drawn by ui/.  Strings are
 * as the card or module gave them, not yet fit to print; never NULL unless said.
 */
#ifndef CARD_CARD_H
#define CARD_CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "cert/cert.h"
#include "cert/keykind.h"

/* Bounds on what one helper may report; more is cut and said (card.cut). */
#define CARD_READERS_MAX	16
#define CARD_WORLD_MAX		32	/* readers, and tokens without one */
#define CARD_TOKENS_MAX		16	/* tokens of one card */
#define CARD_CERTS_MAX		256	/* certificates of one card */
#define CARD_KEYS_MAX		256
#define CARD_DER_MAX		8192	/* bytes of a certificate that go along */
#define CARD_MODULES_MAX	16
#define CARD_ATR_MAX		33	/* ISO 7816-3 */

#define CARD_NUMBER_UNKNOWN	UINT64_MAX	/* CK_UNAVAILABLE_INFORMATION */

/* How something is known; shown beside it. */
enum known_by {
	KNOWN_NOT,		/* unknown */
	KNOWN_CARD,		/* the card's own answer to a command */
	KNOWN_TOKEN,		/* PKCS#11 flags or fields */
	KNOWN_TABLE,		/* our table of card models */
	KNOWN_CONFIG,		/* the authority's configuration */
	KNOWN_COUNT		/* counted from what is on the card */
};

struct pin {
	int		 tries;		/* left; -1 unknown */
	int		 tries_max;	/* -1 unknown */
	enum known_by	 tries_by;
	bool		 set;		/* CKF_USER_PIN_INITIALIZED */
	bool		 low, final, locked, to_be_changed; /* CKF_USER_PIN_* */
	bool		 pinpad;	/* CKF_PROTECTED_AUTHENTICATION_PATH */
	int		 min, max;	/* bytes; 0 unknown */
	bool		 verified;	/* private objects were listed with it */
};

/* One more wrong PIN locks it. */
static inline bool
pin_is_last(const struct pin *p)
{
	return p->final || p->tries == 1;
}

/* A PKCS#11 token of a card; a card can be several. */
struct token {
	char		*module;	/* name of the module that shows it */
	uint64_t	 slot;		/* its slot id there */
	char		*label, *manufacturer, *model, *serial;
	uint64_t	 flags;		/* CK_TOKEN_INFO.flags as given */
	bool		 read_only;	/* CKF_WRITE_PROTECTED */
	uint64_t	 total_public, free_public;	/* bytes; CARD_NUMBER_UNKNOWN */
	uint64_t	 total_private, free_private;
	/* Bit n: it makes keys of enum key_kind n; 0: it does not tell. */
	unsigned	 makes;
	struct pin	 pin;
};

#define TOKEN_TELLS	(1u << KEY_KIND_NONE)	/* in makes, whatever else is */

/* Whether the private key to a certificate is on the card. */
enum key_state {
	KEY_NOT_SEEN,		/* cannot be told without the PIN */
	KEY_PUBLIC,		/* a public key object of its own matches */
	KEY_PRIVATE,		/* a private key object matches */
	KEY_MISSING		/* looked with the PIN: not there */
};

struct card_cert {
	struct cert	*cert;		/* NULL if its bytes are no certificate */
	char		*id;		/* CKA_ID, upper-case hex */
	char		*label;
	unsigned	 tokens;	/* bit n: on card.tokens[n] */
	enum key_state	 key;
	size_t		 size;		/* bytes of its DER */
	uint8_t		 sha256[32];	/* of those bytes */
	struct buf	 der;		/* they themselves; empty beyond CARD_DER_MAX */
};

struct card_key {
	char		*id;		/* CKA_ID, upper-case hex */
	char		*label;
	unsigned	 tokens;	/* as above */
	enum cert_key_type type;
	unsigned	 bits;		/* 0 unknown */
	bool		 is_private;	/* a private key object was seen */
	bool		 has_spki;
	uint8_t		 spki_sha256[32]; /* of its public half, if has_spki */
	int		 cert;		/* index of its certificate, or -1: orphan */
};

/* What the table of models says of an ATR. */
struct card_model {
	char		*id;		/* "" when no entry matched */
	char		*name;
	char		*source;	/* where the entry comes from */
	char		*module;	/* preferred module's file name pattern, or "" */
	char		*driver;	/* OpenSC driver for a generated rule, or "" */
	int		 max_certs;	/* key containers or certificates; 0 unknown */
	int		 issuer_limit;	/* policy limit per card; 0 unknown */
	char		*issuer_limit_source;
	enum known_by	 issuer_limit_by; /* KNOWN_TABLE, KNOWN_CONFIG */
	bool		 sure;		/* false: the source is not sure */
};

/* Which rule decides how many more certificates fit. */
enum capacity_rule {
	CAPACITY_UNKNOWN,
	CAPACITY_MEMORY,	/* free bytes the card tells */
	CAPACITY_CONTAINERS,	/* free key containers of the model */
	CAPACITY_ISSUER,	/* the issuer's policy limit */
	CAPACITY_READ_ONLY	/* nothing can be written by this software */
};

struct capacity {
	int		 more;		/* certificates that still fit; -1 unknown */
	enum capacity_rule rule;	/* which binds */
	enum known_by	 by;		/* how that is known */
	char		 source[96];	/* configuration or table entry, when checked */
	int64_t		 free_bytes;	/* -1 unknown */
	int64_t		 total_bytes;	/* -1 unknown */
	enum known_by	 bytes_by;
	int64_t		 cost_bytes;	/* one certificate with key, averaged or assumed */
	int		 used, places;	/* containers or limit; places 0 unknown */
	int		 orphan_keys;	/* keys without a certificate */
	int		 orphan_certs;	/* certificates known to have no key */
	int		 expired;	/* expired certificates, CA ones not counted */
	int64_t		 expired_bytes;	/* what removing them would free; -1 unknown */
};

/* How far a reader and the card in it have got. */
enum card_state {
	CARD_ABSENT,		/* reader is empty */
	CARD_READING,		/* something of it is shown, more is coming */
	CARD_READY,		/* all that could be read has been */
	CARD_FAILED		/* err says why nothing, or not all, could be read */
};

#define CARD_PROBLEMS_MAX	8

struct card {
	char		*reader;	/* PC/SC name; "" for a token without a reader */
	bool		 reader_pinpad;	/* a token says so: PIN on its own keys */
	enum card_state	 state;
	struct err	 err;		/* for CARD_FAILED */
	uint8_t		 atr[CARD_ATR_MAX];
	size_t		 atr_len;	/* 0 for a token without a reader */
	struct card_model model;
	char		*number;	/* the printed or chip number if known, or "" */
	struct token	*tokens;
	size_t		 ntokens;
	struct card_cert *certs;
	size_t		 ncerts;
	struct card_key	*keys;
	size_t		 nkeys;
	struct capacity	 capacity;
	struct err	 problems[CARD_PROBLEMS_MAX]; /* of single modules or objects */
	size_t		 nproblems;
	bool		 cut;		/* there was more than the bounds above, or than
					 * one of its modules could read */
	unsigned	 serial;	/* changes with every insertion */
};

/* How a card is to sign, and the hash that it signs. */
enum card_sign_by {
	SIGN_RSA,		/* PKCS #1 v1.5 */
	SIGN_ECDSA
};
enum card_hash { HASH_SHA256, HASH_SHA384, HASH_SHA512 };

#define CARD_DIGEST_MAX		64	/* bytes */
#define CARD_SIGNATURE_MAX	1024	/* bytes: RSA keys up to 8192 bits */

struct card_digest {
	enum card_sign_by by;
	enum card_hash	 hash;
	uint8_t		 bytes[CARD_DIGEST_MAX];
	size_t		 len;		/* card_hash_len(hash) */
};

/* RSA: as long as the modulus; ECDSA: DER (RFC 3279 2.2.3). */
struct card_signature {
	uint8_t		 bytes[CARD_SIGNATURE_MAX];
	size_t		 len;		/* 0: none */
};

size_t	card_hash_len(enum card_hash);

enum module_state { MODULE_STARTING, MODULE_READY, MODULE_STOPPED };

struct module_view {
	char		*name;		/* file name without folder */
	char		*path;
	enum module_state state;
	struct err	 err;		/* why it is not ready */
};

enum pcsc_state { PCSC_STARTING, PCSC_UP, PCSC_GONE };

/* Everything at one moment. A card per reader, then tokens without a reader. */
struct card_world {
	enum pcsc_state	 pcsc;
	struct err	 pcsc_err;
	char		*pcsc_socket;	/* the address the client library used */
	struct card	*cards[CARD_WORLD_MAX];
	size_t		 ncards;
	struct module_view modules[CARD_MODULES_MAX];
	size_t		 nmodules;
	struct err	 helper_err;	/* of okienko-card itself */
	bool		 settled;	/* nothing more is being read for now */
	unsigned	 version;	/* changes with every change */
};

/* A card is there, and it is not one that somebody has left behind. */
bool		 card_is_there(const struct card *);

struct card	*card_new(const char *reader);
void		 card_free(struct card *);
void		 module_view_clear(struct module_view *);

/*
 * What tells one card of a world from another: the reader's name, or for a
 * token without a reader its module and slot, "module.so#1A".  Written to the
 * caller's buffer of CARD_KEY_MAX bytes and returned.
 */
#define CARD_KEY_MAX	320
const char	*card_key(const struct card *, char *buf, size_t size);

/* A word for a state, for JSON: "private", "reading", "issuer". Static. */
const char	*key_state_id(enum key_state);
const char	*card_state_id(enum card_state);
const char	*capacity_rule_id(enum capacity_rule);
const char	*known_by_id(enum known_by);
const char	*module_state_id(enum module_state);
const char	*pcsc_state_id(enum pcsc_state);

/*
 * Reckon card->capacity from everything else in the record (card/capacity.c):
 * the smallest of what memory, containers and issuer's limit allow, unknowns
 * left out; all unknown is unknown.
 */
void		 capacity_reckon(struct card *, int64_t now);
/*
 * For how many there is room at least, -1 unknown: the issuer's limit alone says
 * nothing of that.
 */
int		 card_room(const struct card *);

#endif
