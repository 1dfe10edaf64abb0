/*
 * A module process by hand: askmodule MODULE [REQUEST...]
 * "-" stands for requests from standard input, one a line.
 *
 * Starts module_process_main as the supervisor would, sends each REQUEST (a
 * line of JSON; "pin:1234" sends a secret frame), waits for its answer, and
 * prints every frame that comes, one a line.  Exits 0 when all were answered,
 * 3 when the module process ended before.
 */
#include "config.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/wire.h"
#include "card/module.h"

#ifndef UNDER_VALGRIND
#define DEADLINE_MS	20000
#else
#define DEADLINE_MS	400000
#endif

/* The next frame, printed; NULL when there will be none. */
static json_t *
next_frame(struct wire *w)
{
	struct pollfd p = { wire_fd(w), POLLIN, 0 };
	struct err err = ERR_INIT;
	struct secret *secret;
	json_t *frame;

	for (;;) {
		switch (wire_read(w, &frame, &secret, &err)) {
		case WIRE_JSON:
			json_dumpf(frame, stdout, JSON_COMPACT);
			putchar('\n');
			fflush(stdout);
			return frame;
		case WIRE_NOTHING:
			if (poll(&p, 1, DEADLINE_MS) > 0)
				break;
			fprintf(stderr, "askmodule: no answer\n");
			return NULL;
		case WIRE_SECRET:
			secret_free(secret);
			break;
		case WIRE_END:
		case WIRE_BAD:
			return NULL;
		}
	}
}

static int
wait_for(struct wire *w, const char *event)
{
	for (;;) {
		json_t *frame = next_frame(w);
		const char *ev;
		int same;

		if (frame == NULL)
			return -1;
		ev = json_string_value(json_object_get(frame, "ev"));
		same = ev != NULL && strcmp(ev, event) == 0;
		json_decref(frame);
		if (same)
			return 0;
	}
}

static void
send_pin(struct wire *w, const char *pin)
{
	struct err err = ERR_INIT;
	struct secret *s = secret_new();

	(void)secret_add(s, pin, strlen(pin));
	(void)wire_send_secret(w, s, &err);
}

/* Send one request; true when an answer is to be waited for. */
static bool
send_request(struct wire *w, const char *text)
{
	struct err err = ERR_INIT;
	json_t *request;
	bool answered;

	if (strncmp(text, "pin:", 4) == 0) {
		send_pin(w, text + 4);
		return true;
	}
	request = wire_parse(text, strlen(text), &err);
	if (request == NULL) {
		fprintf(stderr, "askmodule: %s\n", err.detail);
		exit(2);
	}
	(void)wire_send(w, request, &err);
	/* A login is answered once its PIN has come. */
	answered = json_object_get(request, "id") != NULL &&
	    (json_object_get(request, "pinpad") == NULL ||
	    json_is_true(json_object_get(request, "pinpad")));
	json_decref(request);
	return answered;
}

static int
ask(struct wire *w, const char *request)
{
	return send_request(w, request) ? wait_for(w, "answer") : 0;
}

static int
ask_lines(struct wire *w)
{
	char line[4096];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (ask(w, line) == -1)
			return -1;
	}
	return 0;
}

static int
converse(struct wire *w, char **requests, int n)
{
	if (wait_for(w, "module") == -1)
		return -1;
	for (int i = 0; i < n; i++)
		if ((strcmp(requests[i], "-") == 0 ? ask_lines(w) :
		    ask(w, requests[i])) == -1)
			return -1;
	return 0;
}

int
main(int argc, char **argv)
{
	struct conf conf = { .opensc_tuning = getenv("NO_TUNING") == NULL };
	struct wire *w;
	int fds[2], rc, status;
	pid_t pid;

	if (argc < 2 || socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == -1)
		return 2;
	pid = fork();
	if (pid == 0) {
		(void)close(fds[0]);
		log_open("askmodule", LOG_LV_DEBUG, 1);
		exit(module_process_main(argv[1], fds[1], &conf));
	}
	(void)close(fds[1]);
	w = wire_new(fds[0]);
	rc = converse(w, argv + 2, argc - 2);
	wire_free(w);
	(void)waitpid(pid, &status, 0);
	if (WIFSIGNALED(status))
		printf("signal %d\n", WTERMSIG(status));
	return rc == 0 ? 0 : 3;
}
