#include "config.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "tests/card/bytes.h"

void
bytes_add(struct buf *b, const void *p, size_t n)
{
	if (buf_add(b, p, n) == -1)
		panic("a buffer of %zu bytes is full", b->max);
}

void
bytes_u8(struct buf *b, unsigned v)
{
	uint8_t one = (uint8_t)v;

	bytes_add(b, &one, 1);
}

void
bytes_be16(struct buf *b, unsigned v)
{
	uint8_t two[2] = { (uint8_t)(v >> 8), (uint8_t)v };

	bytes_add(b, two, sizeof(two));
}

void
bytes_set(struct buf *b, const void *p, size_t n)
{
	b->len = 0;
	bytes_add(b, p, n);
}

static int
nibble(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = tolower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
hex_read(struct buf *b, const char *s)
{
	int hi, lo;

	for (;;) {
		s += strspn(s, " :");
		if (*s == '\0')
			return 0;
		hi = nibble((unsigned char)s[0]);
		lo = nibble((unsigned char)s[1]);
		if (hi == -1 || lo == -1)
			return -1;
		bytes_u8(b, (unsigned)(hi << 4 | lo));
		s += 2;
	}
}

void
hex_write(FILE *f, const void *p, size_t n)
{
	static const char digits[] = "0123456789ABCDEF";
	const uint8_t *b = p;

	for (size_t i = 0; i < n; i++) {
		putc(digits[b[i] >> 4], f);
		putc(digits[b[i] & 15], f);
	}
}

static void
add_tag(struct buf *b, unsigned tag)
{
	if (tag > 0xff)
		bytes_u8(b, tag >> 8);
	bytes_u8(b, tag);
}

/* The shortest form, as DER wants it. */
static size_t
length_form(size_t n, uint8_t out[4])
{
	if (n > 0xffffff)
		panic("a value of %zu bytes is too long for a TLV", n);
	if (n < 0x80) {
		out[0] = (uint8_t)n;
		return 1;
	}
	size_t k = n > 0xffff ? 3 : n > 0xff ? 2 : 1;

	out[0] = (uint8_t)(0x80 | k);
	for (size_t i = 0; i < k; i++)
		out[k - i] = (uint8_t)(n >> 8 * i);
	return k + 1;
}

void
tlv_add(struct buf *b, unsigned tag, const void *p, size_t n)
{
	uint8_t form[4];

	add_tag(b, tag);
	bytes_add(b, form, length_form(n, form));
	bytes_add(b, p, n);
}

size_t
tlv_open(struct buf *b, unsigned tag)
{
	add_tag(b, tag);
	return b->len;
}

/* The length is known only now: what was written moves up to make room. */
void
tlv_close(struct buf *b, size_t opened)
{
	uint8_t form[4];
	size_t n = b->len - opened, k = length_form(n, form);

	bytes_add(b, form, k);
	memmove(b->data + opened + k, b->data + opened, n);
	memcpy(b->data + opened, form, k);
}

int
tlv_next(struct span *s, unsigned *tag, struct span *value)
{
	struct span at = *s;
	uint8_t b;
	size_t n;

	if (span_u8(&at, &b) == -1)
		return -1;
	*tag = b;
	if ((b & 0x1f) == 0x1f) {
		if (span_u8(&at, &b) == -1)
			return -1;
		*tag = *tag << 8 | b;
	}
	if (span_u8(&at, &b) == -1)
		return -1;
	n = b;
	if (b & 0x80) {
		n = 0;
		for (int i = b & 0x7f; i > 0; i--) {
			if (span_u8(&at, &b) == -1 || n > 0xffff)
				return -1;
			n = n << 8 | b;
		}
	}
	if (span_take(&at, n, value) == -1)
		return -1;
	*s = at;
	return 0;
}

int
tlv_find(struct span s, unsigned tag, struct span *value)
{
	unsigned t;

	while (tlv_next(&s, &t, value) == 0)
		if (t == tag)
			return 0;
	return -1;
}

bool
span_equal(struct span s, const void *p, size_t n)
{
	return s.len == n && (n == 0 || memcmp(s.p, p, n) == 0);
}
