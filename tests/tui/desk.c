/*
 * The desk with made-up cards, for the screen's tests: the real screen, linked
 * to a client of the card process that has no process, at a moment that stands
 * still.  What happens to readers and cards is told to it by lines in a FIFO
 * named by CANNED; each that was carried out is a newline more in CANNED.did,
 * where there is such a file:
 *	up | down | refused | died		the service; the card process, which
 *					with up is there again
 *	settled				and has seen all cards
 *	plug READER | unplug READER		"_" in a name is a space
 *	insert READER KIND | pull READER	kinds: canned.h
 *	change READER KIND		what is told of a card that stays
 *	number READER TEXT		the card's number: what is in no program
 *	crash MODULE | segv
 *	still | go			chains of checks wait, or go on
 *	hold | let | round		what a person asked for, hold.h; a case
 *					went on
 *	keep				no card is read again before the end
 * A PIN is right when it is 1234, and has to be changed first when it is 5555;
 * before one of 7777 another program has spent all tries but one.
 * CANNED_AHEAD is a number of seconds by which the moment is later, and "ahead
 * SECONDS" makes it another: nothing but the clock changes by that.  With
 * CANNED_LOADING the search has not read the registry before "let".
 */
#include "config.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "card/client.h"
#include "tests/tui/canned.h"
#include "tests/tui/hold.h"
#include "ui/app.h"
#include "ui/verb.h"

int64_t	__wrap_clock_now(void);
const char *__asan_default_options(void);

struct card_client {
	struct loop		*loop;
	card_changed_fn		*changed;
	void			*arg;
	struct card_world	 world;
	int			 fifo, did;
	char			 line[256];
	size_t			 len;
	unsigned		 insertions;
	bool			 keeps;
	card_answer_fn		*kept;		/* what is owed, and to whom */
	void			*kept_arg;
};

/* The moment, or so many seconds after it. */
int64_t
__wrap_clock_now(void)
{
	const char *ahead = getenv("CANNED_AHEAD");

	return CANNED_NOW + (ahead != NULL ? atoi(ahead) : 0);
}

static size_t
find(const struct card_client *c, const char *reader)
{
	size_t i = 0;

	while (i < c->world.ncards &&
	    strcmp(c->world.cards[i]->reader, reader) != 0)
		i++;
	return i;
}

static void
unplug(struct card_client *c, const char *reader)
{
	size_t i = find(c, reader);

	if (i == c->world.ncards)
		return;
	card_free(c->world.cards[i]);
	memmove(&c->world.cards[i], &c->world.cards[i + 1],
	    (--c->world.ncards - i) * sizeof(struct card *));
}

/* A fresh record takes the old one's place, as one from the helper would. */
static void
renew(struct card_client *c, const char *reader, const char *kind,
    unsigned serial)
{
	struct card *fresh = card_new(reader);
	size_t i = find(c, reader);

	fresh->serial = serial;
	if (kind != NULL && !canned_fill(fresh, kind))
		panic("no such kind of card: %s", kind);
	if (i == c->world.ncards)
		c->world.ncards++;
	else
		card_free(c->world.cards[i]);
	c->world.cards[i] = fresh;
}

static void
number(struct card_client *c, const char *reader, const char *text)
{
	size_t i = find(c, reader);

	if (i == c->world.ncards || text == NULL)
		panic("no card to give a number");
	free(c->world.cards[i]->number);
	c->world.cards[i]->number = mem_strdup(text);
}

static void
crash(struct card_client *c, const char *module)
{
	struct module_view *m = &c->world.modules[c->world.nmodules++];

	*m = (struct module_view){ .name = mem_strdup(module),
	    .path = mem_strdup(module), .state = MODULE_STOPPED };
	err_set(&m->err, ERR_MODULE_CRASHED, module, NULL);
}

static void
service(struct card_client *c, enum pcsc_state state, enum err_code code)
{
	c->world.pcsc = state;
	err_clear(&c->world.helper_err);
	err_clear(&c->world.pcsc_err);
	if (code != ERR_NONE)
		err_set(&c->world.pcsc_err, code, "/run/pcscd/pcscd.comm", NULL);
	while (state == PCSC_GONE && c->world.ncards > 0)
		unplug(c, c->world.cards[0]->reader);
}

static void
forget_modules(struct card_client *c)
{
	for (size_t i = 0; i < c->world.nmodules; i++) {
		free(c->world.modules[i].name);
		free(c->world.modules[i].path);
	}
	c->world.nmodules = 0;
}

/* What it said goes with it. */
static void
died(struct card_client *c)
{
	while (c->world.ncards > 0)
		unplug(c, c->world.cards[0]->reader);
	forget_modules(c);
	c->world.pcsc = PCSC_STARTING;
	c->world.settled = false;
	err_clear(&c->world.pcsc_err);
	err_set(&c->world.helper_err, ERR_HELPER_DIED, NULL, NULL);
}

