/*
 * One card out of what several modules saw of it.  No state; any thread.
 */
#ifndef CARD_MERGE_H
#define CARD_MERGE_H

#include "card/card.h"

/*
 * Rebuild into from parts.  Its reader, atr, model, number and serial stay;
 * tokens, certs, keys, problems, cut, state and err are made anew and
 * capacity's byte counts are taken over, as copies.
 *
 * - Two parts showing a token of the same serial and label show one token; the
 *   part whose module the model prefers wins, then the earlier.
 * - A certificate is one by its SHA-256, a key by its public half's, or by id
 *   within a token; tokens tells where each lies.
 * - state: reading while any part is; failed when no part has a token (err: the
 *   first part's that failed, else ERR_CARD_UNKNOWN); else ready, the errors of
 *   parts that failed being problems.  No parts: left as it was.
 *
 * NULL parts are skipped.  Does not reckon the capacity.
 */
void	card_merge(struct card *into, struct card *const *parts, size_t n);

#endif
