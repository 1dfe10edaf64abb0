/*
 * One line that is a whole number or code, and fragments of serial numbers;
 * beside bare SQLite's look-up by key, and beside one pass over the bytes.
 */
#include "config.h"

#include "tests/bench/regbench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "registry/code.h"

#define TRIES		1000
#define FRAGMENTS	200

/* What is asked for: the line of a row, and the same for bare SQLite. */
struct exact {
	const char	*name;
	/* 0: this row has none */
	int		(*line)(const struct pop_row *, char *, size_t);
	const char	*sql;
	void		(*bind)(const struct bench *, sqlite3_stmt *,
			    const struct pop_row *, const char *line);
};

static int
line_serial(const struct pop_row *r, char *buf, size_t size)
{
	(void)text_hex(r->serial, r->serial_len, 0, buf, size);
	return r->serial_len >= 16;
}

static int
line_pesel(const struct pop_row *r, char *buf, size_t size)
{
	return snprintf(buf, size, "%s", r->pesel);
}

static int
line_email(const struct pop_row *r, char *buf, size_t size)
{
	return snprintf(buf, size, "%s", r->email);
}

static int
line_order(const struct pop_row *r, char *buf, size_t size)
{
	return snprintf(buf, size, "%s", r->order);
}

static int
line_card(const struct pop_row *r, char *buf, size_t size)
{
	return snprintf(buf, size, "%s", r->card_number);
}

static int
line_token(const struct pop_row *r, char *buf, size_t size)
{
	return snprintf(buf, size, "%s", r->card_token);
}

static void
bind_serial(const struct bench *b, sqlite3_stmt *st, const struct pop_row *r,
    const char *line)
{
	(void)b;
	(void)line;
	sqlite3_bind_blob(st, 1, r->serial, (int)r->serial_len, SQLITE_STATIC);
}

static void
bind_hash(const struct bench *b, sqlite3_stmt *st, enum ident_kind kind,
    const char *line)
{
	char normal[IDENT_TEXT_MAX];
	struct ident_hash hash;

	if (ident_normal(kind, line, normal) == -1)
		bench_fail(line, NULL);
	ident_hash(&b->key, kind, normal, &hash);
	sqlite3_bind_int64(st, 1, ident_row_key(&hash));
}

static void
bind_pesel(const struct bench *b, sqlite3_stmt *st, const struct pop_row *r,
    const char *line)
{
	(void)r;
	bind_hash(b, st, IDENT_PESEL, line);
}

static void
bind_email(const struct bench *b, sqlite3_stmt *st, const struct pop_row *r,
    const char *line)
{
	(void)r;
	bind_hash(b, st, IDENT_EMAIL, line);
}

static void
bind_code(const struct bench *b, sqlite3_stmt *st, const struct pop_row *r,
    const char *line)
{
	char code[CODE_MAX];

	(void)b;
	(void)r;
	if (code_normal(line, code) == 0)
		bench_fail(line, NULL);
	sqlite3_bind_text(st, 1, code, -1, SQLITE_TRANSIENT);
}

#define BY_CARD " JOIN seen ON seen.card = card.id" \
	" JOIN cert ON cert.id = seen.cert"

static const struct exact exacts[] = {
	{ "serial number", line_serial, "SELECT * FROM cert WHERE serial = ?",
	    bind_serial },
	{ "PESEL", line_pesel, "SELECT cert.* FROM ident JOIN cert"
	    " ON cert.id = ident.cert WHERE hash = ?", bind_pesel },
	{ "e-mail", line_email, "SELECT cert.* FROM ident JOIN cert"
	    " ON cert.id = ident.cert WHERE hash = ?", bind_email },
	{ "order number", line_order, "SELECT * FROM cert WHERE "
	    CODE_SQL("order_no") " = ? AND order_no IS NOT NULL", bind_code },
	{ "card number", line_card, "SELECT cert.* FROM card" BY_CARD " WHERE "
	    CODE_SQL("number") " = ? AND number <> ''", bind_code },
	{ "token serial", line_token, "SELECT cert.* FROM token JOIN card"
	    " ON card.id = token.card" BY_CARD " WHERE token.serial = ?",
	    bind_code },
};

/* Fetch all columns, as a program would that shows them. */
static double
time_bare(const struct bench *b, const struct exact *e, sqlite3_stmt *st,
    const struct pop_row *row, const char *line)
{
	double start;
	size_t sum = 0;

	e->bind(b, st, row, line);
	start = bench_now();
	while (sqlite3_step(st) == SQLITE_ROW)
		for (int c = 0; c < sqlite3_column_count(st); c++)
			sum += (size_t)sqlite3_column_bytes(st, c);
	(void)sqlite3_reset(st);
	return sum > 0 ? bench_now() - start : 0;
}

