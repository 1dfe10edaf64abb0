/* The table of links, and going through those of one chain. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/chain_inside.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

#define C(id)	(1u << CHAIN_##id)
#define CARDS	(C(CARD) | C(EMAIL) | C(CLIENT) | C(ALL))

/*
 * From the surroundings to the card, from the card to its certificate, then
 * outwards: what is above can be why something below fails.
 */
const struct chain_link chain_links[] = {
	{ "settings", N_("settings"), C(ALL), 0, true, link_settings },
	{ "answers", N_("questions"), C(ALL), 0, true, link_questions },
	{ "authorities", N_("authorities"), C(ALL), 0, true, link_authorities },
	{ "channels", N_("ways to revoke"), C(ALL), 0, true, link_channels },
	{ "locale", N_("characters"), C(ALL), 0, true, link_locale },
	{ "catalogue", N_("Polish"), C(ALL), 0, true, link_told },
	{ "terminal", N_("terminal"), C(ALL), 0, true, link_told },
	{ "fence", N_("fence"), C(ALL), 0, true, link_told },
	/* What make install-kiosk has made of this machine. */
	{ "kiosk-unit", N_("the kiosk"), C(KIOSK), 0, true, link_kiosk_unit },
	{ "kiosk-accounts", N_("accounts"), C(KIOSK), 0, true,
	    link_kiosk_accounts },
	{ "kiosk-folders", N_("folders"), C(KIOSK), 0, true,
	    link_kiosk_folders },
	{ "kiosk-consoles", N_("consoles"), C(KIOSK), 0, true,
	    link_kiosk_consoles },
	{ "kiosk-keys", N_("keyboard"), C(KIOSK), 0, true, link_kiosk_keys },
	{ "kiosk-memory", N_("memory"), C(KIOSK), 0, true, link_kiosk_memory },
	{ "kiosk-cards", N_("cards"), C(KIOSK), 0, true, link_kiosk_cards },
	{ "kiosk-secrets", N_("secrets"), C(KIOSK), 0, true,
	    link_kiosk_secrets },
	{ "kiosk-ssh", N_("SSH"), C(KIOSK), 0, true, link_kiosk_ssh },
	{ "clock", N_("clock"), CARDS | C(NETWORK) | C(KIOSK), 0, true,
	    link_clock },
	{ "runtime", N_("own folder"), C(ALL), 0, true, link_runtime },
	{ "registry", N_("registry"), C(ALL), 0, true, link_registry },
	{ "helper", N_("card process"), CARDS, NEED_CARD, false, link_helper },
	{ "service", N_("card service"), CARDS, NEED_CARD, false,
	    link_service },
	{ "access", N_("permission"), CARDS, NEED_CARD, false, link_access },
	{ "modules", N_("card software"), CARDS, NEED_CARD, false,
	    link_modules },
	{ "readers", N_("readers"), CARDS, NEED_CARD, false, link_readers },
	{ "cards", N_("cards"), CARDS, NEED_CARD, false, link_cards },
	{ "held", N_("other programs"), CARDS, NEED_CARD, false, link_held },
	{ "known", N_("kind of card"), CARDS, NEED_CARD, false, link_known },
	{ "pin", N_("PIN"), CARDS, NEED_CARD, false, link_pin },
	{ "room", N_("room on the card"), C(CLIENT), NEED_CARD, false,
	    link_room },
	{ "writing", N_("writing to the card"), C(CLIENT), NEED_CARD, false,
	    link_writing },
	{ "validity", N_("certificate in date"), C(CARD) | C(EMAIL) | C(ALL),
	    NEED_CARD, false, link_validity },
	{ "key", N_("key"), C(CARD) | C(EMAIL) | C(ALL), NEED_CARD, false,
	    link_key },
	{ "usage", N_("what it is for"), C(EMAIL) | C(ALL), NEED_CARD, false,
	    link_usage },
	{ "address", N_("e-mail address"), C(EMAIL) | C(ALL), NEED_CARD, false,
	    link_address },
	{ "issuer", N_("issuer"), C(EMAIL) | C(ALL), NEED_CARD | NEED_TRUST,
	    false, link_issuer },
	{ "status", N_("revocation"), C(EMAIL) | C(ALL),
	    NEED_CARD | NEED_STATUS, false, link_status },
	/* The way out; its steps have ids of their own. */
	{ "network", N_("network"), C(NETWORK) | C(CLIENT) | C(ALL),
	    NEED_NETWORK, false, link_network },
};
const size_t nchain_links = sizeof chain_links / sizeof chain_links[0];

static const char *const names[CHAINS] = {
	[CHAIN_CARD] = "card-read-error",
	[CHAIN_EMAIL] = "email",
	[CHAIN_NETWORK] = "proxy-407",
	[CHAIN_CLIENT] = "client-does-not-start",
	[CHAIN_ALL] = "doctor",
	[CHAIN_KIOSK] = "kiosk",
};

const char *
chain_name(enum chain_id id)
{
	return names[id];
}

enum chain_id
chain_by_name(const char *name)
{
	for (size_t i = 0; i < CHAINS; i++) {
		if (strcmp(names[i], name) == 0)
			return (enum chain_id)i;
	}
	return CHAINS;
}

size_t
chain_titles(enum chain_id id, const char **titles, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < nchain_links && n < max; i++) {
		if ((chain_links[i].chains & 1u << id) == 0)
			continue;
		titles[n++] = chain_links[i].title;
		if (chain_links[i].look == link_network)
			n += link_network_titles(titles + n, max - n);
	}
	return n;
}

