/*
 * Parts of scrub.c: a text as its reader sees it, whatever its characters are,
 * and numbers of documents.  Any thread; no state.
 */
#ifndef REGISTRY_SCRUBPART_H
#define REGISTRY_SCRUBPART_H

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What becomes of each byte of a text. */
enum fate { KEEP, STAR, DROP, FIVE_STARS };

static inline bool
scrub_alnum(char c)
{
	return isalnum((unsigned char)c) != 0;
}

/* Of a word: letters and digits of any script. */
static inline bool
scrub_word(char c)
{
	return scrub_alnum(c) || (unsigned char)c >= 0x80;
}

/* What people put between the digits of a number. */
bool	scrub_separates(char);

/* A text in which digits, spaces and the like are those of ASCII. */
struct scrub_plain {
	char	*s;
	size_t	 len;
	size_t	*at;	/* where in the text each byte begins; one more */
};

/* Whether it may differ from the text at all; quick. */
bool	scrub_is_disguised(const char *);

void	scrub_plain_make(struct scrub_plain *, const char *);
void	scrub_plain_clear(struct scrub_plain *);

/* What becomes of the plain text's bytes becomes of those they stand for. */
void	scrub_plain_spread(const struct scrub_plain *, const uint8_t *seen,
	    uint8_t *fate);

/*
 * Numbers of passports and identity cards, "CD7654321", "ABC 523456": where a
 * word before one says so, or its check digit is right.
 */
void	scrub_documents(const char *, uint8_t *fate);

#endif
