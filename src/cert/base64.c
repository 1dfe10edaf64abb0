#include "cert/base64.h"

#include <openssl/evp.h>
#include <limits.h>

int
base64_exact(struct span text, struct buf *out)
{
	size_t padding = 0;
	int n;

	if (text.len == 0)
		return 0;
	while (padding < 2 && padding < text.len &&
	    text.p[text.len - 1 - padding] == '=')
		padding++;
	if (text.len % 4 != 0 || text.len > INT_MAX ||
	    buf_reserve(out, BASE64_DECODED(text.len)) != 0)
		return -1;
	/* It takes white space at the ends, which its length then tells. */
	n = EVP_DecodeBlock(out->data + out->len, text.p, (int)text.len);
	if (n < 0 || (size_t)n != BASE64_DECODED(text.len))
		return -1;
	out->len += (size_t)n - padding;
	return 0;
}
