/*
 * What the facts about a card are called by people, in the present language;
 * the same on the screen and in the commands' plain text.  The caller's buffer
 * is filled and returned; what stands in it may still hold a card's own bytes
 * and is not yet fit to print.  UI thread only.
 */
#ifndef UI_WORDS_H
#define UI_WORDS_H

#include "card/card.h"

/* "3 tries left", "locked", "tries left unknown, must be changed first". */
const char	*words_pin(const struct pin *, char *buf, size_t);

/* The same without the parts that do not matter now: 1 good, 0 mind, -1 bad. */
int		 words_pin_mood(const struct pin *);

/*
 * How the key of a certificate stands: "on the card", "not on the card", ...;
 * NULL for an authority's, whose key is elsewhere by nature.  Static.
 */
const char	*words_key_state(const struct cert *, enum key_state);

/* True when its key should be on the card and is not. */
bool		 words_key_wanting(const struct card_cert *);

/* "the card says", "counted", ...  Static. */
const char	*words_known_by(enum known_by);

/* "RSA 2048", "EC P-256", "key". */
const char	*words_key_type(enum cert_key_type, unsigned bits,
		    const char *curve, char *buf, size_t);

/* "2 more certificates fit": the answer, before any detail. */
const char	*words_capacity(const struct capacity *, char *buf, size_t);

/* "free memory": which rule binds.  Static. */
const char	*words_capacity_rule(enum capacity_rule);

/*
 * Which rule binds, how it is known, from where: "the issuer's limit, from the
 * configuration: Sample Authority, 2026-10-01".  Or why none is known to.
 */
const char	*words_capacity_basis(const struct card *, char *buf, size_t);

/* "1 key without a certificate, 2 expired"; "" when all is tidy. */
const char	*words_tidy(const struct capacity *, char *buf, size_t);
const char	*words_tidy_brief(const struct capacity *, char *buf, size_t);

/* "1 234 bytes free of 65 536", or "" where the card does not tell. */
const char	*words_memory(const struct capacity *, char *buf, size_t);

/* The holder's identifier with its kind: "PNOPL-44051401359", masked or not. */
const char	*words_id(const struct cert_id *, bool masked, char *buf, size_t);

/* Whose name it is, attribute by attribute, with identifiers masked.  Any thread. */
const char	*words_subject(const struct cert_name *, char *buf,
		    size_t);

/*
 * One attribute of a name, masked or not: numbers and addresses of persons, also
 * where they stand within another text (words_text).
 */
const char	*words_attr(const struct cert_attr *, bool masked, char *buf,
		    size_t);

/*
 * A text out of a certificate, a name for one: masked, what is in it of PESEL and
 * NIP numbers and addresses is hidden as in the registry (registry/scrub.h).
 */
const char	*words_text(const char *, bool masked, char *buf, size_t);

/*
 * One of the names beside the subject's, masked or not: an address, or in a name
 * of several attributes its numbers and addresses.
 */
const char	*words_san(const struct cert_san *, bool masked, char *buf, size_t);

/* A day and time; "?" for CERT_NO_TIME.  (A day alone: recwords.h.) */
const char	*words_time(int64_t, char *buf, size_t);

/* A number in groups of n digits, so that it can be read out. */
const char	*words_digits(const char *, size_t n, char *buf, size_t);

#endif
