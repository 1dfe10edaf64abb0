/*
 * Which question a line means.  Each word that was typed meets the words of each
 * question: the same, begun, with typing errors, or in another form.  A word
 * that few questions have says more than one that all have.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "answers/questions.h"
#include "base/mem.h"
#include "base/text.h"
#include "registry/osa.h"

#define LINE_WORDS	16	/* of a line; the rest says nothing new */
#define TEXT_BYTES	(4 * QUESTION_GENERAL_MAX)	/* folded */
#define WORD_LEN	40	/* bytes of one; of a longer one the beginning */
#define STEM_MIN	5	/* letters that two forms of a word share */
#define STEM_ENDING	4	/* letters that they may differ by in the end */

/* What a word is worth by how it was met. */
#define SAME		20
#define BEGUN		17	/* less for each three letters that are missing */
#define BEGUN_LEAST	12
#define FORM		11
#define ERRORS		14	/* less three for each */
#define ERRORS_BEGUN	12

#define COMMON		3	/* how little a rare word outweighs a common one */
#define CUT		3	/* of the best's worth, what is still shown: a third */

/* Where words are looked for, and what one is worth there. */
enum place { PLACE_ASKED, PLACE_BRIEF, PLACE_WORDS, PLACE_GENERAL };

static const struct {
	unsigned	 worth;
	bool		 forgiving;	/* errors and other forms too */
} places[] = {
	[PLACE_ASKED]	= { 10, true },
	[PLACE_BRIEF]	= { 11, true },
	[PLACE_WORDS]	= { 10, true },
	[PLACE_GENERAL]	= { 3, false },
};

struct typed {
	char		 s[WORD_LEN + 1];
	size_t		 len;
	struct osa	 osa;
};

struct looking {
	struct typed		 word[LINE_WORDS];
	size_t			 n;
	unsigned		 (*points)[LINE_WORDS];	/* by question */
	char			 folded[TEXT_BYTES];
};

struct ranked {
	const struct question	*q;
	unsigned long		 worth;
	size_t			 nth;
};

/* --- words ---------------------------------------------------------------- */

static void
take_line(struct looking *l, const char *line)
{
	char	*rest = l->folded, *word;

	text_fold(line, l->folded, sizeof(l->folded));
	while ((word = strsep(&rest, " ")) != NULL && l->n < LINE_WORDS) {
		struct typed	*t = &l->word[l->n];

		t->len = text_cut(word, WORD_LEN);
		/* "e" of e-mail, "w", "z": nearly every text has it. */
		if (t->len < 2)
			continue;
		memcpy(t->s, word, t->len);
		osa_init(&t->osa, t->s, t->len);
		l->n++;
	}
}

/* Two forms of one word: they begin alike, and little is left of either. */
static bool
same_stem(const struct typed *t, const char *word, size_t len)
{
	size_t	 n = 0;

	while (n < len && n < t->len && word[n] == t->s[n])
		n++;
	return n >= STEM_MIN && t->len - n <= STEM_ENDING &&
	    len - n <= STEM_ENDING;
}

/* Errors that are forgiven: short words are soon another word. */
static unsigned
allowed(size_t len)
{
	return len < 4 ? 0 : len < 6 ? 1 : 2;
}

/* With typing errors, also in the beginning of a longer word; 0: another word. */
static unsigned
points_of_errors(const struct typed *t, const char *word, size_t len)
{
	unsigned	 errors, begun;

	if (len + 2 < t->len)
		return 0;
	errors = osa_distance(&t->osa, word, len, &begun);
	if (errors <= allowed(t->len > len ? t->len : len) && t->len > 2)
		return ERRORS - 3 * errors;
	if (t->s[0] == word[0] && begun <= allowed(t->len - 1))
		return ERRORS_BEGUN - 3 * begun;
	return 0;
}

static unsigned
points_of(const struct typed *t, const char *word, size_t len, bool forgiving)
{
	unsigned	 points = 0, missing;

	if (len >= t->len && memcmp(word, t->s, t->len) == 0) {
		missing = (unsigned)(len - t->len) / 3;
		return len == t->len ? SAME : missing < BEGUN - BEGUN_LEAST ?
		    BEGUN - missing : BEGUN_LEAST;
	}
	if (!forgiving)
		return 0;
	points = points_of_errors(t, word, len);
	return points < FORM && same_stem(t, word, len) ? FORM : points;
}