/* --- telling -------------------------------------------------------------------- */

void
link_add(struct chain_walk *w, const struct finding *f)
{
	struct chain_report *r = w->report;
	struct finding *to;

	r->v = mem_grow(r->v, r->n + 1, sizeof *r->v);
	to = &r->v[r->n++];
	*to = *f;
	if (to->health == HEALTH_WRONG && r->broken == SIZE_MAX)
		r->broken = (size_t)(to - r->v);
	if (w->fn != NULL)
		w->fn(to->link, to->title, to, w->arg);
}

static void
put(struct chain_walk *w, struct finding *f, enum health health,
    enum turn turn, const char *mend)
{
	f->link = w->now->id;
	f->title = w->now->title;
	f->health = health;
	f->turn = health == HEALTH_WRONG || health == HEALTH_WARNING ? turn :
	    TURN_NOBODY;
	f->millis = clock_mono_ms() - w->since;
	f->saw[text_cut(f->saw, sizeof f->saw - 1)] = '\0';
	snprintf(f->mend, sizeof f->mend, "%.*s",
	    (int)text_cut(mend, sizeof f->mend - 1), mend);
	link_add(w, f);
}

void
link_tell(struct chain_walk *w, enum health health, enum turn turn,
    const char *mend, const char *fmt, ...)
{
	struct finding f = { .err = ERR_INIT };
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(f.saw, sizeof f.saw, fmt, ap);
	va_end(ap);
	put(w, &f, health, turn, mend);
}

void
link_tell_err(struct chain_walk *w, enum health health, const struct err *err)
{
	char sentence[512], next[512], detail[512];
	struct finding f = { .err = *err };

	err_technical(err, detail, sizeof detail);
	snprintf(f.saw, sizeof f.saw, "%s (%s%s%s)",
	    err_sentence(err, sentence, sizeof sentence), err_id(err->code),
	    detail[0] != '\0' ? "; " : "", detail);
	put(w, &f, health, turn_of_err(err),
	    err_next(err, next, sizeof next));
}

/* --- what links ask ----------------------------------------------------------------- */

const struct card_cert *
link_cert(const struct chain_walk *w)
{
	const struct answer_facts *f = w->facts;

	if (f->card == NULL || f->cert >= f->card->ncerts ||
	    f->card->certs[f->cert].cert == NULL)
		return NULL;
	return &f->card->certs[f->cert];
}

const char *
link_place(const struct card *card)
{
	if (card->reader[0] == '\0' && card->ntokens > 0)
		return card->tokens[0].module;
	return card->reader;
}

/* Not a token's label: people's names stand there. */
const char *
link_model(const struct card *card)
{
	if (card->model.name[0] != '\0')
		return card->model.name;
	if (card->ntokens > 0 && card->tokens[0].model[0] != '\0')
		return card->tokens[0].model;
	return _("unknown card");
}

/* --- going through ------------------------------------------------------------------- */

static int
look_at(struct chain_walk *w, const struct chain_link *l, struct err *err)
{
	w->now = l;
	w->since = clock_mono_ms();
	if (w->cancel != NULL && atomic_load(w->cancel))
		return err_set(err, ERR_CANCELLED, chain_name(w->id), NULL);
	/* The way out is told step by step, each with its own beginning. */
	if (w->fn != NULL && l->look != link_network)
		w->fn(l->id, l->title, NULL, w->arg);
	/* The steps of the way want to be told as they come: it asks by itself. */
	if (w->gathered != NULL && l->look != link_network) {
		if (gather(w->gathered, l->needs, w->cancel, NULL, NULL,
		    err) == -1)
			return -1;
		w->facts = gathered_facts(w->gathered);
	}
	return l->look(w, err);
}

static int
go_through(struct chain_walk *w, struct err *err)
{
	bool all = link_of_all(w) || w->id == CHAIN_KIOSK;

	*w->report = (struct chain_report){ .id = w->id, .broken = SIZE_MAX };
	for (size_t i = 0; i < nchain_links; i++) {
		const struct chain_link *l = &chain_links[i];

		if ((l->chains & 1u << w->id) == 0)
			continue;
		if (w->gathered == NULL && (l->asks ||
		    (l->needs & ~w->facts->had) != 0))
			continue;
		if (look_at(w, l, err) == -1)
			return -1;
		if (w->report->broken != SIZE_MAX && !all)
			break;
	}
	return 0;
}

int
chain_run(enum chain_id id, struct gathered *g, const struct chain_told *told,
    const atomic_bool *cancel, chain_fn *fn, void *arg,
    struct chain_report *report, struct err *err)
{
	struct chain_walk w = { .id = id, .gathered = g,
		.facts = gathered_facts(g), .told = told, .cancel = cancel,
		.fn = fn, .arg = arg, .report = report };

	return go_through(&w, err);
}

void
chain_look(enum chain_id id, const struct answer_facts *facts,
    struct chain_report *report)
{
	struct chain_walk w = { .id = id, .facts = facts, .report = report };

	/* Nothing is asked, so nothing can end it. */
	(void)go_through(&w, &(struct err)ERR_INIT);
}

void
chain_report_clear(struct chain_report *r)
{
	free(r->v);
	*r = (struct chain_report){ .broken = SIZE_MAX };
}
