#include "config.h"

#include "tests/fuzz/feed.h"

#include <stdlib.h>
#include <string.h>

void
require(int truth)
{
	if (!truth)
		abort();
}

/* In uneven pieces, so that what is looked for lies across them. */
static ptrdiff_t
give(void *arg, uint8_t *out, size_t size, struct err *err)
{
	struct feed *f = arg;
	size_t n = f->left % 7 + f->left / 3 + 1;

	(void)err;
	n = n < f->left ? n : f->left;
	n = n < size ? n : size;
	if (n > 0)
		memcpy(out, f->p, n);
	f->p += n;
	f->left -= n;
	return (ptrdiff_t)n;
}

void
feed_open(struct feed *f, const uint8_t *p, size_t len)
{
	f->p = p;
	f->left = len;
	f->in = stream_new(give, f, "fuzz");
}

void
feed_close(struct feed *f)
{
	stream_close(f->in);
}
