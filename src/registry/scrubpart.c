#include "config.h"

#include "registry/scrubpart.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define DIGITS		"0123456789"
#define AT_ESCAPED	"%40"

/* --- what is seen ------------------------------------------------------------- */

/*
 * Bytes that such characters begin with: U+00A0 and U+00AD, U+034F, and all from
 * U+0600 up.  No letter of Polish is among them.
 */
static bool
may_pass(unsigned char c)
{
	return c == 0xc2 || c == 0xcd || c >= 0xd8;
}

bool
scrub_is_disguised(const char *s)
{
	for (; *s != '\0'; s++)
		if (may_pass((unsigned char)*s) || (*s == '%' &&
		    strncmp(s, AT_ESCAPED, strlen(AT_ESCAPED)) == 0))
			return true;
	return false;
}

/* The byte that stands for the character at s; its length.  0: none does. */
static int
seen_as(const char *s, size_t len, size_t *n)
{
	uint32_t c;

	*n = 1;
	if (strncmp(s, AT_ESCAPED, strlen(AT_ESCAPED)) == 0) {
		*n = strlen(AT_ESCAPED);
		return '@';
	}
	if ((unsigned char)*s < 0x80)
		return *s;
	*n = text_decode(s, len, &c);
	if (*n > 0)
		return text_passes_for(c);
	*n = 1;
	return -1;
}

void
scrub_plain_make(struct scrub_plain *p, const char *s)
{
	size_t len = strlen(s), i, n, k;

	p->s = mem_alloc(len + 1);
	p->at = mem_array(len + 1, sizeof *p->at);
	p->len = 0;
	for (i = 0; i < len; i += n) {
		int c = seen_as(s + i, len - i, &n);

		/* Others stay, byte for byte. */
		for (k = 0; k < (c > 0 ? 1 : c == 0 ? 0 : n); k++) {
			p->at[p->len] = i + k;
			p->s[p->len++] = c > 0 ? (char)c : s[i + k];
		}
	}
	p->at[p->len] = len;
	p->s[p->len] = '\0';
}

void
scrub_plain_clear(struct scrub_plain *p)
{
	explicit_bzero(p->s, p->len);
	free(p->s);
	free(p->at);
}

void
scrub_plain_spread(const struct scrub_plain *p, const uint8_t *seen,
    uint8_t *fate)
{
	size_t i;

	for (i = 0; i < p->len; i++) {
		uint8_t *to = fate + p->at[i];
		size_t n = p->at[i + 1] - p->at[i];

		memset(to, seen[i] == FIVE_STARS ? DROP : seen[i], n);
		to[0] = seen[i];
	}
}

/* --- documents -------------------------------------------------------------------- */

#define LETTERS_MIN	2
#define LETTERS_MAX	3
#define DOCUMENT_CHARS	9	/* letters and digits of a Polish one */
#define LABEL_GAP	4	/* characters between a label and its number */
#define LABEL_MAX	32

/* Folded; what begins so names a document. */
static const char *const documents[] = { "paszport", "passport", "dowod",
	"dokument", "document", "osob" };
/* Or something else that has a number, which is no person's. */
static const char *const others[] = { "cert", "karta", "karty", "card", "order",
	"seryj", "serial", "token", "zam" };
/* Whole words that name one, or may name anything's number. */
static const char *const series[] = { "seria", "serie", "serii" };
static const char *const numbers[] = { "nr", "numer", "numerze", "numeru",
	"no", "number" };

enum label { LABEL_NONE, LABEL_NUMBER, LABEL_DOCUMENT, LABEL_OTHER };

static enum label
label_of(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof series / sizeof *series; i++)
		if (strcmp(word, series[i]) == 0)
			return LABEL_DOCUMENT;
	for (i = 0; i < sizeof others / sizeof *others; i++)
		if (strncmp(word, others[i], strlen(others[i])) == 0)
			return LABEL_OTHER;
	for (i = 0; i < sizeof documents / sizeof *documents; i++)
		if (strncmp(word, documents[i], strlen(documents[i])) == 0)
			return LABEL_DOCUMENT;
	for (i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (strcmp(word, numbers[i]) == 0)
			return LABEL_NUMBER;
	return LABEL_NONE;
}

static enum label
label_word(const char *s, size_t len)
{
	char word[LABEL_MAX], folded[LABEL_MAX];

	if (len >= sizeof word)
		return LABEL_NONE;
	memcpy(word, s, len);
	word[len] = '\0';
	text_fold(word, folded, sizeof folded);
	return label_of(folded);
}

/* The words before s[at]: "paszport nr", "dowód:"; the one that says most. */
static enum label
label_before(const char *s, size_t at)
{
	enum label label = LABEL_NONE, found;
	size_t end, start;

	do {
		for (end = at; end > 0 && at - end < LABEL_GAP &&
		    !scrub_word(s[end - 1]); end--)
			;
		for (start = end; start > 0 && scrub_word(s[start - 1]); start--)
			;
		found = label_word(s + start, end - start);
		if (found > label)
			label = found;
		at = start;
	} while (found == LABEL_NUMBER && at > 0);
	return label;
}

/*
 * Letters count from 10 up.  The check digit is the first; it weighs 9, and the
 * whole is divisible by ten then.
 */
static bool
check_is_right(const char *letters, size_t nletters, const char *digits)
{
	static const int weights[] = { 7, 3, 1 };
	int sum = 9 * (digits[0] - '0');
	size_t i, at = 0;

	for (i = 0; i < nletters; i++)
		sum += weights[at++ % 3] *
		    (toupper((unsigned char)letters[i]) - 'A' + 10);
	for (i = 1; i + nletters < DOCUMENT_CHARS; i++)
		sum += weights[at++ % 3] * (digits[i] - '0');
	return sum % 10 == 0;
}

static bool
is_letter(char c)
{
	return isalpha((unsigned char)c) != 0;
}

/* Digits at s[at], and what letters stand before them. */
static void
mark_document(const char *s, size_t at, size_t ndigits, uint8_t *fate)
{
	size_t end = at, start;
	bool whole, right;
	enum label label;

	if (end > 0 && scrub_separates(s[end - 1]))
		end--;
	for (start = end; start > 0 && is_letter(s[start - 1]); start--)
		;
	if (end - start < LETTERS_MIN || end - start > LETTERS_MAX ||
	    (start > 0 && scrub_word(s[start - 1])) ||
	    scrub_word(s[at + ndigits]) ||
	    label_word(s + start, end - start) != LABEL_NONE)
		return;
	whole = end - start + ndigits == DOCUMENT_CHARS;
	right = whole && check_is_right(s + start, end - start, s + at);
	label = label_before(s, start);
	if (right && label != LABEL_OTHER)
		label = LABEL_DOCUMENT;
	/* A certificate's number has whole bytes of hex, and no nine of them. */
	if (label == LABEL_DOCUMENT || (label == LABEL_NUMBER && whole))
		memset(fate + start, STAR, at + ndigits - start);
}

void
scrub_documents(const char *s, uint8_t *fate)
{
	size_t at = strcspn(s, DIGITS), n;

	for (; s[at] != '\0'; at += n + strcspn(s + at + n, DIGITS)) {
		n = strspn(s + at, DIGITS);
		if (n == 6 || n == 7)
			mark_document(s, at, n, fate);
	}
}
