/* Revocation lists and their deltas: what is kept, asked again, and never kept. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utime.h>
#include <cmocka.h>

#include "tests/unit/statusask.h"

/* --- lists that are kept ------------------------------------------------------------------ */

static void
test_kept(void **state)
{
	struct server *s = &t.servers[CRL];

	(void)state;
	free(t.about.ocsp);
	t.about.ocsp = NULL;
	s->fresh_until = NOW + 9 * DAY;
	expect(STATUS_GOOD, HOW_CRL);
	assert_false(t.report.crl.kept);
	assert_int_equal(files(".crl"), 1);
	assert_int_equal(files(".part"), 0);
	/* The server says that it may be kept, but not for how long is right. */
	t.now = NOW + STATUS_KEPT_MAX - 1;
	expect(STATUS_GOOD, HOW_CRL);
	assert_true(t.report.crl.kept);
	assert_int_equal(s->asked, 1);
	t.now = NOW + STATUS_KEPT_MAX;
	expect(STATUS_GOOD, HOW_CRL);
	assert_true(t.report.crl.kept);
	assert_int_equal(s->asked, 2);
	assert_int_equal(s->unchanged, 1);
	t.o.fresh = true;
	expect(STATUS_GOOD, HOW_CRL);
	assert_int_equal(s->unchanged, 2);
	/* There is a new one. */
	serve_list(CRL, list_with(1));
	snprintf(s->etag, sizeof s->etag, "\"two\"");
	expect(STATUS_REVOKED, HOW_CRL);
	assert_false(t.report.crl.kept);
	assert_int_equal(files(".crl"), 1);
	assert_int_equal(files(".part"), 0);
}

/* One that says nothing is waited for once by whoever asks about many. */
static void
test_silent(void **state)
{
	struct server *s = &t.servers[CRL];
	struct status_silent silent = { .n = 0 };

	(void)state;
	t.o.silent = &silent;
	t.o.both = t.o.fresh = true;
	s->err = ERR_NET_CONNECT;
	expect(STATUS_GOOD, HOW_OCSP);
	s->err = ERR_NET_TIMEOUT;
	for (int i = 0; i < 3; i++) {
		expect(STATUS_GOOD, HOW_OCSP);
		assert_true(t.report.crl.tried && !t.report.crl.answered);
		assert_int_equal(t.report.crl.err.code, ERR_NET_TIMEOUT);
		assert_string_equal(t.report.crl.err.what, CRL_URL);
	}
	assert_int_equal(s->asked, 2);
	t.o.silent = NULL;
	s->err = ERR_NONE;
	expect(STATUS_GOOD, HOW_OCSP);
	assert_true(t.report.crl.answered);
}

/* A server without tags: its date is told back when it can tell two lists apart. */
static void
test_since(void **state)
{
	struct server *s = &t.servers[CRL];

	(void)state;
	t.servers[OCSP].err = ERR_NET_CONNECT;
	s->etag[0] = '\0';
	s->date = s->modified = NOW - 10;
	expect(STATUS_GOOD, HOW_CRL);
	serve_list(CRL, list_with(1));		/* in that same second */
	expect(STATUS_REVOKED, HOW_CRL);
	assert_int_equal(s->unchanged, 0);
	s->date = NOW;
	expect(STATUS_REVOKED, HOW_CRL);
	assert_int_equal(s->unchanged, 0);
	expect(STATUS_REVOKED, HOW_CRL);
	assert_int_equal(s->unchanged, 1);
	assert_true(t.report.crl.kept);
}

/* Yesterday's list once more, signed as it was: what came later still holds. */
static void
test_replayed(void **state)
{
	struct status_crl old = list(), l = list_with(1);
	struct server *s = &t.servers[CRL];

	(void)state;
	t.servers[OCSP].err = ERR_NET_CONNECT;
	l.this_update = NOW - 60;
	serve_list(CRL, l);
	expect(STATUS_REVOKED, HOW_CRL);
	old.this_update = NOW - DAY;
	serve_list(CRL, old);
	snprintf(s->etag, sizeof s->etag, "\"old\"");
	expect(STATUS_REVOKED, HOW_CRL);
	assert_true(t.report.crl.kept && t.report.at == NOW - 60);
	assert_int_equal(files(".part"), 0);
	/* Lifted by a later one. */
	old.this_update = NOW - 30;
	serve_list(CRL, old);
	snprintf(s->etag, sizeof s->etag, "\"new\"");
	expect(STATUS_GOOD, HOW_CRL);
	assert_false(t.report.crl.kept);
}

/* The hash in the report is that of the bytes, by whichever way they came. */
static void
test_hash(void **state)
{
	uint8_t hash[32];

	(void)state;
	t.servers[OCSP].err = ERR_NET_CONNECT;
	EVP_Digest(t.servers[CRL].body.p, t.servers[CRL].body.len, hash, NULL,
	    EVP_sha256(), NULL);
	for (int i = 0; i < 2; i++) {
		expect(STATUS_GOOD, HOW_CRL);
		assert_int_equal(t.report.crl.kept, i == 1);
		assert_memory_equal(t.report.crl.sha256, hash, 32);
	}
}

