/*
 * The certificate that a serial number on a command line means: remembered, or
 * typed together with its issuer.  Waits for the disk; any thread.
 */
#ifndef UI_NUMBERED_H
#define UI_NUMBERED_H

#include "base/authority.h"
#include "registry/registry.h"
#include "registry/record.h"

/*
 * number is the whole serial number, in hex or decimal, spaces and colons aside.
 * issuer is a file of its certificate, a part of its name, or the whole name
 * ("CN=..., C=PL"); NULL: whoever.  The registry may be NULL.  One that is not
 * remembered is given with id 0, issuer and serial alone, if the issuer is
 * certain; a number that could be either is read as hex then.  -1:
 * ERR_NOT_FOUND, ERR_ISSUER_NEEDED (more than one has it), ERR_USAGE.
 */
int	numbered_find(struct registry *, const struct authorities *,
	    const char *number, const char *issuer, struct record *,
	    struct err *);

#endif
