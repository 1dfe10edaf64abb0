#include "config.h"

#include "tests/fuzz/extract.h"

#include <stdlib.h>
#include <string.h>

#include "extract/proto.h"

static void
require(int truth)
{
	if (!truth)
		abort();
}

/* What one end says, the other one understands, word for word. */
static void
round_trip(const struct extract_event *ev)
{
	struct err err = ERR_INIT;
	json_t *first = extract_event_to_json(ev), *second;
	struct extract_event again;

	require(extract_event_from_json(first, &again, &err) == 0);
	second = extract_event_to_json(&again);
	require(json_equal(first, second));
	json_decref(first);
	json_decref(second);
	extract_event_clear(&again);
}

static void
on_scrap(const struct scrap *s, void *arg)
{
	size_t *told = arg;

	require(s->serial_len > 0 && s->serial_len <= CERT_SERIAL_MAX);
	require(s->issuer != NULL && s->path != NULL);
	round_trip(&(struct extract_event){ .ev = EX_SCRAP,
	    .scrap = (struct scrap *)s });
	require(++*told <= SINK_SCRAPS_MAX + SINK_PROBLEMS_MAX);
}

static void
on_problem(const struct err *err, void *arg)
{
	size_t *told = arg;

	require(err->code != ERR_NONE);
	round_trip(&(struct extract_event){ .ev = EX_PROBLEM, .err = *err });
	require(++*told <= SINK_SCRAPS_MAX + SINK_PROBLEMS_MAX);
}

static struct secret *
on_password(const char *place, bool again, void *arg)
{
	(void)arg;
	round_trip(&(struct extract_event){ .ev = EX_PASSWORD,
	    .name = (char *)place, .again = again });
	return NULL;
}

void
fuzz_reader(void (*reader)(struct span, struct sink *), const uint8_t *data,
    size_t len)
{
	size_t told = 0;
	const struct sink_calls calls = { .scrap = on_scrap,
		.problem = on_problem, .password = on_password, .arg = &told };
	struct sink *sink = sink_new(&calls, "document");

	reader(span_of(data, len), sink);
	require(strcmp(sink_place(sink), "document") == 0);
	require(sink_told(sink) == told);
	sink_free(sink);
}
