#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/cpu.h"
#include "base/mem.h"
#include "registry/sound.h"
#include "registry/words.h"

#define SLACK		256	/* hits beyond those wanted, between two sortings */
#define CANCEL_EVERY	16384	/* words between two looks at the flag */

/* What ways of meeting cost; sums of them rank names. */
enum cost {
	COST_BEGUN = 2,		/* and one for each LETTERS_A_POINT not typed */
	COST_INITIAL = 3,
	COST_SOUND = 3,
	COST_TYPO = 4,		/* each */
	COST_TYPO_FIRST = 1,	/* the first letter is rarely wrong */
	COST_TYPO_BEGUN = 3	/* an error in a word that is only begun */
};

#define LETTERS_A_POINT	3
#define BEGUN_MAX	4	/* points at most */

/* Parallel arrays: a pass reads only those it needs. */
struct words {
	uint64_t	*head;		/* first eight letters */
	uint32_t	*letters;	/* which letters it has, a bit each */
	uint32_t	*sound;
	uint32_t	*text;		/* where in pool */
	uint8_t		*len;
	int64_t		*id, *count;
	size_t		 n, room;
	char		*pool;
	size_t		 used, size;
};

/* --- what is known of a word at a glance ----------------------------------- */

static uint32_t
letters_of(const char *s, size_t len)
{
	uint32_t bits = 0;
	size_t i;

	for (i = 0; i < len; i++)
		bits |= UINT32_C(1) << ((unsigned char)s[i] % 32);
	return bits;
}

static uint64_t
head_of(const char *s, size_t len)
{
	uint64_t head = 0;
	size_t i;

	for (i = 0; i < 8; i++)
		head = head << 8 | (i < len ? (unsigned char)s[i] : 0);
	return head;
}

uint32_t
word_sound(const char *word)
{
	char key[SOUND_MAX];
	size_t len = sound_key(word, key), i;
	uint32_t hash = 2166136261u;	/* FNV-1a */

	for (i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)key[i]) * 16777619u;
	return hash;
}

void
word_query_init(struct word_query *q, const struct name_word *w)
{
	memcpy(q->s, w->s, sizeof q->s);
	q->len = w->len;
	q->initial = w->initial;
	q->letters = letters_of(w->s, w->len);
	q->sound = word_sound(w->s);
	q->head = head_of(w->s, w->len);
	q->head_mask = w->len >= 8 ? ~UINT64_C(0) : w->len == 0 ? 0 :
	    ~UINT64_C(0) << (64 - 8 * w->len);
	osa_init(&q->osa, w->s, w->len);
}

/* --- one word with another -------------------------------------------------- */

/* Errors that are forgiven: short words are soon another word. */
static unsigned
typos_allowed(size_t typed, size_t stored)
{
	size_t len = typed > stored ? typed : stored;

	return len < 4 || typed < 3 ? 0 : len < 6 ? 1 : 2;
}

/* The same in the beginning of a longer word, but for its first letter. */
static unsigned
typos_begun(size_t typed)
{
	return typed < 5 ? 0 : typed < 8 ? 1 : 2;
}

static unsigned
begun_cost(size_t missing)
{
	size_t points = missing / LETTERS_A_POINT;

	return COST_BEGUN + (unsigned)(points < BEGUN_MAX ? points : BEGUN_MAX);
}

/* Keep the cheapest way. */
static void
offer(struct word_match *best, enum word_how how, unsigned cost,
    unsigned typos)
{
	if (cost < best->cost)
		*best = (struct word_match){ how, cost, typos };
}

static void
offer_typos(const struct word_query *q, const char *word, size_t len,
    struct word_match *best)
{
	unsigned prefix, typos = osa_distance(&q->osa, word, len, &prefix);
	unsigned first = q->s[0] != word[0] ? COST_TYPO_FIRST : 0;

