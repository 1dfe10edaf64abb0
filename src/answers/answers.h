/*
 * Answers to the questions that people bring, for what is in front of the desk.
 * A check looks at facts that were had before (gather.h) and says what it saw, a
 * verdict, why, and what to do next.  It does nothing else: no I/O, no state, so
 * that a badge costs nothing and a test needs no card.  What is said is made in
 * the present language; the thread that owns the facts.
 */
#ifndef ANSWERS_ANSWERS_H
#define ANSWERS_ANSWERS_H

#include "base/authority.h"
#include "base/conf.h"
#include "card/card.h"
#include "cert/request.h"
#include "cert/trust.h"
#include "net/diagnose.h"
#include "order/link.h"
#include "order/service.h"
#include "revocation/status.h"

/* What a question is answered from; a check tells which it lacked. */
#define NEED_CARD	0x01	/* readers, cards, card software */
#define NEED_ORDER	0x02	/* an order, by what was typed */
#define NEED_NETWORK	0x04	/* the way to the authority's service */
#define NEED_STATUS	0x08	/* OCSP or CRL for the certificate in question */
#define NEED_FILE	0x10	/* a file or a pasted text */
#define NEED_REGISTRY	0x20	/* what the desk remembers */
#define NEED_TRUST	0x40	/* where the card's certificates lead to */

/* A file or a text that somebody brought, as far as it could be read. */
struct answer_file {
	const char		*name;
	struct span		 bytes;		/* as they are */
	const struct cert_request *request;	/* a PKCS #10; NULL */
	const struct cert *const *certs;	/* certificates in it */
	size_t			 ncerts;
	const struct link	*link;			/* a link out of a mail; NULL */
	struct err		 err;		/* why it is none of these */
};

/* What is known of the status of one certificate of the card. */
struct answer_status {
	uint8_t			 sha256[32];
	struct status_report	 report;
};

/* Where one certificate of the card leads to. */
struct answer_trust {
	bool			 looked;	/* else its bytes are not at hand */
	struct trust_report	 report;
};

/*
 * All that is known.  A need is in had once it was asked, whatever came of it;
 * where it is not, nobody looked, and the check says so in lacked.
 */
struct answer_facts {
	int64_t			 now;
	unsigned		 had;		/* NEED_* */
	const struct conf	*conf;
	const struct authorities *authorities;
	const struct authority	*authority;	/* in question; NULL: none recognised */
	/* NEED_CARD */
	const struct card_world	*world;
	const struct card	*card;		/* in question; NULL: none in a reader */
	size_t			 cert;		/* in question, of it; SIZE_MAX: none */
	bool			 cert_named;	/* somebody chose it; else a guess */
	/* NEED_ORDER */
	const struct order_answer *orders;	/* NULL: nothing was typed */
	const struct order_found *order;	/* the one in question, or NULL */
	/* NEED_NETWORK */
	const struct diag_report *net;		/* NULL: no address to look for */
	struct err		 net_err;	/* why it could not be looked at */
	/* NEED_STATUS: of the certificate in question, and of others of its card */
	const struct status_report *status;	/* NULL: not asked */
	const struct answer_status *statuses;
	size_t			 nstatuses;
	/* NEED_TRUST: of each certificate of the card, in its order */
	const struct answer_trust *trusts;	/* NULL: not looked */
	/* NEED_FILE */
	const struct answer_file *file;
	/* NEED_REGISTRY */
	bool			 registry;	/* there is one */
	size_t			 remembered;	/* certificates it holds */
	/* What else was told */
	const char		*email;		/* address that mail is sent from; NULL */
	bool			 kiosk;
};

enum answer_verdict {
	ANSWER_YES, ANSWER_NO, ANSWER_NOT_YET, ANSWER_CANNOT_TELL
};

