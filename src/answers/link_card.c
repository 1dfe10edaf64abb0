/*
 * Links between the desk and a card: its own process, the service, who may use
 * it, card software, readers, the card and who holds it.
 */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "answers/chain_inside.h"
#include "answers/checks.h"
#include "base/i18n.h"
#include "base/paths.h"
#include "card/others.h"

static const struct card_world *
world_of(const struct chain_walk *w)
{
	return w->facts->world;
}

static bool
gave_up(const struct chain_walk *w)
{
	return w->told != NULL && w->told->gave_up;
}

/* Whether there is anything to look at; if not, say so. */
static bool
world_known(struct chain_walk *w)
{
	if (world_of(w) != NULL)
		return true;
	link_tell(w, HEALTH_UNKNOWN, TURN_UNKNOWN, "", "%s",
	    _("cards have not been looked at"));
	return false;
}

/* Whether the service has answered for good or ill; if not, say so. */
static bool
service_known(struct chain_walk *w)
{
	if (!world_known(w))
		return false;
	if (world_of(w)->pcsc != PCSC_STARTING)
		return true;
	link_tell(w, HEALTH_UNKNOWN, TURN_UNKNOWN, "", "%s",
	    _("the card service has not been reached yet"));
	return false;
}

static const char *
socket_name(const struct chain_walk *w)
{
	const char *name = world_of(w)->pcsc_socket;

	return name != NULL && name[0] != '\0' ? name : _("its usual socket");
}

/* --- as far as the readers ---------------------------------------------------------- */

int
link_helper(struct chain_walk *w, struct err *err)
{
	const char *path = paths_card_helper();

	(void)err;
	if (!world_known(w))
		return 0;
	/* A check looks at the facts alone. */
	if (w->gathered != NULL && access(path, X_OK) == -1)
		link_tell(w, HEALTH_WRONG, TURN_KEEPER,
		    _("Install okienko again."),
		    _("the card process %s cannot be started: %s"), path,
		    strerrordesc_np(errno));
	else if (world_of(w)->helper_err.code != ERR_NONE)
		link_tell_err(w, HEALTH_WRONG, &world_of(w)->helper_err);
	else if (gave_up(w))
		link_tell(w, HEALTH_WARNING, TURN_UNKNOWN,
		    _("See below what it waits for."), "%s",
		    _("the card process runs, but did not finish looking"));
	else
		link_tell(w, HEALTH_OK, TURN_NOBODY, "", _("%s runs"), path);
	return 0;
}

int
link_service(struct chain_walk *w, struct err *err)
{
	const struct card_world *world = world_of(w);
	struct stat st;

	(void)err;
	if (!service_known(w))
		return 0;
	if (world->pcsc == PCSC_UP || world->pcsc_err.code == ERR_PCSC_REFUSED)
		link_tell(w, HEALTH_OK, TURN_NOBODY, "",
		    _("pcscd answers at %s"), socket_name(w));
	else if (w->gathered != NULL && world->pcsc_socket != NULL &&
	    world->pcsc_socket[0] == '/' &&
	    stat(world->pcsc_socket, &st) == -1 && errno == ENOENT)
		link_tell(w, HEALTH_WRONG, TURN_KEEPER,
		    _("Install pcscd, or start its socket: systemctl start pcscd.socket."),
		    _("the socket %s is not there (%s)"), world->pcsc_socket,
		    err_id(world->pcsc_err.code));
	else
		link_tell_err(w, HEALTH_WRONG, &world->pcsc_err);
	return 0;
}

/* pcscd asks polkit whether this session may use readers and cards. */
int
link_access(struct chain_walk *w, struct err *err)
{
	const struct card_world *world = world_of(w);

	(void)err;
	if (!service_known(w))
		return 0;
	if (world->pcsc == PCSC_UP)
		link_tell(w, HEALTH_OK, TURN_NOBODY, "", "%s",
		    _("this session may use card readers"));
	else if (world->pcsc_err.code == ERR_PCSC_REFUSED)
		link_tell_err(w, HEALTH_WRONG, &world->pcsc_err);
	else
		link_tell(w, HEALTH_UNKNOWN, TURN_UNKNOWN, "", "%s",
		    _("without the card service nobody can be asked"));
	return 0;
}

/* One that is out of order is no obstacle where another reads the card. */
static enum health
health_of_stopped(const struct chain_walk *w)
{
	const struct card_world *world = world_of(w);

	for (size_t i = 0; !link_of_all(w) && i < world->nmodules; i++) {
		if (world->modules[i].state == MODULE_READY)
			return HEALTH_WARNING;
	}
	return HEALTH_WRONG;
}

