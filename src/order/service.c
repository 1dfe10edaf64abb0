/*
 * Looking orders up: the authorities asked in turn, what they said remembered,
 * and what was remembered told when one cannot be asked.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/jstring.h"
#include "base/mem.h"
#include "base/text.h"
#include "order/service_inside.h"
#include "registry/orders.h"

#define ADDRESS_MAX	256
#define CLOCK_MAX	300	/* seconds that two clocks may differ unsaid */
#define NEAR_MAX	64	/* numbers of one search, by the contract */
#define KEYS_MAX	5
#define FORM_COLUMNS	200

struct order_service *
order_service_new(struct net *net, struct registry *reg,
    const struct authorities *as)
{
	struct order_service *s = mem_alloc(sizeof *s);
	char what[32];

	s->net = net;
	s->reg = reg;
	s->as = as;
	s->access = mem_array(as->n > 0 ? as->n : 1, sizeof *s->access);
	s->polish = strcmp(i18n_get(), "pl") == 0;
	snprintf(what, sizeof what, "orders %p", (void *)s);
	holder_name(s->by, what);
	return s;
}

void
order_service_free(struct order_service *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->as->n; i++) {
		secret_free(s->access[i].key);
		secret_free(s->access[i].token);
	}
	free(s->access);
	free(s);
}

size_t
order_services(const struct authorities *as)
{
	size_t n = 0;

	for (size_t i = 0; i < as->n; i++)
		n += order_is_served(&as->v[i]);
	return n;
}

void
order_answer_clear(struct order_answer *a)
{
	for (size_t i = 0; i < a->n; i++)
		order_clear(&a->v[i].order);
	free(a->v);
	memset(a, 0, sizeof *a);
}

/* --- one look-up ------------------------------------------------------------------ */

struct look {
	struct order_service *s;
	const struct order_query *q;
	const atomic_bool *cancel;
	struct order_answer *answer;
	const struct authority *a;	/* asked now */
	bool		 unasked;	/* somebody could not be asked */
};

static void
grow(struct order_answer *answer)
{
	struct order_found *v = mem_array(answer->n > 0 ? 2 * answer->n : 1,
	    sizeof *v);

	if (answer->n > 0)
		memcpy(v, answer->v, answer->n * sizeof *v);
	free(answer->v);
	answer->v = v;
}

/* By how much the clock here has to be wrong before days are told wrong by it. */
static int64_t
clock_off(const struct order_said *said, int64_t now)
{
	int64_t off = said->date == 0 ? 0 : said->date - now;

	return off > CLOCK_MAX || off < -CLOCK_MAX ? off : 0;
}

static struct order_found *
add_found(struct look *l, int64_t as_of, bool kept)
{
	struct order_answer *answer = l->answer;
	struct order_found *f;

	if (answer->n == ORDER_FOUND_MAX) {
		answer->more = true;
		return NULL;
	}
	/* An order is large, and most answers are one: room at 1, 2, 4 ... */
	if ((answer->n & (answer->n - 1)) == 0)
		grow(answer);
	f = &answer->v[answer->n++];
	f->authority = l->a;
	f->as_of = as_of;
	f->kept = kept;
	return f;
}

static void
drop_last(struct order_answer *answer)
{
	order_clear(&answer->v[--answer->n].order);
}

/* The first that went wrong is told. */
static void
note_failure(struct look *l, const struct order_said *said,
    const struct err *why)
{
	struct order_answer *answer = l->answer;

	l->unasked = true;
	if (answer->err.code != ERR_NONE)
		return;
	answer->err = *why;
	if (why->code == ERR_ORDER_BUSY && said->retry_after > 0)
		answer->again_at = clock_now() + said->retry_after;
}

static const struct {
	enum orders_by	 by;
	const char	*member;	/* of a search */
} searches[] = {
	[ORDER_BY_EMAIL] = { ORDERS_BY_EMAIL, "email" },
	[ORDER_BY_NIP] = { ORDERS_BY_NIP, "nip" },
	[ORDER_BY_PESEL] = { ORDERS_BY_PESEL, "pesel" },
	[ORDER_BY_CARD] = { ORDERS_BY_CARD, "card" },
	[ORDER_BY_SERIAL] = { ORDERS_BY_SERIAL, "serial" },
};

