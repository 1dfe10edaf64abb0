#include "tests/bench/corrupt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define NEL(a)		(sizeof(a) / sizeof *(a))
#define WORD_MAX	96	/* letters of a name */
#define TRIES		100000	/* double names of rare kinds are rare */

/* A name as letters, so that a slip takes a whole one. */
struct word {
	uint32_t c[WORD_MAX + 2];
	size_t	 n;
};

static const char *const ids[CORRUPT_RULES] = {
	[CORRUPT_PLAIN] = "plain",
	[CORRUPT_TYPO] = "typo",
	[CORRUPT_TYPOS] = "typos",
	[CORRUPT_SWAPPED] = "swapped",
	[CORRUPT_SOUND] = "sound",
	[CORRUPT_INITIAL] = "initial",
	[CORRUPT_HALF] = "half",
	[CORRUPT_CASE] = "case",
};

/* The keys round a key, on the keyboard that Polish is typed on. */
static const char *const neighbours[26] = {
	"qwsz", "vghn", "xdfv", "serfcx", "wsdr", "drtgvc", "ftyhbv", "gyujnb",
	"ujko", "huikmn", "jiolm", "kop", "njk", "bhjm", "iklp", "ol", "wa",
	"edft", "awedxz", "rfgy", "yhji", "cfgb", "qase", "zsdc", "tghu", "asx",
};

/*
 * What sounds the same (or near enough on the telephone), each way as people
 * get it wrong.  Letters in lower case.
 */
static const struct {
	const char *is, *heard;
} sounds[] = {
	{ "rz", "ż" }, { "ż", "rz" }, { "ó", "u" }, { "u", "ó" },
	{ "ch", "h" }, { "h", "ch" }, { "ą", "on" }, { "ą", "om" },
	{ "ę", "en" }, { "ę", "em" },
};

static bool
percent(uint64_t *s, unsigned p)
{
	return pop_below(s, 100) < p;
}

/* Lower case, for the letters that Polish names have. */
static uint32_t
lower(uint32_t c)
{
	if (c == 0x130)
		return 'i';
	if ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7))
		return c + 32;
	if (c >= 0x100 && c < 0x138)
		return c | 1;
	if ((c >= 0x139 && c < 0x149) || (c >= 0x179 && c < 0x17f))
		return c % 2 == 1 ? c + 1 : c;
	return c >= 0x14a && c < 0x178 ? c | 1 : c;
}

static void
word_read(struct word *w, const char *s)
{
	size_t left = strlen(s), k;

	for (w->n = 0; left > 0 && w->n < WORD_MAX; s += k, left -= k) {
		k = text_decode(s, left, &w->c[w->n]);
		if (k == 0)
			break;
		w->c[w->n] = lower(w->c[w->n]);
		w->n++;
	}
}

static void
word_write(const struct word *w, char *buf, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n && n + 5 <= size; i++)
		n += text_encode(w->c[i], buf + n);
	buf[n] = '\0';
}

static void
fold_away(char *s, size_t size)
{
	char folded[POP_TEXT];

	(void)text_fold(s, folded, sizeof folded);
	snprintf(s, size, "%s", folded);
}

/* --- one slip --------------------------------------------------------------- */

static void
letter_out(struct word *w, size_t at)
{
	memmove(w->c + at, w->c + at + 1, (w->n - at - 1) * sizeof *w->c);
	w->n--;
}

static void
letter_in(struct word *w, size_t at, uint32_t c)
{
	memmove(w->c + at + 1, w->c + at, (w->n - at) * sizeof *w->c);
	w->c[at] = c;
	w->n++;
}

/* A key beside the one that was meant. */
static uint32_t
slip_of(uint64_t *s, uint32_t c)
{
	const char *keys;

	if (c < 'a' || c > 'z')
		return 'a' + pop_below(s, 26);
	keys = neighbours[c - 'a'];
	return (uint32_t)(unsigned char)keys[pop_below(s,
	    (unsigned)strlen(keys))];
}

/* Few slips fall on a word's first letter: one sees it. */
static void
slip(uint64_t *s, struct word *w)
{
	size_t at = percent(s, 5) ? 0 :
	    1 + pop_below(s, (unsigned)w->n - 1);

	switch (pop_below(s, 4)) {
	case 0:
		w->c[at] = slip_of(s, w->c[at]);
		break;
	case 1:
		letter_out(w, at);
		break;
	case 2:
		if (w->n < WORD_MAX)
			letter_in(w, at, slip_of(s, w->c[at]));
		break;
	default:
		if (at + 1 == w->n)
			at--;
		if (w->c[at] == w->c[at + 1])
			letter_out(w, at);
		else {
			uint32_t c = w->c[at];

			w->c[at] = w->c[at + 1];
			w->c[at + 1] = c;
		}
	}
}

static void
slips_in(uint64_t *s, char *name, size_t size, int n)
{
	struct word w;

	word_read(&w, name);
	while (n-- > 0)
		slip(s, &w);
	word_write(&w, name, size);
}

static size_t
letters(const char *name)
{
	struct word w;

	word_read(&w, name);
	return w.n;
}

