/*
 * An order as an order service tells of it (orders.yaml, schema Order): read
 * out of its JSON, bounded, and put into words.  All that a server wrote is
 * struct safe_text already or a word of a list; a word that is not known is
 * kept, and shown as unknown.  Times are UTC seconds, 0 where nothing is said.
 * No state; any thread but where words are made (the present language's).
 */
#ifndef ORDER_ORDER_H
#define ORDER_ORDER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/authority.h"
#include "base/err.h"
#include "cert/keykind.h"

#define ORDER_NUMBER_MAX	40	/* characters */
#define ORDER_WORD_MAX		40
#define ORDER_STEPS_MAX		50
#define ORDER_LIST_MAX		20	/* what lacks, links, deadlines */
#define ORDER_SERIAL_MAX	20	/* bytes */

/* In the order they come; from ORDER_CANCELLED on it has ended another way. */
enum order_state {
	ORDER_STATE_UNKNOWN,
	ORDER_PLACED, ORDER_CONFIRMED, ORDER_REQUEST_MADE, ORDER_VERIFIED,
	ORDER_ISSUED, ORDER_READY, ORDER_COLLECTED,
	ORDER_CANCELLED, ORDER_EXPIRED, ORDER_REJECTED,
	ORDER_STATES
};

enum order_link_state { ORDER_LINK_UNKNOWN, ORDER_LINK_LIVE, ORDER_LINK_USED,
	ORDER_LINK_EXPIRED };

/* "what" and "kind" as the service says it; words_of it are order_words.c's. */
struct order_step {
	enum order_state state;
	char		 word[ORDER_WORD_MAX + 1];	/* as it was said */
	int64_t		 at;
	char		*reason;	/* printable, or NULL */
};

struct order_item {			/* something that lacks, a deadline */
	char		 what[ORDER_WORD_MAX + 1];
	int64_t		 at;		/* since; by */
};

struct order_link {
	char		 what[ORDER_WORD_MAX + 1];
	enum order_link_state state;
	char		 id[65];	/* or "" */
	int64_t		 sent, until;
};

/* Strings are printable UTF-8 of bounded length, or NULL. */
struct order {
	char		 number[ORDER_NUMBER_MAX + 1];
	enum order_state state;
	char		 state_word[ORDER_WORD_MAX + 1];
	struct order_step steps[ORDER_STEPS_MAX];
	size_t		 nsteps;
	/* what is ordered */
	char		 kind[ORDER_WORD_MAX + 1];	/* "signature"... */
	bool		 qualified;
	int		 months;	/* 0 */
	char		*product;
	/* for whom: masked by the service */
	char		*name, *ident, *organization, *email;
	/* which card it is for, what it renews, what came of it */
	char		*card;
	uint8_t		 renews[ORDER_SERIAL_MAX], issued[ORDER_SERIAL_MAX];
	size_t		 renews_len, issued_len;
	char		*renews_issuer, *renews_card;
	int64_t		 renews_until, issued_from, issued_until;
	struct order_item missing[ORDER_LIST_MAX], deadlines[ORDER_LIST_MAX];
	size_t		 nmissing, ndeadlines;
	struct order_link links[ORDER_LIST_MAX];
	size_t		 nlinks;
	bool		 form;
	/* What it wants of a request to renew; all empty: as the old certificate. */
	bool		 takes_request, signed_by_old;
	unsigned	 key_kinds;	/* bit n: enum key_kind n is taken; 0: any */
	unsigned	 ku;		/* CERT_KU_* to ask for; 0 */
	char		 eku[4][ORDER_WORD_MAX + 1];	/* OIDs; "" */
	bool		 summary;	/* number and state are all there is */
};

/* -1 and ERR_ORDER_ANSWER for what is not an order; out is to be cleared anyway. */
int	order_read(const json_t *, struct order *out, struct err *);
void	order_clear(struct order *);
/* As it came in (what is known of it), for the cache and for --json. */
json_t	*order_json(const struct order *);

/* --- numbers ------------------------------------------------------------- */

/*
 * The number in what somebody typed, scanned or pasted (a whole mail too): upper
 * case, without spaces; by the authority's pattern where there is one.  False
 * when nothing in it can be one.
 */
bool	order_number_in(const char *text, const struct authority *,
	    char number[static ORDER_NUMBER_MAX + 1]);

/* Whether its check digit is right: 1, 0, or -1 where there is none or it is not known. */
int	order_number_check(const char *number, const struct authority *);

/*
 * What it might have been meant for: O/0, I/1, B/8, S/5, one digit off when the
 * check digit tells so, two neighbours swapped; the likeliest first.
 */
size_t	order_number_near(const char *number, const struct authority *,
	    char (*near)[ORDER_NUMBER_MAX + 1], size_t max);

/* --- what it means --------------------------------------------------------- */

enum order_turn { ORDER_TURN_NOBODY, ORDER_TURN_PERSON, ORDER_TURN_AUTHORITY,
	ORDER_TURN_DESK, ORDER_TURN_UNKNOWN };

/* What an order says about the card in the reader. */
enum order_mismatch {
	ORDER_OTHER_CARD	= 1 << 0,
	ORDER_OTHER_HOLDER	= 1 << 1,
	ORDER_OTHER_SERIAL	= 1 << 2,	/* what it renews is not on the card */
	ORDER_NO_ROOM		= 1 << 3,
	ORDER_RENEWED_EXPIRED	= 1 << 4,	/* meanwhile */
	ORDER_CANNOT_TELL	= 1 << 5	/* nothing to compare */
};

/* The card, as plain as it is needed here; NULL: none in the reader. */
struct order_card {
	const char	*const *numbers;	/* token serials, printed number */
	size_t		 nnumbers;
	const struct cert *const *certs;
	size_t		 ncerts;
	int		 room;			/* -1: not known */
	bool		 part;			/* there may be more on it */
};

struct order_meaning {
	enum order_turn	 turn;
	int64_t		 by;		/* the day by which; 0: not known */
	bool		 by_is_estimate; /* from the authority's working days */
	int64_t		 since;		/* when it came into its state */
	unsigned	 mismatch;	/* of ORDER_OTHER_CARD ... */
	bool		 late;		/* by has passed */
};

void	order_mean(const struct order *, const struct order_card *,
	    const struct authority *, int64_t now, struct order_meaning *);

/* A name or identifier masked as the service masks it: whether it is that one's. */
bool	order_mask_matches(const char *masked, const char *clear);

/* --- in words (the present language; UI thread) ------------------------------ */

const char	*order_state_word(const struct order *);	/* "confirmed" */
/* Any state by itself, for the track; any "what", "kind"; unknown ones as said. */
const char	*order_state_name(enum order_state);
char		*order_missing_words(const struct order_item *, char *, size_t);
char		*order_kind_words(const struct order *, char *, size_t);
/*
 * Where it stands, what is next, who has to act, by when: whole sentences.  With
 * the keys that make the request here (NULL: none do).
 */
char		*order_stands(const struct order *, const struct order_meaning *,
		    char *, size_t);
char		*order_next(const struct order *, const struct order_meaning *,
		    const char *keys, char *, size_t);
/* One sentence for each difference to the card; NULL when there is none such. */
const char	*order_mismatch_words(enum order_mismatch);
char		*order_link_words(const struct order_link *, int64_t now, char *,
		    size_t);

#endif
