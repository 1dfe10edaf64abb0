#include "config.h"

#include "base/i18n.h"
#include "ui/docket_view.h"
#include "ui/views.h"

static void
open_view(struct panel *p, const void *arg)
{
	(void)arg;
	docket_open(p, &docket_renewals);
}

const struct panel_ops view_renewals_ops = {
	.name = "renewals",
	.title = N_("Renewals"),
	.about = N_("Renewals of certificates on cards: those under way, what is "
	    "due first on top, and those that ended."),
	DOCKET_VIEW(open_view),
};
