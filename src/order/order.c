/*
 * An order out of a service's JSON and back (orders.yaml, schema Order).  What
 * breaks the schema is refused with the member's name for the technician; what
 * the schema leaves open (another word, another member) is let be.  A time that
 * cannot be is a time that is not known: nobody acts by the year 9999.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/jstring.h"
#include "base/mem.h"
#include "base/text.h"
#include "cert/cert.h"
#include "order/order_inside.h"

#define TIME_TEXT_MAX	40
#define EARLIEST	INT64_C(946684800)	/* 2000-01-01 */
#define LATEST		INT64_C(4102444800)	/* 2100-01-01 */

/* Columns of the texts, as the schema bounds their characters. */
enum { REASON_MAX = 400, TITLE_MAX = 120, IDENT_MAX = 40, CARD_MAX = 40,
	ISSUER_MAX = 200, EMAIL_MAX = 80, LINK_ID_MIN = 8, MONTHS_MAX = 120,
	DEADLINES_MAX = 10, USAGES_MAX = 9 };

const char *const order_state_words[ORDER_STATES] = {
	[ORDER_STATE_UNKNOWN] = "",
	[ORDER_PLACED] = "placed",
	[ORDER_CONFIRMED] = "confirmed",
	[ORDER_REQUEST_MADE] = "request-made",
	[ORDER_VERIFIED] = "verified",
	[ORDER_ISSUED] = "issued",
	[ORDER_READY] = "ready",
	[ORDER_COLLECTED] = "collected",
	[ORDER_CANCELLED] = "cancelled",
	[ORDER_EXPIRED] = "expired",
	[ORDER_REJECTED] = "rejected",
};

static const char *const link_state_words[] = {
	[ORDER_LINK_UNKNOWN] = "unknown",
	[ORDER_LINK_LIVE] = "live",
	[ORDER_LINK_USED] = "used",
	[ORDER_LINK_EXPIRED] = "expired",
};

#define LETTERS	"abcdefghijklmnopqrstuvwxyz"
#define CAPITALS	"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define FIGURES	"0123456789"

static int
bad(struct err *err, const char *member)
{
	return err_set(err, ERR_ORDER_ANSWER, NULL,
	    "%s is missing or not as the contract has it", member);
}

/* --- members ------------------------------------------------------------------ */

/* A string of at most max of these characters; NULL for anything else. */
static const char *
plain(const json_t *j, const char *alphabet, size_t min, size_t max)
{
	const char *s = json_string_value(j);
	size_t n = s != NULL ? json_string_length(j) : 0;

	return s != NULL && n >= min && n <= max && strlen(s) == n &&
	    strspn(s, alphabet) == n ? s : NULL;
}

static int
read_plain(const json_t *o, const char *key, const char *alphabet, size_t min,
    size_t max, char *out, struct err *err)
{
	const char *s = plain(json_object_get(o, key), alphabet, min, max);

	if (s == NULL)
		return bad(err, key);
	memcpy(out, s, strlen(s) + 1);
	return 0;
}

static int
read_word(const json_t *o, const char *key, char out[ORDER_WORD_MAX + 1],
    struct err *err)
{
	return read_plain(o, key, LETTERS FIGURES "-", 1, ORDER_WORD_MAX, out,
	    err);
}

static int
read_number(const json_t *o, char out[ORDER_NUMBER_MAX + 1], struct err *err)
{
	return read_plain(o, "number", ORDER_NUMBER_LETTERS,
	    ORDER_NUMBER_MIN, ORDER_NUMBER_MAX, out, err);
}

static enum order_state
state_of(const char *word)
{
	for (int i = ORDER_PLACED; i < ORDER_STATES; i++) {
		if (strcmp(order_state_words[i], word) == 0)
			return (enum order_state)i;
	}
	return ORDER_STATE_UNKNOWN;
}

/* Text for people, made printable; absent is NULL. */
static int
read_text(const json_t *o, const char *key, int width, char **out,
    struct err *err)
{
	const json_t *j = json_object_get(o, key);
	struct safe_text t;

	if (j == NULL)
		return 0;
	if (!json_is_string(j))
		return bad(err, key);
	text_safe(&t, json_string_value(j), json_string_length(j), width);
	free(*out);
	*out = t.len > 0 ? mem_strdup(t.s) : NULL;
	return 0;
}

