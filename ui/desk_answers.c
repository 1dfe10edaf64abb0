#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "answers/codes.h"
#include "base/mem.h"
#include "ui/answering.h"
#include "ui/desk_state.h"
#include "ui/fitting.h"
#include "ui/views.h"

static const struct err *
problem_of(struct panel *p)
{
	const struct err *err = p->ops->problem != NULL ?
	    p->ops->problem(p) : NULL;

	return err != NULL && err->code != ERR_NONE ? err : NULL;
}

/* On the desk itself whichever panel shows one, first the one with the keys. */
const struct err *
desk_problem(const struct desk *d)
{
	const struct err *err = problem_of(desk_top(d));

	for (size_t i = 0; i < NPANELS && err == NULL && desk_has_keys(d); i++)
		err = problem_of(d->panels[i]);
	return err;
}

static const char *
helps_with(const struct err *err)
{
	const char *id = err != NULL ? answer_for_err(err) : "";

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
	const char *id = NULL;

	if (top->ops->question != NULL)
		id = top->ops->question(top);
	if (id == NULL)
		id = helps_with(problem_of(top));
	if (id == NULL)
		id = fitting_view(top->ops);
	for (size_t i = 0; i < NPANELS && id == NULL && desk_has_keys(d); i++)
		if (d->panels[i]->ops->question != NULL)
			id = d->panels[i]->ops->question(d->panels[i]);
	if (id == NULL)
		id = helps_with(desk_problem(d));
	if (id == NULL && desk_has_keys(d))
		id = fitting_world(desk_world(d), desk_card(d));
	return id != NULL || !desk_has_keys(d) ? id :
	    fitting_card(desk_card(d), &d->setup, d->now);
}

/* --- what they are made of ----------------------------------------------------- */

static void
changed(void *arg)
{
	desk_dirty(arg);
}

struct answering *
desk_answering(struct desk *d)
{
	if (d->answering == NULL)
		d->answering = answering_new(d, changed, d);
	return d->answering;
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

	if (n != d->remembered && d->answering != NULL)
		answering_outdated(d->answering, NEED_REGISTRY);
	d->remembered = n;
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
