#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

int
span_take(struct span *s, size_t n, struct span *out)
{
	if (n > s->len)
		return -1;
	*out = span_of(s->p, n);
	s->p += n;
	s->len -= n;
	return 0;
}

int
span_u8(struct span *s, uint8_t *v)
{
	struct span one;

	if (span_take(s, 1, &one) == -1)
		return -1;
	*v = one.p[0];
	return 0;
}

int
span_be16(struct span *s, uint16_t *v)
{
	struct span two;

	if (span_take(s, 2, &two) == -1)
		return -1;
	*v = (uint16_t)(two.p[0] << 8 | two.p[1]);
	return 0;
}

void
buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void
buf_clear(struct buf *b)
{
	if (b->data)
		explicit_bzero(b->data, b->cap);
	free(b->data);
	*b = (struct buf){ .max = b->max };
}

/* Growing copies by hand, so that what may be secret is wiped where it lay. */
int
buf_reserve(struct buf *b, size_t more)
{
	size_t cap = b->cap ? b->cap : 256;
	uint8_t *data;

	if (more > b->max || b->len > b->max - more)
		return -1;
	while (cap < b->len + more)
		cap = cap > b->max / 2 ? b->max : cap * 2;
	if (cap == b->cap)
		return 0;
	data = mem_alloc(cap);
	if (b->data) {
		memcpy(data, b->data, b->len);
		explicit_bzero(b->data, b->cap);
		free(b->data);
	}
	b->data = data;
	b->cap = cap;
	return 0;
}

int
buf_add(struct buf *b, const void *p, size_t n)
{
	if (n == 0)
		return 0;
	if (buf_reserve(b, n) == -1)
		return -1;
	memcpy(b->data + b->len, p, n);
	b->len += n;
	return 0;
}

void
buf_drop(struct buf *b, size_t n)
{
	if (n == 0)
		return;
	if (n > b->len)
		n = b->len;
	memmove(b->data, b->data + n, b->len - n);
	b->len -= n;
	explicit_bzero(b->data + b->len, n);
}