/* --- remembering -------------------------------------------------------------------- */

static size_t
keys_of(const struct look *l, const struct order *o, char serials[2][41],
    struct orders_key *keys)
{
	size_t n = 0;

	if (l->q->by != ORDER_BY_NUMBER)
		keys[n++] = (struct orders_key){ searches[l->q->by].by,
			l->q->value };
	if (o->card != NULL)
		keys[n++] = (struct orders_key){ ORDERS_BY_CARD, o->card };
	if (o->renews_card != NULL)
		keys[n++] = (struct orders_key){ ORDERS_BY_CARD,
			o->renews_card };
	if (o->renews_len > 0)
		keys[n++] = (struct orders_key){ ORDERS_BY_SERIAL,
			text_hex(o->renews, o->renews_len, 0, serials[0],
			sizeof serials[0]) };
	if (o->issued_len > 0)
		keys[n++] = (struct orders_key){ ORDERS_BY_SERIAL,
			text_hex(o->issued, o->issued_len, 0, serials[1],
			sizeof serials[1]) };
	return n;
}

static int
remember(const struct look *l, const struct order_found *f, const char *etag,
    struct err *err)
{
	struct orders_key keys[KEYS_MAX];
	char serials[2][41], number[ORDER_NUMBER_MAX + 1], tag[160];
	struct orders_row row = { .authority = l->a->id, .number = number,
		.as_of = f->as_of };
	json_t *o;
	size_t n;
	int rc;

	if (l->s->reg == NULL || f->order.summary)
		return 0;
	memcpy(number, f->order.number, sizeof number);
	snprintf(tag, sizeof tag, "%s", etag);
	row.etag = tag;
	n = keys_of(l, &f->order, serials, keys);
	o = order_json(&f->order);
	row.json = json_dumps(o, JSON_COMPACT);
	rc = orders_put(l->s->reg, &row, keys, n, f->as_of, err);
	free(row.json);
	json_decref(o);
	return rc;
}

/*
 * One that was remembered, as a find; it may be of a time that wrote otherwise.
 * said: the service says that it is still so, or NULL.
 */
static void
add_kept(struct look *l, const struct orders_row *row,
    const struct order_said *said)
{
	struct err ignored = ERR_INIT;
	json_t *o = json_loads(row->json, JSON_REJECT_DUPLICATES, NULL);
	struct order_found *f = add_found(l, row->as_of, said == NULL);

	if (f != NULL && said != NULL)
		f->clock_off = clock_off(said, row->as_of);
	else if (f != NULL)
		f->again_at = l->answer->again_at;
	if (f != NULL && order_read(o, &f->order, &ignored) == -1)
		drop_last(l->answer);
	json_decref(o);
}

static int
add_if_this(const struct orders_row *row, void *arg)
{
	struct look *l = arg;

	if (strcmp(row->authority, l->a->id) == 0)
		add_kept(l, row, NULL);
	return 0;
}

static int
from_memory(struct look *l, struct err *err)
{
	struct orders_row row;
	struct orders_key key;
	int rc;

	if (l->s->reg == NULL)
		return 0;
	if (l->q->by == ORDER_BY_NUMBER) {
		rc = orders_get(l->s->reg, l->a->id, l->q->value, &row, err);
		if (rc == 1) {
			add_kept(l, &row, NULL);
			orders_row_clear(&row);
		}
		return rc == -1 ? -1 : 0;
	}
	key = (struct orders_key){ searches[l->q->by].by, l->q->value };
	return orders_each(l->s->reg, &key, add_if_this, l, err);
}

/* --- by number ------------------------------------------------------------------------ */

/* What came in for a number, read; it has to be of that one. */
static int
take_order(struct look *l, const struct order_said *said, struct err *err)
{
	struct order_found *f = add_found(l, clock_now(), false);

	if (f == NULL)
		return 0;
	f->clock_off = clock_off(said, f->as_of);
	if (order_read(said->json, &f->order, err) == 0 &&
	    strcmp(f->order.number, l->q->value) != 0)
		(void)err_set(err, ERR_ORDER_OTHER, l->q->value,
		    "it says %s", f->order.number);
	else if (err->code == ERR_NONE && f->order.summary)
		(void)err_set(err, ERR_ORDER_ANSWER, NULL,
		    "no more than number and state");
	if (err->code == ERR_NONE)
		return 0;
	drop_last(l->answer);
	if (err->what[0] == '\0')
		snprintf(err->what, sizeof err->what, "%s", l->a->name);
	return -1;
}

