/*
 * Renewal through an authority's order service (order/orders.yaml).  The order
 * tells what became of the request, so that whoever has no answer looks there
 * before anything is sent again.
 */
#include "config.h"

#include <openssl/evp.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "renewal/way_parts.h"

static bool
has_orders(const struct authority *a)
{
	return a->orders_url[0] != '\0';
}

/* --- how it came out ------------------------------------------------------------- */

/* What cannot be put right by asking again: the service's own word alone. */
static bool
is_final(const struct err *err)
{
	return err->code == ERR_WAY_REFUSED || err->code == ERR_ORDER_UNKNOWN ||
	    err->code == ERR_ORDER_WRONG;
}

static void
failed(const struct err *why, struct way_outcome *o)
{
	o->result = is_final(why) ? WAY_REFUSED : WAY_FAILED;
	o->err = *why;
	if (why->code == ERR_WAY_REFUSED || why->code == ERR_ORDER_WRONG)
		way_words(o, why->detail);
}

static const char *
last_reason(const struct order *order)
{
	return order->nsteps > 0 ? order->steps[order->nsteps - 1].reason :
	    NULL;
}

/* Where the order stands once it has the request. */
static void
by_state(const struct way_job *job, const struct order *order,
    struct way_outcome *o)
{
	o->retry_at = way_retry(job->now, WAY_FIRST);
	switch (order->state) {
	case ORDER_CANCELLED:
	case ORDER_EXPIRED:
	case ORDER_REJECTED:
		o->result = WAY_REFUSED;
		o->retry_at = 0;
		(void)err_set(&o->err, ERR_WAY_REFUSED, job->authority->name,
		    "the order is %s", order->state_word);
		way_words(o, last_reason(order));
		break;
	case ORDER_VERIFIED:
	case ORDER_ISSUED:
	case ORDER_READY:
	case ORDER_COLLECTED:
		o->result = WAY_VERIFIED;
		break;
	default:
		o->result = WAY_SENT;
		break;
	}
}

/* --- asking -------------------------------------------------------------------------- */

/* The certificate, or where the order stands while there is none. */
static void
ask_order(const struct way_job *job, struct way_outcome *o)
{
	const char *number = job->view->plan.order;
	struct err why = ERR_INIT;
	struct order order;
	int64_t retry_at;

	way_begin(o);
	if (order_certificate(job->orders, job->authority, number, job->cancel,
	    &o->body, &retry_at, &why) == 0) {
		o->result = WAY_ISSUED;
		return;
	}
	if (why.code != ERR_ORDER_STATE) {
		failed(&why, o);
		if (retry_at > job->now)
			o->retry_at = way_retry(job->now, retry_at - job->now);
		return;
	}
	err_clear(&why);
	if (order_get(job->orders, job->authority, number, job->cancel, &order,
	    &why) == -1) {
		failed(&why, o);
		return;
	}
	by_state(job, &order, o);
	if (o->retry_at != 0)
		o->retry_at = way_retry(job->now, retry_at - job->now);
	order_clear(&order);
}

/* --- sending -------------------------------------------------------------------------- */

/*
 * The order has a request already: ours, whose answer was lost, or another's.
 * Which of them, the certificate's key will tell; one that still waits for its
 * request has come back to that.
 */
static void
taken_before(const struct way_job *job, const struct err *why,
    struct way_outcome *o)
{
	struct err err = ERR_INIT;
	struct order order;

	if (order_get(job->orders, job->authority, job->view->plan.order,
	    job->cancel, &order, &err) == -1) {
		failed(&err, o);
		return;
	}
	if (order.state == ORDER_STATE_UNKNOWN ||
	    order.state < ORDER_REQUEST_MADE) {
		o->result = WAY_REFUSED;
		o->err = *why;
		way_words(o, last_reason(&order));
	} else
		by_state(job, &order, o);
	order_clear(&order);
}

static void
send_order(const struct way_job *job, struct way_outcome *o)
{
	struct err why = ERR_INIT;
	struct order order;
	bool sent;

	way_begin(o);
	if (order_put_request(job->orders, job->authority,
	    job->view->plan.order, job->view->transaction, job->request,
	    job->signed_by_old, job->cancel, &order, &sent, &why) == 0) {
		by_state(job, &order, o);
		order_clear(&order);
	} else if (why.code == ERR_ORDER_STATE)
		taken_before(job, &why, o);
	else
		failed(&why, o);
}

/* --- it is on the card ------------------------------------------------------------------ */

/*
 * A key of its own, the same on every try: made of the sending's, or where
 * another program sent it, of what is on the card now.
 */
static void
key_of_collecting(const struct renewal_view *v, char key[static 33])
{
	static const char hex[] = "0123456789abcdef";
	uint8_t digest[EVP_MAX_MD_SIZE];
	char text[32 + sizeof v->new_serial];
	int n = snprintf(text, sizeof text, "collected %s",
	    v->transaction[0] != '\0' ? v->transaction : v->new_serial);

	if (EVP_Digest(text, (size_t)n, digest, NULL, EVP_sha256(), NULL) != 1)
		panic("no digest");
	for (size_t i = 0; i < 16; i++) {
		key[2 * i] = hex[digest[i] >> 4];
		key[2 * i + 1] = hex[digest[i] & 15];
	}
	key[32] = '\0';
}

static void
tell_order(const struct way_job *job, struct way_outcome *o)
{
	struct err why = ERR_INIT;
	char key[33];

	way_begin(o);
	key_of_collecting(job->view, key);
	if (order_put_collected(job->orders, job->authority,
	    job->view->plan.order, key, job->view->new_serial, job->cancel,
	    &why) == 0)
		o->result = WAY_SENT;
	else
		failed(&why, o);
	/* Told by somebody else, or the order has ended: nothing to repeat. */
	if (why.code == ERR_ORDER_STATE)
		o->result = WAY_REFUSED;
}

const struct way way_order = {
	.id = "order",
	.name = N_("through the order service"),
	.machine = true,
	.configured = has_orders,
	.send = send_order,
	.ask = ask_order,
	.told = tell_order,
};
