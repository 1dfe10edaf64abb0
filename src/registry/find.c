#include "config.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/text.h"
#include "registry/find_work.h"
#include "registry/journal.h"
#include "registry/linked.h"
#include "registry/reveal.h"
#include "registry/scrub.h"
#include "registry/store.h"

#define HITS_DEFAULT	50
#define LOAD_BATCH	1024	/* rows read between two takings of the lock */
/* A whole number of so many characters is no fragment of another. */
#define CERTAIN_CHARS	8

/*
 * The lock is taken for writing only while what was read already is handed over,
 * so that no question waits for the disk.
 */
struct finder {
	pthread_rwlock_t lock;
	struct serials	*serials;	/* NULL: not loaded yet */
	struct words	*words;
	/* Only the loading thread's: last rows, and which restore made them. */
	int64_t		 last_cert, last_word, restored;
};

/* --- loading ------------------------------------------------------------------- */

struct finder *
finder_new(void)
{
	struct finder *f = mem_alloc(sizeof *f);

	if (pthread_rwlock_init(&f->lock, NULL) != 0)
		panic("a lock cannot be made");
	return f;
}

void
finder_free(struct finder *f)
{
	if (f == NULL)
		return;
	pthread_rwlock_destroy(&f->lock);
	serials_free(f->serials);
	words_free(f->words);
	free(f);
}

/* Rows of one statement, added to what only the loading thread has, or all. */
struct load {
	struct finder	*f;
	struct serials	*serials;
	struct words	*words;
	bool		 shared;	/* others are asking: lock */
	const atomic_bool *cancel;
};

static bool
wants_stop(const struct load *l)
{
	return l->cancel != NULL &&
	    atomic_load_explicit(l->cancel, memory_order_relaxed);
}

static void
take_serial(struct load *l, sqlite3_stmt *st)
{
	int64_t id = sqlite3_column_int64(st, 0);
	const void *number = sqlite3_column_blob(st, 1);
	int len = sqlite3_column_bytes(st, 1);

	if (number != NULL && len > 0)
		serials_add(l->serials, id, number, (size_t)len);
	if (id > l->f->last_cert)
		l->f->last_cert = id;
}

static void
take_word(struct load *l, sqlite3_stmt *st)
{
	int64_t id = sqlite3_column_int64(st, 0);
	const char *word = (const char *)sqlite3_column_text(st, 1);

	if (word != NULL)
		words_add(l->words, id, word, sqlite3_column_int64(st, 2));
	if (id > l->f->last_word)
		l->f->last_word = id;
}

static int
load_rows(struct load *l, struct sql *sql, sqlite3_stmt *st,
    void (*take)(struct load *, sqlite3_stmt *), struct err *err)
{
	int rc = 1;
	size_t n;

	if (st == NULL)
		return -1;
	while (rc == 1) {
		if (wants_stop(l)) {
			sqlite3_reset(st);
			return err_set(err, ERR_CANCELLED, NULL, NULL);
		}
		if (l->shared)
			pthread_rwlock_wrlock(&l->f->lock);
		for (n = 0; n < LOAD_BATCH &&
		    (rc = sql_step(sql, st, err)) == 1; n++)
			take(l, st);
		if (l->shared)
			pthread_rwlock_unlock(&l->f->lock);
	}
	return rc;
}

/* All of it, in the index's order, which is quicker to read than the table. */
static int
load_first(struct load *l, struct sql *sql, struct err *err)
{
	struct serials *serials = l->f->serials;
	struct words *words = l->f->words;

	l->serials = serials_new();
	l->words = words_new();
	l->f->last_cert = l->f->last_word = 0;
	if (load_rows(l, sql, sql_bind(sql, "SELECT id, serial FROM cert", err,
	    ""), take_serial, err) == -1 ||
	    load_rows(l, sql, sql_bind(sql, "SELECT id, word, n FROM word",
	    err, ""), take_word, err) == -1) {
		serials_free(l->serials);
		words_free(l->words);
		return -1;
	}
	pthread_rwlock_wrlock(&l->f->lock);
	l->f->serials = l->serials;
	l->f->words = l->words;
	pthread_rwlock_unlock(&l->f->lock);
	serials_free(serials);
	words_free(words);
	return 0;
}

