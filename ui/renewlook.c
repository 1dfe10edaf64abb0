#include "config.h"

#include "ui/renewlook.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "cert/issued.h"
#include "registry/store.h"
#include "ui/pageout.h"

#define CARD_MS		60000	/* that a card may take to be read */
#define SERVER_MS	10000	/* that a server may take to say what time it is */

bool
renewlook_of(struct renewlook_about *a, const struct card *card, size_t cert)
{
	const struct card_cert *c = &card->certs[cert];
	const struct token *t;

	*a = (struct renewlook_about){ .key = KEY_KIND_NONE };
	if (c->cert == NULL || c->tokens == 0)
		return false;
	t = &card->tokens[__builtin_ctz(c->tokens)];
	snprintf(a->token, sizeof a->token, "%s", t->serial);
	snprintf(a->module, sizeof a->module, "%s", t->module);
	memcpy(a->sha256, c->sha256, sizeof a->sha256);
	return true;
}

static int
find_card(const struct renewal_run *run, struct renewlook *l, struct err *err)
{
	size_t token;

	if (card_hand_card(run->hand, l->about.token, l->about.module,
	    l->about.sha256, CARD_MS, &l->card, &token, err) == -1)
		return -1;
	for (l->cert = 0; l->cert < l->card->ncerts; l->cert++)
		if (memcmp(l->card->certs[l->cert].sha256, l->about.sha256,
		    sizeof l->about.sha256) == 0)
			return 0;
	return err_set(err, ERR_NOT_FOUND, l->card->reader,
	    "the certificate is on this card no more");
}

/* --- the order ---------------------------------------------------------------- */

static bool
renews(const struct order *o, const struct cert *c)
{
	const uint8_t *p = o->renews;
	size_t len = o->renews_len;

	while (len > 0 && *p == 0) {
		p++;
		len--;
	}
	return len > 0 && len == c->serial_len &&
	    memcmp(p, c->serial, len) == 0;
}

bool
renewlook_of_order(struct renewlook_about *a, const struct card_world *w,
    const struct order *o)
{
	for (size_t i = 0; i < w->ncards; i++)
		for (size_t j = 0; j < w->cards[i]->ncerts; j++) {
			const struct cert *c = w->cards[i]->certs[j].cert;

			if (c != NULL && renews(o, c))
				return renewlook_of(a, w->cards[i], j);
		}
	return false;
}

/* How well an order fits: one that waits for the request before one that ran. */
static int
rank(const struct order_found *f, const struct renewlook *l)
{
	const struct order *o = &f->order;

	if (f->authority != l->authority)
		return 0;
	if (l->about.order[0] != '\0')
		return strcmp(o->number, l->about.order) == 0 ? 9 : 0;
	if (!renews(o, l->card->certs[l->cert].cert))
		return 0;
	if (o->takes_request && o->state == ORDER_CONFIRMED)
		return 5;
	if (o->state >= ORDER_CONFIRMED && o->state < ORDER_COLLECTED)
		return 4;
	return o->state == ORDER_PLACED ? 3 : 1;
}

/* 1 when one fits and was taken. */
static int
take_order(struct renewlook *l, struct order_answer *answer)
{
	struct order_found *best = NULL;
	int most = 0;

	for (size_t i = 0; i < answer->n; i++)
		if (rank(&answer->v[i], l) > most) {
			best = &answer->v[i];
			most = rank(best, l);
		}
	if (best == NULL)
		return 0;
	l->order = best->order;
	l->have_order = true;
	/* Its strings are ours now. */
	best->order = (struct order){ .number = "" };
	if (best->kept)
		l->order_err = answer->err;
	return 1;
}

static int
ask_order(const struct renewal_run *run, struct renewlook *l,
    const struct order_query *q, bool *asked, struct err *err)
{
	struct order_answer answer = { .n = 0 };
	int rc = order_look(run->orders, q, run->cancel, &answer, err);

	if (rc == 0) {
		*asked = *asked || answer.err.code == ERR_NONE;
		rc = take_order(l, &answer);
		if (rc == 0 && l->order_err.code == ERR_NONE)
			l->order_err = answer.err;
	}
	order_answer_clear(&answer);
	return rc;
}

