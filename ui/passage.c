#include "config.h"

#include "ui/passage.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/holder.h"
#include "base/i18n.h"
#include "base/jstring.h"
#include "revocation/rounds.h"
#include "ui/ask.h"
#include "ui/case_out.h"
#include "ui/setup.h"
#include "ui/words.h"

#define TICK_MS		200	/* between two looks at whether to stop */
#define DESCRIPTOR_MAX	1023

/* --- the way ------------------------------------------------------------- */

/* Nothing more comes by itself. */
static int
settled(struct registry *reg, const struct passage *p, bool *is, struct err *err)
{
	struct case_view view;
	struct case_row row;

	if (case_read(reg, &p->cmd->authorities, p->id, &row, &view, err) == -1)
		return -1;
	*is = view.state == CASE_PUBLISHED || view.state == CASE_CLOSED ||
	    view.state == CASE_REFUSED || view.state == CASE_WITHDRAWN ||
	    view.state == CASE_ON_PAPER ||
	    (view.state == CASE_QUEUED && view.next_try == 0);
	case_view_clear(&view);
	case_row_clear(&row);
	return 0;
}

/* Until then, or until somebody asks to stop. */
static void
pause_until(int64_t mono_ms, const atomic_bool *cancel)
{
	int64_t left;

	while (!atomic_load(cancel) && (left = mono_ms - clock_mono_ms()) > 0)
		poll(NULL, 0, left < TICK_MS ? (int)left : TICK_MS);
}

/* Later another may have it for a while: that is waited for. */
static int
one_pass(struct registry *reg, struct net *net, const struct rounds_options *o,
    bool first, int64_t now, int64_t *next, struct err *err)
{
	if (rounds_run(reg, net, o, now, next, err) == 0)
		return 0;
	if (first || err->code != ERR_CASE_MOVED)
		return -1;
	err_clear(err);
	return 0;
}

static int
go(struct registry *reg, struct net *net, const struct passage *p,
    struct err *err)
{
	int64_t end = clock_mono_ms() + p->wait * 1000;
	struct rounds_options o = { .authorities = &p->cmd->authorities,
	    .only = p->id, .password = p->password,
	    .password_ref = p->password_ref, .signer = p->signer,
	    .cancel = p->cancel };
	char by[HOLDER_MAX];
	bool over = false, first = true;

	holder_name(by, "command");
	o.by = by;
	for (;;) {
		int64_t now = clock_now(), next = 0, when;

		if (one_pass(reg, net, &o, first, now, &next, err) == -1 ||
		    settled(reg, p, &over, err) == -1)
			return -1;
		first = false;
		/* One PIN, one signature: what needs more waits for a person. */
		o.signer = NULL;
		when = clock_mono_ms() + (next > now ? (next - now) * 1000 :
		    ROUNDS_FIRST * 1000);
		if (over || when >= end)
			break;
		pause_until(when, p->cancel);
		if (atomic_load(p->cancel))
			return err_set(err, ERR_CANCELLED, _("Waiting"), NULL);
	}
	return 0;
}

int
passage(struct registry *reg, const struct passage *p, struct err *err)
{
	const struct net_options o = setup_network(&p->cmd->conf,
	    p->cmd->login);
	struct net *net = net_new(&o);
	int rc = go(reg, net, p, err);

	net_free(net);
	return rc;
}

/* --- the password -------------------------------------------------------- */

/* One line, as either kind of machine ends it, straight into locked memory. */
static int
read_line(int fd, const char *what, struct secret *s, struct err *err)
{
	ssize_t got;
	char c;

	while ((got = read(fd, &c, 1)) != 0) {
		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return err_errno(err, ERR_IO, what);
		if (c == '\n')
			break;
		if (secret_add(s, &c, 1) == -1)
			return err_set(err, ERR_TOO_BIG, what, NULL);
	}
	explicit_bzero(&c, sizeof c);
	if (secret_len(s) > 0 && secret_peek(s)[secret_len(s) - 1] == '\r')
		secret_backspace(s);
	return 0;
}

static int
from_descriptor(const char *option, const char *word, const char *what,
    struct secret **out, struct err *err)
{
	char *end;
	long fd = strtol(word, &end, 10);

	if (end == word || *end != '\0' || fd < 0 || fd > DESCRIPTOR_MAX)
		return err_set(err, ERR_USAGE, word, "--%s", option);
	*out = secret_new();
	if (read_line((int)fd, what, *out, err) == 0)
		return 0;
	secret_free(*out);
	*out = NULL;
	return -1;
}

/* what is its name where it cannot be read. */
static int
ask_for(struct cmd *cmd, const char *option, const char *question,
    const char *what, struct secret **out, struct err *err)
{
	const char *word = cmd_value(cmd, option);

	*out = NULL;
	return word != NULL ? from_descriptor(option, word, what, out, err) :
	    ask_password(question, _("the case"), out, err);
}

/* Nobody there to type it, or somebody who would not: told of the PIN. */
static int
no_pin(const struct token *t, const struct err *why, struct err *err)
{
	if (why->code == ERR_PASSWORD_NEEDED || why->code == ERR_CANCELLED)
		return err_set(err, ERR_PIN_CANCELLED, t->label, NULL);
	*err = *why;
	return -1;
}

/* Typed on the reader's own keys: nothing is asked here, but it is said. */
static void
tell_pinpad(struct cmd *cmd, const struct token *t, const char *state)
{
	out_line(cmd->err, 0, _("PIN of %s (%s): type it on the reader's keys."),
	    t->label, state);
	out_flush(cmd->err);
}

int
passage_pin(struct cmd *cmd, const struct token *t, struct secret **pin,
    struct err *err)
{
	char state[256], question[512];
	struct err why = ERR_INIT;

	*pin = NULL;
	if (words_pin_mood(&t->pin) < 0)
		return err_set(err, ERR_PIN_LOCKED, t->label, NULL);
	/* Somebody who types has to know what a slip costs. */
	words_pin(&t->pin, state, sizeof state);
	if (t->pin.pinpad) {
		tell_pinpad(cmd, t, state);
		return 0;
	}
	/* Nobody is told of it there. */
	if (pin_is_last(&t->pin) && cmd_value(cmd, "pin-fd") != NULL)
		return err_set(err, ERR_PIN_LAST, t->label, "--pin-fd");
	snprintf(question, sizeof question, _("PIN of %s (%s):"), t->label,
	    state);
	if (ask_for(cmd, "pin-fd", question, _("the PIN"), pin, &why) == -1)
		return no_pin(t, &why, err);
	if (secret_plain(*pin))
		return 0;
	secret_free(*pin);
	*pin = NULL;
	return err_set(err, ERR_PIN_LETTERS, t->label, NULL);
}

int
passage_password(struct cmd *cmd, bool wanted, struct secret **out,
    struct err *err)
{
	*out = NULL;
	if (!wanted && cmd_value(cmd, "password-fd") == NULL)
		return 0;
	return ask_for(cmd, "password-fd",
	    _("Revocation password of the holder:"), _("the password"), out,
	    err);
}

json_t *
passage_channel_json(const struct authority *a, const struct case_view *v)
{
	const struct channel *c = channel_of(a, v);

	return c != NULL ? jstring(c->id) : json_null();
}
