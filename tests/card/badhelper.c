/*
 * A card process that misbehaves, for the desk's door: what it does is named
 * by --conf, the one thing that the desk hands on unread.
 *
 * silent   says nothing          stranger greets in another version
 * garbage  is no JSON            rude     tells a card before it greets
 * half     stops in mid-line     endless  never ends a line
 * damaged  a card lacks a field  secret   sends a secret
 * dies     ends after greeting   crashes  by a signal, likewise
 * stops    stops itself          deaf     greets and answers nothing
 * floods   tells without end     good     greets, settles, answers all
 * once:F   dies the first time (when there is no file F), then is good
 */
#include "config.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/wire.h"
#include "card/proto.h"

#define DESK	3
#define HELLO	"{\"ev\":\"hello\",\"version\":1}\n"
#define UP	"{\"ev\":\"pcsc\",\"state\":\"up\",\"socket\":\"/s\"}\n"
#define SETTLED	"{\"ev\":\"settled\"}\n"

static void
say(const char *text)
{
	size_t n = strlen(text);

	while (n > 0) {
		ssize_t put = write(DESK, text, n);

		if (put <= 0)
			_exit(0);	/* the desk has had enough */
		text += put;
		n -= (size_t)put;
	}
}

/* Until the desk hangs up. */
static void
wait_end(void)
{
	struct pollfd p = { .fd = DESK, .events = 0 };

	(void)poll(&p, 1, -1);
}

static void
answer(const json_t *request)
{
	char *line = mem_printf("{\"ev\":\"answer\",\"id\":%lld}\n",
	    (long long)json_integer_value(json_object_get(request, "id")));

	say(line);
	free(line);
}

static void
be_good(void)
{
	struct pollfd p = { .fd = DESK, .events = POLLIN };
	struct wire *w = wire_new(dup(DESK));
	struct err err = ERR_INIT;
	struct secret *secret;
	json_t *obj;

	(void)fcntl(DESK, F_SETFL, 0);
	say(HELLO UP SETTLED);
	for (;;) {
		switch (wire_read(w, &obj, &secret, &err)) {
		case WIRE_JSON:
			if (!json_is_false(json_object_get(obj, "pinpad")))
				answer(obj);
			break;
		case WIRE_SECRET:	/* the right one, or no answer */
			if (strcmp(secret_peek(secret), "4321") == 0)
				say("{\"ev\":\"answer\",\"id\":1}\n");
			break;
		case WIRE_NOTHING:
			(void)poll(&p, 1, -1);
			break;
		default:
			wire_free(w);
			return;
		}
		json_decref(obj);
		secret_free(secret);
	}
}

static void
flood(void)
{
	for (;;)
		say(UP);
}

static void
endless(void)
{
	static char chunk[65536];

	memset(chunk, 'a', sizeof(chunk) - 1);
	for (;;)
		say(chunk);
}

static void
once(const char *file)
{
	int fd = open(file, O_CREAT | O_EXCL | O_WRONLY, 0600);

	if (fd == -1)
		be_good();
	else
		(void)close(fd);
}

static const struct {
	const char	*name, *words;
	void		(*then)(void);
} ways[] = {
	{ "silent",	"",				wait_end },
	{ "stranger",	"{\"ev\":\"hello\",\"version\":2}\n", wait_end },
	{ "garbage",	"okienko-card: usage\n",	wait_end },
	{ "rude",	UP,				wait_end },
	{ "half",	HELLO "{\"ev\":\"set",		NULL },
	{ "endless",	HELLO,				endless },
	{ "damaged",	HELLO "{\"ev\":\"card\"}\n",	wait_end },
	{ "secret",	HELLO "\001\0041234",		wait_end },
	{ "dies",	HELLO SETTLED,			NULL },
	{ "crashes",	HELLO SETTLED,			abort },
	{ "deaf",	HELLO UP SETTLED,		wait_end },
	{ "floods",	HELLO,				flood },
	{ "good",	"",				be_good },
};

int
main(int argc, char **argv)
{
	const char *way = "";

	(void)signal(SIGPIPE, SIG_IGN);
	for (int i = 1; i + 1 < argc; i++)
		if (strcmp(argv[i], "--conf") == 0)
			way = argv[i + 1];
	if (strncmp(way, "once:", 5) == 0)
		once(way + 5);
	if (strcmp(way, "stops") == 0) {
		say(HELLO SETTLED);
		(void)raise(SIGSTOP);
		wait_end();
	}
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (strcmp(way, ways[i].name) == 0) {
			say(ways[i].words);
			if (ways[i].then != NULL)
				ways[i].then();
		}
	return 0;
}
