#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "ui/desk_state.h"
#include "ui/renewing.h"
#include "ui/views.h"

/* One went on, or asks something: whoever shows it looks again. */
static void
went_on(void *arg)
{
	struct desk *d = arg;

	desk_kept(d);
	desk_dirty(d);
}

struct renewing *
desk_renewing(struct desk *d)
{
	if (d->renewing == NULL)
		d->renewing = renewing_new(d->loop, &d->setup, d->client,
		    went_on, d);
	return d->renewing;
}

/* What is worked on behind the counter is nothing for the hall. */
int64_t
desk_open_renewals(const struct desk *d)
{
	return d->renewing != NULL && d->setup.mode != MODE_KIOSK ?
	    renewing_view(d->renewing)->open : 0;
}

static bool
is_same(const struct cert *a, const struct cert *b)
{
	return a != NULL && a->serial_len == b->serial_len &&
	    memcmp(a->serial, b->serial, a->serial_len) == 0 &&
	    strcmp(a->issuer.line, b->issuer.line) == 0;
}

/* On whichever card it is now: a page may outlive its card's visit. */
static bool
find_card(struct desk *d, const struct cert *cert, struct renew_of *of)
{
	const struct card_world *w = desk_world(d);

	for (size_t i = 0; i < w->ncards; i++)
		for (size_t j = 0; j < w->cards[i]->ncerts; j++)
			if (is_same(w->cards[i]->certs[j].cert, cert) &&
			    w->cards[i]->certs[j].tokens != 0) {
				of->card = w->cards[i];
				of->cert = j;
				return true;
			}
	return false;
}

void
desk_renew(struct desk *d)
{
	const struct panel_ops *top = desk_top(d)->ops;
	struct revoke_of subject = { 0 };
	struct renew_of of = { 0 };

	if (top == &view_renewals_ops)
		return;
	if (top == &view_renew_ops || top == &view_renewal_ops ||
	    !desk_subject(d, &subject)) {
		if (!desk_raise(d, &view_renewals_ops))
			desk_open_top(d, &view_renewals_ops, NULL);
		return;
	}
	if (subject.cert != NULL && find_card(d, subject.cert, &of))
		desk_open_top(d, &view_renew_ops, &of);
	else
		desk_message(d, N_("Renewal"), N_("A certificate is renewed on "
		    "its card. Put the card in that it is on, then press F7 on "
		    "it."));
}
