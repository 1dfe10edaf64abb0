/* Checks that are a chain gone through by the facts at hand: card, client, proxy. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "answers/chain.h"
#include "answers/checks_order.h"
#include "base/i18n.h"
#include "base/text.h"

static const enum verdict marks[] = {
	[HEALTH_OK] = VERDICT_YES,
	[HEALTH_WARNING] = VERDICT_MAYBE,
	[HEALTH_WRONG] = VERDICT_NO,
	[HEALTH_UNKNOWN] = VERDICT_UNKNOWN,
	[HEALTH_NOT_NEEDED] = VERDICT_UNKNOWN,
};

/* All of it, as it was found; a finding of no need is no finding. */
static void
see_chain(const struct chain_report *r, struct answer *a)
{
	for (size_t i = 0; i < r->n; i++) {
		if (r->v[i].health != HEALTH_NOT_NEEDED)
			answer_saw(a, marks[r->v[i].health],
			    _(r->v[i].title), "%s", r->v[i].saw);
	}
}

/* --- "card read error" --------------------------------------------------------------- */

/* Stable words for scripts: what is broken, by its error, else by its link. */
static const struct {
	enum err_code	 code;
	const char	*reason;
} reasons[] = {
	{ ERR_PCSC_VERSION, "service-down" },
	{ ERR_READER_AWAY, "no-reader" },
	{ ERR_PCSC_DOWN, "service-down" }, { ERR_PCSC_LOST, "service-down" },
	{ ERR_PCSC_REFUSED, "not-allowed" },
	{ ERR_CARD_REFUSED, "not-allowed" },
	{ ERR_NO_READER, "no-reader" }, { ERR_READER_GONE, "no-reader" },
	{ ERR_CARD_REMOVED, "no-card" }, { ERR_CARD_MUTE, "card-mute" },
	{ ERR_CARD_BUSY, "card-busy" }, { ERR_CARD_UNKNOWN, "card-unknown" },
	{ ERR_CARD_LEFT, "card-left" },
	{ ERR_CARD_BLANK, "card-blank" }, { ERR_NO_MODULE, "no-software" },
	{ ERR_MODULE_MISSING, "software-missing" },
	{ ERR_MODULE_BAD, "software-bad" },
	{ ERR_MODULE_REFUSED, "software-refused" },
	{ ERR_MODULE_CRASHED, "software-crashed" },
	{ ERR_MODULE_HUNG, "software-hung" },
};

static const struct {
	const char	*link, *reason;
} links[] = {
	{ "helper", "card-process" }, { "service", "service-down" },
	{ "access", "not-allowed" }, { "modules", "software" },
	{ "readers", "no-reader" }, { "cards", "no-card" },
	{ "held", "card-busy" }, { "known", "card-unknown" },
	{ "pin", "pin-locked" }, { "room", "no-room" }, { "writing", "token" },
	{ "key", "no-key" },
};

/* The way out has words of its own, whatever the error is. */
static const struct {
	const char	*link, *reason;
} steps[] = {
	{ "name", "name" }, { "route", "route" },
	{ "proxy", "proxy-unreachable" }, { "proxy-login", "login" },
	{ "tls", "tls" }, { "http", "http" }, { "version", "version" },
	{ "server-clock", "clock" },
};

static const char *
reason_of(const struct answer_facts *facts, const struct finding *f)
{
	const struct card_cert *c = check_cert(facts);

	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
		if (strcmp(f->link, steps[i].link) == 0)
			return steps[i].reason;
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (f->err.code == reasons[i].code)
			return reasons[i].reason;
	if (f->err.code != ERR_NONE)
		return "card-failed";
	if (c == NULL && strcmp(f->link, "validity") == 0)
		return "no-certificate";
	if (strcmp(f->link, "validity") == 0)
		return facts->now < c->cert->not_before ? "not-yet-valid" :
		    facts->now > c->cert->not_after ? "expired" : "bad-dates";
	for (size_t i = 0; i < sizeof links / sizeof links[0]; i++)
		if (strcmp(f->link, links[i].link) == 0)
			return links[i].reason;
	return f->link;
}

