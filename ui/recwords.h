/*
 * What the registry remembers of a certificate, in words: the same on the
 * screen and in the commands' plain text.  The caller's buffer is filled and
 * returned; what stands in it may still hold a certificate's own bytes and is
 * not yet fit to print.  Present language; UI thread only.
 */
#ifndef UI_RECWORDS_H
#define UI_RECWORDS_H

#include <jansson.h>

#include "registry/record.h"
#include "registry/remembered.h"

enum rec_state	 rec_state(const struct record *, int64_t now);
const char	*rec_state_id(enum rec_state);		/* "suspended" */

/* "revoked 2026-03-01", "in date, not asked": fits REC_STATE_COLS columns. */
#define REC_STATE_COLS	24
const char	*recwords_state(const struct record *, int64_t now, char *buf,
		    size_t);

/* "revoked": without a date. */
const char	*recwords_state_brief(const struct record *, int64_t now,
		    char *buf, size_t);

/* The same at length: what was said, when, and by what. */
const char	*recwords_status(const struct record *, int64_t now, char *buf,
		    size_t);

/* The one use it is listed under: "qualified signature". Static. */
const char	*recwords_use(const struct record *);
/* Every use, in brief. */
const char	*recwords_uses(const struct record *, char *buf, size_t);

/* "2027-03-14", or "?". */
const char	*recwords_day(int64_t, char *buf, size_t);

/* "PESEL 44******359", or the e-mail address where there is no identifier. */
const char	*recwords_id(const struct record *, char *buf, size_t);

/* The last digits, by which people tell two apart: "…A36A 598C". */
const char	*recwords_serial_end(const struct record *, char *buf, size_t);
/* All of it: in hex, and in decimal, in groups to be read out. */
const char	*recwords_serial(const struct record *, char *buf, size_t);
const char	*recwords_decimal(const struct record *, char *buf, size_t);
#define RECWORDS_SERIAL_MAX	(CERT_SERIAL_MAX * 4)

/* Whose it is, or why that is not told (registry/reveal.h); NULL: not known. */
const char	*recwords_holder(const struct record *);

/* "Point 17" or the account: where it was seen. */
const char	*recwords_where(const struct record *);
/* "IsoApplet, 6375 0001": model and number of a card, what there is of them. */
const char	*recwords_card(const char *model, const char *number, char *buf,
		    size_t);
/* Of a registry that was made anew (registry_is_anew).  Static. */
const char	*recwords_anew(void);
/*
 * Of copies that a restore left (keep_copies), which nothing is erased from: which
 * they are and what to do; "" when there are none.
 */
const char	*recwords_copies(const json_t *copies, char *buf, size_t);
/* How it became known: "read from a card". Static. */
const char	*recwords_how(enum record_how);
/* Why it was revoked: "key compromised"; NULL for no reason given. Static. */
const char	*recwords_reason(int);

/* "1 renewed, 1 added, 1 gone"; "" when the card is as it was last time. */
const char	*recwords_change(const struct seen_change *, char *buf, size_t);

/* "14:32", local time. */
const char	*recwords_clock(int64_t, char *buf, size_t);

/* 12408 as "12 408". */
const char	*recwords_count(int64_t, char *buf, size_t);

#endif
