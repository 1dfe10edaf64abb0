/* Any bytes as mail, or whatever else they look like: findings are whole, or there are none. */
#include "config.h"

#include "tests/fuzz/extract.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	fuzz_reader(extract_any, data, len);
	return 0;
}
