/*
 * memfind PID TEXT: whether a process has this text anywhere in its memory, as
 * bytes or as wider characters.  Ends with 0 when it has, 1 when it has not, 2
 * when it cannot be looked into.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MAX	64
#define CHUNK		(1u << 20)

struct needle {
	unsigned char	bytes[TEXT_MAX * 4];
	size_t		len;
};

/* The last character without its empty bytes: whatever follows is no matter. */
static struct needle
spread(const char *text, size_t stride)
{
	struct needle n = { .len = (strlen(text) - 1) * stride + 1 };

	for (size_t i = 0; text[i] != '\0'; i++)
		n.bytes[i * stride] = (unsigned char)text[i];
	return n;
}

static int
holds(const unsigned char *p, size_t len, const char *text)
{
	for (size_t stride = 1; stride <= 4; stride *= 2) {
		struct needle n = spread(text, stride);

		if (memmem(p, len, n.bytes, n.len) != NULL)
			return 1;
	}
	return 0;
}

/* Chunks overlap by the longest needle, or one could lie across two. */
static int
search(int mem, unsigned long from, unsigned long to, const char *text)
{
	static unsigned char chunk[CHUNK];

	while (from < to) {
		size_t want = to - from < CHUNK ? to - from : CHUNK;
		ssize_t n = pread(mem, chunk, want, (off_t)from);

		if (n <= 0)
			return 0;	/* not there for anybody */
		if (holds(chunk, (size_t)n, text))
			return 1;
		if (from + (size_t)n >= to)
			return 0;
		from += (size_t)n > TEXT_MAX * 4 ?
		    (size_t)n - TEXT_MAX * 4 : (size_t)n;
	}
	return 0;
}

static int
look(const char *pid, const char *text)
{
	char path[64], line[512], mode[8];
	unsigned long from, to;
	int mem, found = 0, regions = 0;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%.20s/mem", pid);
	mem = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/%.20s/maps", pid);
	maps = fopen(path, "re");
	while (mem != -1 && maps != NULL && !found &&
	    fgets(line, sizeof(line), maps) != NULL)
		if (sscanf(line, "%lx-%lx %7s", &from, &to, mode) == 3 &&
		    mode[0] == 'r' && strstr(line, "[vvar") == NULL) {
			regions++;
			found = search(mem, from, to, text);
		}
	if (maps != NULL)
		(void)fclose(maps);
	if (mem != -1)
		(void)close(mem);
	if (regions == 0)
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
	return regions == 0 ? 2 : !found;
}

int
main(int argc, char **argv)
{
	if (argc != 3 || strlen(argv[2]) < 4 || strlen(argv[2]) > TEXT_MAX)
		return 2;
	return look(argv[1], argv[2]);
}