int
link_modules(struct chain_walk *w, struct err *err)
{
	const struct card_world *world = world_of(w);
	struct err none = ERR_INIT;

	(void)err;
	if (!world_known(w))
		return 0;
	if (world->nmodules == 0) {
		(void)err_set(&none, ERR_NO_MODULE, NULL, NULL);
		link_tell_err(w, gave_up(w) ? HEALTH_UNKNOWN : HEALTH_WRONG,
		    &none);
	}
	for (size_t i = 0; i < world->nmodules; i++) {
		const struct module_view *m = &world->modules[i];

		if (m->state == MODULE_READY)
			link_tell(w, HEALTH_OK, TURN_NOBODY, "",
			    _("%s is ready"), m->path);
		else if (m->state == MODULE_STARTING)
			link_tell(w, HEALTH_UNKNOWN, TURN_UNKNOWN, "",
			    _("%s has not finished starting"), m->path);
		else
			link_tell_err(w, health_of_stopped(w), &m->err);
	}
	return 0;
}

static size_t
tell_readers(struct chain_walk *w)
{
	const struct card_world *world = world_of(w);
	size_t n = 0;

	for (size_t i = 0; i < world->ncards; i++) {
		const struct card *c = world->cards[i];

		if (c->reader[0] == '\0')
			continue;
		n++;
		link_tell(w, HEALTH_OK, TURN_NOBODY, "", "%s%s", c->reader,
		    c->reader_pinpad ? _(" · own keypad") : "");
	}
	return n;
}

/* A token may need none: then the card is there all the same. */
int
link_readers(struct chain_walk *w, struct err *err)
{
	struct err none = ERR_INIT;

	(void)err;
	if (!world_known(w))
		return 0;
	if (world_of(w)->pcsc != PCSC_UP) {
		link_tell(w, HEALTH_UNKNOWN, TURN_UNKNOWN, "", "%s",
		    _("without the card service no reader can be seen"));
		return 0;
	}
	if (tell_readers(w) > 0)
		return 0;
	(void)err_set(&none, ERR_NO_READER, NULL, NULL);
	link_tell_err(w, link_of_all(w) || w->facts->card != NULL ?
	    HEALTH_WARNING : HEALTH_WRONG, &none);
	return 0;
}

/* --- cards ----------------------------------------------------------------------------- */

/* Whether a link has to look at this one: doctor at all, others at one. */
static bool
is_meant(const struct chain_walk *w, const struct card *card)
{
	return card->state != CARD_ABSENT &&
	    (link_of_all(w) || card == w->facts->card);
}

static bool
any_meant(const struct chain_walk *w)
{
	const struct card_world *world = world_of(w);

	for (size_t i = 0; world != NULL && i < world->ncards; i++) {
		if (is_meant(w, world->cards[i]))
			return true;
	}
	return false;
}

/* Errors that have a link of their own further down. */
static bool
is_told_below(enum err_code code)
{
	return code == ERR_CARD_BUSY || code == ERR_CARD_UNKNOWN;
}

static void
tell_card(struct chain_walk *w, const struct card *card)
{
	bool failed = card->state == CARD_FAILED;

	if (failed && !is_told_below(card->err.code))
		link_tell_err(w, HEALTH_WRONG, &card->err);
	for (size_t i = 0; i < card->nproblems; i++) {
		if (!is_told_below(card->problems[i].code))
			link_tell_err(w, HEALTH_WARNING, &card->problems[i]);
	}
	if (failed && is_told_below(card->err.code))
		link_tell(w, HEALTH_OK, TURN_NOBODY, "",
		    _("%s: a card is in it"), link_place(card));
	else if (card->state == CARD_READING)
		link_tell(w, HEALTH_UNKNOWN, TURN_UNKNOWN, "",
		    _("%s: still being read"), link_place(card));
	else if (card->state == CARD_READY && card->nproblems == 0)
		link_tell(w, HEALTH_OK, TURN_NOBODY, "", P_(
		    "%s: %s, %zu certificate",
		    "%s: %s, %zu certificates", card->ncerts),
		    link_place(card), link_model(card), card->ncerts);
	else if (card->state == CARD_READY)
		link_tell(w, HEALTH_OK, TURN_NOBODY, "",
		    _("%s: the card answers"), link_place(card));
}

int
link_cards(struct chain_walk *w, struct err *err)
{
	const struct card_world *world = world_of(w);

	(void)err;
	if (!world_known(w))
		return 0;
	for (size_t i = 0; i < world->ncards; i++) {
		if (is_meant(w, world->cards[i]))
			tell_card(w, world->cards[i]);
	}
	if (any_meant(w))
		return 0;
	link_tell(w, link_of_all(w) || world->pcsc != PCSC_UP ?
	    HEALTH_UNKNOWN : HEALTH_WRONG, TURN_PERSON, link_of_all(w) ?
	    _("Put a card in and run doctor again.") :
	    _("Put the card into the reader, with the chip first and up."),
	    "%s", _("no card is in a reader"));
	return 0;
}

