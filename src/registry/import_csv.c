#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "registry/columns.h"
#include "registry/csv.h"
#include "registry/importing.h"

#define HEADING_MAX	128

/* Which column of ours stands in which field of theirs. */
struct table {
	const struct column *field[CSV_FIELDS_MAX];
	size_t		 width;		/* fields of the first record */
	size_t		 needs;		/* up to the last one that is a column */
	bool		 headed;	/* the first record is the headings */
	struct record_issuer issuer;	/* of the options; key_len 0: none */
};

/* --- headings and mappings ----------------------------------------------------- */

/* The same heading, whatever its letters' case and marks. */
static bool
same_heading(const char *a, const char *b)
{
	char x[HEADING_MAX], y[HEADING_MAX];

	(void)text_fold(a, x, sizeof x);
	(void)text_fold(b, y, sizeof y);
	return x[0] != '\0' && strcmp(x, y) == 0;
}

static int
field_by_heading(const struct csv *csv, const char *heading)
{
	for (size_t i = 0; i < csv->nfields; i++) {
		if (same_heading(csv->fields[i], heading))
			return (int)i;
	}
	return -1;
}

static bool
is_number(const char *s)
{
	return *s != '\0' && strspn(s, "0123456789") == strlen(s);
}

/* Where a heading or a number says; -1. */
static int
place_of(struct table *t, const struct csv *csv, const char *said)
{
	int at;

	if (!is_number(said)) {
		t->headed = true;
		return field_by_heading(csv, said);
	}
	at = strlen(said) > 3 ? -1 : atoi(said) - 1;
	return at < (int)csv->nfields ? at : -1;
}

/* One "holder=Nazwa" or "holder=2" of a mapping; csv stands on its headings. */
static int
map_one(struct importing *imp, struct table *t, const struct csv *csv,
    char *pair)
{
	char *value = strchr(pair, '=');
	const struct column *column;
	int at;

	if (value == NULL)
		return err_set(imp->err, ERR_USAGE, pair, "mapping");
	*value++ = '\0';
	column = column_by_name(pair);
	if (column == NULL || column->set == NULL)
		return err_set(imp->err, ERR_NO_FIELD, pair, NULL);
	at = place_of(t, csv, value);
	if (at < 0)
		return err_set(imp->err, ERR_NO_HEADING, value, NULL);
	t->field[at] = column;
	return 0;
}

static int
map_all(struct importing *imp, struct table *t, const struct csv *csv)
{
	char *copy = mem_strdup(imp->o->mapping), *rest = copy, *pair;
	int rc = 0;

	while (rc == 0 && (pair = strsep(&rest, ",")) != NULL)
		rc = map_one(imp, t, csv, pair);
	free(copy);
	return rc;
}

static bool
has_column(const struct table *t, const char *name)
{
	for (size_t i = 0; i < CSV_FIELDS_MAX; i++) {
		if (t->field[i] == column_by_name(name))
			return true;
	}
	return false;
}

/* What the file's first record makes of it. */
static int
map_table(struct importing *imp, struct table *t, const struct csv *csv)
{
	if (imp->o->mapping != NULL) {
		if (map_all(imp, t, csv) != 0)
			return -1;
	} else {
		t->headed = true;
		for (size_t i = 0; i < csv->nfields; i++)
			t->field[i] = column_by_name(csv->fields[i]);
	}
	t->width = csv->nfields;
	for (size_t i = 0; i < CSV_FIELDS_MAX; i++) {
		if (t->field[i] != NULL)
			t->needs = i + 1;
	}
	if (!has_column(t, "serial") && !has_column(t, "serial_dec"))
		return err_set(imp->err, ERR_NO_COLUMN, imp->file, NULL);
	if (t->issuer.key_len == 0 && !has_column(t, "issuer") &&
	    !has_column(t, "issuer_key"))
		return err_set(imp->err, ERR_ISSUER_NEEDED, imp->file, NULL);
	return 0;
}

/* --- a record -------------------------------------------------------------------- */

/* Who issued it: its key, its name, or the one of the options. */
static int
settle_issuer(struct importing *imp, const struct table *t, struct record *r)
{
	struct record_issuer named;

	if (r->issuer.key_len == 0 && r->issuer.line == NULL) {
		if (t->issuer.key_len == 0)
			return -1;
		record_issuer_clear(&r->issuer);
		record_issuer_copy(&r->issuer, &t->issuer);
		return 0;
	}
	if (r->issuer.key_len == 0) {
		if (importing_issuer_named(imp, r->issuer.line, &named) != 0)
			return -1;
		record_issuer_clear(&r->issuer);
		r->issuer = named;
		return 0;
	}
	if (r->issuer.line == NULL)
		r->issuer.line = mem_strdup("");
	if (r->issuer.shown == NULL)
		r->issuer.shown = mem_strdup(r->issuer.line);
	return 0;
}