/* A forged or cut list, or an old one, does not take a good one's place. */
static void
test_not_kept(void **state)
{
	struct status_crl forged = list_with(1);
	struct server *s = &t.servers[CRL];
	struct span whole;

	(void)state;
	t.servers[OCSP].err = ERR_NET_CONNECT;
	expect(STATUS_GOOD, HOW_CRL);
	whole = copy_of(s->body);
	snprintf(s->etag, sizeof s->etag, "\"bad\"");
	forged.key = t.keys[OTHER];
	serve_list(CRL, forged);
	assert_int_equal(ask(), ERR_NET_CONNECT);
	assert_int_equal(t.report.crl.err.code, ERR_STATUS_FORGED);
	assert_string_equal(t.report.crl.err.what, CRL_URL);
	serve(CRL, copy_of(span_of(whole.p, whole.len - 1)));
	assert_int_equal(ask(), ERR_NET_CONNECT);
	assert_int_equal(t.report.crl.err.code, ERR_BAD_DATA);
	assert_int_equal(files(".part"), 0);
	/* What was there is still there. */
	snprintf(s->etag, sizeof s->etag, "\"one\"");
	expect(STATUS_GOOD, HOW_CRL);
	assert_true(t.report.crl.kept);
	free((void *)whole.p);
}

/* The disk under the desk: how many more bytes of files it has room for. */
ssize_t	__real_write(int, const void *, size_t);
ssize_t	__wrap_write(int, const void *, size_t);

static size_t room = SIZE_MAX;

ssize_t
__wrap_write(int fd, const void *p, size_t n)
{
	if (room == 0) {
		errno = ENOSPC;
		return -1;
	}
	if (n > room)
		n = room;
	if (room != SIZE_MAX)
		room -= n;
	return __real_write(fd, p, n);
}

/*
 * Wherever in a list the disk gets full: one sentence, nothing half a list, what
 * was there still serves, and with room again the new one comes.
 */
static void
test_disk_full(void **state)
{
	struct server *s = &t.servers[CRL];
	size_t len, at[4];

	(void)state;
	free(t.about.ocsp);
	t.about.ocsp = NULL;
	expect(STATUS_GOOD, HOW_CRL);
	serve_list(CRL, list_with(1));
	snprintf(s->etag, sizeof s->etag, "\"two\"");
	len = s->body.len;
	at[0] = 0, at[1] = 1, at[2] = len / 2, at[3] = len - 1;
	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		room = at[i];
		assert_int_equal(ask(), ERR_DISK_FULL);
		room = SIZE_MAX;
		assert_int_equal(files(".part"), 0);
		assert_int_equal(files(".crl"), 1);
		assert_int_equal(kept(), STATUS_GOOD);
	}
	snprintf(s->etag, sizeof s->etag, "\"one\"");
	expect(STATUS_GOOD, HOW_CRL);
	assert_true(t.report.crl.kept);
	snprintf(s->etag, sizeof s->etag, "\"two\"");
	expect(STATUS_REVOKED, HOW_CRL);
	assert_false(t.report.crl.kept);
	assert_int_equal(files(".crl"), 1);
}

/* "Not changed" about a file that somebody has damaged. */
static void
test_damaged(void **state)
{
	char path[256];
	FILE *f;

	(void)state;
	t.servers[OCSP].err = ERR_NET_CONNECT;
	expect(STATUS_GOOD, HOW_CRL);
	snprintf(path, sizeof path, "%s/%s", t.o.cache, fetched_file());
	f = fopen(path, "r+");
	assert_non_null(f);
	fputs("nothing", f);
	fclose(f);
	expect(STATUS_GOOD, HOW_CRL);
	assert_false(t.report.crl.kept);
	assert_int_equal(t.servers[CRL].asked, 3);
	assert_int_equal(unlink(path), 0);
	expect(STATUS_GOOD, HOW_CRL);
	assert_false(t.report.crl.kept);
}

/* What a desk left that was killed while it fetched goes after a day. */
static void
test_swept(void **state)
{
	static const char *const names[] = { "a.part", "b.part", "c" };
	struct utimbuf old = { NOW - 2 * DAY, NOW - 2 * DAY };
	char path[256];

	(void)state;
	t.servers[OCSP].err = ERR_NET_CONNECT;
	for (size_t i = 0; i < 3; i++) {
		struct utimbuf when = old;

		snprintf(path, sizeof path, "%s/%s", t.o.cache, names[i]);
		fclose(fopen(path, "w"));
		if (i == 1)
			when.modtime = NOW;
		assert_int_equal(utime(path, &when), 0);
	}
	expect(STATUS_GOOD, HOW_CRL);
	assert_int_equal(files(".part"), 1);
	snprintf(path, sizeof path, "%s/c", t.o.cache);
	assert_int_equal(access(path, F_OK), 0);
}

