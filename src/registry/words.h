/*
 * All distinct folded words of names, held in memory with what rules most of
 * them out at a glance; and how one word that was typed meets one that is
 * stored.  Made from the database, never the truth.  Not locked: find.c does
 * that.
 */
#ifndef REGISTRY_WORDS_H
#define REGISTRY_WORDS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "registry/nameword.h"
#include "registry/osa.h"

/* How a word met another; the worst of a name's words is why it was found. */
enum word_how {
	WORD_SAME,
	WORD_BEGUN,		/* begins so; an initial */
	WORD_SOUND,		/* one key (sound.h) */
	WORD_TYPO
};

struct word_match {
	enum word_how	how;
	unsigned	cost;		/* 0 for the same word; ranks */
	unsigned	typos;
};

#define WORD_COST_MAX	20	/* no single word costs as much */

/* A word that was typed, made ready to be met with many. */
struct word_query {
	char		 s[NAME_WORD_MAX + 1];
	size_t		 len;
	bool		 initial;
	uint32_t	 letters, sound;
	uint64_t	 head, head_mask;
	struct osa	 osa;
};

void	 word_query_init(struct word_query *, const struct name_word *);

/* A digest of a folded word's key (sound.h). */
uint32_t word_sound(const char *word);

/* Whether, and how, it meets a folded word of that sound. */
bool	 word_query_match(const struct word_query *, const char *word, size_t len,
	    uint32_t sound, struct word_match *);

struct words;

struct words	*words_new(void);
void		 words_free(struct words *);
void		 words_add(struct words *, int64_t id, const char *word, int64_t n);
size_t		 words_count(const struct words *);
size_t		 words_bytes(const struct words *);	/* of memory */

struct words_hit {
	int64_t			id;
	int64_t			n;	/* names that have it, when it was read */
	struct word_match	match;
};

/*
 * The words that meet the one that was typed, best first, then the commonest;
 * at most max.  A cancelled search finds nothing.
 */
size_t	 words_find(const struct words *, const struct word_query *,
	    struct words_hit *, size_t max, const atomic_bool *cancel);

/* The order of words_find, for hits from elsewhere. */
int	 words_hit_cmp(const void *, const void *);

#endif
