/*
 * The way out to the authority's service, step by step (net/diagnose.h): each
 * step is a link with an id of its own.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "answers/chain_inside.h"
#include "base/i18n.h"
#include "base/text.h"

static const struct {
	const char	*id, *title;
} steps[DIAG_STEPS] = {
	[DIAG_NAME] = { "name", N_("host name") },
	[DIAG_ROUTE] = { "route", N_("route") },
	[DIAG_PROXY] = { "proxy", N_("proxy") },
	[DIAG_PROXY_LOGIN] = { "proxy-login", N_("proxy login") },
	[DIAG_TLS] = { "tls", N_("TLS") },
	[DIAG_HTTP] = { "http", N_("HTTP") },
	[DIAG_VERSION] = { "version", N_("version") },
	[DIAG_CLOCK] = { "server-clock", N_("the server's clock") },
};

size_t
link_network_titles(const char **titles, size_t max)
{
	size_t n = 0;

	for (; n < DIAG_STEPS && n < max; n++)
		titles[n] = steps[n].title;
	return n;
}

static const enum health healths[] = {
	[DIAG_WAITS] = HEALTH_UNKNOWN,
	[DIAG_FINE] = HEALTH_OK,
	[DIAG_WARNS] = HEALTH_WARNING,
	[DIAG_BROKEN] = HEALTH_WRONG,
	[DIAG_NOT_NEEDED] = HEALTH_NOT_NEEDED,
	[DIAG_NOT_KNOWN] = HEALTH_UNKNOWN,
};

/* Room is kept for the whole of what was seen. */
static void
put_words(struct finding *f, const struct diag_result *r)
{
	char sentence[512];

	if (r->err.code != ERR_NONE)
		snprintf(f->saw, sizeof f->saw, "%s (%s%s%s)",
		    err_sentence(&r->err, sentence, sizeof sentence),
		    err_id(r->err.code), r->saw[0] != '\0' ? "; " : "",
		    r->saw);
	else if (r->step == DIAG_TLS && r->saw[0] != '\0')
		snprintf(f->saw, sizeof f->saw,
		    _("secure; its certificate was issued by %s"), r->saw);
	else if (r->saw[0] != '\0')
		snprintf(f->saw, sizeof f->saw, "%s", r->saw);
	else
		snprintf(f->saw, sizeof f->saw, "%s",
		    f->health == HEALTH_NOT_NEEDED ?
		    _("no part of this way") : f->health == HEALTH_UNKNOWN ?
		    _("not known") : _("nothing is wrong"));
	f->saw[text_cut(f->saw, sizeof f->saw - 1)] = '\0';
}

/* What to do, and what a password cannot help. */
static void
put_mend(struct finding *f, const struct diag_result *r)
{
	char next[256];
	const char *also = "", *ticket = net_ticket_words(r->ticket);

	if (r->err.code == ERR_NET_PROXY_LOGIN && !r->no_scheme)
		also = _("Give the user name and password for the proxy.");
	else if (r->no_scheme)
		also = _("None of these ways to log on works here: no password helps.");
	else if (r->inspected && r->verdict != DIAG_BROKEN)
		also = _("That authority was added to this machine by hand: a TLS-inspecting proxy may read along.");
	next[0] = '\0';
	if (r->err.code != ERR_NONE)
		(void)err_next(&r->err, next, sizeof next);
	snprintf(f->mend, sizeof f->mend, "%s%s%s%s%s", also,
	    also[0] != '\0' && ticket[0] != '\0' ? " " : "", ticket,
	    also[0] != '\0' && next[0] != '\0' ? " " : "", next);
	f->mend[text_cut(f->mend, sizeof f->mend - 1)] = '\0';
}

static void
finding_of(const struct diag_result *r, struct finding *f)
{
	bool wrong = r->verdict == DIAG_BROKEN || r->verdict == DIAG_WARNS;

	*f = (struct finding){ .link = steps[r->step].id,
		.title = steps[r->step].title,
		.health = healths[r->verdict], .err = r->err,
		/* Where no password helps, nobody here can do anything. */
		.turn = !wrong ? TURN_NOBODY : r->no_scheme ? TURN_KEEPER :
		    turn_of_err(&r->err),
		.millis = r->millis };
	put_words(f, r);
	put_mend(f, r);
}

/* --- while it is looked at ------------------------------------------------------------ */

/* That the next one has begun, unless this one is the last to be told. */
static void
on_step(const struct diag_result *r, void *arg)
{
	const struct chain_walk *w = arg;
	struct finding f;

	/* Behind what is broken nothing was looked at. */
	if (r->verdict == DIAG_NOT_KNOWN || r->verdict == DIAG_WAITS)
		return;
	finding_of(r, &f);
	w->fn(f.link, f.title, &f, w->arg);
	if (r->verdict != DIAG_BROKEN && r->step + 1 < DIAG_STEPS)
		w->fn(steps[r->step + 1].id, steps[r->step + 1].title, NULL,
		    w->arg);
}

/* What was told as it came is only written down; in the chains others stop at
 * the first that is broken, and nothing is known of what lies behind it. */
static void
write_down(struct chain_walk *w, const struct diag_report *net, bool told)
{
	chain_fn *fn = w->fn;
	struct finding f;

	for (size_t i = 0; i < DIAG_STEPS; i++) {
		finding_of(&net->v[i], &f);
		if (told)
			w->fn = NULL;
		link_add(w, &f);
		w->fn = fn;
		if (f.health == HEALTH_WRONG)
			break;
	}
}

static int
ask(struct chain_walk *w, struct err *err)
{
	if (w->fn != NULL)
		w->fn(steps[0].id, steps[0].title, NULL, w->arg);
	if (gather(w->gathered, NEED_NETWORK, w->cancel,
	    w->fn != NULL ? on_step : NULL, w, err) == -1)
		return -1;
	w->facts = gathered_facts(w->gathered);
	return 0;
}

/* Nowhere to go is a fault only where that is the question. */
static void
tell_nowhere(struct chain_walk *w)
{
	if (w->facts->net_err.code != ERR_NONE)
		link_tell_err(w, HEALTH_WRONG, &w->facts->net_err);
	else if ((w->facts->had & NEED_NETWORK) == 0)
		link_tell(w, HEALTH_UNKNOWN, TURN_UNKNOWN, "", "%s",
		    _("the network has not been looked at"));
	else
		link_tell(w, w->id == CHAIN_NETWORK ? HEALTH_UNKNOWN :
		    HEALTH_NOT_NEEDED, TURN_KEEPER, w->id == CHAIN_NETWORK ?
		    _("Name a service in the authority's file: [orders] url; or an address to look at.") :
		    "", "%s", _("no service of an authority is set up"));
}

int
link_network(struct chain_walk *w, struct err *err)
{
	bool told = w->gathered != NULL &&
	    (w->facts->had & NEED_NETWORK) == 0;

	if (told && ask(w, err) == -1)
		return -1;
	if (w->facts->net != NULL)
		write_down(w, w->facts->net, told && w->fn != NULL);
	else
		tell_nowhere(w);
	return 0;
}
