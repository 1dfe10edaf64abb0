#include "cert/der.h"

#include <string.h>

#include "base/clock.h"

#define LENGTH_OCTETS_MAX	4

static int
read_length(struct span *in, size_t *len)
{
	uint8_t first, octet;
	size_t n, value = 0;

	if (span_u8(in, &first) != 0)
		return -1;
	if (first < 0x80) {
		*len = first;
		return 0;
	}
	n = first & 0x7f;
	/* 0x80 is the indefinite form, which DER does not have. */
	if (n == 0 || n > LENGTH_OCTETS_MAX)
		return -1;
	while (n-- > 0) {
		if (span_u8(in, &octet) != 0)
			return -1;
		value = value << 8 | octet;
	}
	*len = value;
	return 0;
}

int
der_next(struct span *in, struct der *out)
{
	struct span rest = *in;
	struct der el;
	size_t len;

	/* Nearly all are short; a list of a million entries goes through here. */
	if (in->len >= 2 && (in->p[0] & 0x1f) != 0x1f && in->p[1] < 0x80 &&
	    (size_t)in->p[1] + 2 <= in->len) {
		len = in->p[1];
		*out = (struct der){ in->p[0], { in->p + 2, len },
		    { in->p, len + 2 } };
		*in = span_of(in->p + len + 2, in->len - len - 2);
		return 0;
	}
	if (span_u8(&rest, &el.tag) != 0 || (el.tag & 0x1f) == 0x1f)
		return -1;
	if (read_length(&rest, &len) != 0 ||
	    span_take(&rest, len, &el.body) != 0)
		return -1;
	el.whole = span_of(in->p, in->len - rest.len);
	*out = el;
	*in = rest;
	return 0;
}

int
der_enter(struct span *in, uint8_t tag, struct span *body)
{
	return der_maybe(in, tag, body) == 1 ? 0 : -1;
}

int
der_maybe(struct span *in, uint8_t tag, struct span *body)
{
	struct der el;

	if (in->len == 0 || in->p[0] != tag)
		return 0;
	if (der_next(in, &el) != 0)
		return -1;
	*body = el.body;
	return 1;
}

int
der_int64(struct span body, int64_t *out)
{
	uint64_t value;
	uint8_t fill;

	if (body.len == 0)
		return -1;
	fill = body.p[0] & 0x80 ? 0xff : 0x00;
	while (body.len > 8) {
		if (body.p[0] != fill || ((body.p[1] ^ fill) & 0x80) != 0)
			return -1;
		body.p++;
		body.len--;
	}
	value = fill ? UINT64_MAX : 0;
	for (size_t i = 0; i < body.len; i++)
		value = value << 8 | body.p[i];
	memcpy(out, &value, sizeof(*out));	/* two's complement, both */
	return 0;
}

int
der_bool(struct span body, bool *out)
{
	if (body.len != 1)
		return -1;
	*out = body.p[0] != 0;
	return 0;
}

int
der_bits(struct span body, unsigned *out)
{
	unsigned bits = 0;

	/* The first octet tells how many bits of the last are not used. */
	if (body.len == 0 || body.p[0] > 7 || (body.len == 1 && body.p[0] != 0))
		return -1;
	for (unsigned n = 0; n < 16 && 1 + n / 8 < body.len; n++) {
		if (body.p[1 + n / 8] & (0x80u >> n % 8))
			bits |= 1u << n;
	}
	*out = bits;
	return 0;
}

int
der_bit_octets(struct span body, struct span *out)
{
	uint8_t unused;

	if (span_u8(&body, &unused) != 0 || unused != 0)
		return -1;
	*out = body;
	return 0;
}

/* Two digits; -1 leaves the span as it was. */
static int
two_digits(struct span *in, int *out)
{
	if (in->len < 2 || in->p[0] < '0' || in->p[0] > '9' ||
	    in->p[1] < '0' || in->p[1] > '9')
		return -1;
	*out = (in->p[0] - '0') * 10 + (in->p[1] - '0');
	*in = span_of(in->p + 2, in->len - 2);
	return 0;
}

