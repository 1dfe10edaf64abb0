/* Streams, code pages, and the reader and writer of CSV. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/mem.h"
#include "registry/csv.h"

/* Bytes that come a few at a time, then the same line over and over. */
struct source {
	const char	*text;
	size_t		 len, at, piece;
	size_t		 repeat;	/* how many times more */
};

static ptrdiff_t
give(void *arg, uint8_t *out, size_t size, struct err *err)
{
	struct source *s = arg;
	size_t n = s->len - s->at;

	(void)err;
	if (n == 0 && s->repeat > 0) {
		s->repeat--;
		s->at = 0;
		n = s->len;
	}
	if (n > s->piece)
		n = s->piece;
	if (n > size)
		n = size;
	memcpy(out, s->text + s->at, n);
	s->at += n;
	return (ptrdiff_t)n;
}

/* Every record as "line:field|field;" behind one another. */
static char *
all_of(const char *text, size_t len, enum codepage page, size_t piece)
{
	struct source source = { text, len, 0, piece, 0 };
	struct stream *in = stream_new(give, &source, "list");
	struct err err = ERR_INIT;
	char *out = mem_strdup(""), *next;
	enum csv_got got;
	struct csv csv;

	assert_int_equal(csv_open(&csv, in, page, &err), 0);
	for (;;) {
		assert_int_equal(csv_next(&csv, &got, &err), 0);
		if (got == CSV_END)
			break;
		next = mem_printf("%s%d:%s", out, (int)csv.line,
		    got == CSV_LONG ? "LONG" : got == CSV_BINARY ? "BINARY" :
		    "");
		free(out);
		out = next;
		for (size_t i = 0; got == CSV_RECORD && i < csv.nfields; i++) {
			next = mem_printf("%s%s%s", out, i > 0 ? "|" : "",
			    csv.fields[i]);
			free(out);
			out = next;
		}
		next = mem_printf("%s;", out);
		free(out);
		out = next;
	}
	csv_close(&csv);
	stream_close(in);
	return out;
}

static const struct {
	const char	*text, *records;
} files[] = {
	{ "", "" },
	{ "\n\r\n", "" },
	{ "a,b\n1,2\n", "1:a|b;2:1|2;" },
	{ "a;b,c;d\n1;2,5;3\n", "1:a|b,c|d;2:1|2,5|3;" },
	{ "a\tb\n1\t2", "1:a|b;2:1|2;" },
	{ "sep=;\r\na;b\r\n1;\r\n", "2:a|b;3:1|;" },
	{ "\xef\xbb\xbf" "a,b\n", "1:a|b;" },
	{ "a,b\n\"x,\"\"y\"\"\",\"two\nlines\"\nlast,\n",
	    "1:a|b;2:x,\"y\"|two\nlines;4:last|;" },
	/* A quote inside a field that is not quoted is a character. */
	{ "a,b\nJan \"Jaś\" K,5\"\n", "1:a|b;2:Jan \"Jaś\" K|5\";" },
	{ "a,b\n\"x\"y,\"\"\n", "1:a|b;2:xy|;" },
	/* A quote without an end takes its line alone. */
	{ "a,b\n\"x,1\ny,2\nz,3\n", "1:a|b;2:LONG;3:y|2;4:z|3;" },
	{ "one\ntwo\n", "1:one;2:two;" },
	{ "\"a\",\"b\"\r\n\"1\",\"2\"\r\n", "1:a|b;2:1|2;" },
};

static void
test_records(void **state)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 100000 };

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
			char *got = all_of(files[i].text,
			    strlen(files[i].text), CODEPAGE_AUTO, pieces[p]);

			assert_string_equal(got, files[i].records);
			free(got);
		}
	}
}

static void
gives(const char *text, size_t len, enum codepage page, const char *expect)
{
	char *got = all_of(text, len, page, 1000);

	assert_string_equal(got, expect);
	free(got);
}

static void
test_encodings(void **state)
{
	/* "Żółć,ślą" in Windows-1250, ISO 8859-2, UTF-8. */
	static const char cp[] = "\xaf\xf3\xb3\xe6,\x9cl\xb9";
	static const char latin[] = "\xaf\xf3\xb3\xe6,\xb6l\xb1";
	static const char utf[] = "Żółć,ślą";

	(void)state;
	gives(cp, strlen(cp), CODEPAGE_AUTO, "1:Żółć|ślą;");
	gives(cp, strlen(cp), CODEPAGE_1250, "1:Żółć|ślą;");
	gives(latin, strlen(latin), CODEPAGE_LATIN2, "1:Żółć|ślą;");
	gives(utf, strlen(utf), CODEPAGE_AUTO, "1:Żółć|ślą;");
	gives(utf, strlen(utf), CODEPAGE_UTF8, "1:Żółć|ślą;");
	gives("\xb3,a", 3, CODEPAGE_UTF8, "1:\xef\xbf\xbd|a;");
	gives("a,b\nx\0y,1\nz,2\n", 14, CODEPAGE_AUTO, "1:a|b;2:BINARY;3:z|2;");
}

