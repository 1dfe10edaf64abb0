#include "config.h"

#include "base/jstring.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static const char mark[] = "\xef\xbf\xbd";

#define MARK_LEN	(sizeof(mark) - 1)

/* Out of n bytes of s; at most max bytes come out. */
static json_t *
mended(const char *s, size_t n, size_t max)
{
	char *out = mem_array(n + 1, MARK_LEN);
	size_t len = 0, used;
	json_t *j;

	for (; n > 0; s += used, n -= used) {
		uint32_t cp;
		const char *from = s;
		size_t add = used = text_decode(s, n, &cp);

		if (used == 0) {
			from = mark;
			add = MARK_LEN;
			used = 1;
		}
		if (add > max - len)
			break;
		memcpy(out + len, from, add);
		len += add;
	}
	j = json_stringn(out, len);
	free(out);
	return j;
}

json_t *
jstring_max(const char *s, size_t max)
{
	size_t n = s != NULL ? strlen(s) : 0;
	json_t *j = s != NULL && n <= max ? json_stringn(s, n) : NULL;

	return j != NULL || s == NULL ? j : mended(s, n, max);
}

json_t *
jstring(const char *s)
{
	return jstring_max(s, SIZE_MAX);
}
