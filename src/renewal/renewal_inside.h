/*
 * Between the files of renewal.h alone: events by name, and how a step is written
 * down.  Any thread that has the handle.
 */
#ifndef RENEWAL_RENEWAL_INSIDE_H
#define RENEWAL_RENEWAL_INSIDE_H

#include "renewal/renewal.h"
#include "revocation/case_field.h"

enum renewal_kind {
#define EVENT(symbol, word, apply) RENEWAL_KIND_##symbol,
#include "renewal/renewal.def"
#undef EVENT
	RENEWAL_KINDS
};

const char	*renewal_kind_word(enum renewal_kind);
int		 renewal_kind_of(const char *word);	/* -1: none of ours */

/* What a sending came to, as it is written down. */
enum renewal_result { RENEWAL_RESULT_SENT, RENEWAL_RESULT_VERIFIED,
	RENEWAL_RESULT_REFUSED, RENEWAL_RESULT_FAILED, RENEWAL_RESULTS };
const char	*renewal_result_id(enum renewal_result);
int		 renewal_result_from_id(const char *);

bool	renewal_is_open(enum renewal_state);

/* What one more event makes of it; -1 for one that no desk wrote. */
int	renewal_apply(struct renewal_view *, const struct case_event *);
void	renewal_sum(const struct renewal_view *, struct renewal_summary *);

/*
 * One event more, durable when it returns 0, with the view that it makes; takes
 * data over.  ERR_CASE_MOVED when somebody else went on meanwhile.
 */
int	renewal_add(struct registry *, const struct renewal_row *,
	    const struct renewal_view *, enum renewal_kind, json_t *data,
	    int64_t now, struct err *);
/* No event, but another moment at which it is looked at again by itself. */
int	renewal_later(struct registry *, const struct renewal_row *,
	    const struct renewal_view *, int64_t due, struct err *);

/*
 * A key pair of that kind on a token that no certificate is for: left by an
 * attempt that came to no end.  NULL.
 */
const struct card_key *renewal_orphan(const struct card *, size_t token,
	    enum key_kind);

/* {"sha256": ...} */
json_t	*renewal_digest(const uint8_t sha256[32]);

#endif
