/*
 * Several imports of one authority's certificates: what tables, certificates and
 * revocation lists say, one after the other and at once.
 */
#include "config.h"

#include <sys/stat.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utime.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "registry/importing.h"
#include "registry/store.h"
#include "tests/unit/certmake.h"
#include "tests/unit/regtest.h"
#include "tests/unit/statusmake.h"

#define HOUR	3600
#define DAY	(24 * HOUR)
#define YEAR	(366 * (int64_t)DAY)
#define ISSUER	"C=PL, CN=Urzad"
#define TOLD_MAX	1024

int	__real_importing_proof_end(struct importing *, struct importing_proof *,
	    const struct crl *, bool *);
int	__wrap_importing_proof_end(struct importing *, struct importing_proof *,
	    const struct crl *, bool *);

/* What another desk does when the entries have been looked at; NULL: nothing. */
static void	(*meanwhile)(struct registry *);

int
__wrap_importing_proof_end(struct importing *imp, struct importing_proof *proof,
    const struct crl *crl, bool *verified)
{
	if (meanwhile != NULL)
		meanwhile(imp->reg);
	return __real_importing_proof_end(imp, proof, crl, verified);
}

/* --- an authority, and what it hands out ---------------------------------------- */

static X509 *
make_ca(void)
{
	const struct status_cert ca = { .cn = "Urzad",
	    .key = make_key(MAKE_RSA), .from = clock_now() - YEAR,
	    .to = clock_now() + YEAR, .exts = {
	    { "basicConstraints", "critical,CA:TRUE" },
	    { "keyUsage", "critical,keyCertSign,cRLSign" },
	    { "subjectKeyIdentifier", "hash" } } };

	return status_cert(&ca);
}

static X509 *
make_leaf(X509 *ca, long serial)
{
	const struct status_cert leaf = { .cn = "Ewa", .serial = serial,
	    .key = make_key(MAKE_RSA), .issuer = ca,
	    .issuer_key = make_key(MAKE_RSA), .from = clock_now() - DAY,
	    .to = clock_now() + YEAR,
	    .exts = { { "authorityKeyIdentifier", "keyid" } } };

	return status_cert(&leaf);
}