/* "+02:00" behind a time: seconds to take away; false for none such. */
static bool
offset_of(const char *s, int *seconds)
{
	static const char shape[] = "sdd:dd";

	*seconds = 0;
	if ((s[0] == 'Z' || s[0] == 'z') && s[1] == '\0')
		return true;
	if (strlen(s) != sizeof shape - 1 || (s[0] != '+' && s[0] != '-'))
		return false;
	for (size_t i = 1; shape[i] != '\0'; i++) {
		if (shape[i] == 'd' ? strchr(FIGURES, s[i]) == NULL :
		    s[i] != shape[i])
			return false;
	}
	*seconds = ((s[1] - '0') * 10 + s[2] - '0') * 3600 +
	    ((s[4] - '0') * 10 + s[5] - '0') * 60;
	if (s[0] == '-')
		*seconds = -*seconds;
	return true;
}

/* RFC 3339 in all its forms; 0 for what is none, or no time to act by. */
int64_t
order_time(const char *s)
{
	char plain_form[sizeof "2026-11-28T10:00:00Z"];
	const char *rest;
	int64_t at;
	int offset;

	if (s == NULL || strlen(s) < sizeof plain_form - 1 || strlen(s) > TIME_TEXT_MAX)
		return 0;
	memcpy(plain_form, s, sizeof plain_form - 2);
	memcpy(plain_form + sizeof plain_form - 2, "Z", 2);
	if (plain_form[10] == 't')
		plain_form[10] = 'T';
	rest = s + sizeof plain_form - 2;
	if (*rest == '.') {
		size_t n = strspn(rest + 1, FIGURES);

		if (n == 0)
			return 0;
		rest += 1 + n;
	}
	if (clock_parse_rfc3339(plain_form, &at) == -1 ||
	    !offset_of(rest, &offset))
		return 0;
	at -= offset;
	return at >= EARLIEST && at < LATEST ? at : 0;
}

static int
read_time(const json_t *o, const char *key, bool wanted, int64_t *out,
    struct err *err)
{
	const json_t *j = json_object_get(o, key);

	if (j == NULL && !wanted)
		return 0;
	if (!json_is_string(j))
		return bad(err, key);
	*out = order_time(json_string_value(j));
	return 0;
}

static int
read_bool(const json_t *o, const char *key, bool wanted, bool *out,
    struct err *err)
{
	const json_t *j = json_object_get(o, key);

	if (j == NULL && !wanted)
		return 0;
	if (!json_is_boolean(j))
		return bad(err, key);
	*out = json_is_true(j);
	return 0;
}

/* Upper-case hex; an odd number of figures has half a byte in front. */
static int
read_serial(const json_t *o, const char *key, uint8_t *out, size_t *len,
    struct err *err)
{
	static const char figures[] = FIGURES "ABCDEF";
	const json_t *j = json_object_get(o, key);
	const char *s = plain(j, figures, 2, ORDER_SERIAL_MAX * 2);
	size_t n, half;

	if (j == NULL)
		return 0;
	if (s == NULL)
		return bad(err, key);
	n = strlen(s);
	half = n % 2;
	*len = n / 2 + half;
	memset(out, 0, *len);
	for (size_t i = 0; i < n; i++) {
		unsigned v = (unsigned)(strchr(figures, s[i]) - figures);
		uint8_t *b = &out[(i + half) / 2];

		*b = (uint8_t)((unsigned)*b << 4 | v);
	}
	return 0;
}

/* A member that is an object, or absent: 1, 0; -1 for anything else. */
static int
part(const json_t *o, const char *key, const json_t **out, struct err *err)
{
	*out = json_object_get(o, key);
	if (*out == NULL)
		return 0;
	return json_is_object(*out) ? 1 : bad(err, key);
}

/* --- lists ------------------------------------------------------------------- */

struct list {
	const char	*key;
	size_t		 min, max;
	bool		 wanted;
	int		(*read)(const json_t *, struct order *, struct err *);
};

static int
read_list(const json_t *o, const struct list *l, struct order *order,
    struct err *err)
{
	const json_t *a = json_object_get(o, l->key), *item;
	size_t i;

	if (a == NULL && !l->wanted)
		return 0;
	if (!json_is_array(a) || json_array_size(a) < l->min ||
	    json_array_size(a) > l->max)
		return bad(err, l->key);
	json_array_foreach(a, i, item) {
		if (!json_is_object(item))
			return bad(err, l->key);
		if (l->read(item, order, err) == -1)
			return -1;
	}
	return 0;
}

