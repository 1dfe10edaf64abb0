/*
 * PDF files for signing, for tests: with correct cross-reference tables and
 * byte ranges, so that what is put into them is a signature in earnest.
 *
 *   mkpdf new OUT FIELD [rsa CERT]   one page, one field waiting for a signature
 *   mkpdf add IN OUT FIELD           the same added as an incremental update
 *   mkpdf stamp IN OUT FIELD         likewise, for a time stamp
 *   mkpdf dss IN OUT CERT            an update that keeps a certificate (DER)
 *   mkpdf drop IN OUT                an update that leaves an empty form behind
 *   mkpdf packed OUT FIELD SIGNATURE all of it in one object stream
 *   mkpdf bytes IN                   what the last signature covers, on stdout
 *   mkpdf fill IN SIGNATURE OUT      the last signature's place filled
 *
 * "rsa CERT" makes it an adbe.x509.rsa_sha1 one with that certificate (DER).
 * Objects: 1 catalogue, 2 pages, 3 page, then two for each field.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"

#define PLACE	8192		/* bytes kept free for a signature */
#define PDF_MAX	(8u << 20)
#define MAX	64		/* objects */

struct pdf {
	struct buf	out;
	size_t		at[MAX];	/* where each object begins; 0: not here */
	int		n;		/* of the highest object, and one */
};

static void __attribute__((format(printf, 2, 3)))
put(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) == -1 || buf_add(b, s, strlen(s)) == -1)
		panic("mkpdf: too long");
	va_end(ap);
	free(s);
}

static void
load(const char *path, struct buf *b)
{
	struct err err = ERR_INIT;

	buf_init(b, PDF_MAX);
	if (file_read(path, path, b, &err) != 0)
		panic("mkpdf: %s: %s", path, err.detail);
}

static void
save(const char *path, const struct buf *b)
{
	FILE *f = fopen(path, "wb");

	if (f == NULL || fwrite(b->data, 1, b->len, f) != b->len ||
	    fclose(f) != 0)
		panic("mkpdf: %s cannot be written", path);
}

static void
begin(struct pdf *p, int n)
{
	p->at[n] = p->out.len;
	if (n >= p->n)
		p->n = n + 1;
	put(&p->out, "%d 0 obj\n", n);
}

static void
end(struct pdf *p, const char *prev)
{
	size_t xref = p->out.len;

	put(&p->out, "xref\n0 1\n0000000000 65535 f \n");
	for (int i = 1; i < MAX; i++)
		if (p->at[i] != 0)
			put(&p->out, "%d 1\n%010zu 00000 n \n", i, p->at[i]);
	put(&p->out, "trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n"
	    "%zu\n%%%%EOF\n", p->n, prev, xref);
}

static void
put_hex(struct buf *b, const struct buf *data)
{
	for (size_t i = 0; i < data->len; i++)
		put(b, "%02x", data->data[i]);
}

/* The field's own objects; the byte range is filled in when all is written. */
static void
put_field(struct pdf *p, int n, const char *field, const char *cert, bool stamp)
{
	struct buf der;

	begin(p, n);
	put(&p->out, "<< /FT /Sig /T (%s) /V %d 0 R /Type /Annot /Subtype "
	    "/Widget /Rect [0 0 0 0] /P 3 0 R >>\nendobj\n", field, n + 1);
	begin(p, n + 1);
	put(&p->out, "<< /Type /%s /Filter /Adobe.PPKLite /M "
	    "(D:20260102030405+01'00') ", stamp ? "DocTimeStamp" : "Sig");
	if (cert != NULL) {
		load(cert, &der);
		put(&p->out, "/SubFilter /adbe.x509.rsa_sha1 /Cert <");
		put_hex(&p->out, &der);
		put(&p->out, "> /Contents <0480");
		for (int i = 0; i < 128; i++)
			put(&p->out, "ab");
		put(&p->out, "> >>\nendobj\n");
		buf_clear(&der);
		return;
	}
	put(&p->out, "/SubFilter /%s /ByteRange [0 %010d %010d %010d] "
	    "/Contents <", stamp ? "ETSI.RFC3161" : "adbe.pkcs7.detached", 0,
	    0, 0);
	for (int i = 0; i < PLACE; i++)
		put(&p->out, "00");
	put(&p->out, "> >>\nendobj\n");
}

