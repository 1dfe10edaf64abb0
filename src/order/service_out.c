/*
 * What is sent: into the outbox first, then to the service under the key that it
 * got there, as often as it takes.  Whoever is killed between sending and writing
 * down that it was sent has it sent again, with the same key: one effect.
 */
#include "config.h"

#include <sys/random.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/jstring.h"
#include "base/mem.h"
#include "base/text.h"
#include "order/service_inside.h"
#include "registry/leases.h"
#include "registry/outbox.h"

#define LEASE		180	/* seconds at least */
#define CALLS		4	/* of one row at most: a token, the row, both again */
#define FIRST_WAIT	5	/* seconds until it is tried again; doubles */
#define LONGEST_WAIT	3600
#define LONGEST_ASKED	OUTBOX_LATER_MAX /* that a service may ask to wait */
#define AFTER_ERROR	60	/* of ours, until the next round */
#define TOGETHER	32	/* of one round */
#define ADDRESS_MAX	256
#define PAPER		"paper"	/* what the outbox calls it */

static const char *const kinds[] = {
	[ORDER_RESEND] = "resend",
	[ORDER_QUESTION] = "question",
};

/* --- in ------------------------------------------------------------------------ */

static int
put(struct registry *reg, struct outbox_row *row, json_t *body, int64_t *id,
    struct err *err)
{
	char *text = json_dumps(body, JSON_COMPACT);
	int rc = text == NULL ? err_set(err, ERR_BAD_DATA, NULL,
	    "no valid UTF-8") : outbox_put(reg, row, span_of(text,
	    strlen(text)), clock_now(), id, err);

	if (text != NULL)
		explicit_bzero(text, strlen(text));
	free(text);
	json_decref(body);
	return rc;
}

/* With what it is kept for; a question on paper has no body. */
static int
put_asked(struct registry *reg, struct outbox_row *row, json_t *body,
    const struct order_question *q, int64_t *id, struct err *err)
{
	struct asked a = { .basis = q->contract ? ASKED_BY_CONTRACT :
	    ASKED_BY_CONSENT, .agreed = q->consent ? clock_now() : 0 };

	snprintf(a.clause, sizeof a.clause, "%s", q->clause);
	if (registry_begin(reg, err) == -1) {
		json_decref(body);
		return -1;
	}
	if ((body != NULL ? put(reg, row, body, id, err) : outbox_note(reg,
	    row, clock_now(), id, err)) == -1 ||
	    asked_put(reg, *id, &a, err) == -1) {
		registry_rollback(reg);
		return -1;
	}
	return registry_commit(reg, err);
}

/* One that waits already is enough: each mail may make the one before it void. */
static int
put_once(struct registry *reg, struct outbox_row *row, json_t *body,
    int64_t *id, struct err *err)
{
	int rc;

	if (registry_begin(reg, err) == -1) {
		json_decref(body);
		return -1;
	}
	rc = outbox_find(reg, row, id, err);
	if (rc == 0)
		rc = put(reg, row, body, id, err);
	else
		json_decref(body);
	if (rc != -1)
		return registry_commit(reg, err);
	registry_rollback(reg);
	return -1;
}

int
order_put_resend(struct registry *reg, const struct authority *a,
    const char *number, const char *what, int64_t *id, struct err *err)
{
	struct outbox_row row = { .authority = mem_strdup(a->id),
		.number = mem_strdup(number), .what = mem_strdup(what) };
	json_t *body = json_object();
	int rc;

	json_object_set_new(body, "what", jstring(what));
	snprintf(row.kind, sizeof row.kind, "%s", kinds[ORDER_RESEND]);
	rc = put_once(reg, &row, body, id, err);
	outbox_row_clear(&row);
	return rc;
}

static bool
is_utf8(const char *s)
{
	return s == NULL || (text_flags(s, strlen(s)) & TEXT_INVALID) == 0;
}

