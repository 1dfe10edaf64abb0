/*
 * What the fuzz targets of the readers share: a sink that checks each finding
 * and sends it through the wire's JSON and back.
 */
#ifndef TESTS_FUZZ_EXTRACT_H
#define TESTS_FUZZ_EXTRACT_H

#include <stddef.h>
#include <stdint.h>

#include "extract/readers.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

void	fuzz_reader(void (*)(struct span, struct sink *), const uint8_t *,
	    size_t);

#endif