int
finder_load(struct finder *f, struct registry *reg, const atomic_bool *cancel,
    struct err *err)
{
	struct load l = { .f = f, .serials = f->serials, .words = f->words,
	    .cancel = cancel };
	int64_t restored = 0;

	/* Asked first: a restore while rows are read is seen the next time. */
	if (sql_int(reg->sql, "SELECT value FROM meta WHERE name = 'restored'",
	    &restored, err, "") == -1)
		return -1;
	if (f->serials == NULL || restored != f->restored) {
		if (load_first(&l, reg->sql, err) == -1)
			return -1;
		f->restored = restored;
		return 0;
	}
	l.shared = true;
	if (load_rows(&l, reg->sql, sql_bind(reg->sql,
	    "SELECT id, serial FROM cert WHERE id > ? ORDER BY id", err, "i",
	    f->last_cert), take_serial, err) == -1)
		return -1;
	return load_rows(&l, reg->sql, sql_bind(reg->sql,
	    "SELECT id, word, n FROM word WHERE id > ? ORDER BY id", err, "i",
	    f->last_word), take_word, err);
}

size_t
finder_bytes(const struct finder *f)
{
	return (f->serials != NULL ? serials_bytes(f->serials) : 0) +
	    (f->words != NULL ? words_bytes(f->words) : 0);
}

/* --- what all files of a search use -------------------------------------------- */

bool
find_cancelled(const struct find_work *w)
{
	return w->o->cancel != NULL &&
	    atomic_load_explicit(w->o->cancel, memory_order_relaxed);
}

/* Reasons of one class are told apart by cost alone: names by how well. */
static int
class_of(enum find_why why)
{
	return why >= WHY_NAME_PREFIX && why <= WHY_NAME_TYPO ?
	    WHY_NAME_PREFIX : (int)why;
}

static int
pick_cmp(const void *a, const void *b)
{
	const struct pick *x = a, *y = b;
	int cx = class_of(x->why), cy = class_of(y->why);

	if (cx != cy)
		return cx < cy ? -1 : 1;
	/* Who comes to the counter is a person, with what can still be used. */
	if (x->authority != y->authority)
		return x->authority ? 1 : -1;
	if (x->cost != y->cost)
		return x->cost < y->cost ? -1 : 1;
	if (x->why != y->why)
		return x->why < y->why ? -1 : 1;
	if (x->marks != y->marks)
		return x->marks > y->marks ? -1 : 1;
	if (x->idle != y->idle)
		return x->idle ? 1 : -1;
	if (x->last_seen != y->last_seen)
		return x->last_seen > y->last_seen ? -1 : 1;
	if (x->not_after != y->not_after)
		return x->not_after > y->not_after ? -1 : 1;
	return x->id > y->id ? -1 : x->id < y->id;
}

static void
more_room(struct find_work *w)
{
	struct pick *old = w->picks;

	w->room *= 8;
	w->picks = mem_grow(old == w->few ? NULL : old, w->room,
	    sizeof *w->picks);
	if (old == w->few)
		memcpy(w->picks, old, sizeof w->few);
}

struct pick *
find_pick(struct find_work *w, int64_t id, enum find_why why, unsigned cost,
    const char *arg)
{
	struct pick new = { .id = id, .why = why, .cost = cost }, *p;
	size_t len = text_cut(arg, sizeof new.arg - 1), i;

	memcpy(new.arg, arg, len);
	for (i = 0; i < w->npicks; i++) {
		p = &w->picks[i];
		if (p->id != id)
			continue;
		if (pick_cmp(&new, p) < 0)
			*p = new;
		return p;
	}
	if (w->npicks == PICKS_MAX)
		return NULL;
	if (w->npicks == w->room)
		more_room(w);
	w->picks[w->npicks] = new;
	return &w->picks[w->npicks++];
}

static void
keep_row(struct find_work *w, const struct record *r)
{
	if (w->nrows == w->rows_room) {
		w->rows_room = w->rows_room == 0 ? PICKS_FEW :
		    8 * w->rows_room;
		w->rows = mem_grow(w->rows, w->rows_room, sizeof *w->rows);
	}
	w->rows[w->nrows++] = *r;
}