/* Whoever said it may go on: what it changes has changed. */
static void
tell(const struct card_client *c)
{
	if (c->did != -1 && write(c->did, "\n", 1) != 1)
		panic("CANNED.did cannot be written");
}

/* A volatile address, lest a compiler see the fault and build what it likes. */
static char *volatile nowhere = (char *)1;

/* A line about the service or the processes; false for another. */
static bool
obey_plain(struct card_client *c, const char *verb)
{
	if (strcmp(verb, "up") == 0)
		service(c, PCSC_UP, ERR_NONE);
	else if (strcmp(verb, "down") == 0)
		service(c, PCSC_GONE, ERR_PCSC_DOWN);
	else if (strcmp(verb, "refused") == 0)
		service(c, PCSC_GONE, ERR_PCSC_REFUSED);
	else if (strcmp(verb, "died") == 0)
		died(c);
	else if (strcmp(verb, "settled") == 0)
		c->world.settled = true;
	else if (strcmp(verb, "hold") == 0 || strcmp(verb, "let") == 0)
		hold_answers(verb[0] == 'h');
	else if (strcmp(verb, "still") == 0 || strcmp(verb, "go") == 0)
		hold_looks(verb[0] == 's');
	else if (strcmp(verb, "round") == 0)
		hold_round();
	else if (strcmp(verb, "keep") == 0)
		c->keeps = true;
	else if (strcmp(verb, "segv") == 0) {
		tell(c);
		*nowhere = 0;
	} else
		return false;
	return true;
}

static void
obey(struct card_client *c, char *verb)
{
	char *reader = strchr(verb, ' '), *kind = NULL;

	if (strncmp(verb, "ahead ", 6) == 0) {
		if (setenv("CANNED_AHEAD", verb + 6, 1) == -1)
			panic("no clock");
		tell(c);
		return;
	}
	if (reader != NULL) {
		*reader++ = '\0';
		kind = strchr(reader, ' ');
		if (kind != NULL)
			*kind++ = '\0';
		for (char *p = reader; *p != '\0'; p++)
			if (*p == '_')
				*p = ' ';
	}
	if (reader == NULL) {
		if (!obey_plain(c, verb))
			panic("no such line: %s", verb);
	} else if (strcmp(verb, "unplug") == 0)
		unplug(c, reader);
	else if (strcmp(verb, "plug") == 0 || strcmp(verb, "pull") == 0)
		renew(c, reader, NULL, ++c->insertions);
	else if (strcmp(verb, "insert") == 0)
		renew(c, reader, kind, ++c->insertions);
	else if (strcmp(verb, "change") == 0)
		renew(c, reader, kind, c->insertions);
	else if (strcmp(verb, "number") == 0)
		number(c, reader, kind);
	else if (strcmp(verb, "crash") == 0)
		crash(c, reader);
	else
		panic("no such line: %s", verb);
	c->world.version++;
	c->changed(c->arg);
	tell(c);
}

static void
take(int fd, short revents, void *arg)
{
	struct card_client *c = arg;
	char byte;

	(void)revents;
	while (read(fd, &byte, 1) == 1) {
		if (byte != '\n' && c->len < sizeof(c->line) - 1) {
			c->line[c->len++] = byte;
			continue;
		}
		c->line[c->len] = '\0';
		c->len = 0;
		obey(c, c->line);
	}
}

/* --- client.h, without a process -------------------------------------------- */

