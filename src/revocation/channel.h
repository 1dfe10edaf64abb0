/*
 * The ways to an authority, each a file behind one table.  Machines are sent to
 * by rounds.c; with people, what is to be said or signed is made here and the
 * outcome written down by a clerk.
 */
#ifndef REVOCATION_CHANNEL_H
#define REVOCATION_CHANNEL_H

#include "base/authority.h"
#include "base/secret.h"
#include "card/card.h"
#include "net/net.h"
#include "revocation/case.h"

/*
 * Who signs where the officer's key is on a card.  Blocks; called on the thread
 * of the sending.
 */
struct officer_signer {
	/* A digest, by the key of the certificate of this SHA-256. */
	int		(*sign)(void *arg, const uint8_t cert[32],
			    const struct card_digest *, struct card_signature *,
			    struct err *);
	void		*arg;
	struct err	 err;		/* why the last one came to nothing */
};

/* What a sending works with; blocks, on a worker's thread. */
struct channel_job {
	const struct case_row	*row;
	/* Before this sending: its transaction is that of one without an answer. */
	const struct case_view	*view;
	const struct authority	*authority;
	struct registry		*registry;
	struct net		*net;
	const char		*transaction;	/* 32 hex digits, the same on every try */
	/* The holder's revocation password, asked for this one sending; NULL. */
	const struct secret	*password;
	const char		*password_ref;	/* whose (CMP senderKID), or NULL */
	struct officer_signer	*signer;	/* the officer's card, or NULL */
	const atomic_bool	*cancel;
	int64_t			 now;
};

struct channel {
	const char	*id;		/* "cmp" */
	const char	*name;		/* msgid: "by CMP" */
	bool		 machine;
	/* Whether the authority's configuration has it. */
	bool		(*configured)(const struct authority *);
	/* Whether it can do this: suspend, lift. */
	bool		(*can)(const struct authority *, enum case_action);
	/*
	 * Machines: whether all is at hand that a sending needs here, asked
	 * before the case says that it is sent.
	 */
	int		(*ready)(const struct channel_job *, struct err *);
	/* Machines: send once, or ask how an earlier sending went. */
	void		(*send)(const struct channel_job *, struct case_result_of *);
};

#define CHANNELS_MAX	8	/* more than there are */

extern const struct channel *const	channels[];
extern const size_t			nchannels;

const struct channel	*channel_by_id(const char *);	/* NULL */
/* The authority's channels for an action, in its order of preference. */
size_t	channels_for(const struct authority *, enum case_action,
	    const struct channel *out[], size_t max);

/*
 * The one this case goes: by which something is under way, else the one that was
 * chosen for it or used before, if the authority still has it, else what the
 * authority prefers.  NULL for none.
 */
const struct channel	*channel_of(const struct authority *,
			    const struct case_view *);
/* ERR_USAGE: no such word; ERR_CASE_STATE: not the authority's. */
int	channel_may(const struct authority *, const struct case_view *,
	    const char *id, struct err *);

/*
 * Which of the configured authorities issued what is remembered: by its key,
 * else by its name; NULL for none of ours.
 */
const struct authority	*channel_authority(const struct authorities *,
	    const struct record_issuer *);

/* --- telephone ------------------------------------------------------------------ */

/* Whether somebody answers now, and when next; Polish holidays are known. */
struct phone_hours {
	bool	 known, open;
	int64_t	 changes;	/* when that changes; 0: never, or not known */
};
void	phone_hours(const char *hours, int64_t now, struct phone_hours *);
int	phone_hours_check(const char *hours);	/* -1: cannot be read */

/*
 * What is to be read aloud, line by line; serial in groups and in words
 * of the language asked for ("pl", "en").  The caller frees.
 */
char	*phone_script(const struct case_row *, const struct case_view *,
	    const struct authority *, const char *language);
/* "osiem, A jak Adam": each digit in words, groups of four a line. */
char	*phone_serial_words(const char *hex, const char *language);

/* --- form and receipt: text first, the same as PDF --------------------------------- */

/*
 * The request to sign, and the receipt; plain text in UTF-8 of at most 78 columns,
 * and one page of A4 with the font's letters embedded.  masked: identifiers only
 * in their masked form (the registry has no other).  The caller frees; -1:
 * ERR_FONT (no font file found), ERR_IO.
 */
char	*form_text(const struct case_row *, const struct case_view *,
	    const struct authority *, const char *point);
int	 form_pdf(const struct case_row *, const struct case_view *,
	    const struct authority *, const char *point, const char *font,
	    struct buf *, struct err *);
char	*receipt_text(const struct case_row *, const struct case_view *,
	    const struct authority *, const char *point);
int	 receipt_pdf(const struct case_row *, const struct case_view *,
	    const struct authority *, const char *point, const char *font,
	    struct buf *, struct err *);
/* What a receipt's QR code says. */
char	*receipt_qr(const struct case_row *, const struct case_view *);

#endif
