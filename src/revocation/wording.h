/*
 * What a request, a receipt and a telephone call have in common: numbers, times
 * and the parts of a page about a certificate and a request.  In the present
 * language; any thread.
 */
#ifndef REVOCATION_WORDING_H
#define REVOCATION_WORDING_H

#include "revocation/case.h"
#include "revocation/paper.h"

#define WORDING_TIME_MAX	80	/* bytes of a time */
#define WORDING_OLD		366	/* days after which a thing looked up is old */

/* "2129 AFF2 4BF8 E36A"; "2389674...": the caller frees. */
char	*wording_serial(const struct record *);
char	*wording_decimal(const struct record *);

/* "2026-11-22 10:14:02 CET (09:14:02 UTC)"; "" for 0.  Returns the buffer. */
const char *wording_time(int64_t utc, char buf[static WORDING_TIME_MAX]);

/* "keyCompromise (1)", as a list would name it.  The caller frees. */
char	*wording_code(const struct case_view *);

/* The last event that somebody at a counter wrote; NULL: none is at hand. */
const struct case_event *wording_last(const struct case_row *);

/* True for a day like "2026-10-01" that lies too far back; "" is not known. */
bool	 wording_is_old(const char *day, int64_t now);

/* Whose and which certificate; complete: room to write the identifier in full. */
void	 wording_certificate(struct paper *, const struct case_row *,
	    const struct case_view *, bool complete);
/* What is asked for, why, and who asks of whom. */
void	 wording_request(struct paper *, const struct case_row *,
	    const struct case_view *, const char *point);
/* "okienko, case 2026/0147, uid ...". */
void	 wording_foot(struct paper *, const struct case_row *);

#endif
