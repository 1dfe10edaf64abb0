#include "config.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "revocation/officer_card.h"

enum stage {
	UNASKED,
	ASKED,		/* by the worker: the loop is to take it */
	TAKEN,		/* by the loop: the card is at it */
	ANSWERED,
	GIVEN_UP	/* nobody waits any more */
};

/*
 * Under lock: stage, what is asked, what is answered.  The rest is the loop's,
 * but for the descriptors and what the signer goes by, which do not change while
 * it runs.
 */
struct officer_card {
	struct loop		*loop;
	struct card_client	*client;
	char			*reader;
	struct token		 token;		/* module, slot, serial */
	struct secret		*pin;
	unsigned		 owners;	/* the sending, and the card's answer */
	struct officer_signer	 signer;
	const atomic_bool	*cancel;
	int64_t			 deadline_ms;
	int			 asks, answers;	/* eventfds, to loop and worker */
	pthread_mutex_t		 lock;
	enum stage		 stage;
	uint8_t			 cert[32];
	struct card_digest	 digest;
	struct card_signature	 signature;
	struct err		 err;
};

static void
ring(int fd)
{
	uint64_t one = 1;

	/* A full counter is as good a wake-up as any. */
	while (write(fd, &one, sizeof one) == -1 && errno == EINTR)
		;
}

static void
hush(int fd)
{
	uint64_t count;

	while (read(fd, &count, sizeof count) == -1 && errno == EINTR)
		;
}

/* From one stage to the next, unless somebody was there before. */
static bool
move(struct officer_card *c, enum stage from, enum stage to)
{
	bool moved;

	pthread_mutex_lock(&c->lock);
	moved = c->stage == from;
	if (moved)
		c->stage = to;
	pthread_mutex_unlock(&c->lock);
	return moved;
}

/* --- the worker's side ------------------------------------------------------- */

static int
collect(struct officer_card *c, struct card_signature *out, struct err *err)
{
	int rc = 0;

	pthread_mutex_lock(&c->lock);
	if (c->err.code == ERR_NONE)
		*out = c->signature;
	else {
		*err = c->err;
		rc = -1;
	}
	pthread_mutex_unlock(&c->lock);
	return rc;
}

/* Whoever comes last, loop or worker, sees what the other has done. */
static bool
give_up(struct officer_card *c)
{
	bool gave;

	pthread_mutex_lock(&c->lock);
	gave = c->stage != ANSWERED;
	if (gave)
		c->stage = GIVEN_UP;
	pthread_mutex_unlock(&c->lock);
	return gave;
}

static bool
answered(struct officer_card *c)
{
	bool done;

	pthread_mutex_lock(&c->lock);
	done = c->stage == ANSWERED;
	pthread_mutex_unlock(&c->lock);
	return done;
}

static int
wait_for_card(struct officer_card *c, struct err *err)
{
	int64_t until = clock_mono_ms() + c->deadline_ms, left;
	struct pollfd p = { .fd = c->answers, .events = POLLIN };

	while (!answered(c)) {
		left = until - clock_mono_ms();
		if (c->cancel != NULL && atomic_load(c->cancel)) {
			if (give_up(c))
				return err_set(err, ERR_CANCELLED, c->reader,
				    NULL);
		} else if (left <= 0) {
			if (give_up(c))
				return err_set(err, ERR_TIMEOUT, c->reader,
				    "no signature");
		} else if (poll(&p, 1, (int)left) == 1)
			hush(c->answers);
	}
	return 0;
}

static int
sign(void *arg, const uint8_t cert[32], const struct card_digest *digest,
    struct card_signature *out, struct err *err)
{
	struct officer_card *c = arg;
	bool first;

	pthread_mutex_lock(&c->lock);
	first = c->stage == UNASKED;
	if (first) {
		memcpy(c->cert, cert, sizeof c->cert);
		c->digest = *digest;
		c->stage = ASKED;
	}
	pthread_mutex_unlock(&c->lock);
	if (!first)
		return err_set(err, ERR_OFFICER_CARD, c->reader,
		    "the PIN has been used");
	ring(c->asks);
	if (wait_for_card(c, err) == -1)
		return -1;
	return collect(c, out, err);
}

/* --- the loop's --------------------------------------------------------------- */

