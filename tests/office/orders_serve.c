/*
 * The order service (src/order/orders.yaml), by its paths.
 */
#include "config.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tests/card/bytes.h"
#include "tests/office/office.h"
#include "tests/office/orders_renew.h"

#define FOUND_MAX	50	/* the contract's */
#define REPEAT_STATUS	422	/* the key of something else */

/* --- answers ------------------------------------------------------------------- */

void
answer_json(struct answer *answer, unsigned status, json_t *o)
{
	char *text = o ? json_dumps(o, JSON_COMPACT) : NULL;

	if (text == NULL)
		panic("orders: no answer can be made");
	answer->status = status;
	answer->type = "application/json";
	bytes_set(&answer->body, text, strlen(text));
	free(text);
	json_decref(o);
}

void
answer_problem(struct answer *answer, unsigned status, const char *type,
    const char *title)
{
	answer_json(answer, status, json_pack("{s:s, s:s, s:i}", "type", type,
	    "title", title, "status", (int)status));
	answer->type = "application/problem+json";
}

static void
digest_of(const void *p, size_t n, char out[65])
{
	unsigned char h[EVP_MAX_MD_SIZE];

	if (EVP_Digest(p, n, h, NULL, EVP_sha256(), NULL) != 1)
		panic("orders: no digest");
	for (int i = 0; i < 32; i++)
		snprintf(out + 2 * i, 3, "%02x", h[i]);
}

static void
bad_request(struct answer *answer, const char *why)
{
	answer_problem(answer, 400, "bad-request", why);
}

/* --- looking up ------------------------------------------------------------------- */

static void
tell_service(const struct ask *a, struct answer *answer)
{
	int64_t now = office_now() / 1000 + (a->fault == FAULT_FUTURE ?
	    CLOCK_OFF : 0);

	answer_json(answer, 200, json_pack("{s:s, s:s, s:s, s:o}", "service",
	    "orders", "version", "1.1", "name", "Urz\u0105d Pr\u00f3bny", "time",
	    told_time(now)));
}

/* Half of the digest of its bytes will do for a tag. */
static void
tell_order(const struct order *order, struct answer *answer)
{
	char digest[65];

	answer_json(answer, 200, json_incref(order->told));
	digest_of(answer->body.data, answer->body.len, digest);
	snprintf(answer->etag, sizeof(answer->etag), "\"%.32s\"", digest);
}

static bool
is_serial(const struct order *order, const char *part, const char *serial)
{
	const char *s = json_string_value(json_object_get(json_object_get(
	    order->told, part), "serial"));

	return s && strcmp(s, serial) == 0;
}

static bool
is_found(const struct order *order, const char *by, const char *value)
{
	const struct person *who = order->who;

	if (strcmp(by, "email") == 0)
		return strcasecmp(who->email, value) == 0;
	if (strcmp(by, "nip") == 0)
		return who->nip && strcmp(who->nip, value) == 0;
	if (strcmp(by, "pesel") == 0)
		return strncmp(who->id, "PNOPL-", 6) == 0 &&
		    strcmp(who->id + 6, value) == 0;
	if (strcmp(by, "card") == 0)
		return order->card && strcmp(order->card, value) == 0;
	return strcmp(by, "serial") == 0 && (is_serial(order, "renews",
	    value) || is_serial(order, "certificate", value));
}

static int64_t
latest(const struct order *order)
{
	json_t *h = json_object_get(order->told, "history");
	const char *s = json_string_value(json_object_get(json_array_get(h,
	    json_array_size(h) - 1), "at"));
	int64_t at;

	return s && clock_parse_rfc3339(s, &at) == 0 ? at : 0;
}

static int
compare(const void *a, const void *b)
{
	int64_t x = latest(*(const struct order *const *)a);
	int64_t y = latest(*(const struct order *const *)b);

	return x < y ? 1 : x > y ? -1 : 0;
}

static void
search(struct office *o, const char *by, const char *value,
    struct answer *answer)
{
	struct orders *all = o->orders;
	const struct order **found = mem_array(all->n, sizeof(*found));
	json_t *list = json_array();
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		if (is_found(&all->v[i], by, value))
			found[n++] = &all->v[i];
	qsort(found, n, sizeof(*found), compare);
	for (size_t i = 0; i < n && i < FOUND_MAX; i++)
		json_array_append(list, found[i]->told);
	answer_json(answer, 200, json_pack("{s:o, s:b}", "orders", list, "more",
	    n > FOUND_MAX));
	free(found);
}

