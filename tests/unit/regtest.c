#include "config.h"

#include <sys/stat.h>
#include <ctype.h>
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <sqlite3.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "registry/store.h"
#include "tests/unit/regtest.h"

int
regtest_setup(void **state)
{
	struct regtest *t = mem_alloc(sizeof *t);

	/* Thousands of syncs: where there is no disk they cost nothing. */
	snprintf(t->dir, sizeof t->dir, "%s/okienko-registry.XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(t->dir) == NULL)
		return -1;
	snprintf(t->file, sizeof t->file, "%s/registry.db", t->dir);
	*state = t;
	return 0;
}

int
regtest_teardown(void **state)
{
	struct regtest *t = *state;
	DIR *dir = opendir(t->dir);
	struct dirent *e;

	while (dir != NULL && (e = readdir(dir)) != NULL)
		(void)remove(regtest_path(t, e->d_name));
	if (dir != NULL)
		closedir(dir);
	(void)rmdir(t->dir);
	free(t);
	return 0;
}

const char *
regtest_path(const struct regtest *t, const char *name)
{
	static char paths[8][384];
	static unsigned next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof paths[0], "%s/%s", t->dir, name);
	return path;
}

struct registry *
regtest_open(const struct regtest *t, enum registry_mode mode)
{
	struct registry_options o = { .path = t->file, .point = "punkt 1",
	    .account = "kasia" };
	struct registry *reg;
	struct err err = ERR_INIT;

	if (registry_open(&reg, mode, &o, &err) == -1)
		fail_msg("%s %s %s", err_id(err.code), err.what, err.detail);
	return reg;
}

static void
add_ident(struct record *r, enum cert_id_kind kind, const char *country,
    const char *value)
{
	struct record_ident *id = &r->idents[r->nidents];

	if (value == NULL)
		return;
	id->kind = kind;
	snprintf(id->country, sizeof id->country, "%s", country);
	id->value = mem_strdup(value);
	r->nidents++;
}

void
regtest_record(struct record *r, unsigned n, const char *holder,
    const char *pesel, const char *email)
{
	record_init(r);
	memset(r->issuer.key, 0xab, 20);
	r->issuer.key_len = 20;
	r->issuer.line = mem_strdup("C=PL, CN=Urząd przykładowy");
	r->issuer.shown = mem_strdup("Urząd przykładowy");
	memset(r->serial, 0x5e, 16);
	r->serial[13] = (uint8_t)(n >> 16);
	r->serial[14] = (uint8_t)(n >> 8);
	r->serial[15] = (uint8_t)n;
	r->serial_len = 16;
	r->holder = mem_strdup(holder);
	r->not_before = REGTEST_NOW - 1000;
	r->not_after = REGTEST_NOW + 1000;
	r->how = HOW_CARD;
	r->first_seen = r->last_seen = REGTEST_NOW;
	add_ident(r, ID_PNO, "PL", pesel);
	add_ident(r, ID_NONE, "", email);
}

int64_t
regtest_put(struct registry *reg, unsigned n, const char *holder,
    const char *pesel, const char *email)
{
	enum store_did did;
	struct record r;
	struct err err = ERR_INIT;
	int64_t id;

	regtest_record(&r, n, holder, pesel, email);
	if (store_cert(reg, &r, &did, &err) == -1)
		fail_msg("%s %s %s", err_id(err.code), err.what, err.detail);
	id = did == STORE_ERASED ? 0 : r.id;
	record_clear(&r);
	return id;
}

/* --- bytes ------------------------------------------------------------------- */

static bool
same(const uint8_t *a, const uint8_t *b, size_t len)
{
	while (len > 0 && tolower(*a) == tolower(*b)) {
		a++;
		b++;
		len--;
	}
	return len == 0;
}

static size_t
count_in(const char *path, const uint8_t *needle, size_t len)
{
	struct err err = ERR_INIT;
	struct buf buf;
	size_t n = 0, i;

	buf_init(&buf, 256u << 20);
	if (file_read(path, path, &buf, &err) == -1)
		fail_msg("%s", err.what);
	for (i = 0; i + len <= buf.len; i++)
		n += same(buf.data + i, needle, len);
	buf_clear(&buf);
	return n;
}

static bool
ends(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

size_t
regtest_grep(const struct regtest *t, const void *needle, size_t len,
    const char *skip)
{
	DIR *dir = opendir(t->dir);
	struct dirent *e;
	struct stat st;
	size_t n = 0;

	assert_non_null(dir);
	while ((e = readdir(dir)) != NULL) {
		const char *path = regtest_path(t, e->d_name);

		if (ends(e->d_name, ".key") || (skip != NULL &&
		    ends(e->d_name, skip)) || stat(path, &st) == -1 ||
		    !S_ISREG(st.st_mode))
			continue;
		n += count_in(path, needle, len);
	}
	closedir(dir);
	return n;
}

/* --- SQL --------------------------------------------------------------------- */

static sqlite3 *
connect_plain(const char *file)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open_v2(file, &db, SQLITE_OPEN_READWRITE,
	    NULL), SQLITE_OK);
	sqlite3_busy_timeout(db, 5000);
	return db;
}

void
regtest_sql(const char *file, const char *sql)
{
	sqlite3 *db = connect_plain(file);

	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
}

void
regtest_refuses(const char *file, const char *sql)
{
	sqlite3 *db = connect_plain(file);

	if ((sqlite3_exec(db, sql, NULL, NULL, NULL) & 0xff) !=
	    SQLITE_CONSTRAINT)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
}

int64_t
regtest_sql_int(const char *file, const char *sql)
{
	sqlite3 *db = connect_plain(file);
	sqlite3_stmt *st;
	int64_t n;

	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK ||
	    sqlite3_step(st) != SQLITE_ROW)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return n;
}