/* --- one mishearing --------------------------------------------------------- */

/* Replace one of the places where a name could be heard otherwise. */
static bool
mishear(uint64_t *s, char *name, size_t size)
{
	char *at[64], low[POP_TEXT], out[POP_TEXT];
	size_t which[64], n = 0, k;
	struct word w;

	word_read(&w, name);
	word_write(&w, low, sizeof low);
	for (size_t i = 0; i < NEL(sounds); i++)
		for (char *p = low; (p = strstr(p, sounds[i].is)); p++)
			/* The h of ch is none of its own. */
			if (n < NEL(at) && !(sounds[i].is[0] == 'h' &&
			    p > low && p[-1] == 'c')) {
				at[n] = p;
				which[n++] = i;
			}
	if (n == 0)
		return false;
	k = pop_below(s, (unsigned)n);
	snprintf(out, sizeof out, "%.*s%s%s", (int)(at[k] - low), low,
	    sounds[which[k]].heard, at[k] + strlen(sounds[which[k]].is));
	snprintf(name, size, "%.*s", (int)size - 1, out);
	return true;
}

/* --- the rules -------------------------------------------------------------- */

/*
 * Each makes the line out of what was meant; false when it does not apply to
 * this name.  The copies of both names may be spoilt.
 */
typedef bool	 rule_fn(uint64_t *, struct corrupt_query *, char given[static 48],
		    char surname[static 96]);

static void
put_line(struct corrupt_query *q, const char *a, const char *b)
{
	snprintf(q->line, sizeof q->line, "%s %s", a, b);
}

static bool
rule_plain(uint64_t *s, struct corrupt_query *q, char given[static 48],
    char surname[static 96])
{
	(void)s;
	put_line(q, given, surname);
	fold_away(q->line, sizeof q->line);
	return true;
}

static bool
rule_typo(uint64_t *s, struct corrupt_query *q, char given[static 48],
    char surname[static 96])
{
	if (letters(surname) < 4)
		return false;
	slips_in(s, surname, 96, 1);
	put_line(q, given, surname);
	if (percent(s, 50))
		fold_away(q->line, sizeof q->line);
	return true;
}

static bool
rule_typos(uint64_t *s, struct corrupt_query *q, char given[static 48],
    char surname[static 96])
{
	if (letters(surname) >= 7 && percent(s, 60))
		slips_in(s, surname, 96, 2);
	else if (letters(surname) >= 5 && letters(given) >= 5) {
		slips_in(s, surname, 96, 1);
		slips_in(s, given, 48, 1);
	} else
		return false;
	put_line(q, given, surname);
	if (percent(s, 50))
		fold_away(q->line, sizeof q->line);
	return true;
}

static bool
rule_swapped(uint64_t *s, struct corrupt_query *q, char given[static 48],
    char surname[static 96])
{
	put_line(q, surname, given);
	if (percent(s, 50))
		fold_away(q->line, sizeof q->line);
	return true;
}

static bool
rule_sound(uint64_t *s, struct corrupt_query *q, char given[static 48],
    char surname[static 96])
{
	if (!mishear(s, surname, 96))
		return false;
	if (percent(s, 20))
		(void)mishear(s, given, 48);
	if (percent(s, 50))
		put_line(q, given, surname);
	else
		put_line(q, surname, given);
	if (percent(s, 50))
		fold_away(q->line, sizeof q->line);
	return true;
}

static bool
rule_initial(uint64_t *s, struct corrupt_query *q, char given[static 48],
    char surname[static 96])
{
	struct word w;
	char letter[8];

	word_read(&w, given);
	w.n = 1;
	if (percent(s, 70))
		w.c[w.n++] = '.';
	word_write(&w, letter, sizeof letter);
	if (percent(s, 70))
		put_line(q, letter, surname);
	else
		put_line(q, surname, letter);
	return true;
}

static bool
rule_half(uint64_t *s, struct corrupt_query *q, char given[static 48],
    char surname[static 96])
{
	char *hyphen = strchr(surname, '-'), *half = surname;

	if (hyphen == NULL)
		return false;
	*hyphen = '\0';
	if (percent(s, 50))
		half = hyphen + 1;
	snprintf(q->surname, sizeof q->surname, "%s", half);
	put_line(q, given, half);
	if (percent(s, 50))
		fold_away(q->line, sizeof q->line);
	return true;
}

static bool
rule_case(uint64_t *s, struct corrupt_query *q, char given[static 48],
    char surname[static 96])
{
	size_t n = 0;

	snprintf(q->line, sizeof q->line, "%*s%s%*s%s ",
	    (int)pop_below(s, 3), "", given, 1 + (int)pop_below(s, 4), "",
	    surname);
	for (char *c = q->line; *c != '\0'; c++, n++) {
		if (*c == '-' && percent(s, 70))
			*c = ' ';
		else if (*c >= 'a' && *c <= 'z' && percent(s, 40))
			*c = (char)(*c - 'a' + 'A');
	}
	return n > 0;
}

