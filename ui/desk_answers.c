#include "config.h"

#include "ui/desk_state.h"
#include "ui/views.h"

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
	return id;
}

void
desk_answers(struct desk *d, const char *id)
{
	(void)id;
	desk_open(d, &view_help_ops, desk_top(d));
}