int
find_pick_row(struct find_work *w, sqlite3_stmt *st, enum find_why why,
    const char *arg, struct err *err)
{
	int64_t id = sqlite3_column_int64(st, 0);
	size_t before = w->npicks;
	struct record r;
	int rc;

	if (find_pick(w, id, why, 0, arg) == NULL || w->npicks == before ||
	    store_is_writing(w->reg))
		return 0;
	rc = linked_row(w->reg, st, &r, err);
	if (rc == 1)
		keep_row(w, &r);
	return rc == -1 ? -1 : 0;
}

/* The row of a pick, and it is the caller's; false: it is still to be read. */
static bool
take_row(struct find_work *w, int64_t id, struct record *out)
{
	for (size_t i = 0; i < w->nrows; i++)
		if (w->rows[i].id == id) {
			*out = w->rows[i];
			w->rows[i] = w->rows[--w->nrows];
			return true;
		}
	return false;
}

static enum rec_state
state_of(const struct find_work *w, const struct find_row *row)
{
	return record_state(row->status, row->not_before, row->not_after,
	    w->o->now);
}

/* Which filter is about it; none is about what is not valid yet, or unknown. */
static const unsigned filters[] = {
	[REC_VALID] = FIND_VALID, [REC_NOT_YET] = 0,
	[REC_EXPIRED] = FIND_EXPIRED, [REC_SUSPENDED] = FIND_SUSPENDED,
	[REC_REVOKED] = FIND_REVOKED, [REC_NO_DATES] = 0,
};

bool
find_is_live(const struct find_work *w, const struct find_row *row)
{
	enum rec_state s = state_of(w, row);

	return s == REC_VALID || s == REC_SUSPENDED || s == REC_NO_DATES;
}

bool
find_filters(const struct find_work *w)
{
	return w->o->states != 0 || w->o->qualified ||
	    (w->o->issuer != NULL && w->o->issuer[0] != '\0') ||
	    w->q->until != 0 || w->q->both;
}

bool
find_passes(struct find_work *w, const struct find_row *row)
{
	if ((w->o->states != 0 &&
	    (w->o->states & filters[state_of(w, row)]) == 0) ||
	    (w->o->qualified && !row->qualified))
		return false;
	if (w->o->issuer != NULL && (row->issuer == NULL ||
	    !text_find(row->issuer, w->o->issuer)))
		return false;
	if (row->restricted && (w->o->reason == NULL ||
	    w->o->reason[0] == '\0')) {
		w->notes |= 1u << NOTE_RESTRICTED;
		return false;
	}
	return true;
}

/* --- the answer ------------------------------------------------------------------ */

static bool
is_exact(enum find_why why)
{
	return why <= WHY_CARD;
}

/*
 * The line was a whole key, and long enough that it is not by chance a part of
 * some serial number too.
 */
bool
find_certain(const struct find_work *w)
{
	size_t i;

	/* Words without a digit are a name first, whatever else they are. */
	if (strlen(w->q->typed) < CERTAIN_CHARS || (w->q->nwords > 1 &&
	    strpbrk(w->q->typed, "0123456789@") == NULL))
		return false;
	for (i = 0; i < w->npicks; i++)
		if (is_exact(w->picks[i].why))
			return true;
	return false;
}

static int
search(struct find_work *w, struct err *err)
{
	if (find_exact(w, err) == -1)
		return -1;
	if (find_certain(w))
		return 0;
	/* Who has both the name and the number; if nobody, the number alone. */
	if (w->q->both && find_names(w, err) == -1)
		return -1;
	if (w->q->both && w->npicks > 0)
		return 0;
	if (find_parts(w, err) == -1 || (!w->q->both &&
	    find_names(w, err) == -1))
		return -1;
	return find_near(w, err);
}