/* In a sentence and in a word; without one the error has its own. */
static const struct {
	const char	*reason, *sentence, *badge;
} words[] = {
	{ "service-down", NULL, N_("no card service") },
	{ "not-allowed", NULL, N_("not allowed") },
	{ "no-reader", NULL, N_("no reader") },
	{ "no-card", N_("There is no card in the reader."), N_("no card") },
	{ "card-mute", NULL, N_("card is silent") },
	{ "card-busy", NULL, N_("card in use") },
	{ "card-unknown", NULL, N_("unknown card") },
	{ "no-software", NULL, N_("no card software") },
	{ "software-missing", NULL, N_("no card software") },
	{ "pin-locked", N_("The PIN of the card is locked."),
	    N_("PIN locked") },
	{ "expired",
	    N_("The certificate on the card has expired; a program may call that a read error."),
	    N_("expired") },
	{ "not-yet-valid", N_("The certificate on the card is not valid yet."),
	    N_("not yet valid") },
	{ "bad-dates",
	    N_("The dates of the certificate on the card make no sense."), NULL },
	{ "no-certificate",
	    N_("There is no certificate of a person on this card."),
	    N_("no certificate") },
	{ "no-key", N_("The key of the certificate is not on this card."),
	    N_("no key") },
	{ "no-room", N_("No further certificate fits on the card."),
	    N_("card is full") },
	{ "token", N_("Nothing can be put on this card with the card software of this desk."),
	    N_("not with this card") },
};

static size_t
words_of(const char *reason)
{
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(words[i].reason, reason) == 0)
			return i;
	return SIZE_MAX;
}

/* What a technician reads of it stands with what was looked at. */
static void
say_broken(const struct finding *f, const char *reason, struct answer *a)
{
	size_t w = words_of(reason);
	char text[480];

	if (w != SIZE_MAX && words[w].sentence != NULL)
		answer_says(a, ANSWER_NO, reason, "%s", _(words[w].sentence));
	else if (f->err.code != ERR_NONE)
		answer_says(a, ANSWER_NO, reason, "%s",
		    err_sentence(&f->err, text, sizeof text));
	else
		answer_says(a, ANSWER_NO, reason, _("Broken at %s: %s."),
		    _(f->title), f->saw);
	answer_badge(a, "%s", w != SIZE_MAX && words[w].badge != NULL ?
	    _(words[w].badge) : _(f->title));
	if (turn_words(f->turn)[0] != '\0')
		answer_why(a, "%s", turn_words(f->turn));
	if (f->mend[0] != '\0')
		answer_next(a, ACTION_NONE, NULL, "%s", f->mend);
}

static void
next_of_broken(const char *reason, struct answer *a)
{
	if (strcmp(reason, "expired") == 0)
		answer_next(a, ACTION_ANSWER, "expired-online",
		    _("See what can be done with an expired certificate."));
	else if (strcmp(reason, "no-room") == 0)
		answer_next(a, ACTION_ANSWER, "capacity",
		    _("See what can be removed from the card."));
	else if (strcmp(reason, "no-certificate") == 0)
		answer_next(a, ACTION_CARD, NULL,
		    _("See what is on the card."));
}

static void
next_chain(enum chain_id id, struct answer *a)
{
	answer_next(a, ACTION_CHAIN, chain_name(id),
	    _("Go through it step by step, and keep a report for support."));
}

/* The key shows itself with the PIN alone. */
static void
say_readable(const struct answer_facts *f, struct answer *a)
{
	const struct card_cert *c = check_cert(f);

	answer_says(a, ANSWER_YES, "readable",
	    _("The card can be read here: reader, card software and certificate are in order."));
	answer_why(a, _("If another program still says otherwise, it uses other card software, or another card is meant."));
	if (c != NULL && c->key == KEY_NOT_SEEN)
		answer_next(a, ACTION_PIN, NULL,
		    _("Give the PIN, so that its key can be seen too."));
}

