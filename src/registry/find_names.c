/*
 * Names: candidates for each word that was typed, pairs of candidates sought in
 * the index, the best of the rows they lead to met with the whole line.  Every
 * step is bounded, so that a line costs milliseconds whatever it says.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "registry/find_work.h"

#define CANDIDATES	256	/* for one word */
#define SEEKS_MAX	1200	/* pairs looked up, both ways round counted */
#define SEEKS_FOUND	400	/* the same, when a likelier pair had rows */
#define RARE		48	/* certificates of a word that are all looked at */
#define RARE_WORDS	48	/* such words */
#define RARE_WORDS_FEW	6	/* the same, when pairs led somewhere already */
#define COST_MAX	24	/* of a pair together */
#define COST_WINDOW	4	/* beyond the cheapest pair that is there */
#define EACH		8	/* rows of a name while others compete */
#define EACH_EXACT	24	/* of the very name that was typed */
#define MANY		1024	/* rows of a pair, when something else tells */
#define FETCH_MAX	400	/* rows met with the line */
#define FETCH_FILTER	2500	/* the same, when most will be left out */
#define FOUND_ROOM	4096	/* rows remembered; a power of two */
#define SHORT_MAX	64	/* names that had more rows than were taken */
#define UPPER		"\xf4\x8f\xbf\xbf"	/* after every letter */

/* A row that the index led to. */
struct found {
	int64_t		cert;		/* 0: an empty place */
	unsigned	words;		/* bits: which typed words led there */
	unsigned	cost;		/* the lowest of any pair */
};

struct name_work {
	struct find_work *w;
	struct match_query mq;
	struct words_hit *cand[QUERY_WORDS_MAX];
	size_t		 ncand[QUERY_WORDS_MAX];
	struct found	*found;		/* open addressing */
	size_t		 nfound;
	unsigned	 seeks;
	unsigned	 cheapest;	/* pair that led to a row */
	size_t		 each;
	/* names that were cut short, to fill up with */
	struct {
		int64_t	 a, b;
		unsigned words, cost;
	} shorted[SHORT_MAX];
	size_t		 nshorted;
};

/* --- candidates ------------------------------------------------------------- */

/* Before the words are in memory: those that are the same, or begin so. */
static int
candidates_by_sql(struct name_work *nw, size_t i, struct err *err)
{
	const struct word_query *q = &nw->mq.words[i];
	char upper[NAME_WORD_MAX + sizeof UPPER];
	struct words_hit *hit = nw->cand[i];
	sqlite3_stmt *st;
	int rc;

	memcpy(upper, q->s, q->len);
	memcpy(upper + q->len, UPPER, sizeof UPPER);
	st = sql_bind(nw->w->reg->sql, "SELECT id, n, word FROM word"
	    " WHERE word >= ? AND word < ? ORDER BY word LIMIT ?", err, "tti",
	    q->s, upper, (int64_t)CANDIDATES);
	if (st == NULL)
		return -1;
	while ((rc = sql_step(nw->w->reg->sql, st, err)) == 1) {
		const char *word = (const char *)sqlite3_column_text(st, 2);

		if (word == NULL || !word_query_match(q, word, strlen(word),
		    word_sound(word), &hit->match))
			continue;
		hit->id = sqlite3_column_int64(st, 0);
		hit->n = sqlite3_column_int64(st, 1);
		hit++;
	}
	nw->ncand[i] = (size_t)(hit - nw->cand[i]);
	qsort(nw->cand[i], nw->ncand[i], sizeof *hit, words_hit_cmp);
	return rc;
}

static int
candidates(struct name_work *nw, struct err *err)
{
	size_t i;

	for (i = 0; i < nw->mq.n; i++) {
		nw->cand[i] = mem_array(CANDIDATES, sizeof *nw->cand[i]);
		if (nw->w->words != NULL)
			nw->ncand[i] = words_find(nw->w->words,
			    &nw->mq.words[i], nw->cand[i], CANDIDATES,
			    nw->w->o->cancel);
		else if (candidates_by_sql(nw, i, err) == -1)
			return -1;
	}
	if (nw->w->words == NULL)
		nw->w->notes |= 1u << NOTE_LOADING;
	return 0;
}

/* --- rows ------------------------------------------------------------------- */

