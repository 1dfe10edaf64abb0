/* Any bytes as CMS: findings are whole, or there are none. */
#include "config.h"

#include "tests/fuzz/extract.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	fuzz_reader(extract_cms, data, len);
	return 0;
}
