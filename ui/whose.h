/*
 * Issuers by what people have in hand: a certificate, a name.  Any thread; no
 * state.
 */
#ifndef UI_WHOSE_H
#define UI_WHOSE_H

#include "base/authority.h"
#include "registry/record.h"

/* What an authority is called, or the issuer where none is known. */
const char		*whose_name(const struct authority *,
			    const struct record_issuer *);

/* The issuer that a CA's own certificate makes. */
void			 whose_ca(struct record_issuer *, const struct cert *);

/*
 * Those by which an authority issues, as its settings name them; not the roots
 * above them, which stand there to be trusted.  Files that cannot be read are
 * doctor's to tell.  What is not 0 of fn ends it, and is returned.
 */
int			 whose_each(const struct authority *,
			    int (*fn)(const struct record_issuer *, void *arg),
			    void *arg);

/* The issuer of a name in writing, "CN=..., C=PL"; -1: it is no name. */
int			 whose_named(struct record_issuer *, const char *);

#endif
