/*
 * Any bytes as a certificate: what is read goes through JSON and comes back the
 * same, is judged for every purpose, and holds no text that JSON cannot carry.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "cert/cert.h"

#define NOW	INT64_C(1795348800)	/* 2026-11-22 12:00 UTC */

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
require(int truth)
{
	if (!truth)
		abort();
}

static void
judge(const struct cert *a, const struct cert *b)
{
	struct purpose_verdict x, y;
	char text[64];

	for (int p = 0; p < PURPOSE_COUNT; p++) {
		cert_judge(a, (enum purpose)p, NOW, &x);
		cert_judge(b, (enum purpose)p, NOW, &y);
		require(x.nreasons > 0 && x.nreasons <= REASONS_MAX);
		require(x.deciding < x.nreasons);
		require(x.reasons[x.deciding].verdict == x.verdict);
		require(memcmp(&x, &y, sizeof(x)) == 0);
		for (size_t i = 0; i < x.nreasons; i++)
			require(strlen(reason_sentence(&x.reasons[i], text,
			    sizeof(text))) > 0);
	}
	require(strlen(cert_list_purpose(a, text, sizeof(text))) > 0);
}

static void
check_validity(const struct cert *c)
{
	struct validity_view v;
	char word[64];

	cert_validity(c, NOW, 0, -1, &v);
	require((v.state == VALID_BAD_DATES) == ((c->odd & ODD_DATES) != 0));
	require(v.state != VALID_EXPIRED || v.days_left <= 0);
	require(strlen(validity_word(&v, word, sizeof(word))) > 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct err err = ERR_INIT;
	struct cert *c, *again;
	json_t *first, *second;

	if (cert_parse(data, len, &c, &err) != 0) {
		require(c == NULL && err.code != ERR_NONE);
		return 0;
	}
	require(c->serial_len >= 1 && c->serial_len <= CERT_SERIAL_MAX);
	require(cert_holder(c) != NULL && cert_issuer_name(c) != NULL);
	first = cert_to_json(c);
	require(cert_from_json(first, &again, &err) == 0);
	second = cert_to_json(again);
	require(json_equal(first, second));
	judge(c, again);
	check_validity(c);
	json_decref(first);
	json_decref(second);
	cert_free(c);
	cert_free(again);
	return 0;
}
