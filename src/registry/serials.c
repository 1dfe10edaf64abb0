#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cert/cert.h"
#include "registry/serials.h"
#include "registry/serials_scan.h"

#define CHUNK_ROWS	65536	/* 10 bytes of these fill whole blocks */
#define HALF_SLOT	(SERIALS_SLOT / 2)
#define PLANE_BYTES	(CHUNK_ROWS * HALF_SLOT)
#define SLOT_DIGITS	(2 * SERIALS_SLOT)
#define SLACK		256	/* hits beyond those wanted, between two sortings */

/*
 * Numbers stand at the right end of their slots, so the zeros before them are
 * their length too; a slot's even bytes lie in one plane, its odd ones in the
 * other (serials_scan.h).  Row numbers of SQLite are given out one by one; a file
 * with more than four thousand million of them does not happen, and would be
 * searched for its first ones only.
 */
struct chunk {
	uint8_t		even[PLANE_BYTES + SCAN_PAD];
	uint8_t		odd[PLANE_BYTES + SCAN_PAD];
	uint32_t	rows[CHUNK_ROWS];
};

/* One that breaks RFC 5280; few, so they are looked at one by one. */
struct longer {
	int64_t	row;
	size_t	len;
	uint8_t	number[CERT_SERIAL_MAX];
};

struct serials {
	struct chunk	**chunks;
	size_t		  nchunks, n;	/* n: in slots */
	struct longer	 *longer;
	size_t		  nlonger;
	bool		  lengths[CERT_SERIAL_MAX + 1];	/* that have been met */
};

struct serials *
serials_new(void)
{
	return mem_alloc(sizeof(struct serials));
}

void
serials_free(struct serials *ser)
{
	size_t i;

	if (ser == NULL)
		return;
	for (i = 0; i < ser->nchunks; i++)
		free(ser->chunks[i]);
	free(ser->chunks);
	free(ser->longer);
	free(ser);
}

static void
put_slot(struct chunk *chunk, size_t slot, const uint8_t *number, size_t len)
{
	uint8_t bytes[SERIALS_SLOT] = { 0 };

	memcpy(bytes + SERIALS_SLOT - len, number, len);
	for (size_t i = 0; i < HALF_SLOT; i++) {
		chunk->even[slot * HALF_SLOT + i] = bytes[2 * i];
		chunk->odd[slot * HALF_SLOT + i] = bytes[2 * i + 1];
	}
}

static void
get_slot(const struct chunk *chunk, size_t slot,
    uint8_t bytes[static SERIALS_SLOT])
{
	for (size_t i = 0; i < HALF_SLOT; i++) {
		bytes[2 * i] = chunk->even[slot * HALF_SLOT + i];
		bytes[2 * i + 1] = chunk->odd[slot * HALF_SLOT + i];
	}
}

void
serials_add(struct serials *ser, int64_t row, const uint8_t *number, size_t len)
{
	size_t at = ser->n % CHUNK_ROWS;
	struct chunk *chunk;

	ser->lengths[len < CERT_SERIAL_MAX ? len : CERT_SERIAL_MAX] = true;
	if (len > SERIALS_SLOT) {
		struct longer *one;

		ser->longer = mem_grow(ser->longer, ser->nlonger + 1,
		    sizeof *ser->longer);
		one = &ser->longer[ser->nlonger++];
		one->row = row;
		one->len = len < CERT_SERIAL_MAX ? len : CERT_SERIAL_MAX;
		memcpy(one->number, number, one->len);
		return;
	}
	if (row > UINT32_MAX)
		return;
	if (at == 0) {
		ser->chunks = mem_grow(ser->chunks, ser->nchunks + 1,
		    sizeof *ser->chunks);
		ser->chunks[ser->nchunks++] = mem_alloc(sizeof *chunk);
	}
	chunk = ser->chunks[ser->nchunks - 1];
	put_slot(chunk, at, number, len);
	chunk->rows[at] = (uint32_t)row;
	ser->n++;
}

