/*
 * Gathering: each need once, what came of it kept with the facts.  What went
 * wrong is a fact like any other; only a cancel and the registry end it.
 */
#include "config.h"

#include "answers/gather.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/reach.h"
#include "card/proto.h"
#include "cert/file.h"
#include "cert/issued.h"
#include "registry/registry.h"

#define QUERIES_MAX	8
#define STATUSES_MAX	3	/* asked, besides the one in question */

struct gathered {
	struct gather_from	 from;
	struct answer_facts	 facts;
	struct card_world	 world;
	/* what the facts point into, empty until it was gathered */
	struct buf		 bytes;
	struct answer_file	 file;
	struct cert_request	 request;
	struct cert_list	 certs;
	struct link		 link;
	struct order_answer	 orders;
	struct diag_report	 net;
	struct status_report	 status;
	struct answer_status	 statuses[STATUSES_MAX];
	struct answer_trust	*trusts;	/* one a certificate of the card */
};

/* --- the card, and which certificate of it ------------------------------------ */

/* The better a card can be asked, the higher. */
static int
card_rank(const struct card *c)
{
	static const int ranks[] = {
		[CARD_ABSENT] = 0, [CARD_FAILED] = 1, [CARD_READING] = 2,
		[CARD_READY] = 3,
	};

	return ranks[c->state];
}

static const struct card *
choose_card(const struct card_world *w, const char *key)
{
	const struct card *best = NULL;
	char have[CARD_KEY_MAX];

	for (size_t i = 0; i < w->ncards; i++) {
		const struct card *c = w->cards[i];

		if (key != NULL && strcmp(card_key(c, have, sizeof have), key) != 0)
			continue;
		if (card_rank(c) > (best != NULL ? card_rank(best) : 0))
			best = c;
	}
	return best;
}

/*
 * Which of two certificates people mean when they name none: one that signs with
 * legal effect, one that is valid, the one that lasts longest.
 */
static bool
is_meant_rather(const struct cert *a, const struct cert *b, int64_t now)
{
	bool va = a->not_before <= now && now <= a->not_after;
	bool vb = b->not_before <= now && now <= b->not_after;

	if (va != vb)
		return va;
	if (a->qc.compliance != b->qc.compliance)
		return a->qc.compliance;
	return a->not_after > b->not_after;
}

static size_t
choose_cert(const struct card *card, const uint8_t *sha256, int64_t now)
{
	size_t best = SIZE_MAX;

	for (size_t i = 0; card != NULL && i < card->ncerts; i++) {
		const struct card_cert *c = &card->certs[i];

		if (c->cert == NULL || (sha256 == NULL && c->cert->is_ca) ||
		    (sha256 != NULL && memcmp(c->sha256, sha256, 32) != 0))
			continue;
		if (best == SIZE_MAX || is_meant_rather(c->cert,
		    card->certs[best].cert, now))
			best = i;
	}
	/* One that is not on this card says nothing; then what would be meant. */
	return best == SIZE_MAX && sha256 != NULL ?
	    choose_cert(card, NULL, now) : best;
}

/* --- whose it is ----------------------------------------------------------------- */

static const struct cert *
cert_in_question(const struct answer_facts *f)
{
	if (f->card != NULL && f->cert < f->card->ncerts)
		return f->card->certs[f->cert].cert;
	if (f->file != NULL && f->file->ncerts > 0)
		return f->file->certs[0];
	return NULL;
}

/* Its bytes, by which it is seen who signed it; those of a file are not kept. */
static struct span
der_in_question(const struct answer_facts *f)
{
	if (f->card == NULL || f->cert >= f->card->ncerts)
		return span_of(NULL, 0);
	return span_of(f->card->certs[f->cert].der.data,
	    f->card->certs[f->cert].der.len);
}

/*
 * The certificate's issuer; without one, who answered about the order, whose
 * link it is, or the only authority this desk knows.
 */
static const struct authority *
authority_in_question(const struct answer_facts *f)
{
	const struct cert *c = cert_in_question(f);
	const struct authority *a;

	if (f->authorities == NULL)
		return NULL;
	a = c != NULL ? cert_authority(c, f->authorities, NULL) : NULL;
	if (a != NULL)
		return a;
	if (f->order != NULL)
		return f->order->authority;
	if (f->file != NULL && f->file->link != NULL &&
	    f->file->link->authority != NULL)
		return f->file->link->authority;
	return c == NULL && f->authorities->n == 1 ? &f->authorities->v[0] : NULL;
}