static int
ask_number(struct look *l, const struct orders_row *kept,
    struct order_said *said, struct err *why)
{
	char path[ADDRESS_MAX];
	const struct order_ask ask = { .authority = l->a,
		.method = NET_GET, .path = path,
		.accept = "application/json",
		.etag = kept != NULL ? kept->etag : NULL,
		.max = ORDER_JSON_MAX, .what = l->q->value,
		.cancel = l->cancel };

	order_path(path, sizeof path, l->q->value, "");
	if (order_ask(l->s, &ask, said, why) == -1)
		return -1;
	if (said->status != 304)
		return take_order(l, said, why);
	add_kept(l, &(struct orders_row){ .json = kept->json,
		.as_of = clock_now() }, said);
	return 0;
}

/* What cannot be read any more has to be told anew, changed or not. */
static bool
is_readable(const struct orders_row *row)
{
	json_t *o = json_loads(row->json, JSON_REJECT_DUPLICATES, NULL);
	struct err ignored = ERR_INIT;
	struct order order;
	bool is = order_read(o, &order, &ignored) == 0;

	order_clear(&order);
	json_decref(o);
	return is;
}

/* 1: found, the others need not be asked. */
static int
look_number(struct look *l, struct err *err)
{
	struct registry *reg = l->s->reg;
	struct err why = ERR_INIT;
	struct order_said said;
	struct orders_row row;
	size_t before = l->answer->n;
	int kept = reg == NULL ? 0 : orders_get(reg, l->a->id, l->q->value,
	    &row, err), rc;

	if (kept == -1)
		return -1;
	rc = ask_number(l, kept == 1 && is_readable(&row) ? &row : NULL, &said,
	    &why);
	if (rc == 0 && l->answer->n > before)
		rc = said.status == 304 ? orders_confirm(reg, l->a->id,
		    l->q->value, clock_now(), err) : remember(l,
		    &l->answer->v[before], said.etag, err);
	else if (why.code == ERR_CANCELLED) {
		*err = why;
		rc = -1;
	} else if (why.code == ERR_ORDER_UNKNOWN)
		rc = kept == 1 ? orders_forget(reg, l->a->id, l->q->value,
		    err) : 0;
	else {
		note_failure(l, &said, &why);
		rc = from_memory(l, err);
	}
	order_said_clear(&said);
	if (kept == 1)
		orders_row_clear(&row);
	return rc == -1 ? -1 : l->answer->n > before;
}

/* --- by anything else ----------------------------------------------------------------- */

static int
search(struct look *l, json_t *body, struct order_said *said,
    const json_t **orders, struct err *err)
{
	const struct order_ask ask = { .authority = l->a,
		.method = NET_POST, .path = "/orders/search",
		.accept = "application/json", .body = body,
		.max = ORDER_JSON_MAX, .cancel = l->cancel };

	if (order_ask(l->s, &ask, said, err) == -1)
		return -1;
	*orders = json_object_get(said->json, "orders");
	if (!json_is_array(*orders) ||
	    json_array_size(*orders) > ORDER_FOUND_MAX ||
	    !json_is_boolean(json_object_get(said->json, "more")))
		return err_set(err, ERR_ORDER_ANSWER, l->a->name,
		    "no list of orders");
	return 0;
}

static int
take_all(struct look *l, const struct order_said *said, const json_t *orders,
    struct err *why, struct err *err)
{
	const json_t *o;
	size_t i;

	json_array_foreach(orders, i, o) {
		struct order_found *f = add_found(l, clock_now(), false);

		if (f == NULL)
			return 0;
		f->clock_off = clock_off(said, f->as_of);
		if (order_read(o, &f->order, why) == -1) {
			drop_last(l->answer);
			snprintf(why->what, sizeof why->what, "%s",
			    l->a->name);
			return 0;
		}
		if (remember(l, f, "", err) == -1)
			return -1;
	}
	return 0;
}

