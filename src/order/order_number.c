/*
 * Order numbers as they are typed, scanned and pasted, and what a misread one
 * may have been.  An authority's pattern says what one looks like; without it a
 * number is what has letters and figures enough to be one.
 */
#include "config.h"

#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "order/order_inside.h"

#define TEXT_MAX	16384	/* bytes that are looked through */
#define TOKENS_MAX	4096
#define JOIN_MAX	8	/* pieces that one number may be typed in */
#define PATTERN_MAX	80
#define TYPED_MAX	60	/* bytes of a line that is one number and no more */
#define FIGURES_MIN	3	/* in a number whose look nobody told */

/* --- the authority's pattern ----------------------------------------------------- */

struct pattern {
	regex_t	 re;
	bool	 there;
};

/*
 * A repetition by more than a number has characters can only be a mistake, and
 * would cost memory.
 */
static bool
repeats_too_often(const char *s)
{
	for (; (s = strchr(s, '{')) != NULL; s++) {
		for (const char *p = s + 1; isdigit((unsigned char)*p) ||
		    *p == ','; ) {
			size_t n = strspn(p, "0123456789");

			if (n > 2 || (n == 2 &&
			    (p[0] - '0') * 10 + p[1] - '0' > ORDER_NUMBER_MAX))
				return true;
			p += n > 0 ? n : 1;
		}
	}
	return false;
}

static void
pattern_open(struct pattern *p, const struct authority *a)
{
	char anchored[PATTERN_MAX + sizeof "^()$"];
	const char *s = a != NULL && a->orders_number != NULL ?
	    a->orders_number : "";

	p->there = false;
	if (s[0] == '\0' || strlen(s) > PATTERN_MAX || repeats_too_often(s))
		return;
	snprintf(anchored, sizeof anchored, "^(%s)$", s);
	p->there = regcomp(&p->re, anchored, REG_EXTENDED | REG_NOSUB) == 0;
}

static void
pattern_close(struct pattern *p)
{
	if (p->there)
		regfree(&p->re);
}

static bool
fits(const struct pattern *p, const char *number)
{
	size_t n = strlen(number);

	return n >= ORDER_NUMBER_MIN && n <= ORDER_NUMBER_MAX &&
	    (!p->there || regexec(&p->re, number, 0, NULL, 0) == 0);
}

/* --- out of a text --------------------------------------------------------------- */

struct token {			/* letters and figures */
	const char	*s;
	size_t		 len;
	char		 before;	/* what parts it from the one before; 0: too much */
};

struct tokens {
	struct token	 v[TOKENS_MAX];
	size_t		 n;
};

static bool
is_letter(char c)
{
	return isalnum((unsigned char)c) && (unsigned char)c < 0x80;
}

/*
 * What stands between two pieces of one number: a space, a line's end with the
 * quotation mark of a mail, a dash, a slash, a full stop; and no more than that.
 */
static char
between(const char *s, size_t len)
{
	char c = 0;

	if (len == 0 || len > 4)
		return 0;
	for (size_t i = 0; i < len; i++) {
		if (strchr(" \t\r\n>.", s[i]) != NULL)
			continue;
		/* An en dash, or the hyphen that may not be broken, for a dash. */
		if (i + 2 < len && (memcmp(s + i, "\xe2\x80\x93", 3) == 0 ||
		    memcmp(s + i, "\xe2\x80\x91", 3) == 0)) {
			c = '-';
			i += 2;
		} else if ((s[i] == '-' || s[i] == '/') && c == 0)
			c = s[i];
		else
			return 0;
	}
	return c != 0 ? c : ' ';
}

static void
cut_up(const char *s, size_t len, struct tokens *t)
{
	size_t i = 0, end = 0;

	t->n = 0;
	while (i < len && t->n < TOKENS_MAX) {
		size_t start = i;

		while (i < len && is_letter(s[i]))
			i++;
		if (i == start) {
			i++;
			continue;
		}
		t->v[t->n] = (struct token){ s + start, i - start,
		    t->n > 0 ? between(s + end, start - end) : (char)0 };
		t->n++;
		end = i;
	}
}

