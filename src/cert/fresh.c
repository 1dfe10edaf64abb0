#include "cert/fresh.h"

#include "base/clock.h"
#include "cert/cert.h"
#include "cert/ocsp.h"

int
fresh_check(int64_t this_update, int64_t next_update, int64_t now, int64_t skew,
    struct err *err)
{
	int64_t end = next_update != CERT_NO_TIME ? next_update :
	    this_update + OCSP_OLD;
	char when[32];

	if (this_update == CERT_NO_TIME || end < this_update)
		return err_set(err, ERR_BAD_DATA, NULL,
		    "its times cannot be read or make no sense");
	if (this_update > now + skew)
		return err_set(err, ERR_STATUS_CLOCK, NULL, "thisUpdate %s",
		    clock_rfc3339(this_update, when, sizeof when));
	if (end < now - skew)
		return err_set(err, ERR_STATUS_OLD, NULL, "%s %s",
		    next_update != CERT_NO_TIME ? "nextUpdate" :
		    "no nextUpdate; it counts until",
		    clock_rfc3339(end, when, sizeof when));
	return 0;
}
