#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/desk.h"
#include "ui/diagnosing.h"
#include "ui/page.h"
#include "ui/views.h"

#define MS_COLS		11	/* of "123456 ms  " */

enum { ACT_BACK = 1, ACT_AGAIN, ACT_PROXY };

static const struct key_binding bindings[] = {
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Go back to where you were; what is being looked at is "
	  "given up.") },
	{ .ch = 'a', .action = ACT_AGAIN, .label = N_("Look again"),
	  .help = N_("Look at the whole way once more, from the beginning.") },
	{ .ch = 'p', .action = ACT_PROXY, .label = N_("Proxy login"),
	  .help = N_("The user name and password for the proxy.") },
};

/* What of an authority's file is looked at. */
enum service_kind { SERVICE_ORDERS, SERVICE_CMP, SERVICE_EJBCA, SERVICE_EST,
	SERVICE_OCSP, SERVICES };

static const char *const service_names[SERVICES] = {
	[SERVICE_ORDERS] = N_("orders"),
	[SERVICE_CMP] = "CMP",
	[SERVICE_EJBCA] = "EJBCA",
	[SERVICE_EST] = "EST",
	[SERVICE_OCSP] = "OCSP",
};

/* The way to one server. */
struct way {
	const struct authority	*authority;
	unsigned		 services;	/* a bit each: that are there */
	struct diag_about	 about;
	unsigned		 work;		/* 0: none under way */
	struct diag_result	 steps[DIAG_STEPS];
	struct err		 err;		/* why there is no more of it */
};

struct view {
	unsigned	 round;		/* how often it was begun */
	size_t		 n;
	struct way	*ways;
};

struct state {
	struct desk	*desk;
	struct page	 page;
	struct view	 v;
};

/* --- what there is to look at -------------------------------------------- */

static struct diag_about
about_of(const struct authority *a, enum service_kind s)
{
	const struct diag_about all[SERVICES] = {
		[SERVICE_ORDERS] = { .url = a->orders_url,
		    .ca_file = a->orders_ca_file,
		    .client_cert = a->orders_certificate,
		    .client_key = a->orders_key, .order_service = true },
		[SERVICE_CMP] = { .url = a->cmp_url,
		    .ca_file = a->cmp_ca_file },
		[SERVICE_EJBCA] = { .url = a->ejbca_url,
		    .ca_file = a->ejbca_ca_file,
		    .client_cert = a->ejbca_certificate,
		    .client_key = a->ejbca_key },
		[SERVICE_EST] = { .url = a->est_url,
		    .ca_file = a->est_ca_file,
		    .client_cert = a->est_certificate,
		    .client_key = a->est_key },
		[SERVICE_OCSP] = { .url = a->ocsp },
	};
	struct diag_about about = all[s];
	const char **files[] = { &about.ca_file, &about.client_cert,
	    &about.client_key };

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		if (*files[i] != NULL && (*files[i])[0] == '\0')
			*files[i] = NULL;
	about.source = NET_CONFIGURED;
	return about;
}

/* "https://host:port", all that the way there depends on. */
static size_t
origin(const char *url)
{
	const char *host = strstr(url, "://");

	return host == NULL ? strlen(url) :
	    (size_t)(host - url) + 3 + strcspn(host + 3, "/?#");
}

static bool
same_way(const char *a, const char *b)
{
	return origin(a) == origin(b) && strncmp(a, b, origin(a)) == 0;
}

/*
 * Two services of one server are one way there: that of the first, which names
 * both.  Of another authority's nothing is said.
 */
static void
add_way(struct view *v, const struct authority *a, enum service_kind s)
{
	const struct diag_about about = about_of(a, s);

	if (about.url == NULL || about.url[0] == '\0')
		return;
	for (size_t i = 0; i < v->n; i++)
		if (same_way(v->ways[i].about.url, about.url)) {
			if (v->ways[i].authority == a)
				v->ways[i].services |= 1u << s;
			return;
		}
	v->ways[v->n++] = (struct way){ .authority = a, .services = 1u << s,
	    .about = about };
}

static void
find_ways(struct view *v, const struct authorities *all,
    const struct authority *only)
{
	v->ways = mem_alloc((all->n * SERVICES + 1) * sizeof *v->ways);
	if (only != NULL) {
		add_way(v, only, SERVICE_ORDERS);
		return;
	}
	for (size_t i = 0; i < all->n; i++)
		for (int s = 0; s < SERVICES; s++)
			add_way(v, &all->v[i], (enum service_kind)s);
}

/* --- looking -------------------------------------------------------------- */

static void
stepped(void *arg, const struct diagnosing_of *of,
    const struct diag_result *step, const struct err *err)
{
	struct desk *d = arg;
	struct panel *p = desk_find_panel(d, of->panel);
	struct view *v;

	if (p == NULL)
		return;
	v = &((struct state *)p->state)->v;
	if (of->round != v->round)
		return;
	if (step != NULL) {
		v->ways[of->which].steps[step->step] = *step;
	} else {
		v->ways[of->which].work = 0;
		v->ways[of->which].err = *err;
	}
	desk_dirty(d);
}

