#include "config.h"

#include "base/i18n.h"
#include "ui/docket_view.h"
#include "ui/views.h"

static void
open_view(struct panel *p, const void *arg)
{
	(void)arg;
	docket_open(p, &docket_cases);
}

const struct panel_ops view_cases_ops = {
	.name = "cases",
	.title = N_("Cases"),
	.about = N_("Revocations, suspensions and their ends: what is due first "
	    "stands on top."),
	DOCKET_VIEW(open_view),
};
