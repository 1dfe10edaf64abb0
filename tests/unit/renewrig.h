/*
 * A card and an authority for tests of a renewal's run, in memory that a killed
 * child leaves behind: card_hand's functions and the table of ways are defined
 * here, in place of the real ones.  Each call can be the one at which the card
 * is pulled or the process dies, before its effect or behind it.
 */
#ifndef TESTS_UNIT_RENEWRIG_H
#define TESTS_UNIT_RENEWRIG_H

#include <openssl/evp.h>

#include "renewal/run.h"

#define RIG_PIN		"1234"
#define RIG_TOKEN	"6316000100020003"
#define RIG_REFERENCE	"00112233445566778899AABBCCDDEEFF"
#define RIG_MODULE	"card.so"
#define RIG_DER_MAX	4096
#define RIG_THINGS	8

struct rig_key {
	char		 id[CHANGE_ID_MAX + 1];	/* "": none */
	int		 which;			/* of the keys below */
	bool		 half;			/* its private part is missing */
};

struct rig_cert {
	char		 id[CHANGE_ID_MAX + 1];
	uint8_t		 der[RIG_DER_MAX];
	size_t		 len;			/* 0: none */
};

enum rig_key_name { RIG_CA, RIG_OLD, RIG_NEW, RIG_NEW2, RIG_STRANGER,
	RIG_RSA, RIG_KEYS };

/* What the authority does wrong. */
enum rig_fault { RIG_WELL, RIG_WRONG_KEY, RIG_OTHER_HOLDER, RIG_ENDED,
	RIG_NO_CHAIN, RIG_ANSWER_LOST, RIG_REFUSES, RIG_NO_NETWORK,
	RIG_PUT_ASIDE, RIG_NOT_POLLED, RIG_UNSIGNED, RIG_DOWN, RIG_NONSENSE,
	RIG_UNCONFIRMED };

struct rig {
	/* the card */
	bool		 absent;
	int		 waits;		/* for the card to be put in */
	unsigned	 insertion;
	struct rig_key	 keys[RIG_THINGS];
	struct rig_cert	 certs[RIG_THINGS];
	bool		 full, signs_wrong;
	bool		 no_more;	/* may come, by this rule */
	enum capacity_rule rule;
	int		 generated, verified, wrong;
	const char	*pins[4];	/* typed one after another; NULL: RIG_PIN */
	int		 typed;
	/* Another program spends all tries but one while the first is typed. */
	bool		 spends, last;
	/* the authority */
	enum rig_fault	 fault;
	bool		 by_old;	/* what is sent, the old key signs */
	bool		 starts_later;	/* what it issues */
	bool		 chain;		/* its own are put on the card too */
	char		 transaction[33];
	int		 sendings, requests, told, untold;
	uint8_t		 request[RIG_DER_MAX];
	size_t		 request_len;
	uint8_t		 old[RIG_DER_MAX], ca[RIG_DER_MAX];
	size_t		 old_len, ca_len;
	bool		 signed_by_old;	/* the last request was, rightly */
	/* what somebody says of the old one */
	int		 old_answer;
	/* when what happens */
	bool		 crashes;	/* instead of being pulled */
	int		 calls, kill_at, pull_at;
	int64_t		 known;		/* certificates in the registry before */
};

/* The one there is. */
struct rig *rig_get(void);

/* All anew; the old certificate is on the card. */
void	rig_setup(void);
EVP_PKEY *rig_key(enum rig_key_name);
/* A certificate for somebody's key by the rig's authority; DER to out. */
struct rig_make {
	enum rig_key_name key, by;
	const char	*cn;
	const char	*serial;	/* the subject's serialNumber */
	long		 from, until;	/* days from now */
	bool		 ca;
	const char	*usage;		/* keyUsage, or NULL */
};
size_t	rig_make(const struct rig_make *, uint8_t out[RIG_DER_MAX]);
size_t	rig_certs_of(const char *id);	/* on the card */

extern const struct renewal_people rig_people;
extern const struct way rig_way;

#endif
