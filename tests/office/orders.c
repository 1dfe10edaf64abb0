#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tests/office/orders.h"

#define ANSWER_DAYS	10	/* to a question */

/* --- the file ----------------------------------------------------------------- */

static const char *
text_of(const json_t *event, const char *name)
{
	const char *s = json_string_value(json_object_get(event, name));

	return s ? s : "";
}

/* One write, and on disk: half an event never is. */
static void
write_event(const struct orders *all, const json_t *event)
{
	char *text = json_dumps(event, JSON_COMPACT | JSON_ENSURE_ASCII);
	char *line = text ? mem_printf("%s\n", text) : NULL;
	int fd = open(all->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC,
	    0600);
	ssize_t n = line ? (ssize_t)strlen(line) : -1;

	if (fd == -1 || n == -1 || write(fd, line, (size_t)n) != n ||
	    fsync(fd) == -1)
		panic("%s: %s", all->path, strerror(errno));
	close(fd);
	free(line);
	free(text);
}

/* A request is taken while the order is confirmed, and at no other time. */
static void
move(struct order *o, const char *state, int64_t at, const char *reason)
{
	told_move(o->told, state, at, reason);
	if (o->wants && strcmp(state, "confirmed") == 0)
		json_object_set(o->told, "request", o->wants);
	else
		json_object_del(o->told, "request");
}

/* What an event did to an order; and what a POST was answered. */
static void
apply(struct orders *all, const json_t *e)
{
	const char *what = text_of(e, "event"), *key = text_of(e, "key");
	struct order *o = orders_find(all, text_of(e, "number"));
	int64_t at = json_integer_value(json_object_get(e, "at"));
	struct once *once;

	if (o && strcmp(what, "state") == 0)
		move(o, text_of(e, "state"), at, json_string_value(
		    json_object_get(e, "reason")));
	if (o && strcmp(what, "request") == 0) {
		free(o->request);
		o->request = mem_strdup(text_of(e, "request"));
		o->requested = at;
		o->issued = false;
		move(o, "request-made", at, NULL);
	}
	if (o && strcmp(what, "issued") == 0) {
		o->issued = true;
		move(o, "issued", at, NULL);
		told_issued(o->told, text_of(e, "serial"), json_integer_value(
		    json_object_get(e, "from")), json_integer_value(
		    json_object_get(e, "until")));
	}
	if (o && strcmp(what, "collected") == 0)
		move(o, "collected", at, NULL);
	if (o && strcmp(what, "resent") == 0)
		told_send(o->told, text_of(e, "what"), at);
	if (*key == '\0')
		return;
	all->once = mem_grow(all->once, all->nonce + 1, sizeof(*all->once));
	once = &all->once[all->nonce++];
	memset(once, 0, sizeof(*once));
	snprintf(once->key, sizeof(once->key), "%s", key);
	snprintf(once->digest, sizeof(once->digest), "%s",
	    text_of(e, "digest"));
	once->question = strcmp(what, "question") == 0;
	once->answer = json_incref(json_object_get(e, "answer"));
	all->questions += once->question;
}

static void
happens(struct orders *all, json_t *event)
{
	if (event == NULL)
		panic("orders: an event that cannot be");
	write_event(all, event);
	apply(all, event);
	json_decref(event);
}

/* NULL at the end, and where there is none. */
static json_t *
read_event(FILE *f)
{
	char *line = NULL;
	size_t size = 0;
	json_t *e = NULL;

	if (getline(&line, &size, f) > 0 &&
	    (e = json_loads(line, 0, NULL)) == NULL)
		panic("orders: not understood: %s", line);
	free(line);
	return e;
}

static void
read_events(struct orders *all, FILE *f)
{
	json_t *e;

	while ((e = read_event(f)) != NULL) {
		apply(all, e);
		json_decref(e);
	}
}

/* When it all began, for whom: the first line. */
static void
begin(struct orders *all, unsigned seed)
{
	json_t *e = json_pack("{s:s, s:I, s:i}", "event", "begun", "at",
	    (json_int_t)clock_now(), "seed", (int)seed);

	write_event(all, e);
	json_decref(e);
}

/* For tests and whoever plays: which order is what. */
static void
write_list(const struct orders *all, const char *dir)
{
	char *path = mem_printf("%s/orders.list", dir);
	FILE *f = fopen(path, "we");

	for (size_t i = 0; f && i < all->n; i++) {
		const struct order *o = &all->v[i];

		fprintf(f, "%s\t%s\t%s\n", o->number, o->name,
		    text_of(o->told, "state"));
	}
	if (f == NULL || fclose(f) != 0)
		panic("%s: %s", path, strerror(errno));
	free(path);
}