static bool
has_row(const struct find_answer *a, const struct pop_row *row)
{
	for (size_t i = 0; i < a->nhits; i++)
		if (a->hits[i].cert.serial_len == row->serial_len &&
		    memcmp(a->hits[i].cert.serial, row->serial,
		    row->serial_len) == 0)
			return true;
	return false;
}

static double
time_find(struct bench *b, const char *line, const struct pop_row *row,
    size_t *found)
{
	const struct find_options o = { .now = POP_NOW };
	struct err err = ERR_INIT;
	struct find_answer *a;
	double start = bench_now(), took;

	if (finder_ask(b->finder, b->reg, line, &o, &a, &err) == -1)
		bench_fail(line, &err);
	took = bench_now() - start;
	*found += row == NULL || has_row(a, row);
	find_answer_free(a);
	return took;
}

static void
one_kind(struct bench *b, const struct exact *e)
{
	struct samples ours = { 0 }, bare = { 0 };
	sqlite3_stmt *st = bench_prepare(b->bare, e->sql);
	uint64_t s = pop_stream(0x6578, b->seed);
	size_t found = 0, asked = 0;
	char line[POP_TEXT], name[64];
	struct pop_row row;

	while (asked < TRIES) {
		double took;

		pop_row(b->pop, pop_next(&s) % b->rows, &row);
		if (e->line(&row, line, sizeof line) == 0)
			continue;
		asked++;
		/* In turns: who comes first finds the pages cold. */
		if (asked % 2 == 0)
			samples_add(&ours, time_find(b, line, &row, &found));
		took = time_bare(b, e, st, &row, line);
		if (took == 0)
			bench_fail(line, NULL);
		samples_add(&bare, took);
		if (asked % 2 != 0)
			samples_add(&ours, time_find(b, line, &row, &found));
	}
	sqlite3_finalize(st);
	snprintf(name, sizeof name, "%s, %.1f %% found", e->name,
	    100.0 * (double)found / (double)asked);
	bench_row(name, &ours, "SQLite by key", &bare);
}

void
bench_exact(struct bench *b)
{
	bench_open(b);
	bench_load(b);
	for (size_t i = 0; i < sizeof exacts / sizeof *exacts; i++)
		one_kind(b, &exacts[i]);
}

/* --- fragments --------------------------------------------------------------- */

/* The floor: each byte of 20 a row read once. */
static double
time_pass(const uint64_t *words, size_t n, uint64_t *sum)
{
	double start = bench_now();
	uint64_t a = 0, c = 0, d = 0, e = 0;

	for (size_t i = 0; i + 4 <= n; i += 4) {
		a += words[i];
		c += words[i + 1];
		d += words[i + 2];
		e += words[i + 3];
	}
	*sum += a + c + d + e;
	return bench_now() - start;
}

void
bench_serial(struct bench *b)
{
	static const size_t digits[] = { 4, 5, 7, 8 };
	size_t n = (size_t)(b->rows + b->fillers) * 20 / sizeof(uint64_t);
	uint64_t *words = mem_array(n, sizeof *words), sum = 0;

	bench_open(b);
	bench_load(b);
	memset(words, 0x5a, n * sizeof *words);
	for (size_t k = 0; k < sizeof digits / sizeof *digits; k++) {
		struct samples ours = { 0 }, pass = { 0 };
		uint64_t s = pop_stream(0x6672, b->seed + k);
		size_t found = 0, asked = 0;
		char line[64], cut[64], name[64];
		struct pop_row row;

		while (asked < FRAGMENTS) {
			pop_row(b->pop, pop_next(&s) % b->rows, &row);
			if (line_serial(&row, line, sizeof line) == 0)
				continue;
			asked++;
			snprintf(cut, sizeof cut, "%.*s", (int)digits[k],
			    line + pop_below(&s, (unsigned)(strlen(line) -
			    digits[k])));
			samples_add(&ours, time_find(b, cut,
			    digits[k] < 7 ? NULL : &row, &found));
			samples_add(&pass, time_pass(words, n, &sum));
		}
		snprintf(name, sizeof name, "serial, %zu digits, %.1f %%",
		    digits[k], 100.0 * (double)found / (double)asked);
		bench_row(name, &ours, sum == 0 ? "" : "one pass, 20 B a row",
		    &pass);
	}
	free(words);
}