/* The error of a card or of one of its problems with this code; NULL. */
static const struct err *
err_of(const struct card *card, enum err_code code)
{
	if (card->state == CARD_FAILED && card->err.code == code)
		return &card->err;
	for (size_t i = 0; i < card->nproblems; i++) {
		if (card->problems[i].code == code)
			return &card->problems[i];
	}
	return NULL;
}

/* Their names help to close the right one; a check does not look for them. */
static size_t
others(const struct chain_walk *w, char *names, size_t size)
{
	names[0] = '\0';
	return w->gathered == NULL ? 0 :
	    card_others(world_of(w)->pcsc_socket, names, size);
}

static void
tell_busy(struct chain_walk *w, const struct err *busy)
{
	char names[320], sentence[512], next[256];

	if (others(w, names, sizeof names) == 0) {
		link_tell_err(w, HEALTH_WRONG, busy);
		return;
	}
	link_tell(w, HEALTH_WRONG, turn_of_err(busy),
	    err_next(busy, next, sizeof next),
	    _("%s Connected to the card service now: %s. (%s)"),
	    err_sentence(busy, sentence, sizeof sentence), names,
	    err_id(busy->code));
}

static void
tell_held(struct chain_walk *w, const struct card *card)
{
	const struct err *busy = err_of(card, ERR_CARD_BUSY);
	char names[320];

	if (busy != NULL)
		tell_busy(w, busy);
	else if (card->state != CARD_READY)
		link_tell(w, HEALTH_UNKNOWN, TURN_UNKNOWN, "",
		    _("%s: not known yet"), link_place(card));
	else if (others(w, names, sizeof names) == 0)
		link_tell(w, HEALTH_OK, TURN_NOBODY, "",
		    _("%s: no other program holds the card"),
		    link_place(card));
	else
		link_tell(w, HEALTH_OK, TURN_NOBODY, "",
		    _("%s: no other program holds the card; connected to the card service: %s"),
		    link_place(card), names);
}

/* A table's entry is no promise: software reads the card or does not. */
static void
tell_known(struct chain_walk *w, const struct card *card)
{
	const struct err *unknown = err_of(card, ERR_CARD_UNKNOWN);

	if (unknown != NULL)
		link_tell_err(w, HEALTH_WRONG, unknown);
	else if (card->state == CARD_READY && card->ntokens > 0)
		link_tell(w, HEALTH_OK, TURN_NOBODY, "",
		    _("%s: %s, read by %s"), link_place(card),
		    link_model(card), card->tokens[0].module);
	else
		link_tell(w, HEALTH_UNKNOWN, TURN_UNKNOWN, "",
		    _("%s: not known yet"), link_place(card));
}

static int
each_meant(struct chain_walk *w, void (*tell)(struct chain_walk *,
    const struct card *))
{
	const struct card_world *world = world_of(w);

	if (!any_meant(w))
		link_tell(w, HEALTH_NOT_NEEDED, TURN_NOBODY, "", "%s",
		    _("no card is in a reader"));
	for (size_t i = 0; world != NULL && i < world->ncards; i++) {
		if (is_meant(w, world->cards[i]))
			tell(w, world->cards[i]);
	}
	return 0;
}

int
link_held(struct chain_walk *w, struct err *err)
{
	(void)err;
	return each_meant(w, tell_held);
}

int
link_known(struct chain_walk *w, struct err *err)
{
	(void)err;
	return each_meant(w, tell_known);
}

/* --- the PIN ------------------------------------------------------------------------------ */

static void
tell_pin(struct chain_walk *w, const struct token *t, const char *place)
{
	const struct pin *p = &t->pin;

	if (p->locked || p->tries == 0)
		link_tell(w, HEALTH_WRONG, TURN_PERSON,
		    _("Unlock it with the PUK in the issuer's program, or ask the issuer."),
		    _("%s: the PIN is locked"), place);
	else if (!p->set)
		link_tell(w, HEALTH_WARNING, TURN_PERSON,
		    _("Set it in the issuer's program."),
		    _("%s: no PIN is set"), place);
	else if (p->to_be_changed)
		link_tell(w, HEALTH_WARNING, TURN_PERSON,
		    _("Change it in the issuer's program; until then the card may refuse to sign."),
		    _("%s: the PIN is still the transport PIN and has to be changed"),
		    place);
	else if (pin_is_last(p))
		link_tell(w, HEALTH_WARNING, TURN_PERSON,
		    _("Type it only if you are sure of it."),
		    _("%s: one try is left for the PIN"), place);
	else if (p->tries > 0)
		link_tell(w, HEALTH_OK, TURN_NOBODY, "", P_(
		    "%s: %d try is left for the PIN",
		    "%s: %d tries are left for the PIN", p->tries), place,
		    p->tries);
	else if (p->low)
		link_tell(w, HEALTH_WARNING, TURN_PERSON,
		    _("Type it only if you are sure of it."),
		    _("%s: the PIN was typed wrong at least once"), place);
	else
		link_tell(w, HEALTH_OK, TURN_NOBODY, "",
		    _("%s: the PIN is not locked"), place);
}

