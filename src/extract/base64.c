#include "config.h"

#include "extract/base64.h"

#include <string.h>

#define LOOK	512	/* characters that base64_likely looks at */
#define LEAST	64	/* of them that must be there */
#define CHUNK	3072	/* decoded bytes appended at a time */

enum { SPACE = -1, PADDING = -2, WRONG = -3 };

static int
value_of(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	if (c == '/' || c == '_')
		return 63;
	if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
		return SPACE;
	return c == '=' ? PADDING : WRONG;
}

int
base64_decode(struct span text, struct buf *out)
{
	uint8_t chunk[CHUNK];
	uint32_t bits = 0;
	size_t n = 0;
	int have = 0;

	for (size_t i = 0; i < text.len; i++) {
		int v = value_of(text.p[i]);

		if (v == SPACE)
			continue;
		if (v < 0) {	/* padding ends it, and so does nonsense */
			int rc = buf_add(out, chunk, n);

			return v == PADDING ? rc : -1;
		}
		bits = bits << 6 | (uint32_t)v;
		have += 6;
		if (have >= 8) {
			have -= 8;
			chunk[n++] = (uint8_t)(bits >> have);
		}
		if (n == CHUNK) {
			if (buf_add(out, chunk, n) == -1)
				return -1;
			n = 0;
		}
	}
	return buf_add(out, chunk, n);
}

bool
base64_likely(struct span text)
{
	size_t n = 0, look = text.len < LOOK ? text.len : LOOK;

	for (size_t i = 0; i < look; i++) {
		int v = value_of(text.p[i]);

		if (v == WRONG)
			return false;
		if (v == PADDING)
			break;
		n += v >= 0;
	}
	return n >= LEAST;
}
