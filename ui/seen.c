#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "ui/seen.h"

/* One card in a reader; its number is never used again. */
struct entry {
	struct seen_view	 view;
	char			 key[CARD_KEY_MAX];
	unsigned		 insertion, id;
	bool			 asked, stays;
	uint8_t			 kept[32];	/* what it held when it was kept */
	bool			 has_kept;
	struct remembered	*before;
	struct service_ticket	 look, keep;
};

struct seen {
	struct service	*service;
	bool		 remember;
	unsigned	 last;
	struct entry	 entries[CARD_WORLD_MAX];
	size_t		 n;
};

static struct entry *
find(struct seen *s, unsigned id)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->entries[i].id == id)
			return &s->entries[i];
	return NULL;
}

/* --- what was remembered ------------------------------------------------- */

struct look {
	struct request		 request;
	struct seen		*seen;
	unsigned		 id;
	char			*serial;
	struct remembered	*found;
};

static int
look_run(struct request *r, const struct service_hand *hand, struct err *err)
{
	struct look *l = (struct look *)r;

	return remembered_get(hand->registry, l->serial, &l->found, err);
}

static void
look_done(struct request *r)
{
	struct look *l = (struct look *)r;
	struct entry *e = find(l->seen, l->id);

	if (e == NULL || l->found == NULL)
		return;
	e->look.id = 0;
	e->before = l->found;
	e->view.before = e->before;
	l->found = NULL;
}

static void
look_free(struct request *r)
{
	struct look *l = (struct look *)r;

	remembered_free(l->found);
	free(l->serial);
	free(l);
}

/* By the first of its tokens that tells a serial number. */
static const char *
serial_of(const struct card *c)
{
	for (size_t i = 0; i < c->ntokens; i++)
		if (c->tokens[i].serial[0] != '\0')
			return c->tokens[i].serial;
	return NULL;
}

static void
look(struct seen *s, struct entry *e, const struct card *c)
{
	struct look *l = mem_alloc(sizeof *l);

	l->request.run = look_run;
	l->request.done = look_done;
	l->request.free = look_free;
	l->seen = s;
	l->id = e->id;
	l->serial = mem_strdup(serial_of(c));
	e->asked = true;
	e->look = service_ask(s->service, SERVICE_LOOK, &l->request);
}

/* --- what is to be remembered -------------------------------------------- */

/* A copy of all that the registry takes of a card: the card may go meanwhile. */
struct keep {
	struct request		 request;
	struct seen		*seen;
	unsigned		 id;
	struct seen_card	 card;
	struct seen_token	*tokens;
	struct cert		**certs;
	char			**strings;
	size_t			 nstrings;
	struct seen_change	 change;
	int64_t			 at;
};

static const char *
own(struct keep *k, const char *s)
{
	k->strings = mem_grow(k->strings, k->nstrings + 1, sizeof *k->strings);
	return k->strings[k->nstrings++] = mem_strdup(s);
}

/* There is no other copying of a certificate than through its own record. */
static struct cert *
copy_of(const struct cert *c)
{
	json_t *json = cert_to_json(c);
	struct cert *copy = NULL;
	struct err err = ERR_INIT;

	if (cert_from_json(json, &copy, &err) == -1)
		log_err("copying a certificate", &err);
	json_decref(json);
	return copy;
}

static void
take_card(struct keep *k, const struct card *c)
{
	struct cert *copy;

	k->tokens = mem_array(c->ntokens + 1, sizeof *k->tokens);
	k->certs = mem_array(c->ncerts + 1, sizeof *k->certs);
	for (size_t i = 0; i < c->ntokens; i++)
		k->tokens[k->card.ntokens++] = (struct seen_token){
		    own(k, c->tokens[i].serial), own(k, c->tokens[i].label) };
	for (size_t i = 0; i < c->ncerts; i++)
		if (c->certs[i].cert != NULL &&
		    (copy = copy_of(c->certs[i].cert)) != NULL)
			k->certs[k->card.ncerts++] = copy;
	k->card.tokens = k->tokens;
	k->card.certs = (const struct cert *const *)k->certs;
	k->card.number = own(k, c->number);
	k->card.model = own(k, c->model.name);
	k->card.whole = !c->cut && c->nproblems == 0;
}

static int
keep_run(struct request *r, const struct service_hand *hand, struct err *err)
{
	struct keep *k = (struct keep *)r;

	return remembered_put(hand->registry, &k->card, k->at, &k->change, err);
}

static void
keep_done(struct request *r)
{
	struct keep *k = (struct keep *)r;
	struct entry *e = find(k->seen, k->id);

	if (r->err.code != ERR_NONE)
		log_err("remembering a card", &r->err);
	if (e == NULL)
		return;
	e->keep.id = 0;
	e->view.state = r->err.code == ERR_NONE ? SEEN_KEPT : SEEN_FAILED;
	e->view.err = r->err;
	e->view.change = k->change;
	e->view.at = k->at;
}

