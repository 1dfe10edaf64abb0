/*
 * ASN.1's character strings as UTF-8.  What is wrong in one is replaced where
 * it stands, so that nothing behind a NUL or a broken byte is hidden.
 */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cert/der.h"
#include "cert/parts.h"

#define REPLACEMENT	0xfffdu
#define UTF8_MAX	4		/* bytes of one character */

/* How the octets of a string type make characters. */
enum coding { ASCII, PRINTABLE, LATIN1, UTF_8, UCS_2, UCS_4 };

static const struct {
	uint8_t		tag;
	enum coding	coding;
} types[] = {
	{ DER_UTF8, UTF_8 },
	{ DER_PRINTABLE, PRINTABLE },
	{ DER_IA5, ASCII },
	/* Everybody, OpenSSL included, writes and reads Latin-1 under this name. */
	{ DER_T61, LATIN1 },
	{ DER_BMP, UCS_2 },
	{ DER_UNIVERSAL, UCS_4 },
	{ DER_NUMERIC, ASCII },
	{ DER_VISIBLE, ASCII },
};

static bool
is_printable_string(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c != 0 && strchr(" '()+,-./:=?", c));
}

/* One character of fixed width; a left-over of fewer octets is none. */
static uint32_t
take_units(struct span *in, size_t width)
{
	uint32_t cp = 0;

	if (in->len < width) {
		*in = span_of(in->p + in->len, 0);
		return UINT32_MAX;
	}
	for (size_t i = 0; i < width; i++)
		cp = cp << 8 | in->p[i];
	*in = span_of(in->p + width, in->len - width);
	return cp;
}

static uint32_t
take_utf8(struct span *in)
{
	uint32_t cp;
	size_t n = text_decode((const char *)in->p, in->len, &cp);

	if (n == 0) {
		n = 1;
		cp = UINT32_MAX;
	}
	*in = span_of(in->p + n, in->len - n);
	return cp;
}

/*
 * The next character, UINT32_MAX where there is none in the octets.  *wrong is
 * set when the octets are not of the type, though they may be understood.
 */
static uint32_t
take(struct span *in, enum coding coding, bool *wrong)
{
	uint32_t cp = UINT32_MAX;

	switch (coding) {
	case PRINTABLE:
		if (!is_printable_string(in->p[0]))
			*wrong = true;
		/* FALLTHROUGH */
	case ASCII:
		if (in->p[0] >= 0x80)
			*wrong = true;
		/* Plain UTF-8 under the wrong type is a common slip. */
		/* FALLTHROUGH */
	case UTF_8:
		cp = take_utf8(in);
		break;
	case LATIN1:
		cp = take_units(in, 1);
		break;
	case UCS_2:
		cp = take_units(in, 2);
		break;
	case UCS_4:
		cp = take_units(in, 4);
		break;
	}
	return cp;
}

/* Octets that are characters as they stand, which those of most names are. */
static bool
is_plain(enum coding coding, struct span in)
{
	if (coding == UCS_2 || coding == UCS_4)
		return false;
	for (size_t i = 0; i < in.len; i++)
		if (in.p[i] == 0 || in.p[i] >= 0x80 || (coding == PRINTABLE &&
		    !is_printable_string(in.p[i])))
			return false;
	return true;
}

static char *
decode(enum coding coding, struct span in, unsigned *odd)
{
	char *out;
	size_t len = 0, n;
	bool wrong = false;

	if (is_plain(coding, in))
		return mem_strndup((const char *)in.p, in.len);
	out = mem_array(in.len + 1, UTF8_MAX);
	while (in.len > 0) {
		uint32_t cp = take(&in, coding, &wrong);

		if (cp == 0) {
			*odd |= ODD_NAME_NUL;
			cp = REPLACEMENT;
		}
		n = text_encode(cp, out + len);
		if (n == 0) {
			wrong = true;
			n = text_encode(REPLACEMENT, out + len);
		}
		len += n;
	}
	if (wrong)
		*odd |= ODD_NAME_ENCODING;
	return mem_grow(out, len + 1, 1);
}

char *
asn1_hex(struct span in, const char *before)
{
	size_t n = strlen(before), size = in.len * 2 + 1;
	char *out = mem_alloc(n + size);

	memcpy(out, before, n);
	(void)text_hex(in.p, in.len, 0, out + n, size);
	return out;
}

char *
asn1_text(uint8_t tag, struct span body, struct span whole, unsigned *odd)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (types[i].tag == tag)
			return decode(types[i].coding, body, odd);
	}
	return asn1_hex(whole, "#");
}