static void
add_found(struct name_work *nw, int64_t cert, unsigned words, unsigned cost)
{
	size_t i = (size_t)((uint64_t)cert * UINT64_C(0x9e3779b97f4a7c15) >>
	    40) % FOUND_ROOM;
	struct found *f;

	while (nw->found[i].cert != 0 && nw->found[i].cert != cert)
		i = (i + 1) % FOUND_ROOM;
	f = &nw->found[i];
	if (f->cert == 0) {
		if (nw->nfound == FOUND_ROOM / 4 * 3)
			return;
		*f = (struct found){ cert, words, cost };
		nw->nfound++;
		return;
	}
	f->words |= words;
	f->cost = cost < f->cost ? cost : f->cost;
}

/*
 * Up to max rows of a word or a pair; the newest of a pair.  0 or -1; *n: how
 * many there were.
 */
static int
seek(struct name_work *nw, int64_t a, int64_t b, size_t max, unsigned words,
    unsigned cost, size_t *n, struct err *err)
{
	sqlite3_stmt *st = b == -1 ? sql_bind(nw->w->reg->sql,
	    "SELECT cert FROM name_ix WHERE a = ? LIMIT ?", err, "ii", a,
	    (int64_t)max) : sql_bind(nw->w->reg->sql, "SELECT cert FROM name_ix"
	    " WHERE a = ? AND b = ? ORDER BY cert DESC LIMIT ?", err, "iii", a,
	    b, (int64_t)max);
	int rc;

	*n = 0;
	if (st == NULL)
		return -1;
	nw->seeks++;
	while ((rc = sql_step(nw->w->reg->sql, st, err)) == 1) {
		add_found(nw, sqlite3_column_int64(st, 0), words, cost);
		++*n;
	}
	if (*n > 0 && cost < nw->cheapest)
		nw->cheapest = cost;
	return rc;
}

/* The same, remembering what was left. */
static int
seek_some(struct name_work *nw, int64_t a, int64_t b, size_t max,
    unsigned words, unsigned cost, struct err *err)
{
	size_t n;

	if (seek(nw, a, b, max, words, cost, &n, err) == -1)
		return -1;
	if (n == max && nw->nshorted < SHORT_MAX) {
		nw->shorted[nw->nshorted].a = a;
		nw->shorted[nw->nshorted].b = b;
		nw->shorted[nw->nshorted].words = words;
		nw->shorted[nw->nshorted++].cost = cost;
	}
	return 0;
}

static size_t
rows_of(const struct name_work *nw, unsigned cost)
{
	if (nw->each > EACH)
		return nw->each;
	return cost == 0 ? EACH_EXACT : EACH;
}

static bool
enough(const struct name_work *nw)
{
	return nw->nfound >= (nw->each > EACH ? nw->each : 2 * nw->w->max);
}

/* One word: each candidate in turn. */
static int
seek_word(struct name_work *nw, size_t i, struct err *err)
{
	size_t k;

	for (k = 0; k < nw->ncand[i] && !enough(nw); k++) {
		const struct words_hit *c = &nw->cand[i][k];

		if (find_cancelled(nw->w))
			break;
		if (seek_some(nw, c->id, -1, rows_of(nw, c->match.cost),
		    1u << i, c->match.cost, err) == -1)
			return -1;
	}
	return 0;
}

/* All pairs of two words' candidates that cost so much together. */
static int
seek_pairs_at(struct name_work *nw, size_t i, size_t k, unsigned total,
    unsigned budget, struct err *err)
{
	const struct words_hit *x = nw->cand[i], *y;
	unsigned words = 1u << i | 1u << k;
	size_t max = rows_of(nw, total);

	for (; x < nw->cand[i] + nw->ncand[i] && x->match.cost <= total; x++) {
		for (y = nw->cand[k]; y < nw->cand[k] + nw->ncand[k]; y++) {
			if (x->match.cost + y->match.cost > total)
				break;
			if (x->match.cost + y->match.cost < total ||
			    x->id == y->id)
				continue;
			if (nw->seeks >= budget || (nw->each == EACH &&
			    nw->nfound >= 4 * nw->w->max) ||
			    find_cancelled(nw->w))
				return 0;
			if (seek_some(nw, x->id, y->id, max, words, total,
			    err) == -1 || seek_some(nw, y->id, x->id, max,
			    words, total, err) == -1)
				return -1;
		}
	}
	return 0;
}

static int
seek_pairs(struct name_work *nw, struct err *err)
{
	size_t n = nw->mq.n, i, k, npairs = n * (n - 1) / 2;
	unsigned total, budget;

	for (total = 0; total <= COST_MAX && !enough(nw) &&
	    total <= nw->cheapest + COST_WINDOW; total++) {
		budget = nw->seeks;
		for (i = 0; i < n; i++) {
			for (k = i + 1; k < n; k++) {
				budget += (unsigned)(SEEKS_MAX / npairs / 2);
				if (nw->seeks > (nw->nfound > 0 ? SEEKS_FOUND :
				    SEEKS_MAX))
					return 0;
				if (seek_pairs_at(nw, i, k, total, budget <
				    SEEKS_MAX ? budget : SEEKS_MAX, err) == -1)
					return -1;
			}
		}
	}
	return 0;
}

