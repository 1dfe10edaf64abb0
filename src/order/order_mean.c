/*
 * What an order means at the counter: whose turn it is, by which day, and how it
 * differs from the card in the reader.
 */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "cert/ident.h"
#include "order/order_inside.h"

#define FOLD_MAX	512	/* bytes of a name as it is compared */
#define NAME_WORDS_MAX	8

/* --- whose turn, by when -------------------------------------------------------- */

enum days { DAYS_NONE, DAYS_CONFIRM, DAYS_ISSUE };

/*
 * What each state waits for.  Deadlines are those that can fall in it; a day is
 * reckoned from when the state named by "from" was come into.
 */
static const struct {
	enum order_turn	 turn;
	const char	*deadlines[4];
	enum days	 days;
	enum order_state from;
} waits[ORDER_STATES] = {
	[ORDER_STATE_UNKNOWN] = { .turn = ORDER_TURN_UNKNOWN },
	[ORDER_PLACED] = { ORDER_TURN_AUTHORITY, { "confirm", "pay", "answer" },
	    DAYS_CONFIRM, ORDER_PLACED },
	[ORDER_CONFIRMED] = { ORDER_TURN_PERSON, { "request", "pay", "answer" },
	    DAYS_NONE, ORDER_CONFIRMED },
	[ORDER_REQUEST_MADE] = { ORDER_TURN_AUTHORITY, { "answer", "pay" },
	    DAYS_ISSUE, ORDER_REQUEST_MADE },
	[ORDER_VERIFIED] = { ORDER_TURN_AUTHORITY, { "answer", "pay" },
	    DAYS_ISSUE, ORDER_REQUEST_MADE },
	[ORDER_ISSUED] = { ORDER_TURN_AUTHORITY, { "pay" },
	    DAYS_ISSUE, ORDER_REQUEST_MADE },
	[ORDER_READY] = { ORDER_TURN_PERSON, { "collect", "pay" }, DAYS_NONE,
	    ORDER_READY },
	[ORDER_COLLECTED] = { .turn = ORDER_TURN_NOBODY },
	[ORDER_CANCELLED] = { .turn = ORDER_TURN_NOBODY },
	[ORDER_EXPIRED] = { .turn = ORDER_TURN_NOBODY },
	[ORDER_REJECTED] = { .turn = ORDER_TURN_NOBODY },
};

/* When it last came into a state; 0: not said. */
static int64_t
came_into(const struct order *o, enum order_state state, const char *word)
{
	for (size_t i = o->nsteps; i > 0; i--) {
		const struct order_step *s = &o->steps[i - 1];

		if (state != ORDER_STATE_UNKNOWN ? s->state == state :
		    strcmp(s->word, word) == 0)
			return s->at;
	}
	return 0;
}

static int64_t
first_deadline(const struct order *o)
{
	int64_t by = 0;

	for (size_t i = 0; i < o->ndeadlines; i++) {
		const struct order_item *d = &o->deadlines[i];

		for (size_t k = 0; k < 4; k++) {
			const char *what = waits[o->state].deadlines[k];

			if (what != NULL && strcmp(what, d->what) == 0 &&
			    d->at != 0 && (by == 0 || d->at < by))
				by = d->at;
		}
	}
	return by;
}

/* The last second of a local day. */
static int64_t
end_of(struct date d)
{
	struct tm tm = { .tm_year = d.year - 1900, .tm_mon = d.month - 1,
		.tm_mday = d.day, .tm_hour = 23, .tm_min = 59, .tm_sec = 59,
		.tm_isdst = -1 };

	return mktime(&tm);
}

static int64_t
reckoned(const struct order *o, const struct authority *a)
{
	enum days which = waits[o->state].days;
	enum order_state from = waits[o->state].from;
	long days = a == NULL || which == DAYS_NONE ? 0 :
	    which == DAYS_CONFIRM ? a->orders_confirm_days :
	    a->orders_issue_days;
	int64_t since = came_into(o, from, order_state_words[from]);

	if (days <= 0 || since == 0)
		return 0;
	return end_of(date_working_days_after(date_local(since), (int)days));
}

static bool
only_identity_lacks(const struct order *o)
{
	for (size_t i = 0; i < o->nmissing; i++) {
		if (strcmp(o->missing[i].what, "identity") != 0)
			return false;
	}
	return o->nmissing > 0;
}

