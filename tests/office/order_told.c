/*
 * One order as the order service tells it: its JSON, from when it is placed
 * through each state that it comes into.
 */
#include "config.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "tests/office/orders.h"

#define SERIAL_LEN	16
#define LINK_ID_LEN	24
#define LINK_DAYS	14
#define LINKS_MAX	20	/* the contract's */

/* What coming into a state does to the rest of the order. */
static const struct effect {
	const char	*state;
	bool		 papers;	/* nothing lacks any more */
	const char	*uses;		/* link that is used up */
	const char	*sends;		/* link that is sent */
	const char	*deadline;	/* of what, and in how many days */
	int		 days;
	bool		 ends;		/* links lead nowhere from now on */
} effects[] = {
	{ "placed", .deadline = "confirm", .days = 14 },
	{ "confirmed", .papers = true, .sends = "request",
	    .deadline = "request", .days = 30 },
	{ "request-made", .papers = true, .uses = "request" },
	{ "verified", .papers = true },
	{ "issued", .papers = true },
	{ "ready", .papers = true, .sends = "collect", .deadline = "collect",
	    .days = 30 },
	{ "collected", .papers = true, .uses = "collect" },
	{ "cancelled", .ends = true },
	{ "expired", .ends = true },
	{ "rejected", .ends = true },
};

json_t *
told_time(int64_t seconds)
{
	char when[40];

	return json_string(clock_rfc3339(seconds, when, sizeof(when)));
}

/* --- masks ----------------------------------------------------------------------- */

/* A word is a run of letters, so that both halves of a double name begin. */
char *
told_mask_name(const char *name)
{
	size_t len = strlen(name), used, n = 0;
	char *out = mem_alloc(len + 1);
	bool inside = false;
	uint32_t cp;

	while ((used = text_decode(name, len, &cp)) > 0) {
		bool letter = cp > 0x7f || isalpha((int)cp);

		if (letter && inside)
			out[n++] = '*';
		else {
			memcpy(out + n, name, used);
			n += used;
		}
		inside = letter;
		name += used;
		len -= used;
	}
	return out;
}

/* "PNOPL-85******345" */
char *
told_mask_id(const char *id)
{
	char *out = mem_strdup(id);
	size_t n = strlen(out), from = strcspn(out, "-");

	for (size_t i = from + 3; i + 3 < n; i++)
		out[i] = '*';
	return out;
}

/* The letters before the at sign but the first. */
char *
told_mask_email(const char *email)
{
	char *out = mem_strdup(email);

	for (char *p = out; *p && p[1] && p[1] != '@'; p++)
		p[1] = '*';
	return out;
}

/* --- what is made up, but the same each time --------------------------------------- */

static void
hash(const char *text, unsigned char out[EVP_MAX_MD_SIZE])
{
	if (EVP_Digest(text, strlen(text), out, NULL, EVP_sha256(), NULL) != 1)
		panic("orders: no digest");
}

/* As cards' certificates get theirs (tests/card/mkcert.c). */
char *
told_serial(const char *text)
{
	unsigned char h[EVP_MAX_MD_SIZE];
	char *out = mem_alloc(2 * SERIAL_LEN + 1);

	hash(text, h);
	h[0] = (unsigned char)((h[0] & 0x3f) | 0x40);
	for (int i = 0; i < SERIAL_LEN; i++)
		snprintf(out + 2 * i, 3, "%02X", h[i]);
	return out;
}

static void
link_id(const json_t *o, const char *what, int64_t at, char out[LINK_ID_LEN + 1])
{
	char *text = mem_printf("%s %s %lld %zu", json_string_value(
	    json_object_get(o, "number")), what, (long long)at,
	    json_array_size(json_object_get(o, "links")));
	unsigned char h[EVP_MAX_MD_SIZE];

	hash(text, h);
	for (int i = 0; i < LINK_ID_LEN / 2; i++)
		snprintf(out + 2 * i, 3, "%02x", h[i]);
	free(text);
}

/* --- what happens to it -------------------------------------------------------------- */