static void
give_up(struct panel *p, struct view *v)
{
	for (size_t i = 0; i < v->n; i++) {
		if (v->ways[i].work != 0)
			diagnosing_cancel(desk_diagnosing(p->desk),
			    v->ways[i].work);
		v->ways[i].work = 0;
	}
}

static void
look(struct panel *p, struct view *v)
{
	give_up(p, v);
	v->round++;
	for (size_t i = 0; i < v->n; i++) {
		struct way *w = &v->ways[i];

		memset(w->steps, 0, sizeof w->steps);
		err_clear(&w->err);
		w->work = diagnosing_ask(desk_diagnosing(p->desk), &w->about,
		    &(struct diagnosing_of){ .panel = p->id,
		    .round = v->round, .which = i }, stepped, p->desk);
	}
}

static void
open_view(struct panel *p, const void *arg)
{
	const struct network_of *of = arg;
	struct state *s = p->state;

	s->desk = p->desk;
	find_ways(&s->v, desk_setup(p->desk)->authorities, of->authority);
	look(p, &s->v);
}

static void
close_view(struct panel *p)
{
	struct state *s = p->state;

	give_up(p, &s->v);
	free(s->v.ways);
}

/* --- what it says ----------------------------------------------------------- */

static const struct {
	enum glyph	 glyph;
	const char	*sign;		/* instead of a glyph */
	enum style	 style;
} signs[] = {
	[DIAG_WAITS] = { 0, " ", STYLE_DIM },
	[DIAG_FINE] = { GLYPH_YES, NULL, STYLE_GOOD },
	[DIAG_WARNS] = { 0, "!", STYLE_WARN },
	[DIAG_BROKEN] = { GLYPH_NO, NULL, STYLE_BAD },
	[DIAG_NOT_NEEDED] = { GLYPH_BULLET, NULL, STYLE_DIM },
	[DIAG_NOT_KNOWN] = { GLYPH_UNKNOWN, NULL, STYLE_DIM },
};

/* Who can mend a step that is broken. */
static const char *const who[DIAG_STEPS] = {
	[DIAG_NAME] = N_("To be mended by: who runs this network."),
	[DIAG_ROUTE] = N_("To be mended by: who runs this network; the "
	    "authority, if everything else can be reached."),
	[DIAG_PROXY] = N_("To be mended by: who runs this network."),
	[DIAG_PROXY_LOGIN] = N_("To be mended here: p asks for the user name "
	    "and password."),
	[DIAG_TLS] = N_("To be mended by: the authority, or who set this desk "
	    "up for it."),
	[DIAG_HTTP] = N_("To be mended by: the authority."),
	[DIAG_VERSION] = N_("To be mended by: who looks after this desk, with "
	    "the authority."),
	[DIAG_CLOCK] = N_("To be mended by: who looks after this computer."),
};

static const char *
who_acts(const struct diag_result *r)
{
	if (r->portal)
		return _("To be mended here: log on in a browser, then look "
		    "again.");
	if (r->inspected || r->no_scheme ||
	    r->err.code == ERR_NET_TICKET_LATE)
		return _(who[DIAG_NAME]);
	if (r->err.code == ERR_NET_CLOCK)
		return _(who[DIAG_CLOCK]);
	/* Cut before there was a word of TLS: the way rather than the server. */
	return _(who[r->err.code == ERR_NET_TLS_TALK ? DIAG_ROUTE : r->step]);
}

static int
name_cols(void)
{
	int most = 0;

	for (int i = 0; i < DIAG_STEPS; i++) {
		int w = draw_width(diag_step_name((enum diag_step)i));

		most = w > most ? w : most;
	}
	return most;
}

static void
say_err(struct page *page, const struct err *err, enum style style)
{
	char buf[512];

	page_text(page, style, err_sentence(err, buf, sizeof buf));
	page_text(page, STYLE_TEXT, err_next(err, buf, sizeof buf));
}

static void
say_step(struct page *page, enum diag_step step, const struct diag_result *r,
    bool under_way)
{
	const char *name = diag_step_name(step);
	const char *sign = signs[r->verdict].sign != NULL ?
	    signs[r->verdict].sign : draw_glyph(signs[r->verdict].glyph);
	bool timed = r->verdict == DIAG_FINE || r->verdict == DIAG_WARNS ||
	    r->verdict == DIAG_BROKEN;
	int cols = name_cols();
	char text[160];

	snprintf(text, sizeof text, "%s%*s", name,
	    cols - draw_width(name) + MS_COLS - 2, "");
	if (timed)
		snprintf(text, sizeof text, "%s%*s%6lld ms", name,
		    cols - draw_width(name), "", (long long)r->millis);
	page_item(page, sign, signs[r->verdict].style, text, cols + MS_COLS,
	    under_way ? _("being looked at...") :
	    r->verdict == DIAG_NOT_NEEDED && r->saw[0] == '\0' ?
	    _("not needed") : r->saw);
}

