/*
 * The questions of a revocation, one after another: which there are, what can
 * be answered, what comes next.  No screen and no registry here.  Present
 * language; UI thread only.
 */
#ifndef UI_REVOKE_H
#define UI_REVOKE_H

#include "revocation/channel.h"

enum revoke_stage {
	REVOKE_WHAT,		/* revoke, suspend, lift */
	REVOKE_WHO,
	REVOKE_PROOF,
	REVOKE_INSTEAD,		/* nobody's identity was checked: suspend? */
	REVOKE_WHY,
	REVOKE_WHEN,		/* typed */
	REVOKE_SURE,		/* the last four digits, typed */
	REVOKE_STAGES
};

/* What can be chosen at REVOKE_INSTEAD. */
enum revoke_instead { INSTEAD_SUSPEND, INSTEAD_CHECK, INSTEAD_GO_ON };

#define REVOKE_CHOICES	8

struct revoke_choice {
	int		 value;
	const char	*name;
	char		 meaning[256];	/* a sentence, or "" */
};

/* What the questions depend on. */
struct revoke_about {
	const struct record	*cert;
	const struct authority	*authority;	/* or NULL */
	const struct case_view	*view;		/* NULL before the case is begun */
	int64_t			 now;
};

/* The question's words; "" where it is nobody's. */
const char	*revoke_question(enum revoke_stage);
/* What can be chosen; 0 for what is typed. */
size_t		 revoke_choices(enum revoke_stage, const struct revoke_about *,
		    struct revoke_choice out[REVOKE_CHOICES]);
/* The answer so far, or -1. */
int		 revoke_answer(enum revoke_stage, const struct case_view *);

/* The one after it, and the first that is still open. */
enum revoke_stage revoke_next(enum revoke_stage, const struct revoke_about *);
enum revoke_stage revoke_back(enum revoke_stage, const struct revoke_about *);
enum revoke_stage revoke_open(const struct revoke_about *);

/* What is wrong with doing this to that certificate; "" for nothing. */
const char	*revoke_warning(const struct revoke_about *, char *buf, size_t);

/* By which way it will go: "by CMP"; "" where none is configured. */
const char	*revoke_channel(const struct authority *,
		    const struct case_view *);

/*
 * The ways that may be chosen for this case, with what is to be known before:
 * 0 when there is no choice, as while a request has no answer.
 */
size_t		 revoke_ways(const struct authority *, const struct case_view *,
		    const struct channel *out[CHANNELS_MAX]);
const char	*revoke_ways_warning(const struct case_view *); /* msgid */

/* Whether the holder's revocation password is wanted for this case. */
bool		 revoke_wants_password(const struct authority *,
		    const struct case_view *);

/* Whether it may be sent with that password. */
bool		 revoke_takes_password(const struct authority *,
		    const struct case_view *);

/* Whether it is sent with the officer's card, and its PIN. */
bool		 revoke_wants_card(const struct authority *,
		    const struct case_view *);

/* For the track above. */
extern const char *const	revoke_names[];
extern const size_t		nrevoke_names;
size_t		 revoke_place(enum revoke_stage);

#endif
