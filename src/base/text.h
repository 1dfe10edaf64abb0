/*
 * Text from outside, made fit for a terminal, a log line or a form.  This is
 * the one place where that happens: sinks (ui/draw, ui/out, base/log) take
 * struct safe_text and nothing else, and only text_safe makes one.
 * Any thread; no state.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes, without the final NUL, of the longest text that is ever shown whole. */
#define SAFE_TEXT_MAX	2047

/* What text_safe and text_flags noticed. */
#define TEXT_HIDDEN	0x01	/* control, format, bidi or unassigned characters */
#define TEXT_INVALID	0x02	/* bytes that are not UTF-8 */
#define TEXT_CUT	0x04	/* longer than there was room for */
#define TEXT_MIXED	0x08	/* a word mixes letters of several scripts (UTS 39) */

struct safe_text {
	char	 s[SAFE_TEXT_MAX + 1];	/* valid UTF-8, printable, NUL at the end */
	size_t	 len;			/* bytes */
	int	 width;			/* terminal columns */
	unsigned flags;			/* TEXT_* */
};

/*
 * Make len bytes of s printable in at most width columns (0: no bound but the
 * buffer's).  Control, format, surrogate, private-use and unassigned
 * characters, line and paragraph separators and broken bytes each become
 * U+FFFD; at most two combining marks stay on a base.  A newline or tab
 * becomes one space.  Text that is cut ends in an ellipsis.
 */
void	text_safe(struct safe_text *, const char *s, size_t len, int width);

/* The same for a NUL-terminated string; NULL counts as "". */
void	text_safe_str(struct safe_text *, const char *s, int width);

/*
 * How much of a long text text_safe makes printable whole, to be gone on with
 * behind it: up to a space where there is one, and to a character's edge.
 */
size_t	text_piece(const char *s, size_t len);

/* The TEXT_* of a string, without making anything. */
unsigned text_flags(const char *s, size_t len);

/*
 * Decode one UTF-8 character of at most len bytes (RFC 3629: no overlong forms,
 * no surrogates).  Returns its length, or 0 if there is none; *cp is set.
 */
size_t	text_decode(const char *s, size_t len, uint32_t *cp);

/*
 * What a character outside ASCII passes for where a number or an address is
 * looked for: a digit of any script or width, ' ' for all spaces, '-', '.', '@';
 * 0 for what is not seen at all, -1 for any other.
 */
int	text_passes_for(uint32_t cp);

/* Encode cp into buf (at least 4 bytes); returns the length, 0 if impossible. */
size_t	text_encode(uint32_t cp, char *buf);

/* Columns of one printable character: 0, 1 or 2. */
int	text_width(uint32_t cp);

/*
 * The plain-ASCII look of a character that a terminal cannot show: "l" for ł,
 * "-" for ─, "?" for what has none.  Static.
 */
const char *text_ascii(uint32_t cp);

/*
 * Fold for searching: lower case, without diacritics (ł, ø, đ, ß too), only
 * letters and digits and single spaces.  Writes at most size bytes with the
 * NUL; returns the length.
 */
size_t	text_fold(const char *s, char *buf, size_t size);

/* True when folded needle occurs in folded hay; an empty needle always does. */
bool	text_find(const char *hay, const char *needle);

/* Bytes as upper-case hex, group bytes together (0: none) with a space. */
char	*text_hex(const uint8_t *, size_t len, size_t group, char *buf, size_t size);

/*
 * Length of s cut to at most max bytes at a character's edge; also of one that
 * snprintf cut to that many, anywhere.
 */
size_t	text_cut(const char *s, size_t max);

/*
 * A sentence in which one %s stands, or none, with what in its place: it is a
 * translator's, and no format.  Cut as by text_cut; size > 0.
 */
void	text_fill(char *buf, size_t size, const char *sentence,
	    const char *what);

/*
 * A masked form for the eye: an identifier keeps its first two and last three
 * characters ("440*****359"), an e-mail its first letter and domain.
 */
char	*text_mask(const char *s, char *buf, size_t size);

#endif