static void
meet_text(struct looking *l, const char *text, enum place place,
    unsigned points[LINE_WORDS])
{
	char	*rest = l->folded, *word;
	size_t	 i, len;

	text_fold(text, l->folded, sizeof(l->folded));
	while ((word = strsep(&rest, " ")) != NULL) {
		len = strlen(word);
		for (i = 0; len > 0 && i < l->n; i++) {
			unsigned	 p = places[place].worth *
					    points_of(&l->word[i], word, len,
					    places[place].forgiving);

			if (p > points[i])
				points[i] = p;
		}
	}
}

static void
meet_question(struct looking *l, const struct question *q,
    unsigned points[LINE_WORDS])
{
	size_t	 t;

	for (t = 0; t < TONGUES; t++) {
		meet_text(l, q->asked[t], PLACE_ASKED, points);
		meet_text(l, q->brief[t], PLACE_BRIEF, points);
		meet_text(l, q->words[t], PLACE_WORDS, points);
		meet_text(l, q->general[t], PLACE_GENERAL, points);
	}
}

/* Folded words that say little of what is meant, however few questions have them. */
static const char *const little[] = {
	"ale", "aby", "and", "are", "co", "czy", "do", "does", "for", "gdy",
	"go", "in", "is", "it", "jak", "jest", "juz", "mam", "me", "mi",
	"moj", "moja", "my", "na", "nie", "no", "not", "of", "on", "po", "przy",
	"sie", "the", "to", "we", "with", "za", "ze",
};

static bool
says_little(const struct typed *t)
{
	size_t	 i;

	for (i = 0; i < sizeof(little) / sizeof(little[0]); i++)
		if (strcmp(little[i], t->s) == 0)
			return true;
	return false;
}

/* --- rank ----------------------------------------------------------------- */

/* What a word of the line weighs: the less, the more questions meet it well. */
static unsigned long
weight(const struct looking *l, size_t word, size_t n)
{
	unsigned	 best = 0;
	size_t		 i, met = 0;

	for (i = 0; i < n; i++)
		if (l->points[i][word] > best)
			best = l->points[i][word];
	for (i = 0; i < n; i++)
		met += best > 0 && l->points[i][word] >= best / 2;
	return 16 * (n + COMMON) / (met + COMMON);
}

static int
by_worth(const void *a, const void *b)
{
	const struct ranked	*x = a, *y = b;

	if (x->worth != y->worth)
		return x->worth > y->worth ? -1 : 1;
	return x->nth < y->nth ? -1 : 1;
}

static size_t
rank(const struct looking *l, const struct questions *list,
    const struct question **out, size_t max)
{
	struct ranked	*v = mem_array(list->n, sizeof(*v));
	size_t		 i, k, n = 0;

	for (i = 0; i < list->n; i++)
		v[i] = (struct ranked){ .q = &list->v[i], .nth = i };
	for (k = 0; k < l->n; k++) {
		unsigned long	 w = says_little(&l->word[k]) ? 1 :
				    weight(l, k, list->n);

		for (i = 0; i < list->n; i++)
			v[i].worth += w * l->points[i][k];
	}
	qsort(v, list->n, sizeof(*v), by_worth);
	while (n < list->n && n < max && v[n].worth > 0 &&
	    v[n].worth >= v[0].worth / CUT) {
		out[n] = v[n].q;
		n++;
	}
	free(v);
	return n;
}

size_t
questions_find(const struct questions *list, const char *line,
    const struct question **out, size_t max)
{
	struct looking	*l = mem_alloc(sizeof(*l));
	size_t		 i, n = 0;

	take_line(l, line);
	if (l->n == 0) {
		for (; n < list->n && n < max; n++)
			out[n] = &list->v[n];
		free(l);
		return n;
	}
	if (list->n > 0) {
		l->points = mem_array(list->n, sizeof(*l->points));
		for (i = 0; i < list->n; i++)
			meet_question(l, &list->v[i], l->points[i]);
		n = rank(l, list, out, max);
		free(l->points);
	}
	free(l);
	return n;
}