/* As it is, and when that leads nowhere the number in it by itself. */
static int
search_line(struct find_work *w, const char *line, struct query *apart,
    struct err *err)
{
	if (search(w, err) == -1)
		return -1;
	if (w->npicks > 0 || find_cancelled(w) ||
	    !query_parse_apart(apart, line))
		return 0;
	w->q = apart;
	w->notes |= apart->notes;
	return search(w, err);
}

static bool
record_passes(struct find_work *w, const struct record *r)
{
	return find_passes(w, &(struct find_row){
		.issuer = r->issuer.shown, .not_before = r->not_before,
		.not_after = r->not_after, .status = r->status,
		.qualified = r->qualified, .restricted = r->restricted,
	});
}

/* B and 8 are one where they are taken for each other. */
static bool
holds_digits(const char *number, const char *digits, bool alike)
{
	size_t i;

	for (; *number != '\0'; number++) {
		for (i = 0; digits[i] != '\0' && (number[i] == digits[i] ||
		    (alike && strchr("8B", number[i]) != NULL &&
		    strchr("8B", digits[i]) != NULL)); i++)
			;
		if (digits[i] == '\0')
			return true;
	}
	return false;
}

/*
 * What is in memory is never the truth: after a restore another certificate may
 * have the number of a row whose digits were met.
 */
static bool
is_as_met(const struct pick *p, const struct record *r)
{
	char number[2 * CERT_SERIAL_MAX + 1];

	if ((p->why != WHY_SERIAL && p->why != WHY_SERIAL_END &&
	    p->why != WHY_SERIAL_PART && p->why != WHY_SERIAL_LOOK) ||
	    p->arg[0] == '\0')
		return true;
	text_hex(r->serial, r->serial_len, 0, number, sizeof number);
	return holds_digits(number, p->arg, p->why == WHY_SERIAL_LOOK);
}

/* Fetch a row; 1 with the hit, 0 when it is gone or left out, -1. */
static int
fetch(struct find_work *w, const struct pick *p, struct find_hit *hit,
    struct err *err)
{
	struct err why = ERR_INIT;

	if (!take_row(w, p->id, &hit->cert) &&
	    store_get_brief(w->reg, p->id, &hit->cert, &why) == -1) {
		if (why.code == ERR_NOT_FOUND)
			return 0;
		*err = why;
		return -1;
	}
	if (!is_as_met(p, &hit->cert) || !record_passes(w, &hit->cert)) {
		record_clear(&hit->cert);
		return 0;
	}
	hit->why = p->why;
	hit->distance = p->typos;
	memcpy(hit->why_arg, p->arg, sizeof hit->why_arg);
	return 1;
}

static int
fetch_all(struct find_work *w, struct find_answer *a, struct err *err)
{
	size_t i;
	int rc;

	if (w->npicks > 1)
		qsort(w->picks, w->npicks, sizeof *w->picks, pick_cmp);
	for (i = 0; i < w->npicks && a->nhits < w->max; i++) {
		if (find_cancelled(w))
			break;
		rc = fetch(w, &w->picks[i], &a->hits[a->nhits], err);
		if (rc == -1)
			return -1;
		a->nhits += rc == 1;
	}
	if (i < w->npicks)
		w->notes |= 1u << NOTE_MORE;
	return 0;
}