static void
say_half_read(const struct card *card, struct answer *a)
{
	const struct err *err = check_unread_err(card);
	char text[512];

	answer_says(a, ANSWER_CANNOT_TELL, "card-unread",
	    _("The card answers, but not all of it could be read, and no certificate of a holder was seen on it."));
	if (err != NULL)
		answer_why(a, "%s", err_sentence(err, text, sizeof text));
}

void
check_card_read_error(const struct answer_facts *f, struct answer *a)
{
	struct chain_report r;
	const char *reason;

	if ((f->had & NEED_CARD) == 0 || f->world == NULL) {
		(void)check_no_card(f, a);
		return;
	}
	chain_look(CHAIN_CARD, f, &r);
	see_chain(&r, a);
	if (r.broken < r.n) {
		reason = reason_of(f, &r.v[r.broken]);
		say_broken(&r.v[r.broken], reason, a);
		next_of_broken(reason, a);
	} else if (f->world->pcsc == PCSC_STARTING || f->card == NULL ||
	    f->card->state != CARD_READY)
		answer_says(a, ANSWER_CANNOT_TELL, "reading",
		    _("The card is still being read; wait a moment."));
	else if (check_cert(f) == NULL && !check_all_read(f->card))
		say_half_read(f->card, a);
	else
		say_readable(f, a);
	next_chain(CHAIN_CARD, a);
	chain_report_clear(&r);
}

/* --- the client does not start ------------------------------------------------------------ */

static void
next_of_order(const struct check_order *c, struct answer *a)
{
	if (c->o == NULL)
		answer_next(a, ACTION_ORDER, "",
		    _("Type the order's number; what is ready is collected here."));
	else if (c->o->state == ORDER_READY)
		answer_next(a, ACTION_COLLECT, c->o->number,
		    _("Collect the certificate onto the card here."));
	else
		answer_next(a, ACTION_ORDER, c->o->number,
		    _("Look where the order stands."));
}

static void
say_not_needed(const struct answer_facts *f, const struct check_order *c,
    struct answer *a)
{
	const char *why = _("What that program does, reading the card and putting the certificate on it, this desk does itself.");

	if (c->o != NULL && c->o->state == ORDER_COLLECTED)
		answer_says(a, ANSWER_YES, "done",
		    _("That program is not needed: the certificate of order %s was collected."),
		    c->o->number);
	else if (c->o != NULL && c->o->state != ORDER_READY) {
		check_say_waits(c, a);
		return;
	} else if (f->card == NULL)
		answer_says(a, ANSWER_NOT_YET, "no-card",
		    _("That program is not needed; put the card in, and the certificate is collected here."));
	else
		answer_says(a, ANSWER_YES, "collect-here",
		    _("That program is not needed: the certificate can be put on the card here."));
	answer_why(a, "%s", why);
	next_of_order(c, a);
}

void
check_client_does_not_start(const struct answer_facts *f, struct answer *a)
{
	struct check_order c;
	struct chain_report r;
	const char *reason;

	(void)check_order_quiet(f, &c);
	if (f->world == NULL) {
		(void)check_no_card(f, a);
		next_of_order(&c, a);
		return;
	}
	chain_look(CHAIN_CLIENT, f, &r);
	see_chain(&r, a);
	if (c.o != NULL)
		check_saw_order(f, &c, a);
	reason = r.broken < r.n ? reason_of(f, &r.v[r.broken]) : "";
	if (reason[0] != '\0' && strcmp(reason, "no-card") != 0) {
		say_broken(&r.v[r.broken], reason, a);
		next_of_broken(reason, a);
	} else if (f->card != NULL && f->card->state == CARD_READING)
		answer_says(a, ANSWER_CANNOT_TELL, "reading",
		    _("The card is still being read; wait a moment."));
	else if (c.o == NULL || (!check_order_over(&c, a) &&
	    !check_order_misfits(&c, a)))
		say_not_needed(f, &c, a);
	next_chain(CHAIN_CLIENT, a);
	chain_report_clear(&r);
}

