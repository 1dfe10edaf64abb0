/*
 * A revocation case from the first word to the proof: what its events mean, in
 * which state they leave it, and what may be done next.  State is derived from
 * events alone, so a case killed anywhere goes on where it stood.  No I/O but
 * through registry/cases.h; any thread that owns the registry handle.
 */
#ifndef REVOCATION_CASE_H
#define REVOCATION_CASE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/authority.h"
#include "base/err.h"
#include "cert/ocsp.h"
#include "registry/cases.h"

enum case_action { CASE_REVOKE, CASE_SUSPEND, CASE_LIFT, CASE_ACTIONS };

enum case_state {
	CASE_DRAFT,		/* questions are still open */
	CASE_QUEUED,		/* complete; waits for its channel */
	CASE_SENT,		/* asked; no answer, or "waiting" */
	CASE_ON_PAPER,		/* with people: printed or told; waits for proof */
	CASE_ACCEPTED,		/* the authority said yes; not published yet */
	CASE_PUBLISHED,		/* OCSP or CRL says so: proved */
	CASE_CLOSED,		/* proved, and the receipt is made */
	CASE_REFUSED,		/* the authority said no */
	CASE_WITHDRAWN,
	CASE_STATES
};

enum case_who { WHO_HOLDER, WHO_ENTITY, WHO_AUTHORITY, WHO_COUNT };
enum case_proof { PROOF_DOCUMENT, PROOF_PASSWORD, PROOF_MAIL, PROOF_NONE, PROOF_COUNT };

/*
 * Why, in the person's words, each with its CRLReason (RFC 5280 5.3.1).
 * Unspecified is left out of a request, as the RFC would have it.
 */
enum case_reason {
	REASON_LOST,		/* keyCompromise: lost, stolen, somebody knows the PIN */
	REASON_DISCLOSED,	/* keyCompromise */
	REASON_DATA_CHANGED,	/* affiliationChanged */
	REASON_REPLACED,	/* superseded */
	REASON_NOT_USED,	/* cessationOfOperation */
	REASON_RIGHTS_LOST,	/* privilegeWithdrawn */
	REASON_NOT_TOLD,	/* unspecified */
	REASON_COUNT
};

#define CASE_NONCE_MAX	64	/* hex digits */

/* What the events add up to. */
struct case_view {
	enum case_action action;
	enum case_state	 state;
	/* answers so far; -1: not given */
	int		 who, proof, reason;
	int64_t		 lost_at;	/* 0: not told */
	char		*note;		/* last note, or NULL */
	bool		 typed;		/* issuer and serial by hand: never seen */
	int		 status_before;	/* enum record_status when it was opened */
	bool		 held;		/* then or since it was called suspended */
	/* times, UTC; 0: not yet */
	int64_t		 received, complete, sent, answered, published, closed;
	int64_t		 deadline;	/* received + 24 h (eIDAS art. 24(3)); 0 when proved */
	int64_t		 hold_ends;	/* last day of a suspension; 0: not known, none */
	int		 hold_days;	/* that suspensions last there; 0: not known */
	/* the channel */
	char		 channel[24];	/* "cmp": chosen or used last; "" neither */
	int		 tries;		/* of sending */
	int		 unanswered;	/* tries that may have reached the authority */
	bool		 told;		/* people were, and have not answered */
	bool		 form;		/* by a form, which may be here still */
	int64_t		 told_at;	/* and nothing else was under way; 0 */
	bool		 already;	/* it said that this was done before us */
	bool		 refused;	/* what it answered last was a "no" */
	bool		 waits;		/* it has it, and had not decided */
	/*
	 * When to send (queued, sent) or to ask for the status (on paper,
	 * accepted); 0: nothing by itself.
	 */
	int64_t		 next_try;
	char		 transaction[33]; /* of a sending whose answer is not known; "" */
	char		 nonce[CASE_NONCE_MAX + 1]; /* WAITING: to ask by; "" */
	struct err	 last_err;	/* of the last try or question; ERR_NONE */
	/* the proof */
	int		 proved_by;	/* enum record_how: HOW_OCSP, HOW_CRL; -1 */
	int64_t		 proved_at;	/* thisUpdate of the proof */
	int64_t		 revoked_at;	/* as the authority says */
	char		 proof_hash[65];/* SHA-256 of the answer, hex; "" */
	char		*proof_where;	/* address that was asked, or NULL */
	int64_t		 good_until;	/* an old "good" may live in caches till then; 0 */
	int64_t		 asked_at;	/* status asked last */
	int		 status;	/* enum record_status it said; -1 */
};

