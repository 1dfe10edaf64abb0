#include "config.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

/* The one thing shared by the whole process: how to leave the terminal whole. */
void (*panic_hook)(void);

void
panic(const char *fmt, ...)
{
	char line[256];
	va_list ap;
	int n;

	if (panic_hook)
		panic_hook();
	va_start(ap, fmt);
	n = vsnprintf(line, sizeof line - 1, fmt, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	if ((size_t)n > sizeof line - 2)
		n = (int)sizeof line - 2;
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, (size_t)n) == -1) {
		/* Nobody is left to be told. */
	}
	abort();
}

void *
mem_alloc(size_t n)
{
	void *p = calloc(1, n ? n : 1);

	if (p == NULL)
		panic("okienko: out of memory (%zu bytes)", n);
	return p;
}

void *
mem_array(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (p == NULL)
		panic("okienko: out of memory (%zu x %zu bytes)", n, size);
	return p;
}

void *
mem_grow(void *old, size_t n, size_t size)
{
	void *p = reallocarray(old, n ? n : 1, size ? size : 1);

	if (p == NULL)
		panic("okienko: out of memory (%zu x %zu bytes)", n, size);
	return p;
}

/* n bytes and an end; nothing is cleared that is written over at once. */
static char *
copy(const char *s, size_t n)
{
	char *p = malloc(n + 1);

	if (p == NULL)
		panic("okienko: out of memory (%zu bytes)", n + 1);
	memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

char *
mem_strdup(const char *s)
{
	return s ? copy(s, strlen(s)) : NULL;
}

char *
mem_strndup(const char *s, size_t n)
{
	return copy(s, strnlen(s, n));
}

char *
mem_printf(const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	if (vasprintf(&p, fmt, ap) == -1)
		panic("okienko: out of memory");
	va_end(ap);
	return p;
}
