/*
 * A fuzz target without a fuzzer: every seed as it is, cut at its every byte,
 * and a fixed number of times damaged.  The same bytes in every run.  Named
 * NAME_replay, it reads tests/fuzz/seeds/NAME; or the files it is given, as
 * they are, to look at what a fuzzer found.
 */
#include "config.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"

#define SEED_MAX	(1u << 20)
#define CUTS_MAX	4096
#define DAMAGES		1000		/* fuzzers go on from there */
#define ADDED_UP	4		/* damages before it begins anew */

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Of its own size, so that a sanitizer sees who reads too far. */
static void
feed(const uint8_t *data, size_t len)
{
	uint8_t *copy = mem_alloc(len);

	if (len > 0)
		memcpy(copy, data, len);
	(void)LLVMFuzzerTestOneInput(copy, len);
	free(copy);
}

/* Marsaglia's xorshift: as good as it must be, and the same everywhere. */
static uint32_t
next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void
feed_damaged(const struct buf *seed)
{
	uint8_t *damaged = mem_alloc(seed->len);
	uint32_t state = 2463534242u;

	for (size_t n = 0; n < seed->len && n < CUTS_MAX; n++)
		feed(seed->data, n);
	for (int i = 0; i < DAMAGES && seed->len > 0; i++) {
		if (i % ADDED_UP == 0)
			memcpy(damaged, seed->data, seed->len);
		damaged[next_random(&state) % seed->len] =
		    (uint8_t)next_random(&state);
		feed(damaged, seed->len);
	}
	free(damaged);
}

static void
replay(const char *path, int damage)
{
	struct err err = ERR_INIT;
	struct buf seed;

	buf_init(&seed, SEED_MAX);
	if (file_read(path, path, &seed, &err) != 0)
		panic("%s: %s", path, err.detail);
	feed(seed.data, seed.len);
	if (damage)
		feed_damaged(&seed);
	buf_clear(&seed);
}

static int
is_seed(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int
replay_folder(const char *folder)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, is_seed, alphasort);

	if (n <= 0)
		panic("%s: no seeds", folder);
	printf("1..%d\n", n);
	for (int i = 0; i < n; i++) {
		char *path = mem_printf("%s/%s", folder, entries[i]->d_name);

		replay(path, 1);
		printf("ok %d - %s\n", i + 1, entries[i]->d_name);
		free(path);
		free(entries[i]);
	}
	free(entries);
	return 0;
}

int
main(int argc, char **argv)
{
	const char *top = getenv("abs_top_srcdir"), *name, *end;
	char *folder;
	int ret;

	for (int i = 1; i < argc; i++)
		replay(argv[i], 0);
	if (argc > 1)
		return 0;
	name = strrchr(argv[0], '/') != NULL ? strrchr(argv[0], '/') + 1 :
	    argv[0];
	end = strstr(name, "_replay");
	folder = mem_printf("%s/tests/fuzz/seeds/%.*s", top != NULL ? top : ".",
	    end != NULL ? (int)(end - name) : 0, name);
	ret = replay_folder(folder);
	free(folder);
	return ret;
}