static void
test_codepage_names(void **state)
{
	enum codepage page;

	(void)state;
	assert_int_equal(codepage_by_name("UTF-8", &page), 0);
	assert_int_equal(page, CODEPAGE_UTF8);
	assert_int_equal(codepage_by_name("Windows-1250", &page), 0);
	assert_int_equal(page, CODEPAGE_1250);
	assert_int_equal(codepage_by_name("iso_8859-2", &page), 0);
	assert_int_equal(page, CODEPAGE_LATIN2);
	assert_int_equal(codepage_by_name("koi8-r", &page), -1);
	assert_int_equal(codepage_by_name("windows-1250-and-more", &page), -1);
}

static void
test_sixteen_bits(void **state)
{
	struct source source = { "\xff\xfe" "a\0,\0", 6, 0, 6, 0 };
	struct stream *in = stream_new(give, &source, "list");
	struct err err = ERR_INIT;
	struct csv csv;

	(void)state;
	assert_int_equal(csv_open(&csv, in, CODEPAGE_AUTO, &err), -1);
	assert_int_equal(err.code, ERR_BAD_DATA);
	assert_non_null(strstr(err.detail, "UTF-16"));
	csv_close(&csv);
	stream_close(in);
}

/* A line of 64 MiB between two that are good. */
static void
test_endless_line(void **state)
{
	static char block[1 << 16];
	struct source source = { block, sizeof block, 0, sizeof block, 1023 };
	struct stream *in = stream_new(give, &source, "list");
	struct err err = ERR_INIT;
	enum csv_got got;
	struct csv csv;

	(void)state;
	memset(block, 'x', sizeof block);
	assert_int_equal(csv_open(&csv, in, CODEPAGE_AUTO, &err), 0);
	assert_int_equal(csv_next(&csv, &got, &err), 0);
	assert_int_equal(got, CSV_LONG);
	assert_int_equal(csv.line, 1);
	assert_true(stream_at(in) == (int64_t)sizeof block * 1024);
	assert_true(csv.text.cap <= csv.text.max);
	assert_int_equal(csv_next(&csv, &got, &err), 0);
	assert_int_equal(got, CSV_END);
	csv_close(&csv);
	stream_close(in);
}

static void
test_fields_beyond(void **state)
{
	char line[4 * CSV_FIELDS_MAX], *p = line;
	struct source source = { line, 0, 0, sizeof line, 0 };
	struct stream *in = stream_new(give, &source, "list");
	struct err err = ERR_INIT;
	enum csv_got got;
	struct csv csv;

	(void)state;
	for (int i = 0; i < CSV_FIELDS_MAX + 10; i++)
		p += snprintf(p, 3, "x,");
	source.len = (size_t)(p - line);
	assert_int_equal(csv_open(&csv, in, CODEPAGE_AUTO, &err), 0);
	assert_int_equal(csv_next(&csv, &got, &err), 0);
	assert_int_equal(csv.nfields, CSV_FIELDS_MAX);
	csv_close(&csv);
	stream_close(in);
}

/* Cells as a spreadsheet has them that splits at another character than ours. */
static void
no_formula(const char *line, char separator)
{
	bool begins = true, quoted = false;

	for (; *line != '\0'; line++) {
		if (begins)
			assert_null(strchr("=+-@", *line));
		if (*line == '"' && (begins || quoted)) {
			/* Behind "" at its beginning the cell goes on. */
			quoted = !quoted;
			begins = false;
			if (!quoted && line[-1] == '"')
				assert_true(line[1] == '\0' ||
				    strchr("=+-@", line[1]) == NULL);
			continue;
		}
		begins = !quoted && (*line == separator || *line == '\r' ||
		    *line == '\n');
	}
}

static void
written(const char *field, const char *expect)
{
	struct source source = { NULL, 0, 0, 1000, 0 };
	struct err err = ERR_INIT;
	struct stream *in;
	enum csv_got got;
	struct csv csv;
	struct buf out;

	buf_init(&out, 1000);
	assert_int_equal(csv_add_field(&out, "x", true), 0);
	assert_int_equal(csv_add_field(&out, field, false), 0);
	assert_int_equal(buf_add(&out, "", 1), 0);
	if (expect != NULL)
		assert_string_equal((char *)out.data + 2, expect);
	no_formula((char *)out.data, ';');
	no_formula((char *)out.data, '\t');
	source.text = (char *)out.data;
	source.len = out.len - 1;
	in = stream_new(give, &source, "list");
	assert_int_equal(csv_open(&csv, in, CODEPAGE_AUTO, &err), 0);
	assert_int_equal(csv_next(&csv, &got, &err), 0);
	assert_int_equal(got, CSV_RECORD);
	assert_string_equal(csv_plain(&csv, 1), field);
	csv_close(&csv);
	stream_close(in);
	buf_clear(&out);
}