/* Where the last place is: from its "<" to behind its ">". */
static void
find_place(const struct buf *b, size_t *from, size_t *to)
{
	static const char key[] = "/Contents <";
	const uint8_t *at = NULL, *next = b->data;

	while ((next = memmem(next, b->len - (size_t)(next - b->data), key,
	    sizeof(key) - 1)) != NULL)
		at = next++;
	if (at == NULL)
		panic("mkpdf: no place for a signature");
	*from = (size_t)(at - b->data) + sizeof(key) - 2;
	*to = *from + 2 * PLACE + 2;
}

static void
set_range(struct buf *b)
{
	static const char key[] = "/ByteRange [0 ";
	const uint8_t *at = NULL, *next = b->data;
	char range[64];
	size_t from, to;

	find_place(b, &from, &to);
	while ((next = memmem(next, b->len - (size_t)(next - b->data), key,
	    sizeof(key) - 1)) != NULL)
		at = next++;
	if (at == NULL)
		return;
	(void)snprintf(range, sizeof(range), "%010zu %010zu %010zu", from, to,
	    b->len - to);
	memcpy(b->data + (at - b->data) + sizeof(key) - 1, range,
	    strlen(range));
}

static void
put_catalogue(struct pdf *p, int last, const char *more)
{
	begin(p, 1);
	put(&p->out, "<< /Type /Catalog /Pages 2 0 R /AcroForm << /SigFlags 3 "
	    "/Fields [");
	for (int i = 4; i <= last; i += 2)
		put(&p->out, " %d 0 R", i);
	put(&p->out, "] >> %s>>\nendobj\n", more);
}

static void
make_new(const char *out, const char *field, const char *cert)
{
	struct pdf p = { .n = 0 };

	buf_init(&p.out, PDF_MAX);
	put(&p.out, "%%PDF-1.7\n");
	put_catalogue(&p, 4, "");
	begin(&p, 2);
	put(&p.out, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n");
	begin(&p, 3);
	put(&p.out, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] "
	    "/Annots [4 0 R] >>\nendobj\n");
	put_field(&p, 4, field, cert, false);
	end(&p, "");
	if (cert == NULL)
		set_range(&p.out);
	save(out, &p.out);
	buf_clear(&p.out);
}

static size_t
last_number_behind(const struct buf *b, const char *key)
{
	const uint8_t *at = NULL, *next = b->data;

	while ((next = memmem(next, b->len - (size_t)(next - b->data), key,
	    strlen(key))) != NULL)
		at = next++;
	return at == NULL ? 0 :
	    strtoul((const char *)at + strlen(key), NULL, 10);
}

/* field NULL: take all fields away. */
static void
make_update(const char *in, const char *out, const char *field, bool stamp)
{
	struct pdf p = { .n = 0 };
	char prev[64];
	size_t size;

	load(in, &p.out);
	size = last_number_behind(&p.out, "/Size ");
	(void)snprintf(prev, sizeof(prev), "/Prev %zu",
	    last_number_behind(&p.out, "startxref\n"));
	p.n = (int)size;
	put_catalogue(&p, field != NULL ? (int)size : 0, "");
	if (field != NULL)
		put_field(&p, (int)size, field, NULL, stamp);
	else {		/* and their values become nothing */
		for (int i = 5; i < (int)size; i += 2) {
			begin(&p, i);
			put(&p.out, "null\nendobj\n");
		}
	}
	end(&p, prev);
	if (field != NULL)
		set_range(&p.out);
	save(out, &p.out);
	buf_clear(&p.out);
}

/* The certificate goes through a filter, as most that is kept does. */
static void
make_store(const char *in, const char *out, const char *cert)
{
	struct pdf p = { .n = 0 };
	char text[64];
	struct buf der;
	int n;

	load(in, &p.out);
	load(cert, &der);
	n = (int)last_number_behind(&p.out, "/Size ");
	(void)snprintf(text, sizeof(text), "/DSS << /Certs [%d 0 R] >> ", n);
	put_catalogue(&p, n - 2, text);
	(void)snprintf(text, sizeof(text), "/Prev %zu",
	    last_number_behind(&p.out, "startxref\n"));
	begin(&p, n);
	put(&p.out, "<< /Filter /ASCIIHexDecode /Length %zu >>\nstream\n",
	    2 * der.len + 1);
	put_hex(&p.out, &der);
	put(&p.out, ">\nendstream\nendobj\n");
	end(&p, text);
	save(out, &p.out);
	buf_clear(&p.out);
	buf_clear(&der);
}

static void
print_bytes(const char *in)
{
	struct buf b;
	size_t from, to;

	load(in, &b);
	find_place(&b, &from, &to);
	fwrite(b.data, 1, from, stdout);
	fwrite(b.data + to, 1, b.len - to, stdout);
	buf_clear(&b);
}

