#include "config.h"

#include "cert/pem.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cert/base64.h"

#define BEGIN		"-----BEGIN "
#define END		"-----END "
#define DASHES		"-----"
#define LINE_MAX_BYTES	1024		/* what is looked at of a line */

void
pem_open(struct pem *pem, struct stream *in, size_t max)
{
	*pem = (struct pem){ .in = in, .next_line = 1 };
	buf_init(&pem->text, BASE64_ENCODED(max) + LINE_MAX_BYTES);
	buf_init(&pem->der, max);
}

void
pem_close(struct pem *pem)
{
	buf_clear(&pem->text);
	buf_clear(&pem->der);
}

static bool
starts(struct span line, const char *with)
{
	return line.len >= strlen(with) &&
	    memcmp(line.p, with, strlen(with)) == 0;
}

/* "-----BEGIN CERTIFICATE-----" */
static bool
read_label(struct span line, char label[static PEM_LABEL_MAX])
{
	const uint8_t *end;
	size_t n;

	if (!starts(line, BEGIN))
		return false;
	line = span_of(line.p + strlen(BEGIN), line.len - strlen(BEGIN));
	end = memmem(line.p, line.len, DASHES, strlen(DASHES));
	n = end != NULL ? (size_t)(end - line.p) : 0;
	if (n == 0 || n >= PEM_LABEL_MAX)
		return false;
	memcpy(label, line.p, n);
	label[n] = '\0';
	return true;
}

/* Without the white space that some programs and mails put around. */
static struct span
trim(struct span s)
{
	while (s.len > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = span_of(s.p + 1, s.len - 1);
	while (s.len > 0 && (s.p[s.len - 1] == ' ' || s.p[s.len - 1] == '\t'))
		s.len--;
	return s;
}

/* The next line behind what text holds already.  1, 0 at the end, -1. */
static int
add_line(struct pem *pem, struct span *line, bool *cut, struct err *err)
{
	size_t before = pem->text.len;
	int got = stream_line(pem->in, &pem->text, cut, err);

	pem->next_line += got == 1;
	*line = pem->text.len > before ? trim(span_of(
	    pem->text.data + before, pem->text.len - before)) : span_of("", 0);
	return got;
}

static int
find_begin(struct pem *pem, struct err *err)
{
	struct span line;
	bool cut;
	int got;

	do {
		pem->text.len = 0;
		cut = false;
		pem->line = pem->next_line;
		got = add_line(pem, &line, &cut, err);
	} while (got == 1 && !read_label(line, pem->label));
	return got;
}

/* The base64 between, all on one line.  1, 0 where the end is missing, -1. */
static int
gather(struct pem *pem, bool *cut, struct err *err)
{
	struct span line;
	size_t kept = 0;
	int got;

	pem->text.len = 0;
	*cut = false;
	while ((got = add_line(pem, &line, cut, err)) == 1) {
		if (starts(line, END))
			break;
		/* Too long: only its end is looked for. */
		if (*cut)
			kept = 0;
		else {
			memmove(pem->text.data + kept, line.p, line.len);
			kept += line.len;
		}
		pem->text.len = kept;
	}
	pem->text.len = kept;
	return got;
}

int
pem_next(struct pem *pem, enum pem_got *got, struct err *err)
{
	bool cut = false;
	int rc;

	*got = PEM_END;
	rc = find_begin(pem, err);
	if (rc != 1)
		return rc;
	rc = gather(pem, &cut, err);
	if (rc == -1)
		return -1;
	pem->der.len = 0;
	if (cut)
		*got = PEM_LONG;
	else if (rc == 0 || pem->text.len == 0 || base64_exact(
	    span_of(pem->text.data, pem->text.len), &pem->der) != 0)
		*got = PEM_DAMAGED;
	else
		*got = PEM_BLOCK;
	return 0;
}

/* --- one long block ----------------------------------------------------------- */

#define PIECE	((size_t)24 << 10)	/* of text decoded at a time */

/* The decoder gives 48 bytes or none at a time, so they wait here. */
struct decoder {
	struct stream	*in;
	EVP_ENCODE_CTX	*ctx;
	uint8_t		 ready[PIECE];
	size_t		 at, n;
	bool		 ended;
};

/* OpenSSL's decoder ends at a dash, which is where the armour ends. */
static int
decode_piece(struct decoder *d, struct err *err)
{
	struct span seen;
	int n = 0, rc = 1;

	if (stream_peek(d->in, 1, &seen, err) != 0)
		return -1;
	if (seen.len > PIECE)
		seen.len = PIECE;
	if (seen.len > 0)
		rc = EVP_DecodeUpdate(d->ctx, d->ready, &n, seen.p,
		    (int)seen.len);
	if (rc < 0)
		return err_set(err, ERR_BAD_DATA, stream_name(d->in),
		    "no base64 after byte %lld", (long long)stream_at(d->in));
	d->ended = seen.len == 0 || rc == 0;
	d->at = 0;
	d->n = (size_t)n;
	stream_skip(d->in, seen.len);
	return 0;
}

static ptrdiff_t
decode(void *arg, uint8_t *out, size_t size, struct err *err)
{
	struct decoder *d = arg;

	while (d->at == d->n && !d->ended) {
		if (decode_piece(d, err) != 0)
			return -1;
	}
	if (size > d->n - d->at)
		size = d->n - d->at;
	memcpy(out, d->ready + d->at, size);
	d->at += size;
	return (ptrdiff_t)size;
}

int
pem_stream(struct stream *in, const char *label, struct stream **out,
    struct err *err)
{
	struct decoder *d;
	struct pem pem;
	int got;

	*out = NULL;
	pem_open(&pem, in, 0);
	while ((got = find_begin(&pem, err)) == 1 &&
	    strcmp(pem.label, label) != 0)
		;
	pem_close(&pem);
	if (got != 1)
		return got == -1 ? -1 : err_set(err, ERR_BAD_DATA,
		    stream_name(in), "no %s in it", label);
	d = mem_alloc(sizeof *d);
	d->in = in;
	d->ctx = EVP_ENCODE_CTX_new();
	if (d->ctx == NULL)
		panic("okienko: out of memory");
	EVP_DecodeInit(d->ctx);
	*out = stream_new(decode, d, stream_name(in));
	return 0;
}

void
pem_stream_close(struct stream *s)
{
	struct decoder *d = s != NULL ? stream_arg(s) : NULL;

	if (d == NULL)
		return;
	stream_close(s);
	EVP_ENCODE_CTX_free(d->ctx);
	free(d);
}