struct card_client *
card_client_new(struct loop *loop, const struct card_client_options *o,
    card_changed_fn *changed, void *arg)
{
	struct card_client *c = mem_alloc(sizeof(*c));
	const char *fifo = getenv("CANNED");
	char *did;

	(void)o;
	c->loop = loop;
	c->changed = changed;
	c->arg = arg;
	c->world.pcsc = PCSC_STARTING;
	c->world.pcsc_socket = mem_strdup("/run/pcscd/pcscd.comm");
	c->fifo = fifo == NULL ? -1 :
	    open(fifo, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (c->fifo == -1)
		panic("CANNED names no FIFO");
	did = mem_printf("%s.did", fifo);
	c->did = open(did, O_WRONLY | O_APPEND | O_CLOEXEC);
	free(did);
	loop_fd(loop, c->fifo, POLLIN, take, c);
	return c;
}

void
card_client_free(struct card_client *c)
{
	struct err err = ERR_INIT;

	(void)err_set(&err, ERR_CANCELLED, "desk", NULL);
	if (c->kept != NULL)
		c->kept(&err, c->kept_arg);
	loop_fd_remove(c->loop, c->fifo);
	close(c->fifo);
	if (c->did != -1)
		close(c->did);
	while (c->world.ncards > 0)
		unplug(c, c->world.cards[0]->reader);
	forget_modules(c);
	free(c->world.pcsc_socket);
	free(c);
}

const struct card_world *
card_client_world(const struct card_client *c)
{
	return &c->world;
}

void
card_client_sigchld(struct card_client *c)
{
	(void)c;
}

void
card_client_reread(struct card_client *c, const char *reader,
    card_answer_fn *answer, void *arg)
{
	struct err err = ERR_INIT;

	(void)reader;
	if (!c->keeps || c->kept != NULL) {
		answer(&err, arg);
		return;
	}
	c->kept = answer;
	c->kept_arg = arg;
}

/* The PIN's one try. */
static int
try_pin(struct card_client *c, struct token *t, struct secret *pin,
    struct err *err)
{
	if (pin == NULL || strcmp(secret_peek(pin), "1234") == 0) {
		t->pin.verified = true;
		t->pin.tries = t->pin.tries_max;
	} else if (strcmp(secret_peek(pin), "5555") == 0) {
		err_raw(err, ERR_PIN_EXPIRED, ORIGIN_PKCS11, 0xa3, t->label,
		    "C_Login");
	} else if (strcmp(secret_peek(pin), "7777") == 0 &&
	    !pin_is_last(&t->pin)) {
		t->pin.tries = 1;
		err_set(err, ERR_PIN_LAST, t->label, NULL);
	} else {
		t->pin.tries--;
		err_raw(err, t->pin.tries > 0 ? ERR_PIN_WRONG :
		    ERR_PIN_LOCKED, ORIGIN_PKCS11, t->pin.tries > 0 ? 0xa0 :
		    0xa4, t->label, "C_Login");
	}
	secret_free(pin);
	c->changed(c->arg);
	return err->code == ERR_NONE ? 0 : -1;
}

void
card_client_login(struct card_client *c, const char *reader,
    const struct token *t, struct secret *pin, card_answer_fn *answer,
    void *arg)
{
	struct card *card = c->world.cards[find(c, reader)];
	struct err err = ERR_INIT;

	(void)try_pin(c, &card->tokens[t - card->tokens], pin, &err);
	answer(&err, arg);
}

/* These cards are records: no key is behind them. */
void
card_client_sign(struct card_client *c, const char *reader,
    const struct token *t, const char *key, const struct card_digest *digest,
    struct secret *pin, card_signed_fn *answer, void *arg)
{
	const struct card_signature none = { .len = 0 };
	struct err err = ERR_INIT;

	(void)t, (void)key, (void)digest;
	if (try_pin(c, c->world.cards[find(c, reader)]->tokens, pin,
	    &err) == 0)
		(void)err_set(&err, ERR_CARD_KEY, reader, NULL);
	answer(&err, &none, arg);
}

/* Nor is anything written to them. */
void
card_client_change(struct card_client *c, const char *reader,
    const struct token *t, const struct card_change *change,
    struct secret *pin, card_change_fn *answer, void *arg)
{
	const struct card_changed none = { .der.len = 0 };
	struct err err = ERR_INIT;

	(void)t, (void)change;
	if (pin == NULL || try_pin(c, c->world.cards[find(c, reader)]->tokens,
	    pin, &err) == 0)
		(void)err_set(&err, ERR_CARD_READ_ONLY, reader, NULL);
	answer(&err, &none, arg);
}

void
card_client_restart_modules(struct card_client *c)
{
	forget_modules(c);
	c->changed(c->arg);
}

/*
 * The leak checker cannot stand strace, and the launcher brings no environment
 * that could tell it so; whoever starts us without one has it as it was asked for.
 */
const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}

int
main(int argc, char **argv)
{
	struct conf conf;
	struct authorities authorities = { 0 };
	struct setup setup = { .conf = &conf, .authorities = &authorities };
	struct err err = ERR_INIT;
	char what[512], next[512];
	bool over = false;
	int rc;

	i18n_init(NULL);
	if (getenv("CANNED_LOADING") != NULL)
		hold_loading();
	if (mode_read(&setup.mode, &err) == -1)
		panic("%s", err.detail);
	if (conf_load(&conf, argc > 1 ? argv[1] : "/dev/null", NULL, &err) == -1)
		panic("%s", err.detail);
	if (authorities_load(&authorities, argc > 1 ? argv[1] : "/dev/null",
	    NULL, &err) == -1)
		panic("%s", err.detail);
	setup.login = setup_login(&conf, &err);
	setup.conf_path = argc > 1 ? argv[1] : "/dev/null";
	rc = app_run(&setup, &over, &err);
	if (rc == -1)
		fprintf(stderr, "%s\n%s\n",
		    err_sentence(&err, what, sizeof(what)),
		    err_next(&err, next, sizeof(next)));
	net_login_free(setup.login);
	authorities_clear(&authorities);
	conf_clear(&conf);
	return rc == -1 ? EXIT_USAGE : over ? EXIT_SESSION : EXIT_FINE;
}