/*
 * Rare words lead to few rows, so all of these are met with the line: it finds
 * what no pair is stored for, as a holder and their organisation.
 */
static int
seek_rare(struct name_work *nw, struct err *err)
{
	size_t few = nw->cheapest < COST_MAX / 2 ? RARE_WORDS_FEW : RARE_WORDS;
	size_t i, k, n, taken;

	for (i = 0; i < nw->mq.n; i++) {
		for (k = 0, taken = 0; k < nw->ncand[i] && taken < few; k++) {
			const struct words_hit *c = &nw->cand[i][k];

			if (c->n > RARE || nw->mq.words[i].initial)
				continue;
			taken++;
			if (find_cancelled(nw->w))
				return 0;
			if (seek(nw, c->id, -1, RARE * 2, 1u << i,
			    c->match.cost + COST_MAX / 2, &n, err) == -1)
				return -1;
		}
	}
	return 0;
}

/* The commoner word of two that were never one holder's name: its rows too. */
static int
seek_any(struct name_work *nw, struct err *err)
{
	size_t i, n;

	for (i = 0; i < nw->mq.n; i++)
		if (nw->ncand[i] > 0 && !nw->mq.words[i].initial &&
		    nw->cand[i]->match.cost == 0 && seek(nw, nw->cand[i]->id,
		    0, FETCH_MAX / 2, 1u << i, COST_MAX, &n, err) == -1)
			return -1;
	return 0;
}

/* Names that were cut short, in full while there is room for their rows. */
static int
fill_up(struct name_work *nw, struct err *err)
{
	bool more = false;
	size_t i, n;

	for (i = 0; i < nw->nshorted && nw->nfound < nw->w->max; i++) {
		if (seek(nw, nw->shorted[i].a, nw->shorted[i].b, FETCH_MAX,
		    nw->shorted[i].words, nw->shorted[i].cost, &n, err) == -1)
			return -1;
		more |= n == FETCH_MAX;
	}
	if (more || i < nw->nshorted)
		nw->w->notes |= 1u << NOTE_MORE;
	return 0;
}

/* --- the rows with the line ----------------------------------------------------- */

static int
by_promise(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	int nx = __builtin_popcount(x->words), ny = __builtin_popcount(y->words);

	if (nx != ny)
		return nx > ny ? -1 : 1;
	if (x->cost != y->cost)
		return x->cost < y->cost ? -1 : 1;
	return x->cert > y->cert ? -1 : x->cert < y->cert;
}

static int64_t
time_of(sqlite3_stmt *st, int column)
{
	return sqlite3_column_type(st, column) == SQLITE_NULL ? CERT_NO_TIME :
	    sqlite3_column_int64(st, column);
}

/* A name's date is that of the certificate's beginning or end. */
static bool
in_time(const struct query *q, int64_t at)
{
	return q->until == 0 ||
	    (at != CERT_NO_TIME && at >= q->from && at < q->until);
}

static unsigned
half(const uint8_t *s, size_t i)
{
	return i % 2 == 0 ? s[i / 2] >> 4 : s[i / 2] & 0xf;
}

/* A number beside the name is part of that of the certificate. */
static bool
has_number(const struct query *q, sqlite3_stmt *st, int column)
{
	const uint8_t *s = sqlite3_column_blob(st, column);
	size_t n = 2 * (size_t)sqlite3_column_bytes(st, column), at, i;

	if (!q->both)
		return true;
	for (at = 0; at + q->hex.n <= n; at++) {
		for (i = 0; i < q->hex.n &&
		    half(s, at + i) == q->hex.d[i]; i++)
			;
		if (i == q->hex.n)
			return true;
	}
	return false;
}