static int
read_step(const json_t *o, struct order *order, struct err *err)
{
	struct order_step *s = &order->steps[order->nsteps++];

	if (read_word(o, "state", s->word, err) == -1 ||
	    read_time(o, "at", true, &s->at, err) == -1 ||
	    read_text(o, "reason", REASON_MAX, &s->reason, err) == -1)
		return -1;
	s->state = state_of(s->word);
	return 0;
}

static int
read_missing(const json_t *o, struct order *order, struct err *err)
{
	struct order_item *item = &order->missing[order->nmissing++];

	return read_word(o, "what", item->what, err) == -1 ? -1 :
	    read_time(o, "since", false, &item->at, err);
}

static int
read_deadline(const json_t *o, struct order *order, struct err *err)
{
	struct order_item *item = &order->deadlines[order->ndeadlines++];

	return read_word(o, "what", item->what, err) == -1 ? -1 :
	    read_time(o, "by", true, &item->at, err);
}

static int
read_link(const json_t *o, struct order *order, struct err *err)
{
	struct order_link *link = &order->links[order->nlinks++];
	char state[ORDER_WORD_MAX + 1];

	if (read_word(o, "what", link->what, err) == -1 ||
	    read_word(o, "state", state, err) == -1 ||
	    read_time(o, "sent", false, &link->sent, err) == -1 ||
	    read_time(o, "until", false, &link->until, err) == -1)
		return -1;
	for (int i = ORDER_LINK_LIVE; i <= ORDER_LINK_EXPIRED; i++) {
		if (strcmp(link_state_words[i], state) == 0)
			link->state = (enum order_link_state)i;
	}
	return json_object_get(o, "id") == NULL ? 0 :
	    read_plain(o, "id", LETTERS CAPITALS FIGURES "_-", LINK_ID_MIN,
	    sizeof link->id - 1, link->id, err);
}

static const struct list lists[] = {
	{ "history", 1, ORDER_STEPS_MAX, true, read_step },
	{ "missing", 0, ORDER_LIST_MAX, false, read_missing },
	{ "deadlines", 0, DEADLINES_MAX, false, read_deadline },
	{ "links", 0, ORDER_LIST_MAX, false, read_link },
};

/* --- parts ------------------------------------------------------------------- */

static int
read_product(const json_t *order, struct order *out, struct err *err)
{
	const json_t *o, *months;
	int rc = part(order, "product", &o, err);

	if (rc != 1)
		return rc == 0 ? bad(err, "product") : -1;
	if (read_word(o, "kind", out->kind, err) == -1 ||
	    read_bool(o, "qualified", true, &out->qualified, err) == -1 ||
	    read_text(o, "name", TITLE_MAX, &out->product, err) == -1)
		return -1;
	if ((months = json_object_get(o, "months")) == NULL)
		return 0;
	if (!json_is_integer(months) || json_integer_value(months) < 1 ||
	    json_integer_value(months) > MONTHS_MAX)
		return bad(err, "months");
	out->months = (int)json_integer_value(months);
	return 0;
}

static int
read_whom(const json_t *order, struct order *out, struct err *err)
{
	const json_t *o;
	int rc = part(order, "whom", &o, err);

	if (rc != 1)
		return rc;
	return read_text(o, "name", TITLE_MAX, &out->name, err) == -1 ||
	    read_text(o, "id", IDENT_MAX, &out->ident, err) == -1 ||
	    read_text(o, "organization", TITLE_MAX, &out->organization,
	    err) == -1 ? -1 : 0;
}

static int
read_renews(const json_t *order, struct order *out, struct err *err)
{
	const json_t *o;
	int rc = part(order, "renews", &o, err);

	if (rc != 1)
		return rc;
	return read_serial(o, "serial", out->renews, &out->renews_len,
	    err) == -1 ||
	    read_text(o, "issuer", ISSUER_MAX, &out->renews_issuer,
	    err) == -1 ||
	    read_time(o, "not_after", false, &out->renews_until, err) == -1 ||
	    read_text(o, "card", CARD_MAX, &out->renews_card, err) == -1 ?
	    -1 : 0;
}

static int
read_certificate(const json_t *order, struct order *out, struct err *err)
{
	const json_t *o;
	int rc = part(order, "certificate", &o, err);

	if (rc != 1)
		return rc;
	return read_serial(o, "serial", out->issued, &out->issued_len,
	    err) == -1 ||
	    read_time(o, "not_before", false, &out->issued_from, err) == -1 ||
	    read_time(o, "not_after", false, &out->issued_until, err) == -1 ?
	    -1 : 0;
}

/* --- what a request has to be --------------------------------------------------- */