static int64_t
micros(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

/* By its number too: after a restore another may have the row. */
static bool
was_shown(const struct find_options *o, const struct record *r)
{
	for (size_t i = 0; i < o->nshown; i++)
		if (o->shown[i].id == r->id &&
		    o->shown[i].serial_len == r->serial_len &&
		    memcmp(o->shown[i].serial, r->serial, r->serial_len) == 0)
			return true;
	return false;
}

/*
 * Every restricted row that is shown, once; -1: then none is.  The reason
 * outlives the rows, so the names of all of them are taken out of it.
 */
static int
reveal_all(struct find_work *w, const struct find_answer *a, struct err *err)
{
	const char *names[FIND_HITS_MAX];
	size_t i, n = 0;
	char *why;
	int rc = 0;

	for (i = 0; i < a->nhits; i++)
		if (a->hits[i].cert.restricted)
			names[n++] = a->hits[i].cert.holder;
	if (n == 0)
		return 0;
	why = scrub_names(w->o->reason, names, n);
	for (i = 0; rc == 0 && i < a->nhits; i++)
		if (a->hits[i].cert.restricted &&
		    !was_shown(w->o, &a->hits[i].cert))
			rc = reveal_note(w->reg, &a->hits[i].cert, why, err);
	free(why);
	return rc;
}

/* Digits that led nowhere may be some of a decimal number. */
static bool
may_be_decimal(const struct query *q)
{
	return q->ndecimal > 0 && q->hex.n >= QUERY_FRAGMENT_MIN &&
	    q->digits[0] == '\0';
}

static int
answer(struct finder *f, struct find_work *w, const char *line,
    struct find_answer *a, struct err *err)
{
	struct query apart;
	int rc;

	pthread_rwlock_rdlock(&f->lock);
	w->serials = f->serials;
	w->words = f->words;
	a->rows = f->serials != NULL ? (int64_t)serials_count(f->serials) : 0;
	a->kinds = w->q->kinds;
	rc = search_line(w, line, &apart, err);
	pthread_rwlock_unlock(&f->lock);
	if (w->npicks == 0 && may_be_decimal(w->q) && (w->notes &
	    (1u << NOTE_LOADING | 1u << NOTE_RESTRICTED)) == 0)
		w->notes |= 1u << NOTE_DECIMAL;
	if (w->q == &apart) {
		a->kinds |= apart.kinds;
		w->q = NULL;
		query_wipe(&apart);
	}
	if (rc == 0 && find_cancelled(w))
		rc = err_set(err, ERR_CANCELLED, NULL, NULL);
	if (rc == -1)
		return -1;
	a->hits = mem_array(w->npicks < w->max ? w->npicks + 1 : w->max,
	    sizeof *a->hits);
	return fetch_all(w, a, err);
}

/* Rows that nobody took were left out, or there were too many. */
static void
forget_work(struct find_work *w)
{
	for (size_t i = 0; i < w->nrows; i++)
		record_clear(&w->rows[i]);
	free(w->rows);
	if (w->picks != w->few)
		free(w->picks);
}

int
finder_ask(struct finder *f, struct registry *reg, const char *line,
    const struct find_options *o, struct find_answer **out, struct err *err)
{
	struct query q;
	struct find_work w;
	struct find_answer *a;
	int64_t start = micros();
	bool own;
	int rc;

	*out = NULL;
	/* "" is none; a blank one says nothing. */
	if (o->reason != NULL && o->reason[0] != '\0' &&
	    journal_reason(o->reason, "find", err) == -1)
		return -1;
	a = mem_alloc(sizeof *a);
	query_parse(&q, line);
	/* All but few, which is written before it is read. */
	memset(&w, 0, offsetof(struct find_work, few));
	w.reg = reg;
	w.q = &q;
	w.o = o;
	w.picks = w.few;
	w.room = PICKS_FEW;
	w.max = o->max == 0 ? HITS_DEFAULT : o->max < FIND_HITS_MAX ? o->max :
	    FIND_HITS_MAX;
	w.notes = q.notes;
	/*
	 * One look at the file for all of it: a statement alone asks for the
	 * file's locks each time, which costs more than finding a row.
	 */
	own = sqlite3_get_autocommit(sql_handle(reg->sql)) != 0;
	rc = own ? sql_run(reg->sql, "BEGIN", err, "") : 0;
	if (rc == 0) {
		rc = answer(f, &w, line, a, err);
		if (own)
			sql_end(reg->sql, "ROLLBACK");
	}
	if (rc == 0)
		rc = reveal_all(&w, a, err);
	a->dated = q.until != 0;
	a->notes = w.notes;
	a->micros = micros() - start;
	query_wipe(&q);
	forget_work(&w);
	if (rc == -1) {
		find_answer_free(a);
		return -1;
	}
	*out = a;
	return 0;
}

void
find_answer_free(struct find_answer *a)
{
	size_t i;

	if (a == NULL)
		return;
	for (i = 0; i < a->nhits; i++) {
		record_clear(&a->hits[i].cert);
		explicit_bzero(&a->hits[i], sizeof a->hits[i]);
	}
	free(a->hits);
	free(a);
}