static void
meet_row(struct name_work *nw, const struct found *f, sqlite3_stmt *st)
{
	const char *holder = (const char *)sqlite3_column_text(st, 0);
	struct find_row row = {
		.not_before = time_of(st, 2), .not_after = time_of(st, 3),
		.status = (enum record_status)sqlite3_column_int(st, 4),
		.qualified = sqlite3_column_int(st, 5) != 0,
		.restricted = sqlite3_column_int(st, 6) != 0,
		.issuer = (const char *)sqlite3_column_text(st, 8),
	};
	struct match m;
	struct pick *pick;

	if ((!in_time(nw->w->q, row.not_before) &&
	    !in_time(nw->w->q, row.not_after)) ||
	    !has_number(nw->w->q, st, 10))
		return;
	if (holder == NULL || !match_name(&nw->mq, holder,
	    (const char *)sqlite3_column_text(st, 1), &m) ||
	    !find_passes(nw->w, &row))
		return;
	pick = find_pick(nw->w, f->cert, m.why, m.cost, m.arg);
	if (pick == NULL)
		return;
	pick->marks = m.marks;
	pick->typos = m.typos;
	pick->authority = (sqlite3_column_int(st, 9) & 1 << PURPOSE_CA) != 0;
	pick->idle = !find_is_live(nw->w, &row);
	pick->last_seen = sqlite3_column_int64(st, 7);
	pick->not_after = row.not_after;
}

/* The found rows packed together, the most promising first. */
static void
sort_found(struct name_work *nw)
{
	size_t i, n = 0;

	for (i = 0; i < FOUND_ROOM; i++)
		if (nw->found[i].cert != 0)
			nw->found[n++] = nw->found[i];
	qsort(nw->found, n, sizeof *nw->found, by_promise);
}

static int
meet_rows(struct name_work *nw, struct err *err)
{
	size_t max = find_filters(nw->w) ? FETCH_FILTER : FETCH_MAX, i;
	int rc;

	sort_found(nw);
	for (i = 0; i < nw->nfound && i < max; i++) {
		sqlite3_stmt *st = sql_bind(nw->w->reg->sql, "SELECT holder,"
		    " org, not_before, not_after, status, qualified,"
		    " restricted, last_seen, issuer.shown, uses, serial"
		    " FROM cert"
		    " JOIN issuer ON issuer.id = cert.issuer"
		    " WHERE cert.id = ?", err, "i", nw->found[i].cert);

		/* What follows promises less than all of these. */
		if (find_cancelled(nw->w) || nw->w->npicks >= 2 * nw->w->max)
			break;
		rc = st == NULL ? -1 : sql_step(nw->w->reg->sql, st, err);
		if (rc == -1)
			return -1;
		if (rc == 0)
			continue;
		meet_row(nw, &nw->found[i], st);
		sqlite3_reset(st);
	}
	if (i < nw->nfound)
		nw->w->notes |= 1u << NOTE_MORE;
	return 0;
}

/* --- all of it ------------------------------------------------------------------ */

static int
look_up(struct name_work *nw, struct err *err)
{
	if (candidates(nw, err) == -1)
		return -1;
	if (nw->mq.n == 1)
		return seek_word(nw, 0, err) == -1 ? -1 : fill_up(nw, err);
	if (seek_pairs(nw, err) == -1)
		return -1;
	if ((nw->nfound == 0 || (nw->mq.n > 2 && nw->nfound < nw->w->max)) &&
	    seek_rare(nw, err) == -1)
		return -1;
	if (nw->nfound == 0 && seek_any(nw, err) == -1)
		return -1;
	return fill_up(nw, err);
}

static int
find_words_of(struct find_work *w, const struct name_word *words, size_t n,
    struct err *err)
{
	struct name_work *nw = mem_alloc(sizeof *nw);
	size_t i;
	int rc;

	nw->w = w;
	nw->cheapest = COST_MAX;
	nw->found = mem_array(FOUND_ROOM, sizeof *nw->found);
	nw->each = find_filters(w) ? FETCH_FILTER : n > 2 ? MANY : EACH;
	match_init(&nw->mq, words, n, w->q->typed);
	rc = look_up(nw, err);
	if (rc == 0)
		rc = meet_rows(nw, err);
	for (i = 0; i < n; i++)
		free(nw->cand[i]);
	free(nw->found);
	match_wipe(&nw->mq);
	free(nw);
	return rc;
}

int
find_names(struct find_work *w, struct err *err)
{
	struct name_word initials[QUERY_WORDS_MAX];
	size_t i, n = w->q->monogram ? w->q->words[0].len : 0;

	if ((w->q->kinds & FIND_NAME) == 0)
		return 0;
	if (find_words_of(w, w->q->words, w->q->nwords, err) == -1)
		return -1;
	if (n < 2 || w->npicks >= w->max)
		return 0;
	memset(initials, 0, sizeof initials);
	for (i = 0; i < n; i++) {
		initials[i].s[0] = w->q->words[0].s[i];
		initials[i].len = 1;
		initials[i].initial = true;
	}
	return find_words_of(w, initials, n, err);
}
