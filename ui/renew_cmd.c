#include "config.h"

#include "ui/renew_cmd.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/holder.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/passage.h"
#include "ui/rec_out.h"
#include "ui/session.h"
#include "ui/setup.h"
#include "ui/words.h"

#define READING_SECONDS	60
#define WAIT_MAX	86400
#define TICK_MS		200	/* between two looks at whether to stop */
#define PAUSE_MS	5000	/* between two questions where nobody says */

/* --- whoever stands before it: options ---------------------------------------- */

/* Once: a wrong one is not tried again, and another purpose is another command's. */
static int
ask_pin(void *arg, enum renewal_pin what, const struct card *card,
    const struct token *t, const struct err *why, struct secret **pin,
    struct err *err)
{
	struct renew_cmd *r = arg;

	(void)what;
	(void)card;
	*pin = NULL;
	if (why != NULL) {
		*err = *why;
		return -1;
	}
	/* A descriptor is read once. */
	if (!t->pin.pinpad && r->pin_given &&
	    cmd_value(r->cmd, "pin-fd") != NULL)
		return err_set(err, ERR_PIN_CANCELLED, t->label, NULL);
	r->pin_given |= !t->pin.pinpad;
	return passage_pin(r->cmd, t, pin, err);
}

static int
ask_old(void *arg, const struct card *card, size_t old, bool warn)
{
	const struct renew_cmd *r = arg;

	(void)card;
	(void)old;
	if (r->remove_old && warn)
		out_line(r->cmd->err, 0, "%s", _("The key of the old one "
		    "decrypts, so its certificate is kept; the desk itself can "
		    "remove it."));
	return r->remove_old && !warn;
}

static int
ask_request(void *arg, const struct card *card,
    const struct renewal_plan *plan, const struct cert *old)
{
	(void)arg;
	(void)card;
	(void)plan;
	(void)old;
	return 1;
}

/* --- opening ------------------------------------------------------------------------ */

static int
take_options(struct renew_cmd *r, struct err *err)
{
	const char *wait = cmd_value(r->cmd, "wait");
	const char *old = cmd_value(r->cmd, "old");
	char *end;

	r->confirm = cmd_value(r->cmd, "confirm") != NULL;
	r->remove_old = old != NULL && strcmp(old, "remove") == 0;
	if (old != NULL && !r->remove_old && strcmp(old, "keep") != 0)
		return err_set(err, ERR_USAGE, old, "--old");
	if (wait == NULL)
		return 0;
	errno = 0;
	r->wait = strtol(wait, &end, 10);
	if (errno != 0 || end == wait || *end != '\0' || r->wait < 0 ||
	    r->wait > WAIT_MAX)
		return err_set(err, ERR_USAGE, wait, "--wait");
	return 0;
}

static void
changed(const struct card_world *world, void *arg)
{
	struct renew_cmd *r = arg;

	(void)world;
	if (r->hand != NULL)
		card_hand_news(r->hand);
}

int
renew_open_cards(struct renew_cmd *r, struct err *err)
{
	if (r->session != NULL)
		return 0;
	r->session = session_open(r->cmd, changed, r);
	if (session_run(r->session, READING_SECONDS, err) == -1) {
		session_note_signal(r->session, r->cmd);
		return -1;
	}
	r->hand = card_hand_new(session_loop(r->session),
	    session_client(r->session), &r->cancel);
	r->run.hand = r->hand;
	return 0;
}

/* A dry run makes nothing, not even the file. */
static int
open_registry(struct renew_cmd *r, bool must, struct err *err)
{
	struct err open = ERR_INIT;

	if (rec_open(r->cmd, must ? REGISTRY_CREATE : REGISTRY_WRITE,
	    &r->registry, &open) == 0)
		return 0;
	r->registry = NULL;
	if (!must && open.code == ERR_NO_REGISTRY)
		return 0;
	*err = open;
	return -1;
}

int
renew_open(struct renew_cmd *r, struct cmd *cmd, bool cards, bool must,
    struct err *err)
{
	const struct net_options net = setup_network(&cmd->conf, cmd->login);

	r->cmd = cmd;
	buf_init(&r->brought, RENEWALS_PART_MAX);
	if (open_registry(r, must, err) == -1 ||
	    (cards && renew_open_cards(r, err) == -1))
		return -1;
	r->net = net_new(&net);
	r->orders = order_service_new(r->net, r->registry, &cmd->authorities);
	holder_name(r->by, "command");
	r->people = (struct renewal_people){ .ask_pin = ask_pin,
	    .ask_old = ask_old, .ask_request = ask_request, .arg = r };
	r->run = (struct renewal_run){ .registry = r->registry, .net = r->net,
	    .orders = r->orders, .authorities = &cmd->authorities,
	    .conf = &cmd->conf,
	    .hand = r->hand, .people = &r->people, .by = r->by,
	    .cancel = &r->cancel };
	return 0;
}

int
renew_card_options(struct renew_cmd *r, struct cmd *cmd, struct err *err)
{
	r->cmd = cmd;
	return take_options(r, err);
}