/* --- the application cannot be found ------------------------------------------------------- */

static size_t
see_modules(const struct card_world *w, struct answer *a)
{
	size_t ready = 0;
	char text[512];

	for (size_t i = 0; i < w->nmodules && i < 8; i++) {
		const struct module_view *m = &w->modules[i];

		if (m->state == MODULE_READY) {
			ready++;
			answer_saw(a, VERDICT_YES, _("card software"), "%s",
			    m->path);
		} else if (m->state == MODULE_STARTING)
			answer_saw(a, VERDICT_UNKNOWN, _("card software"),
			    _("%s has not finished starting"), m->path);
		else
			answer_saw(a, VERDICT_NO, _("card software"), "%s: %s",
			    m->path, err_sentence(&m->err, text, sizeof text));
	}
	return ready;
}

static bool
any_starting(const struct card_world *w)
{
	for (size_t i = 0; i < w->nmodules; i++)
		if (w->modules[i].state == MODULE_STARTING)
			return true;
	return false;
}

static void
say_no_software(const struct answer_facts *f, struct answer *a)
{
	if (any_starting(f->world)) {
		answer_says(a, ANSWER_CANNOT_TELL, "starting",
		    _("The card software has not finished starting; wait a moment."));
		return;
	}
	answer_says(a, ANSWER_NO, "no-software",
	    _("No card software is ready on this machine, so nothing can be put on a card here."));
	answer_next(a, ACTION_NONE, NULL,
	    _("Install opensc-pkcs11 or the card's own software, and name it in okienko.conf."));
	next_chain(CHAIN_CLIENT, a);
}

/*
 * What keeps anything from being put on the card here.  That none is in yet is
 * no bar, and the way out is another question's.
 */
static bool
say_card_bars(const struct answer_facts *f, struct answer *a)
{
	struct answer_facts facts = *f;
	struct chain_report r;
	const char *reason = "no-card";
	bool bars;

	facts.had &= ~(unsigned)NEED_NETWORK;
	chain_look(CHAIN_CLIENT, &facts, &r);
	if (r.broken < r.n)
		reason = reason_of(f, &r.v[r.broken]);
	bars = strcmp(reason, "no-card") != 0;
	if (bars) {
		say_broken(&r.v[r.broken], reason, a);
		next_of_broken(reason, a);
		next_chain(CHAIN_CLIENT, a);
	}
	chain_report_clear(&r);
	return bars;
}

void
check_app_not_found(const struct answer_facts *f, struct answer *a)
{
	struct check_order c;

	(void)check_order_quiet(f, &c);
	if (f->world == NULL) {
		(void)check_no_card(f, a);
		next_of_order(&c, a);
		return;
	}
	if (c.o != NULL)
		check_saw_order(f, &c, a);
	if (see_modules(f->world, a) == 0) {
		say_no_software(f, a);
		return;
	}
	if (c.o != NULL && check_order_over(&c, a))
		return;
	if (say_card_bars(f, a))
		return;
	if (c.o == NULL || !check_order_misfits(&c, a))
		say_not_needed(f, &c, a);
	answer_next(a, ACTION_NONE, NULL,
	    _("Where the program itself went: look in the start menu, under other accounts, and in what the virus scanner put aside."));
}

/* --- 407 ------------------------------------------------------------------------------------- */

static const struct diag_result *
broken_step(const struct diag_report *net)
{
	for (size_t i = 0; i < DIAG_STEPS; i++)
		if (net->v[i].verdict == DIAG_BROKEN)
			return &net->v[i];
	return NULL;
}

