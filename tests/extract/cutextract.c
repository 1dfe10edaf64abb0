/*
 * Documents cut short, for shell tests: the readers get each file at every
 * fiftieth of its length, then whole, in this very process.
 *
 *   cutextract FILE...    how much was told of the whole, a line each
 *
 * What is behind a cut cannot be read: whoever looks there is ended by a signal,
 * with sanitizers or without, and so is who does not come to an end.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "extract/readers.h"

#define DOCUMENT_MAX	(8u << 20)
#define CUTS		50
#define SECONDS		20	/* that one cut may take; most take none */

static void
on_scrap(const struct scrap *s, void *arg)
{
	(void)arg;
	if (s->issuer == NULL || s->serial_len == 0)
		panic("cutextract: a certificate of no name");
}

static void
on_problem(const struct err *err, void *arg)
{
	(void)arg;
	if (err->code == ERR_NONE)
		panic("cutextract: a problem that is none");
}

static struct secret *
on_password(const char *place, bool again, void *arg)
{
	(void)place;
	(void)again;
	(void)arg;
	return NULL;
}

/* A document that ends where its page does, and the next cannot be read. */
static size_t
read_cut(const uint8_t *data, size_t len, const char *name)
{
	const struct sink_calls calls = { .scrap = on_scrap,
		.problem = on_problem, .password = on_password };
	struct sink *sink = sink_new(&calls, name);
	size_t page = (size_t)sysconf(_SC_PAGESIZE), told;
	size_t room = (len + page - 1) / page * page;
	uint8_t *p = mmap(NULL, room + page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || mprotect(p + room, page, PROT_NONE) == -1)
		panic("cutextract: no memory");
	memcpy(p + room - len, data, len);
	(void)alarm(SECONDS);
	extract_any(span_of(p + room - len, len), sink);
	(void)alarm(0);
	if (strcmp(sink_place(sink), name) != 0)
		panic("cutextract: ended at %s", sink_place(sink));
	told = sink_told(sink);
	sink_free(sink);
	(void)munmap(p, room + page);
	return told;
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct err err = ERR_INIT;
		struct buf b;

		buf_init(&b, DOCUMENT_MAX);
		if (file_read(argv[i], argv[i], &b, &err) != 0)
			panic("cutextract: %s: %s", argv[i], err.detail);
		for (size_t n = 1; n < CUTS; n++)
			(void)read_cut(b.data, b.len * n / CUTS, argv[i]);
		printf("%s\t%zu\n", argv[i], read_cut(b.data, b.len, argv[i]));
		(void)fflush(stdout);
		buf_clear(&b);
	}
	return 0;
}