static void
test_no_folder(void **state)
{
	const char *cache = t.o.cache;

	(void)state;
	t.o.both = true;
	t.o.cache = "/nonexistent/folder";
	expect(STATUS_GOOD, HOW_OCSP);
	assert_int_equal(t.report.crl.err.code, ERR_IO);
	assert_int_equal(t.servers[CRL].asked, 0);
	t.o.cache = cache;
	/* And without a registry nothing stays. */
	registry_close(t.reg);
	t.reg = NULL;
	expect(STATUS_GOOD, HOW_OCSP);
	assert_true(t.report.crl.answered);
	assert_int_equal(files(".crl") + files(".part"), 0);
}

/* --- deltas ------------------------------------------------------------------------------- */

static void
test_delta(void **state)
{
	static const struct {
		int			 base, delta;	/* reason; -2: not on it */
		enum record_status	 want;
	} cases[] = {
		{ -2, -2, STATUS_GOOD }, { -2, 6, STATUS_SUSPENDED },
		{ -2, 1, STATUS_REVOKED }, { 6, 8, STATUS_GOOD },
		{ 6, 1, STATUS_REVOKED }, { 6, -2, STATUS_SUSPENDED },
		{ 1, 8, STATUS_REVOKED }, { 1, -2, STATUS_REVOKED },
	};

	(void)state;
	t.servers[OCSP].err = ERR_NET_CONNECT;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct status_crl base = list(), delta = delta_with(1);

		if (cases[i].base != -2)
			base = list_with(cases[i].base);
		base.exts[0] = (struct status_ext){ "freshestCRL",
		    "URI:" DELTA_URL };
		delta.listed[0].reason = cases[i].delta;
		if (cases[i].delta == -2)
			delta.listed[0].serial = "05";
		serve_list(CRL, base);
		serve_list(DELTA, delta);
		fetched_forget();
		expect(cases[i].want, HOW_CRL);
		assert_true(t.report.delta.answered);
		assert_true(t.report.at == NOW - 60);
		assert_int_equal(t.servers[DELTA].source, NET_STRANGER);
	}
}

/* One that goes on from another list, an older one, or none at all. */
static void
test_other_delta(void **state)
{
	struct status_crl base = list(), delta = delta_with(1);

	(void)state;
	t.servers[OCSP].err = ERR_NET_CONNECT;
	base.exts[0] = (struct status_ext){ "freshestCRL", "URI:" DELTA_URL };
	serve_list(CRL, base);
	delta.exts[0].value = "critical,DER:02:01:08";
	serve_list(DELTA, delta);
	expect(STATUS_GOOD, HOW_CRL);
	assert_int_equal(t.report.delta.err.code, ERR_BAD_DATA);
	delta = delta_with(1);
	delta.number = 7;
	serve_list(DELTA, delta);
	expect(STATUS_GOOD, HOW_CRL);
	assert_int_equal(t.report.delta.err.code, ERR_NONE);
	delta = delta_with(1);
	delta.key = t.keys[OTHER];
	serve_list(DELTA, delta);
	expect(STATUS_GOOD, HOW_CRL);
	assert_int_equal(t.report.delta.err.code, ERR_STATUS_FORGED);
	assert_true(t.report.at == NOW - 3600);
	/* A delta in a list's place says little. */
	fetched_forget();
	serve_list(CRL, delta_with(8));
	assert_int_equal(ask(), ERR_NET_CONNECT);
	assert_int_equal(t.report.crl.err.code, ERR_BAD_DATA);
}

/* A list of another issuer's, which speaks of ours too: configured, or nobody. */
static void
test_indirect(void **state)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct status_cert c = { .cn = "Lists", .key = key };
	X509 *signer = status_cert(&c);
	struct status_crl l = { .issuer = signer, .key = key,
	    .this_update = NOW - 60, .next_update = NOW + DAY,
	    .listed = { { "05", 1, NULL }, { SERIAL, 4, t.issuer } },
	    .exts = { { "issuingDistributionPoint",
	    "critical,indirectCRL:TRUE" } } };

	(void)state;
	t.servers[OCSP].err = ERR_NET_CONNECT;
	serve_list(CRL, l);
	assert_int_equal(ask(), ERR_NET_CONNECT);
	assert_int_equal(t.report.crl.err.code, ERR_STATUS_OTHER);
	trust_cert("lists.der", signer);
	expect(STATUS_REVOKED, HOW_CRL);
	assert_int_equal(t.report.crl.reason, 4);
	/* The same number of its own certificates is another matter. */
	l.listed[1].issuer = NULL;
	t.servers[CRL].etag[0] = '\0';
	serve_list(CRL, l);
	expect(STATUS_GOOD, HOW_CRL);
	X509_free(signer);
	EVP_PKEY_free(key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		status_unit(test_kept),
		status_unit(test_silent),
		status_unit(test_since),
		status_unit(test_hash),
		status_unit(test_replayed),
		status_unit(test_not_kept),
		status_unit(test_disk_full),
		status_unit(test_damaged),
		status_unit(test_swept),
		status_unit(test_no_folder),
		status_unit(test_delta),
		status_unit(test_other_delta),
		status_unit(test_indirect),
	};

	return cmocka_run_group_tests(tests, statusask_all,
	    statusask_all_free);
}
