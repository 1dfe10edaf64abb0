/*
 * Whether what was said of a status still holds: thisUpdate and nextUpdate of
 * an OCSP answer (RFC 6960 4.2.2.1) or of a list (RFC 5280 6.3.3).  No state;
 * any thread.
 */
#ifndef CERT_FRESH_H
#define CERT_FRESH_H

#include <stdint.h>

#include "base/err.h"

/*
 * next may be CERT_NO_TIME: then what is older than OCSP_OLD is old.  skew:
 * seconds that two clocks may differ.  -1: ERR_BAD_DATA (no thisUpdate, or one
 * behind nextUpdate), ERR_STATUS_CLOCK, ERR_STATUS_OLD.
 */
int	fresh_check(int64_t this_update, int64_t next_update, int64_t now,
	    int64_t skew, struct err *);

#endif
