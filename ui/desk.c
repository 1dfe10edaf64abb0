#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "ui/answering.h"
#include "ui/asking.h"
#include "ui/desk_state.h"
#include "ui/diagnosing.h"
#include "ui/ordering.h"
#include "ui/renewing.h"
#include "ui/views.h"

static const struct {
	const struct panel_ops	*ops;
	enum panel_place	 where;
} panel_table[NPANELS] = {
#define PANEL(name, where) { &name##_ops, where },
#include "ui/panels.def"
#undef PANEL
};

enum panel_place
desk_place(size_t panel)
{
	return panel_table[panel].where;
}

struct desk *
desk_new(const struct setup *setup)
{
	struct desk *d = mem_alloc(sizeof(*d));

	d->setup = *setup;
	d->nothing.pcsc = PCSC_STARTING;
	d->now = clock_now();
	for (size_t i = 0; i < NPANELS; i++) {
		d->panels[i] = panel_new(panel_table[i].ops, d, NULL);
		if (panel_table[i].where == PLACE_CERTS)
			d->focus = i;
	}
	/* It stays at the bottom of all others for as long as this is a kiosk. */
	desk_open(d, &view_kiosk_ops, NULL);
	return d;
}

void
desk_free(struct desk *d)
{
	if (d == NULL)
		return;
	while (d->nviews > 0)
		panel_free(d->views[--d->nviews]);
	for (size_t i = 0; i < NPANELS; i++)
		panel_free(d->panels[i]);
	seen_free(d->seen);
	visit_free(d->visit);
	staff_free(d->staff);
	worker_free(d->files);
	asking_free(d->asking);
	answering_free(d->answering);
	desk_drop_stand(d);
	free(d->order);
	diagnosing_free(d->diagnosing);
	ordering_free(d->ordering);
	renewing_free(d->renewing);
	free(d);
}

/* --- what panels look at ----------------------------------------------- */

const struct setup *
desk_setup(const struct desk *d)
{
	return &d->setup;
}

const struct card_world *
desk_world(const struct desk *d)
{
	return d->client != NULL ? card_client_world(d->client) : &d->nothing;
}

const struct card *
desk_card(const struct desk *d)
{
	const struct card_world *w = desk_world(d);

	return d->card < w->ncards ? w->cards[d->card] : NULL;
}

const struct card *
desk_find_card(const struct desk *d, const char *reader, unsigned serial)
{
	const struct card_world *w = desk_world(d);

	for (size_t i = 0; i < w->ncards; i++)
		if (strcmp(w->cards[i]->reader, reader) == 0 &&
		    w->cards[i]->serial == serial &&
		    w->cards[i]->state != CARD_ABSENT)
			return w->cards[i];
	return NULL;
}

bool
desk_is_blind(const struct desk *d)
{
	const struct card_world *w = desk_world(d);

	return w->helper_err.code != ERR_NONE || w->pcsc == PCSC_STARTING;
}

const struct card *
desk_card_in(const struct desk *d, const char *reader)
{
	const struct card_world *w = desk_world(d);

	for (size_t i = 0; i < w->ncards; i++)
		if (strcmp(w->cards[i]->reader, reader) == 0 &&
		    w->cards[i]->state != CARD_ABSENT)
			return w->cards[i];
	return NULL;
}

const struct card *
desk_find_cert(const struct desk *d, const uint8_t sha256[32], size_t *index)
{
	const struct card_world *w = desk_world(d);

	for (size_t i = 0; i < w->ncards; i++)
		for (size_t j = 0; j < w->cards[i]->ncerts; j++)
			if (memcmp(w->cards[i]->certs[j].sha256, sha256,
			    sizeof(w->cards[i]->certs[j].sha256)) == 0) {
				*index = j;
				return w->cards[i];
			}
	return NULL;
}

int64_t
desk_now(const struct desk *d)
{
	return d->now;
}

bool
desk_masked(const struct desk *d)
{
	return !d->unmasked;
}

void
desk_set_loop(struct desk *d, struct loop *loop, void (*dirty)(void *),
    void *arg)
{
	d->loop = loop;
	d->dirty = dirty;
	d->dirty_arg = arg;
	desk_begin_visit(d);
}

void
desk_dirty(struct desk *d)
{
	d->dirty(d->dirty_arg);
}

void
desk_kept(struct desk *d)
{
	/* Backwards: one that closes itself moves those above it. */
	for (size_t i = d->nviews; i-- > 0; )
		if (i < d->nviews && d->views[i]->ops->kept != NULL)
			d->views[i]->ops->kept(d->views[i]);
}

struct loop *
desk_loop(const struct desk *d)
{
	return d->loop;
}