/* How pieces are put together: with what stood there, nothing, '-' or '/'. */
static const char joints[] = { ' ', '\0', '-', '/' };

/* False when it is too long to be one. */
static bool
join(const struct token *v, size_t n, char joint,
    char out[ORDER_NUMBER_MAX + 1])
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		char c = i == 0 ? '\0' : joint == ' ' ? v[i].before : joint;

		if (len + v[i].len + 1 > ORDER_NUMBER_MAX)
			return false;
		if (c == '-' || c == '/')
			out[len++] = c;
		for (size_t k = 0; k < v[i].len; k++)
			out[len++] = (char)toupper((unsigned char)v[i].s[k]);
	}
	out[len] = '\0';
	return true;
}

/* The longest that begins at the first of n pieces and fits the pattern. */
static bool
longest_at(const struct token *v, size_t n, const struct pattern *p,
    char out[ORDER_NUMBER_MAX + 1])
{
	char one[ORDER_NUMBER_MAX + 1];
	bool found = false;

	for (size_t k = 1; k <= n && k <= JOIN_MAX; k++) {
		if (k > 1 && v[k - 1].before == 0)
			break;
		for (size_t j = 0; j < sizeof joints; j++) {
			if (!join(v, k, joints[j], one))
				return found;
			if (!fits(p, one))
				continue;
			memcpy(out, one, sizeof one);
			found = true;
			break;
		}
	}
	return found;
}

static size_t
figures_in(const char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += isdigit((unsigned char)s[i]) != 0;
	return n;
}

/* A line that holds nothing else: all of it, spaces left out. */
static bool
whole_line(const char *s, size_t len, char out[ORDER_NUMBER_MAX + 1])
{
	size_t n = 0;

	if (len > TYPED_MAX || figures_in(s, len) < FIGURES_MIN)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = (char)toupper((unsigned char)s[i]);

		if (strchr(" \t\r\n", c) != NULL)
			continue;
		if (strchr(ORDER_NUMBER_LETTERS, c) == NULL ||
		    n == ORDER_NUMBER_MAX)
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return n >= ORDER_NUMBER_MIN;
}

/* Without a pattern: the piece with most figures, of pieces parted by no space. */
static bool
likeliest(const struct tokens *t, char out[ORDER_NUMBER_MAX + 1])
{
	char one[ORDER_NUMBER_MAX + 1];
	size_t best = FIGURES_MIN;

	for (size_t i = 0; i < t->n; i++) {
		size_t k = 1, figures;

		while (i + k < t->n && (t->v[i + k].before == '-' ||
		    t->v[i + k].before == '/'))
			k++;
		if (join(&t->v[i], k, ' ', one) &&
		    strlen(one) >= ORDER_NUMBER_MIN &&
		    (figures = figures_in(one, strlen(one))) > best) {
			memcpy(out, one, sizeof one);
			best = figures;
		}
		i += k - 1;
	}
	return best > FIGURES_MIN;
}

bool
order_number_in(const char *text, const struct authority *a,
    char number[static ORDER_NUMBER_MAX + 1])
{
	struct tokens *t;
	struct pattern p;
	size_t len = strnlen(text, TEXT_MAX);
	bool found = false;

	number[0] = '\0';
	pattern_open(&p, a);
	t = mem_alloc(sizeof *t);
	cut_up(text, len, t);
	if (p.there) {
		for (size_t i = 0; i < t->n && !found; i++)
			found = longest_at(&t->v[i], t->n - i, &p, number);
	} else
		found = whole_line(text, len, number) || likeliest(t, number);
	free(t);
	pattern_close(&p);
	if (!found)
		number[0] = '\0';
	return found;
}

/* --- check digits ------------------------------------------------------------- */

/* ISO/IEC 7812-1 annex B, over the figures; letters take no part. */
static int
luhn(const char *number)
{
	int sum = 0, n = 0;

	for (size_t i = strlen(number); i > 0; i--) {
		int d = number[i - 1] - '0';

		if (d < 0 || d > 9)
			continue;
		if (n++ % 2 == 1)
			d = d < 5 ? 2 * d : 2 * d - 9;
		sum += d;
	}
	return n > 1 && sum % 10 == 0;
}