static const char *
write_file(const struct regtest *t, const char *name, const void *bytes,
    size_t len)
{
	const char *path = regtest_path(t, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	return path;
}

static const char *
write_text(const struct regtest *t, const char *name, const char *text)
{
	return write_file(t, name, text, strlen(text));
}

static const char *
write_span(const struct regtest *t, const char *name, struct span der)
{
	const char *path = write_file(t, name, der.p, der.len);

	free((void *)(uintptr_t)der.p);
	return path;
}

static struct import_progress
runs(struct registry *reg, const char *path, const char *issuer)
{
	const struct import_options o = { .kind = IMPORT_AUTO,
	    .issuer = issuer };
	struct import_progress progress;
	struct err err = ERR_INIT;

	if (import_run(reg, path, &o, &progress, &err) != 0)
		fail_msg("%s %s %s", err_id(err.code), err.what, err.detail);
	return progress;
}

/* "12:RECORD-VALUE serial;" for each record that was left out, behind told. */
static void
note_bad(const struct import_bad *bad, void *arg)
{
	char *told = arg;
	size_t n = strlen(told);

	snprintf(told + n, TOLD_MAX - n, "%lld:%s%s%s;", (long long)bad->line,
	    err_id(bad->err.code),
	    bad->err.code == ERR_RECORD_VALUE ? " " : "",
	    bad->err.code == ERR_RECORD_VALUE ? bad->err.what : "");
}

static struct import_progress
runs_told(struct registry *reg, const char *path, enum import_kind kind,
    char told[static TOLD_MAX])
{
	const struct import_options o = { .kind = kind, .bad = note_bad,
	    .arg = told };
	struct import_progress progress;
	struct err err = ERR_INIT;

	told[0] = '\0';
	if (import_run(reg, path, &o, &progress, &err) != 0)
		fail_msg("%s %s %s", err_id(err.code), err.what, err.detail);
	return progress;
}

/* A list that says so of a number, signed, and proved or not. */
static unsigned
runs_some_list(const struct regtest *t, struct registry *reg, int64_t at,
    const char *serial, int reason, bool proved)
{
	X509 *ca = make_ca();
	const struct status_crl list = { .issuer = ca,
	    .key = make_key(MAKE_RSA), .this_update = at, .number = 1,
	    .listed = { { serial, reason, NULL } },
	    .exts = { { "authorityKeyIdentifier", "keyid" } } };
	const char *path = write_span(t, "list.crl", status_crl(&list));
	const char *ca_path = write_span(t, "ca.der", status_der(ca));
	unsigned notes = runs(reg, path, proved ? ca_path : NULL).notes;

	assert_true(notes & (proved ? IMPORT_VERIFIED : IMPORT_NOT_VERIFIED));
	X509_free(ca);
	return notes;
}

static void
runs_list(const struct regtest *t, struct registry *reg, int64_t at,
    const char *serial, int reason)
{
	(void)runs_some_list(t, reg, at, serial, reason, true);
}

static void
runs_leaf(const struct regtest *t, struct registry *reg, long serial)
{
	X509 *ca = make_ca(), *leaf = make_leaf(ca, serial);

	assert_int_equal(runs(reg, write_span(t, "leaf.der",
	    status_der(leaf)), NULL).added, 1);
	X509_free(leaf);
	X509_free(ca);
}

static void
stands(const struct regtest *t, const char *serial, enum record_status status,
    enum record_how by, int rows)
{
	char *sql = mem_printf("SELECT count(*) FROM cert WHERE serial = x'%s'"
	    " AND status = %d AND status_by = %d", serial, (int)status, (int)by);

	assert_int_equal(regtest_sql_int(t->file, sql), rows);
	free(sql);
}

/* --- tables that are not what they should be --------------------------------------- */

/* Cut, or with a separator that was not quoted; empty ends say nothing. */
static void
fields_are_counted(void **state)
{
	const struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	const char *path = write_text(t, "table.csv",
	    "serial,issuer,holder,not_before,not_after,remark\n"
	    "0A01,\"" ISSUER "\",Ewa,2025-01-02,2026-01-02,\n"
	    "0A02,\"" ISSUER "\",Zenon Bez\n"
	    "0A03,\"" ISSUER "\",Ewa,2025-01-02,2026-01-02,,x,y\n"
	    "0A04,\"" ISSUER "\",Ewa,2025-01-02,1999-01-02,\n"
	    "0A05,\"" ISSUER "\",Ewa,2025-01-02,2025-01-02,x,,\n"
	    "0A06,\"" ISSUER "\",Ewa,,\n"
	    "0A07,\"" ISSUER "\",Kowalska, Ewa,2025-01-02,2026-01-02,\n");
	char told[TOLD_MAX];

	assert_int_equal(runs_told(reg, path, IMPORT_CSV, told).added, 3);
	assert_string_equal(told, "3:RECORD-FIELDS;4:RECORD-FIELDS;"
	    "5:RECORD-VALUE not_after;8:RECORD-VALUE not_before;");
	registry_close(reg);
}

static void
lines_end_as_they_like(void **state)
{
	const struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	const char *path = write_text(t, "table.csv", "serial;issuer;holder\r"
	    "0A01;" ISSUER ";Ewa\r\r0A02;" ISSUER ";\"Jan\rNowak\"\r"
	    "ZZ;" ISSUER ";Zenon\r0A03;" ISSUER ";Ala\r\n"
	    "0A04;" ISSUER ";Ola\r");
	char told[TOLD_MAX];

	assert_int_equal(runs_told(reg, path, IMPORT_AUTO, told).added, 4);
	assert_string_equal(told, "6:RECORD-VALUE serial;");
	registry_close(reg);
}

/* What was taken for something else is told; what is only empty is not. */
static void
nothing_read_is_told(void **state)
{
	static const struct {
		const char	*text, *told;
		enum import_kind kind;
	} files[] = {
		{ "serial;issuer\n0A01;" ISSUER "\n", "0:NOTHING-READ;",
		    IMPORT_LDIF },
		{ "dn: cn=Ewa\ncn: Ewa\n\n", "0:NOTHING-READ;", IMPORT_AUTO },
		{ "\n\n\n", "0:NOTHING-READ;", IMPORT_CSV },
		{ "serial;issuer\n", "", IMPORT_AUTO },
		{ "", "", IMPORT_AUTO },
		{ "", "", IMPORT_LDIF },
	};
	const struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	char told[TOLD_MAX];

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		(void)runs_told(reg, write_text(t, "file", files[i].text),
		    files[i].kind, told);
		assert_string_equal(told, files[i].told);
	}
	registry_close(reg);
}

