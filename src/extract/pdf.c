/* PDF: every revision of it, and what looks like a signature if all fails. */
#include "config.h"

#include "extract/pdf.h"

#include <string.h>

#include "base/clock.h"
#include "extract/cms.h"
#include "extract/readers.h"

#define REVISIONS_MAX	16		/* older ones that are looked at */
#define CONTENTS_MAX	(4u << 20)	/* bytes of one signature */

/* --- scanning ---------------------------------------------------------------- */

static int
nibble(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' ||
	    c == '\0';
}

/* A hexadecimal string from behind its "<"; what it is cut off by ends it. */
static void
read_hex(struct span in, struct buf *out)
{
	int high = -1;

	for (size_t i = 0; i < in.len; i++) {
		int v = nibble(in.p[i]);
		uint8_t byte;

		if (is_space(in.p[i]))
			continue;
		if (v < 0)
			return;
		if (high < 0) {
			high = v;
			continue;
		}
		byte = (uint8_t)(high << 4 | v);
		high = -1;
		if (buf_add(out, &byte, 1) == -1)
			return;
	}
}

void
pdf_scan(struct span in, bool damaged, struct sink *sink)
{
	static const char key[] = "/Contents";
	struct mark mark = { .role = SCRAP_SIGNER, .damaged = damaged };
	const uint8_t *at;

	while (mark.number < PDF_SIGNATURES_MAX && (at = memmem(in.p, in.len,
	    key, sizeof(key) - 1)) != NULL) {
		struct buf contents;

		at += sizeof(key) - 1;
		in = span_of(at, in.len - (size_t)(at - in.p));
		while (in.len > 0 && is_space(in.p[0]))
			in = span_of(in.p + 1, in.len - 1);
		/* "<<" opens a dictionary, "<30" a SEQUENCE. */
		if (in.len < 3 || memcmp(in.p, "<30", 3) != 0)
			continue;
		buf_init(&contents, CONTENTS_MAX);
		read_hex(span_of(in.p + 1, in.len - 1), &contents);
		mark.number++;
		cms_read(span_of(contents.data, contents.len), sink, &mark);
		buf_clear(&contents);
	}
}

/* --- times --------------------------------------------------------------------- */

/* The next digits as a number, or what it is when they are not there. */
static int
digits(struct span *in, size_t n, int without)
{
	int v = 0;

	if (in->len < n)
		return without;
	for (size_t i = 0; i < n; i++) {
		if (in->p[i] < '0' || in->p[i] > '9')
			return without;
		v = v * 10 + in->p[i] - '0';
	}
	*in = span_of(in->p + n, in->len - n);
	return v;
}

int
pdf_time(struct span in, int64_t *time)
{
	int year, month, day, hour, minute, second, east = 0;
	uint8_t sign;

	if (in.len < 6 || memcmp(in.p, "D:", 2) != 0)
		return -1;
	in = span_of(in.p + 2, in.len - 2);
	year = digits(&in, 4, -1);
	month = digits(&in, 2, 1);
	day = digits(&in, 2, 1);
	hour = digits(&in, 2, 0);
	minute = digits(&in, 2, 0);
	second = digits(&in, 2, 0);
	if (year < 0 || clock_from_utc(year, month, day, hour, minute, second,
	    time) != 0)
		return -1;
	if (span_u8(&in, &sign) == 0 && (sign == '+' || sign == '-')) {
		east = digits(&in, 2, 0) * 3600;
		if (in.len > 0 && in.p[0] == '\'')
			in = span_of(in.p + 1, in.len - 1);
		east += digits(&in, 2, 0) * 60;
		*time -= sign == '+' ? east : -east;
	}
	return 0;
}

/* --- revisions ------------------------------------------------------------------- */

/* Where a text stands last before end; NULL where it does not. */
static const uint8_t *
find_last(const uint8_t *p, size_t end, const char *text)
{
	size_t n = strlen(text);

	while (end >= n) {
		const uint8_t *at = memrchr(p, text[n - 1], end);

		if (at == NULL || (size_t)(at - p) + 1 < n)
			return NULL;
		if (memcmp(at + 1 - n, text, n) == 0)
			return at + 1 - n;
		end = (size_t)(at - p);
	}
	return NULL;
}

/*
 * Each saving of changes adds to the end: a document cut off behind an earlier
 * end is what it was then, with signatures that were taken away since.
 */
static void
read_older(struct span in, struct sink *sink)
{
	static const char mark[] = "%%EOF";
	size_t end = in.len;
	const uint8_t *at;

	/* The last one is that of the document itself. */
	at = find_last(in.p, end, mark);
	for (int n = 0; at != NULL && at > in.p; n++) {
		end = (size_t)(at - in.p);
		at = find_last(in.p, end, mark);
		if (at == NULL)
			return;
		if (n == REVISIONS_MAX) {
			sink_problem(sink, ERR_PART_LEFT_OUT,
			    "more than %d revisions", REVISIONS_MAX);
			return;
		}
		end = (size_t)(at - in.p) + sizeof(mark) - 1;
		(void)pdf_revision(span_of(in.p, end), false, sink);
	}
}

void
extract_pdf(struct span in, struct sink *sink)
{
	switch (pdf_revision(in, true, sink)) {
	case PDF_WHOLE:
		break;
	case PDF_LOCKED:	/* its signatures are in the clear all the same */
		sink_problem(sink, ERR_PART_LOCKED, "PDF");
		pdf_scan(in, false, sink);
		return;
	case PDF_MENDED:
		sink_problem(sink, ERR_BAD_DATA, "PDF: had to be mended");
		pdf_scan(in, true, sink);
		break;
	case PDF_UNREADABLE:
		sink_problem(sink, ERR_BAD_DATA, "PDF");
		pdf_scan(in, true, sink);
		return;
	}
	read_older(in, sink);
}
