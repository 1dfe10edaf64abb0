#include "config.h"

#include "ui/out.h"

#include <sys/ioctl.h>

#include <errno.h>
#include <langinfo.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "answers/codes.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/jstring.h"
#include "base/mem.h"
#include "base/text.h"

#define PENDING_MAX	(64u << 20)	/* bytes said in one go: JSON of 256 certificates */
#define FLUSH_AT	(64u << 10)
#define NARROW		50		/* columns below which labels stand alone */
#define GAP		2		/* between a label and its text */
#define MARGIN		2		/* before a label */
#define LABEL_MAX	40		/* columns of a label beside its text */

struct out {
	int		 fd;
	int		 width;		/* columns; 0: not a terminal */
	bool		 utf8;
	int		 column;	/* where the text of a field begins */
	int		 error;		/* errno of the first write that failed */
	struct buf	 pending;
};

/* --- bytes --------------------------------------------------------------- */

static int
terminal_width(int fd)
{
	struct winsize	 ws;

	if (!isatty(fd))
		return 0;
	if (ioctl(fd, TIOCGWINSZ, &ws) == -1 || ws.ws_col == 0)
		return 80;
	return ws.ws_col;
}

struct out *
out_open(int fd)
{
	struct out	*out = mem_alloc(sizeof(*out));

	out->fd = fd;
	out->width = terminal_width(fd);
	out->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	buf_init(&out->pending, PENDING_MAX);
	return out;
}

void
out_flush(struct out *out)
{
	const uint8_t	*p = out->pending.data;
	size_t		 left = out->pending.len;
	ssize_t		 n;

	while (left > 0 && out->error == 0) {
		n = write(out->fd, p, left);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			out->error = errno;
			break;
		}
		p += n;
		left -= (size_t)n;
	}
	buf_drop(&out->pending, out->pending.len);
}

bool
out_failed(const struct out *out)
{
	return out->error != 0;
}

int
out_close(struct out *out, struct err *err)
{
	int	 error;

	out_flush(out);
	error = out->error;
	buf_clear(&out->pending);
	free(out);
	if (error == 0)
		return 0;
	errno = error;
	return err_errno(err, ERR_IO, _("the output"));
}

static void
put(struct out *out, const char *s, size_t len)
{
	if (out->pending.len > 0 && out->pending.len + len > FLUSH_AT)
		out_flush(out);
	if (out->error == 0 && buf_add(&out->pending, s, len) == -1)
		out->error = EFBIG;
}

void
out_raw(struct out *out, const char *s, size_t len)
{
	put(out, s, len);
}

/* Printable UTF-8 in the terminal's own set; what it lacks, in plain letters. */
static void
put_text(struct out *out, const char *s, size_t len)
{
	char		 bytes[MB_LEN_MAX];
	mbstate_t	 state = { 0 };
	const char	*plain;
	uint32_t	 cp;
	size_t		 n, made;

	if (out->utf8) {
		put(out, s, len);
		return;
	}
	for (; len > 0; s += n, len -= n) {
		if ((n = text_decode(s, len, &cp)) == 0)
			return;
		made = wcrtomb(bytes, (wchar_t)cp, &state);
		if (made != (size_t)-1) {
			put(out, bytes, made);
			continue;
		}
		memset(&state, 0, sizeof(state));
		plain = text_ascii(cp);
		put(out, plain, strlen(plain));
	}
}

static void
put_spaces(struct out *out, int n)
{
	while (n-- > 0)
		put(out, " ", 1);
}

/* --- lines --------------------------------------------------------------- */

/*
 * How many bytes of s fit in columns: up to the last space that does, else the
 * whole first word, since a cut address is worse than an uneven edge.
 */
static size_t
line_length(const char *s, size_t len, int columns)
{
	size_t		 at = 0, n, space = 0;
	int		 used = 0;
	uint32_t	 cp;

	while (at < len && (n = text_decode(s + at, len - at, &cp)) > 0) {
		if (cp == ' ' && at > 0)
			space = at;
		used += text_width(cp);
		if (used > columns && space > 0)
			return space;
		at += n;
		/* Nothing to fold at yet: go on to the end of the word. */
	}
	return len;
}

/* Text that begins at column at; later lines begin at indent. */
static void
put_folded(struct out *out, const char *s, size_t len, int at, int indent)
{
	size_t	 n;

	for (;;) {
		n = out->width == 0 ? len :
		    line_length(s, len, out->width - at);
		put_text(out, s, n);
		put(out, "\n", 1);
		for (s += n, len -= n; len > 0 && *s == ' '; s++)
			len--;
		if (len == 0)
			return;
		put_spaces(out, indent);
		at = indent;
	}
}

static void
format_safe(struct safe_text *safe, const char *fmt, va_list ap)
{
	char	*text;

	if (vasprintf(&text, fmt, ap) == -1)
		panic("out of memory");
	text_safe_str(safe, text, 0);
	free(text);
}

void
out_line(struct out *out, int indent, const char *fmt, ...)
{
	struct safe_text	 safe;
	va_list			 ap;

	va_start(ap, fmt);
	format_safe(&safe, fmt, ap);
	va_end(ap);
	put_folded(out, safe.s, safe.len, 0,
	    out->width > 2 * indent ? indent : 0);
}