/* Each is told what is wrong with it. */
static void
mappings_that_do_not_fit(void **state)
{
	static const struct {
		const char	*mapping, *what;
		enum err_code	 code;
	} misfits[] = {
		{ NULL, NULL, ERR_NO_COLUMN },
		{ "serial=1,seriall=2", "seriall", ERR_NO_FIELD },
		{ "serial=Nummer", "Nummer", ERR_NO_HEADING },
		{ "serial=3", "3", ERR_NO_HEADING },
		{ "serial=0", "0", ERR_NO_HEADING },
		{ "issuer=2", NULL, ERR_NO_COLUMN },
		{ "serial=Numer", NULL, ERR_ISSUER_NEEDED },
		{ "serial", "serial", ERR_USAGE },
	};
	const struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	const char *path = write_text(t, "table.csv",
	    "Numer;Wystawca\n0A01;" ISSUER "\n");

	for (size_t i = 0; i < sizeof misfits / sizeof *misfits; i++) {
		const struct import_options o = {
		    .mapping = misfits[i].mapping };
		struct err err = ERR_INIT;

		assert_int_equal(import_run(reg, path, &o, NULL, &err), -1);
		if (err.code != misfits[i].code)
			fail_msg("%zu: %s", i, err_id(err.code));
		assert_string_equal(err.what, misfits[i].what != NULL ?
		    misfits[i].what : path);
	}
	registry_close(reg);
}

/* --- a suspension that is signed, against what nobody signed --------------------- */

static void
proved_hold_is_shown(void **state)
{
	const struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	int64_t now = clock_now();
	const char *path = write_text(t, "table.csv",
	    "serial,issuer,holder,status,status_at\n"
	    "0A01,\"" ISSUER "\",Ewa,good,\n"
	    "0A02,\"" ISSUER "\",Jan,good,9999-01-01T00:00:00Z\n");
	const struct utimbuf ahead = { now + 9 * DAY, now + 9 * DAY };

	assert_int_equal(utime(path, &ahead), 0);
	assert_int_equal(runs(reg, path, NULL).added, 2);
	/* Nobody can know what will be. */
	assert_in_range(regtest_sql_int(t->file, "SELECT max(status_at)"
	    " FROM cert"), now, clock_now());
	stands(t, "0A01", STATUS_GOOD, HOW_IMPORT_TEXT, 1);

	runs_list(t, reg, now - 2 * HOUR, "0A01", 6);
	stands(t, "0A01", STATUS_SUSPENDED, HOW_CRL, 1);
	/* The table once more does not lift it, but a later list does. */
	runs(reg, path, NULL);
	stands(t, "0A01", STATUS_SUSPENDED, HOW_CRL, 1);
	runs_list(t, reg, now - HOUR, "0A02", 6);
	stands(t, "0A01", STATUS_GOOD, HOW_CRL, 1);
	stands(t, "0A02", STATUS_SUSPENDED, HOW_CRL, 1);
	registry_close(reg);
}

/* What nobody proved, a later list that is proved corrects, and nothing else. */
static void
unproved_revocation_is_lifted(void **state)
{
	const struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	int64_t now = clock_now();

	runs_leaf(t, reg, 0xA01);
	runs_leaf(t, reg, 0xA02);
	runs_leaf(t, reg, 0xA03);
	(void)runs_some_list(t, reg, now - 3 * HOUR, "0A01", 1, false);
	(void)runs_some_list(t, reg, now - 3 * HOUR, "0A02", 1, false);
	stands(t, "0A01", STATUS_REVOKED, HOW_IMPORT_TEXT, 1);
	/* Older, and one that is not proved either. */
	runs_list(t, reg, now - 4 * HOUR, "0A03", 1);
	(void)runs_some_list(t, reg, now - 2 * HOUR, "0A03", 1, false);
	stands(t, "0A01", STATUS_REVOKED, HOW_IMPORT_TEXT, 1);
	runs_list(t, reg, now - HOUR, "0A02", 1);
	stands(t, "0A01", STATUS_GOOD, HOW_CRL, 1);
	stands(t, "0A02", STATUS_REVOKED, HOW_CRL, 1);
	stands(t, "0A03", STATUS_REVOKED, HOW_CRL, 1);
	registry_close(reg);
}