void
renew_close(struct renew_cmd *r)
{
	if (r->have)
		renew_now_clear(&r->now);
	card_hand_free(r->hand);
	session_close(r->session);
	order_service_free(r->orders);
	net_free(r->net);
	registry_close(r->registry);
	buf_clear(&r->brought);
}

/* --- work ------------------------------------------------------------------------------ */

struct work {
	struct renew_cmd	*renew;
	int			(*fn)(struct renew_cmd *, struct err *);
};

static int
do_work(void *arg, const atomic_bool *cancel, struct err *err)
{
	struct work *w = arg;

	/* Without cards nothing but this one is set. */
	w->renew->run.cancel = w->renew->session != NULL ? &w->renew->cancel :
	    cancel;
	return w->fn(w->renew, err);
}

static void
shake(void *arg)
{
	struct renew_cmd *r = arg;

	atomic_store(&r->cancel, true);
	card_hand_shake(r->hand);
}

int
renew_work(struct renew_cmd *r, int (*fn)(struct renew_cmd *, struct err *),
    struct err *err)
{
	struct work w = { r, fn };
	int rc;

	if (r->session == NULL)
		return longwork(r->cmd, do_work, NULL, &w, err);
	rc = session_work(r->session, do_work, &w, shake, r, err);
	session_note_signal(r->session, r->cmd);
	return rc;
}

int
renew_find(struct renew_cmd *r, const char *number, struct err *err)
{
	return r->registry == NULL ?
	    err_set(err, ERR_NO_RENEWAL, number, NULL) :
	    renewals_find(r->registry, number, &r->id, err);
}

int
renew_read(struct renew_cmd *r, struct err *err)
{
	if (r->have)
		renew_now_clear(&r->now);
	r->have = renew_now_read(r->registry, r->id, &r->now, err) == 0;
	return r->have ? 0 : -1;
}

/* Until then, or until somebody asks to stop. */
static void
pause_until(int64_t mono_ms, const atomic_bool *cancel)
{
	int64_t left;

	while (!atomic_load(cancel) && (left = mono_ms - clock_mono_ms()) > 0)
		poll(NULL, 0, left < TICK_MS ? (int)left : TICK_MS);
}

int
renew_carry(struct renew_cmd *r, struct err *err)
{
	int64_t over = clock_mono_ms() + r->wait * 1000;

	r->run.brought = span_of(r->brought.data, r->brought.len);
	for (;;) {
		int64_t next = 0, now = clock_now(), when;

		err_clear(&r->end_err);
		if (renewal_run(&r->run, r->id, &r->end, &next,
		    &r->end_err) == -1) {
			*err = r->end_err;
			return -1;
		}
		r->ran = true;
		/* What was brought is in the journal, or refused. */
		r->run.brought = span_of(NULL, 0);
		when = clock_mono_ms() + (next > now ? (next - now) * 1000 :
		    PAUSE_MS);
		if (r->end != RENEWAL_END_WAIT || when >= over)
			break;
		pause_until(when, r->run.cancel);
		if (atomic_load(r->run.cancel))
			return err_set(err, ERR_CANCELLED, _("Waiting"), NULL);
	}
	return renew_read(r, err);
}

/* --- which one ----------------------------------------------------------------------------- */

bool
renew_is_number(const char *s)
{
	return (s[0] == 'R' || s[0] == 'r') && strchr(s, '/') != NULL;
}

/* Digits alone, without what people and programs put between them. */
static char *
plain(const char *s)
{
	char *digits = mem_strdup(s), *to = digits;

	for (; *s != '\0'; s++)
		if (strchr(" :-.", *s) == NULL)
			*to++ = *s;
	*to = '\0';
	return digits;
}

static bool
is_serial(const char *digits, const char *hex)
{
	while (*digits == '0' && digits[1] != '\0')
		digits++;
	while (*hex == '0' && hex[1] != '\0')
		hex++;
	return strcasecmp(digits, hex) == 0;
}

int
renew_on_card(const struct renew_cmd *r, const char *serial,
    struct renewlook_about *about, struct err *err)
{
	const struct card_world *w = session_world(r->session);
	char *digits = plain(serial);
	bool found = false;

	for (size_t i = 0; i < w->ncards && !found; i++)
		for (size_t j = 0; j < w->cards[i]->ncerts && !found; j++) {
			const struct cert *c = w->cards[i]->certs[j].cert;

			found = c != NULL && is_serial(digits, c->serial_hex) &&
			    renewlook_of(about, w->cards[i], j);
		}
	free(digits);
	return found ? 0 : err_set(err, ERR_NOT_FOUND, serial,
	    "on no card that is in a reader");
}

int
renew_of_order(const struct renew_cmd *r, const struct order *o,
    struct renewlook_about *about, struct err *err)
{
	if (o->renews_len == 0)
		return err_set(err, ERR_RENEWS_NOTHING, o->number, NULL);
	if (!renewlook_of_order(about, session_world(r->session), o))
		return err_set(err, ERR_RENEWED_AWAY, o->number, NULL);
	snprintf(about->order, sizeof about->order, "%s", o->number);
	return 0;
}
