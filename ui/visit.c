#include "config.h"

#include "ui/visit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"

#define SOON_SECONDS	10	/* from here on the time that is left stands out */

struct visit {
	struct desk	*desk;
	struct loop	*loop;
	void		(*over)(struct desk *);
	int64_t		 ends;		/* by clock_mono_ms; 0: nobody is here */
	char		*own;		/* the reader that its card is in, or NULL */
	unsigned	 insertion;	/* which card there */
	bool		 unsure;	/* who reads cards was away: which it is now? */
	bool		 left;		/* it was taken out just now */
	bool		 kept;		/* and there is something left to do */
	bool		 ended;
	unsigned	 left_here;	/* requests */
	unsigned	 timer;
	char		*reader;	/* of the staff's card, or NULL */
	unsigned	 serial;
};

void
visit_end(struct visit *v)
{
	if (v->ended)
		return;
	v->ended = true;
	v->over(v->desk);
}

/* --- time ------------------------------------------------------------------ */

/* A second at a time, as it is counted down on the screen. */
static void
tick(void *arg)
{
	struct visit *v = arg;
	int64_t left = v->ends - clock_mono_ms();

	v->timer = 0;
	desk_dirty(v->desk);
	if (left <= 0)
		visit_end(v);
	else
		v->timer = loop_timer(v->loop, (left - 1) % 1000 + 1, tick, v);
}

static void
ends_in(struct visit *v, long seconds)
{
	v->ends = clock_mono_ms() + seconds * 1000;
	loop_timer_cancel(v->loop, v->timer);
	v->timer = 0;
	tick(v);
}

static void
go_on(struct visit *v)
{
	v->left = false;
	ends_in(v, desk_setup(v->desk)->conf->idle_seconds);
}

/* --- what happens ------------------------------------------------------------ */

/*
 * What was of the card has left with it.  Who is in the middle of something
 * else keeps it with any key; for others there is nothing left to keep.
 */
bool
visit_input(struct visit *v, const struct input *in)
{
	bool was_leaving = v->left;

	if (v->reader != NULL || in->kind == INPUT_NONE ||
	    in->kind == INPUT_RESIZE || in->kind == INPUT_END)
		return v->ended;
	if (v->ended)
		return true;
	if (v->left && !v->kept)
		visit_end(v);
	else if (v->ends != 0 || in->kind != INPUT_KEY || in->key != UK_ESC)
		go_on(v);
	return was_leaving;
}

/* The card that the visit has, or could have. */
static const struct card *
its_card(const struct visit *v)
{
	const struct card_world *w = desk_world(v->desk);
	const struct card *c = v->own != NULL ?
	    desk_find_card(v->desk, v->own, v->insertion) : NULL;

	if (c != NULL)
		return c;
	for (size_t i = 0; i < w->ncards; i++)
		if (card_is_there(w->cards[i]))
			return w->cards[i];
	return NULL;
}

static void
remember(struct visit *v, const struct card *c)
{
	free(v->own);
	v->own = c != NULL ? mem_strdup(c->reader) : NULL;
	v->insertion = c != NULL ? c->serial : 0;
}

/*
 * Whether the world says which cards are in: not while the card process is away.
 * The one that comes back counts insertions anew, and takes a card that it finds
 * for one that was left: what is in the visit's reader then is its card still.
 */
static bool
can_tell(struct visit *v)
{
	const struct card *c;

	v->unsure = v->own != NULL && (v->unsure || desk_is_blind(v->desk));
	if (!v->unsure)
		return true;
	c = desk_card_in(v->desk, v->own);
	if (c != NULL)
		v->insertion = c->serial;
	v->unsure = c == NULL && !desk_world(v->desk)->settled;
	return !v->unsure;
}

void
visit_cards(struct visit *v)
{
	const struct card *card;
	bool had = v->own != NULL, other;

	/* The staff's desk is locked rather than left open. */
	if (!can_tell(v) && v->reader == NULL)
		return;
	card = its_card(v);
	/* Swapped quickly, one is not seen to go before the next one is there. */
	other = card != NULL && had && (card->serial != v->insertion ||
	    strcmp(card->reader, v->own) != 0);
	remember(v, card);
	if (v->reader != NULL) {
		if (desk_find_card(v->desk, v->reader, v->serial) == NULL)
			visit_end(v);
	} else if (other || (card != NULL && !had && v->left)) {
		/* Maybe the next one's already: that is a visit of its own. */
		visit_end(v);
	} else if (card != NULL && !had) {
		go_on(v);
	} else if (card == NULL && had) {
		v->kept = desk_card_left(v->desk);
		v->left = true;
		ends_in(v, desk_setup(v->desk)->conf->leave_seconds);
	}
}

bool
visit_leaves(struct visit *v, unsigned most)
{
	if (v->left_here >= most)
		return false;
	v->left_here++;
	return true;
}

bool
visit_runs(const struct visit *v)
{
	return v->ends != 0;
}

void
visit_of_staff(struct visit *v, const struct card *c)
{
	loop_timer_cancel(v->loop, v->timer);
	v->timer = 0;
	v->ends = 0;
	v->left = false;
	free(v->reader);
	v->reader = mem_strdup(c->reader);
	v->serial = c->serial;
}

const char *
visit_words(const struct visit *v, bool *soon, char *buf, size_t size)
{
	int64_t left = (v->ends - clock_mono_ms() + 999) / 1000;

	buf[0] = '\0';
	*soon = v->left || (v->ends != 0 && left <= SOON_SECONDS);
	if (left < 0)
		left = 0;
	if (v->reader != NULL)
		snprintf(buf, size, "%s", _("staff: locked when the card is "
		    "taken out"));
	else if (v->left)
		snprintf(buf, size, v->kept ?
		    _("card taken out: over in %d s, a key goes on") :
		    _("card taken out: over in %d s"), (int)left);
	else if (v->ends != 0)
		snprintf(buf, size, *soon ? _("ends in %d s, a key goes on") :
		    _("ends in %d s"), (int)left);
	return buf;
}

/* --- its life ------------------------------------------------------------------ */

struct visit *
visit_new(struct desk *d, struct loop *loop, void (*over)(struct desk *))
{
	struct visit *v = mem_alloc(sizeof *v);

	v->desk = d;
	v->loop = loop;
	v->over = over;
	return v;
}

void
visit_free(struct visit *v)
{
	if (v == NULL)
		return;
	loop_timer_cancel(v->loop, v->timer);
	free(v->reader);
	free(v->own);
	free(v);
}
