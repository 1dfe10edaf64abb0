/* Any bytes as a container: findings are whole, or there are none. */
#include "config.h"

#include "tests/fuzz/extract.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	fuzz_reader(extract_zip, data, len);
	return 0;
}
