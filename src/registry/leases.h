/*
 * Leases of cases, renewals and the outbox whose holder was killed: they would
 * bind everybody else until they run out.
 */
#ifndef REGISTRY_LEASES_H
#define REGISTRY_LEASES_H

#include "base/err.h"
#include "registry/registry.h"

#define LEASES_LOOKED_AT	64	/* different holders of one file */

/*
 * Let go of what processes of this machine held that have ended (holder_gone);
 * for whoever begins to send.  Errors as registry_open's.
 */
int	leases_sweep(struct registry *, struct err *);

#endif