static void
mean_when(const struct order *o, const struct authority *a, int64_t now,
    struct order_meaning *m)
{
	m->since = came_into(o, o->state, o->state_word);
	m->turn = waits[o->state].turn;
	if (m->turn == ORDER_TURN_NOBODY || m->turn == ORDER_TURN_UNKNOWN)
		return;
	/* While papers lack, no authority's clock runs. */
	if (o->nmissing > 0)
		m->turn = only_identity_lacks(o) ? ORDER_TURN_DESK :
		    ORDER_TURN_PERSON;
	m->by = first_deadline(o);
	if (m->by == 0 && m->turn == ORDER_TURN_AUTHORITY) {
		m->by = reckoned(o, a);
		m->by_is_estimate = m->by != 0;
	}
	m->late = m->by != 0 && m->by < now;
}

/* --- masks ------------------------------------------------------------------- */

/*
 * In a folded form letters have lost case and accents; asterisks are kept, which
 * text_fold would drop, as one letter each that no fold makes.
 */
static void
fold_mask(const char *s, char out[static FOLD_MAX])
{
	size_t n = 0;

	while (*s != '\0' && n + 8 < FOLD_MAX) {
		char one[8], folded[8];
		uint32_t cp;
		size_t len = text_decode(s, strlen(s), &cp);

		len = len > 0 ? len : 1;
		memcpy(one, s, len);
		one[len] = '\0';
		s += len;
		if (one[0] == '*')
			out[n++] = '*';
		else if (text_fold(one, folded, sizeof folded) > 0) {
			memcpy(out + n, folded, strlen(folded));
			n += strlen(folded);
		} else
			out[n++] = ' ';
	}
	out[n] = '\0';
}

/* Words of a folded text, in place. */
static size_t
words_of(char *s, char *words[static NAME_WORDS_MAX])
{
	size_t n = 0;
	char *rest = NULL;

	for (char *w = strtok_r(s, " ", &rest); w != NULL;
	    w = strtok_r(NULL, " ", &rest)) {
		if (n == NAME_WORDS_MAX)
			return 0;
		words[n++] = w;
	}
	return n;
}

static bool
word_fits(const char *masked, const char *clear)
{
	for (; *masked != '\0' && *clear != '\0'; masked++, clear++) {
		if (*masked != '*' && *masked != *clear)
			return false;
	}
	return *masked == *clear;
}

/* Whether each masked word has a clear one of its own, in any order. */
static bool
all_fit(char *const *masked, size_t n, char *const *clear, unsigned used)
{
	if (n == 0)
		return true;
	for (size_t i = 0; i < NAME_WORDS_MAX && clear[i] != NULL; i++) {
		if ((used & 1u << i) == 0 && word_fits(masked[0], clear[i]) &&
		    all_fit(masked + 1, n - 1, clear, used | 1u << i))
			return true;
	}
	return false;
}

/* What stands behind an identifier's scheme: "PNOPL-", "PESEL:", "NIP ". */
static const char *
behind_scheme(const char *s)
{
	size_t n = strcspn(s, "-: ");

	for (size_t i = 0; i < n; i++) {
		if (!isalpha((unsigned char)s[i]))
			return s;
	}
	return s[n] != '\0' && strpbrk(s, "0123456789") != NULL ? s + n + 1 : s;
}

bool
order_mask_matches(const char *masked, const char *clear)
{
	char m[FOLD_MAX], c[FOLD_MAX];
	char *mwords[NAME_WORDS_MAX] = { NULL }, *cwords[NAME_WORDS_MAX] =
	    { NULL };
	size_t n;

	fold_mask(behind_scheme(masked), m);
	fold_mask(behind_scheme(clear), c);
	n = words_of(m, mwords);
	return n > 0 && words_of(c, cwords) == n &&
	    all_fit(mwords, n, cwords, 0);
}

/* --- the card ----------------------------------------------------------------- */

/* Numbers of cards as they are compared: letters and figures alone. */
static bool
same_card(const char *a, const char *b)
{
	for (;;) {
		while (*a != '\0' && !isalnum((unsigned char)*a))
			a++;
		while (*b != '\0' && !isalnum((unsigned char)*b))
			b++;
		if (*a == '\0' || *b == '\0')
			return *a == *b;
		if (toupper((unsigned char)*a) != toupper((unsigned char)*b))
			return false;
		a++;
		b++;
	}
}

static bool
is_number_of(const char *number, const struct order_card *card)
{
	for (size_t i = 0; i < card->nnumbers; i++) {
		if (card->numbers[i] != NULL &&
		    same_card(number, card->numbers[i]))
			return true;
	}
	return false;
}