/* What goes out comes in again as it was, and is no formula on the way. */
static void
test_writing(void **state)
{
	(void)state;
	written("", "");
	written("Jan Kowalski", "Jan Kowalski");
	written("a,b", "\"a,b\"");
	written("say \"so\"", "\"say \"\"so\"\"\"");
	written("two\nlines", "\"two\nlines\"");
	written("=1+1", "'=1+1");
	written("@SUM(A1)", "'@SUM(A1)");
	written("-5", "'-5");
	written("+48 22", "'+48 22");
	written("\tx", "\"'\tx\"");
	written("'quoted'", "''quoted'");
	written("'=x", "''=x");
	written("O'Neil", "O'Neil");
	written(" edge", "\" edge\"");
}

/* All that can be made of these, up to five characters. */
static void
test_formulas_within(void **state)
{
	static const char parts[] = ";\t\n=-'\"x";
	char field[8];

	(void)state;
	written("Jan;=cmd|'/C calc'!A0;x", "\"Jan;'=cmd|'/C calc'!A0;x\"");
	written("Jan\n+1", "\"Jan\n'+1\"");
	written("Jan\t@x", "\"Jan\t'@x\"");
	written("Jan;\"=x\"", "\"Jan;'\"\"=x\"\"\"");
	written("Jan;'=x", "\"Jan;''=x\"");
	written("Jan; K-L", "\"Jan; K-L\"");
	for (size_t len = 1; len < 6; len++) {
		size_t all = 1;

		for (size_t i = 0; i < len; i++)
			all *= sizeof parts - 1;
		for (size_t n = 0; n < all; n++) {
			size_t rest = n;

			for (size_t i = 0; i < len; i++) {
				field[i] = parts[rest % (sizeof parts - 1)];
				rest /= sizeof parts - 1;
			}
			field[len] = '\0';
			written(field, NULL);
		}
	}
}

#define ROWS	((size_t)1000)

/* Where rows stood, and how many of their bytes did when that was freed. */
static struct {
	const uint8_t	*rows;
	size_t		 left;
} freed;

void	__real_free(void *);
void	__wrap_free(void *);

void
__wrap_free(void *p)
{
	uintptr_t from = (uintptr_t)p, at = (uintptr_t)freed.rows;

	if (p != NULL && at > from && at - from < STREAM_WINDOW) {
		for (size_t i = 0; i < ROWS; i++)
			freed.left += freed.rows[i] == 'x';
		freed.rows = NULL;
	}
	__real_free(p);
}

static void
closes_wiped(struct stream *in)
{
	freed.left = 0;
	stream_close(in);
	assert_null(freed.rows);
	assert_int_equal(freed.left, 0);
}

/* What was read before stays in no memory, if less comes after it or nothing. */
static void
test_wiped(void **state)
{
	char text[ROWS + 1], path[] = "/tmp/csv-test.XXXXXX";
	struct source source = { text, ROWS + 1, 0, ROWS, 0 };
	struct err err = ERR_INIT;
	struct stream *in;
	struct span seen;
	int fd = mkstemp(path);

	(void)state;
	memset(text, 'x', ROWS);
	text[ROWS] = 'y';
	in = stream_new(give, &source, "list");
	assert_int_equal(stream_peek(in, ROWS, &seen, &err), 0);
	freed.rows = seen.p;
	stream_skip(in, ROWS);
	assert_int_equal(stream_peek(in, 1, &seen, &err), 0);
	assert_ptr_equal(seen.p, freed.rows);
	closes_wiped(in);

	assert_true(fd != -1);
	assert_int_equal(write(fd, text, ROWS), (ssize_t)ROWS);
	close(fd);
	assert_int_equal(stream_open(&in, path, &err), 0);
	assert_int_equal(stream_peek(in, ROWS, &seen, &err), 0);
	freed.rows = seen.p;
	assert_int_equal(stream_seek(in, 0, &err), 0);
	closes_wiped(in);
	assert_int_equal(unlink(path), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_codepage_names),
		cmocka_unit_test(test_sixteen_bits),
		cmocka_unit_test(test_endless_line),
		cmocka_unit_test(test_fields_beyond),
		cmocka_unit_test(test_writing),
		cmocka_unit_test(test_formulas_within),
		cmocka_unit_test(test_wiped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
