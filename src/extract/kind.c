#include "config.h"

#include <string.h>
#include <strings.h>

#include "cert/der.h"
#include "extract/base64.h"
#include "extract/readers.h"

#define PDF_FRONT	1024	/* bytes that may stand before %PDF-, by habit */
#define LINES_LOOK	20	/* header lines looked at for a mail */
#define OID_CMS		"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
#define OID_AUTH	"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01"

static bool
starts(struct span in, const char *with)
{
	size_t n = strlen(with);

	return in.len >= n && memcmp(in.p, with, n) == 0;
}

/* Behind a byte order mark and white space. */
static struct span
first_text(struct span in)
{
	if (starts(in, "\xef\xbb\xbf"))
		in = span_of(in.p + 3, in.len - 3);
	while (in.len > 0 && strchr(" \t\r\n", in.p[0]) != NULL &&
	    in.p[0] != '\0')
		in = span_of(in.p + 1, in.len - 1);
	return in;
}

static bool
is_pdf(struct span in)
{
	size_t n = in.len < PDF_FRONT ? in.len : PDF_FRONT;

	return n > 0 && memmem(in.p, n, "%PDF-", 5) != NULL;
}

static bool
starts_word(struct span in, const char *with)
{
	size_t n = strlen(with);

	return in.len >= n && strncasecmp((const char *)in.p, with, n) == 0;
}

static bool
is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    c >= 0x80;
}

/* UTF-16 has a NUL beside its "<"; a web page is not worth a complaint. */
static bool
is_xml(struct span in)
{
	struct span text = first_text(in);

	if (in.len > 3 && (memcmp(in.p, "\xff\xfe<\0", 4) == 0 ||
	    memcmp(in.p, "\xfe\xff\0<", 4) == 0))
		return true;
	if (text.len < 2 || text.p[0] != '<' || starts_word(text, "<html") ||
	    starts_word(text, "<!doctype html"))
		return false;
	return text.p[1] == '?' || text.p[1] == '!' || is_letter(text.p[1]);
}

/* --- DER and BER ------------------------------------------------------------- */

/* What stands first within the outer SEQUENCE, however long it says to be. */
static struct span
inside(struct span in)
{
	size_t head = 2;

	if (in.len < 4 || in.p[0] != DER_SEQUENCE)
		return span_of(NULL, 0);
	if (in.p[1] > 0x80)
		head += in.p[1] & 0x7f;
	return head > 6 || head >= in.len ? span_of(NULL, 0) :
	    span_of(in.p + head, in.len - head);
}

/*
 * A certificate begins with its version or, being as old as that, at once with
 * its number; revocation lists and requests do so too, but have no validity.
 */
static bool
is_cert(struct span in)
{
	struct span body, tbs, skip, dates;

	if (der_enter(&in, DER_SEQUENCE, &body) != 0 ||
	    der_enter(&body, DER_SEQUENCE, &tbs) != 0)
		return starts(inside(inside(in)), "\xa0\x03\x02\x01");
	return der_maybe(&tbs, DER_CONTEXT_CONS(0), &skip) >= 0 &&
	    der_enter(&tbs, DER_INTEGER, &skip) == 0 &&
	    der_enter(&tbs, DER_SEQUENCE, &skip) == 0 &&
	    der_enter(&tbs, DER_SEQUENCE, &skip) == 0 &&
	    der_enter(&tbs, DER_SEQUENCE, &dates) == 0 && dates.len > 0 &&
	    (dates.p[0] == DER_UTC_TIME || dates.p[0] == DER_GENERAL_TIME);
}

static enum kind
kind_of_der(struct span in)
{
	struct span body = inside(in);

	if (starts(body, OID_CMS) || starts(body, OID_AUTH))
		return KIND_CMS;
	if (body.len > 4 && memcmp(body.p, "\x02\x01\x03\x30", 4) == 0)
		return KIND_PKCS12;
	if (is_cert(in))
		return KIND_CERT;
	return KIND_UNKNOWN;
}

/* --- mail --------------------------------------------------------------------- */

static const char *const headers[] = {
	"From", "To", "Received", "Return-Path", "MIME-Version", "Date",
	"Subject", "Message-ID", "Content-Type", "Content-Disposition",
	"Delivered-To", "X-Mozilla-Status", "Content-Transfer-Encoding",
};

static bool
is_known_header(struct span line, size_t colon)
{
	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
		if (strlen(headers[i]) == colon && strncasecmp(headers[i],
		    (const char *)line.p, colon) == 0)
			return true;
	return false;
}

/* The first lines are headers, and one of them is of the well-known ones. */
static bool
is_mail(struct span in)
{
	bool known = false;

	for (int i = 0; i < LINES_LOOK && in.len > 0; i++) {
		const uint8_t *nl = memchr(in.p, '\n', in.len);
		size_t n = nl != NULL ? (size_t)(nl - in.p) : in.len, colon = 0;

		if (n == 0 || (n == 1 && in.p[0] == '\r'))
			break;
		if (in.p[0] != ' ' && in.p[0] != '\t') {
			while (colon < n && in.p[colon] > ' ' &&
			    in.p[colon] < 0x7f && in.p[colon] != ':')
				colon++;
			if (colon == 0 || colon == n || in.p[colon] != ':')
				return false;
			known = known || is_known_header(in, colon);
		} else if (i == 0)
			return false;
		if (nl == NULL)
			break;
		in = span_of(nl + 1, in.len - n - 1);
	}
	return known;
}

static bool
is_mbox(struct span in)
{
	const uint8_t *nl = starts(in, "From ") ?
	    memchr(in.p, '\n', in.len) : NULL;

	return nl != NULL &&
	    is_mail(span_of(nl + 1, in.len - (size_t)(nl + 1 - in.p)));
}

/* --- any ---------------------------------------------------------------------- */

/*
 * How base64 begins of DER, of %PDF-, of a zip and of <?xml without and with a
 * byte order mark.  All else is too common a look.
 */
static const char *const encoded[] = {
	"MI", "JVBERi", "UEsDB", "PD94", "77u/PD94",
};

enum kind
kind_of(struct span in)
{
	struct span text;
	enum kind der;

	if (in.len == 0)
		return KIND_UNKNOWN;
	if (starts(in, "PK\3\4") || starts(in, "PK\5\6"))
		return KIND_ZIP;
	if ((der = kind_of_der(in)) != KIND_UNKNOWN)
		return der;
	if (is_xml(in))
		return KIND_XML;
	if (is_mbox(in))
		return KIND_MBOX;
	if (is_mail(first_text(in)))
		return KIND_MAIL;
	if (is_pdf(in))
		return KIND_PDF;
	if (memmem(in.p, in.len, "-----BEGIN ", 11) != NULL)
		return KIND_PEM;
	text = first_text(in);
	for (size_t i = 0; i < sizeof(encoded) / sizeof(*encoded); i++)
		if (starts(text, encoded[i]))
			return base64_likely(text) ? KIND_BASE64 : KIND_UNKNOWN;
	return KIND_UNKNOWN;
}
