#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/asking.h"
#include "ui/desk.h"
#include "ui/page.h"
#include "ui/statuspage.h"
#include "ui/trouble.h"
#include "ui/views.h"

enum { ACT_BACK = 1, ACT_PROXY, ACT_NETWORK };

static const struct key_binding bindings[] = {
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Go back to where you were; a question under way is given "
	  "up."),
	  .modes = IN_KIOSK },
	{ .ch = 'p', .action = ACT_PROXY, .label = N_("Proxy"),
	  .help = N_("The user name and password for the proxy.") },
	{ .ch = 'n', .action = ACT_NETWORK, .label = N_("Network"),
	  .help = N_("Look at the way to the services, step by step.") },
};

struct view {
	struct desk		*desk;
	struct page		 page;
	char			*title;
	unsigned		 from;
	unsigned		 question;	/* 0: none under way */
	struct status_report	 report;
	bool			 have;
};

static void
answered(void *arg, unsigned panel, const struct status_report *report,
    const struct err *err)
{
	struct desk *d = arg;
	struct panel *p = desk_find_panel(d, panel);
	struct view *v;

	/* Whoever asked, the registry may know more now. */
	desk_kept(d);
	desk_dirty(d);
	if (p == NULL)
		return;
	v = p->state;
	v->question = 0;
	v->have = true;
	/* Its texts are the question's: what is shown is copied. */
	v->report = *report;
	if (err->code != ERR_NONE)
		v->report.err = *err;
	v->report.ocsp.url = mem_strdup(report->ocsp.url);
	v->report.crl.url = mem_strdup(report->crl.url);
	v->report.delta.url = mem_strdup(report->delta.url);
	/* Asked by somebody who is still here: who can say what it wants. */
	if (!view_proxy_offer(d, p, &report->ocsp.err) &&
	    !view_proxy_offer(d, p, &report->crl.err))
		(void)view_proxy_offer(d, p, err);
}

static void
open_view(struct panel *p, const void *arg)
{
	const struct status_of *of = arg;
	struct view *v = p->state;

	v->desk = p->desk;
	v->title = mem_strdup(of->title);
	v->from = of->from;
	v->question = asking_ask(desk_asking(p->desk), of->about, answered,
	    p->desk, p->id);
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	if (v->question != 0)
		asking_cancel(desk_asking(p->desk), v->question);
	free(v->report.ocsp.url);
	free(v->report.crl.url);
	free(v->report.delta.url);
	free(v->title);
}

static void
content(struct page *page, void *arg)
{
	const struct view *v = arg;

	if (v->have)
		statuspage_say(page, &v->report, desk_now(v->desk));
	else
		page_text(page, STYLE_STRONG, _("The authority is being asked, "
		    "by OCSP and by its revocation list..."));
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct view *v = p->state;

	page_draw(&v->page, r, focused, content, v);
}

static const char *
title_now(struct panel *p, char *buf, size_t size)
{
	const struct view *v = p->state;

	if (v->title == NULL)
		return _(p->ops->title);
	snprintf(buf, size, "%s %s %s", _(p->ops->title),
	    draw_glyph(GLYPH_BULLET), v->title);
	return buf;
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;

	return page_input(&v->page, in) ? UI_HANDLED : UI_IGNORED;
}

static unsigned
act(struct panel *p, int action)
{
	if (action == ACT_PROXY)
		view_proxy_open(p->desk);
	else if (action == ACT_NETWORK)
		desk_open(p->desk, &view_network_ops, &(struct network_of){
		    .authority = NULL });
	return action == ACT_BACK ? UI_HANDLED | UI_CLOSE : UI_HANDLED;
}

static bool
wants_login(const struct err *err)
{
	return err->code == ERR_NET_PROXY_LOGIN ||
	    err->code == ERR_NET_PROXY_REFUSED ||
	    err->code == ERR_NET_PROXY_TICKET;
}

static bool
can(struct panel *p, int action)
{
	const struct view *v = p->state;

	return action != ACT_PROXY || (v->have &&
	    (wants_login(&v->report.ocsp.err) ||
	    wants_login(&v->report.crl.err) || wants_login(&v->report.err)));
}

/* That of the page it was asked on, for as long as that is open. */
static bool
subject(struct panel *p, struct revoke_of *of)
{
	const struct view *v = p->state;
	struct panel *from = v->from != 0 ?
	    desk_find_panel(p->desk, v->from) : NULL;

	return from != NULL && from->ops->subject != NULL &&
	    from->ops->subject(from, of);
}

static void
problems(struct panel *p, struct troubles *t)
{
	const struct view *v = p->state;

	if (v->have)
		trouble_of_status(t, &v->report);
}

const struct panel_ops view_status_ops = {
	.name = "status",
	.title = N_("Status"),
	.about = N_("Whether a certificate is revoked, asked of its authority "
	    "just now: who says so, as of when, until when."),
	.place = PLACE_FULL,
	.modes = IN_KIOSK,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.close = close_view,
	.title_now = title_now,
	.draw = draw,
	.can = can,
	.input = input,
	.act = act,
	.subject = subject,
	.problems = problems,
};