/*
 * Of a card that is several tokens, each has its own; that of the certificate
 * counts, where there is one in question.  Labels may name people.
 */
static void
tell_pins(struct chain_walk *w, const struct card *card)
{
	const struct card_cert *cert = link_of_all(w) ? NULL : link_cert(w);
	char place[CARD_KEY_MAX + 32];

	if (card->ntokens == 0)
		link_tell(w, HEALTH_UNKNOWN, TURN_UNKNOWN, "",
		    _("%s: not known yet"), link_place(card));
	for (size_t i = 0; i < card->ntokens; i++) {
		if (cert != NULL && (cert->tokens & 1u << i) == 0)
			continue;
		if (card->ntokens > 1)
			snprintf(place, sizeof place, _("%s, token %zu"),
			    link_place(card), i + 1);
		else
			snprintf(place, sizeof place, "%s",
			    link_place(card));
		tell_pin(w, &card->tokens[i], place);
	}
}

int
link_pin(struct chain_walk *w, struct err *err)
{
	(void)err;
	return each_meant(w, tell_pins);
}

int
link_room(struct chain_walk *w, struct err *err)
{
	const struct card *card = w->facts->card;
	int more = card != NULL ? check_room(card) : -1;

	(void)err;
	if (card == NULL)
		link_tell(w, HEALTH_NOT_NEEDED, TURN_NOBODY, "", "%s",
		    _("no card is in a reader"));
	else if (card->capacity.rule == CAPACITY_ISSUER &&
	    card->capacity.more == 0 && !check_key_waits(card))
		link_tell(w, HEALTH_UNKNOWN, TURN_PERSON,
		    _("Ask the issuer whether it puts another certificate on this card."),
		    "%s", _("the issuer's limit for one card is reached"));
	else if (more == 0)
		link_tell(w, HEALTH_WRONG, TURN_PERSON,
		    _("Look under Capacity what can be removed, or use a new card."),
		    "%s", _("no further certificate fits on the card"));
	else if (more > 0)
		link_tell(w, HEALTH_OK, TURN_NOBODY, "", P_(
		    "%d more certificate fits on the card",
		    "%d more certificates fit on the card", more), more);
	/* That nothing can be written is the next link's. */
	else if (card->capacity.rule != CAPACITY_READ_ONLY)
		link_tell(w, HEALTH_UNKNOWN, TURN_UNKNOWN, "", "%s",
		    _("the card does not tell whether another certificate fits"));
	return 0;
}

/* As renewal asks it before it begins (renewal/preflight.c). */
int
link_writing(struct chain_walk *w, struct err *err)
{
	const struct card *card = w->facts->card;

	(void)err;
	if (card == NULL)
		link_tell(w, HEALTH_NOT_NEEDED, TURN_NOBODY, "", "%s",
		    _("no card is in a reader"));
	else if (card->capacity.rule == CAPACITY_READ_ONLY)
		link_tell(w, HEALTH_WRONG, TURN_PERSON,
		    _("Write it with the issuer's own program."), "%s",
		    _("the card software lets nobody write to this card"));
	else if (check_key_waits(card))
		link_tell(w, HEALTH_OK, TURN_NOBODY, "", "%s",
		    _("a key on the card waits for its certificate"));
	else if (check_makes_key(card, w->facts->order) == VERDICT_YES)
		link_tell(w, HEALTH_OK, TURN_NOBODY, "", "%s",
		    _("keys can be made on the card"));
	else if (check_makes_key(card, w->facts->order) == VERDICT_MAYBE)
		link_tell(w, HEALTH_UNKNOWN, TURN_UNKNOWN, "", "%s",
		    _("the card does not tell which keys can be made on it"));
	else if (check_key_stuck(card) &&
	    check_place(card) == CHECK_PLACE_LOCKED)
		link_tell(w, HEALTH_WRONG, TURN_PERSON,
		    _("Unlock the PIN with the PUK in the issuer's program; if that is locked too, only a new card helps."), "%s",
		    _("the PIN is locked"));
	else if (check_key_stuck(card))
		link_tell(w, HEALTH_WRONG, TURN_PERSON,
		    _("Write it with the issuer's own program."), "%s",
		    _("a key waits for its certificate on a part of the card that cannot be written to from here"));
	else
		link_tell(w, HEALTH_WRONG, TURN_PERSON,
		    _("Write it with the issuer's own program."), "%s",
		    _("the card software makes no key on this card that a certificate could be issued for"));
	return 0;
}
