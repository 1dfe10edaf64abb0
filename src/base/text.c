/* Decoding, and the one place where text is made fit to be seen. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unictype.h>
#include <uniwidth.h>

#include "base/text.h"

#define REPLACEMENT	0xfffd
#define COMBINING_MAX	2	/* marks kept on one base character */

size_t
text_decode(const char *s, size_t len, uint32_t *cp)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)s;
	size_t n;
	uint32_t c;

	if (len == 0)
		return 0;
	if (p[0] < 0x80) {
		*cp = p[0];
		return 1;
	}
	n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc2 ? 2 : 0;
	if (n == 0 || p[0] > 0xf4 || n > len)
		return 0;
	c = p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fu);
	}
	if (c < smallest[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*cp = c;
	return n;
}

size_t
text_encode(uint32_t c, char *buf)
{
	if (c < 0x80) {
		buf[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		buf[0] = (char)(0xc0 | c >> 6);
		buf[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		if (c >= 0xd800 && c <= 0xdfff)
			return 0;
		buf[0] = (char)(0xe0 | c >> 12);
		buf[1] = (char)(0x80 | (c >> 6 & 0x3f));
		buf[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	if (c > 0x10ffff)
		return 0;
	buf[0] = (char)(0xf0 | c >> 18);
	buf[1] = (char)(0x80 | (c >> 12 & 0x3f));
	buf[2] = (char)(0x80 | (c >> 6 & 0x3f));
	buf[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/*
 * What may not reach a terminal: controls, format characters (bidi overrides,
 * joiners, tags), surrogates, private use, unassigned, line and paragraph
 * separators; and the fillers that draw nothing though they are letters.
 */
static bool
is_hidden(uint32_t c)
{
	if (c >= 0x20 && c < 0x7f)
		return false;
	if (c == 0x034f || c == 0x115f || c == 0x1160 || c == 0x3164 ||
	    c == 0xffa0 || (c >= 0xfe00 && c <= 0xfe0f) ||
	    (c >= 0xe0100 && c <= 0xe01ef) || (c >= 0x180b && c <= 0x180f) ||
	    c == 0x17b4 || c == 0x17b5)
		return true;
	return uc_is_general_category_withtable(c,
	    UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Cf | UC_CATEGORY_MASK_Cs |
	    UC_CATEGORY_MASK_Co | UC_CATEGORY_MASK_Cn | UC_CATEGORY_MASK_Zl |
	    UC_CATEGORY_MASK_Zp);
}

int
text_passes_for(uint32_t c)
{
	int digit = uc_digit_value((ucs4_t)c);

	if (is_hidden(c))
		return 0;
	if (digit >= 0 && digit <= 9)
		return '0' + digit;
	if (c == 0xff20 || c == 0xfe6b)
		return '@';
	if (c == 0xff0e)
		return '.';
	if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Zs))
		return ' ';
	return c == 0x2212 || uc_is_general_category_withtable(c,
	    UC_CATEGORY_MASK_Pd | UC_CATEGORY_MASK_Pc) ? '-' : -1;
}

static bool
is_mark(uint32_t c)
{
	return c >= 0x300 && uc_is_general_category_withtable(c,
	    UC_CATEGORY_MASK_Mn | UC_CATEGORY_MASK_Me | UC_CATEGORY_MASK_Mc);
}

int
text_width(uint32_t c)
{
	int w;

	if (c >= 0x20 && c < 0x7f)
		return 1;
	/*
	 * A spacing mark is counted as none too, as terminals draw it into its
	 * base's cell; counting too little can only leave a gap.
	 */
	if (is_mark(c))
		return 0;
	w = uc_width((ucs4_t)c, "UTF-8");
	return w < 0 ? 0 : w > 2 ? 2 : w;
}

/* One character as it will be shown; its flags, and how far to go on. */
static size_t
next_shown(const char *s, size_t len, uint32_t *cp, unsigned *flags)
{
	size_t n;

	/* Nearly all that is ever shown, and nothing of it needs a table. */
	if (len > 0 && s[0] >= 0x20 && s[0] < 0x7f) {
		*cp = (unsigned char)s[0];
		return 1;
	}
	n = text_decode(s, len, cp);
	if (n == 0) {
		*flags |= TEXT_INVALID;
		*cp = REPLACEMENT;
		return 1;
	}
	if (*cp == '\n' || *cp == '\t')
		*cp = ' ';
	else if (is_hidden(*cp)) {
		*flags |= TEXT_HIDDEN;
		*cp = REPLACEMENT;
	} else if (*cp != ' ' && uc_is_general_category_withtable(*cp,
	    UC_CATEGORY_MASK_Zs))
		*cp = ' ';
	return n;
}

/* Where text may be cut so that an ellipsis still fits behind it. */
struct cut {
	size_t	len;
	int	width;
};

static void
cut_here(struct safe_text *t, struct cut at)
{
	t->len = at.len + text_encode(0x2026, t->s + at.len);
	t->width = at.width + 1;
	t->flags |= TEXT_CUT;
}

void
text_safe(struct safe_text *t, const char *s, size_t len, int width)
{
	struct cut cut = { 0, 0 };
	int marks = 0;

	t->len = 0;
	t->width = 0;
	t->flags = 0;
	for (size_t i = 0; i < len; ) {
		uint32_t c;
		int w;

		i += next_shown(s + i, len - i, &c, &t->flags);
		marks = is_mark(c) ? marks + 1 : 0;
		if (marks > COMBINING_MAX || (marks > 0 && t->len == 0)) {
			t->flags |= TEXT_HIDDEN;
			continue;
		}
		w = text_width(c);
		if (t->len + 4 > SAFE_TEXT_MAX ||
		    (width > 0 && t->width + w > width)) {
			cut_here(t, cut);
			break;
		}
		t->len += text_encode(c, t->s + t->len);
		t->width += w;
		/* After this an ellipsis must fit: one column, three bytes. */
		if (t->len + 3 <= SAFE_TEXT_MAX &&
		    (width <= 0 || t->width + 1 <= width))
			cut = (struct cut){ t->len, t->width };
	}
	t->s[t->len] = '\0';
}

void
text_safe_str(struct safe_text *t, const char *s, int width)
{
	text_safe(t, s ? s : "", s ? strlen(s) : 0, width);
}

/* Of one byte may become three: that many fit, whatever they are. */
#define PIECE_MAX	((SAFE_TEXT_MAX - 4) / 3)

size_t
text_piece(const char *s, size_t len)
{
	size_t n = PIECE_MAX;

	if (len <= PIECE_MAX)
		return len;
	while (n > 0 && s[n - 1] != ' ')
		n--;
	if (n > 0)
		return n;
	/* One word all of it: broken bytes have no edge, so not far back. */
	n = PIECE_MAX;
	while (n > PIECE_MAX - 4 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	return n;
}

/* Scripts that are one alphabet to the eye are told apart only by this. */
static bool
mixes(const uc_script_t **have, uint32_t c)
{
	const uc_script_t *script;

	if (!uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L)) {
		if (!is_mark(c))
			*have = NULL;		/* a new word */
		return false;
	}
	script = uc_script((ucs4_t)c);
	if (script == NULL || strcmp(script->name, "Common") == 0 ||
	    strcmp(script->name, "Inherited") == 0)
		return false;
	if (*have != NULL && *have != script)
		return true;
	*have = script;
	return false;
}

unsigned
text_flags(const char *s, size_t len)
{
	const uc_script_t *script = NULL;
	unsigned flags = 0;

	for (size_t i = 0; i < len; ) {
		uint32_t c;

		i += next_shown(s + i, len - i, &c, &flags);
		if (c != REPLACEMENT && mixes(&script, c))
			flags |= TEXT_MIXED;
	}
	return flags;
}

static bool
is_middle(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Without the beginning of a character whose end is not there. */
static size_t
whole(const char *s, size_t len)
{
	size_t at = len;
	unsigned char lead;

	while (at > 0 && len - at < 3 && is_middle(s[at - 1]))
		at--;
	if (at == 0)
		return len;
	lead = (unsigned char)s[at - 1];
	return len - at < (lead >= 0xf0 ? 3u : lead >= 0xe0 ? 2u :
	    lead >= 0xc0 ? 1u : 0u) ? at - 1 : len;
}

size_t
text_cut(const char *s, size_t max)
{
	size_t len = strnlen(s, max + 1);

	if (len < max)
		return len;
	if (len == max)
		return whole(s, len);
	len = max;
	while (len > 0 && is_middle(s[len]))
		len--;
	return len;
}

void
text_fill(char *buf, size_t size, const char *sentence, const char *what)
{
	const char *at = strstr(sentence, "%s");

	if (at == NULL)
		snprintf(buf, size, "%s", sentence);
	else
		snprintf(buf, size, "%.*s%s%s", (int)(at - sentence), sentence,
		    what, at + 2);
	buf[text_cut(buf, size - 1)] = '\0';
}
