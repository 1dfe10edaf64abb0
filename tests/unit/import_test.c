/*
 * Import and export against a registry: what of each kind comes in, what is
 * left out and said, twice is once, killed anywhere it goes on, and what goes
 * out comes in again.
 */
#include "config.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/pem.h>

#include "base/mem.h"
#include "registry/import.h"
#include "registry/inside.h"
#include "registry/journal.h"
#include "registry/store.h"
#include "tests/unit/certmake.h"

#define AUTHORITY	"C=PL, O=Przyklad, CN=Urzad"

struct place {
	char	dir[64], file[96], list[96], other[96];
	struct registry *reg;
	/* what the import told */
	char	bad[4096];
	atomic_bool cancel;
	int64_t	cancel_at;	/* records */
};

static struct registry *
open_file(const char *file)
{
	struct registry_options o = { .path = file, .point = "punkt 1",
	    .account = "kasia", .bulk = true };
	struct err err = ERR_INIT;
	struct registry *reg;

	if (registry_open(&reg, REGISTRY_CREATE, &o, &err) == -1)
		fail_msg("%s %s %s", err_id(err.code), err.what, err.detail);
	return reg;
}

static int
setup(void **state)
{
	struct place *p = mem_alloc(sizeof *p);

	snprintf(p->dir, sizeof p->dir, "%s/import-test.XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->file, sizeof p->file, "%s/registry.db", p->dir);
	snprintf(p->list, sizeof p->list, "%s/list", p->dir);
	snprintf(p->other, sizeof p->other, "%s/other", p->dir);
	p->reg = open_file(p->file);
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	struct place *p = *state;
	char *command = mem_printf("rm -r -- '%s'", p->dir);

	registry_close(p->reg);
	assert_int_equal(system(command), 0);
	free(command);
	free(p);
	return 0;
}

static void
write_file(const char *path, const void *bytes, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

#define write_text(path, text)	write_file(path, text, strlen(text))

/* "12:RECORD-VALUE serial;" for each record that was left out. */
static void
note_bad(const struct import_bad *bad, void *arg)
{
	struct place *p = arg;
	size_t n = strlen(p->bad);

	snprintf(p->bad + n, sizeof p->bad - n, "%lld:%s%s%s;",
	    (long long)bad->line, err_id(bad->err.code),
	    bad->err.code == ERR_RECORD_VALUE ? " " : "",
	    bad->err.code == ERR_RECORD_VALUE ? bad->err.what : "");
}

static int
run(struct place *p, const char *path, const struct import_options *options,
    struct import_progress *progress, struct err *err)
{
	struct import_options o = *options;

	o.bad = note_bad;
	o.arg = p;
	p->bad[0] = '\0';
	*err = (struct err)ERR_INIT;
	return import_run(p->reg, path, &o, progress, err);
}

static struct import_progress
runs(struct place *p, const char *path, const struct import_options *o)
{
	struct import_progress progress;
	struct err err;

	if (run(p, path, o, &progress, &err) != 0)
		fail_msg("%s %s %s", err_id(err.code), err.what, err.detail);
	return progress;
}

static enum err_code
refuses(struct place *p, const char *path, const struct import_options *o)
{
	struct import_progress progress;
	struct err err;

	assert_int_equal(run(p, path, o, &progress, &err), -1);
	assert_int_not_equal(err.code, ERR_NONE);
	return err.code;
}

/* Everything the file holds, as text; with rows is by natural key. */
static char *
dump(struct registry *reg)
{
	static const char *const queries[] = {
		("SELECT hex(issuer.key), issuer.line, hex(serial), holder,"
		" org, not_before, not_after, uses, qualified, order_no,"
		" id_mask, email_mask, how, status, status_by, status_at,"
		" revoked_at, reason FROM cert JOIN issuer"
		" ON issuer.id = cert.issuer ORDER BY 1, 3"),
		"SELECT word, n FROM word ORDER BY 1",
		"SELECT count(*) FROM name_ix",
		("SELECT ident.hash, kind, hex(serial) FROM ident JOIN cert"
		" ON cert.id = ident.cert ORDER BY 1, 2, 3"),
		"SELECT hex(source), position FROM import",
	};
	char *out = NULL;
	size_t size;
	FILE *f = open_memstream(&out, &size);

	assert_non_null(f);
	for (size_t q = 0; q < sizeof queries / sizeof *queries; q++) {
		sqlite3_stmt *st;

		assert_int_equal(sqlite3_prepare_v2(sql_handle(reg->sql),
		    queries[q], -1, &st, NULL), SQLITE_OK);
		while (sqlite3_step(st) == SQLITE_ROW) {
			for (int c = 0; c < sqlite3_column_count(st); c++) {
				const unsigned char *text =
				    sqlite3_column_text(st, c);

				fprintf(f, "%s|", text != NULL ?
				    (const char *)text : "NULL");
			}
			fputc('\n', f);
		}
		sqlite3_finalize(st);
	}
	fclose(f);
	return out;
}

static int64_t
number(struct registry *reg, const char *query)
{
	sqlite3_stmt *st;
	int64_t n;

	assert_int_equal(sqlite3_prepare_v2(sql_handle(reg->sql), query, -1,
	    &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return n;
}

#define MOVED	"SELECT total(last_seen) + total(changed) + total(first_seen)" \
		" + (SELECT count(*) FROM journal) FROM cert"

/* All of it again: nothing is different, not even when anything was seen. */
static void
changes_nothing(struct place *p, const char *path,
    const struct import_options *o)
{
	char *before = dump(p->reg), *after;
	int64_t moved = number(p->reg, MOVED);
	struct import_progress again;
	struct registry *other;

	/* Another handle, so that nothing is remembered of the first time. */
	other = p->reg;
	p->reg = open_file(p->file);
	registry_close(other);
	again = runs(p, path, o);
	assert_int_equal(again.added, 0);
	assert_int_equal(again.changed, 0);
	after = dump(p->reg);
	assert_string_equal(before, after);
	assert_true(moved == number(p->reg, MOVED));
	free(before);
	free(after);
}

/* --- certificates ------------------------------------------------------------ */

/* Profile number i with a serial number of its own; NULL behind the last. */
static uint8_t *
make_one(size_t i, size_t *len)
{
	static const char serials[] = "\x41\x42\x43\x44\x45\x46\x47\x48\x49"
	    "\x4a\x4b\x4c\x4d\x4e\x4f\x50\x51\x52\x53\x54\x55\x56\x57";
	struct make profile;

	if (make_profile_at(i) == NULL)
		return NULL;
	profile = *make_profile_at(i);
	profile.serial = &serials[i];
	profile.serial_len = 2;
	return make_cert(&profile, len);
}

static size_t
add_profiles(BIO *bio, size_t from, size_t n)
{
	size_t good = 0, len;
	uint8_t *der;

	for (size_t i = from; i < from + n &&
	    (der = make_one(i, &len)) != NULL; i++) {
		struct err err = ERR_INIT;
		struct cert *c;

		good += cert_parse(der, len, &c, &err) == 0;
		cert_free(c);
		PEM_write_bio(bio, "CERTIFICATE", "", der, (long)len);
		free(der);
	}
	return good;
}

static size_t
write_pem(struct place *p)
{
	BIO *bio = BIO_new_file(p->list, "w");
	size_t good;

	assert_non_null(bio);
	BIO_puts(bio, "Some text before.\n-----BEGIN PRIVATE KEY-----\nAAAA\n"
	    "-----END PRIVATE KEY-----\n");
	good = add_profiles(bio, 0, 6);
	BIO_puts(bio, "-----BEGIN CERTIFICATE-----\nno base64!\n"
	    "-----END CERTIFICATE-----\n"
	    "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n"
	    "-----END CERTIFICATE-----\n");
	good += add_profiles(bio, 6, 4);
	BIO_free(bio);
	return good;
}

static void
test_pem(void **state)
{
	const struct import_options o = { .kind = IMPORT_AUTO };
	struct place *p = *state;
	struct import_progress progress;
	size_t good = write_pem(p);

	progress = runs(p, p->list, &o);
	assert_int_equal(progress.added, good);
	assert_int_equal(progress.bad, 2);
	assert_non_null(strstr(p->bad, ":BAD-DATA;"));
	assert_true(progress.done == progress.total && progress.total > 0);
	changes_nothing(p, p->list, &o);
}

static void
test_folder(void **state)
{
	const struct import_options o = { .kind = IMPORT_AUTO };
	struct place *p = *state;
	struct import_progress progress;
	uint8_t *der;
	size_t len;
	char *folder = mem_printf("%s/certs", p->dir), *path;
	size_t n = 0;

	mkdir(folder, 0700);
	path = mem_printf("%s/inner", folder);
	mkdir(path, 0700);
	free(path);
	for (size_t i = 0; i < 8 && (der = make_one(i, &len)) != NULL; i++) {
		path = mem_printf("%s/%s%zu.cer", folder,
		    i % 2 ? "inner/" : "", i);
		write_file(path, der, len);
		free(path);
		free(der);
		n++;
	}
	path = mem_printf("%s/readme.txt", folder);
	write_text(path, "nothing here\n");
	free(path);
	/* A link to a list outside is not followed, nor a pipe waited for. */
	write_text(p->list, "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n"
	    "-----END CERTIFICATE-----\n");
	path = mem_printf("%s/link.pem", folder);
	assert_int_equal(symlink(p->list, path), 0);
	free(path);
	path = mem_printf("%s/loop", folder);
	assert_int_equal(symlink(folder, path), 0);
	free(path);
	path = mem_printf("%s/pipe.cer", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	free(path);
	progress = runs(p, folder, &o);
	assert_int_equal(progress.added, n);
	assert_string_equal(p->bad, "0:NOT-A-CERTIFICATE;");
	changes_nothing(p, folder, &o);
	free(folder);
}

/* --- index.txt ---------------------------------------------------------------- */

#define INDEX \
	"V\t300101120000Z\t\t0A01\tunknown\t/C=PL/CN=Anna Nowak\n" \
	"R\t300101120000Z\t260101120000Z,keyCompromise\t0A02\tunknown" \
	"\t/C=PL/CN=Jan Kowalski/serialNumber=PNOPL-44051401359\n" \
	"X\tbroken\n" \
	"R\t300101120000Z\t260101120000Z,certificateHold\t0A03\tunknown" \
	"\t/C=PL/CN=\\xC5\\x81ucja\n" \
	"E\t200101120000Z\t\t0A04\tunknown\t/C=PL/CN=Stary\n" \
	"V\t300101120000Z\t\tZZ\tunknown\t/C=PL/CN=Zero\n"

static void
get(struct place *p, const char *name, const char *hex, struct record *r)
{
	sqlite3_stmt *st;
	struct err err = ERR_INIT;

	assert_int_equal(sqlite3_prepare_v2(sql_handle(p->reg->sql),
	    "SELECT cert.id FROM cert JOIN issuer ON issuer.id = cert.issuer"
	    " WHERE issuer.line = ? AND hex(serial) = ?", -1, &st, NULL),
	    SQLITE_OK);
	sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 2, hex, -1, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	assert_int_equal(store_get_row(p->reg, sqlite3_column_int64(st, 0), r,
	    &err), 0);
	sqlite3_finalize(st);
}

static void
test_index(void **state)
{
	struct import_options o = { .kind = IMPORT_AUTO };
	struct place *p = *state;
	struct import_progress progress;
	struct record r;

	write_text(p->list, INDEX);
	assert_int_equal(refuses(p, p->list, &o), ERR_ISSUER_NEEDED);
	o.issuer = "CN=Urzad,=";
	assert_int_equal(refuses(p, p->list, &o), ERR_NO_FILE);
	o.issuer = AUTHORITY;
	progress = runs(p, p->list, &o);
	assert_int_equal(progress.added, 4);
	assert_int_equal(progress.records, 6);
	assert_string_equal(p->bad, "3:RECORD-FIELDS;6:RECORD-VALUE serial;");
	get(p, AUTHORITY, "0A02", &r);
	assert_string_equal(r.holder, "Jan Kowalski");
	assert_string_equal(r.id_mask, "PESEL 44******359");
	assert_int_equal(r.status, STATUS_REVOKED);
	assert_int_equal(r.status_by, HOW_IMPORT_TEXT);
	assert_int_equal(r.reason, 1);
	assert_true(r.revoked_at == INT64_C(1767268800));
	record_clear(&r);
	get(p, AUTHORITY, "0A03", &r);
	assert_string_equal(r.holder, "Łucja");
	assert_int_equal(r.status, STATUS_SUSPENDED);
	record_clear(&r);
	get(p, AUTHORITY, "0A04", &r);
	assert_int_equal(r.status, STATUS_GOOD);
	assert_true(r.status_at == r.not_after);
	record_clear(&r);
	changes_nothing(p, p->list, &o);
}

/* --- CSV ------------------------------------------------------------------------ */

static void
test_csv_mapping(void **state)
{
	struct import_options o = { .kind = IMPORT_AUTO };
	struct place *p = *state;
	struct import_progress progress;
	struct record r;

	write_text(p->list, "Numer seryjny;Wystawca;Nazwa;PESEL;E-mail;"
	    "Ważny do\n"
	    "0a 0b:0C;" AUTHORITY ";Zażółć Gęślą;44051401359;"
	    "z@przyklad.pl;2030-01-02\n"
	    "xyz;" AUTHORITY ";Zły;;;\n"
	    "7;no name;Zły;;;\n"
	    "8;" AUTHORITY ";Zły;123;;\n"
	    "9;" AUTHORITY ";Zły;;;jutro\n");
	assert_int_equal(refuses(p, p->list, &o), ERR_NO_COLUMN);
	o.mapping = "serial=1,issuer=2,holder=nazwa,pesel=pesel,email=5,"
	    "not_after=WAŻNY DO";
	progress = runs(p, p->list, &o);
	assert_int_equal(progress.added, 1);
	assert_string_equal(p->bad, "3:RECORD-VALUE serial;"
	    "4:RECORD-VALUE issuer;5:RECORD-VALUE pesel;"
	    "6:RECORD-VALUE not_after;");
	get(p, AUTHORITY, "0A0B0C", &r);
	assert_string_equal(r.holder, "Zażółć Gęślą");
	assert_string_equal(r.id_mask, "PESEL 44******359");
	assert_string_equal(r.email_mask, "z*****@przyklad.pl");
	assert_true(r.not_after == INT64_C(1893542400));
	record_clear(&r);
	changes_nothing(p, p->list, &o);
}

/* Numbers alone: the first line is a record; the issuer is said once. */
static void
test_csv_numbers(void **state)
{
	const struct import_options o = { .kind = IMPORT_CSV,
	    .mapping = "serial_dec=1,given=3,surname=2", .issuer = AUTHORITY };
	struct place *p = *state;
	struct import_progress progress;
	struct record r;

	write_text(p->list, "255,Kowalski,Jan\n"
	    "340282366920938463463374607431768211455,Nowak,Ewa\n");
	progress = runs(p, p->list, &o);
	assert_int_equal(progress.added, 2);
	assert_int_equal(progress.bad, 0);
	get(p, AUTHORITY, "FF", &r);
	assert_string_equal(r.holder, "Jan Kowalski");
	record_clear(&r);
	get(p, AUTHORITY, "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", &r);
	record_clear(&r);
}

/* Nothing that looks like an identifier in clear gets in under a false heading. */
static void
test_csv_masks(void **state)
{
	const struct import_options o = { .kind = IMPORT_CSV };
	struct place *p = *state;
	struct import_progress progress;

	write_text(p->list, "serial;issuer;identifier_masked;email_masked\n"
	    "01;" AUTHORITY ";PESEL 44051401359;\n"
	    "02;" AUTHORITY ";;jan@przyklad.pl\n"
	    "03;" AUTHORITY ";PESEL 44******359;e*****@przyklad.pl\n");
	progress = runs(p, p->list, &o);
	assert_int_equal(progress.added, 1);
	assert_string_equal(p->bad, "2:RECORD-VALUE identifier_masked;"
	    "3:RECORD-VALUE email_masked;");
}

/* --- stopping and going on -------------------------------------------------------- */

#define LONG	50000	/* more than is read before the first word of it */

static void
write_long(const char *path, int n)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	for (int i = 1; i <= n; i++)
		fprintf(f, "V\t300101120000Z\t\t%08X\tunknown"
		    "\t/C=PL/CN=Osoba %d\n", i, i % 97);
	assert_int_equal(fclose(f), 0);
}

static void
cancel_there(const struct import_progress *progress, void *arg)
{
	struct place *p = arg;

	if (progress->records >= p->cancel_at)
		atomic_store(&p->cancel, true);
}

static void
test_cancel(void **state)
{
	struct place *p = *state;
	struct import_options o = { .kind = IMPORT_AUTO, .issuer = AUTHORITY,
	    .cancel = &p->cancel, .progress = cancel_there };
	struct import_progress progress;
	struct err err;
	int64_t rows;

	write_long(p->list, LONG);
	p->cancel_at = 1;
	assert_int_equal(run(p, p->list, &o, &progress, &err), -1);
	assert_int_equal(err.code, ERR_CANCELLED);
	rows = number(p->reg, "SELECT count(*) FROM cert");
	assert_true(rows > 0 && rows < LONG);
	assert_int_equal(progress.added, rows);
	assert_int_equal(number(p->reg, "SELECT count(*) FROM import"), 1);
	atomic_store(&p->cancel, false);
	p->cancel_at = INT64_MAX;
	progress = runs(p, p->list, &o);
	assert_true(progress.notes & IMPORT_RESUMED);
	assert_int_equal(progress.added, LONG - rows);
	assert_int_equal(progress.same, 0);
	assert_int_equal(number(p->reg, "SELECT count(*) FROM cert"), LONG);
	assert_int_equal(number(p->reg, "SELECT count(*) FROM import"), 0);
}

/* A file that has changed is another one, and is read from its beginning. */
static void
test_changed_file(void **state)
{
	struct place *p = *state;
	struct import_options o = { .kind = IMPORT_AUTO, .issuer = AUTHORITY,
	    .cancel = &p->cancel, .progress = cancel_there };
	struct import_progress progress;
	struct err err;

	write_long(p->list, LONG);
	p->cancel_at = 1;
	assert_int_equal(run(p, p->list, &o, &progress, &err), -1);
	write_long(p->list, 1000);
	atomic_store(&p->cancel, false);
	p->cancel_at = INT64_MAX;
	progress = runs(p, p->list, &o);
	assert_false(progress.notes & IMPORT_RESUMED);
	assert_int_equal(progress.records, 1000);
}

/*
 * Killed after any batch: a child that imports and is ended from outside by
 * SIGKILL as its own progress passes a mark, again and again, and then a run that
 * is let alone.  The rows are those of one run that never stopped.
 */
static void
kill_there(const struct import_progress *progress, void *arg)
{
	const int64_t *mark = arg;

	if (progress->records >= *mark)
		(void)kill(getpid(), SIGKILL);
}

static bool
run_killed(struct place *p, int64_t mark)
{
	pid_t pid;
	int status;

	/* SQLite's handles are not for two processes. */
	registry_close(p->reg);
	p->reg = NULL;
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct import_options o = { .issuer = AUTHORITY,
		    .progress = kill_there, .arg = &mark };
		struct import_progress progress;
		struct err err = ERR_INIT;
		struct registry *reg = open_file(p->file);

		if (import_run(reg, p->list, &o, &progress, &err) != 0)
			_exit(2);
		registry_close(reg);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_false(WIFEXITED(status) && WEXITSTATUS(status) != 0);
	p->reg = open_file(p->file);
	return WIFSIGNALED(status);
}

static void
check_whole(struct registry *reg)
{
	int64_t bad;
	struct err err = ERR_INIT;

	assert_int_equal(number(reg, "SELECT count(*) FROM"
	    " pragma_integrity_check WHERE integrity_check <> 'ok'"), 0);
	assert_int_equal(number(reg,
	    "SELECT count(*) FROM pragma_foreign_key_check"), 0);
	assert_int_equal(journal_check(reg, &bad, &err), 0);
}

static void
test_killed(void **state)
{
	struct place *p = *state;
	const struct import_options o = { .issuer = AUTHORITY };
	char *uninterrupted, *resumed;
	int64_t mark = 1, rows, before = -1;
	int kills = 0;

	write_long(p->list, 80000);
	(void)runs(p, p->list, &o);
	uninterrupted = dump(p->reg);
	registry_close(p->reg);
	snprintf(p->file, sizeof p->file, "%s/second.db", p->dir);
	p->reg = open_file(p->file);
	while (run_killed(p, mark)) {
		kills++;
		check_whole(p->reg);
		rows = number(p->reg, "SELECT count(*) FROM cert");
		assert_true(rows >= before);
		/* Where no batch was written, and after many, go on further. */
		mark = rows > before && kills < 20 ? 1 : mark * 4;
		before = rows;
		assert_true(kills < 200);
	}
	assert_true(kills > 1);	/* one each time that progress is told */
	check_whole(p->reg);
	resumed = dump(p->reg);
	assert_string_equal(uninterrupted, resumed);
	free(uninterrupted);
	free(resumed);
}

/* --- export ------------------------------------------------------------------------- */

static struct import_progress
exports(struct place *p, const char *path, enum export_format format)
{
	struct import_progress progress;
	struct err err = ERR_INIT;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	if (export_run(p->reg, fd, format, "kontrola", NULL, &progress,
	    &err) != 0)
		fail_msg("%s %s %s", err_id(err.code), err.what, err.detail);
	close(fd);
	return progress;
}

static char *
slurp(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = mem_alloc(1 << 20);

	assert_non_null(f);
	text[fread(text, 1, (1 << 20) - 1, f)] = '\0';
	fclose(f);
	return text;
}

static void
fill(struct place *p)
{
	const struct import_options index = { .issuer = AUTHORITY };
	const struct import_options any = { .kind = IMPORT_AUTO };

	write_text(p->list, INDEX
	    "V\t300101120000Z\t\t0A05\tunknown\t/C=PL/CN=@SUM(1,2)/O=\"A\", b\n"
	    "V\t300101120000Z\t\t0A06\tunknown\t/C=PL/CN='=x\n");
	(void)runs(p, p->list, &index);
	(void)write_pem(p);
	(void)runs(p, p->list, &any);
	write_text(p->list, "serial;issuer;holder;card;card_number;pesel;order\n"
	    "0B01;" AUTHORITY ";Z kartą;ABCD0123;1111 2222;44051401359;"
	    "ZAM/2026/1\n");
	(void)runs(p, p->list, &any);
}

/* Out, into an empty registry, and out again: the same bytes. */
static void
test_round_trip(void **state)
{
	const struct import_options o = { .kind = IMPORT_AUTO };
	struct place *p = *state;
	struct import_progress out, in;
	char *first, *second;

	fill(p);
	out = exports(p, p->list, EXPORT_CSV);
	assert_true(out.records > 10);
	changes_nothing(p, p->list, &o);
	first = slurp(p->list);
	assert_null(strstr(first, "44051401359"));
	assert_non_null(strstr(first, "\"'@SUM(1,2)\""));
	assert_non_null(strstr(first, ",''=x,"));
	registry_close(p->reg);
	snprintf(p->file, sizeof p->file, "%s/second.db", p->dir);
	p->reg = open_file(p->file);
	in = runs(p, p->list, &o);
	assert_string_equal(p->bad, "");
	assert_int_equal(in.added, out.records);
	(void)exports(p, p->other, EXPORT_CSV);
	second = slurp(p->other);
	assert_string_equal(first, second);
	free(first);
	free(second);
}

static void
test_export(void **state)
{
	struct place *p = *state;
	struct import_progress out;
	struct err err = ERR_INIT;
	char *text, *line, *rest;
	int lines = 0;

	fill(p);
	assert_int_equal(sqlite3_exec(sql_handle(p->reg->sql), "UPDATE cert"
	    " SET restricted = 1 WHERE hex(serial) = '0A01'", NULL, NULL,
	    NULL), SQLITE_OK);
	assert_int_equal(export_run(p->reg, -1, EXPORT_JSON, " ", NULL, &out,
	    &err), -1);
	assert_int_equal(err.code, ERR_REASON_NEEDED);
	out = exports(p, p->list, EXPORT_JSON);
	assert_int_equal(out.restricted, 1);
	assert_int_equal(out.records + 1,
	    number(p->reg, "SELECT count(*) FROM cert"));
	text = slurp(p->list);
	assert_null(strstr(text, "0A01"));
	assert_null(strstr(text, "44051401359"));
	for (rest = text; (line = strsep(&rest, "\n")) != NULL &&
	    *line != '\0'; lines++)
		assert_int_equal(line[0], '{');
	assert_int_equal(lines, out.records);
	assert_int_equal(number(p->reg, "SELECT count(*) FROM journal"
	    " WHERE action = 3 AND why = 'kontrola'"), 1);
	free(text);
}

/* A device that is always full. */
static void
test_export_full(void **state)
{
	struct place *p = *state;
	struct import_progress out;
	struct err err = ERR_INIT;
	int fd = open("/dev/full", O_WRONLY);

	fill(p);
	assert_true(fd >= 0);
	assert_int_equal(export_run(p->reg, fd, EXPORT_CSV, "kontrola", NULL,
	    &out, &err), -1);
	assert_int_equal(err.code, ERR_DISK_FULL);
	close(fd);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_pem),
		T(test_folder),
		T(test_index),
		T(test_csv_mapping),
		T(test_csv_numbers),
		T(test_csv_masks),
		T(test_cancel),
		T(test_changed_file),
		T(test_killed),
		T(test_round_trip),
		T(test_export),
		T(test_export_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
