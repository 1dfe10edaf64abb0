/*
 * The contract of okienko-card's socket, both ways: events carry whole records
 * that replace what was known, so a lost or repeated one does no harm.  What
 * comes in is trusted nowhere: each field has a type and a bound, each breach
 * names the field.  No state; any thread.
 *
 * helper -> desk
 *   {"ev":"hello","version":1}
 *   {"ev":"pcsc","state":"up|gone|starting","socket":"...","err":{...}}
 *   {"ev":"module","name":"...","path":"...","state":"...","err":{...}}
 *   {"ev":"card", ... one struct card whole ...}      a reader, with or without card
 *   {"ev":"gone","reader":"...","token":"..."}        reader unplugged / token gone
 *   {"ev":"settled"}                                   nothing more to read for now
 *   {"ev":"answer","id":N,"err":{...},"signature":"HEX","der":"HEX"}
 *                              err absent on success, signature but for "sign",
 *                              der but for a "change" that has something to show
 * desk -> helper
 *   {"req":"reread","id":N,"reader":"..."}
 *   {"req":"login","id":N,"reader":"...","module":"...","slot":N,
 *    "serial":"...","pinpad":bool}                     then a secret frame unless pinpad
 *   {"req":"sign", ... as login ..., "key":"...","by":"rsa-pkcs1|ecdsa",
 *    "hash":"sha256|sha384|sha512","digest":"HEX"}     then the same secret frame
 *   {"req":"change", ... as login ...,
 *    "change":"generate|write|remove-cert|remove-key|read-cert|read-public",
 *    "key":"HEX","label":"...","kind":"none|rsa2048|...","ca":bool,
 *    "der":"HEX","sha256":"HEX"}                       so too (change.h)
 *   {"req":"restart","id":N}
 * Between okienko-card and its module processes the same frames are used, and
 *   {"req":"read","id":N,"reader":"...","atr":"HEX","afresh":bool}
 *   {"req":"forget","id":N,"reader":"..."}
 *
 * Tokens without a reader come as one card each, its reader "" and its only
 * token naming it (card_key); "gone" then carries that name as token.
 */
#ifndef CARD_PROTO_H
#define CARD_PROTO_H

#include <jansson.h>

#include "card/change.h"

#define PROTO_VERSION	1

/* Bounds on single fields, both ways; a longer text is cut before it is sent. */
#define PROTO_TEXT_MAX	4096	/* bytes of a label or name */
#define PROTO_PATH_MAX	4096	/* bytes of a path */
#define PROTO_ID_MAX	512	/* hex digits of a CKA_ID */

json_t		*proto_card_to_json(const struct card *);
/* Trusts nothing: NULL and err when a field is missing, wrong or beyond its bound. */
struct card	*proto_card_from_json(const json_t *, struct err *);

/* NULL for ERR_NONE. */
json_t		*proto_err_to_json(const struct err *);
int		 proto_err_from_json(const json_t *, struct err *out, struct err *);

json_t		*proto_module_to_json(const struct module_view *);
int		 proto_module_from_json(const json_t *, struct module_view *,
		    struct err *);

/* --- events ------------------------------------------------------------ */

enum proto_ev {
	EV_HELLO, EV_PCSC, EV_MODULE, EV_CARD, EV_GONE, EV_SETTLED, EV_ANSWER
};

/* One event; only the fields of its kind are set, the others empty. */
struct proto_event {
	enum proto_ev	 ev;
	unsigned	 version;	/* hello */
	enum pcsc_state	 pcsc;		/* pcsc */
	char		*socket;
	struct module_view module;	/* module */
	struct card	*card;		/* card */
	char		*reader, *token; /* gone */
	uint64_t	 id;		/* answer */
	struct err	 err;		/* pcsc, answer: ERR_NONE for none */
	struct card_signature signature; /* answer */
	struct buf	 der;		/* answer */
};

json_t		*proto_event_to_json(const struct proto_event *);
/* -1 and err, and *out empty, when it breaks the contract. */
int		 proto_event_from_json(const json_t *, struct proto_event *out,
		    struct err *);
void		 proto_event_clear(struct proto_event *);

/* --- requests ---------------------------------------------------------- */

enum proto_req {
	REQ_READ, REQ_FORGET, REQ_LOGIN, REQ_SIGN, REQ_CHANGE, REQ_REREAD,
	REQ_RESTART
};

/* One request; fields that its kind does not carry are empty. */
struct proto_request {
	enum proto_req	 req;
	uint64_t	 id;
	char		*reader;
	uint8_t		 atr[CARD_ATR_MAX];	/* read */
	size_t		 atr_len;
	bool		 afresh;
	char		*module, *serial;	/* login, sign, change */
	uint64_t	 slot;
	bool		 pinpad;
	bool		 last;	/* whoever typed it was told: the last try */
	char		*key;			/* sign: CKA_ID, upper-case hex */
	struct card_digest digest;		/* sign */
	struct card_change change;		/* change; its der is this one: */
	struct buf	 der;
};

json_t		*proto_request_to_json(const struct proto_request *);
int		 proto_request_from_json(const json_t *, struct proto_request *out,
		    struct err *);
void		 proto_request_clear(struct proto_request *);

/* --- the desk's copy of the world -------------------------------------- */

/* What an answer tells: whose it is, how it went, and what came of it. */
struct proto_answer {
	uint64_t	 id;
	struct err	 err;
	struct card_signature signature;
	struct card_changed changed;	/* the caller's to clear */
};

/*
 * Apply one event to a world (the desk's side).  0; 1 when it was an answer,
 * which is set then; -1 and err when it breaks the contract.
 */
int		 proto_apply(struct card_world *, const json_t *event,
		    struct proto_answer *, struct err *);
void		 card_world_clear(struct card_world *);

/* A whole copy into an empty one, for a thread that looks at it later. */
void		 card_world_copy(struct card_world *, const struct card_world *);

/* The world as `okienko card --json` prints it. */
json_t		*proto_world_to_json(const struct card_world *);

#endif