/* Reads r->events; -1 and ERR_BAD_DATA for events that no desk wrote. */
int	case_view(const struct case_row *, const struct authority *,
	    struct case_view *, struct err *);
void	case_view_clear(struct case_view *);

/* Nothing is under way but a form made here; `sent` is when it was made, or 0. */
bool	case_only_form(const struct case_view *);

/* May this be done now?  ERR_CASE_STATE says why not. */
enum case_step {
	STEP_ANSWER,		/* who, reason, when: in a draft, in any order */
	STEP_CONFIRM,		/* the last four digits; all answers are there */
	STEP_CHANNEL, STEP_SEND, STEP_TOLD, STEP_WITHDRAW, STEP_NOTE,
	STEP_ASK, STEP_CLOSE
};
int	case_may(const struct case_view *, enum case_step, struct err *);

/*
 * ERR_CASE_MOVED unless the case still has `after` events, as it was shown with.
 * Within registry_begin ... registry_commit, around the step that follows.
 */
int	case_unmoved(struct registry *, int64_t id, size_t after, struct err *);

/* --- steps: each is durable when it returns 0 -------------------------------- */

/*
 * Begin, with a record out of the registry or one typed (id 0, issuer and
 * serial).  The open case of that certificate is given instead if there is one;
 * but one that is proved already and was for something else is closed.
 * ERR_CASE_STATE for what cannot be any more: lifting or suspending what is
 * revoked, lifting what an answer of the authority calls good.  What is not
 * known is no obstacle: status_before tells.
 */
int	case_begin(struct registry *, struct record *, enum case_action,
	    int64_t now, int64_t *id, bool *existing, struct err *);

/*
 * What case_begin and case_confirm would say of it as the plan has it (action and
 * proof), were the digits right; nothing is written.  existing: a case is open
 * already, which is neither a draft, to be gone on with, nor one that is closed
 * for this.  The registry may be NULL.
 */
int	case_foresee(struct registry *, const struct record *,
	    const struct case_view *plan, const struct authority *,
	    bool *existing, struct err *);

/* Answers of a draft; fields that are -1, 0 or NULL are left as they are. */
struct case_answers {
	int		 who, proof, reason;
	int64_t		 lost_at;
	bool		 lost_unknown;	/* what was told before is taken back */
	const char	*note;
};
int	case_answer(struct registry *, int64_t id, const struct case_answers *,
	    int64_t now, struct err *);

/*
 * The last four hex digits of the serial number, typed: the case is complete and
 * queued.  Of a shorter number, all of it; spaces do not count.  ERR_LAST_FOUR
 * when they are others; ERR_PROOF_NEEDED when the authority revokes (and lifts)
 * only for whom it can tell who asks (suspend instead, which case_instead makes
 * of it), or does nothing at all for others.  It is sent by itself if the first
 * of the authority's ways is a machine's.
 */
int	case_confirm(struct registry *, int64_t id, const char *last4,
	    const struct authority *, int64_t now, struct err *);
int	case_instead(struct registry *, int64_t id, enum case_action, int64_t now,
	    struct err *);

/*
 * Another of the authority's ways for this one case; a machine's is sent by
 * itself.  ERR_CASE_STATE while a request has no answer: it may have been acted
 * on, and no second one goes out beside it.  What people were told before stays
 * told.  As channel_may besides.
 */
int	case_channel(struct registry *, int64_t id, const char *channel,
	    const struct authority *, int64_t now, struct err *);

int	case_note(struct registry *, int64_t id, const char *text, int64_t now,
	    struct err *);
/*
 * Given up.  Until it is accepted; of one that was sent or told, the authority
 * has it already and may still act: the desk only stops following it, and says
 * so wherever it shows the case.
 */
int	case_withdraw(struct registry *, int64_t id, const char *why, int64_t now,
	    struct err *);
int	case_close(struct registry *, int64_t id, int64_t now, struct err *);
int	case_take(struct registry *, int64_t id, int64_t now, struct err *);

/*
 * With people: what was printed or told.  Without an outcome it ends nothing that
 * a machine has or is to have.
 */
