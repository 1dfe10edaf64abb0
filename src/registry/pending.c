#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "registry/inside.h"
#include "registry/nameword.h"
#include "registry/pending.h"

#define PENDING_MAX	(1 << 20)	/* entries of a kind before they are written */
#define WORDS_MAX	(1 << 17)	/* distinct words */

struct pending_ident {
	int64_t	 hash, cert;
	int	 kind;
};

struct pending_name {
	int64_t	 a, b, cert;
};

/* Its row, and how often it came since it was last counted in the table. */
struct pending_word {
	char	 word[NAME_WORD_MAX + 1];	/* "" : an empty slot */
	int64_t	 id, n;
};

struct pending {
	struct pending_ident *idents;
	size_t		 nidents, ident_room;
	struct pending_name *names;
	size_t		 nnames, name_room;
	struct pending_word *words;		/* open addressing */
	size_t		 nwords, word_slots;	/* slots: a power of two */
};

static struct pending *
pending_of(struct registry *reg)
{
	if (reg->pending == NULL)
		reg->pending = mem_alloc(sizeof *reg->pending);
	return reg->pending;
}

void
pending_discard(struct pending *p)
{
	if (p == NULL)
		return;
	free(p->idents);
	free(p->names);
	free(p->words);
	free(p);
}

void
pending_forget(struct registry *reg)
{
	pending_discard(reg->pending);
	reg->pending = NULL;
}

/* Twice the room when there is none left. */
static void *
roomier(void *entries, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return entries;
	*room = *room == 0 ? 64 : 2 * *room;
	return mem_grow(entries, *room, size);
}

int
pending_ident(struct registry *reg, int64_t hash, int kind, int64_t cert,
    struct err *err)
{
	struct pending *p = pending_of(reg);

	p->idents = roomier(p->idents, p->nidents, &p->ident_room,
	    sizeof *p->idents);
	p->idents[p->nidents++] = (struct pending_ident){ hash, cert, kind };
	return p->nidents < PENDING_MAX ? 0 : pending_write(reg, err);
}

int
pending_name(struct registry *reg, int64_t a, int64_t b, int64_t cert,
    struct err *err)
{
	struct pending *p = pending_of(reg);

	p->names = roomier(p->names, p->nnames, &p->name_room,
	    sizeof *p->names);
	p->names[p->nnames++] = (struct pending_name){ a, b, cert };
	return p->nnames < PENDING_MAX ? 0 : pending_write(reg, err);
}

/* --- words ------------------------------------------------------------------ */

static struct pending_word *
slot_of(const struct pending *p, const char *word)
{
	size_t i = 2166136261u;

	for (const char *c = word; *c != '\0'; c++)
		i = (i ^ (unsigned char)*c) * 16777619u;
	for (i &= p->word_slots - 1; p->words[i].word[0] != '\0' &&
	    strcmp(p->words[i].word, word) != 0;)
		i = (i + 1) & (p->word_slots - 1);
	return &p->words[i];
}

static void
more_slots(struct pending *p)
{
	struct pending_word *old = p->words;
	size_t n = p->word_slots;

	p->word_slots = n == 0 ? 64 : 2 * n;
	p->words = mem_array(p->word_slots, sizeof *p->words);
	for (size_t i = 0; i < n; i++)
		if (old[i].word[0] != '\0')
			*slot_of(p, old[i].word) = old[i];
	free(old);
}

static int
word_row(struct registry *reg, const char *word, int64_t *id, struct err *err)
{
	int rc = sql_int(reg->sql, "SELECT id FROM word WHERE word = ?", id,
	    err, "t", word);

	if (rc != 0)
		return rc == 1 ? 0 : -1;
	if (sql_run(reg->sql, "INSERT INTO word (word, n) VALUES (?, 0)", err,
	    "t", word) == -1)
		return -1;
	*id = sqlite3_last_insert_rowid(sql_handle(reg->sql));
	return 0;
}

int
pending_word(struct registry *reg, const char *word, int64_t *id,
    struct err *err)
{
	struct pending *p = pending_of(reg);
	struct pending_word *slot;

	if (p->nwords >= WORDS_MAX) {
		if (pending_write(reg, err) == -1)
			return -1;
		p = pending_of(reg);
	}
	if (2 * p->nwords >= p->word_slots)
		more_slots(p);
	slot = slot_of(p, word);
	if (slot->word[0] == '\0') {
		if (word_row(reg, word, id, err) == -1)
			return -1;
		memcpy(slot->word, word, strlen(word) + 1);
		slot->id = *id;
		p->nwords++;
	}
	slot->n++;
	*id = slot->id;
	return 0;
}

