/*
 * The desk's door to documents by hand, for shell tests: what okienko-extract
 * tells of a file, a line each:
 *
 *   role serial cert|named when damaged|whole number field place holder
 *   problem ID place
 *   password place
 *   done ID
 *
 * askextract [-d DEADLINE-MS] [-k SIGNAL] [-p PASSWORD]... FILE: passwords are
 * given one after the other; -k sends a signal at the first question for one,
 * and answers it all the same.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "extract/client.h"
#include "extract/walk.h"

#define PASSWORDS_MAX	8

struct ask {
	struct loop	*loop;
	struct extract	*job;
	const char	*passwords[PASSWORDS_MAX];
	size_t		 npasswords, given;
	int		 signal;
	int		 status;
};

static void
found(const struct scrap *s, void *arg)
{
	char serial[2 * CERT_SERIAL_MAX + 1];

	(void)arg;
	printf("%s\t%s\t%s\t%s\t%s\t%u\t%s\t%s\t%s\n", scrap_role_id(s->role),
	    scrap_serial(s, serial, sizeof(serial)),
	    s->cert != NULL ? "cert" : "named", scrap_when_id(s->when),
	    s->damaged ? "damaged" : "whole", s->number,
	    s->field != NULL ? s->field : "-", s->path,
	    s->cert != NULL ? cert_holder(s->cert) : s->issuer);
}

static void
problem(const struct err *err, void *arg)
{
	(void)arg;
	printf("problem\t%s\t%s\t%s\n", err_id(err->code), err->what,
	    err->detail);
}

static void
password(const char *place, bool again, void *arg)
{
	struct ask *a = arg;
	struct secret *secret = NULL;
	const char *next;

	printf("password\t%s%s\n", place, again ? "\tagain" : "");
	if (a->given < a->npasswords) {
		next = a->passwords[a->given++];
		secret = secret_new();
		(void)secret_add(secret, next, strlen(next));
	}
	if (a->signal != 0)
		(void)kill(extract_pid(a->job), a->signal);
	extract_password(a->job, secret);
}

static void
done(const struct err *err, void *arg)
{
	struct ask *a = arg;

	printf("done\t%s\t%s\t%s\n", err_id(err->code), err->what, err->detail);
	a->status = err->code == ERR_NONE ? 0 : 1;
	loop_stop(a->loop);
}

static int
run(struct ask *a, int64_t deadline_ms, const char *path)
{
	const struct extract_calls calls = { .found = found,
		.problem = problem, .password = password, .done = done };
	const char *name = strrchr(path, '/');
	struct err err = ERR_INIT;
	int fd;

	if (walk_open(path, &fd, &err) == -1) {
		done(&err, a);
		return a->status;
	}
	a->job = extract_start(a->loop,
	    &(struct extract_options){ .deadline_ms = deadline_ms }, fd,
	    name != NULL ? name + 1 : path, &calls, a);
	loop_run(a->loop);
	return a->status;
}

int
main(int argc, char **argv)
{
	struct ask a = { .loop = loop_new() };
	int64_t deadline_ms = 0;
	int c, status;

	while ((c = getopt(argc, argv, "d:k:p:")) != -1)
		if (c == 'd')
			deadline_ms = atoi(optarg);
		else if (c == 'k')
			a.signal = atoi(optarg);
		else if (c == 'p' && a.npasswords < PASSWORDS_MAX)
			a.passwords[a.npasswords++] = optarg;
		else
			return 2;
	if (optind + 1 != argc)
		return 2;
	status = run(&a, deadline_ms, argv[optind]);
	loop_free(a.loop);
	return status;
}