/* NULL: something lacks, or is no UTF-8: nobody is to read marks instead. */
static json_t *
question_body(const struct order_question *q)
{
	json_t *body;

	if (!is_utf8(q->name) || !is_utf8(q->contact) || !is_utf8(q->text) ||
	    !is_utf8(q->order))
		return NULL;
	body = json_object();
	json_object_set_new(body, "name", jstring(q->name));
	json_object_set_new(body, "contact", jstring(q->contact));
	json_object_set_new(body, "text", jstring(q->text));
	json_object_set_new(body, "contract", json_boolean(q->contract));
	json_object_set_new(body, "consent", json_boolean(q->consent));
	json_object_set_new(body, "clause", jstring(q->clause));
	json_object_set_new(body, "language", jstring(q->language));
	if (q->order != NULL)
		json_object_set_new(body, "order", jstring(q->order));
	if (json_object_size(body) >= 7)
		return body;
	json_decref(body);
	return NULL;
}

int
order_put_question(struct registry *reg, const struct authority *a,
    const struct order_question *q, int64_t *id, struct err *err)
{
	struct outbox_row row = { .authority = mem_strdup(a->id),
		.number = mem_strdup(q->order),
		.email = mem_strdup(q->contact) };
	json_t *body = question_body(q);
	int rc;

	snprintf(row.kind, sizeof row.kind, "%s", kinds[ORDER_QUESTION]);
	rc = body == NULL ? err_set(err, ERR_BAD_DATA, NULL,
	    "no valid UTF-8") : put_asked(reg, &row, body, q, id, err);
	outbox_row_clear(&row);
	return rc;
}

bool
order_takes_questions(const struct authority *a)
{
	return order_is_served(a) || (a->question_clause[0] != '\0' &&
	    a->question_clause_version[0] != '\0');
}

int
order_note_question(struct registry *reg, const struct authority *a,
    const struct order_question *q, const char *key, int64_t *id,
    struct err *err)
{
	struct outbox_row row = { .authority = mem_strdup(a->id),
		.number = mem_strdup(q->order), .what = mem_strdup(PAPER),
		.email = mem_strdup(q->contact) };
	int rc;

	snprintf(row.kind, sizeof row.kind, "%s", kinds[ORDER_QUESTION]);
	snprintf(row.key, sizeof row.key, "%s", key);
	rc = put_asked(reg, &row, NULL, q, id, err);
	outbox_row_clear(&row);
	return rc;
}

/* --- out: rows as this room tells them ---------------------------------------------- */

static int
take_row(struct registry *reg, const struct outbox_row *row,
    struct order_out *out, struct err *err)
{
	int rc;

	*out = (struct order_out){ .id = row->id, .at = row->at,
		.tried = row->tried, .next = row->next,
		.what = strcmp(row->kind, kinds[ORDER_QUESTION]) == 0 ?
		    ORDER_QUESTION : ORDER_RESEND,
		.state = row->state == OUTBOX_WAITING ? ORDER_OUT_WAITING :
		    row->state == OUTBOX_DONE ? ORDER_OUT_DONE :
		    ORDER_OUT_REFUSED,
		.answer_by = row->answer_by, .err = row->err };
	snprintf(out->authority, sizeof out->authority, "%s", row->authority);
	out->number = mem_strdup(row->number);
	out->reference = mem_strdup(row->reference);
	out->email = mem_strdup(row->email);
	if (out->what != ORDER_QUESTION)
		return 0;
	out->paper = row->what != NULL && strcmp(row->what, PAPER) == 0;
	asked_number(row->key, out->own);
	out->until = asked_until(row);
	rc = asked_get(reg, row->id, &out->asked, err);
	out->why_known = rc == 1;
	return rc == -1 ? -1 : 0;
}

void
order_out_clear(struct order_out *out)
{
	free(out->number);
	free(out->reference);
	free(out->email);
	memset(out, 0, sizeof *out);
}

int
order_out_get(struct registry *reg, int64_t id, struct order_out *out,
    struct err *err)
{
	struct outbox_row row;
	int rc;

	memset(out, 0, sizeof *out);
	if (outbox_get(reg, id, &row, err) == -1)
		return -1;
	rc = take_row(reg, &row, out, err);
	outbox_row_clear(&row);
	if (rc == -1)
		order_out_clear(out);
	return rc;
}

