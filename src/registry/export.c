/*
 * All rows, in the order of their numbers, a page of them at a time: between two
 * pages nothing is held, so that other desks go on writing.
 */
#include "config.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/jstring.h"
#include "base/mem.h"
#include "registry/columns.h"
#include "registry/csv.h"
#include "registry/import.h"
#include "registry/journal.h"
#include "registry/row.h"

#define PAGE_ROWS	500
#define OUT_MAX		((size_t)256 << 10)	/* bytes before they are written */
#define LINE_MAX_BYTES	((size_t)64 << 10)	/* of one row, whatever it holds */

struct exporting {
	struct registry	*reg;
	int		 fd;
	enum export_format format;
	struct buf	 out;
	struct import_progress *p;
	struct err	*err;
	int64_t		 after;		/* the last row's number */
};

static int
write_out(struct exporting *x)
{
	size_t at = 0;
	ssize_t n;

	while (at < x->out.len) {
		n = write(x->fd, x->out.data + at, x->out.len - at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_errno(x->err, errno == ENOSPC ||
			    errno == EDQUOT || errno == EFBIG ? ERR_DISK_FULL :
			    ERR_IO, "export");
		at += (size_t)n;
	}
	x->p->done += (int64_t)at;
	x->out.len = 0;
	return 0;
}

/* --- one row ---------------------------------------------------------------- */

static int
csv_row(struct buf *out, const struct record *r)
{
	char buf[COLUMNS_TEXT_MAX];
	bool first = true;
	int bad = 0;

	for (size_t i = 0; i < columns_n; i++) {
		if (columns[i].get == NULL)
			continue;
		bad |= csv_add_field(out, r == NULL ? columns[i].name :
		    columns[i].get(r, buf), first);
		first = false;
	}
	return bad | buf_add(out, "\r\n", 2);
}

/* A member for each column that has anything to say. */
static int
json_row(struct buf *out, const struct record *r)
{
	json_t *row = json_object();
	char buf[COLUMNS_TEXT_MAX], *text;
	int bad;

	for (size_t i = 0; i < columns_n; i++) {
		const char *value = columns[i].get != NULL ?
		    columns[i].get(r, buf) : "";

		if (*value == '\0')
			continue;
		json_object_set_new(row, columns[i].name,
		    columns[i].kind == COLUMN_FLAG ?
		    json_boolean(strcmp(value, "yes") == 0) :
		    jstring(value));
	}
	text = json_dumps(row, JSON_COMPACT);
	if (text == NULL)
		panic("okienko: a row that is no JSON");
	bad = buf_add(out, text, strlen(text)) | buf_add(out, "\n", 1);
	free(text);
	json_decref(row);
	return bad;
}

static int
add_row(struct exporting *x, const struct record *r)
{
	int bad;

	if (x->out.len > OUT_MAX - LINE_MAX_BYTES && write_out(x) != 0)
		return -1;
	bad = x->format == EXPORT_CSV ? csv_row(&x->out, r) :
	    r != NULL ? json_row(&x->out, r) : 0;
	return bad == 0 ? 0 : err_set(x->err, ERR_TOO_BIG, "row", NULL);
}

/* --- all of them --------------------------------------------------------------- */

/* The next rows.  1 while there are any, 0, -1. */
static int
export_page(struct exporting *x)
{
	sqlite3_stmt *st = sql_bind(x->reg->sql, "SELECT " ROW_COLUMNS ROW_FROM
	    " WHERE cert.id > ? ORDER BY cert.id LIMIT ?", x->err, "ii",
	    x->after, (int64_t)PAGE_ROWS);
	int got, rows = 0;

	if (st == NULL)
		return -1;
	while ((got = sql_step(x->reg->sql, st, x->err)) == 1) {
		struct record r;
		int rc = 0;

		row_read(st, &r);
		x->after = r.id;
		if (r.restricted)
			x->p->restricted++;
		else {
			x->p->records++;
			rc = add_row(x, &r);
		}
		record_clear(&r);
		if (rc != 0) {
			sqlite3_reset(st);
			return -1;
		}
		rows++;
	}
	return got == -1 ? -1 : rows > 0;
}

/* Before a byte goes out: an export that was begun has been one. */
static int
journal_export(struct exporting *x, const char *reason)
{
	const struct journal_entry entry = {
		.action = JOURNAL_EXPORT, .why = reason,
		.what = x->format == EXPORT_CSV ? "csv" : "json",
	};

	return journal_add(x->reg, &entry, x->err);
}

static int
export_all(struct exporting *x, const atomic_bool *cancel)
{
	int rc;

	if (add_row(x, NULL) != 0)
		return -1;
	do {
		if (cancel != NULL && atomic_load(cancel))
			return err_set(x->err, ERR_CANCELLED, "export", NULL);
		rc = export_page(x);
	} while (rc == 1);
	return rc != 0 ? -1 : write_out(x);
}

int
export_run(struct registry *reg, int fd, enum export_format format,
    const char *reason, const atomic_bool *cancel, struct import_progress *p,
    struct err *err)
{
	struct import_progress none;
	struct exporting x = {
		.reg = reg, .fd = fd, .format = format,
		.p = p != NULL ? p : &none, .err = err,
	};
	int64_t began = clock_mono_ms();
	int rc;

	memset(x.p, 0, sizeof *x.p);
	if (journal_reason(reason, "export", err) == -1)
		return -1;
	buf_init(&x.out, OUT_MAX);
	rc = journal_export(&x, reason);
	if (rc == 0)
		rc = export_all(&x, cancel);
	buf_clear(&x.out);
	x.p->millis = clock_mono_ms() - began;
	return rc;
}