size_t
serials_count(const struct serials *ser)
{
	return ser->n + ser->nlonger;
}

size_t
serials_bytes(const struct serials *ser)
{
	return ser->nchunks * sizeof(struct chunk) +
	    ser->nlonger * sizeof *ser->longer;
}

bool
serials_have_length(const struct serials *ser, size_t len)
{
	return len <= CERT_SERIAL_MAX && ser->lengths[len];
}

/* --- hits ------------------------------------------------------------------ */

struct search {
	const struct serials_query *q;
	struct scan_pattern	 pattern;
	size_t			 anchor;	/* digits before the pattern */
	struct serials_hit	*hits;
	size_t			 n, max;
	bool			 more;
	struct serials_hit	 worst;	/* of the best max, once there were more */
};

static int
by_rank(const void *a, const void *b)
{
	const struct serials_hit *x = a, *y = b;

	if (x->where != y->where)
		return x->where < y->where ? -1 : 1;
	return x->row > y->row ? -1 : x->row < y->row;
}

static void
keep_best(struct search *s)
{
	qsort(s->hits, s->n, sizeof *s->hits, by_rank);
	if (s->n > s->max) {
		s->n = s->max;
		s->more = true;
		s->worst = s->hits[s->n - 1];
	}
}

static void
add_hit(struct search *s, int64_t row, enum serials_where where)
{
	struct serials_hit hit = { row, where };

	if (s->more && by_rank(&hit, &s->worst) >= 0)
		return;
	if (s->n == s->max + SLACK)
		keep_best(s);
	s->hits[s->n++] = hit;
}

/* --- one number ------------------------------------------------------------ */

static uint8_t
digit_at(const uint8_t *number, size_t i)
{
	return i % 2 ? number[i / 2] & 15 : number[i / 2] >> 4;
}

static bool
same_digit(const struct serials_query *q, uint8_t a, uint8_t b)
{
	return a == b || (q->look_alike && (a == 8 || a == 11) &&
	    (b == 8 || b == 11));
}

/* The fragment at digit from of a number that has total digits. */
static bool
is_at(const struct serials_query *q, const uint8_t *number, size_t total,
    size_t from)
{
	size_t i;

	if (from + q->n > total)
		return false;
	for (i = 0; i < q->n; i++)
		if (!same_digit(q, digit_at(number, from + i), q->digits[i]))
			return false;
	return true;
}

/* first: where the number begins; a zero there may be left out. */
static enum serials_where
where_is(const uint8_t *number, size_t total, size_t first, size_t from,
    size_t n)
{
	bool start = from == first ||
	    (from == first + 1 && digit_at(number, first) == 0);
	bool end = from + n == total;

	if (start && end)
		return SERIALS_WHOLE;
	return start ? SERIALS_START : end ? SERIALS_END : SERIALS_INSIDE;
}

static size_t
leading_zeros(const uint8_t *number, size_t len)
{
	size_t n = 0;

	while (n < len - 1 && number[n] == 0)
		n++;
	return n;
}

/* The pattern was met from a digit of a slot on; is the fragment there? */
static void
look_at(struct search *s, const struct chunk *chunk, size_t slot, int digit)
{
	uint8_t number[SERIALS_SLOT];
	size_t from, first;

	if (digit < (int)s->anchor)
		return;
	from = (size_t)digit - s->anchor;
	get_slot(chunk, slot, number);
	if (!is_at(s->q, number, SLOT_DIGITS, from))
		return;
	first = 2 * leading_zeros(number, SERIALS_SLOT);
	if (from >= first)
		add_hit(s, chunk->rows[slot], where_is(number, SLOT_DIGITS,
		    first, from, s->q->n));
}

static void
search_longer(struct search *s, const struct longer *one)
{
	size_t total = 2 * one->len, from;

	for (from = 0; from + s->q->n <= total; from++) {
		if (is_at(s->q, one->number, total, from)) {
			add_hit(s, one->row, where_is(one->number, total, 0,
			    from, s->q->n));
			return;
		}
	}
}

/* --- all of them ------------------------------------------------------------ */