struct each {
	struct registry	*reg;
	order_out_fn	*fn;
	void		*arg;
	struct err	*err;
	int		 rc;
};

static int
each_row(const struct outbox_row *row, void *arg)
{
	struct each *e = arg;
	struct order_out out;
	int stop;

	e->rc = take_row(e->reg, row, &out, e->err);
	stop = e->rc == -1 || e->fn(&out, e->arg);
	order_out_clear(&out);
	return stop;
}

int
order_out_each(struct registry *reg, bool done_too, order_out_fn *fn,
    void *arg, struct err *err)
{
	struct each e = { reg, fn, arg, err, 0 };

	return outbox_each(reg, done_too, each_row, &e, err) == -1 ? -1 :
	    e.rc;
}

int
order_out_drop(struct registry *reg, int64_t id, struct err *err)
{
	struct outbox_row row;
	char what[24];
	int rc;

	if (outbox_get(reg, id, &row, err) == -1)
		return -1;
	outbox_row_clear(&row);
	rc = outbox_drop(reg, id, clock_now(), err);
	snprintf(what, sizeof what, "%lld", (long long)id);
	return rc == 0 ? err_set(err, ERR_ORDER_SENT, what, NULL) :
	    rc == 1 ? 0 : -1;
}

/* --- sending -------------------------------------------------------------------------- */

/* A member as printable text of the caller's, or NULL. */
static char *
text_of(const json_t *o, const char *key, int width)
{
	const char *s = json_string_value(json_object_get(o, key));
	struct safe_text t;

	if (s == NULL)
		return NULL;
	text_safe_str(&t, s, width);
	return t.len > 0 ? mem_strdup(t.s) : NULL;
}

static int
took(struct outbox_row *row, const struct authority *a,
    const struct order_said *said, struct err *why)
{
	bool question = strcmp(row->kind, kinds[ORDER_QUESTION]) == 0;

	free(row->reference);
	free(row->email);
	row->reference = question ? text_of(said->json, "reference", 40) :
	    NULL;
	row->email = question ? NULL : text_of(said->json, "email", 80);
	if (question && row->reference == NULL)
		return err_set(why, ERR_ORDER_ANSWER, a->name,
		    "no reference in it");
	if (question)
		row->answer_by = order_time(json_string_value(
		    json_object_get(said->json, "by")));
	row->state = OUTBOX_DONE;
	return 0;
}

/*
 * What no repeating makes better: the service's own word, understood.  A refused
 * desk, a network, a proxy's page and a service that talks nonsense can all be put
 * right, so that waits.
 */
static bool
is_final(const struct err *why)
{
	return why->code == ERR_ORDER_UNKNOWN ||
	    why->code == ERR_ORDER_STATE || why->code == ERR_ORDER_WRONG ||
	    why->code == ERR_WAY_REFUSED;
}

/* Doubling, with a part left to chance: desks that failed together part. */
static int64_t
wait_of(const struct outbox_row *row, int64_t asked_to)
{
	int64_t wait = FIRST_WAIT;
	uint32_t dice = 0;

	for (int i = 0; i < row->tries && wait < LONGEST_WAIT; i++)
		wait *= 2;
	if (wait > LONGEST_WAIT)
		wait = LONGEST_WAIT;
	if (getrandom(&dice, sizeof dice, 0) != sizeof dice)
		dice = 0;
	if (asked_to > LONGEST_ASKED)
		asked_to = LONGEST_ASKED;
	wait += (int64_t)(dice % (uint32_t)(wait / 2 + 1));
	return wait > asked_to ? wait : asked_to;
}

static const struct authority *
authority_of(const struct order_service *s, const char *id)
{
	for (size_t i = 0; i < s->as->n; i++) {
		if (strcmp(s->as->v[i].id, id) == 0)
			return &s->as->v[i];
	}
	return NULL;
}