/* By its number, or the one that renews this certificate. */
static int
find_order(const struct renewal_run *run, struct renewlook *l, bool *asked,
    struct err *err)
{
	const struct cert *c = l->card->certs[l->cert].cert;
	struct order_query q = { .authority = l->authority,
		.by = ORDER_BY_NUMBER };
	int rc;

	if (l->authority == NULL || l->authority->orders_url[0] == '\0')
		return 0;
	/* Another way needs none, unless somebody names it. */
	if (l->about.way[0] != '\0' && l->about.order[0] == '\0' &&
	    strcmp(l->about.way, way_order.id) != 0)
		return 0;
	if (l->about.order[0] != '\0') {
		snprintf(q.value, sizeof q.value, "%s", l->about.order);
	} else {
		q.by = ORDER_BY_SERIAL;
		snprintf(q.value, sizeof q.value, "%s", c->serial_hex);
	}
	rc = ask_order(run, l, &q, asked, err);
	if (rc == 0 && l->about.order[0] == '\0' &&
	    l->order_err.code == ERR_NONE && l->card->number[0] != '\0') {
		q.by = ORDER_BY_CARD;
		snprintf(q.value, sizeof q.value, "%s", l->card->number);
		rc = ask_order(run, l, &q, asked, err);
	}
	if (rc == 0 && l->order_err.code == ERR_NONE &&
	    l->about.order[0] != '\0')
		(void)err_set(&l->order_err, ERR_ORDER_UNKNOWN,
		    l->about.order, NULL);
	return rc == -1 ? -1 : 0;
}

/*
 * The order has its certificate already: another program made the request.  The
 * key that it is for, where that waits beside the certificate that is renewed.
 */
static const struct card_key *
find_waiting(const struct renewal_run *run, struct renewlook *l,
    enum key_kind *kind, bool *compared)
{
	const unsigned tokens = l->card->certs[l->cert].tokens;
	const struct card_key *key = NULL;
	struct err other = ERR_INIT;
	enum key_kind its = KEY_KIND_NONE;
	int64_t retry_at;
	struct buf certs;

	if (!l->have_order || l->order.takes_request ||
	    l->order.state < ORDER_ISSUED || l->order.state > ORDER_COLLECTED ||
	    l->order_err.code != ERR_NONE || (l->about.way[0] != '\0' &&
	    strcmp(l->about.way, way_order.id) != 0))
		return NULL;
	buf_init(&certs, RENEWALS_PART_MAX);
	if (order_certificate(run->orders, l->authority, l->order.number,
	    run->cancel, &certs, &retry_at, &l->order_err) == 0) {
		*compared = true;
		key = intake_key(span_of(certs.data, certs.len),
		    l->authority->name, l->card, &its, &other);
	}
	/* There is none: that is no trouble, and the order says where it is. */
	if (l->order_err.code == ERR_ORDER_STATE)
		err_clear(&l->order_err);
	/* Nor will it ever be put beside a key that has one. */
	if (other.code == ERR_CERT_KEY_TAKEN)
		l->order_err = other;
	buf_clear(&certs);
	if (key == NULL || (key->tokens & tokens) == 0)
		return NULL;
	*kind = its;
	return key;
}

/* --- the server, and its clock -------------------------------------------------- */

/* Whatever it answers, it answers, and says what time it is there. */
static bool
ask_server(const struct renewal_run *run, const char *url, const char *ca,
    int64_t *date, struct err *err)
{
	struct net_request q = { .method = NET_GET, .source = NET_CONFIGURED,
	    .url = url, .ca_file = ca[0] != '\0' ? ca : NULL,
	    .deadline_ms = SERVER_MS, .cancel = run->cancel };
	struct net_answer answer = { .status = 0 };
	bool asked = net_ask(run->net, &q, &answer, err) == 0;

	*date = answer.date;
	net_answer_clear(&answer);
	return asked;
}