	if (typos <= typos_allowed(q->len, len))
		offer(best, WORD_TYPO, typos * COST_TYPO + first, typos);
	if (prefix <= typos_begun(q->len) && len > q->len && first == 0)
		offer(best, WORD_TYPO, prefix * COST_TYPO + COST_TYPO_BEGUN +
		    begun_cost(len - q->len), prefix);
}

static bool
match(const struct word_query *q, const char *word, size_t len, bool sounds,
    struct word_match *best)
{
	*best = (struct word_match){ .cost = WORD_COST_MAX };
	if (q->len <= len && q->s[0] == word[0] &&
	    memcmp(q->s, word, q->len) == 0) {
		if (q->len == len)
			offer(best, WORD_SAME, 0, 0);
		else
			offer(best, WORD_BEGUN, q->initial ? COST_INITIAL :
			    begun_cost(len - q->len), 0);
	}
	if (best->cost > COST_SOUND && sounds && !q->initial)
		offer(best, WORD_SOUND, COST_SOUND, 0);
	if (best->cost > COST_TYPO && !q->initial)
		offer_typos(q, word, len, best);
	return best->cost < WORD_COST_MAX;
}

bool
word_query_match(const struct word_query *q, const char *word, size_t len,
    uint32_t sound, struct word_match *best)
{
	return match(q, word, len, q->sound == sound, best);
}

/* --- all words ---------------------------------------------------------------- */

struct words *
words_new(void)
{
	return mem_alloc(sizeof(struct words));
}

void
words_free(struct words *w)
{
	if (w == NULL)
		return;
	free(w->head);
	free(w->letters);
	free(w->sound);
	free(w->text);
	free(w->len);
	free(w->id);
	free(w->count);
	if (w->pool != NULL)
		explicit_bzero(w->pool, w->used);
	free(w->pool);
	free(w);
}

size_t
words_count(const struct words *w)
{
	return w->n;
}

static void
make_room(struct words *w, size_t len)
{
	if (w->n == w->room) {
		w->room = w->room == 0 ? 1024 : 2 * w->room;
		w->head = mem_grow(w->head, w->room, sizeof *w->head);
		w->letters = mem_grow(w->letters, w->room, sizeof *w->letters);
		w->sound = mem_grow(w->sound, w->room, sizeof *w->sound);
		w->text = mem_grow(w->text, w->room, sizeof *w->text);
		w->len = mem_grow(w->len, w->room, sizeof *w->len);
		w->id = mem_grow(w->id, w->room, sizeof *w->id);
		w->count = mem_grow(w->count, w->room, sizeof *w->count);
	}
	if (w->used + len + 1 > w->size) {
		w->size = 2 * w->size + 65536;
		w->pool = mem_grow(w->pool, w->size, 1);
	}
}

void
words_add(struct words *w, int64_t id, const char *word, int64_t n)
{
	size_t len = strnlen(word, NAME_WORD_MAX), i;

	if (len == 0 || w->used > UINT32_MAX - NAME_WORD_MAX - 1)
		return;
	make_room(w, len);
	i = w->n++;
	w->text[i] = (uint32_t)w->used;
	memcpy(w->pool + w->used, word, len);
	w->pool[w->used + len] = '\0';
	w->head[i] = head_of(word, len);
	w->letters[i] = letters_of(word, len);
	w->sound[i] = word_sound(w->pool + w->used);
	w->len[i] = (uint8_t)len;
	w->id[i] = id;
	w->count[i] = n;
	w->used += len + 1;
}

size_t
words_bytes(const struct words *w)
{
	return w->size + w->room * (sizeof *w->head + sizeof *w->letters +
	    sizeof *w->sound + sizeof *w->text + sizeof *w->len +
	    sizeof *w->id + sizeof *w->count);
}

