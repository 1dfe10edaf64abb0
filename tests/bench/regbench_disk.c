/* Writing, and what lies in the file afterwards. */
#include "config.h"

#include "tests/bench/regbench.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "registry/remembered.h"
#include "registry/store.h"
#include "tests/bench/popfill.h"
#include "tests/unit/certmake.h"

#define BARE_ROWS	200000
#define CARDS		300
#define DAY		86400
#define SPREAD		UINT64_C(0x9e3779b97f4a7c15)	/* neighbours far apart */

/* --- in bulk ----------------------------------------------------------------- */

static void
bind_row(sqlite3_stmt *st, const struct pop_row *r)
{
	sqlite3_bind_blob(st, 1, r->serial, (int)r->serial_len, SQLITE_STATIC);
	sqlite3_bind_int64(st, 2, r->issuer);
	sqlite3_bind_int64(st, 3, r->not_before);
	sqlite3_bind_int64(st, 4, r->not_after);
	sqlite3_bind_text(st, 5, r->holder, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 6, r->pesel, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 7, r->email, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 8, r->order, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 9, r->card_number, -1, SQLITE_STATIC);
}

static void
execute(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		bench_fail(sqlite3_errmsg(db), NULL);
}

/*
 * The floor: rows of the same texts, no key, no index, no check.  made: with the
 * time that making them takes, as the goal was measured.
 */
static void
bare_rate(const struct bench *b, double *wall, double *cpu, double *made)
{
	char *path = mem_printf("%s.bare", b->file);
	struct pop_row *rows = mem_array(BARE_ROWS, sizeof *rows);
	double start = bench_wall(), start_cpu, making;
	sqlite3_stmt *st;
	sqlite3 *db;

	for (uint64_t i = 0; i < BARE_ROWS; i++)
		pop_row(b->pop, i, &rows[i]);
	making = bench_wall() - start;
	if (sqlite3_open(path, &db) != SQLITE_OK)
		bench_fail(path, NULL);
	execute(db, "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL;"
	    "PRAGMA synchronous = NORMAL; CREATE TABLE cert (id INTEGER"
	    " PRIMARY KEY, serial BLOB, issuer INT, nb INT, na INT, name TEXT,"
	    " pesel TEXT, email TEXT, order_no TEXT, card_no TEXT); BEGIN");
	st = bench_prepare(db, "INSERT INTO cert (serial, issuer, nb, na, name,"
	    " pesel, email, order_no, card_no) VALUES (?,?,?,?,?,?,?,?,?)");
	start = bench_wall();
	start_cpu = bench_cpu();
	for (size_t i = 0; i < BARE_ROWS; i++) {
		bind_row(st, &rows[i]);
		(void)sqlite3_step(st);
		(void)sqlite3_reset(st);
	}
	execute(db, "COMMIT");
	*cpu = BARE_ROWS / (bench_cpu() - start_cpu) * 1e6;
	*wall = BARE_ROWS / (bench_wall() - start) * 1e6;
	*made = BARE_ROWS / (bench_wall() - start + making) * 1e6;
	sqlite3_finalize(st);
	sqlite3_close(db);
	(void)unlink(path);
	free(rows);
	free(path);
}