static int
ask(struct order_service *s, const struct authority *a,
    const struct outbox_row *row, const struct buf *body,
    const atomic_bool *cancel, struct order_said *said, struct err *why)
{
	char path[ADDRESS_MAX] = "/questions";
	const struct order_ask ask = { .authority = a, .method = NET_POST,
		.path = path, .accept = "application/json",
		.bytes = span_of(body->data, body->len), .key = row->key,
		.max = ORDER_JSON_MAX, .what = row->number,
		.cancel = cancel };

	if (strcmp(row->kind, kinds[ORDER_RESEND]) == 0)
		order_path(path, sizeof path, row->number, "/resend");
	return order_ask(s, &ask, said, why);
}

/* One round of sending. */
struct sending {
	struct order_service *s;
	const atomic_bool *cancel;
	char		*away[TOGETHER];	/* authorities: not now */
	size_t		 naway;
};

/* No word came from there, or that there is too much to do. */
static void
note_away(struct sending *g, const struct outbox_row *row,
    const struct order_said *said, const struct err *why)
{
	if (why->code != ERR_NONE && g->naway < TOGETHER &&
	    (said->status == 0 || why->code == ERR_ORDER_BUSY))
		g->away[g->naway++] = mem_strdup(row->authority);
}

static bool
is_away(const struct sending *g, const struct outbox_row *row)
{
	for (size_t i = 0; i < g->naway; i++) {
		if (strcmp(g->away[i], row->authority) == 0)
			return true;
	}
	return false;
}

/* One that cannot be opened is not to keep the others back. */
static int
set_aside(struct order_service *s, const struct outbox_row *row,
    const struct err *why, struct err *err)
{
	int64_t now = clock_now();

	if (why->code == ERR_REGISTRY_BROKEN || why->code == ERR_TOO_BIG)
		return outbox_failed(s->reg, row->id, now, now + LONGEST_WAIT,
		    why, err);
	*err = *why;
	return -1;
}

/* It was asked for: written down how it went. */
static int
note_end(struct sending *g, struct outbox_row *row,
    const struct order_said *said, const struct err *why, struct err *err)
{
	struct registry *reg = g->s->reg;
	int64_t now = clock_now();

	if (why->code != ERR_NONE && is_final(why)) {
		row->state = OUTBOX_REFUSED;
		row->err = *why;
	}
	if (why->code == ERR_NONE || row->state == OUTBOX_REFUSED)
		return outbox_end(reg, row, now, err);
	if (outbox_failed(reg, row->id, now, why->code == ERR_CANCELLED ?
	    now : now + wait_of(row, said->retry_after), why, err) == -1)
		return -1;
	if (why->code != ERR_CANCELLED)
		return 0;
	*err = *why;
	return -1;
}

/* One that is leased. */
static int
send_row(struct sending *g, struct outbox_row *row, struct err *err)
{
	struct order_service *s = g->s;
	const struct authority *a = authority_of(s, row->authority);
	struct order_said said = { .status = 0 };
	struct err why = ERR_INIT;
	struct buf body;
	int rc;

	buf_init(&body, OUTBOX_BODY_MAX);
	if (outbox_body(s->reg, row->id, &body, &why) == -1) {
		buf_clear(&body);
		return set_aside(s, row, &why, err);
	}
	if (a == NULL || !order_is_served(a))
		(void)err_set(&why, ERR_NO_ORDER_SERVICE, row->authority,
		    NULL);
	else if (ask(s, a, row, &body, g->cancel, &said, &why) == 0)
		(void)took(row, a, &said, &why);
	buf_clear(&body);
	note_away(g, row, &said, &why);
	rc = note_end(g, row, &said, &why, err);
	order_said_clear(&said);
	return rc;
}

/* As long as all that it may take, by the deadline that is set. */
static int64_t
lease_of(const struct order_service *s)
{
	int64_t all = CALLS * (net_deadline_ms(s->net) / 1000 + 2);

	return all > LEASE ? all : LEASE;
}

static int
send_one(struct sending *g, int64_t id, struct err *err)
{
	struct order_service *s = g->s;
	int64_t now = clock_now();
	struct outbox_row row;
	bool got;
	int rc;

	if (outbox_lease(s->reg, id, s->by, now, now + lease_of(s), &got,
	    err) == -1)
		return -1;
	if (!got)
		return 0;
	if (outbox_get(s->reg, id, &row, err) == -1)
		return -1;
	rc = is_away(g, &row) ? outbox_later(s->reg, id, now + wait_of(&row,
	    0), err) : send_row(g, &row, err);
	outbox_row_clear(&row);
	return rc;
}

