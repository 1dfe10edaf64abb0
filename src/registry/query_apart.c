/* A number that stands among words: "Numer PESEL 44051401359, Jan Kowalski". */
#include "config.h"

#include <ctype.h>
#include <string.h>

#include "cert/ident.h"
#include "registry/query_parts.h"

#define JOINS		" :,"		/* between groups of one number */
#define BETWEEN		JOINS ";()[]{}<>\"'=|"

/* Digits in a row of words, from start to end. */
struct run {
	size_t	start, end;
	size_t	n, ndecimal;	/* digits; those below ten */
};

/* "0A3F", "0x0a3f", "123-456"; no single letter and no "Ada". */
static bool
is_group(const char *s, size_t len, size_t *n, size_t *ndecimal)
{
	size_t i = len > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') ?
	    2 : 0;

	for (*n = *ndecimal = 0; i < len; i++) {
		if (isxdigit((unsigned char)s[i])) {
			++*n;
			*ndecimal += isdigit((unsigned char)s[i]) != 0;
		} else if (strchr("-.", s[i]) == NULL)
			return false;
	}
	return *ndecimal > 0 || (*n > 1 && !(isupper((unsigned char)s[0]) &&
	    islower((unsigned char)s[1])));
}

static struct run
longest_run(const char *line)
{
	struct run best = { 0 }, run = { 0 };
	size_t at = 0, gap, len, n, ndecimal;

	for (; line[at] != '\0'; at += len) {
		gap = strspn(line + at, BETWEEN);
		if (strspn(line + at, JOINS) < gap)
			run.n = 0;
		at += gap;
		len = strcspn(line + at, BETWEEN);
		if (!is_group(line + at, len, &n, &ndecimal)) {
			run.n = 0;
			continue;
		}
		if (run.n == 0)
			run = (struct run){ .start = at };
		run.end = at + len;
		run.n += n;
		run.ndecimal += ndecimal;
		if (run.ndecimal > 0 && run.n > best.n)
			best = run;
	}
	return best;
}

/* Blank what says of what kind the number at is, right before it. */
static unsigned
take_label(char *line, size_t at)
{
	unsigned kinds = ~0u, found;
	size_t end = at, start, from = at;

	while (end > 0 && strchr(BETWEEN "-.", line[end - 1]) != NULL)
		end--;
	for (start = end; start > 0 && end - start < QUERY_LABEL_MAX;) {
		start--;
		if ((start == 0 || strchr(BETWEEN, line[start - 1]) != NULL) &&
		    (found = query_label(line + start, end - start)) != 0) {
			kinds = found;
			from = start;
		}
	}
	memset(line + from, ' ', at - from);
	return kinds;
}

/* The number and its label, out of the line. */
static unsigned
take_out(char *line, const struct run *run, char number[FIND_QUERY_MAX + 1])
{
	size_t len = run->end - run->start;
	unsigned kinds;

	memcpy(number, line + run->start, len);
	number[len] = '\0';
	kinds = take_label(line, run->start);
	memset(line + run->start, ' ', len);
	return kinds;
}

bool
query_take_apart(struct query *q, char *line, unsigned only)
{
	char number[FIND_QUERY_MAX + 1];
	struct run run = longest_run(line);
	unsigned kinds;
	bool labelled;
	int64_t from, until;

	/* Looked for already: all there is, but for what joins groups. */
	if (run.n < QUERY_FRAGMENT_MIN || (run.start == strspn(line, JOINS) &&
	    line[run.end + strspn(line + run.end, JOINS)] == '\0') ||
	    query_date(line + run.start, run.end - run.start, &from, &until))
		return false;
	kinds = take_out(line, &run, number);
	labelled = kinds != ~0u || (only & FIND_SERIAL) == 0 ||
	    (only & FIND_PESEL) == 0;
	query_take_number(q, number, (only & kinds) != 0 ? only & kinds :
	    kinds);
	explicit_bzero(number, sizeof number);
	/* Ten digits of an order are not called a mistyped NIP. */
	if (!labelled && !q->pesel_ok && !q->nip_ok) {
		q->kinds &= ~(unsigned)(FIND_PESEL | FIND_NIP);
		q->notes &= ~(1u << NOTE_CHECKSUM_PESEL |
		    1u << NOTE_CHECKSUM_NIP);
	}
	q->apart = true;
	return q->kinds != 0;
}

/* A PESEL's or NIP's digits and nothing else but hyphens. */
static bool
is_ident(const char *s, size_t len, bool *right)
{
	char digits[sizeof ((struct query *)NULL)->digits];
	size_t i, n = 0;

	for (i = 0; i < len; i++) {
		if (s[i] == '-' && i > 0)
			continue;
		if (!isdigit((unsigned char)s[i]) || n == sizeof digits - 1)
			return false;
		digits[n++] = s[i];
	}
	digits[n] = '\0';
	*right = n == 11 ? ident_pesel_ok(digits) : ident_nip_ok(digits);
	explicit_bzero(digits, sizeof digits);
	return n == 10 || n == 11;
}

void
query_take_inner(struct query *q, char *line, unsigned only)
{
	char number[FIND_QUERY_MAX + 1];
	struct run run = { 0 };
	size_t at, len;
	unsigned kinds;
	bool right;

	if (q->digits[0] != '\0' || q->hex.n > 0)
		return;
	for (at = 0; line[at] != '\0'; at += len) {
		at += strspn(line + at, BETWEEN);
		len = strcspn(line + at, BETWEEN);
		/* What may be a code's is a NIP if its check digit says so. */
		if (is_ident(line + at, len, &right) && (right ||
		    (q->kinds & (FIND_ORDER | FIND_CARD)) == 0)) {
			run = (struct run){ .start = at, .end = at + len };
			break;
		}
	}
	if (run.end == 0)
		return;
	kinds = take_out(line, &run, number) & only;
	query_take_number(q, number, kinds & ~q->kinds);
	explicit_bzero(number, sizeof number);
	q->apart = true;
}
