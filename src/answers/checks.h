/*
 * For the checks alone: the table's functions, and what several of them say.
 * No state; the thread that owns the facts, in the present language.
 */
#ifndef ANSWERS_CHECKS_H
#define ANSWERS_CHECKS_H

#include "answers/answers.h"

#define CHECK(function, id, wants, must) check_fn check_##function;
#include "answers/checks.def"
#undef CHECK

#define CHECK_WORDS	160	/* bytes of a certificate in a few words */

/*
 * True, and the answer says so with what to do, where there is no card whose
 * objects could be looked at; then the check has nothing to add.
 */
bool	check_no_card(const struct answer_facts *, struct answer *);

/*
 * Whether all of the card was read: else what is not seen on it may be there.
 * Then why not (NULL: not known), and said, with how to find out.
 */
bool	check_all_read(const struct card *);
const struct err *check_unread_err(const struct card *);
void	check_say_unread(const struct card *, struct answer *);

/* There is a card, but no certificate of a holder on it, as far as was read. */
void	check_say_no_cert(const struct answer_facts *, struct answer *);

/* The certificate in question, or NULL. */
const struct card_cert	*check_cert(const struct answer_facts *);

/*
 * The one that a question about renewal means: the one that was named, else the
 * one whose end is nearest and advises renewal and that nothing has replaced,
 * else the one in question.
 */
const struct card_cert	*check_ending(const struct answer_facts *);

/* Of the holder, not an authority's, and readable. */
bool	check_is_own(const struct card_cert *);

/*
 * Whether one has taken the place of another: of the same holder, for the same,
 * with its key, and it begins and ends later, be it with the other's end.
 */
bool	check_replaces(const struct card_cert *, const struct card_cert *old,
	    int64_t now);
/* Of its card the last to end that has and is not known to be revoked; NULL. */
const struct card_cert *check_replacement(const struct answer_facts *,
	    const struct card_cert *old);

/* "qualified signature, valid until 2027-03-14": nothing of the person. */
char	*check_cert_words(const struct cert *, int64_t now, char *buf, size_t);

/*
 * Whether two mail addresses that differ may yet be one: in the domain, which has
 * letters beyond ASCII in one and such or coded ones (xn--) in the other.
 */
bool	check_may_be_same_mail(const char *, const char *);

/* SHA-256 in hex, as actions take it. */
#define CHECK_HASH_HEX	65
const char	*check_hash(const uint8_t sha256[32], char buf[CHECK_HASH_HEX]);

/* By the authority's times, else the desk's. */
void	check_validity(const struct answer_facts *, const struct cert *,
	    struct validity_view *);

/* Whether private keys could be seen: with a PIN, or without needing one. */
bool	check_keys_seen(const struct card *);

/*
 * What the order in question means beside the card in the reader, if one could
 * be looked at; false: there is no order.
 */
bool	check_order_means(const struct answer_facts *, struct order_meaning *);

/*
 * A key without a certificate, where one can be put beside it: what has been
 * begun is ended with it.  Stuck: there are such keys, but each on a token that
 * may only be read or is locked.
 */
bool	check_key_waits(const struct card *);
bool	check_key_stuck(const struct card *);

/* What can be done where a key waits; where none does, on the whole card. */
enum check_place { CHECK_PLACE_OPEN, CHECK_PLACE_LOCKED,
	CHECK_PLACE_READ_ONLY };
enum check_place check_place(const struct card *);

/*
 * Whether the card makes a key that the order takes (NULL: any), as far as both
 * tell; MAYBE: the card does not.
 */
enum verdict check_makes_key(const struct card *, const struct order_found *);

#define CHECK_CERT_BYTES	2000	/* one of a qualified profile, about */
/*
 * How many more certificates fit, -1: not known.  A key that waits has its place
 * already; that nothing can be written here is no lack of room.
 */
int	check_room(const struct card *);

/* Whether a certificate can come onto the card here, by either of these. */
enum verdict check_writes(const struct card *, const struct order_found *);

/* How far the private key of a certificate can be reached. */
enum check_key {
	CHECK_KEY_HERE,		/* seen, or its public half with the PIN given */
	CHECK_KEY_LOCKED,	/* behind a locked PIN */
	CHECK_KEY_UNSEEN,	/* cannot be told before the PIN is given */
	CHECK_KEY_MISSING
};
enum check_key	 check_key(const struct card *, const struct card_cert *);
/* What was asked of it; NULL: nothing. */
const struct status_report *check_report(const struct answer_facts *,
		    const struct card_cert *);
/* A serial number as orders give it, with or without zeros before it. */
bool		 check_same_number(const uint8_t *, size_t, const struct cert *);
/* Tells of it, and of its token's PIN. */
void	check_look_key(const struct card *, const struct card_cert *,
	    struct answer *);

/*
 * Where the chain of its issuers leads to, in words: YES to one that is trusted
 * here, NO where it breaks, MAYBE where that is not known, UNKNOWN where it was
 * not looked at.
 */
enum verdict	 check_trust(const struct answer_facts *,
		    const struct card_cert *, char *buf, size_t);

/* Of the certificate in question; UNKNOWN of any other. */
enum record_status check_status(const struct answer_facts *,
	    const struct card_cert *);
void	check_look_status(const struct answer_facts *,
	    const struct card_cert *, struct answer *);

/* What keeps a certificate from signing anything, the first that does. */
enum check_bar { BAR_NONE, BAR_DATES, BAR_EXPIRED, BAR_REVOKED, BAR_SUSPENDED,
	BAR_KEY_MISSING, BAR_PIN_LOCKED, BAR_NOT_YET };
enum check_bar	 check_bar(const struct answer_facts *,
	    const struct card_cert *);
enum answer_verdict check_bar_verdict(enum check_bar);
/* The certificate stays what it is: what it would not do even then comes first. */
bool		 check_bar_passes(enum check_bar);
const char	*check_bar_brief(enum check_bar);
/* Sentence, badge and what to do about it; not for NONE. */
void	check_say_bar(enum check_bar, const struct card_cert *, struct answer *);

#endif