static int
send_due(struct sending *g, int64_t only, struct err *err)
{
	struct order_service *s = g->s;
	int64_t ids[TOGETHER] = { only };
	size_t n = 1;
	int rc = 0;

	if (leases_sweep(s->reg, err) == -1 || (only == 0 && outbox_due(s->reg,
	    s->by, clock_now(), ids, TOGETHER, &n, err) == -1))
		return -1;
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = send_one(g, ids[i], err);
	return rc;
}

int
order_send(struct order_service *s, int64_t only, const atomic_bool *cancel,
    int64_t *next, struct err *err)
{
	struct sending g = { .s = s, .cancel = cancel };
	int rc;

	*next = 0;
	if (s->reg == NULL)
		return 0;
	rc = send_due(&g, only, err);
	for (size_t i = 0; i < g.naway; i++)
		free(g.away[i]);
	if (rc == 0)
		rc = outbox_next(s->reg, s->by, clock_now(), next, err);
	if (rc == -1)
		*next = clock_now() + AFTER_ERROR;
	return rc;
}

/* A service that has had a key takes it with the same words alone. */
static int
try_key(struct order_try *t, struct span asked, struct err *err)
{
	uint8_t of[EVP_MAX_MD_SIZE];

	if (EVP_Digest(asked.p, asked.len, of, NULL, EVP_sha256(), NULL) != 1)
		panic("no digest");
	if (t->key[0] != '\0' && memcmp(t->of, of, sizeof t->of) == 0)
		return 0;
	memcpy(t->of, of, sizeof t->of);
	return outbox_key(t->key, err);
}

/* What took() and the screen need of a row that there never was. */
static int
ask_now(struct order_service *s, const struct authority *a,
    struct outbox_row *row, json_t *question, struct order_try *t,
    const atomic_bool *cancel, struct err *err)
{
	struct order_said said = { .status = 0 };
	char *text = json_dumps(question, JSON_COMPACT);
	size_t len = text != NULL ? strlen(text) : 0;
	struct buf body;
	int rc;

	buf_init(&body, OUTBOX_BODY_MAX);
	rc = text == NULL || buf_add(&body, text, len) == -1 ?
	    err_set(err, ERR_TOO_BIG, a->name, NULL) :
	    try_key(t, span_of(body.data, body.len), err);
	memcpy(row->key, t->key, sizeof row->key);
	if (rc == 0)
		rc = ask(s, a, row, &body, cancel, &said, err);
	if (rc == 0)
		rc = took(row, a, &said, err);
	order_said_clear(&said);
	if (body.len > 0)
		explicit_bzero(body.data, body.len);
	buf_clear(&body);
	if (text != NULL)
		explicit_bzero(text, len);
	free(text);
	return rc;
}

int
order_ask_now(struct order_service *s, const struct authority *a,
    const struct order_question *q, struct order_try *t,
    const atomic_bool *cancel, struct order_out *out, struct err *err)
{
	struct outbox_row row = { .number = mem_strdup(q->order),
		.at = clock_now() };
	json_t *question = question_body(q);
	int rc;

	memset(out, 0, sizeof *out);
	snprintf(row.kind, sizeof row.kind, "%s", kinds[ORDER_QUESTION]);
	rc = question == NULL ? err_set(err, ERR_BAD_DATA, NULL,
	    "no valid UTF-8") : ask_now(s, a, &row, question, t, cancel, err);
	if (rc == 0) {
		*out = (struct order_out){ .at = row.at, .tried = row.at,
		    .what = ORDER_QUESTION, .state = ORDER_OUT_DONE,
		    .answer_by = row.answer_by, .reference = row.reference };
		row.reference = NULL;
		snprintf(out->authority, sizeof out->authority, "%s", a->id);
		asked_number(row.key, out->own);
	}
	json_decref(question);
	outbox_row_clear(&row);
	return rc;
}