static int
look_other(struct look *l, struct err *err)
{
	struct err why = ERR_INIT;
	struct order_said said;
	const json_t *orders;
	json_t *body = json_object();
	int rc = 0;

	json_object_set_new(body, searches[l->q->by].member,
	    jstring(l->q->value));
	if (search(l, body, &said, &orders, &why) == 0) {
		l->answer->more = l->answer->more || json_is_true(
		    json_object_get(said.json, "more"));
		rc = take_all(l, &said, orders, &why, err);
		if (why.code != ERR_NONE)
			note_failure(l, &said, &why);
	} else if (why.code == ERR_CANCELLED) {
		*err = why;
		rc = -1;
	} else {
		note_failure(l, &said, &why);
		rc = from_memory(l, err);
	}
	order_said_clear(&said);
	json_decref(body);
	return rc;
}

/* --- numbers like it --------------------------------------------------------------------- */

static void
add_near(struct look *l, const json_t *orders)
{
	struct err ignored = ERR_INIT;
	const json_t *o;
	size_t i;

	json_array_foreach(orders, i, o) {
		struct order order;

		if (l->answer->nnear < ORDER_FOUND_MAX &&
		    order_read(o, &order, &ignored) == 0)
			memcpy(l->answer->near[l->answer->nnear++],
			    order.number, sizeof order.number);
		order_clear(&order);
	}
}

static int
look_near(struct look *l, struct err *err)
{
	char near[NEAR_MAX][ORDER_NUMBER_MAX + 1];
	size_t n = order_number_near(l->q->value, l->a, near, NEAR_MAX);
	struct err why = ERR_INIT;
	struct order_said said;
	const json_t *orders;
	json_t *body, *numbers;
	int rc = 0;

	if (n == 0)
		return 0;
	body = json_object();
	numbers = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(numbers, jstring(near[i]));
	json_object_set_new(body, "numbers", numbers);
	if (search(l, body, &said, &orders, &why) == 0)
		add_near(l, orders);
	else if (why.code == ERR_CANCELLED) {
		*err = why;
		rc = -1;
	}
	order_said_clear(&said);
	json_decref(body);
	return rc;
}

/* --- in turn ---------------------------------------------------------------------------- */

/* 0: its pattern is this number's; 1: it has none; 2: it is another's. */
static int
rank(const struct authority *a, const char *number)
{
	char out[ORDER_NUMBER_MAX + 1];

	if (order_or_null(a->orders_number) == NULL)
		return 1;
	return order_number_in(number, a, out) && strcmp(out, number) == 0 ?
	    0 : 2;
}

static bool
is_asked(const struct look *l)
{
	return order_is_served(l->a) &&
	    (l->q->authority == NULL || l->q->authority == l->a);
}

/* Each authority with a service once, the likeliest first, until one knows it. */
static int
in_turn(struct look *l, int (*ask)(struct look *, struct err *), bool first,
    struct err *err)
{
	/* Where there is one alone, there is nothing to choose. */
	bool numbers = l->q->by == ORDER_BY_NUMBER &&
	    order_services(l->s->as) > 1;

	for (int r = 0; r < (numbers ? 3 : 1); r++) {
		if (r == 2 && l->answer->n > 0)
			return 0;
		for (size_t i = 0; i < l->s->as->n; i++) {
			int rc;

			l->a = &l->s->as->v[i];
			if (!is_asked(l) || (numbers &&
			    rank(l->a, l->q->value) != r))
				continue;
			rc = ask(l, err);
			if (rc == -1)
				return -1;
			if (rc == 1 && first && !l->q->each)
				return 0;
		}
	}
	return 0;
}

/* Some authority reads this number as misread, and none as right. */
static bool
is_misread(const struct look *l)
{
	bool wrong = false;

	for (size_t i = 0; i < l->s->as->n; i++) {
		const struct authority *a = &l->s->as->v[i];
		int is = order_is_served(a) ?
		    order_number_check(l->q->value, a) : -1;

		if (is == 1)
			return false;
		wrong = wrong || is == 0;
	}
	return wrong;
}