/* --- a file or a text --------------------------------------------------------------- */

static void
read_certs(struct gathered *g, struct err *err)
{
	if (cert_file_parse(g->bytes.data, g->bytes.len, g->file.name, NULL,
	    &g->certs, err) == -1)
		return;
	g->file.certs = (const struct cert *const *)g->certs.certs;
	g->file.ncerts = g->certs.n;
}

/* A link is looked for in what is text alone: in a DER there is none to click. */
static void
read_link(struct gathered *g, struct err *err)
{
	char *text;

	if (g->bytes.len == 0 || g->bytes.len > LINK_TEXT_MAX ||
	    memchr(g->bytes.data, '\0', g->bytes.len) != NULL)
		return;
	text = mem_strndup((const char *)g->bytes.data, g->bytes.len);
	if (g->from.authorities != NULL && link_read(text,
	    g->from.authorities, &g->link, err) == 0)
		g->file.link = &g->link;
	free(text);
}

/* What it is, in the order in which it could be mistaken for something else. */
static void
read_kind(struct gathered *g)
{
	struct err none = ERR_INIT, not_cert = ERR_INIT;

	if (request_read(span_of(g->bytes.data, g->bytes.len), g->file.name,
	    &g->request, &none) == 0) {
		g->file.request = &g->request;
		return;
	}
	read_certs(g, &not_cert);
	if (g->file.ncerts == 0)
		read_link(g, &(struct err)ERR_INIT);
	if (g->file.ncerts == 0 && g->file.link == NULL)
		g->file.err = not_cert;
}

static void
read_file(struct gathered *g)
{
	const char *path = g->from.path;
	char *real;

	if (reach_old(path, &real, &g->file.err) == 0)
		(void)file_read(real, path, &g->bytes, &g->file.err);
	free(real);
}

static int
gather_file(struct gathered *g)
{
	const struct gather_from *from = &g->from;

	if (from->path == NULL && from->text == NULL)
		return 0;
	g->file.name = from->path != NULL ? from->path : "";
	buf_init(&g->bytes, CERT_FILE_MAX);
	if (from->path != NULL)
		read_file(g);
	else if (buf_add(&g->bytes, from->text, strlen(from->text)) == -1)
		err_set(&g->file.err, ERR_TOO_BIG, NULL, NULL);
	if (g->file.err.code == ERR_NONE)
		read_kind(g);
	g->file.bytes = span_of(g->bytes.data, g->bytes.len);
	g->facts.file = &g->file;
	return NEED_FILE;
}

/* --- an order -------------------------------------------------------------------- */

/* What was typed, or the number that a pasted link carries. */
static const char *
order_typed(const struct gathered *g)
{
	if (g->from.order != NULL && g->from.order[0] != '\0')
		return g->from.order;
	return g->file.link != NULL && g->link.number[0] != '\0' ?
	    g->link.number : NULL;
}

/* The next kind would only hide what is known of this one. */
static bool
settled(const struct order_answer *a, size_t asked)
{
	return asked > 0 && (a->n > 0 || a->nnear > 0 ||
	    a->why != ORDER_WHY_UNKNOWN);
}

static int
gather_order(struct gathered *g, const atomic_bool *cancel, struct err *err)
{
	struct order_query queries[QUERIES_MAX];
	const char *typed = order_typed(g);
	size_t n, read;

	if (typed == NULL || g->from.orders == NULL)
		return 0;
	n = read = order_query_read(typed, g->from.authorities, queries,
	    QUERIES_MAX);
	/* At a kiosk nobody looks for others' orders: the number is in hand. */
	if (g->from.kiosk)
		n = order_query_numbers(queries, n);
	for (size_t i = 0; i < n && !settled(&g->orders, i); i++) {
		struct order_answer a = { .n = 0 };

		if (order_look(g->from.orders, &queries[i], cancel, &a,
		    err) == -1)
			return -1;
		if (i == 0 || order_answer_rather(&g->orders, &a)) {
			order_answer_clear(&g->orders);
			g->orders = a;
		} else
			order_answer_clear(&a);
	}
	if (g->from.kiosk)
		g->orders.nnear = 0;
	/* Nothing that a number could be made of is an order nobody knows. */
	if (n == 0)
		g->orders.why = read > 0 ? ORDER_WHY_NUMBER_ONLY :
		    ORDER_WHY_UNKNOWN;
	g->facts.orders = &g->orders;
	g->facts.order = g->orders.n == 1 ? &g->orders.v[0] : NULL;
	return NEED_ORDER;
}

