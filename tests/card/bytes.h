/*
 * What every card program needs of bytes: hex, and BER-TLV both ways on the
 * base room's spans and buffers.  Lengths below 16 MiB, tags of up to two
 * bytes.  One thread; a buffer that would pass its maximum ends the program (panic):
 * these are test tools and write only what they made up themselves.
 */
#ifndef TESTS_CARD_BYTES_H
#define TESTS_CARD_BYTES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"

void	bytes_add(struct buf *, const void *, size_t);
void	bytes_u8(struct buf *, unsigned);
void	bytes_be16(struct buf *, unsigned);
void	bytes_set(struct buf *, const void *, size_t);

/* Hex to bytes, spaces and colons allowed; -1 when it is not hex. */
int	hex_read(struct buf *, const char *);
void	hex_write(FILE *, const void *, size_t);

/* A whole value at once, or opened, filled and closed (they nest). */
void	tlv_add(struct buf *, unsigned tag, const void *, size_t);
size_t	tlv_open(struct buf *, unsigned tag);
void	tlv_close(struct buf *, size_t opened);

/* The value at the front, moving on; -1 at the end and at bad lengths. */
int	tlv_next(struct span *, unsigned *tag, struct span *value);
/* The first value of this tag in a flat row; -1 when there is none. */
int	tlv_find(struct span, unsigned tag, struct span *value);

bool	span_equal(struct span, const void *, size_t);

#endif
