/*
 * What fuzz targets of streams share: bytes as a stream, and a promise that ends
 * the program when it is broken.
 */
#ifndef TESTS_FUZZ_FEED_H
#define TESTS_FUZZ_FEED_H

#include <stddef.h>
#include <stdint.h>

#include "base/stream.h"

struct feed {
	const uint8_t	*p;
	size_t		 left;
	struct stream	*in;
};

void	feed_open(struct feed *, const uint8_t *, size_t);
void	feed_close(struct feed *);

void	require(int truth);

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#endif