/* --- the way out ----------------------------------------------------------------- */

/* The first service there is to ask, the one in question before others. */
static const struct authority *
served(const struct answer_facts *f)
{
	if (f->authority != NULL && f->authority->orders_url[0] != '\0')
		return f->authority;
	for (size_t i = 0; f->authorities != NULL && i < f->authorities->n; i++)
		if (f->authorities->v[i].orders_url[0] != '\0')
			return &f->authorities->v[i];
	return NULL;
}

static const char *
file_or_null(const char *path)
{
	return path != NULL && path[0] != '\0' ? path : NULL;
}

static int
gather_network(struct gathered *g, const atomic_bool *cancel,
    diag_step_fn *step, void *arg, struct err *err)
{
	struct diag_about about = { .url = g->from.url,
	    .source = NET_CONFIGURED };
	const struct authority *a = served(&g->facts);

	if (g->from.net == NULL)
		return 0;
	if (about.url == NULL && a != NULL)
		about = (struct diag_about){ .url = a->orders_url,
		    .source = NET_CONFIGURED, .order_service = true,
		    .ca_file = file_or_null(a->orders_ca_file),
		    .client_cert = file_or_null(a->orders_certificate),
		    .client_key = file_or_null(a->orders_key) };
	if (about.url == NULL)
		return NEED_NETWORK;
	if (net_diagnose(g->from.net, &about, cancel, step, arg, &g->net,
	    &g->facts.net_err) == 0)
		g->facts.net = &g->net;
	else if (g->facts.net_err.code == ERR_CANCELLED) {
		*err = g->facts.net_err;
		err_clear(&g->facts.net_err);
		return -1;
	}
	return NEED_NETWORK;
}

/* --- revoked? ------------------------------------------------------------------- */

static int
ask_status(struct gathered *g, const struct cert *c, struct span der,
    const struct authority *a, const atomic_bool *cancel,
    struct status_report *out, struct err *err)
{
	struct status_options o = { .authority = a, .cancel = cancel,
	    .cache = g->from.cache };
	struct status_about about;
	struct err why = ERR_INIT;
	int rc;

	status_about_cert(&about, c, der.p, der.len);
	rc = status_ask(g->from.net, g->from.registry, &about, &o,
	    g->facts.now, out, &why);
	status_about_clear(&about);
	if (rc == -1 && why.code == ERR_CANCELLED) {
		status_report_clear(out);
		*err = why;
		return -1;
	}
	return 0;
}

/* An answer may be about another one than that in question, if it is of use. */
static bool
is_of_use(const struct answer_facts *f, size_t i)
{
	const struct card_cert *c = &f->card->certs[i];

	return i != f->cert && c->cert != NULL && !c->cert->is_ca &&
	    c->key != KEY_MISSING && c->cert->not_before <= f->now &&
	    f->now <= c->cert->not_after;
}

/* Where nobody answered of one, waiting for the next would be in vain. */
static bool
waits_in_vain(const struct status_report *last)
{
	/* Of that one alone: there was nobody to wait for. */
	return last->err.code != ERR_NONE &&
	    last->err.code != ERR_NO_STATUS && last->err.code != ERR_NO_ISSUER;
}

static int
gather_statuses(struct gathered *g, const atomic_bool *cancel, struct err *err)
{
	struct answer_facts *f = &g->facts;
	const struct status_report *last = f->status;

	f->statuses = g->statuses;
	for (size_t i = 0; f->card != NULL && i < f->card->ncerts &&
	    f->nstatuses < STATUSES_MAX && !waits_in_vain(last); i++) {
		const struct card_cert *c = &f->card->certs[i];
		struct answer_status *s = &g->statuses[f->nstatuses];

		if (!is_of_use(f, i))
			continue;
		if (ask_status(g, c->cert, span_of(c->der.data, c->der.len),
		    f->authorities != NULL ?
		    cert_authority(c->cert, f->authorities, NULL) : NULL,
		    cancel, &s->report, err) == -1)
			return -1;
		memcpy(s->sha256, c->sha256, sizeof s->sha256);
		last = &s->report;
		f->nstatuses++;
	}
	return 0;
}

