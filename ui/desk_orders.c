#include "config.h"

#include "ui/desk_state.h"
#include "ui/diagnosing.h"
#include "ui/ordering.h"

/* What waited was sent, or could not be: whoever shows it looks again. */
static void
sent(void *arg)
{
	struct desk *d = arg;

	desk_kept(d);
	desk_dirty(d);
}

struct ordering *
desk_ordering(struct desk *d)
{
	if (d->ordering == NULL)
		d->ordering = ordering_new(d->loop, &d->setup, sent, d);
	return d->ordering;
}

struct diagnosing *
desk_diagnosing(struct desk *d)
{
	if (d->diagnosing == NULL)
		d->diagnosing = diagnosing_new(d->loop, &d->setup);
	return d->diagnosing;
}

void
desk_orders_begin(struct desk *d)
{
	if (order_services(d->setup.authorities) > 0)
		desk_ordering(d);
}

void
desk_orders_kick(struct desk *d)
{
	if (d->ordering != NULL)
		ordering_kick(d->ordering);
}