static bool
same_serial(const struct order *o, const struct cert *c)
{
	const uint8_t *a = o->renews, *b = c->serial;
	size_t na = o->renews_len, nb = c->serial_len;

	for (; na > 0 && *a == 0; a++)
		na--;
	for (; nb > 0 && *b == 0; b++)
		nb--;
	return na == nb && memcmp(a, b, na) == 0;
}

/*
 * 1, 0; -1: not of one kind.  A PESEL says nothing of a tax number or a passport:
 * one person has each of them.
 */
static int
is_id(const char *ident, const struct cert_id *of)
{
	struct cert_id id = { .kind = ID_NONE };
	bool alike;

	if (ident == NULL || of->value == NULL)
		return -1;
	ident_person(ident, &id);
	alike = id.kind == of->kind && strcmp(id.country, of->country) == 0;
	free(id.value);
	return alike ? order_mask_matches(ident, of->value) : -1;
}

/* Whether one holder is the one it is for: 1, 0; -1: nothing to compare by. */
static int
is_holder(const struct order *o, const struct cert *c)
{
	char full[FOLD_MAX];
	int by_id;

	if (c->is_ca)
		return -1;
	by_id = is_id(o->ident, &c->person);
	if (by_id != -1)
		return by_id;
	if (o->name == NULL)
		return -1;
	if (c->subject.given != NULL && c->subject.surname != NULL) {
		snprintf(full, sizeof full, "%s %s", c->subject.given,
		    c->subject.surname);
		if (order_mask_matches(o->name, full))
			return 1;
	} else if (c->subject.cn == NULL)
		return -1;
	return c->subject.cn != NULL &&
	    order_mask_matches(o->name, c->subject.cn);
}

/* As is_holder, of the whole card: one certificate of the right one will do. */
static int
has_holder(const struct order *o, const struct order_card *card)
{
	int best = -1;

	for (size_t i = 0; i < card->ncerts; i++) {
		int is = is_holder(o, card->certs[i]);

		best = is > best ? is : best;
	}
	return best;
}

static const struct cert *
renewed_on(const struct order *o, const struct order_card *card)
{
	for (size_t i = 0; i < card->ncerts; i++) {
		if (o->renews_len > 0 && same_serial(o, card->certs[i]))
			return card->certs[i];
	}
	return NULL;
}

/*
 * What it renews may lie on another card than the one it is for: then it need
 * not be here.
 */
static bool
renewed_elsewhere(const struct order *o)
{
	return o->card != NULL && o->renews_card != NULL &&
	    !same_card(o->card, o->renews_card);
}

/* Once the new one is issued, nothing depends on the old one any more. */
static bool
is_open(const struct order *o)
{
	return o->state > ORDER_STATE_UNKNOWN && o->state < ORDER_ISSUED;
}

static unsigned
mean_card(const struct order *o, const struct order_card *card, int64_t now)
{
	const char *number = o->card != NULL ? o->card : o->renews_card;
	const struct cert *renewed;
	bool going = o->state > ORDER_STATE_UNKNOWN &&
	    o->state < ORDER_COLLECTED, compared = false;
	unsigned m = 0;
	int holder;

	if (number != NULL && card->nnumbers > 0) {
		compared = true;
		if (!is_number_of(number, card))
			m |= ORDER_OTHER_CARD;
	}
	holder = has_holder(o, card);
	renewed = renewed_on(o, card);
	/* Of what was not read nothing is missing. */
	if (holder == 1 || (holder == 0 && !card->part))
		compared = true;
	if (holder == 0 && !card->part)
		m |= ORDER_OTHER_HOLDER;
	if (o->renews_len > 0 && (renewed != NULL || !card->part)) {
		compared = true;
		if (renewed == NULL && !renewed_elsewhere(o))
			m |= ORDER_OTHER_SERIAL;
	}
	if (going && card->room == 0)
		m |= ORDER_NO_ROOM;
	if (is_open(o) && renewed != NULL && renewed->not_after < now)
		m |= ORDER_RENEWED_EXPIRED;
	return compared ? m : m | ORDER_CANNOT_TELL;
}

void
order_mean(const struct order *o, const struct order_card *card,
    const struct authority *a, int64_t now, struct order_meaning *m)
{
	*m = (struct order_meaning){ .turn = ORDER_TURN_UNKNOWN };
	if (o->summary) {
		m->mismatch = ORDER_CANNOT_TELL;
		return;
	}
	mean_when(o, a, now, m);
	m->mismatch = card != NULL ? mean_card(o, card, now) :
	    ORDER_CANNOT_TELL;
	if (is_open(o) && o->renews_until != 0 && o->renews_until < now)
		m->mismatch |= ORDER_RENEWED_EXPIRED;
}
