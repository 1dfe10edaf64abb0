/*
 * A renewal through the order service, for orders_serve.c: what orders keep of it
 * is in orders.h, the certificates are enroll.h's.  The office is locked.
 */
#ifndef TESTS_OFFICE_ORDERS_RENEW_H
#define TESTS_OFFICE_ORDERS_RENEW_H

#include "tests/office/office.h"

/* What time has brought: requests are verified, certificates issued. */
void	renew_tick(struct office *);
/* Now, whatever the time. */
void	renew_issue(struct office *, struct order *);

/* POST, under a key: nothing is answered where it had its effect. */
void	renew_put(struct office *, struct order *, const json_t *asked,
	    const char *key, const char *digest, struct answer *);
void	renew_collected(struct office *, struct order *, const json_t *asked,
	    const char *key, const char *digest, struct answer *);
/* GET .../certificate */
void	renew_get(struct office *, const struct ask *, struct order *,
	    struct answer *);

#endif
