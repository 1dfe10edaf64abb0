/*
 * Little that unpacks to much: a gzip file (RFC 1952) of one block with the
 * fixed codes (RFC 1951 3.2.6), a zero and then "258 bytes like the one before"
 * again and again, thirteen bits each.
 */
#include "config.h"

#include "tests/card/bytes.h"
#include "tests/office/way.h"

#define BOMB_CRC	0x5b64c2b0u	/* CRC-32 of as many zeroes */
#define RUN		258

struct bits {
	struct buf	*out;
	unsigned	 held, n;	/* not yet a byte */
};

/* Bits as they lie in the stream, the first on the right. */
static void
put(struct bits *b, unsigned bits, unsigned n)
{
	b->held |= bits << b->n;
	for (b->n += n; b->n >= 8; b->n -= 8) {
		bytes_u8(b->out, b->held & 0xff);
		b->held >>= 8;
	}
}

static void
put_le32(struct buf *out, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		bytes_u8(out, v >> 8 * i & 0xff);
}

void
bomb_make(struct buf *out)
{
	static const uint8_t head[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3 };
	uint64_t runs = (BOMB_BYTES - 1) / RUN;
	struct bits b = { .out = out };

	bytes_set(out, head, sizeof(head));
	put(&b, 3, 3);		/* the last block, fixed codes */
	for (uint64_t i = 0; i < BOMB_BYTES - runs * RUN; i++)
		put(&b, 0x0c, 8);	/* a zero: 00110000 */
	for (uint64_t i = 0; i < runs; i++)
		put(&b, 0xa3, 13);	/* length 258, distance 1: 11000101 00000 */
	put(&b, 0, 7);		/* the end */
	put(&b, 0, 7);
	put_le32(out, BOMB_CRC);
	put_le32(out, (uint32_t)BOMB_BYTES);
}
