/*
 * Mail: S/MIME (RFC 8551) signed and encrypted, whatever is attached, mail
 * within mail, and files of many of them.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "extract/base64.h"
#include "extract/mime.h"
#include "extract/readers.h"

#define PARTS_MAX	1000	/* of one multipart body */
#define DEPTH_MAX	8	/* multiparts within each other */
#define MAILS_MAX	10000	/* of one mbox */

static void read_entity(struct span, struct sink *, const char *name,
    int depth);

static void
read_parts(const struct mime *m, struct sink *sink, int depth)
{
	struct span body = m->body, part;
	char name[16];

	for (int n = 1; mime_part(&body, m->boundary, &part) == 1; n++) {
		if (n > PARTS_MAX) {
			sink_problem(sink, ERR_PART_LEFT_OUT,
			    "more than %d parts", PARTS_MAX);
			return;
		}
		(void)snprintf(name, sizeof(name), "%d", n);
		read_entity(part, sink, name, depth + 1);
	}
}

static void
read_base64(struct span body, struct sink *sink, const char *name)
{
	struct buf out;

	buf_init(&out, body.len);
	if (sink_charge(sink, body.len / 4 * 3) == 0) {
		/* A mailing list's footer behind it does no harm. */
		(void)base64_decode(body, &out);
		sink_document(sink, name, span_of(out.data, out.len));
	}
	buf_clear(&out);
}

static void
read_quoted(struct span body, struct sink *sink, const char *name)
{
	struct buf out;

	/* A line's end may be one byte here and two there. */
	buf_init(&out, 2 * body.len + 2);
	if (sink_charge(sink, body.len) == 0 && mime_unquote(body, &out) == 0)
		sink_document(sink, name, span_of(out.data, out.len));
	buf_clear(&out);
}

static void
read_entity(struct span in, struct sink *sink, const char *name, int depth)
{
	struct mime m;

	mime_parse(in, &m);
	if (m.name[0] != '\0')
		name = m.name;
	if (m.multipart && depth == DEPTH_MAX)
		sink_problem(sink, ERR_PART_LEFT_OUT,
		    "more than %d multiparts within each other", DEPTH_MAX);
	else if (m.multipart && m.boundary[0] != '\0')
		read_parts(&m, sink, depth);
	else if (m.encoding == MIME_BASE64)
		read_base64(m.body, sink, name);
	else if (m.encoding == MIME_QUOTED)
		read_quoted(m.body, sink, name);
	else
		sink_document(sink, name, m.body);
}

void
extract_mail(struct span in, struct sink *sink)
{
	read_entity(in, sink, "", 0);
}

/* Where the next mail begins: a "From " at the start of a line, or the end. */
static size_t
mail_end(struct span in)
{
	const uint8_t *at = in.len > 0 ?
	    memmem(in.p, in.len, "\nFrom ", 6) : NULL;

	return at != NULL ? (size_t)(at + 1 - in.p) : in.len;
}

void
extract_mbox(struct span in, struct sink *sink)
{
	char name[16];

	for (int n = 1; in.len > 0; n++) {
		size_t len = mail_end(in);
		const uint8_t *nl = memchr(in.p, '\n', len);
		size_t head = nl != NULL ? (size_t)(nl + 1 - in.p) : len;

		if (n > MAILS_MAX) {
			sink_problem(sink, ERR_PART_LEFT_OUT,
			    "more than %d mails", MAILS_MAX);
			return;
		}
		(void)snprintf(name, sizeof(name), "%d", n);
		sink_document(sink, name, span_of(in.p + head, len - head));
		in = span_of(in.p + len, in.len - len);
	}
}