/*
 * A record that was cut lacks what is a column; one in which a separator was not
 * quoted has more than the first.  Empty fields at the end say nothing.
 */
static bool
fits(const struct table *t, const struct csv *csv)
{
	for (size_t i = t->width; i < csv->nfields; i++) {
		if (csv->fields[i][0] != '\0')
			return false;
	}
	return csv->nfields >= t->needs;
}

static bool
ends_before_it_begins(const struct record *r)
{
	return r->not_before != CERT_NO_TIME && r->not_after != CERT_NO_TIME &&
	    r->not_after < r->not_before;
}

/* The name of the column that makes no sense; NULL when all do. */
static const char *
fill(struct importing *imp, const struct table *t, struct csv *csv,
    struct record *r)
{
	for (size_t i = 0; i < csv->nfields; i++) {
		const struct column *column = t->field[i];
		const char *text = csv_plain(csv, i);

		if (column != NULL && column->set != NULL && *text != '\0' &&
		    column->set(r, text) != 0)
			return column->name;
	}
	if (r->serial_len == 0)
		return "serial";
	if (ends_before_it_begins(r))
		return "not_after";
	if (settle_issuer(imp, t, r) != 0)
		return "issuer";
	if (r->holder == NULL)
		r->holder = mem_strdup("");
	if (r->status != STATUS_UNKNOWN && r->status_at == 0)
		r->status_at = importing_written_at(imp);
	if (r->status_at > imp->now)
		r->status_at = imp->now;
	return NULL;
}

static int
take_record(struct importing *imp, const struct table *t, struct csv *csv)
{
	const char *bad;
	struct record r;
	int rc = 0;

	if (!fits(t, csv)) {
		importing_bad(imp, csv->line, ERR_RECORD_FIELDS, NULL, NULL);
		return 0;
	}
	record_init(&r);
	r.how = r.status_by = HOW_IMPORT_TEXT;
	r.first_seen = r.last_seen = imp->now;
	bad = fill(imp, t, csv, &r);
	if (bad != NULL && imp->err->code == ERR_NONE)
		importing_bad(imp, csv->line, ERR_RECORD_VALUE, bad, NULL);
	else if (bad != NULL)
		rc = -1;
	else
		rc = importing_store(imp, &r);
	record_clear(&r);
	return rc;
}

/* --- the file ----------------------------------------------------------------------- */

static int
read_records(struct importing *imp, const struct table *t, struct csv *csv,
    enum csv_got got)
{
	int rc = 0;

	while (got != CSV_END) {
		if (got == CSV_LONG)
			importing_bad(imp, csv->line, ERR_RECORD_LONG, NULL,
			    NULL);
		else if (got == CSV_BINARY)
			importing_bad(imp, csv->line, ERR_RECORD_VALUE, "1",
			    "a zero byte");
		else
			rc = take_record(imp, t, csv);
		if (rc != 0 || importing_next(imp, stream_at(imp->in),
		    csv->next_line) != 0 || csv_next(csv, &got, imp->err) != 0)
			return -1;
	}
	return 0;
}

static int
read_table(struct importing *imp, struct table *t, struct csv *csv)
{
	int64_t position, line;
	enum csv_got got;
	bool go_on;

	if (csv_next(csv, &got, imp->err) != 0)
		return -1;
	if (got == CSV_END)
		return 0;
	if (got != CSV_RECORD)
		return err_set(imp->err, ERR_BAD_DATA, imp->file,
		    "its first line is no list of headings");
	if (map_table(imp, t, csv) != 0 ||
	    importing_resume(imp, &position, &line, &go_on) != 0)
		return -1;
	imp->understood = true;
	if (go_on) {
		if (stream_seek(imp->in, position, imp->err) != 0)
			return -1;
		csv->next_line = line;
	}
	if ((go_on || t->headed) && csv_next(csv, &got, imp->err) != 0)
		return -1;
	return read_records(imp, t, csv, got);
}

int
importing_csv(struct importing *imp)
{
	enum codepage page = CODEPAGE_AUTO;
	struct table *t = mem_alloc(sizeof *t);
	struct csv csv;
	int rc;

	if (imp->o->encoding != NULL &&
	    codepage_by_name(imp->o->encoding, &page) != 0) {
		free(t);
		return err_set(imp->err, ERR_USAGE, imp->o->encoding,
		    "encoding");
	}
	rc = csv_open(&csv, imp->in, page, imp->err);
	if (rc == 0 && imp->o->issuer != NULL &&
	    importing_issuer(imp, &t->issuer) == -1)
		rc = -1;
	if (rc == 0)
		rc = read_table(imp, t, &csv);
	csv_close(&csv);
	record_issuer_clear(&t->issuer);
	free(t);
	return rc;
}