struct orders *
orders_open(const char *dir, unsigned seed)
{
	struct orders *all = mem_alloc(sizeof(*all));
	json_t *first;
	FILE *f;

	all->path = mem_printf("%s/orders", dir);
	if (access(all->path, F_OK) == -1)
		begin(all, seed);
	f = fopen(all->path, "re");
	if (f == NULL || (first = read_event(f)) == NULL)
		panic("%s: cannot be read", all->path);
	all->begun = json_integer_value(json_object_get(first, "at"));
	people_make(all, (unsigned)json_integer_value(json_object_get(first,
	    "seed")));
	json_decref(first);
	read_events(all, f);
	fclose(f);
	write_list(all, dir);
	return all;
}

void
orders_free(struct orders *all)
{
	if (all == NULL)
		return;
	for (size_t i = 0; i < all->n; i++) {
		json_decref(all->v[i].told);
		json_decref(all->v[i].wants);
		free(all->v[i].request);
	}
	for (size_t i = 0; i < all->nonce; i++)
		json_decref(all->once[i].answer);
	free(all->once);
	free(all->v);
	free(all->path);
	free(all);
}

struct order *
orders_find(struct orders *all, const char *number)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->v[i].number, number) == 0)
			return &all->v[i];
	return NULL;
}

struct once *
orders_done(struct orders *all, const char *key)
{
	for (size_t i = 0; i < all->nonce; i++)
		if (strcmp(all->once[i].key, key) == 0)
			return &all->once[i];
	return NULL;
}

/* --- what happens ---------------------------------------------------------------- */

void
orders_move(struct orders *all, struct order *o, const char *state,
    const char *reason)
{
	happens(all, json_pack("{s:s, s:s, s:s, s:s?, s:I}", "event", "state",
	    "number", o->number, "state", state, "reason", reason, "at",
	    (json_int_t)clock_now()));
}

struct once *
orders_resend(struct orders *all, struct order *o, const char *what,
    const char *key, const char *digest)
{
	int64_t now = clock_now();
	json_t *answer = json_pack("{s:s, s:o, s:O}", "what", what, "at",
	    told_time(now), "email", json_object_get(o->told, "email"));

	happens(all, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:I}",
	    "event", "resent", "number", o->number, "what", what, "to",
	    o->who->email, "key", key, "digest", digest, "answer", answer,
	    "at", (json_int_t)now));
	return orders_done(all, key);
}

struct once *
orders_ask(struct orders *all, const json_t *question, const char *key,
    const char *digest)
{
	int64_t now = clock_now();
	char *reference = mem_printf("PYT-%04lu", all->questions + 1);
	json_t *answer = json_pack("{s:s, s:o, s:o}", "reference", reference,
	    "at", told_time(now), "by", told_time(now + ANSWER_DAYS * DAY));

	happens(all, json_pack("{s:s, s:O, s:s, s:s, s:o, s:I}", "event",
	    "question", "question", question, "key", key, "digest", digest,
	    "answer", answer, "at", (json_int_t)now));
	free(reference);
	return orders_done(all, key);
}

/* The order as it is told afterwards is the answer. */
static struct once *
has_effect(struct orders *all, const struct order *o, const char *state,
    json_t *event, const char *key)
{
	int64_t now = clock_now();
	json_t *answer = json_deep_copy(o->told);

	told_move(answer, state, now, NULL);
	json_object_del(answer, "request");
	json_object_set_new(event, "at", json_integer(now));
	json_object_set_new(event, "answer", answer);
	happens(all, event);
	return orders_done(all, key);
}

struct once *
orders_request(struct orders *all, struct order *o, const char *request,
    const char *key, const char *digest)
{
	return has_effect(all, o, "request-made", json_pack("{s:s, s:s, s:s, "
	    "s:s, s:s}", "event", "request", "number", o->number, "request",
	    request, "key", key, "digest", digest), key);
}

void
orders_issue(struct orders *all, struct order *o, const char *serial,
    int64_t from, int64_t until)
{
	happens(all, json_pack("{s:s, s:s, s:s, s:I, s:I, s:I}", "event",
	    "issued", "number", o->number, "serial", serial, "from",
	    (json_int_t)from, "until", (json_int_t)until, "at",
	    (json_int_t)clock_now()));
}

struct once *
orders_collected(struct orders *all, struct order *o, const char *serial,
    const char *key, const char *digest)
{
	return has_effect(all, o, "collected", json_pack("{s:s, s:s, s:s, s:s, "
	    "s:s}", "event", "collected", "number", o->number, "serial",
	    serial, "key", key, "digest", digest), key);
}