static rule_fn *const rules[CORRUPT_RULES] = {
	[CORRUPT_PLAIN] = rule_plain,
	[CORRUPT_TYPO] = rule_typo,
	[CORRUPT_TYPOS] = rule_typos,
	[CORRUPT_SWAPPED] = rule_swapped,
	[CORRUPT_SOUND] = rule_sound,
	[CORRUPT_INITIAL] = rule_initial,
	[CORRUPT_HALF] = rule_half,
	[CORRUPT_CASE] = rule_case,
};

void
corrupt_make(const struct pop *p, uint64_t rows, uint64_t seed, uint64_t j,
    struct corrupt_query *q)
{
	uint64_t s = pop_stream(seed ^ 0x636f7272, j);
	char given[48], surname[96];
	struct pop_row row;

	memset(q, 0, sizeof *q);
	q->rule = (enum corrupt_rule)(j % CORRUPT_RULES);
	for (int tries = 0; tries < TRIES; tries++) {
		q->row = pop_next(&s) % rows;
		pop_row(p, q->row, &row);
		q->person = row.person;
		memcpy(q->given, row.given, sizeof q->given);
		memcpy(q->surname, row.surname, sizeof q->surname);
		memcpy(given, row.given, sizeof given);
		memcpy(surname, row.surname, sizeof surname);
		if (rules[q->rule](&s, q, given, surname))
			return;
	}
	put_line(q, row.given, row.surname);
}

const char *
corrupt_id(enum corrupt_rule rule)
{
	return ids[rule];
}

/* --- what fits -------------------------------------------------------------- */

/* Whether a folded word stands whole among folded ones, or begins one. */
static bool
word_in(const char *words, const char *word, size_t len, bool begins)
{
	for (const char *p = words; *p != '\0'; p += *p == ' ') {
		size_t n = strcspn(p, " ");

		if (n >= len && (begins || n == len) &&
		    memcmp(p, word, len) == 0)
			return true;
		p += n;
	}
	return false;
}

static bool
words_in(const char *words, const char *wanted)
{
	for (const char *p = wanted; *p != '\0'; p += *p == ' ') {
		size_t n = strcspn(p, " ");

		if (!word_in(words, p, n, false))
			return false;
		p += n;
	}
	return true;
}

bool
corrupt_fits(const struct corrupt_query *q, const char *holder)
{
	char words[POP_TEXT], given[64], surname[128];

	(void)text_fold(holder, words, sizeof words);
	(void)text_fold(q->given, given, sizeof given);
	(void)text_fold(q->surname, surname, sizeof surname);
	return words_in(words, surname) &&
	    (q->rule == CORRUPT_INITIAL ? word_in(words, given, 1, true) :
	    words_in(words, given));
}

/* --- who else could have been meant ----------------------------------------- */

static uint64_t
key_of(const char *given, const char *surname, bool initial)
{
	uint64_t h = initial ? 0x696e : 0x6675;

	for (const char *c = given; *c != '\0' && (!initial || c == given); c++)
		h = pop_stream(h, (unsigned char)*c);
	h = pop_stream(h, ' ');
	for (const char *c = surname; *c != '\0'; c++)
		h = pop_stream(h, (unsigned char)*c);
	return h;
}

static int
by_key(const void *a, const void *b)
{
	const struct corrupt_query *x = *(struct corrupt_query *const *)a;
	const struct corrupt_query *y = *(struct corrupt_query *const *)b;

	return (x->key > y->key) - (x->key < y->key);
}

/* All queries with this key mean this person too. */
static void
meant(struct corrupt_query **sorted, size_t n, uint64_t key, uint64_t person)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (sorted[middle]->key < key)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < n && sorted[low]->key == key; low++)
		if (sorted[low]->person != person)
			sorted[low]->unique = false;
}

void
corrupt_census(const struct pop *p, uint64_t rows, struct corrupt_query *q,
    size_t n)
{
	struct corrupt_query **sorted = calloc(n, sizeof *sorted);
	char given[64], surname[128];
	struct pop_row row;

	if (sorted == NULL)
		abort();
	for (size_t i = 0; i < n; i++) {
		(void)text_fold(q[i].given, given, sizeof given);
		(void)text_fold(q[i].surname, surname, sizeof surname);
		q[i].key = key_of(given, surname,
		    q[i].rule == CORRUPT_INITIAL);
		q[i].unique = true;
		sorted[i] = &q[i];
	}
	qsort(sorted, n, sizeof *sorted, by_key);
	for (uint64_t i = 0; i < rows; i++) {
		char *half;

		pop_row(p, i, &row);
		(void)text_fold(row.given, given, sizeof given);
		(void)text_fold(row.surname, surname, sizeof surname);
		meant(sorted, n, key_of(given, surname, false), row.person);
		meant(sorted, n, key_of(given, surname, true), row.person);
		half = strchr(surname, ' ');
		if (half == NULL)
			continue;
		*half = '\0';
		meant(sorted, n, key_of(given, surname, false), row.person);
		meant(sorted, n, key_of(given, half + 1, false), row.person);
	}
	free(sorted);
}