/* A list of words, each given to take; one that it does not know is passed by. */
static int
each_word(const json_t *o, const char *key, const char *alphabet, size_t max,
    void (*take)(struct order *, const char *), struct order *out,
    struct err *err)
{
	const json_t *a = json_object_get(o, key), *item;
	size_t i;

	if (a == NULL)
		return 0;
	if (!json_is_array(a) || json_array_size(a) > max)
		return bad(err, key);
	json_array_foreach(a, i, item) {
		const char *word = plain(item, alphabet, 1, ORDER_WORD_MAX);

		if (word == NULL)
			return bad(err, key);
		take(out, word);
	}
	return 0;
}

/* The bit of none says: those taken are no kinds of ours. */
static void
take_key(struct order *out, const char *word)
{
	out->key_kinds |= 1u << key_kind_from_id(word);
}

static void
take_usage(struct order *out, const char *word)
{
	char name[64];

	for (unsigned bit = CERT_KU_DIGITAL_SIGNATURE;
	    bit <= CERT_KU_DECIPHER_ONLY; bit <<= 1) {
		if (strcmp(cert_ku_text(bit, name, sizeof name), word) == 0)
			out->ku |= bit;
	}
}

static void
take_purpose(struct order *out, const char *oid)
{
	for (size_t i = 0; i < sizeof out->eku / sizeof *out->eku; i++) {
		if (out->eku[i][0] == '\0') {
			memcpy(out->eku[i], oid, strlen(oid) + 1);
			return;
		}
	}
}

static int
read_wanted(const json_t *order, struct order *out, struct err *err)
{
	const json_t *o;
	int rc = part(order, "request", &o, err);

	if (rc != 1)
		return rc;
	out->takes_request = true;
	return read_bool(o, "signed_by_old", false, &out->signed_by_old,
	    err) == -1 ||
	    each_word(o, "keys", LETTERS FIGURES "-", ORDER_LIST_MAX, take_key,
	    out, err) == -1 ||
	    each_word(o, "key_usage", LETTERS CAPITALS, USAGES_MAX,
	    take_usage, out, err) == -1 ||
	    each_word(o, "extended_key_usage", FIGURES ".",
	    sizeof out->eku / sizeof *out->eku, take_purpose, out,
	    err) == -1 ? -1 : 0;
}

int
order_read(const json_t *o, struct order *out, struct err *err)
{
	memset(out, 0, sizeof *out);
	if (!json_is_object(o))
		return bad(err, "the order");
	if (read_number(o, out->number, err) == -1 ||
	    read_word(o, "state", out->state_word, err) == -1)
		return -1;
	out->state = state_of(out->state_word);
	out->summary = json_object_get(o, "history") == NULL &&
	    json_object_get(o, "product") == NULL;
	if (out->summary)
		return 0;
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		if (read_list(o, &lists[i], out, err) == -1)
			return -1;
	}
	return read_product(o, out, err) == -1 ||
	    read_whom(o, out, err) == -1 ||
	    read_renews(o, out, err) == -1 ||
	    read_certificate(o, out, err) == -1 ||
	    read_wanted(o, out, err) == -1 ||
	    read_text(o, "card", CARD_MAX, &out->card, err) == -1 ||
	    read_text(o, "email", EMAIL_MAX, &out->email, err) == -1 ||
	    read_bool(o, "form", false, &out->form, err) == -1 ? -1 : 0;
}

void
order_clear(struct order *o)
{
	for (size_t i = 0; i < o->nsteps; i++)
		free(o->steps[i].reason);
	free(o->product);
	free(o->name);
	free(o->ident);
	free(o->organization);
	free(o->email);
	free(o->card);
	free(o->renews_issuer);
	free(o->renews_card);
	memset(o, 0, sizeof *o);
}

/* --- and back ------------------------------------------------------------------ */

static void
put_text(json_t *o, const char *key, const char *s)
{
	if (s != NULL && s[0] != '\0')
		json_object_set_new(o, key, jstring(s));
}

static void
put_time(json_t *o, const char *key, int64_t at)
{
	char text[TIME_TEXT_MAX];

	if (at != 0)
		put_text(o, key, clock_rfc3339(at, text, sizeof text));
}

/* One that has to be there: not known is told as a time that cannot be. */
static void
put_some_time(json_t *o, const char *key, int64_t at)
{
	put_time(o, key, at);
	if (at == 0)
		put_text(o, key, "0001-01-01T00:00:00Z");
}

