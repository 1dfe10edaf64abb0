/*
 * Facts made up for tests of answers: a card with certificates of the shared
 * profiles, and what else a situation has.  What goes wrong here ends the test.
 */
#ifndef TESTS_UNIT_ANSWERRIG_H
#define TESTS_UNIT_ANSWERRIG_H

#include "answers/answers.h"
#include "tests/unit/certmake.h"

#define RIG_DAY		((int64_t)86400)

struct answerrig {
	struct answer_facts facts;
	struct card_world world;
	struct card	*card;		/* in a reader; also world.cards[0] */
	struct conf	 conf;
	struct authorities authorities;	/* none, until rig_authority */
	struct order_answer orders;	/* facts point here once one was typed */
	struct order_found found;
	struct answer_file file;
	struct cert_request request;
	struct cert	*file_cert;
	struct status_report status;	/* facts point here where one was had */
	struct answer_trust trusts[CARD_CERTS_MAX];	/* once rig_trust was */
};

/* A reader with a ready card that has a token, and nothing on it. */
void	rig_up(struct answerrig *);
void	rig_down(struct answerrig *);

/* The reader is empty; no reader at all; no card was looked at. */
void	rig_pull(struct answerrig *);
void	rig_no_reader(struct answerrig *);
void	rig_not_looked(struct answerrig *);

/* Some card software; with an error why it is not ready. */
void	rig_module(struct answerrig *, enum module_state, enum err_code);
/* A certificate of a profile with its key, private if seen; its index. */
size_t	rig_cert(struct answerrig *, const char *profile, enum key_state);
/* The same of one in DER. */
size_t	rig_der(struct answerrig *, const uint8_t *, size_t, enum key_state);
/* Another token of the card, that may only be read here if so. */
struct token *rig_token(struct answerrig *, bool read_only);
/* A key that no certificate belongs to. */
void	rig_key(struct answerrig *);
/* The same certificate's ends, in days from now. */
void	rig_dates(struct answerrig *, size_t cert, int from, int until);

/* An authority "Urząd Przykładowy" by these lines of its file, in question. */
void	rig_authority(struct answerrig *, const char *lines);
/* And a second one, "Urząd Drugi", whose nothing here is. */
void	rig_authorities(struct answerrig *, const char *lines,
	    const char *second);
/* An order was typed and found. */
struct order *rig_order(struct answerrig *, enum order_state);
/* And nobody knows it. */
void	rig_no_order(struct answerrig *);
/* A request for the key of a certificate's or, SIZE_MAX, of the orphan one. */
void	rig_request(struct answerrig *, size_t cert);
/* A file with the certificate of a profile; one that is neither. */
void	rig_file_cert(struct answerrig *, const char *profile);
void	rig_file_bad(struct answerrig *);

/* Reckon capacity, run the check. */
void	rig_ask(struct answerrig *, const char *id, struct answer *);

/* In both languages; and what is said is well said, and names nobody. */
void	rig_ask_both(struct answerrig *, const char *id, struct answer *);

/* One thing that was looked at, by its name; NULL. */
const struct answer_look *rig_look(const struct answer *, const char *what);
bool	rig_offers(const struct answer *, enum answer_action);

/* What OCSP says of a certificate of a profile, on the card with its key. */
void	rig_status(struct answerrig *, const char *profile,
	    enum record_status);

/* Where a certificate leads to: X509_V_OK, or why it leads nowhere. */
void	rig_trust(struct answerrig *, size_t cert, int why);

struct situation {
	const char	*what, *check;
	void		(*make)(struct answerrig *);
	enum answer_verdict verdict;
	const char	*reason;
	enum answer_action offers;	/* ACTION_COUNT: no matter */
};

/* Each made, asked and compared; and what is said is well said. */
void	rig_situations(const struct situation *, size_t n);

/* A situation that is one certificate of a profile. */
#define ONE(name, profile, state) \
	static void \
	name(struct answerrig *r) \
	{ \
		rig_cert(r, profile, state); \
	}

#endif
