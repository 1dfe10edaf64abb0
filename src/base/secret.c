#include "config.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/secret.h"

/* A page of its own, so that locking and leaving out of dumps is exact. */
struct secret {
	size_t	max, len;
	char	bytes[SECRET_LONG_MAX + 1];
};

static size_t
page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static struct secret *
make(size_t max)
{
	struct secret *p = mmap(NULL, page_size(), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		panic("okienko: no memory for a secret");
	/* Where locking is not allowed the wiping still holds. */
	(void)mlock(p, page_size());
	(void)madvise(p, page_size(), MADV_DONTDUMP);
	(void)madvise(p, page_size(), MADV_WIPEONFORK);
	p->max = max;
	return p;
}

struct secret *
secret_new(void)
{
	return make(SECRET_MAX);
}

struct secret *
secret_new_long(void)
{
	return make(SECRET_LONG_MAX);
}

void
secret_free(struct secret *s)
{
	if (s == NULL)
		return;
	secret_wipe(s);
	(void)munmap(s, page_size());
}

int
secret_add(struct secret *s, const void *p, size_t n)
{
	if (n > s->max - s->len || memchr(p, '\0', n) != NULL)
		return -1;
	memcpy(s->bytes + s->len, p, n);
	s->len += n;
	s->bytes[s->len] = '\0';
	return 0;
}

static bool
is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

void
secret_backspace(struct secret *s)
{
	while (s->len > 0) {
		bool more = is_continuation(s->bytes[--s->len]);

		explicit_bzero(s->bytes + s->len, 1);
		if (!more)
			break;
	}
}

void
secret_wipe(struct secret *s)
{
	explicit_bzero(s->bytes, sizeof s->bytes);
	s->len = 0;
}

size_t
secret_len(const struct secret *s)
{
	return s->len;
}

size_t
secret_chars(const struct secret *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->len; i++)
		n += !is_continuation(s->bytes[i]);
	return n;
}

bool
secret_plain(const struct secret *s)
{
	for (size_t i = 0; i < s->len; i++)
		if ((unsigned char)s->bytes[i] < 0x20 ||
		    (unsigned char)s->bytes[i] > 0x7e)
			return false;
	return true;
}

const char *
secret_peek(const struct secret *s)
{
	return s->bytes;
}

void
secret_harden_process(void)
{
	struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}