static void
let_go(struct officer_card *c)
{
	if (--c->owners != 0)
		return;
	secret_free(c->pin);
	free(c->token.module);
	free(c->token.serial);
	free(c->reader);
	close(c->asks);
	close(c->answers);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

static void
answer(const struct err *err, const struct card_signature *signature,
    void *arg)
{
	struct officer_card *c = arg;

	pthread_mutex_lock(&c->lock);
	if (c->stage == TAKEN) {
		c->err = *err;
		c->signature = *signature;
		c->stage = ANSWERED;
	}
	pthread_mutex_unlock(&c->lock);
	ring(c->answers);
	let_go(c);
}

static bool
on_token(const struct officer_card *c, const struct card *card,
    const struct card_cert *cert)
{
	for (size_t i = 0; i < card->ntokens; i++) {
		const struct token *t = &card->tokens[i];

		if ((cert->tokens & 1u << i) != 0 &&
		    t->slot == c->token.slot &&
		    strcmp(t->module, c->token.module) == 0 &&
		    strcmp(t->serial, c->token.serial) == 0)
			return true;
	}
	return false;
}

/* By the certificate, on the token that the PIN was typed for; NULL: not there. */
static const char *
key_id(const struct officer_card *c)
{
	const struct card_world *w = card_client_world(c->client);

	for (size_t i = 0; i < w->ncards; i++) {
		const struct card *card = w->cards[i];

		if (strcmp(card->reader, c->reader) != 0)
			continue;
		for (size_t k = 0; k < card->ncerts; k++)
			if (memcmp(card->certs[k].sha256, c->cert,
			    sizeof c->cert) == 0 &&
			    on_token(c, card, &card->certs[k]))
				return card->certs[k].id;
	}
	return NULL;
}

static void
take(int fd, short revents, void *arg)
{
	static const struct card_signature none = { .len = 0 };
	struct officer_card *c = arg;
	struct secret *pin = c->pin;
	struct err err = ERR_INIT;
	const char *key;

	(void)revents;
	hush(fd);
	if (!move(c, ASKED, TAKEN))
		return;
	c->pin = NULL;
	c->owners++;
	if ((key = key_id(c)) != NULL) {
		card_client_sign(c->client, c->reader, &c->token, key,
		    &c->digest, pin, answer, c);
		return;
	}
	secret_free(pin);
	(void)err_set(&err, ERR_OFFICER_CARD, c->reader,
	    "the certificate is not on that card");
	answer(&err, &none, c);
}

struct officer_card *
officer_card_new(struct loop *loop, struct card_client *client,
    const char *reader, const struct token *token, struct secret *pin)
{
	struct officer_card *c = mem_alloc(sizeof *c);

	c->loop = loop;
	c->client = client;
	c->reader = mem_strdup(reader);
	c->token.module = mem_strdup(token->module);
	c->token.slot = token->slot;
	c->token.serial = mem_strdup(token->serial);
	c->pin = pin;
	c->owners = 1;
	c->asks = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	c->answers = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c->asks == -1 || c->answers == -1)
		panic("okienko: eventfd: %s", strerror(errno));
	pthread_mutex_init(&c->lock, NULL);
	loop_fd(loop, c->asks, POLLIN, take, c);
	return c;
}

void
officer_card_free(struct officer_card *c)
{
	if (c == NULL)
		return;
	loop_fd_remove(c->loop, c->asks);
	secret_free(c->pin);
	c->pin = NULL;
	let_go(c);
}

struct officer_signer *
officer_card_signer(struct officer_card *c, const atomic_bool *cancel,
    int64_t deadline_ms)
{
	c->signer = (struct officer_signer){ .sign = sign, .arg = c };
	c->cancel = cancel;
	c->deadline_ms = deadline_ms;
	return &c->signer;
}

void
officer_card_shake(struct officer_card *c)
{
	ring(c->answers);
}

const struct card *
officer_card_find(const struct card_world *w, const uint8_t cert[32],
    const struct token **token)
{
	for (size_t i = 0; i < w->ncards; i++) {
		const struct card *card = w->cards[i];

		for (size_t j = 0; j < card->ncerts; j++) {
			const struct card_cert *c = &card->certs[j];

			if (memcmp(c->sha256, cert, sizeof c->sha256) != 0 ||
			    c->key == KEY_MISSING || c->tokens == 0)
				continue;
			*token = &card->tokens[__builtin_ctz(c->tokens)];
			return card;
		}
	}
	return NULL;
}