void
out_text(struct out *out, int indent, const char *s, size_t len)
{
	struct safe_text safe;
	struct buf all;
	size_t n;

	buf_init(&all, PENDING_MAX);
	for (; len > 0; s += n, len -= n) {
		n = text_piece(s, len);
		text_safe(&safe, s, n, 0);
		if (buf_add(&all, safe.s, safe.len) == -1)
			out->error = EFBIG;
	}
	put_spaces(out, indent);
	put_folded(out, all.len > 0 ? (const char *)all.data : "", all.len,
	    indent, out->width > 2 * indent ? indent : 0);
	buf_clear(&all);
}

void
out_blank(struct out *out)
{
	put(out, "\n", 1);
}

void
out_column(struct out *out, const char *const *labels)
{
	struct safe_text	 safe;
	int			 widest = 0;

	for (; *labels != NULL; labels++) {
		text_safe_str(&safe, (*labels)[0] != '\0' ? _(*labels) : "",
		    LABEL_MAX);
		if (safe.width > widest)
			widest = safe.width;
	}
	out->column = MARGIN + widest + GAP;
}

void
out_field(struct out *out, const char *label, const char *fmt, ...)
{
	struct safe_text	 safe;
	va_list			 ap;
	int			 at;

	text_safe_str(&safe, label, 0);
	put_spaces(out, MARGIN);
	put_text(out, safe.s, safe.len);
	at = MARGIN + safe.width;
	if (out->width > 0 && out->width < NARROW && safe.width > 0) {
		put(out, "\n", 1);
		at = 2 * MARGIN;
		put_spaces(out, at);
	} else {
		put_spaces(out, out->column > at ? out->column - at : GAP);
		at = out->column > at ? out->column : at + GAP;
	}
	va_start(ap, fmt);
	format_safe(&safe, fmt, ap);
	va_end(ap);
	put_folded(out, safe.s, safe.len, at,
	    out->width > 0 && out->width < NARROW ? 2 * MARGIN : out->column);
}

/* --- JSON ---------------------------------------------------------------- */

/* A character as JSON's \u escapes, by UTF-16. */
static void
put_escaped(struct out *out, uint32_t cp)
{
	char	 text[16];
	int	 n;

	if (cp < 0x10000)
		n = snprintf(text, sizeof(text), "\\u%04x", (unsigned)cp);
	else
		n = snprintf(text, sizeof(text), "\\u%04x\\u%04x",
		    0xd800 + ((unsigned)(cp - 0x10000) >> 10),
		    0xdc00 + ((unsigned)cp & 0x3ff));
	put(out, text, (size_t)n);
}

void
out_json(struct out *out, const json_t *json, bool compact)
{
	size_t		 n, len, flags;
	uint32_t	 cp;
	char		*text, *s;

	flags = compact ? JSON_COMPACT : JSON_INDENT(2);
	if (!out->utf8)
		flags |= JSON_ENSURE_ASCII;
	if ((text = json_dumps(json, flags | JSON_ENCODE_ANY)) == NULL)
		panic("json_dumps");
	/* Outside its strings JSON is ASCII, so all else is inside one. */
	for (s = text, len = strlen(text); len > 0; s += n, len -= n) {
		for (n = 0; n < len && (uint8_t)s[n] < 0x7f; n++)
			;
		if (n > 0) {
			put(out, s, n);
			continue;
		}
		if ((n = text_decode(s, len, &cp)) == 0)
			panic("json_dumps made no UTF-8");
		if (text_flags(s, n) & TEXT_HIDDEN)
			put_escaped(out, cp);
		else
			put(out, s, n);
	}
	put(out, "\n", 1);
	free(text);
}

json_t *
out_string_json(const char *s)
{
	return s != NULL ? jstring(s) : json_null();
}

/* --- errors -------------------------------------------------------------- */

void
out_error(struct out *out, const struct err *err)
{
	char	 text[1024];

	out_line(out, 2, "okienko: %s (%s)",
	    err_sentence(err, text, sizeof(text)), err_id(err->code));
	if (err_next(err, text, sizeof(text))[0] != '\0')
		out_line(out, 2, "  %s", text);
	if (err_technical(err, text, sizeof(text))[0] != '\0')
		out_line(out, 2, "  [%s]", text);
	out_flush(out);
}

json_t *
out_error_json(const struct err *err)
{
	json_t	*o = json_object();
	char	 text[1024];

	json_object_set_new(o, "id", jstring(err_id(err->code)));
	json_object_set_new(o, "sentence",
	    out_string_json(err_sentence(err, text, sizeof(text))));
	json_object_set_new(o, "next",
	    out_string_json(err_next(err, text, sizeof(text))));
	json_object_set_new(o, "detail",
	    out_string_json(err_technical(err, text, sizeof(text))));
	json_object_set_new(o, "turn", jstring(turn_id(turn_of_err(err))));
	json_object_set_new(o, "answer", jstring(answer_for_err(err)));
	return o;
}