struct case_told {
	const char	*channel;	/* "telephone", "form" */
	const char	*whom;		/* who answered, or NULL */
	int		 outcome;	/* -1 unknown, 0 refused, 1 accepted */
	const char	*file;		/* form: where it was written, or NULL */
};
int	case_told(struct registry *, int64_t id, const struct case_told *,
	    int64_t now, struct err *);

/* --- what channels and questions write (rounds.c) ------------------------------ */

/*
 * Before sending: the transaction (32 hex digits) that will be used again if no
 * answer comes; ERR_CASE_STATE for another one while the first is unanswered.
 */
int	case_sending(struct registry *, int64_t id, const char *channel,
	    const char *transaction, int64_t now, struct err *);

enum case_result {
	RESULT_ACCEPTED, RESULT_WITH_MODS, RESULT_WAITING,
	RESULT_ALREADY,		/* revoked before: by us if a sending had no answer */
	RESULT_UNKNOWN,		/* no such certificate there: never success */
	RESULT_REFUSED,		/* not authorised, not allowed */
	RESULT_FAILED,		/* no answer, or none that makes sense: try again */
	RESULT_COUNT
};
#define CASE_WORDS_MAX	512	/* bytes of an authority's own words */

struct case_result_of {
	enum case_result result;
	struct err	 err;		/* REFUSED, FAILED, UNKNOWN */
	const char	*detail;	/* the authority's own words, or NULL */
	int64_t		 retry_at;	/* WAITING, FAILED; 0: by a person, or never */
	char		 nonce[CASE_NONCE_MAX + 1]; /* WAITING: to ask by, or "" */
	bool		 unsent;	/* FAILED: nothing went out, whatever err is */
	char		 words[CASE_WORDS_MAX]; /* where a channel keeps detail */
};
/*
 * A failure before anything can have gone out (no network, no connection, or
 * said to be unsent) leaves the case queued; any other leaves it sent, for it may have been acted on.
 */
int	case_result(struct registry *, int64_t id, const struct case_result_of *,
	    int64_t now, struct err *);
/* Whether nothing can have gone out where that went wrong. */
bool	case_unsent(enum err_code);

/* A status that was asked; proves the case when it says what was asked for. */
struct case_status {
	enum record_how	 by;		/* HOW_OCSP, HOW_CRL */
	enum record_status status;
	int64_t		 this_update, next_update, revoked_at;
	int		 reason;
	const char	*url;
	const uint8_t	*sha256;	/* of the answer */
	int64_t		 next_ask;
};
int	case_status(struct registry *, int64_t id, const struct case_status *,
	    int64_t now, struct err *);
/* No status could be had: next_ask is when to come again, 0 never by itself. */
int	case_not_answered(struct registry *, int64_t id, const struct err *,
	    int64_t next_ask, int64_t now, struct err *);
/*
 * It cannot be sent by itself now; next_try likewise.  Without an error: no
 * machine of the authority's takes it.
 */
int	case_not_sent(struct registry *, int64_t id, const struct err *,
	    int64_t next_try, int64_t now, struct err *);

/* --- words, present language; static or the caller's buffer -------------------- */

const char	*case_action_id(enum case_action);	/* "revoke" */
const char	*case_state_id(enum case_state);	/* "on-paper" */
const char	*case_who_id(int);			/* "holder"; "" for -1 */
const char	*case_proof_id(int);			/* "document" */
const char	*case_reason_id(int);			/* "lost" */
int		 case_action_from_id(const char *);	/* -1: none of ours */
int		 case_who_from_id(const char *);
int		 case_proof_from_id(const char *);
int		 case_reason_from_id(const char *);
int		 case_reason_code(int);			/* CRLReason; -1: leave out */
const char	*case_action_name(enum case_action);	/* "revocation" */
const char	*case_state_name(enum case_state);	/* "accepted by the authority" */
const char	*case_who_name(int);			/* "the holder" */
const char	*case_proof_name(int);
const char	*case_reason_name(int);
const char	*case_channel_name(const char *id);	/* "telephone" */
/* One event as a line of the case's history, without its time. */
const char	*case_event_words(const struct case_event *, char *buf, size_t);
/* The sentence that stands over a case: what it is waiting for. */
const char	*case_sentence(const struct case_view *, int64_t now, char *buf,
		    size_t);
/* "18 h 42 min left", "overdue by 2 h"; empty when no clock runs. */
const char	*case_clock(const struct case_view *, int64_t now, char *buf,
		    size_t);

/* The whole case for programs and receipts. */
json_t		*case_json(const struct case_row *, const struct case_view *);

#endif
