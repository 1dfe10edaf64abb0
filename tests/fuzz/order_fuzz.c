/*
 * Any bytes as an order service's answer, and as what somebody typed: what is
 * read goes out and comes in again the same, what it means can be said, and a
 * number that is found is one.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "order/service_inside.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
require(int truth)
{
	if (!truth)
		abort();
}

static void
say_all(const struct order *o)
{
	struct order_meaning m;
	char text[300];

	order_mean(o, NULL, NULL, 1795348800, &m);
	require(strlen(order_stands(o, &m, text, sizeof text)) < sizeof text);
	require(strlen(order_next(o, &m, NULL, text, sizeof text)) < sizeof text);
	order_kind_words(o, text, sizeof text);
	for (size_t i = 0; i < o->nlinks; i++)
		order_link_words(&o->links[i], 1795348800, text, sizeof text);
	for (size_t i = 0; i < o->nmissing; i++)
		order_missing_words(&o->missing[i], text, sizeof text);
}

static void
as_answer(struct span bytes)
{
	struct err err = ERR_INIT;
	json_t *j = order_load(bytes, &err), *out, *again;
	struct order one, two;

	if (j == NULL)
		return;
	if (order_read(j, &one, &err) == 0) {
		say_all(&one);
		out = order_json(&one);
		require(order_read(out, &two, &err) == 0);
		again = order_json(&two);
		require(json_equal(out, again));
		json_decref(out);
		json_decref(again);
		order_clear(&two);
	}
	order_clear(&one);
	json_decref(j);
}

static void
as_line(const char *line)
{
	struct authority a = { .orders_url = (char[]){ "https://x" },
		.orders_number = (char[]){ "[A-Z]{2}[0-9]{8}" },
		.orders_check_digit = (char[]){ "mod97" } };
	const struct authorities as = { &a, 1 };
	char number[ORDER_NUMBER_MAX + 1];
	char near[64][ORDER_NUMBER_MAX + 1];
	struct order_query q[6];
	size_t n;

	if (order_number_in(line, &a, number)) {
		require(strlen(number) == 10);
		n = order_number_near(number, &a, near, 64);
		for (size_t i = 0; i < n; i++)
			require(order_number_check(near[i], &a) == 1);
	}
	if (order_number_in(line, NULL, number))
		require(strspn(number, ORDER_NUMBER_LETTERS) ==
		    strlen(number) && strlen(number) >= ORDER_NUMBER_MIN);
	n = order_query_read(line, &as, q, 6);
	require(n <= 6);
	for (size_t i = 0; i < n; i++)
		require(q[i].value[0] != '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = mem_strndup((const char *)data, size);

	as_answer(span_of(data, size));
	as_line(line);
	free(line);
	return 0;
}