static void
list_of_tomorrow_is_told(void **state)
{
	const struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	int64_t now = clock_now();

	runs_leaf(t, reg, 0xA01);
	assert_false(runs_some_list(t, reg, now + 60, "0A02", 1, true) &
	    IMPORT_AHEAD);
	assert_true(runs_some_list(t, reg, now + 5 * DAY, "0A01", 1, true) &
	    IMPORT_AHEAD);
	stands(t, "0A01", STATUS_REVOKED, HOW_CRL, 1);
	assert_in_range(regtest_sql_int(t->file, "SELECT status_at FROM cert"),
	    now, clock_now());
	registry_close(reg);
}

/* --- certificates that are known twice ---------------------------------------------- */

/* By its issuer's name from a table, and by its issuer's key by itself. */
static void
both_rows_are_marked(void **state)
{
	const struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	int64_t now = clock_now();

	assert_int_equal(runs(reg, write_text(t, "table.csv",
	    "serial,issuer,holder,status\n"
	    "0A01,\"" ISSUER "\",Ewa,good\n"), NULL).added, 1);
	runs_leaf(t, reg, 0xA01);
	runs_list(t, reg, now - HOUR, "0A01", 1);
	stands(t, "0A01", STATUS_REVOKED, HOW_CRL, 2);
	registry_close(reg);
}

/* --- while a list is read, another desk imports ------------------------------------ */

static void
put_suspended(struct registry *reg)
{
	struct err err = ERR_INIT;
	char *sql = mem_printf("INSERT INTO cert (issuer, serial, holder, uses,"
	    " qualified, how, origin, first_seen, last_seen, status, status_by,"
	    " status_at, restricted, changed) SELECT issuer, x'0A02', holder,"
	    " uses, qualified, how, origin, first_seen, last_seen, %d, %d,"
	    " %lld, restricted, changed FROM cert WHERE serial = x'0A01'",
	    (int)STATUS_SUSPENDED,
	    (int)HOW_IMPORT_TEXT, (long long)(clock_now() - 2 * HOUR));

	if (sql_exec(reg->sql, sql, &err) == -1)
		fail_msg("%s %s", err.what, err.detail);
	free(sql);
}

/* It is on the list, but was not there when that was looked through. */
static void
late_row_is_not_lifted(void **state)
{
	const struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	int64_t now = clock_now();

	runs_leaf(t, reg, 0xA01);
	runs_list(t, reg, now - 3 * HOUR, "0A01", 6);
	stands(t, "0A01", STATUS_SUSPENDED, HOW_CRL, 1);
	meanwhile = put_suspended;
	runs_list(t, reg, now - HOUR, "0A02", 6);
	meanwhile = NULL;
	stands(t, "0A01", STATUS_GOOD, HOW_CRL, 1);
	stands(t, "0A02", STATUS_SUSPENDED, HOW_IMPORT_TEXT, 1);
	registry_close(reg);
}

/* --- stopping and going on ------------------------------------------------------------ */

struct stopping {
	struct import_progress progress;
	atomic_bool cancel;
};

static void
stop(void *arg)
{
	struct stopping *s = arg;

	if (s->progress.records > 0)
		atomic_store(&s->cancel, true);
}

static void
stop_at_bad(const struct import_bad *bad, void *arg)
{
	(void)bad;
	stop(arg);
}

static void
is_stopped(struct registry *reg, const char *path, struct import_options *o,
    struct stopping *s)
{
	struct err err = ERR_INIT;

