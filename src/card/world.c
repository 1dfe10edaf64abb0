#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/jstring.h"
#include "base/mem.h"
#include "card/fields.h"
#include "card/proto.h"
#include "card/words.h"

/* --- modules ----------------------------------------------------------- */

/* By path: two folders may hold files of one name. */
static int
apply_module(struct card_world *world, struct proto_event *ev, struct err *err)
{
	size_t i;

	for (i = 0; i < world->nmodules; i++)
		if (strcmp(world->modules[i].path, ev->module.path) == 0)
			break;
	if (i == CARD_MODULES_MAX)
		return err_set(err, ERR_HELPER_TALK, NULL, "too many modules");
	if (i == world->nmodules)
		world->nmodules++;
	module_view_clear(&world->modules[i]);
	world->modules[i] = ev->module;
	ev->module = (struct module_view){ .name = NULL };
	return 0;
}

/* --- cards ------------------------------------------------------------- */

static size_t
card_find(const struct card_world *world, const char *key)
{
	char have[CARD_KEY_MAX];
	size_t i;

	for (i = 0; i < world->ncards; i++)
		if (strcmp(card_key(world->cards[i], have, sizeof(have)),
		    key) == 0)
			break;
	return i;
}

/* Readers stand before tokens without one, each in the order they came. */
static size_t
card_place(const struct card_world *world, const struct card *card)
{
	size_t i = world->ncards;

	if (card->reader[0] != '\0')
		while (i > 0 && world->cards[i - 1]->reader[0] == '\0')
			i--;
	return i;
}

static int
apply_card(struct card_world *world, struct proto_event *ev, struct err *err)
{
	char key[CARD_KEY_MAX];
	size_t i = card_find(world, card_key(ev->card, key, sizeof(key)));

	if (i < world->ncards)
		card_free(world->cards[i]);
	else if (world->ncards == CARD_WORLD_MAX)
		return err_set(err, ERR_HELPER_TALK, NULL, "too many cards");
	else {
		i = card_place(world, ev->card);
		memmove(&world->cards[i + 1], &world->cards[i],
		    (world->ncards - i) * sizeof(world->cards[0]));
		world->ncards++;
	}
	world->cards[i] = ev->card;
	ev->card = NULL;
	return 0;
}

/* A card that is not there may well be gone twice. */
static void
apply_gone(struct card_world *world, const struct proto_event *ev)
{
	size_t i = card_find(world, ev->reader[0] != '\0' ? ev->reader :
	    ev->token);

	if (i == world->ncards)
		return;
	card_free(world->cards[i]);
	world->ncards--;
	memmove(&world->cards[i], &world->cards[i + 1],
	    (world->ncards - i) * sizeof(world->cards[0]));
	world->cards[world->ncards] = NULL;
}

static void
apply_pcsc(struct card_world *world, struct proto_event *ev)
{
	world->pcsc = ev->pcsc;
	world->pcsc_err = ev->err;
	free(world->pcsc_socket);
	world->pcsc_socket = ev->socket;
	ev->socket = NULL;
}

int
proto_apply(struct card_world *world, const json_t *event,
    struct proto_answer *answer, struct err *err)
{
	struct proto_event ev;
	int rc = 0;

	if (proto_event_from_json(event, &ev, err) == -1)
		return -1;
	if (ev.ev == EV_ANSWER) {
		*answer = (struct proto_answer){ .id = ev.id, .err = ev.err,
			.signature = ev.signature, .changed.der = ev.der };
		ev.der = (struct buf){ .len = 0 };
		rc = 1;
		goto out;
	}
	switch (ev.ev) {
	case EV_PCSC:
		apply_pcsc(world, &ev);
		break;
	case EV_MODULE:
		rc = apply_module(world, &ev, err);
		break;
	case EV_CARD:
		rc = apply_card(world, &ev, err);
		break;
	case EV_GONE:
		apply_gone(world, &ev);
		break;
	default:
		break;
	}
	world->settled = ev.ev == EV_SETTLED;
	world->version++;
out:
	proto_event_clear(&ev);
	return rc;
}

void
card_world_clear(struct card_world *world)
{
	for (size_t i = 0; i < world->ncards; i++)
		card_free(world->cards[i]);
	for (size_t i = 0; i < world->nmodules; i++)
		module_view_clear(&world->modules[i]);
	free(world->pcsc_socket);
	*world = (struct card_world){ .version = world->version };
}

/* As it would have come over the socket; a card always goes that way. */
static struct card *
card_copy(const struct card *card)
{
	json_t *obj = proto_card_to_json(card);
	struct err err = ERR_INIT;
	struct card *copy = proto_card_from_json(obj, &err);

	json_decref(obj);
	if (copy == NULL) {
		copy = card_new(card->reader);
		copy->state = CARD_FAILED;
		copy->err = err;
	}
	return copy;
}

void
card_world_copy(struct card_world *to, const struct card_world *from)
{
	*to = *from;
	to->pcsc_socket = mem_strdup(from->pcsc_socket);
	for (size_t i = 0; i < from->ncards; i++)
		to->cards[i] = card_copy(from->cards[i]);
	for (size_t i = 0; i < from->nmodules; i++) {
		to->modules[i].name = mem_strdup(from->modules[i].name);
		to->modules[i].path = mem_strdup(from->modules[i].path);
	}
}

/* --- for people's scripts ---------------------------------------------- */

static void
set_err(json_t *obj, const char *name, const struct err *e)
{
	json_t *j = proto_err_to_json(e);

	if (j != NULL)
		json_object_set_new(obj, name, j);
}

json_t *
proto_world_to_json(const struct card_world *world)
{
	json_t *obj = json_object(), *pcsc = json_object();
	json_t *modules = json_array(), *cards = json_array();

	json_object_set_new(pcsc, "state",
	    jstring(pcsc_state_id(world->pcsc)));
	json_object_set_new(pcsc, "socket",
	    fields_text(world->pcsc_socket, PROTO_PATH_MAX));
	set_err(pcsc, "err", &world->pcsc_err);
	for (size_t i = 0; i < world->nmodules; i++)
		json_array_append_new(modules,
		    proto_module_to_json(&world->modules[i]));
	for (size_t i = 0; i < world->ncards; i++)
		json_array_append_new(cards,
		    proto_card_to_json(world->cards[i]));
	json_object_set_new(obj, "version", json_integer(PROTO_VERSION));
	json_object_set_new(obj, "pcsc", pcsc);
	json_object_set_new(obj, "modules", modules);
	json_object_set_new(obj, "cards", cards);
	set_err(obj, "err", &world->helper_err);
	return obj;
}