static bool
is_cancelled(const struct search *s)
{
	return s->q->cancel != NULL &&
	    atomic_load_explicit(s->q->cancel, memory_order_relaxed);
}

static void
look_at_block(struct search *s, const struct chunk *chunk, size_t rows,
    const struct scan_found *found)
{
	for (size_t place = 0; place < SCAN_PLACES; place++) {
		int behind = scan_digit(&s->pattern, place);
		uint64_t bits = found->places[place];

		for (; bits != 0; bits &= bits - 1) {
			size_t byte = found->block * SCAN_BLOCK +
			    (unsigned)__builtin_ctzll(bits);

			if (byte / HALF_SLOT < rows)
				look_at(s, chunk, byte / HALF_SLOT,
				    4 * (int)(byte % HALF_SLOT) + behind);
		}
	}
}

static void
search_chunk(struct search *s, const struct chunk *chunk, size_t rows,
    scan_fn *scan)
{
	const struct scan_planes planes = { chunk->even, chunk->odd };
	size_t nblocks = (rows * HALF_SLOT + SCAN_BLOCK - 1) / SCAN_BLOCK;
	struct scan_found found[SCAN_FOUND];
	size_t at = 0, n;

	while ((n = scan(&planes, &at, nblocks, &s->pattern, found)) > 0)
		for (size_t i = 0; i < n; i++)
			look_at_block(s, chunk, rows, &found[i]);
}

static void
take_pattern(struct search *s, size_t at, size_t n)
{
	const struct serials_query *q = s->q;

	s->pattern.n = n;
	for (size_t i = 0; i < n; i++) {
		uint8_t d = q->digits[at + i];

		s->pattern.digit[i] = d;
		s->pattern.mask[i] = q->look_alike && (d == 8 || d == 11) ?
		    0xc : 0xf;
	}
	scan_prepare(&s->pattern);
	s->anchor = at;
}

/* Digits of the fragment that are met rarely: not all zeros, if possible. */
static void
choose_pattern(struct search *s)
{
	const struct serials_query *q = s->q;
	size_t at = 0;

	while (at + SCAN_SHORT < q->n && q->digits[at] == 0 &&
	    q->digits[at + 1] == 0)
		at++;
	if (at + SCAN_LONG <= q->n) {
		take_pattern(s, at, SCAN_LONG);
		if (scan_long_tells(&s->pattern))
			return;
	}
	take_pattern(s, at, SCAN_SHORT);
}

/* A row that has the fragment twice is one hit, in its better place. */
static void
drop_twice(struct search *s)
{
	size_t i, k, n = 0;

	for (i = 0; i < s->n; i++) {
		for (k = 0; k < n; k++)
			if (s->hits[k].row == s->hits[i].row)
				break;
		if (k == n)
			s->hits[n++] = s->hits[i];
	}
	s->n = n;
}

size_t
serials_find(const struct serials *ser, const struct serials_query *q,
    struct serials_hit *hits, size_t max, bool *more)
{
	struct search s = { .q = q, .max = max };
	scan_fn *scan = scan_can(0);
	size_t i;

	*more = false;
	if (q->n < SERIALS_DIGITS_MIN || max == 0)
		return 0;
	s.hits = mem_array(max + SLACK, sizeof *s.hits);
	choose_pattern(&s);
	/* The newest first: of hits that are as good they are the better ones. */
	for (i = ser->nchunks; i-- > 0 && !is_cancelled(&s); )
		search_chunk(&s, ser->chunks[i], i + 1 < ser->nchunks ?
		    CHUNK_ROWS : ser->n - i * CHUNK_ROWS, scan);
	for (i = 0; i < ser->nlonger && !is_cancelled(&s); i++)
		search_longer(&s, &ser->longer[i]);
	if (is_cancelled(&s))
		s.n = 0;
	keep_best(&s);
	drop_twice(&s);
	*more = s.more;
	memcpy(hits, s.hits, s.n * sizeof *hits);
	i = s.n;
	free(s.hits);
	return i;
}
