/*
 * Any bytes as a container of certificates, PKCS#7 or CMS and PKCS#12: whoever
 * is refused is told why, and what is handed out can be read as a certificate
 * or refused as one.
 */
#include "config.h"

#include <stdlib.h>

#include "cert/cert.h"
#include "cert/container.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
require(int truth)
{
	if (!truth)
		abort();
}

static void
take(struct span der, void *arg)
{
	size_t *n = arg;
	struct err err = ERR_INIT;
	struct cert *c;

	(*n)++;
	if (der.p == NULL)
		return;
	if (cert_parse(der.p, der.len, &c, &err) == 0)
		cert_free(c);
	else
		require(err.code != ERR_NONE);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct span s = span_of(data, len);
	struct err err = ERR_INIT;
	size_t n = 0;

	if (pkcs7_each(s, take, &n) == -1)
		require(n == 0);
	if (pkcs12_each(s, NULL, "fuzz", take, &n, &err) == -1)
		require(err.code == ERR_WRONG_PASSWORD ||
		    err.code == ERR_NOT_A_CERT || err.code == ERR_BAD_DATA);
	else
		require(err.code == ERR_NONE);
	return 0;
}
