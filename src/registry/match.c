#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "registry/match.h"

#define HOLDER_WORDS	8
#define ORG_WORDS	8
#define STORED_WORDS	(HOLDER_WORDS + ORG_WORDS)

/* What is not met costs too. */
enum cost {
	COST_TOO_MANY = 10,	/* a word typed that the name does not have */
	COST_HALF = 2,		/* the other half of a double name */
	COST_REST = 1		/* another word of the holder's name */
};

#define TOO_MANY_MAX	1	/* of three words and more */

/* Words of one certificate, and which typed word met each. */
struct stored {
	struct name_word word[STORED_WORDS];
	uint32_t	 sound[STORED_WORDS];
	size_t		 nholder, n;
	int		 met_by[STORED_WORDS];	/* -1: none */
};

struct pairing {
	struct word_match	 how[QUERY_WORDS_MAX];
	int			 met[QUERY_WORDS_MAX];	/* -1: none */
	size_t			 unmet;
};

void
match_init(struct match_query *q, const struct name_word *words, size_t n,
    const char *typed)
{
	size_t i;

	q->n = n;
	q->typed = typed;
	for (i = 0; i < n; i++)
		word_query_init(&q->words[i], &words[i]);
}

void
match_wipe(struct match_query *q)
{
	explicit_bzero(q, sizeof *q);
}

static void
take_stored(struct stored *st, const char *holder, const char *org)
{
	size_t i;

	st->nholder = name_words(holder, st->word, HOLDER_WORDS);
	st->n = st->nholder + name_words(org, st->word + st->nholder,
	    ORG_WORDS);
	for (i = 0; i < st->n; i++) {
		st->sound[i] = word_sound(st->word[i].s);
		st->met_by[i] = -1;
	}
}

/* The cheapest pair of words that are both still free. */
static bool
next_pair(const struct match_query *q, struct stored *st, struct pairing *p,
    struct word_match all[QUERY_WORDS_MAX][STORED_WORDS])
{
	unsigned best = WORD_COST_MAX;
	size_t i, k, bi = 0, bk = 0;

	for (i = 0; i < q->n; i++) {
		for (k = 0; p->met[i] == -1 && k < st->n; k++) {
			if (st->met_by[k] == -1 && all[i][k].cost < best) {
				best = all[i][k].cost;
				bi = i;
				bk = k;
			}
		}
	}
	if (best == WORD_COST_MAX)
		return false;
	p->met[bi] = (int)bk;
	p->how[bi] = all[bi][bk];
	st->met_by[bk] = (int)bi;
	return true;
}

static void
pair_words(const struct match_query *q, struct stored *st, struct pairing *p)
{
	struct word_match all[QUERY_WORDS_MAX][STORED_WORDS];
	size_t i, k;

	for (i = 0; i < q->n; i++) {
		p->met[i] = -1;
		for (k = 0; k < st->n; k++)
			if (!word_query_match(&q->words[i], st->word[k].s,
			    st->word[k].len, st->sound[k], &all[i][k]))
				all[i][k].cost = WORD_COST_MAX;
	}
	p->unmet = q->n;
	while (p->unmet > 0 && next_pair(q, st, p, all))
		p->unmet--;
}

/* One half of a double name was met and the other was not. */
static bool
is_half(const struct stored *st, size_t i)
{
	return (st->word[i].joined && i > 0 && st->met_by[i - 1] != -1) ||
	    (i + 1 < st->nholder && st->word[i + 1].joined &&
	    st->met_by[i + 1] != -1);
}

static unsigned
rest_cost(const struct match_query *q, const struct stored *st, bool *half)
{
	unsigned cost = 0;
	size_t i;

	*half = false;
	for (i = 0; i < st->nholder; i++) {
		if (st->met_by[i] != -1)
			continue;
		if (is_half(st, i)) {
			*half = true;
			cost += COST_HALF;
		} else if (q->n > 1)
			cost += COST_REST;
	}
	return cost;
}

static enum find_why
why_of(const struct match_query *q, const struct pairing *p, bool half)
{
	enum word_how worst = WORD_SAME;
	size_t i;

	for (i = 0; i < q->n; i++)
		if (p->met[i] != -1 && p->how[i].how > worst)
			worst = p->how[i].how;
	if (worst == WORD_TYPO)
		return WHY_NAME_TYPO;
	if (worst == WORD_SOUND)
		return WHY_NAME_SOUND;
	if (p->unmet > 0 || half)
		return WHY_NAME_PART;
	return worst == WORD_BEGUN ? WHY_NAME_PREFIX : WHY_NAME;
}

/* "kowalsky ≈ kowalski, jna ≈ jan": only words that differ. */
static void
tell(const struct match_query *q, const struct stored *st,
    const struct pairing *p, char *buf, size_t size)
{
	size_t i, len = 0;

	buf[0] = '\0';
	for (i = 0; i < q->n; i++) {
		if (p->met[i] == -1 || p->how[i].how == WORD_SAME)
			continue;
		snprintf(buf + len, size - len, "%s%s %s %s",
		    len > 0 ? ", " : "", q->words[i].s,
		    p->how[i].how == WORD_BEGUN ? "\xe2\x80\xa6" :
		    "\xe2\x89\x88", st->word[p->met[i]].s);
		len = strlen(buf);
	}
	buf[text_cut(buf, size - 1)] = '\0';
}

/* Upper and lower case of the letters that European names have. */
static bool
same_letter(uint32_t a, uint32_t b)
{
	if (a == b)
		return true;
	if (a < 0x100 && b < 0x100)
		return (a ^ b) == 0x20;
	return a >= 0x100 && a < 0x180 && (a + 1 == b || b + 1 == a);
}

/* Letters with marks of the line that the name has too, in their order. */
static unsigned
same_marks(const char *typed, const char *holder)
{
	size_t nt = strlen(typed), nh = strlen(holder), i, k, at = 0, used;
	unsigned n = 0;
	uint32_t c, d;

	for (i = 0; i < nt; i += used > 0 ? used : 1) {
		used = text_decode(typed + i, nt - i, &c);
		if (used < 2)
			continue;
		for (k = at; k < nh; ) {
			size_t m = text_decode(holder + k, nh - k, &d);

			k += m > 0 ? m : 1;
			if (m >= 2 && same_letter(c, d)) {
				at = k;
				n++;
				break;
			}
		}
	}
	return n;
}

bool
match_name(const struct match_query *q, const char *holder, const char *org,
    struct match *m)
{
	struct stored st;
	struct pairing p;
	bool half;
	size_t i;

	take_stored(&st, holder, org);
	pair_words(q, &st, &p);
	if (p.unmet == q->n || (p.unmet > 0 && (q->n < 3 || p.unmet >
	    TOO_MANY_MAX)))
		return false;
	m->cost = rest_cost(q, &st, &half) +
	    COST_TOO_MANY * (unsigned)p.unmet;
	m->typos = 0;
	for (i = 0; i < q->n; i++) {
		if (p.met[i] != -1) {
			m->cost += p.how[i].cost;
			m->typos += (int)p.how[i].typos;
		}
	}
	m->why = why_of(q, &p, half);
	m->marks = same_marks(q->typed, holder);
	tell(q, &st, &p, m->arg, sizeof m->arg);
	explicit_bzero(&st, sizeof st);
	return true;
}
