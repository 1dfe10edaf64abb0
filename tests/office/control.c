/*
 * What tests tell the office and ask it, on its own plain port:
 *
 *	/control?service=ocsp&fault=stale[&times=2][&n=100]
 *	/control?count		"asked SERVICE N", "revoked SERIAL N" ...
 *	/control?order=NUMBER&state=STATE[&reason=WORDS]
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/card/bytes.h"
#include "tests/office/office.h"
#include "tests/office/orders_renew.h"

#define COUNT	1000	/* of what a fault counts, unless it is said */

const char *const service_names[SERVICES] = {
	[OCSP] = "ocsp", [CRL] = "crl", [DELTA] = "delta", [CMP] = "cmp",
	[EJBCA] = "ejbca", [ORDERS] = "orders", [TOKEN] = "token",
	[EST] = "est", [CONTROL] = "control",
};

const char *const fault_names[FAULTS] = {
#define FAULT(symbol, name) [symbol] = name,
#include "tests/office/fault.def"
#undef FAULT
};

struct fault_set
fault_take(struct office *o, enum service s)
{
	struct fault_set f = o->faults[s];

	o->asked[s]++;
	if (f.times > 0 && --o->faults[s].times == 0)
		o->faults[s].fault = FAULT_NONE;
	return f;
}

static int
find(const char *const *names, int n, const char *name)
{
	for (int i = 0; name && i < n; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

static long
number(const struct ask *a, const char *name, long otherwise)
{
	const char *s = a->query(a, name);

	return s ? strtol(s, NULL, 10) : otherwise;
}

static void
say(struct buf *b, const char *what, const char *of, unsigned long n)
{
	char *line = mem_printf("%s %s %lu\n", what, of, n);

	bytes_add(b, line, strlen(line));
	free(line);
}

static void
count_changes(const struct ledger_cert *c, struct buf *b)
{
	unsigned long revoked = 0, held = 0, lifted = 0;

	for (size_t i = 0; i < c->nchanges; i++)
		switch (c->changes[i].reason) {
		case REASON_HOLD: held++; break;
		case REASON_LIFT: lifted++; break;
		default: revoked++;
		}
	if (revoked)
		say(b, "revoked", c->serial, revoked);
	if (held)
		say(b, "held", c->serial, held);
	if (lifted)
		say(b, "lifted", c->serial, lifted);
}

/* Effects by idempotency key, and how often each came. */
static void
count_once(const struct orders *all, struct buf *b)
{
	unsigned long resent = 0, questions = 0;

	for (size_t i = 0; i < all->nonce; i++) {
		const struct once *once = &all->once[i];

		say(b, once->question ? "question" : "resent", once->key, 1);
		say(b, "came", once->key, once->came);
		*(once->question ? &questions : &resent) += 1;
	}
	say(b, "resent", "all", resent);
	say(b, "question", "all", questions);
}

/* Certificates that were issued for requests, and how often for one. */
static void
count_issued(const struct ledger *l, struct buf *b)
{
	unsigned long all = 0;

	for (size_t i = 0; i < l->nasked; i++)
		all += l->asked[i].times;
	say(b, "issued", "all", all);
}

static void
count(const struct office *o, struct answer *answer)
{
	for (int i = 0; i < CONTROL; i++)
		say(&answer->body, "asked", service_names[i], o->asked[i]);
	for (size_t i = 0; i < o->ledger->ncerts; i++)
		count_changes(&o->ledger->certs[i], &answer->body);
	count_once(o->orders, &answer->body);
	count_issued(o->ledger, &answer->body);
	answer->status = 200;
	answer->type = "text/plain";
}

static void
move_order(struct office *o, const struct ask *a, struct answer *answer)
{
	struct order *order = orders_find(o->orders, a->query(a, "order"));
	const char *state = a->query(a, "state");

	if (order == NULL || state == NULL || *state == '\0') {
		answer_text(answer, 400, "no such order, or no state\n");
		return;
	}
	/* With the certificate of its request, if it has that. */
	if (order->request && !order->issued && (strcmp(state, "issued") == 0 ||
	    strcmp(state, "ready") == 0))
		renew_issue(o, order);
	if (strcmp(state, "issued") != 0 || !order->issued)
		orders_move(o->orders, order, state, a->query(a, "reason"));
	answer_text(answer, 200, "done\n");
}

void
control_serve(struct office *o, const struct ask *a, struct answer *answer)
{
	int s = find(service_names, CONTROL, a->query(a, "service"));
	int f = find(fault_names, FAULTS, a->query(a, "fault"));

	if (a->query(a, "count")) {
		count(o, answer);
		return;
	}
	if (a->query(a, "order")) {
		move_order(o, a, answer);
		return;
	}
	if (s == -1 || f == -1) {
		answer_text(answer, 400, "no such service or fault\n");
		return;
	}
	o->faults[s] = (struct fault_set){
		(enum fault)f, number(a, "times", -1),
		number(a, "n", f == FAULT_CLOCK ? CLOCK_OFF : COUNT)
	};
	/* What is told from now on as the difference counts from here. */
	if (s == CRL && f == FAULT_FROZEN)
		o->started = o->crl.at ? o->crl.at : office_published(o);
	answer_text(answer, 200, "done\n");
}