/* ISO 7064, MOD 97-10: letters count as 10 to 35; what parts them does not. */
static int
mod97(const char *number)
{
	unsigned rest = 0;

	for (const char *s = number; *s != '\0'; s++) {
		if (*s >= '0' && *s <= '9')
			rest = (rest * 10 + (unsigned)(*s - '0')) % 97;
		else if (*s >= 'A' && *s <= 'Z')
			rest = (rest * 100 + (unsigned)(*s - 'A') + 10) % 97;
	}
	return rest == 1;
}

int
order_number_check(const char *number, const struct authority *a)
{
	const char *how = a != NULL && a->orders_check_digit != NULL ?
	    a->orders_check_digit : "";

	if (strcmp(how, "luhn") == 0)
		return luhn(number);
	return strcmp(how, "mod97") == 0 ? mod97(number) : -1;
}

/* --- near misses ---------------------------------------------------------------- */

/* Each is taken for the others of its line. */
static const char *const alike[] = { "0OQD", "1ILJ", "8B", "5S", "2Z", "6G",
	"UV", "4A", "17", "38", "CG", "MN" };

struct nears {
	const struct authority *authority;
	struct pattern	 pattern;
	const char	*number;
	char		 (*v)[ORDER_NUMBER_MAX + 1];
	size_t		 n, max;
};

static void
offer(struct nears *nears, const char *one)
{
	if (nears->n == nears->max || strcmp(one, nears->number) == 0 ||
	    !fits(&nears->pattern, one) ||
	    order_number_check(one, nears->authority) == 0)
		return;
	for (size_t i = 0; i < nears->n; i++) {
		if (strcmp(nears->v[i], one) == 0)
			return;
	}
	memcpy(nears->v[nears->n++], one, strlen(one) + 1);
}

/* All with one character (with more: two) taken for one that looks like it. */
static void
offer_alike(struct nears *nears, char *one, size_t from, bool more)
{
	for (size_t i = from; one[i] != '\0'; i++) {
		char was = one[i];

		for (size_t k = 0; k < sizeof alike / sizeof *alike; k++) {
			if (strchr(alike[k], was) == NULL)
				continue;
			for (const char *c = alike[k]; *c != '\0'; c++) {
				if (*c == was)
					continue;
				one[i] = *c;
				if (more)
					offer_alike(nears, one, i + 1, false);
				else
					offer(nears, one);
			}
		}
		one[i] = was;
	}
}

static void
offer_swapped(struct nears *nears, char *one)
{
	for (size_t i = 0; one[i] != '\0' && one[i + 1] != '\0'; i++) {
		char was = one[i];

		one[i] = one[i + 1];
		one[i + 1] = was;
		offer(nears, one);
		one[i + 1] = one[i];
		one[i] = was;
	}
}

static void
offer_figures(struct nears *nears, char *one)
{
	for (size_t i = 0; one[i] != '\0'; i++) {
		char was = one[i];

		if (!isdigit((unsigned char)was))
			continue;
		for (one[i] = '0'; one[i] <= '9'; one[i]++)
			offer(nears, one);
		one[i] = was;
	}
}

size_t
order_number_near(const char *number, const struct authority *a,
    char (*near)[ORDER_NUMBER_MAX + 1], size_t max)
{
	struct nears nears = { .authority = a, .number = number, .v = near,
		.max = max };
	char one[ORDER_NUMBER_MAX + 1];

	if (strlen(number) > ORDER_NUMBER_MAX)
		return 0;
	snprintf(one, sizeof one, "%s", number);
	pattern_open(&nears.pattern, a);
	offer_alike(&nears, one, 0, false);
	offer_swapped(&nears, one);
	/* Only a check digit, or the pattern, leaves few enough of these. */
	if (order_number_check(number, a) == 0)
		offer_figures(&nears, one);
	if (nears.pattern.there && !fits(&nears.pattern, number))
		offer_alike(&nears, one, 0, true);
	pattern_close(&nears.pattern);
	return nears.n;
}
