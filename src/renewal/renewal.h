/*
 * A renewal from its beginning to the proved certificate: what its events mean,
 * where it stands, what is to be done next.  Events are what was done; what is
 * true on the card and at the service goes before them (run.h).  No I/O but
 * through registry/renewals.h; any thread that owns the registry handle.
 */
#ifndef RENEWAL_RENEWAL_H
#define RENEWAL_RENEWAL_H

#include "base/authority.h"
#include "card/card.h"
#include "cert/cert.h"
#include "cert/keykind.h"
#include "order/order.h"
#include "registry/renewals.h"

/* In the order they come; the last two end it. */
enum renewal_state {
	RENEWAL_STARTED,
	RENEWAL_KEY_MADE,
	RENEWAL_REQUEST_SIGNED,
	RENEWAL_SENT,
	RENEWAL_VERIFIED,	/* the authority has checked the request */
	RENEWAL_ISSUED,		/* and the certificate is here, checked, sealed */
	RENEWAL_WRITTEN,
	RENEWAL_READ_BACK,
	RENEWAL_TESTED,		/* a signature made on the card is right */
	RENEWAL_REGISTERED,	/* remembered, and the service was told */
	RENEWAL_OLD_DEALT,	/* kept or removed, as somebody said */
	RENEWAL_DONE,
	RENEWAL_STOPPED,	/* given up or refused, with why */
	RENEWAL_STATES
};

/* What is wanted, chosen when it starts. */
struct renewal_plan {
	char		 authority[64];	/* its id */
	char		 order[ORDER_NUMBER_MAX + 1]; /* or "" */
	char		 way[16];	/* "order", "cmp", "est", "file" */
	char		 module[128], token[64]; /* where old and new key lie */
	char		 old_key[65]; /* CKA_ID of the old key */
	uint8_t		 old_sha256[32];
	enum key_kind	 key;
	bool		 signed_by_old;
	/* Another program made the request: the order has the certificate. */
	bool		 elsewhere;
	unsigned	 ku;		/* asked for; 0 */
	char		 eku[4][40];	/* OIDs, "" */
};

struct renewal_view {
	struct renewal_plan plan;
	enum renewal_state state;
	char		 new_key[64];	/* CKA_ID chosen before it is made; "" */
	bool		 adopted;	/* an orphan key of earlier, not made now */
	uint8_t		 new_spki[32];	/* SHA-256; of a key that was made */
	uint8_t		 request_sha256[32];
	char		 transaction[33]; /* of sending: the same on every try; "" */
	char		 reference[65];	/* the authority's, of a waiting; "" */
	int		 tries;
	int		 unanswered;	/* of them: may have reached the authority */
	int64_t		 next_try;	/* 0: not by itself */
	uint8_t		 new_sha256[32];	/* of the certificate issued */
	char		 new_serial[CERT_SERIAL_MAX * 2 + 1];
	int64_t		 new_from, new_until;
	bool		 old_dealt, old_kept; /* as somebody said, and it was done */
	bool		 old_removing;	/* begun */
	int64_t		 started, sent, issued, tested, ended;
	struct err	 last_err;	/* of the last try, or why it stopped */
	char		*why;		/* stopped by a person, or NULL */
};

int	renewal_view(const struct renewal_row *, struct renewal_view *,
	    struct err *);
void	renewal_view_clear(struct renewal_view *);

/*
 * Its turn to go on by itself; also where that lies further ahead than any
 * authority can put it off: that was written by a clock that ran ahead.
 */
#define RENEWAL_LATER_MAX ((int64_t)7 * 86400)	/* seconds */
bool	renewal_is_due(const struct renewal_summary *, int64_t now);

/* --- before anything is written ------------------------------------------------ */

enum preflight_id {
	PREFLIGHT_CERT,		/* which one, still valid, renewable */
	PREFLIGHT_ORDER,	/* there, of a state that takes a request */
	PREFLIGHT_CARD,		/* the order names this card and holder */
	PREFLIGHT_WAY,		/* how the authority takes requests */
	PREFLIGHT_ROOM,		/* capacity; or an orphan key that fits */
	PREFLIGHT_TOKEN,	/* may be written; makes such keys as far as known */
	PREFLIGHT_PIN,		/* set, not locked, not on its last try */
	PREFLIGHT_NETWORK,	/* the service answers */
	PREFLIGHT_CLOCK,	/* against the service's */
	PREFLIGHT_COUNT
};

struct preflight_check {
	enum preflight_id id;
	enum verdict	 verdict;	/* NO stops; MAYBE warns; UNKNOWN is said */
	char		 words[400];	/* one sentence, present language */
	char		 next[240];	/* what to do, or "" */
};

struct preflight {
	struct preflight_check checks[PREFLIGHT_COUNT];
	size_t		 n;
	bool		 go;		/* no check stops it */
	struct renewal_plan plan;	/* when go */
	char		 orphan[64];	/* key of an earlier attempt to use, or "" */
};

/* What is looked at; the service was asked already, or cannot be. */
struct preflight_facts {
	const struct card *card;
	size_t		 cert;		/* index of the one to renew */
	const struct authority *authority; /* NULL: none of the configured */
	const struct conf *conf;	/* its times, where the authority has none; NULL */
	const struct order *order;	/* NULL: none, or not found */
	const struct err *order_err;	/* why it was not found, or NULL */
	/* The key on the card that the order's certificate is for, or NULL. */
	const struct card_key *waiting;
	bool		 compared;	/* with that certificate; else it was not had */
	const char	*way;		/* asked for, or NULL */
	enum key_kind	 key;		/* asked for, or NONE */
	int64_t		 server_time;	/* 0: not known */
	const struct err *net_err;	/* or NULL: the service answered */
	bool		 net_asked;
	int64_t		 now;
};
void	preflight(const struct preflight_facts *, struct preflight *);

/* --- steps: each is durable when it returns 0 ------------------------------------ */

int	renewal_begin(struct registry *, const struct card *, size_t cert,
	    const struct renewal_plan *, int64_t now, int64_t *id,
	    bool *existing, struct err *);
/*
 * Given up; what is on the card stays there, a certificate that is not yet there
 * goes.  ERR_CASE_MOVED while somebody goes on with it.
 */
int	renewal_stop(struct registry *, int64_t id, const char *why,
	    int64_t now, struct err *);

/* --- words, present language ------------------------------------------------------ */

const char	*renewal_state_id(enum renewal_state);	/* "request-signed" */
const char	*renewal_state_name(enum renewal_state);
/* The sentence under the track: where it stands, and who waits for whom. */
const char	*renewal_sentence(const struct renewal_view *, int64_t now,
		    char *, size_t);
const char	*renewal_event_words(const struct case_event *, char *, size_t);
const char	*preflight_name(enum preflight_id);
const char	*preflight_word(enum preflight_id);	/* "room" */
json_t		*renewal_json(const struct renewal_row *,
		    const struct renewal_view *);
json_t		*preflight_json(const struct preflight *);

#endif