static void
fill(const char *in, const char *signature, const char *out)
{
	struct buf b, der, hex;
	size_t from, to;

	load(in, &b);
	load(signature, &der);
	buf_init(&hex, PDF_MAX);
	put_hex(&hex, &der);
	find_place(&b, &from, &to);
	if (hex.len > 2 * PLACE)
		panic("mkpdf: the signature is too long");
	memcpy(b.data + from + 1, hex.data, hex.len);
	save(out, &b);
	buf_clear(&b);
	buf_clear(&der);
	buf_clear(&hex);
}

/*
 * Objects 1 to 5 in object stream 6, found through cross-reference stream 7
 * (ISO 32000-1 7.5.7 and 7.5.8), neither compressed.
 */
static void
make_packed(const char *out, const char *field, const char *signature)
{
	struct buf b, objects, heads, der;
	size_t at[8] = { 0 };

	load(signature, &der);
	buf_init(&objects, PDF_MAX);
	buf_init(&heads, PDF_MAX);
	for (int i = 1; i <= 5; i++) {
		put(&heads, "%d %zu ", i, objects.len);
		if (i == 1)
			put(&objects, "<< /Type /Catalog /Pages 2 0 R "
			    "/AcroForm << /SigFlags 3 /Fields [4 0 R] >> >> ");
		else if (i == 2)
			put(&objects, "<< /Type /Pages /Kids [3 0 R] "
			    "/Count 1 >> ");
		else if (i == 3)
			put(&objects, "<< /Type /Page /Parent 2 0 R "
			    "/MediaBox [0 0 9 9] >> ");
		else if (i == 4)
			put(&objects, "<< /FT /Sig /T (%s) /V 5 0 R >> ",
			    field);
	}
	put(&objects, "<< /Type /Sig /ByteRange [0 1 2 3] /Contents <");
	put_hex(&objects, &der);
	put(&objects, "> >> ");
	buf_init(&b, PDF_MAX);
	put(&b, "%%PDF-1.7\n");
	at[6] = b.len;
	put(&b, "6 0 obj\n<< /Type /ObjStm /N 5 /First %zu /Length %zu >>\n"
	    "stream\n", heads.len, heads.len + objects.len);
	(void)buf_add(&b, heads.data, heads.len);
	(void)buf_add(&b, objects.data, objects.len);
	at[7] = b.len + strlen("\nendstream\nendobj\n");
	put(&b, "\nendstream\nendobj\n7 0 obj\n<< /Type /XRef /Size 8 "
	    "/Root 1 0 R /W [1 4 1] /Length 48 >>\nstream\n");
	for (int i = 0; i < 8; i++) {
		uint8_t row[6] = { (uint8_t)(i == 0 ? 0 : i < 6 ? 2 : 1) };
		size_t v = i > 0 && i < 6 ? 6 : at[i];

		for (int k = 4; k > 0; k--, v >>= 8)
			row[k] = (uint8_t)v;
		row[5] = (uint8_t)(i > 0 && i < 6 ? i - 1 : 0);
		(void)buf_add(&b, row, sizeof(row));
	}
	put(&b, "\nendstream\nendobj\nstartxref\n%zu\n%%%%EOF\n", at[7]);
	save(out, &b);
	buf_clear(&b);
	buf_clear(&objects);
	buf_clear(&heads);
	buf_clear(&der);
}

int
main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (strcmp(verb, "new") == 0 && argc >= 4)
		make_new(argv[2], argv[3], argc == 6 ? argv[5] : NULL);
	else if (strcmp(verb, "add") == 0 && argc == 5)
		make_update(argv[2], argv[3], argv[4], false);
	else if (strcmp(verb, "stamp") == 0 && argc == 5)
		make_update(argv[2], argv[3], argv[4], true);
	else if (strcmp(verb, "dss") == 0 && argc == 5)
		make_store(argv[2], argv[3], argv[4]);
	else if (strcmp(verb, "drop") == 0 && argc == 4)
		make_update(argv[2], argv[3], NULL, false);
	else if (strcmp(verb, "packed") == 0 && argc == 5)
		make_packed(argv[2], argv[3], argv[4]);
	else if (strcmp(verb, "bytes") == 0 && argc == 3)
		print_bytes(argv[2]);
	else if (strcmp(verb, "fill") == 0 && argc == 5)
		fill(argv[2], argv[3], argv[4]);
	else
		return 2;
	return fflush(stdout) != 0;
}