/* What the desk can do about it, under a key; arg says with what. */
enum answer_action {
	ACTION_NONE,		/* something a person does elsewhere */
	ACTION_CARD,		/* show what is known of the card */
	ACTION_CERT,		/* show a certificate: its SHA-256 in hex */
	ACTION_PIN,		/* give the PIN, so that keys can be seen */
	ACTION_RENEW,		/* F7 of a certificate: its SHA-256 in hex */
	ACTION_COLLECT,		/* F7 of an order: its number */
	ACTION_REGISTER,	/* make known to programs: SHA-256 in hex */
	ACTION_REQUEST,		/* look at a request file */
	ACTION_REVOKE,		/* F5 of a certificate; "" : find it first */
	ACTION_FIND,		/* F3, with a line to begin with */
	ACTION_DOCUMENT,	/* a document that the person once signed */
	ACTION_STATUS,		/* ask OCSP or CRL: SHA-256 in hex */
	ACTION_ORDER,		/* look an order up: its number; "" : type it */
	ACTION_FORM,		/* an order's form */
	ACTION_RESEND,		/* have a mail sent again: the order's number */
	ACTION_LINK,		/* paste a link of a mail */
	ACTION_NETWORK,		/* the way to the service, step by step */
	ACTION_PROXY,		/* user and password for the proxy */
	ACTION_CHAIN,		/* the chain of checks: its id (chain.h) */
	ACTION_QUESTION,	/* ask the authority */
	ACTION_ANSWER,		/* another question: its id */
	ACTION_COUNT
};

/* One thing that was looked at, in the order it was. */
#define ANSWER_LOOKED_MAX	32
struct answer_look {
	enum verdict	 mark;		/* UNKNOWN: could not be looked at */
	char		 what[96];	/* "key usage" */
	char		 saw[320];	/* "nonRepudiation"; no personal data in clear */
};

#define ANSWER_STEPS_MAX	6
struct answer_step {
	enum answer_action action;
	char		 arg[160];
	char		 words[320];	/* one sentence: what to do */
};

#define ANSWER_BADGE_COLUMNS	20

struct answer {
	enum answer_verdict verdict;
	char		 reason[40];	/* stable word for scripts: "no-address" */
	char		 says[480];	/* the verdict in a sentence or two */
	char		 why[480];	/* or "" */
	struct answer_look looked[ANSWER_LOOKED_MAX];
	size_t		 nlooked;
	struct answer_step steps[ANSWER_STEPS_MAX];
	size_t		 nsteps;
	unsigned	 lacked;	/* NEED_* without which it is a general one */
	char		 badge[48];	/* for the list, or "" */
};

/* --- checks, a line each in checks.def ---------------------------------------------- */

typedef void	 check_fn(const struct answer_facts *, struct answer *);

struct check {
	const char	*id;		/* "email"; a question names it */
	unsigned	 wants;		/* NEED_* that it can use */
	unsigned	 must;		/* NEED_* without which it cannot tell */
	check_fn	*look;
};

/* NULL for none. */
const struct check *check_by_id(const char *id);
extern const struct check checks[];
extern const size_t nchecks;

/* Empty out, run the check, and note what it lacked. */
void		 answer_look_at(const struct check *, const struct answer_facts *,
		    struct answer *out);

/* For checks: each bounded, and fit to print. */
void		 answer_says(struct answer *, enum answer_verdict,
		    const char *reason, const char *, ...)
		    __attribute__((format(printf, 4, 5)));
void		 answer_why(struct answer *, const char *, ...)
		    __attribute__((format(printf, 2, 3)));
void		 answer_saw(struct answer *, enum verdict, const char *what,
		    const char *, ...) __attribute__((format(printf, 4, 5)));
void		 answer_next(struct answer *, enum answer_action, const char *arg,
		    const char *, ...) __attribute__((format(printf, 4, 5)));
void		 answer_badge(struct answer *, const char *, ...)
		    __attribute__((format(printf, 2, 3)));

/* "yes", "not-yet"; "renew". Static. */
const char	*answer_verdict_id(enum answer_verdict);
const char	*answer_verdict_word(enum answer_verdict);	/* present language */
const char	*answer_action_id(enum answer_action);
json_t		*answer_json(const struct answer *);

#endif