/* The service of the way that it would go. */
static const char *
url_of(const struct authority *a, const char *way, const char **ca)
{
	if (strcmp(way, "cmp") == 0) {
		*ca = a->cmp_ca_file;
		return a->cmp_url;
	}
	if (strcmp(way, "est") == 0) {
		*ca = a->est_ca_file;
		return a->est_url;
	}
	*ca = a->orders_ca_file;
	return strcmp(way, "file") == 0 ? "" : a->orders_url;
}

/* --- all of it --------------------------------------------------------------------- */

/* A renewal of it that was begun already, here or at another desk. */
static int
find_existing(const struct renewal_run *run, struct renewlook *l,
    struct err *err)
{
	struct record known, this;
	struct err none = ERR_INIT;
	int rc = 0;

	if (run->registry == NULL)
		return 0;
	record_init(&known);
	record_of_cert(&this, l->card->certs[l->cert].cert, HOW_CARD, l->at);
	if (store_get(run->registry, &this.issuer, this.serial,
	    this.serial_len, &known, &none) == 0 &&
	    renewals_of(run->registry, known.id, &l->existing, err) == -1)
		rc = -1;
	record_clear(&this);
	record_clear(&known);
	return rc;
}

static void
judge(const struct renewal_run *run, struct renewlook *l, bool asked)
{
	const struct authority *a = l->authority;
	const struct way *first[8];
	struct err net_err = ERR_INIT;
	struct preflight_facts f = { .card = l->card, .cert = l->cert,
	    .authority = a, .conf = run->conf, .now = l->at, .key = l->about.key,
	    .order = l->have_order ? &l->order : NULL,
	    .way = l->about.way[0] != '\0' ? l->about.way : NULL };
	const char *way = l->about.way, *url = "", *ca = "";

	f.waiting = find_waiting(run, l, &f.key, &f.compared);
	if (f.waiting != NULL)
		f.way = way = way_order.id;
	if (l->order_err.code != ERR_NONE)
		f.order_err = &l->order_err;
	if (a != NULL && way[0] == '\0' && ways_of(a, first, 8) > 0)
		way = first[0]->id;
	if (a != NULL && way[0] != '\0')
		url = url_of(a, way, &ca);
	if (url[0] != '\0' && run->net != NULL) {
		f.net_asked = true;
		if (!ask_server(run, url, ca, &f.server_time, &net_err) &&
		    !asked)
			f.net_err = &net_err;
	}
	preflight(&f, &l->flight);
}

int
renewlook(const struct renewal_run *run, const struct renewlook_about *about,
    struct renewlook *l, struct err *err)
{
	bool asked = false;

	renewlook_clear(l);
	l->about = *about;
	l->at = clock_now();
	if (find_card(run, l, err) == -1)
		return -1;
	l->authority = cert_authority(l->card->certs[l->cert].cert,
	    run->authorities, NULL);
	if (find_existing(run, l, err) == -1)
		return -1;
	if (l->existing != 0)
		return 0;
	if (find_order(run, l, &asked, err) == -1)
		return -1;
	judge(run, l, asked);
	return 0;
}

void
renewlook_clear(struct renewlook *l)
{
	card_free(l->card);
	order_clear(&l->order);
	*l = (struct renewlook){ .cert = 0 };
}

int
renewlook_begin(struct registry *reg, const struct renewlook *l, int64_t *id,
    bool *existing, struct err *err)
{
	return renewal_begin(reg, l->card, l->cert, &l->flight.plan,
	    clock_now(), id, existing, err);
}

int
renewlook_export(struct card_hand *hand, const struct renewlook_about *about,
    const char *path, struct err *err)
{
	struct card_change change = { .kind = CHANGE_READ_CERT };
	struct card_changed got = { .der.data = NULL };
	struct card *card = NULL;
	size_t token;
	int rc;

	memcpy(change.sha256, about->sha256, sizeof change.sha256);
	rc = card_hand_card(hand, about->token, about->module, about->sha256,
	    CARD_MS, &card, &token, err);
	if (rc == 0)
		rc = card_hand_change(hand, card, &card->tokens[token],
		    &change, NULL, &got, err);
	if (rc == 0)
		rc = pageout_save(path, &got.der, err);
	card_changed_clear(&got);
	card_free(card);
	return rc;
}
