#include "config.h"

#include "extract/mime.h"

#include <string.h>
#include <strings.h>

#define HEADERS_MAX	1000	/* lines of headers that are looked at */
#define VALUE_MAX	2048	/* bytes of one header, its lines together */

/* --- lines ------------------------------------------------------------------- */

/* One line without its end; moves behind it. */
static bool
take_line(struct span *in, struct span *line)
{
	const uint8_t *nl;

	if (in->len == 0)
		return false;
	nl = memchr(in->p, '\n', in->len);
	*line = span_of(in->p, nl != NULL ? (size_t)(nl - in->p) : in->len);
	*in = nl != NULL ? span_of(nl + 1, in->len - line->len - 1) :
	    span_of(in->p + in->len, 0);
	if (line->len > 0 && line->p[line->len - 1] == '\r')
		line->len--;
	return true;
}

static void
append(char value[static VALUE_MAX], struct span text)
{
	size_t have = strlen(value), n = text.len;

	if (n > VALUE_MAX - 1 - have)
		n = VALUE_MAX - 1 - have;
	memcpy(value + have, text.p, n);
	value[have + n] = '\0';
	/* A NUL inside would hide what is behind it; a blank does not. */
	for (size_t i = 0; i < n; i++)
		if (value[have + i] == '\0')
			value[have + i] = ' ';
}

/* --- headers ----------------------------------------------------------------- */

/* The parameter of a header (RFC 2045 5.1), quoted or not. */
static void
parameter(const char *value, const char *name, char out[static MIME_TEXT_MAX])
{
	size_t len = strlen(name), n = 0;
	const char *p = value, *stop;

	while ((p = strchr(p, ';')) != NULL) {
		p += 1 + strspn(p + 1, " \t");
		if (strncasecmp(p, name, len) != 0)
			continue;
		p += len;
		p += strspn(p, " \t");
		if (*p != '=')	/* the end, it may be: what is behind is not ours */
			continue;
		p++;
		p += strspn(p, " \t");
		stop = *p == '"' ? "\"" : "; \t";
		p += *p == '"';
		for (; *p != '\0' && strchr(stop, *p) == NULL &&
		    n < MIME_TEXT_MAX - 1; p++) {
			if (*p == '\\' && p[1] != '\0')
				p++;
			out[n++] = *p;
		}
		out[n] = '\0';
		return;
	}
}

static bool
starts(const char *s, const char *with)
{
	return strncasecmp(s, with, strlen(with)) == 0;
}

static void
on_content_type(const char *value, struct mime *m)
{
	m->multipart = starts(value, "multipart/");
	m->message = starts(value, "message/rfc822");
	parameter(value, "boundary", m->boundary);
	if (m->name[0] == '\0')
		parameter(value, "name", m->name);
}

static void
on_encoding(const char *value, struct mime *m)
{
	m->encoding = starts(value, "base64") ? MIME_BASE64 :
	    starts(value, "quoted-printable") ? MIME_QUOTED : MIME_PLAIN;
}

static void
on_disposition(const char *value, struct mime *m)
{
	parameter(value, "filename", m->name);
}

static const struct {
	const char	*name;
	void		(*value)(const char *, struct mime *);
} headers[] = {
	{ "Content-Type:", on_content_type },
	{ "Content-Transfer-Encoding:", on_encoding },
	{ "Content-Disposition:", on_disposition },
};

static void
on_header(const char *line, struct mime *m)
{
	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++) {
		const char *value = line + strlen(headers[i].name);

		if (starts(line, headers[i].name))
			headers[i].value(value + strspn(value, " \t"), m);
	}
}

void
mime_parse(struct span in, struct mime *m)
{
	char value[VALUE_MAX] = "";
	struct span line;

	memset(m, 0, sizeof(*m));
	for (int i = 0; i < HEADERS_MAX && take_line(&in, &line); i++) {
		if (line.len == 0)
			break;
		if (line.p[0] != ' ' && line.p[0] != '\t') {
			on_header(value, m);
			value[0] = '\0';
		}
		append(value, line);
	}
	on_header(value, m);
	m->body = in;
}

/* --- bodies -------------------------------------------------------------------- */

/* 1: a boundary; 2: the last one; 0: neither. */
static int
is_boundary(struct span line, const char *boundary)
{
	size_t len = strlen(boundary);

	if (line.len < len + 2 || memcmp(line.p, "--", 2) != 0 ||
	    memcmp(line.p + 2, boundary, len) != 0)
		return 0;
	line = span_of(line.p + 2 + len, line.len - 2 - len);
	if (line.len >= 2 && memcmp(line.p, "--", 2) == 0)
		return 2;
	while (line.len > 0 && (line.p[0] == ' ' || line.p[0] == '\t'))
		line = span_of(line.p + 1, line.len - 1);
	return line.len == 0;
}

int
mime_part(struct span *body, const char *boundary, struct span *part)
{
	struct span line;
	int kind = 0;

	while (kind == 0 && take_line(body, &line))
		kind = is_boundary(line, boundary);
	if (kind != 1)
		return 0;
	*part = *body;
	for (;;) {
		struct span rest = *body;

		if (!take_line(body, &line))
			break;
		if (is_boundary(line, boundary) != 0) {
			*body = rest;	/* it opens the next one */
			break;
		}
	}
	part->len -= body->len;
	return 1;
}

static int
hex(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int
unquote_line(struct span line, struct buf *out)
{
	while (line.len > 0 && (line.p[line.len - 1] == ' ' ||
	    line.p[line.len - 1] == '\t'))
		line.len--;
	for (size_t i = 0; i < line.len; i++) {
		uint8_t c = line.p[i];

		if (c == '=' && i + 1 == line.len)	/* goes on below */
			return 0;
		if (c == '=' && i + 2 < line.len && hex(line.p[i + 1]) >= 0 &&
		    hex(line.p[i + 2]) >= 0) {
			c = (uint8_t)(hex(line.p[i + 1]) << 4 |
			    hex(line.p[i + 2]));
			i += 2;
		}
		if (buf_add(out, &c, 1) == -1)
			return -1;
	}
	return buf_add(out, "\r\n", 2);
}

int
mime_unquote(struct span in, struct buf *out)
{
	struct span line;

	while (take_line(&in, &line))
		if (unquote_line(line, out) == -1)
			return -1;
	return 0;
}
