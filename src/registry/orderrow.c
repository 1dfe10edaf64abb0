/*
 * Remembered orders and questions for the rights of a person: reached by the
 * identifiers that they were asked by, and by the person's certificates.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/jstring.h"
#include "base/mem.h"
#include "registry/asked.h"
#include "registry/inside.h"
#include "registry/orderrow.h"
#include "registry/outbox.h"

/*
 * A NIP is an employer's and a card's number may have had other owners: what is
 * shown or exported to a person is reached by what is theirs alone.
 */
#define PERSONS_OWN	(1u << ORDERS_BY_EMAIL | 1u << ORDERS_BY_PESEL | \
	1u << ORDERS_BY_SERIAL)

/* --- by what ------------------------------------------------------------------- */

struct hashes {
	int64_t	*v;
	size_t	 n;
};

static void
add_hash(struct hashes *h, int64_t hash)
{
	for (size_t i = 0; i < h->n; i++) {
		if (h->v[i] == hash)
			return;
	}
	h->v = mem_grow(h->v, h->n + 1, sizeof *h->v);
	h->v[h->n++] = hash;
}

static int
add_serial(struct registry *reg, int64_t row, struct hashes *h,
    struct err *err)
{
	struct orders_key key = { .by = ORDERS_BY_SERIAL };
	sqlite3_stmt *st = sql_bind(reg->sql,
	    "SELECT hex(serial) FROM cert WHERE id = ?", err, "i", row);
	int64_t hash;
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);
	char *serial;

	if (rc != 1)
		return rc;
	serial = sql_text(st, 0);
	sqlite3_reset(st);
	key.value = serial;
	if (orderrow_hash(reg, &key, &hash))
		add_hash(h, hash);
	free(serial);
	return 0;
}

int
orderrow_person(struct registry *reg, const struct person *p,
    int64_t **hashes, size_t *n, struct err *err)
{
	struct hashes h = { .n = 0 };

	add_hash(&h, ident_row_key(&p->whom));
	for (size_t i = 0; i < p->ntyped; i++)
		add_hash(&h, p->typed[i]);
	for (size_t i = 0; i < p->nnames; i++) {
		if (p->names[i].of == TOMB_OF_PERSON)
			add_hash(&h, ident_row_key(&p->names[i].hash));
	}
	for (size_t i = 0; i < p->nrows; i++) {
		if (add_serial(reg, p->rows[i], &h, err) == -1) {
			free(h.v);
			return -1;
		}
	}
	*hashes = h.v;
	*n = h.n;
	return 0;
}

/* --- told ------------------------------------------------------------------------ */

static void
put_time(json_t *o, const char *name, int64_t at)
{
	char buf[32];

	if (at != 0)
		json_object_set_new(o, name, jstring(clock_rfc3339(at, buf,
		    sizeof buf)));
}

static int
add_order(const struct orders_row *row, void *arg)
{
	json_t *list = arg, *o = json_object(), *there;
	size_t i;

	json_array_foreach(list, i, there) {
		if (strcmp(json_string_value(json_object_get(there, "number")),
		    row->number) == 0 && strcmp(json_string_value(
		    json_object_get(there, "authority")),
		    row->authority) == 0) {
			json_decref(o);
			return 0;
		}
	}
	json_object_set_new(o, "authority", jstring(row->authority));
	json_object_set_new(o, "number", jstring(row->number));
	put_time(o, "as_of", row->as_of);
	json_object_set_new(o, "order", json_loads(row->json, 0, NULL));
	json_array_append_new(list, o);
	return 0;
}

json_t *
orderrow_json(struct registry *reg, const struct person *p, struct err *err)
{
	json_t *list = json_array();
	int64_t *hashes;
	size_t n;
	int rc = orderrow_person(reg, p, &hashes, &n, err);

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = orderrow_each(reg, hashes[i], PERSONS_OWN, add_order,
		    list, err);
	if (rc == 0) {
		free(hashes);
		return list;
	}
	json_decref(list);
	return NULL;
}

/* What it is kept for, on what basis and how long. */
static int
add_why(struct registry *reg, const struct outbox_row *row, json_t *o,
    struct err *err)
{
	char number[ASKED_NUMBER_MAX + 1];
	struct asked a;
	int rc = asked_get(reg, row->id, &a, err);