static int
gather_status(struct gathered *g, const atomic_bool *cancel, struct err *err)
{
	const struct cert *c = cert_in_question(&g->facts);

	if (g->from.net == NULL || c == NULL)
		return 0;
	if (ask_status(g, c, der_in_question(&g->facts), g->facts.authority,
	    cancel, &g->status,
	    err) == -1)
		return -1;
	g->facts.status = &g->status;
	if (gather_statuses(g, cancel, err) == -1)
		return -1;
	return NEED_STATUS;
}

/* --- whom it leads to -------------------------------------------------------------- */

static int
trust_one(struct span der, void *arg)
{
	trust_add(arg, der);
	return 0;
}

/* What may stand between: what is on the card, and an issuer that was met before. */
static void
add_between(const struct gathered *g, const struct card_cert *about,
    const struct authority *a, struct trust *t)
{
	const struct card *card = g->facts.card;
	struct err none = ERR_INIT;
	struct status_about issued;
	uint8_t *der = NULL;
	size_t len;

	for (size_t i = 0; i < card->ncerts; i++)
		if (card->certs[i].cert != NULL && card->certs[i].cert->is_ca)
			trust_add_between(t, span_of(card->certs[i].der.data,
			    card->certs[i].der.len));
	status_about_cert(&issued, about->cert, about->der.data,
	    about->der.len);
	/* Nobody is asked for it. */
	free(issued.aia);
	issued.aia = NULL;
	if (status_issuer(NULL, g->from.registry, &issued, a, NULL, &der, &len,
	    &none) == 1)
		trust_add_between(t, span_of(der, len));
	free(der);
	status_about_clear(&issued);
}

static void
look_at_trust(const struct gathered *g, const struct card_cert *c,
    struct answer_trust *out)
{
	const struct authority *a = g->facts.authorities != NULL ?
	    cert_authority(c->cert, g->facts.authorities, NULL) : NULL;
	struct trust *t = trust_new();

	(void)status_each_signer(a, trust_one, t);
	add_between(g, c, a, t);
	trust_check(t, span_of(c->der.data, c->der.len), g->facts.now,
	    &out->report);
	out->looked = true;
	trust_free(t);
}

static int
gather_trust(struct gathered *g)
{
	const struct card *card = g->facts.card;

	if (card == NULL)
		return NEED_TRUST;
	g->trusts = mem_array(card->ncerts + 1, sizeof *g->trusts);
	for (size_t i = 0; i < card->ncerts; i++) {
		const struct card_cert *c = &card->certs[i];

		if (c->cert != NULL && c->der.len > 0)
			look_at_trust(g, c, &g->trusts[i]);
	}
	g->facts.trusts = g->trusts;
	return NEED_TRUST;
}

/* --- what is remembered ----------------------------------------------------------- */

static int
gather_registry(struct gathered *g, struct err *err)
{
	struct registry_info info;

	if (g->from.registry == NULL)
		return NEED_REGISTRY;
	if (registry_info(g->from.registry, &info, err) == -1)
		return -1;
	g->facts.registry = true;
	g->facts.remembered = (size_t)info.certs;
	return NEED_REGISTRY;
}

/* --- all of it --------------------------------------------------------------------- */

/* What a need brought is let go, and not had any more. */
static void
forget(struct gathered *g, unsigned needs)
{
	struct answer_facts *f = &g->facts;

	if (needs & NEED_ORDER) {
		order_answer_clear(&g->orders);
		f->orders = NULL;
		f->order = NULL;
	}
	if (needs & NEED_NETWORK) {
		f->net = NULL;
		err_clear(&f->net_err);
	}
	if (needs & NEED_STATUS) {
		status_report_clear(&g->status);
		f->status = NULL;
		for (size_t i = 0; i < f->nstatuses; i++)
			status_report_clear(&g->statuses[i].report);
		f->nstatuses = 0;
	}
	if (needs & NEED_FILE) {
		request_clear(&g->request);
		cert_list_clear(&g->certs);
		buf_clear(&g->bytes);
		memset(&g->file, 0, sizeof g->file);
		f->file = NULL;
	}
	if (needs & NEED_REGISTRY) {
		f->registry = false;
		f->remembered = 0;
	}
	if (needs & NEED_TRUST) {
		free(g->trusts);
		g->trusts = NULL;
		f->trusts = NULL;
	}
	f->had &= ~needs;
}