static void
put_serial(json_t *o, const char *key, const uint8_t *b, size_t len)
{
	char hex[ORDER_SERIAL_MAX * 2 + 1];

	if (len > 0)
		put_text(o, key, text_hex(b, len, 0, hex, sizeof hex));
}

static void
put_part(json_t *order, const char *key, json_t *o)
{
	if (json_object_size(o) > 0)
		json_object_set(order, key, o);
	json_decref(o);
}

static json_t *
items_json(const struct order_item *v, size_t n, bool deadlines)
{
	json_t *a = json_array();

	for (size_t i = 0; i < n; i++) {
		json_t *o = json_object();

		put_text(o, "what", v[i].what);
		if (deadlines)
			put_some_time(o, "by", v[i].at);
		else
			put_time(o, "since", v[i].at);
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *
links_json(const struct order *order)
{
	json_t *a = json_array();

	for (size_t i = 0; i < order->nlinks; i++) {
		const struct order_link *l = &order->links[i];
		json_t *o = json_object();

		put_text(o, "what", l->what);
		put_text(o, "state", link_state_words[l->state]);
		put_text(o, "id", l->id);
		put_time(o, "sent", l->sent);
		put_time(o, "until", l->until);
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *
history_json(const struct order *order)
{
	json_t *a = json_array();

	for (size_t i = 0; i < order->nsteps; i++) {
		json_t *o = json_object();

		put_text(o, "state", order->steps[i].word);
		put_some_time(o, "at", order->steps[i].at);
		put_text(o, "reason", order->steps[i].reason);
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *
wanted_json(const struct order *order)
{
	json_t *o = json_object(), *keys = json_array(), *usage = json_array();
	json_t *purposes = json_array();
	char name[64];

	for (int i = 0; i < KEY_KINDS; i++) {
		if ((order->key_kinds & 1u << i) != 0)
			json_array_append_new(keys, jstring(i ==
			    KEY_KIND_NONE ? "other" :
			    key_kind_id((enum key_kind)i)));
	}
	for (unsigned bit = CERT_KU_DIGITAL_SIGNATURE;
	    bit <= CERT_KU_DECIPHER_ONLY; bit <<= 1) {
		if ((order->ku & bit) != 0)
			json_array_append_new(usage, jstring(
			    cert_ku_text(bit, name, sizeof name)));
	}
	for (size_t i = 0; i < sizeof order->eku / sizeof *order->eku; i++) {
		if (order->eku[i][0] != '\0')
			json_array_append_new(purposes,
			    jstring(order->eku[i]));
	}
	json_object_set_new(o, "signed_by_old",
	    json_boolean(order->signed_by_old));
	json_object_set_new(o, "keys", keys);
	json_object_set_new(o, "key_usage", usage);
	json_object_set_new(o, "extended_key_usage", purposes);
	return o;
}

static void
put_parts(const struct order *order, json_t *o)
{
	json_t *p = json_object();

	put_text(p, "kind", order->kind);
	json_object_set_new(p, "qualified", json_boolean(order->qualified));
	if (order->months > 0)
		json_object_set_new(p, "months", json_integer(order->months));
	put_text(p, "name", order->product);
	put_part(o, "product", p);

	p = json_object();
	put_text(p, "name", order->name);
	put_text(p, "id", order->ident);
	put_text(p, "organization", order->organization);
	put_part(o, "whom", p);

	p = json_object();
	put_serial(p, "serial", order->renews, order->renews_len);
	put_text(p, "issuer", order->renews_issuer);
	put_time(p, "not_after", order->renews_until);
	put_text(p, "card", order->renews_card);
	put_part(o, "renews", p);

	p = json_object();
	put_serial(p, "serial", order->issued, order->issued_len);
	put_time(p, "not_before", order->issued_from);
	put_time(p, "not_after", order->issued_until);
	put_part(o, "certificate", p);
}

json_t *
order_json(const struct order *order)
{
	json_t *o = json_object();

	put_text(o, "number", order->number);
	put_text(o, "state", order->state_word);
	if (order->summary)
		return o;
	json_object_set_new(o, "history", history_json(order));
	put_parts(order, o);
	put_text(o, "card", order->card);
	json_object_set_new(o, "missing",
	    items_json(order->missing, order->nmissing, false));
	json_object_set_new(o, "deadlines",
	    items_json(order->deadlines, order->ndeadlines, true));
	json_object_set_new(o, "links", links_json(order));
	if (order->takes_request)
		json_object_set_new(o, "request", wanted_json(order));
	json_object_set_new(o, "form", json_boolean(order->form));
	put_text(o, "email", order->email);
	return o;
}
