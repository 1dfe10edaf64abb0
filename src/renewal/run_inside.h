/*
 * A run, between its files alone: run.c says what comes next, run_card.c asks
 * the card, run_key.c makes key and request, run_send.c has them certified,
 * run_write.c puts the certificate on the card and proves it.  The thread of the
 * run.
 */
#ifndef RENEWAL_RUN_INSIDE_H
#define RENEWAL_RUN_INSIDE_H

#include "renewal/renewal_inside.h"
#include "renewal/run.h"

/* What a step came to. */
enum step {
	STEP_ON,	/* the journal went on, or it has to be looked at again */
	STEP_END,	/* the run has ended: end, next, err */
	STEP_BROKEN	/* the registry failed: err */
};

struct running {
	const struct renewal_run *run;
	int64_t		 id;
	struct renewal_row row;		/* as it stands in the journal */
	struct renewal_view view;
	const struct authority *authority; /* NULL: not configured any more */
	const struct way *way;		/* NULL: likewise */
	struct card	*card;		/* as last seen, or NULL */
	size_t		 token;		/* of it */
	struct secret	*pin;		/* typed; NULL with pin_asked: a pinpad */
	bool		 pin_asked, pin_good;
	unsigned	 pin_card;	/* insertion for which it was typed */
	struct buf	 old;		/* the old certificate, once needed */
	bool		 asked;		/* the authority, in this run */
	struct buf	 fetched;	/* of a request made elsewhere; empty */
	int		 keys;		/* begun anew in this run */
	enum renewal_end end;
	int64_t		 next;
	struct err	*err;
};

/* --- run.c: the journal ---------------------------------------------------------- */

/* An event, and what stands there then.  Takes data over. */
enum step	run_add(struct running *, enum renewal_kind, json_t *data);
/* The same at the end of a transaction that was begun. */
enum step	run_commit(struct running *, enum renewal_kind, json_t *data);
/* The run ends so. */
enum step	run_end(struct running *, enum renewal_end, int64_t next);
/*
 * It ends because of an error, which is written down unless it was said before
 * or only the card or a person is missing.
 */
enum step	run_failed(struct running *, const struct err *, int64_t retry);
void		run_doing(struct running *, enum renewal_doing);
bool		run_cancelled(const struct running *);

/* --- run_card.c: the card ---------------------------------------------------------- */

/*
 * The card of this renewal, looked at anew; waits for it where somebody is there.
 * -1: ERR_CARD_REMOVED, ERR_CANCELLED.
 */
int	run_card(struct running *, struct err *);
/* The same without waiting: whether it is there. */
bool	run_card_here(struct running *);

/*
 * A change and a signature, with a PIN that is asked for if there is none yet,
 * again after a pull: the card has to be put back.
 */
int	run_change(struct running *, enum renewal_pin, const struct card_change *,
	    struct card_changed *, struct err *);
int	run_sign(struct running *, enum renewal_pin, const char *key,
	    const struct card_digest *, struct card_signature *, struct err *);
/* What reads: without a PIN where the card shows it so. */
int	run_read(struct running *, enum renewal_pin, const struct card_change *,
	    struct card_changed *, struct err *);
void	run_forget_pin(struct running *);

/* On the token of this renewal; good until it is looked at again.  NULL. */
const struct card_cert	*run_find_cert(const struct running *,
			    const uint8_t sha256[32]);
const struct card_cert	*run_find_cert_of(const struct running *,
			    const uint8_t spki_sha256[32]);
const struct card_key	*run_find_key(const struct running *, const char *id);

/* The old certificate's bytes into old: sealed earlier, or from the card. */
int	run_need_old(struct running *, struct err *);
/* Its key on the card; good until the card is looked at again. */
const char	*run_old_key(const struct running *);

/* A key on the card as a signer of others' (revocation/channel.h). */
struct run_signer {
	struct officer_signer	 out;
	struct running		*r;
	enum renewal_pin	 purpose;
	char			 key[CHANGE_ID_MAX + 1];
};
void	run_signer(struct run_signer *, struct running *, enum renewal_pin,
	    const char *key);

/* --- the steps ------------------------------------------------------------------------- */

enum step	run_make_key(struct running *);
enum step	run_sign_request(struct running *);
enum step	run_send(struct running *);
enum step	run_ask(struct running *);
enum step	run_write(struct running *);
enum step	run_read_back(struct running *);
enum step	run_prove(struct running *);
enum step	run_register(struct running *);
enum step	run_deal_with_old(struct running *);
/*
 * The certificate of a request made elsewhere, which the authority has: whole
 * when this comes to STEP_ON.
 */
enum step	run_fetch(struct running *);
/* What somebody brought, or was fetched so; empty: the key makes its request. */
struct span	run_brought(const struct running *);
/* That certificate, instead of a request or an answer. */
enum step	run_take_brought(struct running *);
/* The authority is told that it is on the card; false: not by this way. */
bool		run_tell(struct running *, struct way_outcome *);

/*
 * A request signed by the old certificate (CMS SignedData, RFC 5652), whose key
 * is the signer's.
 */
int	renewal_sign_by_old(struct span old, struct span request,
	    struct officer_signer *, struct buf *cms, struct err *);

#endif
