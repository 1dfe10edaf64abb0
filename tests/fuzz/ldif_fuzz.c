/* Any bytes as LDIF: values are bounded, lines only go up. */
#include "config.h"

#include <stdlib.h>

#include "cert/cert.h"
#include "registry/ldif.h"
#include "tests/fuzz/feed.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct err err = ERR_INIT;
	struct feed feed;
	enum ldif_got got;
	struct ldif ldif;
	int64_t line = 0;

	feed_open(&feed, data, len);
	ldif_open(&ldif, feed.in);
	while (ldif_next(&ldif, &got, &err) == 0 && got != LDIF_END) {
		require(ldif.line > line);
		line = ldif.line;
		if (got != LDIF_CERT)
			continue;
		require(ldif.der.len > 0 && ldif.der.len <= CERT_DER_MAX);
	}
	require(err.code == ERR_NONE);
	ldif_close(&ldif);
	feed_close(&feed);
	return 0;
}
