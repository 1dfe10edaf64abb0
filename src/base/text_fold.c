/* Other looks of a text: folded for search, plain ASCII, hex, masked. */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>

#include "base/mem.h"
#include "base/text.h"

/*
 * Letters that Unicode does not take apart, and marks drawn on our screens; in
 * the order of their numbers.
 */
static const struct {
	uint32_t	 c;
	const char	*ascii;
} plain[] = {
	{ 0x00a0, " " }, { 0x00ab, "\"" }, { 0x00b0, "o" }, { 0x00b7, "-" },
	{ 0x00bb, "\"" }, { 0x00c6, "AE" }, { 0x00d0, "D" }, { 0x00d8, "O" },
	{ 0x00de, "Th" }, { 0x00df, "ss" }, { 0x00e6, "ae" }, { 0x00f0, "d" },
	{ 0x00f8, "o" }, { 0x00fe, "th" }, { 0x0110, "D" }, { 0x0111, "d" },
	{ 0x0126, "H" }, { 0x0127, "h" }, { 0x0131, "i" }, { 0x0141, "L" },
	{ 0x0142, "l" }, { 0x0152, "OE" }, { 0x0153, "oe" }, { 0x0166, "T" },
	{ 0x0167, "t" }, { 0x1e9e, "SS" }, { 0x2010, "-" }, { 0x2011, "-" },
	{ 0x2012, "-" }, { 0x2013, "-" }, { 0x2014, "-" }, { 0x2018, "'" },
	{ 0x2019, "'" }, { 0x201a, "," }, { 0x201c, "\"" }, { 0x201d, "\"" },
	{ 0x201e, "\"" }, { 0x2022, "*" }, { 0x2026, "." }, { 0x2190, "<" },
	{ 0x2191, "^" }, { 0x2192, ">" }, { 0x2193, "v" }, { 0x2248, "~" },
	{ 0x2500, "-" }, { 0x2502, "|" }, { 0x250c, "+" }, { 0x2510, "+" },
	{ 0x2514, "+" }, { 0x2518, "+" }, { 0x251c, "+" }, { 0x2524, "+" },
	{ 0x252c, "+" }, { 0x2534, "+" }, { 0x253c, "+" }, { 0x2581, "_" },
	{ 0x2588, "#" }, { 0x2591, "." }, { 0x2592, ":" }, { 0x25a0, "#" },
	{ 0x25b8, ">" }, { 0x25cb, "o" }, { 0x25cf, "*" }, { 0x25d0, "@" },
	{ 0x2713, "x" }, { 0x2717, "!" },
};

static const char *
find_plain(uint32_t c)
{
	size_t low = 0, high = sizeof plain / sizeof *plain;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (plain[middle].c == c)
			return plain[middle].ascii;
		if (plain[middle].c < c)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* The base letter under its diacritics: canonical decomposition, first part. */
static uint32_t
base_letter(uint32_t c)
{
	ucs4_t parts[UC_DECOMPOSITION_MAX_LENGTH];

	for (int i = 0; i < 4; i++) {
		int n = uc_canonical_decomposition((ucs4_t)c, parts);

		if (n <= 0 || parts[0] == c)
			break;
		c = parts[0];
	}
	return c;
}

const char *
text_ascii(uint32_t c)
{
	/* Every ASCII character as a string: two bytes each. */
	static const char ascii[] =
	    " \0!\0\"\0#\0$\0%\0&\0'\0(\0)\0*\0+\0,\0-\0.\0/\0"
	    "0\0" "1\0" "2\0" "3\0" "4\0" "5\0" "6\0" "7\0" "8\0" "9\0"
	    ":\0;\0<\0=\0>\0?\0@\0"
	    "A\0B\0C\0D\0E\0F\0G\0H\0I\0J\0K\0L\0M\0N\0O\0P\0Q\0R\0S\0T\0"
	    "U\0V\0W\0X\0Y\0Z\0[\0\\\0]\0^\0_\0`\0"
	    "a\0b\0c\0d\0e\0f\0g\0h\0i\0j\0k\0l\0m\0n\0o\0p\0q\0r\0s\0t\0"
	    "u\0v\0w\0x\0y\0z\0{\0|\0}\0~";
	const char *s = find_plain(c);

	if (s != NULL)
		return s;
	if (c >= 0x80) {
		c = base_letter(c);
		if ((s = find_plain(c)) != NULL)
			return s;
	}
	return c >= 0x20 && c < 0x7f ? &ascii[(c - 0x20) * 2] : "?";
}

/* Where folded text grows. */
struct fold {
	char	*buf;
	size_t	 size, len;
	bool	 gap;		/* a space is due before the next letter */
};

static void
fold_put(struct fold *f, const char *s, size_t n)
{
	if (f->gap && f->len > 0 && f->len + 1 + n < f->size)
		f->buf[f->len++] = ' ';
	f->gap = false;
	if (f->len + n < f->size) {
		memcpy(f->buf + f->len, s, n);
		f->len += n;
	}
}

static void
fold_char(struct fold *f, uint32_t c)
{
	const char *s;
	char one[4];

	if (c >= 0x80)
		c = base_letter(c);
	s = find_plain(c);
	if (s != NULL && isalpha((unsigned char)s[0])) {
		for (; *s != '\0'; s++) {
			one[0] = (char)tolower((unsigned char)*s);
			fold_put(f, one, 1);
		}
		return;
	}
	if (c < 0x80 ? isalnum((int)c) :
	    uc_is_general_category_withtable(c,
	    UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N)) {
		c = base_letter(uc_tolower((ucs4_t)c));
		fold_put(f, one, text_encode(c, one));
	} else if (!uc_is_general_category_withtable(c, UC_CATEGORY_MASK_M))
		f->gap = true;
}

/* What most texts are made of; the same as fold_char does, but quicker. */
static void
fold_ascii(struct fold *f, unsigned char c)
{
	char small = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);

	if ((small >= 'a' && small <= 'z') || (c >= '0' && c <= '9'))
		fold_put(f, &small, 1);
	else
		f->gap = true;
}