struct worker *
desk_files(struct desk *d)
{
	if (d->files == NULL)
		d->files = worker_new(d->loop);
	return d->files;
}

struct service *
desk_service(const struct desk *d)
{
	return d->service;
}

const struct seen_view *
desk_seen(const struct desk *d)
{
	const struct card *c = desk_card(d);

	return d->seen != NULL && c != NULL ? seen_card(d->seen, c) : NULL;
}

size_t
desk_panels(const struct desk *d)
{
	(void)d;
	return NPANELS;
}

struct panel *
desk_panel(struct desk *d, size_t i)
{
	return d->panels[i];
}

/* --- views ------------------------------------------------------------- */

bool
desk_has_keys(const struct desk *d)
{
	return d->nviews == 0 || (d->nviews == 1 && d->layout.beside &&
	    d->on_desk);
}

struct panel *
desk_top(const struct desk *d)
{
	return desk_has_keys(d) ? d->panels[d->focus] : d->views[d->nviews - 1];
}

static void
insert(struct desk *d, size_t at, struct panel *fresh)
{
	if (d->nviews == VIEWS_MAX)
		panic("more views than VIEWS_MAX");
	memmove(d->views + at + 1, d->views + at,
	    (d->nviews++ - at) * sizeof(d->views[0]));
	d->views[at] = fresh;
}

static void
push(struct desk *d, struct panel *fresh)
{
	insert(d, d->nviews, fresh);
}

static void
close_top(struct desk *d)
{
	if (d->nviews > 0)
		panel_free(d->views[--d->nviews]);
}

struct panel *
desk_view(const struct desk *d, const struct panel_ops *ops)
{
	for (size_t i = 0; i < d->nviews; i++)
		if (d->views[i]->ops == ops)
			return d->views[i];
	return NULL;
}

bool
desk_is_open(const struct desk *d, const struct panel_ops *ops)
{
	return desk_view(d, ops) != NULL;
}

bool
desk_unsaved(struct panel *p)
{
	return p->ops->unsaved != NULL && p->ops->unsaved(p);
}

bool
desk_raise(struct desk *d, const struct panel_ops *ops)
{
	struct panel *p = desk_view(d, ops);
	size_t at = 0;

	if (p == NULL)
		return false;
	for (size_t i = d->nviews; i-- > 0 && d->views[i] != p; )
		if (!desk_unsaved(d->views[i]))
			desk_close(d, d->views[i]);
	while (d->views[at] != p)
		at++;
	memmove(d->views + at, d->views + at + 1,
	    (d->nviews - at - 1) * sizeof(d->views[0]));
	d->views[d->nviews - 1] = p;
	d->on_desk = false;
	return true;
}

/* What the mode lacks is absent: there is no way to it, whoever asks. */
static bool
is_here(const struct desk *d, const struct panel_ops *ops)
{
	return mode_has(d->setup.mode, ops->modes);
}

void
desk_show_beside(struct desk *d, const struct panel_ops *ops, const void *arg)
{
	for (size_t i = 0; i < d->nviews; i++)
		if (d->views[i]->ops == ops) {
			struct panel *old = d->views[i];

			d->views[i] = panel_new(ops, d, arg);
			panel_free(old);
		}
}

void
desk_open(struct desk *d, const struct panel_ops *ops, const void *arg)
{
	if (!is_here(d, ops))
		return;
	if (d->nviews > 0 && d->views[d->nviews - 1]->ops == ops) {
		desk_show_beside(d, ops, arg);
		d->on_desk = false;
		return;
	}
	/* Shown anew where it lies under others, it would not be seen. */
	if (desk_is_open(d, ops)) {
		desk_open_top(d, ops, arg);
		return;
	}
	/* One page beside the desk; another takes its place. */
	if (ops->place == PLACE_PAGE && d->nviews > 0 && desk_has_keys(d))
		close_top(d);
	push(d, panel_new(ops, d, arg));
	if (ops->place == PLACE_PAGE)
		d->on_desk = false;
}

void
desk_open_top(struct desk *d, const struct panel_ops *ops, const void *arg)
{
	struct panel *fresh;

	if (!is_here(d, ops))
		return;
	/* First of all: what it is opened with may belong to the older one. */
	fresh = panel_new(ops, d, arg);
	for (size_t i = d->nviews; i-- > 0; )
		if (d->views[i]->ops == ops)
			desk_close(d, d->views[i]);
	push(d, fresh);
	d->on_desk = false;
}

/* How many views lie up to that one, with it; 0 for a panel of the desk. */
static size_t
height(const struct desk *d, const struct panel *p)
{
	size_t i = d->nviews;

	while (i > 0 && d->views[i - 1] != p)
		i--;
	return i;
}