	o->cancel = &s->cancel;
	o->arg = s;
	assert_int_equal(import_run(reg, path, o, &s->progress, &err), -1);
	assert_int_equal(err.code, ERR_CANCELLED);
}

/* Behind what is no certificate there is no record at which one would stop. */
static void
between_two_files(void **state)
{
	const struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct import_options o = { .kind = IMPORT_AUTO, .bad = stop_at_bad };
	struct stopping s = { 0 };
	X509 *ca = make_ca();
	char name[32];

	assert_int_equal(mkdir(regtest_path(t, "in"), 0700), 0);
	for (int i = 0; i < 8; i++) {
		X509 *leaf = make_leaf(ca, 0xA00 + i);

		snprintf(name, sizeof name, "in/%d.der", i);
		write_span(t, name, status_der(leaf));
		X509_free(leaf);
		snprintf(name, sizeof name, "in/%d.txt", i);
		write_text(t, name, "nothing here\n");
	}
	is_stopped(reg, regtest_path(t, "in"), &o, &s);
	assert_true(s.progress.added > 0 && !s.progress.placed);
	assert_int_equal(regtest_sql_int(t->file, "SELECT count(*) FROM cert"),
	    s.progress.added);
	for (int i = 0; i < 16; i++) {
		snprintf(name, sizeof name, "in/%d.%s", i / 2,
		    i % 2 == 0 ? "der" : "txt");
		assert_int_equal(unlink(regtest_path(t, name)), 0);
	}
	X509_free(ca);
	registry_close(reg);
}

#define LONG	50000	/* more than is read before the first word of it */

static void
stop_early(const struct import_progress *progress, void *arg)
{
	(void)progress;
	stop(arg);
}

/* Read in another way, the part before would stay as it was read first. */
static void
other_encoding(void **state)
{
	const struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct import_options o = { .kind = IMPORT_CSV, .encoding = "UTF-8",
	    .issuer = ISSUER, .progress = stop_early };
	struct stopping s = { 0 };
	struct err err = ERR_INIT;
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	const char *path;

	assert_non_null(f);
	fputs("serial,holder\n", f);
	for (int i = 1; i <= LONG; i++)
		fprintf(f, "%08X,\xa3ucja %d\n", i, i % 97);
	assert_int_equal(fclose(f), 0);
	path = write_text(t, "list.csv", text);
	free(text);
	is_stopped(reg, path, &o, &s);
	assert_true(s.progress.placed);
	atomic_store(&s.cancel, false);
	o.progress = NULL;
	o.encoding = "CP1250";
	if (import_run(reg, path, &o, &s.progress, &err) != 0)
		fail_msg("%s %s %s", err_id(err.code), err.what, err.detail);
	assert_false(s.progress.notes & IMPORT_RESUMED);
	assert_int_equal(s.progress.records, LONG);
	registry_close(reg);
}

/* --- a folder ------------------------------------------------------------------------ */

/* Each file without a certificate is told of, whatever lay before it. */
static void
each_empty_file_is_told(void **state)
{
	static const char *const names[] = { "in/a.pem", "in/b.pem",
	    "in/c.pem" };
	const struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	const char *folder = regtest_path(t, "in");
	struct import_progress progress;

	assert_int_equal(mkdir(folder, 0700), 0);
	write_text(t, names[0], "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n"
	    "-----END CERTIFICATE-----\n");
	write_text(t, names[1], "nothing here\n");
	write_text(t, names[2], "nor here\n");
	progress = runs(reg, regtest_path(t, "in"), NULL);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_int_equal(unlink(regtest_path(t, names[i])), 0);
	assert_int_equal(progress.bad, 3);
	registry_close(reg);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, regtest_setup, \
	    regtest_teardown)
	const struct CMUnitTest tests[] = {
		TEST(proved_hold_is_shown), TEST(both_rows_are_marked),
		TEST(late_row_is_not_lifted), TEST(each_empty_file_is_told),
		TEST(between_two_files), TEST(other_encoding),
		TEST(fields_are_counted), TEST(mappings_that_do_not_fit),
		TEST(unproved_revocation_is_lifted), TEST(list_of_tomorrow_is_told),
		TEST(lines_end_as_they_like), TEST(nothing_read_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
