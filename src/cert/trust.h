/*
 * Whether a certificate leads to an authority that is trusted: from issuer to
 * issuer, each signature and date and what each may do (RFC 5280 6.1).  By what
 * is given alone: nothing is fetched, no status asked.  One owner, one thread.
 */
#ifndef CERT_TRUST_H
#define CERT_TRUST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

#define TRUST_CERTS_MAX	1024	/* trusted, and as many between; the rest is left out */

struct trust;

struct trust	*trust_new(void);
void		 trust_free(struct trust *);	/* NULL is fine */

/* Where a chain may end, and what may stand in it; bytes that are none are left out. */
void		 trust_add(struct trust *, struct span der);
void		 trust_add_between(struct trust *, struct span der);

struct trust_report {
	bool		 configured;	/* something is trusted at all */
	int		 why;		/* X509_V_ERR_*; X509_V_OK: it leads to one */
	int		 depth;		/* where it breaks: 0 the certificate, 1 its issuer */
	char		 name[128];	/* of the one it leads to; of that where it breaks */
};

/*
 * The dates of the certificate itself and demands in it that are not known are
 * left out: those are judged by its own rules (cert_judge).
 */
void		 trust_check(const struct trust *, struct span der, int64_t now,
		    struct trust_report *);

/*
 * Whether it is only not known where it leads: a certificate is not at hand, or
 * none that signed itself is trusted.
 */
bool		 trust_lacks(const struct trust_report *);

#endif