json_t *
told_new(const char *number, const struct person *p)
{
	char *name = told_mask_name(p->name), *id = told_mask_id(p->id),
	    *email = told_mask_email(p->email);
	json_t *whom = json_pack("{s:s, s:s}", "name", name, "id", id), *o;

	if (p->organization)
		json_object_set_new(whom, "organization",
		    json_string(p->organization));
	o = json_pack("{s:s, s:s, s:[], s:{s:s, s:b}, s:o, s:b, s:s}",
	    "number", number, "state", "placed", "history", "product",
	    "kind", "signature", "qualified", 1, "whom", whom, "form", 1,
	    "email", email);
	if (o == NULL)
		panic("orders: no order can be made");
	free(email);
	free(id);
	free(name);
	return o;
}

void
told_add(json_t *o, const char *list, json_t *item)
{
	json_t *at = json_object_get(o, list);

	if (at == NULL) {
		at = json_array();
		json_object_set_new(o, list, at);
	}
	if (json_array_append_new(at, item) == -1)
		panic("orders: %s cannot be put down", list);
}

/* Each link of that kind (NULL: of any) that is in one state comes to another. */
static void
set_links(json_t *o, const char *what, const char *from, const char *to)
{
	json_t *l, *links = json_object_get(o, "links");
	size_t i;

	json_array_foreach(links, i, l) {
		const char *kind = json_string_value(json_object_get(l,
		    "what")), *state = json_string_value(json_object_get(l,
		    "state"));

		if ((what == NULL || strcmp(kind, what) == 0) &&
		    strcmp(state, from) == 0)
			json_object_set_new(l, "state", json_string(to));
	}
}

void
told_send(json_t *o, const char *what, int64_t at)
{
	char id[LINK_ID_LEN + 1];

	set_links(o, what, "live", "expired");
	link_id(o, what, at, id);
	if (json_array_size(json_object_get(o, "links")) == LINKS_MAX)
		json_array_remove(json_object_get(o, "links"), 0);
	told_add(o, "links", json_pack("{s:s, s:s, s:s, s:o, s:o}", "what",
	    what, "state", "live", "id", id, "sent", told_time(at), "until",
	    told_time(at + LINK_DAYS * DAY)));
}

void
told_issued(json_t *o, const char *serial, int64_t from, int64_t until)
{
	json_object_set_new(o, "certificate", json_pack("{s:s, s:o, s:o}",
	    "serial", serial, "not_before", told_time(from), "not_after",
	    told_time(until)));
}

static void
issue(json_t *o, int64_t at)
{
	char *serial = told_serial(json_string_value(json_object_get(o,
	    "number")));
	json_int_t months = json_integer_value(json_object_get(
	    json_object_get(o, "product"), "months"));

	told_issued(o, serial, at, at + (months ? months : 24) * 30 * DAY);
	free(serial);
}

static void
apply(json_t *o, const struct effect *e, int64_t at)
{
	json_object_del(o, "deadlines");
	if (e->papers)
		json_object_del(o, "missing");
	if (e->uses)
		set_links(o, e->uses, "live", "used");
	if (e->ends)
		set_links(o, NULL, "live", "expired");
	if (e->sends)
		told_send(o, e->sends, at);
	if (e->deadline)
		told_add(o, "deadlines", json_pack("{s:s, s:o}", "what",
		    e->deadline, "by", told_time(at + e->days * DAY)));
}

void
told_move(json_t *o, const char *state, int64_t at, const char *reason)
{
	json_t *step = json_pack("{s:s, s:o}", "state", state, "at",
	    told_time(at));

	if (reason)
		json_object_set_new(step, "reason", json_string(reason));
	told_add(o, "history", step);
	json_object_set_new(o, "state", json_string(state));
	for (size_t i = 0; i < sizeof(effects) / sizeof(effects[0]); i++)
		if (strcmp(effects[i].state, state) == 0)
			apply(o, &effects[i], at);
	if (strcmp(state, "issued") == 0)
		issue(o, at);
}