	json_object_set_new(o, "number", jstring(asked_number(row->key,
	    number)));
	put_time(o, "kept_until", asked_until(row));
	if (rc != 1)
		return rc;
	json_object_set_new(o, "purpose",
	    jstring(asked_purpose_id(a.basis)));
	json_object_set_new(o, "basis", jstring(asked_basis_id(a.basis)));
	json_object_set_new(o, "clause", jstring(a.clause));
	put_time(o, "agreed", a.agreed);
	put_time(o, "withdrawn", a.withdrawn);
	return 0;
}

static int
add_question(struct registry *reg, int64_t id, json_t *list, struct err *err)
{
	struct outbox_row row;
	json_t *o;
	struct buf body;
	int rc = outbox_get(reg, id, &row, err);

	if (rc == -1)
		return -1;
	buf_init(&body, OUTBOX_BODY_MAX);
	rc = outbox_body(reg, id, &body, err);
	if (rc == 0) {
		o = json_object();
		json_object_set_new(o, "authority",
		    jstring(row.authority));
		put_time(o, "at", row.at);
		put_time(o, "tried", row.tried);
		if (row.reference != NULL)
			json_object_set_new(o, "reference",
			    jstring(row.reference));
		json_object_set_new(o, "waits",
		    json_boolean(row.state == OUTBOX_WAITING));
		rc = add_why(reg, &row, o, err);
		if (body.len > 0)
			json_object_set_new(o, "question", json_loadb(
			    (const char *)body.data, body.len, 0, NULL));
		json_array_append_new(list, o);
	}
	buf_clear(&body);
	outbox_row_clear(&row);
	return rc;
}

static int
questions_of(struct registry *reg, int64_t hash, json_t *list,
    struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT id FROM outbox"
	    " WHERE whom = ? ORDER BY id", err, "i", hash);
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = sql_step(reg->sql, st, err)) == 1) {
		if (add_question(reg, sqlite3_column_int64(st, 0), list,
		    err) == -1) {
			sqlite3_reset(st);
			return -1;
		}
	}
	return rc;
}

json_t *
orderrow_questions(struct registry *reg, const struct person *p,
    struct err *err)
{
	json_t *list = json_array();
	int64_t *hashes;
	size_t n;
	int rc = orderrow_person(reg, p, &hashes, &n, err);

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = questions_of(reg, hashes[i], list, err);
	if (rc == 0) {
		free(hashes);
		return list;
	}
	json_decref(list);
	return NULL;
}

/* --- erased ---------------------------------------------------------------------- */

int
orderrow_erase_hash(struct registry *reg, int64_t hash, int64_t until,
    int64_t *n, struct err *err)
{
	static const char *const takes[] = {
		"DELETE FROM orders WHERE id IN (SELECT id FROM order_key"
		" WHERE hash = ?1) AND asked <= ?2",
		"DELETE FROM outbox WHERE whom = ?1 AND at <= ?2",
	};

	for (size_t i = 0; i < sizeof takes / sizeof *takes; i++) {
		if (sql_run(reg->sql, takes[i], err, "ii", hash, until) == -1)
			return -1;
		*n += sqlite3_changes(sql_handle(reg->sql));
	}
	return 0;
}

/* A backup may have what is here no more: its stones are what it is found by. */
static void
add_stones(struct person *p, const int64_t *hashes, size_t n)
{
	p->names = mem_grow(p->names, p->nnames + n, sizeof *p->names);
	for (size_t i = 0; i < n; i++) {
		tombs_of_key(hashes[i], &p->names[p->nnames].hash);
		p->names[p->nnames++].of = TOMB_OF_ASKED;
	}
}

int
orderrow_erase(struct registry *reg, struct person *p, int64_t *n,
    struct err *err)
{
	int64_t *hashes;
	size_t nhashes;
	int rc = orderrow_person(reg, p, &hashes, &nhashes, err);

	if (rc == -1)
		return -1;
	for (size_t i = 0; rc == 0 && i < nhashes; i++)
		rc = orderrow_erase_hash(reg, hashes[i], INT64_MAX, n, err);
	add_stones(p, hashes, nhashes);
	free(hashes);
	return rc;
}
