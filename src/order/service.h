/*
 * Asking an authority's order service (orders.yaml) through src/net, with what
 * the registry remembers for when it cannot be asked.  Blocks: worker threads
 * only; one thread at a time a handle.
 */
#ifndef ORDER_SERVICE_H
#define ORDER_SERVICE_H

#include <stdatomic.h>

#include "net/net.h"
#include "order/order.h"
#include "registry/asked.h"
#include "registry/outbox.h"
#include "registry/registry.h"

#define ORDER_FOUND_MAX	50	/* orders of one answer */
#define ORDER_JSON_MAX	((uint64_t)1 << 20)	/* bytes of an answer */
#define ORDER_FORM_MAX	((uint64_t)8 << 20)

struct order_service;

/* Borrowed for the handle's life; reg may be NULL: nothing is remembered. */
struct order_service *order_service_new(struct net *, struct registry *,
		    const struct authorities *);
void		 order_service_free(struct order_service *); /* wipes tokens */

/* Authorities with a service; 0: none is set up. */
size_t		 order_services(const struct authorities *);

enum order_by { ORDER_BY_NUMBER, ORDER_BY_EMAIL, ORDER_BY_NIP, ORDER_BY_PESEL,
	ORDER_BY_CARD, ORDER_BY_SERIAL };

/*
 * What a line that somebody typed can be, most likely first; all that it can be
 * if ambiguous.  value is its normal form.
 */
struct order_query {
	const struct authority *authority; /* it alone is asked; NULL: all */
	bool		 each;	/* of a number: others too where one knows it */
	enum order_by	 by;
	char		 value[256];
};
size_t		 order_query_read(const char *line, const struct authorities *,
		    struct order_query *, size_t max);

/* Of those, the numbers, in front; how many. */
size_t		 order_query_numbers(struct order_query *, size_t n);

struct order_found {
	struct order	 order;
	const struct authority *authority;
	int64_t		 as_of;		/* when the service said so */
	bool		 kept;		/* from memory; err says why not asked */
	/* Seconds that the service's clock is ahead, where that is too much; 0. */
	int64_t		 clock_off;
	int64_t		 again_at;	/* kept: as that of the answer */
};

enum order_why {			/* there is no answer, taken apart */
	ORDER_WHY_FOUND,
	ORDER_WHY_NO_SERVICE,		/* none is set up */
	ORDER_WHY_UNKNOWN,		/* asked everywhere, nobody knows it */
	ORDER_WHY_CHECK_DIGIT,		/* and its check digit says misread */
	ORDER_WHY_NOT_ASKED,		/* err tells why */
	ORDER_WHY_NUMBER_ONLY		/* a kiosk asks for nothing but numbers */
};

struct order_answer {
	struct order_found *v;
	size_t		 n;
	bool		 more;
	enum order_why	 why;
	char		 near[ORDER_FOUND_MAX][ORDER_NUMBER_MAX + 1];
	size_t		 nnear;		/* numbers like it that exist */
	struct err	 err;		/* the first that went wrong, or ERR_NONE */
	int64_t		 again_at;	/* when that one wants to be asked; 0: it did not say */
};

/* 0 with an answer, whatever it says; -1: ERR_CANCELLED, the registry's. */
int	order_look(struct order_service *, const struct order_query *,
	    const atomic_bool *cancel, struct order_answer *, struct err *);
void	order_answer_clear(struct order_answer *);
/*
 * Of two kinds of one line: whether a later one's answer is to be told instead.
 * That nobody knows it is true only if all were asked.
 */
bool	order_answer_rather(const struct order_answer *had,
	    const struct order_answer *later);

/* The form's PDF, checked to be one. */
int	order_form(struct order_service *, const struct authority *,
	    const char *number, const atomic_bool *, struct buf *pdf,
	    struct err *);

/*
 * What stands in the form, as printable text with its lines, where the service
 * tells that too; 0 and *text NULL where it does not.  The caller frees.
 */
int	order_form_text(struct order_service *, const struct authority *,
	    const char *number, const atomic_bool *, char **text, struct err *);

/* --- renewal: the request there, the certificate back ----------------------------- */

/* One order of one authority, as its service tells of it now; nothing is remembered. */
int	order_get(struct order_service *, const struct authority *,
	    const char *number, const atomic_bool *, struct order *,
	    struct err *);

