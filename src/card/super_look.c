#include "config.h"

#include "card/super.h"

/*
 * A card that loses contact for a moment, as one pushed in clumsily does, is
 * not seen to have gone by a reader that looks at its contacts now and then
 * (pcscd: every 400 ms).  No event comes, and the software that was reading it
 * found it silent and says that it does not know it.  So a card that is there
 * and could not be read is read again before that is believed; the first pause
 * is longer than such a reader's between two looks.
 */
static const int pauses_ms[] = { 500, 1000, 2000 };

#define LOOKS_MAX	((int)(sizeof(pauses_ms) / sizeof(pauses_ms[0])))

/*
 * Could contact lost for a moment be the cause?  Or has whoever held the card
 * let go while it was being read, an event that is no turn then?
 */
static bool
is_doubtful(const struct err *err)
{
	return err->code == ERR_CARD_UNKNOWN || err->code == ERR_CARD_MUTE ||
	    err->code == ERR_CARD_READ || err->code == ERR_CARD_REMOVED ||
	    err->code == ERR_CARD_BUSY;
}

/*
 * A card of no known model is likely to be strange to all software, and one
 * that was read but for a part to be damaged there: once more is enough.
 */
static int
looks_worth(const struct card *card)
{
	if (card->state == CARD_FAILED)
		return !is_doubtful(&card->err) ? 0 :
		    card->model.id[0] != '\0' ? LOOKS_MAX : 1;
	for (size_t i = 0; i < card->nproblems; i++)
		if (is_doubtful(&card->problems[i]))
			return 1;
	return 0;
}

static void
look_due(void *arg)
{
	struct reader *r = arg;

	r->again = 0;
	r->looks++;
	read_repeat(r);
	read_work(r->super);
}

bool
look_again(struct reader *r)
{
	if (r->looks >= looks_worth(r->card))
		return false;
	r->again = loop_timer(r->super->loop, pauses_ms[r->looks], look_due, r);
	return true;
}

void
look_forget(struct reader *r)
{
	loop_timer_cancel(r->super->loop, r->again);
	r->again = 0;
	r->looks = 0;
}
