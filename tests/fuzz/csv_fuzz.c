/*
 * Any bytes as CSV: every record has its fields, lines only go up, memory keeps
 * to its bound, and a field that is written again is read the same.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "registry/csv.h"
#include "tests/fuzz/feed.h"

static void
write_again(const char *field)
{
	struct feed feed;
	struct err err = ERR_INIT;
	enum csv_got got;
	struct csv csv;
	struct buf out;

	buf_init(&out, 1u << 20);
	require(csv_add_field(&out, "x", true) == 0);
	require(csv_add_field(&out, field, false) == 0);
	require(csv_add_field(&out, "y", false) == 0);
	feed_open(&feed, out.data, out.len);
	require(csv_open(&csv, feed.in, CODEPAGE_UTF8, &err) == 0);
	csv.separator = ',';
	require(csv_next(&csv, &got, &err) == 0 && got == CSV_RECORD);
	require(csv.nfields == 3);
	require(strcmp(csv_plain(&csv, 1), field) == 0);
	csv_close(&csv);
	feed_close(&feed);
	buf_clear(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct err err = ERR_INIT;
	struct feed feed;
	enum csv_got got;
	struct csv csv;
	int64_t line = 0;

	feed_open(&feed, data, len);
	if (csv_open(&csv, feed.in, CODEPAGE_AUTO, &err) == 0) {
		while (csv_next(&csv, &got, &err) == 0 && got != CSV_END) {
			require(csv.line > line && csv.next_line >= csv.line);
			line = csv.line;
			require(csv.text.cap <= csv.text.max);
			if (got != CSV_RECORD)
				continue;
			require(csv.nfields >= 1 &&
			    csv.nfields <= CSV_FIELDS_MAX);
			if (strlen(csv.fields[0]) < 1000)
				write_again(csv.fields[0]);
		}
	}
	csv_close(&csv);
	feed_close(&feed);
	return 0;
}
