/*
 * What the order service was asked and what it said, a line of JSON each, for
 * tests/order/contract.py to compare with the contract.
 */
#include "config.h"

#include <string.h>

#include "base/mem.h"
#include "tests/office/office.h"

/* Of both sides; whose values are secret are only said to be there. */
static const struct { const char *name; bool secret; } headers[] = {
	{ "Accept", false }, { "Authorization", true },
	{ "Content-Type", false }, { "Idempotency-Key", false },
	{ "If-None-Match", false }, { "X-API-Key", true },
};

static void
add(json_t *o, const char *name, const char *value)
{
	if (value && *value)
		json_object_set_new(o, name, json_string(value));
}

/* A body as JSON where it is that, or words, else how long it is. */
static json_t *
body_of(const char *type, const void *p, size_t n)
{
	json_t *o = n ? json_loadb(p, n, JSON_DECODE_ANY, NULL) : NULL;

	if (o == NULL && type && strcmp(type, "text/plain") == 0)
		o = json_stringn(p, n);
	return o ? o : json_pack("{s:I}", "bytes", (json_int_t)n);
}

static json_t *
headers_of(const struct ask *a)
{
	json_t *o = json_object();

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		const char *value = a->header(a, headers[i].name);

		add(o, headers[i].name, value && headers[i].secret ? "*" :
		    value);
	}
	return o;
}

void
record_exchange(FILE *f, const struct ask *a, const struct answer *answer)
{
	json_t *said = json_object(), *o;

	add(said, "Content-Type", answer->type);
	add(said, "ETag", answer->etag);
	o = json_pack("{s:s, s:s, s:s, s:b, s:o, s:o, s:i, s:o, s:o}",
	    "method", a->method, "path", a->path, "fault",
	    fault_names[a->fault], "certificate", a->peer != NULL, "asked",
	    headers_of(a), "request", body_of(NULL, a->body.p, a->body.len),
	    "status", (int)answer->status, "said", said, "answer",
	    body_of(answer->type, answer->body.data, answer->body.len));
	if (o == NULL || json_dumpf(o, f, JSON_COMPACT) == -1 ||
	    fputc('\n', f) == EOF || fflush(f) != 0)
		panic("office: nothing can be recorded");
	json_decref(o);
}