/* Whose it is, and for which services. */
static void
say_heading(struct page *page, const struct way *w)
{
	const char *between = draw_glyph(GLYPH_BULLET);
	char line[512];
	int n;

	n = snprintf(line, sizeof line, "%s ", w->authority->name[0] != '\0' ?
	    w->authority->name : w->authority->id);
	for (int s = 0; s < SERVICES && n < (int)sizeof line; s++)
		if (w->services & 1u << s) {
			n += snprintf(line + n, sizeof line - (size_t)n,
			    "%s %s", between, _(service_names[s]));
			between = ",";
		}
	page_heading(page, line);
}

static void
say_way(struct page *page, const struct way *w)
{
	bool told = false, waits = false;

	say_heading(page, w);
	page_text(page, STYLE_DIM, w->about.url);
	for (int i = 0; i < DIAG_STEPS; i++) {
		const struct diag_result *r = &w->steps[i];
		bool bad = r->verdict == DIAG_BROKEN;

		say_step(page, (enum diag_step)i, r, w->work != 0 && !waits &&
		    r->verdict == DIAG_WAITS);
		waits = waits || r->verdict == DIAG_WAITS;
		if (r->inspected && !bad)
			page_text(page, STYLE_WARN, _("That authority was added "
			    "to this machine by hand: a TLS-inspecting proxy "
			    "may read along."));
		if (r->no_scheme)
			page_text(page, STYLE_WARN, _("None of these ways to "
			    "log on works here: no password helps."));
		if (net_ticket_words(r->ticket)[0] != '\0')
			page_text(page, STYLE_WARN,
			    net_ticket_words(r->ticket));
		if ((!bad && r->verdict != DIAG_WARNS) || (bad && told))
			continue;
		if (r->err.code != ERR_NONE)
			say_err(page, &r->err, bad ? STYLE_BAD : STYLE_WARN);
		if (bad)
			page_text(page, STYLE_STRONG, who_acts(r));
		told = told || bad;
	}
	if (w->err.code != ERR_NONE)
		say_err(page, &w->err, STYLE_BAD);
}

static void
content(struct page *page, void *arg)
{
	const struct view *v = arg;

	if (v->n == 0)
		page_text(page, STYLE_STRONG, _("No service of an authority "
		    "is set up at this desk, so there is no way to look at."));
	for (size_t i = 0; i < v->n; i++)
		say_way(page, &v->ways[i]);
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct state *s = p->state;

	page_draw(&s->page, r, focused, content, &s->v);
}

/* --- keys ------------------------------------------------------------------ */

static bool
wants_login(const struct view *v)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->ways[i].steps[DIAG_PROXY_LOGIN].verdict == DIAG_BROKEN)
			return true;
	return false;
}

static bool
under_way(const struct view *v)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->ways[i].work != 0)
			return true;
	return false;
}

static bool
can(struct panel *p, int action)
{
	const struct state *s = p->state;

	return action == ACT_AGAIN ? s->v.n > 0 && !under_way(&s->v) :
	    action != ACT_PROXY || wants_login(&s->v);
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct state *s = p->state;

	return page_input(&s->page, in) ? UI_HANDLED : UI_IGNORED;
}

static unsigned
act(struct panel *p, int action)
{
	struct state *s = p->state;

	if (action == ACT_AGAIN)
		look(p, &s->v);
	else if (action == ACT_PROXY)
		view_proxy_open(p->desk);
	return action == ACT_BACK ? UI_HANDLED | UI_CLOSE : UI_HANDLED;
}

/* The first step that is broken, before what is only warned of. */
static const struct err *
of_way(const struct way *w)
{
	const struct err *warned = NULL;

	for (int i = 0; i < DIAG_STEPS; i++) {
		const struct diag_result *r = &w->steps[i];

		if (r->err.code == ERR_NONE)
			continue;
		if (r->verdict == DIAG_BROKEN)
			return &r->err;
		if (warned == NULL && r->verdict == DIAG_WARNS)
			warned = &r->err;
	}
	return w->err.code != ERR_NONE ? &w->err : warned;
}

static const struct err *
problem(struct panel *p)
{
	const struct state *s = p->state;

	for (size_t i = 0; i < s->v.n; i++) {
		const struct err *err = of_way(&s->v.ways[i]);

		if (err != NULL)
			return err;
	}
	return NULL;
}

const struct panel_ops view_network_ops = {
	.name = "network",
	.title = N_("Network"),
	.about = N_("The way to each service, step by step: the first step that "
	    "is broken, why, and who can mend it."),
	.place = PLACE_FULL,
	.size = sizeof(struct state),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.close = close_view,
	.draw = draw,
	.can = can,
	.input = input,
	.act = act,
	.problem = problem,
};
