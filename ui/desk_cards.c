#include "config.h"

#include <string.h>

#include "base/clock.h"
#include "ui/answering.h"
#include "ui/desk_state.h"
#include "ui/renewing.h"

void
desk_choose_card(struct desk *d, size_t i)
{
	const struct card_world *w = desk_world(d);

	if (i >= w->ncards)
		return;
	d->card = i;
	card_key(w->cards[i], d->card_key, sizeof(d->card_key));
}

/* Stay with the chosen reader wherever it moved in the list. */
static void
follow_card(struct desk *d)
{
	const struct card_world *w = desk_world(d);
	char key[CARD_KEY_MAX];

	for (size_t i = 0; i < w->ncards; i++)
		if (strcmp(card_key(w->cards[i], key, sizeof(key)),
		    d->card_key) == 0)
			d->card = i;
	if (d->card >= w->ncards)
		d->card = 0;
	/*
	 * An empty reader, or one with a card that was left there, is worth
	 * nobody's look while another has a card; at a kiosk there are no tabs to look at another.
	 */
	for (size_t i = 0; i < w->ncards && (d->nviews == 0 ||
	    d->setup.mode == MODE_KIOSK); i++)
		if (!card_is_there(w->cards[d->card]) &&
		    card_is_there(w->cards[i]))
			d->card = i;
	desk_choose_card(d, d->card);
}

void
desk_tell_panels(struct desk *d)
{
	for (size_t i = 0; i < NPANELS; i++)
		if (d->panels[i]->ops->changed != NULL)
			d->panels[i]->ops->changed(d->panels[i]);
}

void
desk_step_card(struct desk *d, size_t by)
{
	size_t n = desk_world(d)->ncards;

	if (n < 2)
		return;
	desk_choose_card(d, (d->card + by) % n);
	desk_tell_panels(d);
}

void
desk_set_client(struct desk *d, struct card_client *client)
{
	d->client = client;
}

void
desk_set_service(struct desk *d, struct service *service)
{
	d->service = service;
	d->seen = seen_new(service, d->setup.conf->remember);
}

void
desk_changed(struct desk *d)
{
	d->now = clock_now();
	follow_card(d);
	if (d->seen != NULL)
		seen_changed(d->seen, desk_world(d));
	if (d->visit != NULL)
		visit_cards(d->visit);
	if (d->renewing != NULL)
		renewing_news(d->renewing);
	if (d->answering != NULL)
		answering_cards(d->answering);
	desk_tell_panels(d);
	desk_tell_views(d);
}

void
desk_tell_views(struct desk *d)
{
	/* Backwards: one that closes itself moves those above it. */
	for (size_t i = d->nviews; i-- > 0; ) {
		struct panel *p = d->views[i];

		if (p->ops->changed != NULL)
			desk_obey(d, p, p->ops->changed(p));
	}
}