/* "Z", or an offset "+hhmm", which is added to UTC and so taken away again. */
static int
read_zone(struct span in, int64_t *seconds)
{
	int hours, minutes;
	uint8_t sign;

	if (span_u8(&in, &sign) != 0)
		return -1;
	if (sign == 'Z' && in.len == 0)
		return 0;
	if ((sign != '+' && sign != '-') || two_digits(&in, &hours) != 0 ||
	    two_digits(&in, &minutes) != 0 || in.len != 0 ||
	    hours > 12 || minutes > 59)
		return -1;
	*seconds -= (sign == '+' ? 1 : -1) * (hours * 60 + minutes) * 60;
	return 0;
}

int
der_time(uint8_t tag, struct span in, int64_t *out)
{
	int century, year, month, day, h, m, s = 0;
	int64_t seconds;

	if (tag == DER_GENERAL_TIME) {
		if (two_digits(&in, &century) != 0)
			return -1;
	} else if (tag != DER_UTC_TIME)
		return -1;
	if (two_digits(&in, &year) != 0 || two_digits(&in, &month) != 0 ||
	    two_digits(&in, &day) != 0 || two_digits(&in, &h) != 0 ||
	    two_digits(&in, &m) != 0)
		return -1;
	(void)two_digits(&in, &s);
	/* RFC 5280 4.1.2.5.1: two digits from 50 on are of the last century. */
	if (tag == DER_UTC_TIME)
		century = year >= 50 ? 19 : 20;
	if (clock_from_utc(century * 100 + year, month, day, h, m, s,
	    &seconds) != 0 || read_zone(in, &seconds) != 0 ||
	    seconds < DER_TIME_MIN || seconds > DER_TIME_MAX)
		return -1;
	*out = seconds;
	return 0;
}

/* One arc: seven bits an octet, the last without the top bit. */
static int
read_arc(struct span *in, uint64_t *arc)
{
	uint64_t value = 0;
	uint8_t octet;

	do {
		if (span_u8(in, &octet) != 0 || value > UINT64_MAX >> 7)
			return -1;
		value = value << 7 | (octet & 0x7f);
	} while (octet & 0x80);
	*arc = value;
	return 0;
}

/*
 * A number in decimal behind what there is, and its NUL.  By hand, since a
 * certificate has dozens of arcs and snprintf took a fifth of reading it.
 */
static int
add_arc(char buf[static DER_OID_TEXT_MAX], size_t *len, uint64_t arc)
{
	char digits[20];
	size_t n = 0;

	if (arc < 10 && *len > 0 && *len + 3 <= DER_OID_TEXT_MAX) {
		buf[(*len)++] = '.';
		buf[(*len)++] = (char)('0' + arc);
		buf[*len] = '\0';
		return 0;
	}
	do
		digits[n++] = (char)('0' + arc % 10);
	while ((arc /= 10) != 0);
	if (*len + n + 2 > DER_OID_TEXT_MAX)
		return -1;
	if (*len > 0)
		buf[(*len)++] = '.';
	while (n > 0)
		buf[(*len)++] = digits[--n];
	buf[*len] = '\0';
	return 0;
}

int
der_oid(struct span body, char buf[static DER_OID_TEXT_MAX])
{
	uint64_t arc, root;
	size_t len = 0;

	if (read_arc(&body, &arc) != 0)
		goto bad;
	root = arc < 80 ? arc / 40 : 2;
	if (add_arc(buf, &len, root) != 0 ||
	    add_arc(buf, &len, arc - root * 40) != 0)
		goto bad;
	while (body.len > 0) {
		if (read_arc(&body, &arc) != 0 || add_arc(buf, &len, arc) != 0)
			goto bad;
	}
	return 0;
bad:
	memcpy(buf, "?", 2);
	return -1;
}
