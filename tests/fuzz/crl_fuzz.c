/*
 * Any bytes as a revocation list, DER or PEM: what is signed is never more than
 * there is, serial numbers are bounded, and a walk without entries ends as one
 * with them, unless an entry is at fault.
 */
#include "config.h"

#include <stdlib.h>

#include "cert/crl.h"
#include "cert/pem.h"
#include "tests/fuzz/feed.h"

struct seen {
	size_t	signed_bytes, entries;
};

static void
see_entry(const struct crl_entry *entry)
{
	int64_t date;
	int reason;
	bool foreign;

	require(entry->serial.len >= 1 && entry->serial.len <= CERT_SERIAL_MAX);
	require(entry->serial.len == 1 || entry->serial.p[0] != 0);
	crl_entry_read(entry, &date, &reason, &foreign);
	require(reason >= -1 && reason <= 255);
}

static int
see_entries(const struct crl_entry *entries, size_t n, void *arg)
{
	struct seen *seen = arg;

	require(n >= 1 && n <= CRL_TOGETHER);
	for (size_t i = 0; i < n; i++)
		see_entry(&entries[i]);
	seen->entries += n;
	return 0;
}

static void
see_bytes(struct span bytes, void *arg)
{
	struct seen *seen = arg;

	seen->signed_bytes += bytes.len;
}

static int
walk(const uint8_t *data, size_t len, crl_entries_fn *entries)
{
	struct seen seen = { 0 };
	const struct crl_walk to = { .bytes = see_bytes,
	    .entries = entries, .arg = &seen, .indirect = true };
	struct stream *made, *der;
	struct err err = ERR_INIT;
	struct crl crl = { 0 };
	struct feed feed;
	int rc;

	feed_open(&feed, data, len);
	rc = crl_der(feed.in, &made, &der, &err);
	if (rc == 0)
		rc = crl_read(der, &to, &crl, &err);
	require(seen.signed_bytes <= len);
	require((int64_t)seen.entries <= crl.entries);
	require(rc == 0 || err.code != ERR_NONE);
	crl_clear(&crl);
	pem_stream_close(made);
	feed_close(&feed);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	int with = walk(data, len, see_entries), without = walk(data, len, NULL);

	require(with != 0 || without == 0);
	return 0;
}
