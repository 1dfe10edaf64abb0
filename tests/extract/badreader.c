/*
 * A reader of documents that misbehaves, for the desk's door: what it does is
 * the name of the document that it is to read.
 *
 * early    ends without a word    silent   says nothing
 * stranger another version        garbage  is no JSON
 * rude     tells before greeting  half     stops in mid-line
 * damaged  a scrap lacks a field  liar     contradicts itself
 * secret   sends a secret         impatient asks twice at once
 * dies     after a scrap          crashes  likewise, by a signal
 * stops    stops itself           floods   tells without end
 * good     a scrap, a problem, the end
 */
#include "config.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DESK	3
#define HELLO	"{\"ev\":\"hello\",\"version\":1}\n"
#define SCRAP(serial)	"{\"ev\":\"scrap\",\"scrap\":{\"issuer\":\"CN=CA\"," \
	"\"serial\":\"" serial "\",\"role\":\"signer\",\"path\":\"p\"," \
	"\"number\":1,\"field\":null,\"when\":\"none\",\"time\":null," \
	"\"damaged\":false,\"cert\":null}}\n"
#define PROBLEM	"{\"ev\":\"problem\",\"err\":{\"id\":\"BAD-DATA\"," \
	"\"origin\":\"\",\"raw\":0,\"what\":\"p\",\"detail\":\"\"}}\n"
#define ASK	"{\"ev\":\"password\",\"name\":\"p\",\"again\":false}\n"
#define END	"{\"ev\":\"end\"}\n"

static const struct {
	const char *way, *words;
} ways[] = {
	{ "early", "" },
	{ "stranger", "{\"ev\":\"hello\",\"version\":2}\n" },
	{ "garbage", HELLO "{]\n" },
	{ "rude", SCRAP("01") },
	{ "half", HELLO "{\"ev\":\"scr" },
	{ "damaged", HELLO "{\"ev\":\"scrap\",\"scrap\":{\"issuer\":\"x\"}}\n" },
	{ "liar", HELLO SCRAP("0G") },
	{ "secret", HELLO "\001\001x" },
	{ "impatient", HELLO ASK ASK },
	{ "dies", HELLO SCRAP("01") },
	{ "crashes", HELLO SCRAP("01") },
	{ "good", HELLO SCRAP("01") PROBLEM END },
	{ "silent", "" },
	{ "stops", HELLO },
	{ "floods", HELLO },
};

static void
say(const char *text)
{
	size_t n = strlen(text);

	while (n > 0) {
		ssize_t put = write(DESK, text, n);

		if (put <= 0)
			exit(1);
		text += put;
		n -= (size_t)put;
	}
}

static void
wait_for_the_end(void)
{
	char c;

	while (read(DESK, &c, 1) == 1)
		;
}

int
main(void)
{
	char order[4096], *name;
	ssize_t n = read(DESK, order, sizeof(order) - 1);
	const char *way = "";

	order[n > 0 ? n : 0] = '\0';
	name = strstr(order, "\"name\":\"");
	for (size_t i = 0; name != NULL && i < sizeof(ways) / sizeof(*ways);
	    i++) {
		size_t len = strlen(ways[i].way);

		if (strncmp(name + 8, ways[i].way, len) == 0 &&
		    name[8 + len] == '"') {
			way = ways[i].way;
			say(ways[i].words);
		}
	}
	if (strcmp(way, "crashes") == 0)
		abort();
	if (strcmp(way, "early") == 0 || strcmp(way, "dies") == 0 ||
	    strcmp(way, "half") == 0)
		return 3;
	if (strcmp(way, "stops") == 0)
		raise(SIGSTOP);
	while (strcmp(way, "floods") == 0)
		say(PROBLEM);
	wait_for_the_end();
	return 0;
}