/* Each row of an answer is a statement. */
static void
execute_all(sqlite3 *db, const char *query)
{
	sqlite3_stmt *st = bench_prepare(db, query);

	while (sqlite3_step(st) == SQLITE_ROW)
		execute(db, (const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
}

#define TABLES "('card', 'cert', 'ident', 'name_ix', 'seen', 'token')"

/*
 * The least that SQLite takes for the same tables and indexes, whoever fills
 * them: rows that are there already, in the order of their keys, and each index
 * made at the end.  WHERE: or it would copy them as they are.
 */
static double
least_rate(const struct bench *b)
{
	char *path = mem_printf("%s.least", b->file);
	char *attach = mem_printf("ATTACH '%s' AS made", b->file);
	double start, cpu;
	sqlite3 *db;

	if (sqlite3_open(path, &db) != SQLITE_OK)
		bench_fail(path, NULL);
	execute(db, "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL;"
	    "PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;"
	    "PRAGMA cache_size = -262144");
	execute(db, attach);
	execute(db, "BEGIN");
	start = bench_cpu();
	execute_all(db, "SELECT sql FROM made.sqlite_schema WHERE type = 'table'"
	    " AND name IN " TABLES);
	execute_all(db, "SELECT 'INSERT INTO main.' || name || ' SELECT * FROM"
	    " made.' || name || ' WHERE 1' FROM made.sqlite_schema"
	    " WHERE type = 'table' AND name IN " TABLES);
	execute_all(db, "SELECT sql FROM made.sqlite_schema WHERE type = 'index'"
	    " AND sql IS NOT NULL AND tbl_name IN " TABLES);
	execute(db, "COMMIT");
	cpu = bench_cpu() - start;
	sqlite3_close(db);
	(void)unlink(path);
	free(attach);
	free(path);
	return (double)(b->rows + b->fillers) / cpu * 1e6;
}

void
bench_fill(struct bench *b)
{
	struct popfill fill = { .rows = b->rows, .fillers = b->fillers };
	const struct registry_options o = { .path = b->file, .bulk = true };
	struct err err = ERR_INIT;
	struct registry *reg;
	double wall, cpu, made, least, n = (double)(b->rows + b->fillers);

	bare_rate(b, &wall, &cpu, &made);
	if (registry_open(&reg, REGISTRY_CREATE, &o, &err) == -1 ||
	    popfill(reg, b->pop, &fill, &err) == -1)
		bench_fail(b->file, &err);
	registry_close(reg);
	printf("bulk load, all indexes         %9.0f rows/s"
	    "   bare row inserts           %9.0f rows/s  1/%.1f\n",
	    n / fill.seconds, wall, wall / (n / fill.seconds));
	printf("  with the making of the rows  %9.0f rows/s"
	    "                              %9.0f rows/s  1/%.1f\n",
	    n / (fill.seconds + fill.making), made, made /
	    (n / (fill.seconds + fill.making)));
	printf("  the same, processor time     %9.0f rows/s"
	    "                              %9.0f rows/s  1/%.1f\n",
	    n / fill.cpu, cpu, cpu / (n / fill.cpu));
	least = least_rate(b);
	printf("  SQLite's part of it, at least%9.0f rows/s"
	    "                              %9.0f rows/s  1/%.1f\n",
	    least, cpu, cpu / least);
}

void
bench_more(struct bench *b)
{
	struct popfill fill = { .fillers = b->fillers };
	const struct registry_options o = { .path = b->file, .bulk = true };
	struct err err = ERR_INIT;
	struct registry *reg;

	if (registry_open(&reg, REGISTRY_WRITE, &o, &err) == -1 ||
	    popfill(reg, b->pop, &fill, &err) == -1)
		bench_fail(b->file, &err);
	registry_close(reg);
}

/* --- one card ---------------------------------------------------------------- */

static struct cert *
parsed(const char *profile)
{
	struct err err = ERR_INIT;
	struct cert *c = NULL;
	uint8_t *der;
	size_t len;

	der = make_cert(make_profile(profile), &len);
	if (der == NULL || cert_parse(der, len, &c, &err) == -1)
		bench_fail(profile, &err);
	free(der);
	return c;
}

#define BLOCK	4096
#define BLOCKS	64

void
bench_block_open(struct block *b, const char *file)
{
	static const char blocks[BLOCKS * BLOCK];

	b->turn = 0;
	b->path = mem_printf("%s.block", file);
	b->fd = open(b->path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (b->fd == -1 || write(b->fd, blocks, sizeof blocks) !=
	    sizeof blocks || fsync(b->fd) == -1)
		bench_fail(b->path, NULL);
}

double
bench_block(struct block *b)
{
	static const char block[BLOCK];
	double start = bench_wall();

	if (pwrite(b->fd, block, sizeof block, (off_t)(b->turn++ % BLOCKS *
	    sizeof block)) != (ssize_t)sizeof block || fdatasync(b->fd) == -1)
		bench_fail("fdatasync", NULL);
	return bench_wall() - start;
}

void
bench_block_close(struct block *b)
{
	(void)close(b->fd);
	(void)unlink(b->path);
	free(b->path);
}

/* Card I of the bench, with two certificates that no other one has. */
static double
time_card(struct registry *reg, size_t i, struct cert **certs, int64_t now)
{
	char serial[32];
	struct seen_token token = { serial, "Karta wzorcowa" };
	struct seen_card card = { .tokens = &token, .ntokens = 1,
	    .number = "", .model = "Karta wzorcowa",
	    .certs = (const struct cert *const *)certs, .ncerts = 2,
	    .whole = true };
	struct seen_change change;
	struct err err = ERR_INIT;
	double start;

	snprintf(serial, sizeof serial, "BENCH%08zu", i);
	for (size_t k = 0; k < card.ncerts; k++) {
		uint64_t number = SPREAD * (2 * i + k + 1) | 1;

		memcpy(certs[k]->serial, &number, sizeof number);
	}
	start = bench_wall();
	if (remembered_put(reg, &card, now, &change, &err) == -1)
		bench_fail("remembered_put", &err);
	return bench_wall() - start;
}

/*
 * A card that nobody has seen is some twenty pages all over the file; one that
 * comes again, as most do, is its own row and those of its certificates.
 */
void
bench_durable(struct bench *b)
{
	const struct registry_options o = { .path = b->file };
	struct cert *certs[] = { parsed("qualified"), parsed("email") };
	struct samples new = { 0 }, again = { 0 }, floor[2] = { { 0 } };
	struct err err = ERR_INIT;
	struct registry *reg;
	struct block block;

	bench_block_open(&block, b->file);
	if (registry_open(&reg, REGISTRY_WRITE, &o, &err) == -1)
		bench_fail(b->file, &err);
	for (size_t i = 0; i < CARDS; i++) {
		samples_add(&new, time_card(reg, i, certs, POP_NOW));
		samples_add(&floor[0], bench_block(&block));
	}
	for (size_t i = 0; i < CARDS; i++) {
		samples_add(&again, time_card(reg, i, certs, POP_NOW + DAY));
		samples_add(&floor[1], bench_block(&block));
	}
	bench_row("a new card, on disk", &new, "4 KiB and fdatasync",
	    &floor[0]);
	bench_row("it comes again, on disk", &again, "4 KiB and fdatasync",
	    &floor[1]);
	registry_close(reg);
	bench_block_close(&block);
	cert_free(certs[0]);
	cert_free(certs[1]);
}

/* --- sizes ------------------------------------------------------------------- */

/* What search keeps in the file beyond the rows themselves. */
static const char sizes_sql[] =
    "SELECT name, sum(pgsize), round(100.0 * sum(payload) / sum(pgsize))"
    " FROM dbstat GROUP BY name ORDER BY 2 DESC";

void
bench_sizes(struct bench *b)
{
	double rows = (double)(b->rows + b->fillers), total = 0, search = 0;
	size_t heap;
	sqlite3_stmt *st;

	bench_open(b);
	st = bench_prepare(b->bare, sizes_sql);
	while (sqlite3_step(st) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(st, 0);
		double size = sqlite3_column_double(st, 1);

		total += size;
		if (strcmp(name, "name_ix") == 0 || strstr(name, "word"))
			search += size;
		if (size / rows >= 1)
			printf("  %-28s %9.1f B a row, %.0f %% filled\n", name,
			    size / rows, sqlite3_column_double(st, 2));
	}
	sqlite3_finalize(st);
	heap = mallinfo2().uordblks + mallinfo2().hblkhd;
	bench_load(b);
	printf("the file                       %9.1f B a row\n", total / rows);
	printf("search: names in the file      %9.1f B a row\n", search / rows);
	printf("search: in memory              %9.1f B a row\n",
	    (double)(mallinfo2().uordblks + mallinfo2().hblkhd - heap) / rows);
}