static void
keep_free(struct request *r)
{
	struct keep *k = (struct keep *)r;

	for (size_t i = 0; i < k->card.ncerts; i++)
		cert_free(k->certs[i]);
	for (size_t i = 0; i < k->nstrings; i++)
		free(k->strings[i]);
	free(k->certs);
	free(k->tokens);
	free(k->strings);
	free(k);
}

/* It is written although nobody waits any more: the card has been here. */
static void
keep(struct seen *s, struct entry *e, const struct card *c)
{
	struct keep *k = mem_alloc(sizeof *k);

	k->request.run = keep_run;
	k->request.done = keep_done;
	k->request.free = keep_free;
	k->seen = s;
	k->id = e->id;
	k->at = clock_now();
	take_card(k, c);
	e->keep = service_ask(s->service, SERVICE_KEEP, &k->request);
}

/* --- the world ----------------------------------------------------------- */

/* What a card holds, mixed into one value: the same again need not be kept. */
static void
print_of(const struct card *c, uint8_t out[static 32])
{
	memset(out, 0, 32);
	for (size_t i = 0; i < c->ncerts; i++)
		for (size_t j = 0; j < 32; j++)
			out[j] = (uint8_t)(out[j] * 3 + c->certs[i].sha256[j]);
	out[0] = (uint8_t)(out[0] + c->ntokens);
}

static void
keep_if_new(struct seen *s, struct entry *e, const struct card *c)
{
	uint8_t print[32];

	if (!s->remember) {
		e->view.state = SEEN_OFF;
		return;
	}
	if (serial_of(c) == NULL) {
		e->view.state = SEEN_NAMELESS;
		return;
	}
	print_of(c, print);
	if (e->has_kept && memcmp(print, e->kept, sizeof print) == 0)
		return;
	memcpy(e->kept, print, sizeof print);
	e->has_kept = true;
	keep(s, e, c);
}

static struct entry *
entry_of(struct seen *s, const struct card *c)
{
	char key[CARD_KEY_MAX];

	card_key(c, key, sizeof key);
	for (size_t i = 0; i < s->n; i++)
		if (s->entries[i].insertion == c->serial &&
		    strcmp(s->entries[i].key, key) == 0)
			return &s->entries[i];
	return NULL;
}

static struct entry *
add(struct seen *s, const struct card *c)
{
	struct entry *e;

	if (s->n == CARD_WORLD_MAX)
		return NULL;
	e = &s->entries[s->n++];
	*e = (struct entry){ .insertion = c->serial, .id = ++s->last };
	card_key(c, e->key, sizeof e->key);
	return e;
}

static void
drop(struct seen *s, size_t i)
{
	service_cancel(s->service, &s->entries[i].look);
	remembered_free(s->entries[i].before);
	memmove(&s->entries[i], &s->entries[i + 1],
	    (--s->n - i) * sizeof s->entries[0]);
	for (size_t j = i; j < s->n; j++)
		s->entries[j].view.before = s->entries[j].before;
}

static void
look_at(struct seen *s, const struct card *c)
{
	struct entry *e = entry_of(s, c);

	if (c->state == CARD_ABSENT)
		return;
	if (e == NULL && (e = add(s, c)) == NULL)
		return;
	e->stays = true;
	if (!e->asked && c->state == CARD_READING && serial_of(c) != NULL)
		look(s, e, c);
	if (c->state == CARD_READY)
		keep_if_new(s, e, c);
}

void
seen_changed(struct seen *s, const struct card_world *w)
{
	for (size_t i = 0; i < s->n; i++)
		s->entries[i].stays = false;
	for (size_t i = 0; i < w->ncards; i++) {
		struct entry *e = entry_of(s, w->cards[i]);

		if (e != NULL && w->cards[i]->state != CARD_ABSENT)
			e->stays = true;
	}
	for (size_t i = s->n; i-- > 0; )
		if (!s->entries[i].stays)
			drop(s, i);
	for (size_t i = 0; i < w->ncards; i++)
		look_at(s, w->cards[i]);
}

const struct seen_view *
seen_card(const struct seen *s, const struct card *c)
{
	char key[CARD_KEY_MAX];

	card_key(c, key, sizeof key);
	for (size_t i = 0; i < s->n; i++)
		if (s->entries[i].insertion == c->serial &&
		    strcmp(s->entries[i].key, key) == 0)
			return &s->entries[i].view;
	return NULL;
}

struct seen *
seen_new(struct service *service, bool remember)
{
	struct seen *s = mem_alloc(sizeof *s);

	s->service = service;
	s->remember = remember;
	return s;
}

/* Before the service is freed; what is being written down still is. */
void
seen_free(struct seen *s)
{
	if (s == NULL)
		return;
	while (s->n > 0)
		drop(s, s->n - 1);
	free(s);
}
