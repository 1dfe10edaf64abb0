#include "config.h"

#include "registry/csv.h"

#include <string.h>

_Static_assert(2 * CSV_RECORD_MAX <= STREAM_WINDOW, "stream.h says why");

static const char separators[] = ",;\t";

/*
 * Bytes of a line's end at in.p[i], 0: none.  A CR alone is one, as old programs
 * write it; before an LF it is part of the LF's.
 */
static size_t
line_end(struct span in, size_t i, bool ended)
{
	if (in.p[i] == '\n')
		return 1;
	if (in.p[i] != '\r')
		return 0;
	return i + 1 < in.len ? in.p[i + 1] != '\n' : ended;
}

/* Excel says its separator in a line of its own before all others: "sep=;". */
static bool
takes_separator(struct csv *csv, struct span in)
{
	if (in.len < 6 || memcmp(in.p, "sep=", 4) != 0 ||
	    (in.p[5] != '\n' && in.p[5] != '\r'))
		return false;
	csv->separator = (char)in.p[4];
	stream_skip(csv->in, in.p[5] == '\r' && in.len > 6 &&
	    in.p[6] == '\n' ? 7 : 6);
	csv->next_line = 2;
	return true;
}

/* What stands most often outside quotes in the first line. */
static char
guess_separator(struct span in)
{
	size_t n[sizeof separators] = { 0 }, best = 0;
	bool quoted = false;

	for (; in.len > 0; in = span_of(in.p + 1, in.len - 1)) {
		const char *found = strchr(separators, in.p[0]);

		if (in.p[0] == '"')
			quoted = !quoted;
		else if ((in.p[0] == '\n' || in.p[0] == '\r') && !quoted)
			break;
		else if (!quoted && found != NULL && *found != '\0')
			n[found - separators]++;
	}
	for (size_t i = 1; i < sizeof separators - 1; i++) {
		if (n[i] > n[best])
			best = i;
	}
	return separators[best];
}

int
csv_open(struct csv *csv, struct stream *in, enum codepage page,
    struct err *err)
{
	struct span seen;

	*csv = (struct csv){ .in = in, .page = page, .next_line = 1 };
	buf_init(&csv->text, CSV_RECORD_MAX * CODEPAGE_GROWTH +
	    CSV_FIELDS_MAX);
	if (stream_peek(in, CSV_RECORD_MAX, &seen, err) != 0)
		return -1;
	if (seen.len >= 2 && (memcmp(seen.p, "\xff\xfe", 2) == 0 ||
	    memcmp(seen.p, "\xfe\xff", 2) == 0))
		return err_set(err, ERR_BAD_DATA, stream_name(in),
		    "UTF-16; UTF-8 or Windows-1250 is read here");
	if (seen.len >= 3 && memcmp(seen.p, "\xef\xbb\xbf", 3) == 0) {
		stream_skip(in, 3);
		seen = span_of(seen.p + 3, seen.len - 3);
		if (page == CODEPAGE_AUTO)
			csv->page = CODEPAGE_UTF8;
	}
	if (!takes_separator(csv, seen))
		csv->separator = guess_separator(seen);
	return 0;
}

void
csv_close(struct csv *csv)
{
	buf_clear(&csv->text);
}

/* --- one record -------------------------------------------------------- */

/* Where a record ends in what is at hand. */
struct extent {
	size_t	 len;		/* with its line's end */
	size_t	 first_line;	/* length of the first line, with its end; 0 */
	int64_t	 lines;
	bool	 whole;
};

/* Where in a field one is; CLOSED is behind a quote that may be half of two. */
enum place { BEGINS, PLAIN, QUOTED, CLOSED };

/*
 * Quotes count only where a field begins: one in the middle of a field is a
 * character like others, as in names with a by-name.
 */
static enum place
after(enum place place, char c, char separator)
{
	if (c == '"' && place != PLAIN)
		return place == QUOTED ? CLOSED : QUOTED;
	if (place == QUOTED)
		return QUOTED;
	return c == separator ? BEGINS : PLAIN;
}

static void
measure(const struct csv *csv, struct span in, bool ended, struct extent *ext)
{
	enum place place = BEGINS;
	size_t i;

	*ext = (struct extent){ 0 };
	for (i = 0; i < in.len && i < CSV_RECORD_MAX; i++) {
		if (line_end(in, i, ended) == 0) {
			place = after(place, (char)in.p[i], csv->separator);
			continue;
		}
		ext->lines++;
		if (ext->first_line == 0)
			ext->first_line = i + 1;
		if (place != QUOTED) {
			ext->len = i + 1;
			ext->whole = true;
			return;
		}
	}
	ext->len = i;
	ext->whole = i == in.len && ended && place != QUOTED;
}

/*
 * The field at the front of in, which moves to behind the separator.  *last when
 * there is none.  Doubled quotes become one.
 */
static struct span
take_field(struct span *in, char separator, uint8_t *out, bool *last)
{
	bool quoted = in->len > 0 && in->p[0] == '"', inside = quoted;
	size_t i = quoted ? 1 : 0, n = 0;

	for (; i < in->len; i++) {
		char c = (char)in->p[i];

		if (inside && c == '"') {
			inside = i + 1 < in->len && in->p[i + 1] == '"';
			if (!inside)
				continue;
			i++;
		} else if (!inside && c == separator)
			break;
		out[n++] = (uint8_t)c;
	}
	*last = i >= in->len;
	*in = *last ? span_of(NULL, 0) :
	    span_of(in->p + i + 1, in->len - i - 1);
	return span_of(out, n);
}

