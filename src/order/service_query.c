/*
 * A line that somebody typed, scanned or pasted: what it can be looked up by,
 * the likeliest first.
 */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "order/service_inside.h"
#include "registry/query.h"

#define CARD_MIN	6
#define CARD_MAX	40
#define SERIAL_MIN	8	/* figures of one that is no number of an order */
#define SERIAL_MAX	40

struct reading {
	struct order_query *v;
	size_t		 n, max;
};

static void
add(struct reading *r, enum order_by by, const char *value)
{
	for (size_t i = 0; i < r->n; i++) {
		if (r->v[i].by == by && strcmp(r->v[i].value, value) == 0)
			return;
	}
	if (r->n == r->max || strlen(value) >= sizeof r->v[0].value)
		return;
	r->v[r->n].authority = NULL;
	r->v[r->n].each = false;
	r->v[r->n].by = by;
	snprintf(r->v[r->n++].value, sizeof r->v[0].value, "%s", value);
}

/* Whether the authorities' own patterns know a number in it. */
static void
add_numbers(struct reading *r, const char *line, const struct authorities *as)
{
	char number[ORDER_NUMBER_MAX + 1];

	for (size_t i = 0; i < as->n; i++) {
		const struct authority *a = &as->v[i];

		if (order_is_served(a) &&
		    order_or_null(a->orders_number) != NULL &&
		    order_number_in(line, a, number))
			add(r, ORDER_BY_NUMBER, number);
	}
}

/* The whole line as upper-case letters and figures of that alphabet; false. */
static bool
whole(const char *line, const char *alphabet, const char *skip, size_t min,
    size_t max, char *out)
{
	size_t n = 0;

	for (; *line != '\0'; line++) {
		char c = (char)toupper((unsigned char)*line);

		if (strchr(skip, c) != NULL)
			continue;
		if (strchr(alphabet, c) == NULL || n == max)
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return n >= min;
}

static void
add_codes(struct reading *r, const char *line)
{
	static const char hex[] = "0123456789ABCDEF";
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/";
	char out[CARD_MAX + 1];

	if (strncasecmp(line, "0x", 2) == 0)
		line += 2;
	if (whole(line, hex, " :\t\r\n", SERIAL_MIN, SERIAL_MAX, out))
		add(r, ORDER_BY_SERIAL, out);
	if (whole(line, letters, " \t\r\n", CARD_MIN, CARD_MAX, out) &&
	    strpbrk(out, "0123456789") != NULL)
		add(r, ORDER_BY_CARD, out);
}

size_t
order_query_read(const char *line, const struct authorities *as,
    struct order_query *out, size_t max)
{
	struct reading r = { .v = out, .max = max };
	char number[ORDER_NUMBER_MAX + 1];
	bool is_short = strlen(line) <= FIND_QUERY_MAX;
	struct query q;

	line += strspn(line, " \t\r\n");
	query_parse(&q, is_short ? line : "");
	/* An address alone; in a mail it is one word of many. */
	if (is_short && q.address[0] != '\0' &&
	    strlen(line) <= strlen(q.address) + 16 &&
	    strcspn(line, " \t\r\n") >= strlen(q.address))
		add(&r, ORDER_BY_EMAIL, q.address);
	add_numbers(&r, line, as);
	if (q.digits[0] != '\0' && q.pesel_ok)
		add(&r, ORDER_BY_PESEL, q.digits);
	if (q.digits[0] != '\0' && q.nip_ok)
		add(&r, ORDER_BY_NIP, q.digits);
	query_wipe(&q);
	if ((r.n == 0 || out[0].by != ORDER_BY_EMAIL) &&
	    order_number_in(line, NULL, number))
		add(&r, ORDER_BY_NUMBER, number);
	if (is_short && r.n < max && (r.n == 0 ||
	    out[0].by != ORDER_BY_EMAIL))
		add_codes(&r, line);
	return r.n;
}

size_t
order_query_numbers(struct order_query *q, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (q[i].by == ORDER_BY_NUMBER)
			q[kept++] = q[i];
	return kept;
}