struct panel *
desk_open_over(struct panel *p, const struct panel_ops *ops, const void *arg)
{
	struct desk *d = p->desk;
	bool front = desk_top(d) == p;
	struct panel *fresh;

	if (!is_here(d, ops))
		return NULL;
	/* First of all: what it is opened with may belong to the older one. */
	fresh = panel_new(ops, d, arg);
	/* One that lies higher is being used. */
	for (size_t i = height(d, p); i-- > 0; )
		if (d->views[i]->ops == ops && d->views[i] != p)
			desk_close(d, d->views[i]);
	insert(d, height(d, p), fresh);
	if (front)
		d->on_desk = false;
	return fresh;
}

struct panel *
desk_replace(struct panel *p, const struct panel_ops *ops, const void *arg)
{
	struct desk *d = p->desk;
	struct panel *fresh = desk_open_over(p, ops, arg);

	desk_close(d, p);
	return fresh;
}

bool
desk_obey(struct desk *d, struct panel *p, unsigned did)
{
	/*
	 * Under a kiosk's first screen lies the desk.  One that does not ask to
	 * be closed may have been closed already: p is not looked at then.
	 */
	if ((did & UI_CLOSE) && d->setup.mode == MODE_KIOSK &&
	    p->ops == &view_kiosk_ops)
		did &= ~(unsigned)UI_CLOSE;
	if (did & UI_CLOSE)
		for (size_t i = 0; i < d->nviews; i++)
			if (d->views[i] == p) {
				panel_free(p);
				memmove(d->views + i, d->views + i + 1,
				    (--d->nviews - i) * sizeof(d->views[0]));
				break;
			}
	return did != UI_IGNORED;
}

void
desk_close(struct desk *d, struct panel *p)
{
	desk_obey(d, p, UI_CLOSE);
}

/* --- requests ---------------------------------------------------------- */

/* Who asked: a number, because the panel may have gone when the answer comes. */
struct asker {
	struct desk	*desk;
	unsigned	 panel;
	desk_signed_fn	*back;		/* of a signature */
};

struct panel *
desk_find_panel(struct desk *d, unsigned id)
{
	for (size_t i = 0; i < NPANELS; i++)
		if (d->panels[i]->id == id)
			return d->panels[i];
	for (size_t i = 0; i < d->nviews; i++)
		if (d->views[i]->id == id)
			return d->views[i];
	return NULL;
}

static void
take_answer(const struct err *err, void *arg)
{
	struct asker *r = arg;
	struct desk *d = r->desk;
	struct panel *p = desk_find_panel(d, r->panel);

	if (p != NULL && p->ops->answer != NULL)
		desk_obey(d, p, p->ops->answer(p, err));
	free(r);
}

static struct asker *
asker_new(struct panel *p)
{
	struct asker *r = mem_alloc(sizeof(*r));

	r->desk = p->desk;
	r->panel = p->id;
	return r;
}

void
desk_login(struct panel *p, const char *reader, const struct token *t,
    struct secret *pin)
{
	card_client_login(p->desk->client, reader, t, pin, take_answer,
	    asker_new(p));
}

static void
take_signature(const struct err *err, const struct card_signature *signature,
    void *arg)
{
	struct asker *r = arg;
	struct panel *p = desk_find_panel(r->desk, r->panel);

	if (p != NULL)
		r->back(p, err, signature);
	free(r);
}

void
desk_sign(struct panel *p, const struct desk_sign *s)
{
	struct asker *r = asker_new(p);

	r->back = s->back;
	card_client_sign(p->desk->client, s->reader, s->token, s->key,
	    &s->digest, s->pin, take_signature, r);
}

void
desk_reread(struct panel *p, const char *reader)
{
	card_client_reread(p->desk->client, reader, take_answer,
	    asker_new(p));
}

void
desk_restart_modules(struct desk *d)
{
	if (d->client != NULL)
		card_client_restart_modules(d->client);
}

void
desk_message(struct desk *d, const char *title, const char *text)
{
	struct message m = { .title = title, .text = text };

	desk_open(d, &view_message_ops, &m);
}

void
desk_error(struct desk *d, const struct err *err)
{
	struct message m = { .err = err };

	desk_open(d, &view_message_ops, &m);
}

void
desk_tell(struct desk *d, const char *title, const char *text)
{
	desk_open_top(d, &view_message_ops, &(struct message){ .title = title,
	    .text = text, .by_itself = true });
}

void
desk_tell_error(struct desk *d, const struct err *err)
{
	desk_open_top(d, &view_message_ops, &(struct message){ .err = err,
	    .by_itself = true });
}