/*
 * A request (PKCS #10, DER), and the same signed by the old certificate (CMS) or
 * empty.  The idempotency key, 32 hex digits, is the caller's and the same on
 * every try; the order as it then stands, to be cleared.  *sent tells whether it
 * may have come there though -1: ERR_WAY_REFUSED says what is wrong with it.
 */
int	order_put_request(struct order_service *, const struct authority *,
	    const char *number, const char *key, struct span request,
	    struct span signed_by_old, const atomic_bool *, struct order *,
	    bool *sent, struct err *);
/*
 * The certificate and its chain as the service gives them: PKCS#7, PEM or DER.
 * ERR_ORDER_STATE and *retry_at (0: it did not say) while it is not issued.
 */
int	order_certificate(struct order_service *, const struct authority *,
	    const char *number, const atomic_bool *, struct buf *,
	    int64_t *retry_at, struct err *);
/* It is on the card and proved: the serial, upper-case hex. */
int	order_put_collected(struct order_service *, const struct authority *,
	    const char *number, const char *key, const char *serial,
	    const atomic_bool *, struct err *);

/* --- what is sent: durable first, then sent until it has one effect -------------- */

enum order_sent { ORDER_RESEND, ORDER_QUESTION };

struct order_question {
	const char	*name, *contact, *text, *clause, *language;
	const char	*order;		/* number or NULL */
	bool		 contract, consent;
};

/*
 * Into the outbox, under a new idempotency key: on disk when it returns.  The same
 * link that waits to be sent again is not put there twice.  What a
 * person wrote is sealed there with the registry's key, and gone once it is sent.
 */
int	order_put_resend(struct registry *, const struct authority *,
	    const char *number, const char *what, int64_t *id, struct err *);
int	order_put_question(struct registry *, const struct authority *,
	    const struct order_question *, int64_t *id, struct err *);
/*
 * One that goes to an authority without a service, on paper: nothing is sent and
 * nothing of what was written is kept, only that it was asked, under which clause.
 * key: of outbox_key, which its number on the paper was made of.
 */
int	order_note_question(struct registry *, const struct authority *,
	    const struct order_question *, const char *key, int64_t *id,
	    struct err *);
/* Authorities that a question can be put to: with a service, or with a clause. */
bool	order_takes_questions(const struct authority *);

enum order_out_state { ORDER_OUT_WAITING, ORDER_OUT_DONE, ORDER_OUT_REFUSED };

struct order_out {
	int64_t		 id, at, tried, next;	/* UTC seconds */
	enum order_sent	 what;
	enum order_out_state state;
	char		 authority[64];	/* its id */
	char		*number;	/* or NULL */
	char		*reference;	/* of a question that arrived, or NULL */
	int64_t		 answer_by;	/* 0 */
	char		*email;		/* masked, of a resend, or NULL */
	struct err	 err;		/* of the last try */
	/* Of a question: */
	bool		 paper;		/* went out on paper */
	char		 own[ASKED_NUMBER_MAX + 1]; /* this desk's number for it */
	bool		 why_known;	/* asked counts */
	struct asked	 asked;
	int64_t		 until;		/* kept no longer */
};
void	order_out_clear(struct order_out *);
int	order_out_get(struct registry *, int64_t id, struct order_out *,
	    struct err *);
typedef int order_out_fn(const struct order_out *, void *arg);
int	order_out_each(struct registry *, bool done_too, order_out_fn *,
	    void *arg, struct err *);
/* Give it up, if it has not been sent: ERR_ORDER_SENT. */
int	order_out_drop(struct registry *, int64_t id, struct err *);

/* What a form has tried to ask: the same has the same idempotency key again. */
struct order_try {
	char	 key[OUTBOX_KEY_LEN + 1];	/* "" at first */
	uint8_t	 of[32];			/* its digest */
};

/*
 * A question where nothing may be kept: now or not at all.  What comes of it is in
 * out; -1 and why, and it may be tried again, by the same try.
 */
int	order_ask_now(struct order_service *, const struct authority *,
	    const struct order_question *, struct order_try *,
	    const atomic_bool *cancel, struct order_out *out, struct err *);
/*
 * Send what is due (only: that one, due or not); *next: when to come again, also
 * after -1; 0: nothing waits.
 */
int	order_send(struct order_service *, int64_t only,
	    const atomic_bool *cancel, int64_t *next, struct err *);

#endif
