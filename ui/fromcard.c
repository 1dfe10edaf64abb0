#include "config.h"

#include "ui/fromcard.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void
settle(struct from_card *f, const struct card *c)
{
	if (strcmp(f->reader, c->reader) != 0) {
		free(f->reader);
		f->reader = mem_strdup(c->reader);
	}
	f->serial = c->serial;
}

void
from_card_set(struct from_card *f, const struct card *c,
    const uint8_t sha256[static 32])
{
	*f = (struct from_card){ .reader = mem_strdup(c->reader),
	    .serial = c->serial };
	memcpy(f->sha256, sha256, sizeof f->sha256);
}

void
from_card_copy(struct from_card *f, const struct from_card *from)
{
	*f = *from;
	f->reader = mem_strdup(from->reader);
}

void
from_card_clear(struct from_card *f)
{
	free(f->reader);
	*f = (struct from_card){ .reader = NULL };
}

/* The card, if it is in; a card process that came back counts anew. */
static const struct card *
find_card(const struct from_card *f, const struct desk *d)
{
	return f->unsure && !f->gone ? desk_card_in(d, f->reader) :
	    desk_find_card(d, f->reader, f->serial);
}

const struct card_cert *
from_card_look(struct from_card *f, const struct desk *d)
{
	const struct card *c;
	size_t i;

	/* It may have been put into another reader. */
	if ((c = desk_find_cert(d, f->sha256, &i)) != NULL) {
		settle(f, c);
		f->gone = f->stale = f->unsure = false;
		return &c->certs[i];
	}
	f->unsure = f->unsure || desk_is_blind(d);
	c = find_card(f, d);
	if (c == NULL && f->unsure && !desk_world(d)->settled)
		return NULL;
	f->unsure = false;
	f->gone = c == NULL;
	f->stale = c != NULL && c->state != CARD_READING;
	if (c != NULL)
		settle(f, c);
	return NULL;
}