/* What is meant of the card, as time stands. */
static void
choose(struct gathered *g, int64_t now)
{
	struct answer_facts *f = &g->facts;
	const uint8_t *named = g->from.cert;

	f->now = now;
	f->cert = choose_cert(f->card, named, now);
	f->cert_named = named != NULL && f->cert != SIZE_MAX &&
	    memcmp(f->card->certs[f->cert].sha256, named, 32) == 0;
	f->authority = authority_in_question(f);
}

static void
take(struct gathered *g, const struct gather_from *from, int64_t now)
{
	struct answer_facts *f = &g->facts;

	g->from = *from;
	f->conf = from->conf;
	f->authorities = from->authorities;
	f->email = from->email;
	f->kiosk = from->kiosk;
	f->world = NULL;
	f->card = NULL;
	f->had &= ~(unsigned)NEED_CARD;
	card_world_clear(&g->world);
	if (from->world != NULL) {
		card_world_copy(&g->world, from->world);
		f->world = &g->world;
		f->card = choose_card(&g->world, from->reader);
		f->had |= NEED_CARD;
	}
	choose(g, now);
}

struct gathered *
gathered_new(const struct gather_from *from, int64_t now)
{
	struct gathered *g = mem_alloc(sizeof *g);

	take(g, from, now);
	return g;
}

void
gathered_again(struct gathered *g, const struct gather_from *from,
    unsigned keep, int64_t now)
{
	const struct cert *c = cert_in_question(&g->facts);
	uint8_t before[32] = { 0 };

	if (c != NULL)
		memcpy(before, c->sha256, sizeof before);
	/* Where certificates lead is told in the order of the card's. */
	forget(g, ~keep | NEED_TRUST);
	take(g, from, now);
	/* What was asked of one certificate says nothing of another. */
	c = cert_in_question(&g->facts);
	if (c == NULL || memcmp(before, c->sha256, sizeof before) != 0)
		forget(g, NEED_STATUS);
}

void
gathered_later(struct gathered *g, int64_t now)
{
	size_t before = g->facts.cert;

	choose(g, now);
	if (g->facts.cert != before)
		forget(g, NEED_STATUS);
}

void
gathered_free(struct gathered *g)
{
	if (g == NULL)
		return;
	forget(g, ~0u);
	card_world_clear(&g->world);
	free(g);
}

int
gather(struct gathered *g, unsigned needs, const atomic_bool *cancel,
    diag_step_fn *step, void *arg, struct err *err)
{
	unsigned lacks = needs & ~g->facts.had;
	int got = 0;

	/* A pasted link names the order; the order may tell whose way to look at. */
	if (lacks & (NEED_FILE | NEED_ORDER) && !(g->facts.had & NEED_FILE))
		g->facts.had |= (unsigned)gather_file(g);
	if (lacks & NEED_ORDER && (got = gather_order(g, cancel, err)) == -1)
		return -1;
	g->facts.had |= (unsigned)got;
	g->facts.authority = authority_in_question(&g->facts);
	if (lacks & NEED_REGISTRY && (got = gather_registry(g, err)) == -1)
		return -1;
	g->facts.had |= (unsigned)got;
	if (lacks & NEED_TRUST)
		g->facts.had |= (unsigned)gather_trust(g);
	if (lacks & NEED_NETWORK && (got = gather_network(g, cancel, step, arg,
	    err)) == -1)
		return -1;
	g->facts.had |= (unsigned)got;
	if (lacks & NEED_STATUS && (got = gather_status(g, cancel, err)) == -1) {
		forget(g, NEED_STATUS);
		return -1;
	}
	g->facts.had |= (unsigned)got;
	return 0;
}

const struct answer_facts *
gathered_facts(const struct gathered *g)
{
	return &g->facts;
}

const struct gather_from *
gathered_from(const struct gathered *g)
{
	return &g->from;
}