/* Which of some numbers there are. */
static void
search_numbers(struct office *o, const json_t *numbers, struct answer *answer)
{
	json_t *list = json_array(), *number;
	size_t i;

	json_array_foreach(numbers, i, number) {
		struct order *order = orders_find(o->orders,
		    json_string_value(number) ? json_string_value(number) : "");

		if (order)
			json_array_append_new(list, json_pack("{s:s, s:O}",
			    "number", order->number, "state",
			    json_object_get(order->told, "state")));
	}
	answer_json(answer, 200, json_pack("{s:o, s:b}", "orders", list, "more",
	    0));
}

static void
serve_search(struct office *o, const json_t *asked, struct answer *answer)
{
	static const char *const by[] = { "email", "nip", "pesel", "card",
	    "serial" };
	const char *value;

	if (json_object_size(asked) == 1) {
		if (json_is_array(json_object_get(asked, "numbers"))) {
			search_numbers(o, json_object_get(asked, "numbers"),
			    answer);
			return;
		}
		for (size_t i = 0; i < sizeof(by) / sizeof(by[0]); i++) {
			value = json_string_value(json_object_get(asked, by[i]));
			if (value) {
				search(o, by[i], value, answer);
				return;
			}
		}
	}
	bad_request(answer, "One thing to look by.");
}

/* --- what is sent -------------------------------------------------------------------- */

/* The answer that the key had before, if it had. */
static bool
is_repeated(struct office *o, const char *key, const char *digest,
    struct answer *answer)
{
	struct once *once = orders_done(o->orders, key);

	if (once == NULL)
		return false;
	once->came++;
	if (strcmp(once->digest, digest) == 0)
		answer_json(answer, once->question ? 201 : 202,
		    json_incref(once->answer));
	else
		answer_problem(answer, REPEAT_STATUS, "bad-request",
		    "This key was used for something else.");
	return true;
}

/* A link can be sent in the state in which it was sent first. */
static bool
can_resend(const struct order *order, const char *what, struct answer *answer)
{
	const char *state = json_string_value(json_object_get(order->told,
	    "state"));
	bool request = strcmp(what, "request") == 0;

	if (!request && strcmp(what, "collect") != 0)
		bad_request(answer, "What is to be sent again?");
	else if (strcmp(state, request ? "confirmed" : "ready") != 0)
		answer_problem(answer, 409, "wrong-state",
		    "In its state the order has no such link.");
	else
		return true;
	return false;
}

static void
serve_resend(struct office *o, struct order *order, const json_t *asked,
    const char *key, const char *digest, struct answer *answer)
{
	const char *what = json_string_value(json_object_get(asked, "what"));

	if (!can_resend(order, what ? what : "", answer))
		return;
	orders_resend(o->orders, order, what, key, digest);
	is_repeated(o, key, digest, answer);
}

static bool
has_words(const json_t *asked)
{
	static const char *const words[] = { "name", "contact", "text", "clause",
	    "language" };
	const char *s;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		s = json_string_value(json_object_get(asked, words[i]));
		if (s == NULL || *s == '\0')
			return false;
	}
	return json_is_boolean(json_object_get(asked, "contract")) &&
	    json_is_boolean(json_object_get(asked, "consent"));
}

/* Without a contract it is the consent that lets us keep what is asked. */
static void
serve_question(struct office *o, const json_t *asked, const char *key,
    const char *digest, struct answer *answer)
{
	if (!has_words(asked))
		bad_request(answer, "Something lacks in the question.");
	else if (!json_is_true(json_object_get(asked, "contract")) &&
	    !json_is_true(json_object_get(asked, "consent")))
		bad_request(answer, "Neither a contract nor a consent.");
	else {
		orders_ask(o->orders, asked, key, digest);
		is_repeated(o, key, digest, answer);
	}
}

static bool
is_key(const char *key)
{
	return key && strlen(key) == ORDERS_KEY_LEN &&
	    strspn(key, "0123456789abcdef") == ORDERS_KEY_LEN;
}