int
words_hit_cmp(const void *a, const void *b)
{
	const struct words_hit *x = a, *y = b;

	if (x->match.cost != y->match.cost)
		return x->match.cost < y->match.cost ? -1 : 1;
	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

struct search {
	const struct words	*w;
	const struct word_query	*q;
	struct words_hit	*hits;
	size_t			 n, max;
	int			 begun;	/* letters that a longer word may lack */
	int8_t			 differ[NAME_WORD_MAX + 1];
};

static void
keep_best(struct search *s)
{
	qsort(s->hits, s->n, sizeof *s->hits, words_hit_cmp);
	s->n = s->n < s->max ? s->n : s->max;
}

static void
look_at(struct search *s, size_t i)
{
	const struct words *w = s->w;
	struct word_match m;

	if (!match(s->q, w->pool + w->text[i], w->len[i],
	    w->sound[i] == s->q->sound, &m))
		return;
	if (s->n == s->max + SLACK)
		keep_best(s);
	s->hits[s->n++] = (struct words_hit){ w->id[i], w->count[i], m };
}

/*
 * The words from..until that are not out of the question: an error changes at
 * most two of the letters that a word has.  No branch but the last, for half a
 * million words are gone through at each key.
 */
static inline __attribute__((always_inline)) void
pass(struct search *s, size_t from, size_t until)
{
	const uint64_t *heads = s->w->head;
	const uint32_t *letters = s->w->letters, *sounds = s->w->sound;
	const uint8_t *lens = s->w->len;
	const uint64_t head = s->q->head, mask = s->q->head_mask;
	const uint32_t mine = s->q->letters, sound = s->q->sound;
	const int begun = s->begun;
	size_t i;

	for (i = from; i < until; i++) {
		uint64_t other = heads[i] ^ head;
		int differ = __builtin_popcount(mine ^ letters[i]);
		int lack = __builtin_popcount(mine & ~letters[i]);

		if (((other & mask) == 0) | (sounds[i] == sound) |
		    (differ <= s->differ[lens[i]]) |
		    ((other >> 56 == 0) & (lack <= begun)))
			look_at(s, i);
	}
}

/* How many letters may differ in a word of each length; -1: none is near. */
static void
set_bounds(struct search *s)
{
	size_t len, typed = s->q->len;

	s->begun = s->q->initial || typos_begun(typed) == 0 ? -1 :
	    (int)typos_begun(typed);
	for (len = 0; len <= NAME_WORD_MAX; len++) {
		size_t allowed = typos_allowed(typed, len);
		size_t gap = len > typed ? len - typed : typed - len;

		s->differ[len] = (int8_t)(s->q->initial || allowed == 0 ||
		    gap > allowed ? -1 : 2 * (int)allowed);
	}
}

typedef void	 pass_fn(struct search *, size_t from, size_t until);

static void
pass_portable(struct search *s, size_t from, size_t until)
{
	pass(s, from, until);
}

#ifdef __x86_64__
static __attribute__((target("popcnt"))) void
pass_popcnt(struct search *s, size_t from, size_t until)
{
	pass(s, from, until);
}
#endif

static pass_fn *
best_pass(void)
{
#ifdef __x86_64__
	if (CPU_HAS_POPCNT)
		return pass_popcnt;
#endif
	return pass_portable;
}

size_t
words_find(const struct words *w, const struct word_query *q,
    struct words_hit *hits, size_t max, const atomic_bool *cancel)
{
	struct search s = { .w = w, .q = q, .max = max };
	pass_fn *run = best_pass();
	size_t i;

	if (q->len == 0 || max == 0)
		return 0;
	s.hits = mem_array(max + SLACK, sizeof *s.hits);
	set_bounds(&s);
	for (i = 0; i < w->n; i += CANCEL_EVERY) {
		if (cancel != NULL && atomic_load_explicit(cancel,
		    memory_order_relaxed)) {
			s.n = 0;
			break;
		}
		run(&s, i, i + CANCEL_EVERY < w->n ? i + CANCEL_EVERY : w->n);
	}
	keep_best(&s);
	memcpy(hits, s.hits, s.n * sizeof *hits);
	free(s.hits);
	return s.n;
}
