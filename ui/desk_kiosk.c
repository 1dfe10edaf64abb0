#include "config.h"

#include "ui/answering.h"
#include "ui/asking.h"
#include "ui/desk_state.h"
#include "ui/diagnosing.h"
#include "ui/ordering.h"
#include "ui/views.h"

/* What a customer does with the hands and not with the card. */
static const struct panel_ops *const of_hands[] = { &view_myorder_ops,
	&view_order_ops, &view_orders_ops, &view_question_ops, &view_lost_ops };

struct visit *
desk_visit(const struct desk *d)
{
	return d->visit;
}

static void
over(struct desk *d)
{
	d->wish = DESK_OVER;
	desk_dirty(d);
}

void
desk_begin_visit(struct desk *d)
{
	if (d->setup.mode != MODE_KIOSK)
		return;
	d->visit = visit_new(d, d->loop, over);
	d->staff = staff_new(d->setup.conf);
}

static bool
is_of_hands(const struct panel_ops *ops)
{
	for (size_t i = 0; i < sizeof of_hands / sizeof of_hands[0]; i++)
		if (of_hands[i] == ops)
			return true;
	return ops == &view_kiosk_ops;
}

bool
desk_card_left(struct desk *d)
{
	/* Backwards: one that is closed moves those above it. */
	for (size_t i = d->nviews; i-- > 0; )
		if (i < d->nviews && !is_of_hands(d->views[i]->ops))
			desk_close(d, d->views[i]);
	return d->nviews > 1;
}

/* --- the staff's --------------------------------------------------------------- */

bool
desk_staff(const struct desk *d, struct staff_card *out)
{
	return d->staff != NULL && d->setup.mode == MODE_KIOSK &&
	    staff_find(d->staff, desk_card(d), d->now, out);
}

void
desk_unlock(struct desk *d, const struct card *c)
{
	visit_of_staff(d->visit, c);
	d->wish = DESK_UNLOCK;
	desk_dirty(d);
}

/* What was made for the kiosk has no registry: it is made anew when wanted. */
void
desk_become(struct desk *d, enum mode mode)
{
	d->setup.mode = mode;
	while (d->nviews > 0)
		desk_close(d, d->views[d->nviews - 1]);
	asking_free(d->asking);
	answering_free(d->answering);
	diagnosing_free(d->diagnosing);
	ordering_free(d->ordering);
	d->asking = NULL;
	d->answering = NULL;
	d->diagnosing = NULL;
	d->ordering = NULL;
	desk_order_is(d, NULL);
	desk_tell_panels(d);
}