/* --- writing ---------------------------------------------------------------- */

static int
by_hash(const void *a, const void *b)
{
	const struct pending_ident *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash > y->hash ? 1 : -1;
	return (x->cert > y->cert) - (x->cert < y->cert);
}

static int
by_words(const void *a, const void *b)
{
	const struct pending_name *x = a, *y = b;

	if (x->a != y->a)
		return x->a > y->a ? 1 : -1;
	if (x->b != y->b)
		return x->b > y->b ? 1 : -1;
	return (x->cert > y->cert) - (x->cert < y->cert);
}

/*
 * Several rows a statement: what one costs by itself is more than what a row
 * does.
 */
#define ROWS		16
#define FOUR_ROWS	"(?, ?, ?), (?, ?, ?), (?, ?, ?), (?, ?, ?)"
#define MANY_ROWS	FOUR_ROWS ", " FOUR_ROWS ", " FOUR_ROWS ", " FOUR_ROWS

static void
bind_ident(sqlite3_stmt *st, int at, const struct pending_ident *ident)
{
	sqlite3_bind_int64(st, at, ident->hash);
	sqlite3_bind_int64(st, at + 1, ident->cert);
	sqlite3_bind_int64(st, at + 2, ident->kind);
}

static void
bind_name(sqlite3_stmt *st, int at, const struct pending_name *name)
{
	sqlite3_bind_int64(st, at, name->a);
	sqlite3_bind_int64(st, at + 1, name->b);
	sqlite3_bind_int64(st, at + 2, name->cert);
}

static int
write_idents(struct registry *reg, struct pending *p, struct err *err)
{
	size_t n, i = 0;

	if (p->nidents > 0)
		qsort(p->idents, p->nidents, sizeof *p->idents, by_hash);
	for (; i < p->nidents; i += n) {
		sqlite3_stmt *st;

		n = p->nidents - i >= ROWS ? ROWS : 1;
		st = sql_bind(reg->sql, n == ROWS ?
		    "INSERT OR IGNORE INTO ident (hash, cert, kind) VALUES "
		    MANY_ROWS : "INSERT OR IGNORE INTO ident (hash, cert, kind)"
		    " VALUES (?, ?, ?)", err, "");
		if (st == NULL)
			return -1;
		for (size_t k = 0; k < n; k++)
			bind_ident(st, 3 * (int)k + 1, &p->idents[i + k]);
		if (sql_step(reg->sql, st, err) == -1)
			return -1;
	}
	return 0;
}

static int
write_names(struct registry *reg, struct pending *p, struct err *err)
{
	size_t n, i = 0;

	if (p->nnames > 0)
		qsort(p->names, p->nnames, sizeof *p->names, by_words);
	for (; i < p->nnames; i += n) {
		sqlite3_stmt *st;

		n = p->nnames - i >= ROWS ? ROWS : 1;
		st = sql_bind(reg->sql, n == ROWS ?
		    "INSERT OR IGNORE INTO name_ix (a, b, cert) VALUES "
		    MANY_ROWS : "INSERT OR IGNORE INTO name_ix (a, b, cert)"
		    " VALUES (?, ?, ?)", err, "");
		if (st == NULL)
			return -1;
		for (size_t k = 0; k < n; k++)
			bind_name(st, 3 * (int)k + 1, &p->names[i + k]);
		if (sql_step(reg->sql, st, err) == -1)
			return -1;
	}
	return 0;
}

static int
write_words(struct registry *reg, struct pending *p, struct err *err)
{
	for (size_t i = 0; i < p->word_slots; i++)
		if (p->words[i].n != 0 && sql_run(reg->sql,
		    "UPDATE word SET n = n + ? WHERE id = ?", err, "ii",
		    p->words[i].n, p->words[i].id) == -1)
			return -1;
	return 0;
}

/* What is written; where its words are is known for as long as nobody else is. */
static void
keep_words(struct pending *p)
{
	p->nidents = p->nnames = 0;
	for (size_t i = 0; i < p->word_slots; i++)
		p->words[i].n = 0;
}

int
pending_write(struct registry *reg, struct err *err)
{
	struct pending *p = reg->pending;
	int rc;

	if (p == NULL)
		return 0;
	rc = write_idents(reg, p, err) == -1 ||
	    write_names(reg, p, err) == -1 ||
	    write_words(reg, p, err) == -1 ? -1 : 0;
	if (rc == 0 && reg->fresh != NULL && p->nwords < WORDS_MAX)
		keep_words(p);
	else
		pending_forget(reg);
	return rc;
}
