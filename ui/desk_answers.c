#include "config.h"

#include "answers/codes.h"
#include "ui/desk_state.h"
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

/* The one that helps with the error on the screen; NULL for none. */
static const char *
question_of_problem(struct desk *d)
{
	const struct err *err = desk_problem(d);
	const char *id = err != NULL ? answer_for_err(err) : "";

	return id[0] != '\0' ? id : NULL;
}

/*
 * What the panel with the keys shows; on the desk itself another one may know,
 * whichever has them.
 */
const char *
desk_question(struct desk *d)
{
	struct panel *top = desk_top(d);
	const char *id = NULL;

	if (top->ops->question != NULL)
		id = top->ops->question(top);
	for (size_t i = 0; i < NPANELS && id == NULL && desk_has_keys(d); i++)
		if (d->panels[i]->ops->question != NULL)
			id = d->panels[i]->ops->question(d->panels[i]);
	return id != NULL ? id : question_of_problem(d);
}

void
desk_answers(struct desk *d, const char *id)
{
	(void)id;
	desk_open(d, &view_help_ops, desk_top(d));
}