static void
split(struct csv *csv, struct span record)
{
	uint8_t plain[CSV_RECORD_MAX];
	size_t starts[CSV_FIELDS_MAX];
	enum codepage page = codepage_of(csv->page, record);
	bool last = false;

	while (record.len > 0 && (record.p[record.len - 1] == '\n' ||
	    record.p[record.len - 1] == '\r'))
		record.len--;
	csv->text.len = csv->nfields = 0;
	while (!last && csv->nfields < CSV_FIELDS_MAX) {
		struct span field = take_field(&record, csv->separator, plain,
		    &last);

		starts[csv->nfields++] = csv->text.len;
		/* It has room for the worst of a record of the greatest length. */
		(void)codepage_add(page, field, &csv->text);
		(void)buf_add(&csv->text, "", 1);
	}
	for (size_t i = 0; i < csv->nfields; i++)
		csv->fields[i] = (const char *)csv->text.data + starts[i];
}

/* The first line's end in what is at hand; NULL. */
static const uint8_t *
find_end(struct span in, bool ended)
{
	const uint8_t *lf = memchr(in.p, '\n', in.len), *cr = in.p;
	const uint8_t *to = lf != NULL ? lf : in.p + in.len;

	while ((cr = memchr(cr, '\r', (size_t)(to - cr))) != NULL) {
		if (line_end(in, (size_t)(cr - in.p), ended) != 0)
			return cr;
		cr++;
	}
	return lf;
}

/* Past the end of a line that is longer than a record may be. */
static int
skip_line(struct csv *csv, struct err *err)
{
	struct span seen;
	const uint8_t *end = NULL;

	while (end == NULL) {
		bool ended;

		/* Whether a CR is alone, what is behind it says. */
		if (stream_peek(csv->in, 2, &seen, err) != 0)
			return -1;
		if (seen.len == 0)
			break;
		ended = seen.len < 2;
		end = find_end(seen, ended);
		if (end != NULL)
			seen.len = (size_t)(end - seen.p) + 1;
		else if (!ended && seen.p[seen.len - 1] == '\r')
			seen.len--;
		stream_skip(csv->in, seen.len);
	}
	csv->next_line = csv->line + 1;
	return 0;
}

static int
skip_bad(struct csv *csv, const struct extent *ext, struct err *err)
{
	if (ext->first_line == 0)
		return skip_line(csv, err);
	stream_skip(csv->in, ext->first_line);
	csv->next_line = csv->line + 1;
	return 0;
}

static bool
is_empty(struct span record)
{
	return record.len == 0 || record.p[0] == '\n' ||
	    (record.p[0] == '\r' && (record.len == 1 || record.p[1] == '\n'));
}

int
csv_next(struct csv *csv, enum csv_got *got, struct err *err)
{
	struct extent ext;
	struct span seen;

	for (;;) {
		if (stream_peek(csv->in, CSV_RECORD_MAX, &seen, err) != 0)
			return -1;
		csv->line = csv->next_line;
		*got = CSV_END;
		if (seen.len == 0)
			return 0;
		measure(csv, seen, seen.len < CSV_RECORD_MAX, &ext);
		if (!ext.whole) {
			*got = CSV_LONG;
			return skip_bad(csv, &ext, err);
		}
		seen.len = ext.len;
		if (!is_empty(seen))
			break;
		stream_skip(csv->in, ext.len);
		csv->next_line = csv->line + ext.lines;
	}
	*got = memchr(seen.p, '\0', seen.len) != NULL ? CSV_BINARY : CSV_RECORD;
	if (*got == CSV_RECORD)
		split(csv, seen);
	stream_skip(csv->in, ext.len);
	csv->next_line = csv->line + ext.lines;
	return 0;
}

/* --- writing ----------------------------------------------------------- */

/*
 * Whether a spreadsheet would take a cell that begins with c for a formula;
 * before: what precedes it, nothing at a field's beginning.  One that splits at
 * ; or tab has cells that begin within a field, where a quote only opens one.
 * An apostrophe of the field's own could not be told from ours without another.
 */
static bool
needs_guard(char before, char c)
{
	if (c == '\0')
		return false;
	if (before == '\0')
		return strchr("=+-@\t\r'", c) != NULL;
	return strchr(";\t\r\n", before) != NULL &&
	    strchr("=+-@'\"", c) != NULL;
}

const char *
csv_plain(struct csv *csv, size_t field)
{
	const char *text = (const char *)csv->text.data, *p;
	size_t at = (size_t)(csv->fields[field] - text);
	char *s = (char *)csv->text.data + at, *to, before = '\0';

	if (strchr(s, '\'') == NULL)
		return s;
	/* to is never ahead of p, so what p steps from is as it was. */
	for (p = to = s; *p != '\0'; before = *p++) {
		if (*p != '\'' || !needs_guard(before, p[1]))
			*to++ = *p;
	}
	*to = '\0';
	return s;
}

int
csv_add_field(struct buf *out, const char *s, bool first)
{
	bool quote = strpbrk(s, ",;\t\"\r\n") != NULL || *s == ' ';
	char before = '\0';
	int bad = 0;

	if (!first)
		bad |= buf_add(out, ",", 1);
	if (quote)
		bad |= buf_add(out, "\"", 1);
	for (; *s != '\0'; before = *s++) {
		if (needs_guard(before, *s))
			bad |= buf_add(out, "'", 1);
		bad |= buf_add(out, s, 1);
		if (*s == '"')
			bad |= buf_add(out, s, 1);
	}
	if (quote)
		bad |= buf_add(out, "\"", 1);
	return bad == 0 ? 0 : -1;
}
