#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "registry/linked.h"

#define SLOTS		64	/* of each table; by the row's number */
#define TEXTS		3

enum table { ISSUER, ORIGIN, SOURCE, MODEL, TABLES };

/* Texts in the order of the record's, then the issuer's key. */
static const char *const queries[TABLES] = {
	[ISSUER] = "SELECT line, shown, url, key FROM issuer LEFT JOIN issuer_url"
	    " ON issuer_url.issuer = issuer.id WHERE issuer.id = ?",
	[ORIGIN] = "SELECT point, account, NULL, NULL FROM origin"
	    " WHERE id = ?",
	[SOURCE] = "SELECT ocsp, cdp, NULL, NULL FROM source WHERE id = ?",
	[MODEL] = "SELECT name, NULL, NULL, NULL FROM model WHERE id = ?",
};

struct slot {
	int64_t	 id;		/* 0: nobody here */
	char	*texts[TEXTS];	/* or NULL */
	uint8_t	 key[RECORD_KEY_MAX];
	size_t	 key_len;
};

struct linked {
	unsigned	 version;	/* of the file, as the slots are */
	struct slot	 slots[TABLES][SLOTS];
};

static void
forget(struct slot *slot)
{
	for (size_t i = 0; i < TEXTS; i++)
		free(slot->texts[i]);
	memset(slot, 0, sizeof *slot);
}

static void
forget_all(struct linked *l)
{
	for (size_t t = 0; t < TABLES; t++)
		for (size_t i = 0; i < SLOTS; i++)
			forget(&l->slots[t][i]);
}

void
linked_free(struct linked *l)
{
	if (l != NULL)
		forget_all(l);
	free(l);
}

/*
 * Any change of the file, whoever made it, is a new version; a statement that
 * reads is under way, so it does not change meanwhile.
 */
static int
look_at_version(struct registry *reg, struct err *err)
{
	unsigned version;
	int rc = sqlite3_file_control(sql_handle(reg->sql), "main",
	    SQLITE_FCNTL_DATA_VERSION, &version);

	if (rc != SQLITE_OK)
		return sql_fail(reg->sql, rc, err);
	if (reg->linked == NULL)
		reg->linked = mem_alloc(sizeof *reg->linked);
	if (reg->linked->version != version)
		forget_all(reg->linked);
	reg->linked->version = version;
	return 0;
}

static void
take(struct slot *slot, int64_t id, sqlite3_stmt *st)
{
	size_t len = (size_t)sqlite3_column_bytes(st, TEXTS);

	forget(slot);
	slot->id = id;
	for (int i = 0; i < TEXTS; i++)
		slot->texts[i] = sql_text(st, i);
	slot->key_len = len < sizeof slot->key ? len : sizeof slot->key;
	if (slot->key_len > 0)
		memcpy(slot->key, sqlite3_column_blob(st, TEXTS),
		    slot->key_len);
}

/* 1, 0 when there is no such row, -1. */
static int
look_up(struct registry *reg, enum table table, int64_t id,
    const struct slot **out, struct err *err)
{
	struct slot *slot = &reg->linked->slots[table][(uint64_t)id % SLOTS];
	sqlite3_stmt *st;
	int rc;

	*out = slot;
	if (id == 0 || slot->id == id)
		return id != 0;
	st = sql_bind(reg->sql, queries[table], err, "i", id);
	rc = st == NULL ? -1 : sql_step(reg->sql, st, err);
	if (rc != 1)
		return rc;
	take(slot, id, st);
	sqlite3_reset(st);
	return 1;
}

static char *
copy(const char *text)
{
	return text != NULL ? mem_strdup(text) : NULL;
}

/* What stands behind the row's own columns points to the four. */
static int
read_linked(struct registry *reg, sqlite3_stmt *st, struct record *r,
    struct err *err)
{
	const struct slot *slots[TABLES];
	int have[TABLES];

	for (int t = 0; t < TABLES; t++) {
		have[t] = look_up(reg, (enum table)t, sqlite3_column_int64(st,
		    ROW_NCOLUMNS + t), &slots[t], err);
		if (have[t] == -1 || (have[t] == 0 && t <= ORIGIN))
			return have[t];
	}
	r->issuer.key_len = slots[ISSUER]->key_len;
	memcpy(r->issuer.key, slots[ISSUER]->key, slots[ISSUER]->key_len);
	r->issuer.line = copy(slots[ISSUER]->texts[0]);
	r->issuer.shown = copy(slots[ISSUER]->texts[1]);
	r->aia = copy(slots[ISSUER]->texts[2]);
	r->point = copy(slots[ORIGIN]->texts[0]);
	r->account = copy(slots[ORIGIN]->texts[1]);
	if (have[SOURCE]) {
		r->ocsp = copy(slots[SOURCE]->texts[0]);
		r->cdp = copy(slots[SOURCE]->texts[1]);
	}
	if (have[MODEL])
		r->card_model = copy(slots[MODEL]->texts[0]);
	return 1;
}

int
linked_row(struct registry *reg, sqlite3_stmt *st, struct record *r,
    struct err *err)
{
	int rc;

	row_read(st, r);
	rc = look_at_version(reg, err) == -1 ? -1 :
	    read_linked(reg, st, r, err);
	if (rc != 1)
		record_clear(r);
	return rc;
}

static int
read_one(struct registry *reg, sqlite3_stmt *st, struct record *r,
    struct err *err)
{
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);

	if (rc != 1)
		return rc;
	rc = linked_row(reg, st, r, err);
	sqlite3_reset(st);
	return rc;
}

int
linked_read(struct registry *reg, int64_t row, struct record *r,
    struct err *err)
{
	return read_one(reg, sql_bind(reg->sql, "SELECT "
	    LINKED_COLUMNS(ROW_TOKEN) " FROM cert" LINKED_CARD
	    " WHERE cert.id = ?", err, "i", row), r, err);
}

int
linked_brief(struct registry *reg, int64_t row, struct record *r,
    struct err *err)
{
	return read_one(reg, sql_bind(reg->sql, "SELECT "
	    LINKED_COLUMNS("NULL") " FROM cert" LINKED_CARD
	    " WHERE cert.id = ?", err, "i", row), r, err);
}