/* order: whose, and then what of it; NULL: a question. */
static void
serve_once(struct office *o, const struct ask *a, struct order *order,
    const char *then, const json_t *asked, struct answer *answer)
{
	const char *key = a->header(a, "Idempotency-Key");
	char digest[65];
	struct buf all;

	if (!is_key(key)) {
		bad_request(answer, "No idempotency key.");
		return;
	}
	buf_init(&all, SIZE_MAX);
	bytes_add(&all, a->path, strlen(a->path) + 1);
	bytes_add(&all, a->body.p, a->body.len);
	digest_of(all.data, all.len, digest);
	buf_clear(&all);
	if (is_repeated(o, key, digest, answer))
		return;
	if (order == NULL)
		serve_question(o, asked, key, digest, answer);
	else if (strcmp(then, "/request") == 0)
		renew_put(o, order, asked, key, digest, answer);
	else if (strcmp(then, "/collected") == 0)
		renew_collected(o, order, asked, key, digest, answer);
	else
		serve_resend(o, order, asked, key, digest, answer);
	if (answer->status == 0)
		is_repeated(o, key, digest, answer);
}

/* --- by path ---------------------------------------------------------------------------- */

/* "/orders/NUMBER" and what follows, without which it is ""; NULL: unknown. */
static struct order *
order_of(struct office *o, const char *path, const char **then)
{
	static const char *const known[] = { "/certificate", "/collected",
	    "/form", "/request", "/resend", "" };
	char number[ORDERS_NUMBER_MAX + 1];
	size_t len = strlen(path), n;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		n = strlen(known[i]);
		if (len > n && len - n <= ORDERS_NUMBER_MAX &&
		    strcmp(path + len - n, known[i]) == 0) {
			snprintf(number, sizeof(number), "%.*s", (int)(len - n),
			    path);
			*then = known[i];
			return orders_find(o->orders, number);
		}
	}
	return NULL;
}

static void
serve_order(struct office *o, const struct ask *a, const json_t *asked,
    const char *path, struct answer *answer)
{
	const char *then = "", *accept = a->header(a, "Accept");
	struct order *order = order_of(o, path, &then);
	bool post = strcmp(a->method, "POST") == 0;
	bool put = strcmp(then, "/resend") == 0 ||
	    strcmp(then, "/request") == 0 || strcmp(then, "/collected") == 0;

	if (order == NULL || strcmp(json_string_value(json_object_get(
	    order->told, "state")), "gone") == 0)
		answer_problem(answer, 404, "no-order",
		    "There is no order of this number.");
	else if (post != put)
		answer_problem(answer, 405, "bad-request", "Not that way.");
	else if (post)
		serve_once(o, a, order, then, asked, answer);
	else if (*then == '\0')
		tell_order(order, answer);
	else if (strcmp(then, "/certificate") == 0)
		renew_get(o, a, order, answer);
	else if (json_is_true(json_object_get(order->told, "form")))
		form_make(order, accept != NULL && strcmp(accept,
		    "text/plain") == 0, answer);
	else
		answer_problem(answer, 404, "no-form", "There is no form.");
}

static void
serve(struct office *o, const struct ask *a, const json_t *asked,
    struct answer *answer)
{
	static const char orders[] = "/orders/";
	bool post = strcmp(a->method, "POST") == 0;

	if (!access_is_given(o, a, answer))
		return;
	renew_tick(o);
	if (post && !json_is_object(asked))
		bad_request(answer, "No JSON object.");
	else if (post && strcmp(a->rest, "/orders/search") == 0)
		serve_search(o, asked, answer);
	else if (post && strcmp(a->rest, "/questions") == 0)
		serve_once(o, a, NULL, "", asked, answer);
	else if (strncmp(a->rest, orders, strlen(orders)) == 0)
		serve_order(o, a, asked, a->rest + strlen(orders), answer);
	else
		answer_problem(answer, 404, "bad-request", "Nothing there.");
}

void
orders_serve(struct office *o, const struct ask *a, struct answer *answer)
{
	json_t *asked;

	if (strcmp(a->method, "GET") == 0 && strcmp(a->rest, "/") == 0) {
		tell_service(a, answer);
		return;
	}
	asked = a->body.len ? json_loadb((const char *)a->body.p, a->body.len,
	    0, NULL) : NULL;
	serve(o, a, asked, answer);
	json_decref(asked);
}
