#include "config.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "registry/code.h"

/* What print and bad eyes take for one another. */
static const char alike[][2] = {
	{ 'O', '0' }, { 'I', '1' }, { 'L', '1' }, { 'B', '8' }, { 'S', '5' },
	{ 'Z', '2' }, { 'G', '6' },
};

#define NALIKE	(2 * sizeof alike / sizeof *alike)

static bool
is_separator(char c)
{
	return c == ' ' || c == '-' || c == '/' || c == '.' || c == '_' ||
	    c == ':';
}

size_t
code_normal(const char *s, char buf[static CODE_MAX])
{
	size_t n = 0;

	for (; *s != '\0'; s++) {
		if (is_separator(*s))
			continue;
		if (n == CODE_MAX - 1)
			return 0;
		/* As SQL's upper(): ASCII alone. */
		buf[n++] = *s >= 'a' && *s <= 'z' ? (char)(*s - 'a' + 'A') : *s;
	}
	buf[n] = '\0';
	return n;
}

/* Change 0.. of a place: what looks like it. */
static bool
look_alike(char *buf, size_t len, unsigned n)
{
	size_t at = n / NALIKE, which = n % NALIKE;
	const char *pair = alike[which / 2];

	if (at >= len || buf[at] != pair[which % 2])
		return false;
	buf[at] = pair[1 - which % 2];
	return true;
}

/* Change n: one sort of them wherever it stands. */
static bool
look_alike_all(char *buf, size_t len, unsigned n)
{
	const char *pair = alike[n / 2];
	size_t i, changed = 0;

	for (i = 0; i < len; i++) {
		if (buf[i] == pair[n % 2]) {
			buf[i] = pair[1 - n % 2];
			changed++;
		}
	}
	return changed > 1;	/* one alone is look_alike's */
}

static bool
swap(char *buf, size_t len, unsigned n)
{
	char c = buf[n];

	if (n + 1 >= len || c == buf[n + 1])
		return false;
	buf[n] = buf[n + 1];
	buf[n + 1] = c;
	return true;
}

static bool
other_digit(char *buf, size_t len, unsigned n)
{
	size_t at = n / 10;
	char digit = (char)('0' + n % 10);

	if (at >= len || !isdigit((unsigned char)buf[at]) || buf[at] == digit)
		return false;
	buf[at] = digit;
	return true;
}

size_t
code_near(const char *normal, unsigned *state, char buf[static CODE_MAX])
{
	static bool (*const change[])(char *, size_t, unsigned) = {
		look_alike_all, look_alike, swap, other_digit,
	};
	unsigned len = (unsigned)strlen(normal), i, k, first = 0;
	const unsigned places[] = { NALIKE, NALIKE * len, len, 10 * len };

	for (i = 0; i < sizeof change / sizeof *change; first += places[i++]) {
		while (*state < first + places[i]) {
			k = (*state)++ - first;
			memcpy(buf, normal, len + 1);
			if (change[i](buf, len, k))
				return len;
		}
	}
	return 0;
}
