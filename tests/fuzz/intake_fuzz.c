/*
 * Any bytes as what an authority sends back: nothing is taken but a certificate
 * for the key of the seeds, and what is taken has come whole.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "renewal/intake.h"

#define NOW	INT64_C(1798761600)	/* 2027-01-01: the seeds are of 2026 */

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* SHA-256 of the SubjectPublicKeyInfo that the seeds certify. */
static const uint8_t key[32] = {
	0x14, 0x01, 0x8a, 0x90, 0xac, 0x07, 0xb9, 0xd0,
	0xc4, 0x3c, 0xea, 0x78, 0x18, 0xb6, 0x1c, 0x65,
	0xcf, 0x98, 0x22, 0xb1, 0x8d, 0xa0, 0xc7, 0x5b,
	0x64, 0x90, 0xdb, 0xce, 0x97, 0x55, 0xfb, 0x1c
};

static void
require(int truth)
{
	if (!truth)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct intake_wanted w = { .spki_sha256 = key, .now = NOW };
	struct err err = ERR_INIT;
	struct intake in;

	if (intake(span_of(data, len), "fuzz", &w, &in, &err) == -1) {
		require(err.code != ERR_NONE);
		require(in.cert == NULL && in.nchain == 0 && in.der.len == 0);
		return 0;
	}
	require(err.code == ERR_NONE);
	require(memcmp(in.cert->spki_sha256, key, sizeof key) == 0);
	require(in.cert->not_after > NOW && in.der.len > 0);
	/* Nobody is set up here, so somebody came along. */
	require(in.nchain >= 1);
	intake_clear(&in);
	return 0;
}