static int
look(struct look *l, struct err *err)
{
	struct order_answer *answer = l->answer;
	bool numbers = l->q->by == ORDER_BY_NUMBER;

	if (in_turn(l, numbers ? look_number : look_other, numbers, err) == -1)
		return -1;
	if (answer->n > 0)
		answer->why = ORDER_WHY_FOUND;
	else if (l->unasked)
		answer->why = ORDER_WHY_NOT_ASKED;
	else {
		answer->why = numbers && is_misread(l) ?
		    ORDER_WHY_CHECK_DIGIT : ORDER_WHY_UNKNOWN;
		if (numbers && in_turn(l, look_near, false, err) == -1)
			return -1;
	}
	return 0;
}

int
order_look(struct order_service *s, const struct order_query *q,
    const atomic_bool *cancel, struct order_answer *answer, struct err *err)
{
	struct look l = { .s = s, .q = q, .cancel = cancel,
		.answer = answer };

	memset(answer, 0, sizeof *answer);
	if (order_services(s->as) == 0) {
		answer->why = ORDER_WHY_NO_SERVICE;
		(void)err_set(&answer->err, ERR_NO_ORDER_SERVICE, NULL, NULL);
		return 0;
	}
	if (look(&l, err) == 0)
		return 0;
	order_answer_clear(answer);
	return -1;
}

bool
order_answer_rather(const struct order_answer *had,
    const struct order_answer *later)
{
	return later->n > 0 || (had->n == 0 &&
	    had->why == ORDER_WHY_UNKNOWN &&
	    later->why == ORDER_WHY_NOT_ASKED);
}

/* --- the form ------------------------------------------------------------------------------ */

static int
ask_form(struct order_service *s, const struct authority *a,
    const char *number, const char *type, const atomic_bool *cancel,
    struct order_said *said, struct err *err)
{
	char path[ADDRESS_MAX];
	const struct order_ask ask = { .authority = a, .method = NET_GET,
		.path = path, .accept = type, .max = ORDER_FORM_MAX,
		.what = number, .cancel = cancel };

	order_path(path, sizeof path, number, "/form");
	return order_ask(s, &ask, said, err);
}

int
order_form(struct order_service *s, const struct authority *a,
    const char *number, const atomic_bool *cancel, struct buf *pdf,
    struct err *err)
{
	struct order_said said;
	int rc = ask_form(s, a, number, "application/pdf", cancel, &said, err);

	if (rc == 0 && (said.body.len < 8 ||
	    memcmp(said.body.data, "%PDF-", 5) != 0))
		rc = err_set(err, ERR_ORDER_ANSWER, a->name, "no PDF");
	if (rc == 0) {
		buf_clear(pdf);
		*pdf = said.body;
		said.body = (struct buf){ .data = NULL };
	}
	order_said_clear(&said);
	return rc;
}

/* Its lines, each made printable; blanks at the ends are of no use. */
static char *
printable_lines(const struct buf *body)
{
	const char *s = (const char *)body->data;
	size_t len = body->len, max = 4 * len + 4;
	struct buf out;
	char *text;

	buf_init(&out, max);
	while (len > 0) {
		const char *end = memchr(s, '\n', len);
		size_t n = end != NULL ? (size_t)(end - s) : len;
		struct safe_text t;

		text_safe(&t, s, n > 0 && s[n - 1] == '\r' ? n - 1 : n,
		    FORM_COLUMNS);
		if (buf_add(&out, t.s, t.len) == -1 ||
		    buf_add(&out, "\n", 1) == -1)
			break;
		n += n < len;
		s += n;
		len -= n;
	}
	text = mem_strndup((const char *)out.data, out.len);
	buf_clear(&out);
	return text;
}

int
order_form_text(struct order_service *s, const struct authority *a,
    const char *number, const atomic_bool *cancel, char **text,
    struct err *err)
{
	struct err why = ERR_INIT;
	struct order_said said;
	int rc = ask_form(s, a, number, "text/plain", cancel, &said, &why);

	*text = NULL;
	if (rc == 0 && said.body.len > 0)
		*text = printable_lines(&said.body);
	/* That there is none is no mistake: the PDF is what counts. */
	else if (rc == -1 && why.code != ERR_ORDER_ANSWER &&
	    !(why.origin == ORIGIN_HTTP && why.raw == 406))
		*err = why;
	else
		rc = 0;
	order_said_clear(&said);
	return rc;
}
