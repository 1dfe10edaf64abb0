/*
 * What the channels share among themselves.  Each machine is one of these
 * tables; channel.c has the list.
 */
#ifndef REVOCATION_CHANNEL_PARTS_H
#define REVOCATION_CHANNEL_PARTS_H

#include "revocation/channel.h"

extern const struct channel	channel_cmp, channel_ejbca;

/* Whether the authority, as far as is known, does that at all. */
bool	channel_acts(const struct authority *, enum case_action);

/*
 * The certificate of who issued the one that the case is about: a copy of the
 * caller's, DER.  -1: ERR_NO_ISSUER, or why it could not be fetched.
 */
int	channel_issuer(const struct channel_job *, uint8_t **der, size_t *len,
	    struct err *);

/* The CRLReason that is asked for; -1 for none. */
int	channel_reason(const struct case_view *);

/* Fill in how it went; err may be NULL.  The words are the authority's, or NULL. */
void	channel_result(struct case_result_of *, enum case_result,
	    const struct err *, const char *words);

#endif
