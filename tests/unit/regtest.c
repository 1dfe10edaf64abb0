#include "config.h"

#include <sys/stat.h>
#include <dirent.h>
#include <fcntl.h>
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

static void
copy_file(const char *from, const char *to)
{
	struct err err = ERR_INIT;
	struct buf buf;
	int fd = open(to, O_WRONLY | O_CREAT | O_EXCL, 0600);

	assert_int_not_equal(fd, -1);
	buf_init(&buf, 16u << 20);
	assert_int_equal(file_read(from, from, &buf, &err), 0);
	assert_int_equal(write(fd, buf.data, buf.len), (ssize_t)buf.len);
	close(fd);
	buf_clear(&buf);
}

struct regtest *
regtest_copy(const struct regtest *from)
{
	static const char *const names[] = { "registry.db", "registry.db.key" };
	void *own;

	/* Closed by the last who had it, all of it is in the one file. */
	assert_int_equal(access(regtest_path(from, "registry.db-wal"), F_OK),
	    -1);
	assert_int_equal(regtest_setup(&own), 0);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		copy_file(regtest_path(from, names[i]),
		    regtest_path(own, names[i]));
	return own;
}

void
regtest_remove(struct regtest *t)
{
	void *own = t;

	regtest_teardown(&own);
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

static void
make_small(uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] |= 0x20;
}

static size_t
find_in(const char *path, const void *needle, size_t len, regtest_found *found,
    void *arg)
{
	uint8_t small[128];
	const uint8_t *p, *end;
	struct err err = ERR_INIT;
	struct buf buf;
	size_t n = 0;

	assert_in_range(len, 1, sizeof small);
	memcpy(small, needle, len);
	make_small(small, len);
	buf_init(&buf, 256u << 20);
	if (file_read(path, path, &buf, &err) == -1)
		fail_msg("%s", err.what);
	make_small(buf.data, buf.len);
	end = buf.len > 0 ? buf.data + buf.len : NULL;
	for (p = buf.data; end != NULL && (p = memmem(p, (size_t)(end - p), small,
	    len)) != NULL; p++) {
		if (found != NULL)
			found(p, (size_t)(end - p), arg);
		n++;
	}
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
	return regtest_find(t, needle, len, skip, NULL, NULL);
}

size_t
regtest_find(const struct regtest *t, const void *needle, size_t len,
    const char *skip, regtest_found *found, void *arg)
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
		n += find_in(path, needle, len, found, arg);
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

static int64_t
ask_int(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st;
	int64_t n;

	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK ||
	    sqlite3_step(st) != SQLITE_ROW)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return n;
}

int64_t
regtest_sql_int(const char *file, const char *sql)
{
	sqlite3 *db = connect_plain(file);
	int64_t n = ask_int(db, sql);

	sqlite3_close(db);
	return n;
}

void
regtest_facts(const char *file, const struct regtest_fact *facts, size_t n)
{
	sqlite3 *db = connect_plain(file);

	for (size_t i = 0; i < n; i++) {
		int64_t is = ask_int(db, facts[i].sql);

		if (is != facts[i].is)
			fail_msg("%s: %lld, not %lld", facts[i].sql,
			    (long long)is, (long long)facts[i].is);
	}
	sqlite3_close(db);
}