size_t
text_fold(const char *s, char *buf, size_t size)
{
	struct fold f = { .buf = buf, .size = size };
	size_t len = strlen(s);

	for (size_t i = 0; i < len; ) {
		uint32_t c;
		size_t n;

		if ((unsigned char)s[i] < 0x80) {
			fold_ascii(&f, (unsigned char)s[i++]);
			continue;
		}
		n = text_decode(s + i, len - i, &c);
		if (n == 0)
			f.gap = true;
		else
			fold_char(&f, c);
		i += n ? n : 1;
	}
	if (size > 0)
		buf[f.len] = '\0';
	return f.len;
}

bool
text_find(const char *hay, const char *needle)
{
	size_t nh = 2 * strlen(hay) + 1, nn = 2 * strlen(needle) + 1;
	char *h = mem_alloc(nh), *n = mem_alloc(nn);
	bool found;

	(void)text_fold(hay, h, nh);
	(void)text_fold(needle, n, nn);
	found = strstr(h, n) != NULL;
	free(h);
	free(n);
	return found;
}

char *
text_hex(const uint8_t *p, size_t len, size_t group, char *buf, size_t size)
{
	static const char digit[] = "0123456789ABCDEF";
	size_t at = 0;

	for (size_t i = 0; i < len; i++) {
		bool space = group != 0 && i > 0 && i % group == 0;

		if (at + space + 3 > size)
			break;
		if (space)
			buf[at++] = ' ';
		buf[at++] = digit[p[i] >> 4];
		buf[at++] = digit[p[i] & 15];
	}
	if (size > 0)
		buf[at < size ? at : size - 1] = '\0';
	return buf;
}

/* Append s or n times c, as far as there is room. */
static size_t
put(char *buf, size_t size, size_t at, const char *s, size_t n)
{
	if (at + n + 1 > size)
		n = size > at + 1 ? size - at - 1 : 0;
	memcpy(buf + at, s, n);
	return at + n;
}

static size_t
stars(char *buf, size_t size, size_t at, size_t n)
{
	while (n-- > 0)
		at = put(buf, size, at, "*", 1);
	return at;
}

/* Bytes of the first n characters of s. */
static size_t
chars(const char *s, size_t n)
{
	size_t at = 0;

	while (n-- > 0 && s[at] != '\0')
		for (at++; ((unsigned char)s[at] & 0xc0) == 0x80; )
			at++;
	return at;
}

static size_t
count(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

char *
text_mask(const char *s, char *buf, size_t size)
{
	const char *domain = strrchr(s, '@');
	size_t n = count(s), at = 0;

	if (size == 0)
		return buf;
	if (domain != NULL && domain != s) {
		at = put(buf, size, 0, s, chars(s, 1));
		at = stars(buf, size, at, 5);
		at = put(buf, size, at, domain, strlen(domain));
	} else if (n < 8) {
		at = stars(buf, size, 0, n);
	} else {
		at = put(buf, size, 0, s, chars(s, 2));
		at = stars(buf, size, at, n - 5);
		s += chars(s, n - 3);
		at = put(buf, size, at, s, strlen(s));
	}
	buf[at] = '\0';
	return buf;
}
