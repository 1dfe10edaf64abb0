/*
 * A network process that misbehaves, for the desk's door: what it does is the
 * host of the address it is asked, or its own name when it is started by another.
 *
 * by name: early ends without a word, stranger another version, silent nothing,
 * rude an answer instead of a greeting, idle greets and leaves.
 */
#include "config.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DESK	3
#define HEAD	"{\"status\":200,\"type\":\"text/plain\",\"etag\":\"\"," \
	"\"date\":0,\"modified\":0,\"fresh\":0,\"retry\":0}"
#define BAD	"{\"status\":99,\"type\":\"text/plain\",\"etag\":\"\"," \
	"\"date\":0,\"modified\":0,\"fresh\":0,\"retry\":0}"
#define END(n)	"{\"bytes\":" n ",\"millis\":1,\"taken\":false}"
#define ERROR(id) "{\"id\":\"" id "\",\"origin\":\"curl\",\"raw\":7," \
	"\"what\":\"\",\"detail\":\"d\"}"

/* Frames, one after the other: a byte of kind, then content, NULL at the end. */
static const struct {
	const char *way, *frames[5];
} ways[] = {
	{ "good", { "a" HEAD, "bok", "." END("2") } },
	{ "scant", { "a{\"status\":200}", "bok",
		".{\"bytes\":2,\"millis\":1}" } },
	{ "uncounted", { "a" HEAD, "bok", ".{\"millis\":1}" } },
	{ "retires", { "a" HEAD, "bok", "." END("2") } },
	{ "refused", { "x" ERROR("NET-CONNECT") } },
	{ "foreign", { "x" ERROR("PIN-LOCKED") } },
	{ "fine", { "x" ERROR("OK") } },
	{ "headless", { "bok", "." END("2") } },
	{ "twoheads", { "a" HEAD, "a" HEAD } },
	{ "badhead", { "a" BAD } },
	{ "nohead", { "a{}" } },
	{ "nojson", { "a{]" } },
	{ "short", { "a" HEAD, "bok", "." END("3") } },
	{ "bare", { "." END("0") } },
	{ "much", { "a" HEAD, "b0123456789abcdef", "." END("16") } },
	{ "chatty", { "a" HEAD, "bok", "." END("2"), "bmore" } },
	{ "kind", { "?" } },
	{ "again", { "h{\"version\":1}" } },
	{ "dies", { "a" HEAD, "bok" } },
	{ "crashes", { "a" HEAD, "bok" } },
	{ "leaves", { "a" HEAD, "bok" } },
	{ "stops", { "a" HEAD } },
	{ "hangs", { "a" HEAD, "bok" } },
	{ "floods", { "a" HEAD } },
};

static void
put(const void *data, size_t n)
{
	const char *p = data;

	while (n > 0) {
		ssize_t done = write(DESK, p, n);

		if (done <= 0)
			exit(1);
		p += done;
		n -= (size_t)done;
	}
}

/* In one go, so that what follows the last of them is there with it. */
static void
say(const char *const *frames)
{
	char out[4096];
	size_t len = 0;

	for (; *frames != NULL; frames++) {
		size_t n = strlen(*frames) - 1;

		out[len++] = **frames;
		out[len++] = 0;
		out[len++] = (char)(n >> 8);
		out[len++] = (char)n;
		memcpy(out + len, *frames + 1, n);
		len += n;
	}
	put(out, len);
}

static void
wait_for_the_end(void)
{
	char c;

	while (read(DESK, &c, 1) == 1)
		;
}

static void
all(void *data, size_t n)
{
	char *p = data;

	while (n > 0) {
		ssize_t got = read(DESK, p, n);

		if (got <= 0)
			exit(0);
		p += got;
		n -= (size_t)got;
	}
}

/* A whole question; of which the address is what counts. */
static void
hear(char *order, size_t size)
{
	uint8_t head[4];
	static char content[65536];

	do {
		size_t n;

		all(head, sizeof(head));
		n = (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
		all(content, n);
		if (head[0] == 'q') {
			if (n >= size)
				n = size - 1;
			memcpy(order, content, n);
			order[n] = '\0';
		}
	} while (head[0] != '.');
}

static void
behave(const char *way)
{
	static const char *const piece[] = { "b", NULL };

	if (strcmp(way, "crashes") == 0)
		abort();
	if (strcmp(way, "dies") == 0)
		exit(3);
	if (strcmp(way, "leaves") == 0 || strcmp(way, "retires") == 0)
		exit(0);
	if (strcmp(way, "stops") == 0)
		raise(SIGSTOP);
	if (strcmp(way, "long") == 0)
		put("b\xff\xff\xff", 4);
	if (strcmp(way, "half") == 0) {
		put("a\0\0\xff{", 5);
		exit(0);
	}
	while (strcmp(way, "floods") == 0)
		say(piece);
	if (strcmp(way, "hangs") == 0)
		wait_for_the_end();
}

static void
answer(void)
{
	char order[4096] = "", way[64] = "";
	const char *host;

	hear(order, sizeof(order));
	host = strstr(order, "http://");
	if (host != NULL)
		(void)snprintf(way, sizeof(way), "%.*s",
		    (int)strcspn(host + 7, "/\""), host + 7);
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (strcmp(ways[i].way, way) == 0)
			say(ways[i].frames);
	behave(way);
}

int
main(int argc, char **argv)
{
	static const char *const hello[] = { "h{\"version\":1}", NULL };
	static const char *const stranger[] = { "h{\"version\":2}", NULL };
	static const char *const rude[] = { "a" HEAD, NULL };
	const char *name = argc > 0 ? strrchr(argv[0], '/') : NULL;

	name = name != NULL ? name + 1 : "";
	if (strcmp(name, "early") == 0)
		return 3;
	if (strcmp(name, "silent") == 0)
		wait_for_the_end();
	say(strcmp(name, "stranger") == 0 ? stranger :
	    strcmp(name, "rude") == 0 ? rude : hello);
	if (strcmp(name, "idle") == 0)
		return 0;
	for (;;)
		answer();
}
