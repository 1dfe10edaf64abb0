/*
 * Bytes from outside: a reader that cannot run past its end, and a buffer that
 * cannot grow past its maximum.  Any thread; no state.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A borrowed span being read from the front. */
struct span {
	const uint8_t	*p;
	size_t		 len;
};

static inline struct span
span_of(const void *p, size_t len)
{
	return (struct span){ p, len };
}

/* Each returns 0 and moves the span on, or -1 and leaves it as it was. */
int	span_u8(struct span *, uint8_t *);
int	span_be16(struct span *, uint16_t *);
int	span_take(struct span *, size_t n, struct span *out);

struct buf {
	uint8_t	*data;
	size_t	 len;
	size_t	 cap;
	size_t	 max;		/* never grows past this */
};

void	buf_init(struct buf *, size_t max);
void	buf_clear(struct buf *);	/* wipes, frees, ready for use again */

/* 0, or -1 when the maximum would be passed; nothing is added then. */
int	buf_add(struct buf *, const void *, size_t);
int	buf_reserve(struct buf *, size_t more);

/* Drop n bytes from the front; what is behind them moves up. */
void	buf_drop(struct buf *, size_t n);

#endif
