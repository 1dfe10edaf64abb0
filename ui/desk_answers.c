#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "answers/codes.h"
#include "base/clock.h"
#include "base/mem.h"
#include "ui/answering.h"
#include "ui/desk_state.h"
#include "ui/fitting.h"
#include "ui/views.h"

static void
add_problems(struct panel *p, struct troubles *t)
{
	if (p->ops->problems != NULL)
		p->ops->problems(p, t);
	else if (p->ops->problem != NULL)
		trouble_add(t, p->ops->problem(p));
}

/* On the desk itself whichever panel shows one, first the one with the keys. */
void
desk_problems(const struct desk *d, struct troubles *t)
{
	add_problems(desk_top(d), t);
	for (size_t i = 0; i < NPANELS && desk_has_keys(d); i++)
		add_problems(d->panels[i], t);
}

static const char *
helps_with(const struct troubles *t)
{
	const char *id = t->n > 0 ? answer_for_err(&t->v[0]) : "";

	return id[0] != '\0' ? id : NULL;
}

/*
 * What the panel with the keys shows, first of all an error; on the desk itself
 * another one may know, whichever has them.
 */
const char *
desk_question(struct desk *d)
{
	struct panel *top = desk_top(d);
	struct troubles own = { .n = 0 }, all = { .n = 0 };
	const char *id = NULL;

	add_problems(top, &own);
	desk_problems(d, &all);
	if (top->ops->question != NULL)
		id = top->ops->question(top);
	if (id == NULL)
		id = helps_with(&own);
	if (id == NULL)
		id = fitting_view(top->ops);
	for (size_t i = 0; i < NPANELS && id == NULL && desk_has_keys(d); i++)
		if (d->panels[i]->ops->question != NULL)
			id = d->panels[i]->ops->question(d->panels[i]);
	if (id == NULL)
		id = helps_with(&all);
	if (id == NULL && desk_has_keys(d))
		id = fitting_world(desk_world(d), desk_card(d));
	return id != NULL || !desk_has_keys(d) ? id :
	    fitting_card(desk_card(d), &d->setup, d->now);
}

/* --- what they are made of ----------------------------------------------------- */

static void
changed(void *arg)
{
	struct desk *d = arg;

	for (size_t i = 0; i < d->nviews; i++)
		if (d->views[i]->ops == &view_answers_ops) {
			/* It may open another above itself. */
			view_answers_came(d->views[i],
			    desk_top(d) == d->views[i]);
			break;
		}
	desk_dirty(d);
}

struct answering *
desk_answering(struct desk *d)
{
	if (d->answering == NULL)
		d->answering = answering_new(d, changed, d);
	return d->answering;
}

void
desk_minute(struct desk *d)
{
	d->now = clock_now();
	if (d->answering != NULL)
		answering_later(d->answering);
	desk_look_for_others(d);
}

void
desk_way_changed(struct desk *d)
{
	if (d->answering != NULL)
		answering_outdated(d->answering, NEED_NETWORK | NEED_STATUS |
		    NEED_ORDER);
}

void
desk_registry_changed(struct desk *d)
{
	int64_t n = service_view(d->service)->info.certs;
	bool loaded = service_view(d->service)->loaded;

	if (n != d->remembered && d->answering != NULL)
		answering_outdated(d->answering, NEED_REGISTRY);
	d->remembered = n;
	if (loaded && !d->loaded)
		view_find_loaded(d);
	d->loaded = loaded;
}

void
desk_order_is(struct desk *d, const char *line)
{
	if (d->order != NULL)
		explicit_bzero(d->order, strlen(d->order));
	free(d->order);
	d->order = line != NULL && line[0] != '\0' ? mem_strdup(line) : NULL;
}

/*
 * A certificate is meant that somebody opened, or that the question is about;
 * one that the list's cursor only happens to be on is not.
 */
static bool
find_meant(struct desk *d, struct revoke_of *of)
{
	return desk_subject(d, of) && of->card != NULL && of->cert != NULL &&
	    (!desk_has_keys(d) || fitting_cert(of->cert, &d->setup,
	    d->now) != NULL);
}

/* What the screen shows at this moment is what is asked about. */
static void
take_situation(struct desk *d)
{
	struct answering *a = desk_answering(d);
	struct revoke_of of = { 0 };

	answering_cert(a, find_meant(d, &of) ? of.cert->sha256 : NULL);
	answering_tell(a, ABOUT_ORDER, d->order);
}

/* --- opening them ---------------------------------------------------------------- */

static void
close_all(struct desk *d)
{
	/* Backwards: one that is closed moves those above it. */
	for (size_t i = d->nviews; i-- > 0; )
		if (d->views[i]->ops == &view_answers_ops ||
		    d->views[i]->ops == &view_answer_ops)
			desk_close(d, d->views[i]);
}

/* Who goes on from an answer comes back to it. */
void
desk_answers(struct desk *d, const char *id)
{
	const char *fits = id != NULL ? id : desk_question(d);

	close_all(d);
	take_situation(d);
	desk_open_top(d, &view_answers_ops, fits);
}

void
desk_answer(struct desk *d, const char *id)
{
	if (!desk_raise(d, &view_answers_ops))
		desk_answers(d, id);
	desk_open_top(d, &view_answer_ops, id);
}