/* The proxy answers 407: whether a password can help, and who gives it. */
static void
say_login(const struct diag_result *r, struct answer *a)
{
	if (r->no_scheme) {
		answer_says(a, ANSWER_NO, "no-scheme",
		    _("The proxy wants a way to log on that cannot work here; no password helps."));
		if (net_ticket_words(r->ticket)[0] != '\0')
			answer_next(a, ACTION_NONE, NULL, "%s",
			    net_ticket_words(r->ticket));
		answer_next(a, ACTION_NONE, NULL,
		    _("Ask who runs the network for a rule that lets this desk through without logging on, or use another network."));
	} else if (r->err.code == ERR_NET_PROXY_REFUSED) {
		answer_says(a, ANSWER_NO, "refused",
		    _("The proxy does not take the user name and password that were given."));
		answer_next(a, ACTION_PROXY, NULL,
		    _("Type them again; after a few wrong ones a network locks the account."));
		answer_next(a, ACTION_NONE, NULL,
		    _("If they should be right, ask who runs the network."));
	} else {
		answer_says(a, ANSWER_NO, "login",
		    _("The proxy wants a user name and password before it lets anything through."));
		answer_next(a, ACTION_PROXY, NULL,
		    _("Give the user name and password for the proxy."));
	}
	answer_badge(a, "%s", _("proxy: log on"));
}

static void
say_step(const struct diag_result *r, const char *reason, struct answer *a)
{
	char text[480];

	answer_says(a, ANSWER_NO, r->portal ? "portal" : r->inspected ?
	    "inspected" : reason, "%s",
	    err_sentence(&r->err, text, sizeof text));
	if (err_next(&r->err, text, sizeof text)[0] != '\0')
		answer_next(a, ACTION_NONE, NULL, "%s", text);
	answer_badge(a, "%s", diag_step_name(r->step));
}

static void
say_open(const struct diag_report *net, struct answer *a)
{
	bool proxy = net->v[DIAG_PROXY].verdict != DIAG_NOT_NEEDED;

	answer_says(a, ANSWER_YES, proxy ? "let-through" : "no-proxy", proxy ?
	    _("The proxy lets this desk through to the service.") :
	    _("This desk reaches the service without a proxy."));
	answer_badge(a, "%s", _("way is open"));
}

static void
say_no_way(const struct answer_facts *f, struct answer *a)
{
	char text[480];

	a->lacked |= NEED_NETWORK;
	if (f->net_err.code != ERR_NONE)
		answer_says(a, ANSWER_CANNOT_TELL, "not-asked", "%s",
		    err_sentence(&f->net_err, text, sizeof text));
	else if ((f->had & NEED_NETWORK) == 0)
		answer_says(a, ANSWER_CANNOT_TELL, "not-looked",
		    _("The network was not looked at, so this answer is a general one."));
	else
		answer_says(a, ANSWER_CANNOT_TELL, "no-service",
		    _("No service of an authority is set up, so there is no way to look at; this answer is a general one."));
}

void
check_proxy_407(const struct answer_facts *f, struct answer *a)
{
	const struct diag_result *r = f->net != NULL ? broken_step(f->net) :
	    NULL;
	struct chain_report report;

	chain_look(CHAIN_NETWORK, f, &report);
	if (f->net == NULL)
		say_no_way(f, a);
	else {
		see_chain(&report, a);
		if (r == NULL)
			say_open(f->net, a);
		else if (r->step == DIAG_PROXY_LOGIN)
			say_login(r, a);
		else
			say_step(r, reason_of(f, &report.v[report.n - 1]), a);
	}
	chain_report_clear(&report);
	answer_why(a, _("The message comes from a program that does not log on to the proxy by itself. This desk does, and does not need that program."));
	next_chain(CHAIN_NETWORK, a);
}
