/*
 * Cases as rows of a list: two lines where the screen is narrow, else one with
 * columns.  UI thread only, but for the copying.
 */
#ifndef UI_CASEROW_H
#define UI_CASEROW_H

#include "registry/cases.h"
#include "revocation/case.h"
#include "ui/draw.h"

/* What a list shows of one; copied out of what cases_each lends. */
struct caserow {
	int64_t		 id;
	char		 number[16];
	enum case_action action;	/* CASE_ACTIONS: none that we know */
	enum case_state	 state;		/* CASE_STATES: likewise */
	int64_t		 due, deadline, changed;
	char		*holder, *issuer;
	char		 serial[64];	/* its end */
};

struct caserows {
	struct caserow	*v;
	size_t		 n;
};

int	caserows_add(const struct case_row *, void *caserows);
void	caserows_clear(struct caserows *);

enum case_state	 caserow_state(const char *id);

/* Names of the columns on the first row; false where they have none. */
bool	caserow_header(const struct rect *);
void	caserow_draw(const struct caserow *, int64_t now, const struct rect *,
	    enum style, bool selected);

/* "18 h 42 min left"; "" when no clock runs. */
const char	*caserow_clock(const struct caserow *, int64_t now, char *buf,
		    size_t);

#endif
