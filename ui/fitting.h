/*
 * The question that fits what is shown, by its id; NULL where no one fits better
 * than another.  UI thread only.
 */
#ifndef UI_FITTING_H
#define UI_FITTING_H

#include "card/card.h"
#include "order/service.h"
#include "ui/panel.h"
#include "ui/setup.h"

const char	*fitting_cert(const struct cert *, const struct setup *,
		    int64_t now);
const char	*fitting_order(const struct order *);
const char	*fitting_answer(const struct order_answer *);
const char	*fitting_world(const struct card_world *, const struct card *);
/* Where nothing is wrong: one of its certificates may end soon. */
const char	*fitting_card(const struct card *, const struct setup *,
		    int64_t now);

/* Of views that are about one thing whatever they show. */
const char	*fitting_view(const struct panel_ops *);

#endif
