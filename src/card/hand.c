#include "config.h"

#include <sys/eventfd.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "card/hand.h"
#include "card/proto.h"

enum ask_kind { ASK_LOOK, ASK_KEY, ASK_SIGN, ASK_CHANGE };

/*
 * One question.  The worker's until it is posted, and again once it is done; the
 * loop's between the two.  Given up, it is the loop's for good, unless that has
 * not taken it yet.
 */
struct ask {
	struct card_hand	*hand;
	enum ask_kind		 kind;
	char			*reader;
	struct token		 token;		/* module, slot, serial */
	struct secret		*pin;
	char			*key;		/* sign; the answer to key */
	uint8_t			 cert[32];	/* key */
	struct card_digest	 digest;
	struct card_change	 change;	/* its der is: */
	struct buf		 der;
	/* The answer. */
	struct err		 err;
	struct card_signature	 signature;
	struct card_changed	 changed;
	json_t			*card;		/* look: NULL where there is none */
	/* Under the hand's lock. */
	bool			 done, given_up;
};

/*
 * owners is the loop's alone: whoever made it, and each answer that is still to
 * come.  posted is under lock; the rest does not change while a thread works.
 */
struct card_hand {
	struct loop		*loop;
	struct card_client	*client;
	const atomic_bool	*cancel;
	int64_t			 patience_ms;	/* below 0: for ever */
	unsigned		 owners;
	atomic_bool		 news;
	int			 asks, answers;	/* eventfds, to loop and worker */
	pthread_mutex_t		 lock;
	struct ask		*posted;
};

static void
ring(int fd)
{
	uint64_t one = 1;

	/* A full counter is as good a wake-up as any. */
	while (write(fd, &one, sizeof(one)) == -1 && errno == EINTR)
		;
}

static void
hush(int fd)
{
	uint64_t count;

	while (read(fd, &count, sizeof(count)) == -1 && errno == EINTR)
		;
}

static struct ask *
ask_new(struct card_hand *h, enum ask_kind kind)
{
	struct ask *a = mem_alloc(sizeof(*a));

	a->hand = h;
	a->kind = kind;
	buf_init(&a->der, CERT_DER_MAX);
	buf_init(&a->changed.der, CERT_DER_MAX);
	return a;
}

static void
ask_free(struct ask *a)
{
	free(a->reader);
	free(a->token.module);
	free(a->token.serial);
	free(a->key);
	secret_free(a->pin);
	buf_clear(&a->der);
	card_changed_clear(&a->changed);
	json_decref(a->card);
	free(a);
}

/* --- the loop's side ------------------------------------------------------------ */

static void
let_go(struct card_hand *h)
{
	if (--h->owners != 0)
		return;
	(void)close(h->asks);
	(void)close(h->answers);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

/* The answer is in it: back to whoever waits, if he still does. */
static void
ask_done(struct ask *a)
{
	struct card_hand *h = a->hand;
	bool nobody;

	pthread_mutex_lock(&h->lock);
	nobody = a->given_up;
	a->done = true;
	pthread_mutex_unlock(&h->lock);
	if (nobody)
		ask_free(a);
	ring(h->answers);
	let_go(h);
}

static void
signed_it(const struct err *err, const struct card_signature *signature,
    void *arg)
{
	struct ask *a = arg;

	a->err = *err;
	a->signature = *signature;
	ask_done(a);
}

static void
changed_it(const struct err *err, const struct card_changed *changed, void *arg)
{
	struct ask *a = arg;

	a->err = *err;
	if (buf_add(&a->changed.der, changed->der.data, changed->der.len) == -1)
		(void)err_set(&a->err, ERR_TOO_BIG, a->reader, NULL);
	ask_done(a);
}

static bool
holds(const struct card *card, const char *serial, const char *module)
{
	for (size_t i = 0; i < card->ntokens; i++)
		if (strcmp(card->tokens[i].serial, serial) == 0 &&
		    (module == NULL ||
		    strcmp(card->tokens[i].module, module) == 0))
			return true;
	return false;
}

static void
look(struct ask *a)
{
	const struct card_world *w = card_client_world(a->hand->client);

	for (size_t i = 0; i < w->ncards && a->card == NULL; i++)
		if (holds(w->cards[i], a->token.serial, a->token.module))
			a->card = proto_card_to_json(w->cards[i]);
	ask_done(a);
}

static bool
is_on(const struct card *card, unsigned tokens, const struct token *want)
{
	for (size_t i = 0; i < card->ntokens; i++) {
		const struct token *t = &card->tokens[i];

		if ((tokens & 1u << i) != 0 && t->slot == want->slot &&
		    strcmp(t->module, want->module) == 0 &&
		    strcmp(t->serial, want->serial) == 0)
			return true;
	}
	return false;
}

static void
find_key(struct ask *a)
{
	const struct card_world *w = card_client_world(a->hand->client);

	for (size_t i = 0; i < w->ncards; i++) {
		const struct card *card = w->cards[i];

		if (strcmp(card->reader, a->reader) != 0)
			continue;
		for (size_t k = 0; k < card->ncerts && a->key == NULL; k++)
			if (memcmp(card->certs[k].sha256, a->cert,
			    sizeof(a->cert)) == 0 &&
			    is_on(card, card->certs[k].tokens, &a->token))
				a->key = mem_strdup(card->certs[k].id);
	}
	ask_done(a);
}

static void
take(int fd, short revents, void *arg)
{
	struct card_hand *h = arg;
	struct secret *pin;
	struct ask *a;

	(void)revents;
	hush(fd);
	pthread_mutex_lock(&h->lock);
	a = h->posted;
	h->posted = NULL;
	pthread_mutex_unlock(&h->lock);
	if (a == NULL)		/* given up before it was taken */
		return;
	h->owners++;
	pin = a->pin;
	a->pin = NULL;
	switch (a->kind) {
	case ASK_LOOK:
		look(a);
		break;
	case ASK_KEY:
		find_key(a);
		break;
	case ASK_SIGN:
		card_client_sign(h->client, a->reader, &a->token, a->key,
		    &a->digest, pin, signed_it, a);
		break;
	case ASK_CHANGE:
		card_client_change(h->client, a->reader, &a->token, &a->change,
		    pin, changed_it, a);
		break;
	}
}

struct card_hand *
card_hand_new(struct loop *loop, struct card_client *client,
    const atomic_bool *cancel)
{
	struct card_hand *h = mem_alloc(sizeof(*h));

	h->loop = loop;
	h->client = client;
	h->cancel = cancel;
	h->patience_ms = -1;
	h->owners = 1;
	h->asks = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	h->answers = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (h->asks == -1 || h->answers == -1)
		panic("okienko: eventfd: %s", strerror(errno));
	pthread_mutex_init(&h->lock, NULL);
	loop_fd(loop, h->asks, POLLIN, take, h);
	return h;
}

void
card_hand_free(struct card_hand *h)
{
	if (h == NULL)
		return;
	loop_fd_remove(h->loop, h->asks);
	let_go(h);
}

void
card_hand_patience(struct card_hand *h, int64_t ms)
{
	h->patience_ms = ms;
}

void
card_hand_news(struct card_hand *h)
{
	atomic_store(&h->news, true);
	ring(h->answers);
}

void
card_hand_shake(struct card_hand *h)
{
	ring(h->answers);
}

/* --- the worker's ------------------------------------------------------------------ */

static bool
is_done(struct ask *a)
{
	struct card_hand *h = a->hand;
	bool done;

	pthread_mutex_lock(&h->lock);
	done = a->done;
	pthread_mutex_unlock(&h->lock);
	return done;
}

/* False: it is done all the same.  Whoever comes last frees it. */
static bool
give_up(struct ask *a)
{
	struct card_hand *h = a->hand;
	bool ours, gave;

	pthread_mutex_lock(&h->lock);
	ours = h->posted == a;
	if (ours)
		h->posted = NULL;
	gave = !a->done;
	a->given_up = gave;
	pthread_mutex_unlock(&h->lock);
	if (ours)
		ask_free(a);
	return gave;
}

static bool
is_cancelled(const struct card_hand *h)
{
	return h->cancel != NULL && atomic_load(h->cancel);
}

/* Until something rings or so many ms have passed; below 0: for ever. */
static void
wait_ring(struct card_hand *h, int64_t ms)
{
	struct pollfd p = { .fd = h->answers, .events = POLLIN };

	if (poll(&p, 1, ms < 0 ? -1 : ms < INT_MAX ? (int)ms : INT_MAX) == 1)
		hush(h->answers);
}

/* The question answered, 0; or -1 and it is not ours any more. */
static int
ask_run(struct ask *a, struct err *err)
{
	struct card_hand *h = a->hand;
	int64_t until = h->patience_ms >= 0 ?
	    clock_mono_ms() + h->patience_ms : INT64_MAX;

	pthread_mutex_lock(&h->lock);
	h->posted = a;
	pthread_mutex_unlock(&h->lock);
	ring(h->asks);
	while (!is_done(a)) {
		int64_t left = until - clock_mono_ms();
		bool cancelled = is_cancelled(h);

		if (cancelled || left <= 0) {
			if (give_up(a))
				return err_set(err, cancelled ? ERR_CANCELLED :
				    ERR_TIMEOUT, "okienko-card", NULL);
		} else
			wait_ring(h, until == INT64_MAX ? -1 : left);
	}
	return 0;
}

/* The first cause stays. */
static int
pass_on(struct err *err, const struct err *why)
{
	if (err->code == ERR_NONE)
		*err = *why;
	return -1;
}

/* --- asking: a card ------------------------------------------------------------------ */

/* One look: 1 when it is there and read, 0 when not, -1. */
static int
look_once(struct card_hand *h, const char *serial, const char *module,
    struct card **out, struct err *why, struct err *err)
{
	struct ask *a = ask_new(h, ASK_LOOK);
	int rc = 0;

	err_clear(why);
	a->token.serial = mem_strdup(serial);
	a->token.module = module != NULL ? mem_strdup(module) : NULL;
	if (ask_run(a, err) == -1)
		return -1;
	*out = a->card != NULL ? proto_card_from_json(a->card, err) : NULL;
	if (a->card == NULL)
		(void)err_set(why, ERR_CARD_REMOVED, "", "no such token");
	else if (*out == NULL)
		rc = -1;
	else if ((*out)->state == CARD_READY)
		rc = 1;
	else if ((*out)->state == CARD_FAILED)
		*why = (*out)->err;
	else
		(void)err_set(why, ERR_TIMEOUT, (*out)->reader, "being read");
	ask_free(a);
	if (rc != 1) {
		card_free(*out);
		*out = NULL;
	}
	return rc;
}

/* The tokens that a certificate is on, a bit each; 0: none, or none is named. */
static unsigned
tokens_with(const struct card *card, const uint8_t *sha256)
{
	for (size_t i = 0; sha256 != NULL && i < card->ncerts; i++)
		if (memcmp(card->certs[i].sha256, sha256,
		    sizeof card->certs[i].sha256) == 0)
			return card->certs[i].tokens;
	return 0;
}

static size_t
token_index(const struct card *card, const char *serial, const char *module,
    const uint8_t *cert)
{
	unsigned with = tokens_with(card, cert);
	size_t first = card->ntokens;

	for (size_t i = 0; i < card->ntokens; i++) {
		if (strcmp(card->tokens[i].serial, serial) != 0 ||
		    (module != NULL &&
		    strcmp(card->tokens[i].module, module) != 0))
			continue;
		if ((with & 1U << i) != 0)
			return i;
		if (first == card->ntokens)
			first = i;
	}
	return first < card->ntokens ? first : card->ntokens - 1;
}

int
card_hand_card(struct card_hand *h, const char *serial, const char *module,
    const uint8_t cert[32], int64_t ms, struct card **card, size_t *token,
    struct err *err)
{
	int64_t until = clock_mono_ms() + ms, left;
	struct err why = ERR_INIT;
	int rc;

	*card = NULL;
	for (;;) {
		/* What changes from here on is worth another look. */
		atomic_store(&h->news, false);
		rc = look_once(h, serial, module, card, &why, err);
		if (rc != 0)
			break;
		while ((left = until - clock_mono_ms()) > 0 &&
		    !is_cancelled(h) && !atomic_load(&h->news))
			wait_ring(h, left);
		if (is_cancelled(h))
			return err_set(err, ERR_CANCELLED, "okienko-card",
			    NULL);
		if (left <= 0)
			return pass_on(err, &why);
	}
	if (rc == 1)
		*token = token_index(*card, serial, module, cert);
	return rc == 1 ? 0 : -1;
}

/* --- asking: of a card ----------------------------------------------------------------- */

static struct ask *
ask_token(struct card_hand *h, enum ask_kind kind, const char *reader,
    const struct token *t, const struct secret *pin)
{
	struct ask *a = ask_new(h, kind);

	a->reader = mem_strdup(reader);
	a->token.module = mem_strdup(t->module);
	a->token.serial = mem_strdup(t->serial);
	a->token.slot = t->slot;
	a->token.pin = t->pin;
	if (pin != NULL) {
		a->pin = secret_new();
		(void)secret_add(a->pin, secret_peek(pin), secret_len(pin));
	}
	return a;
}

static int
answer_err(const struct ask *a, struct err *err)
{
	return a->err.code == ERR_NONE ? 0 : pass_on(err, &a->err);
}

int
card_hand_key(struct card_hand *h, const struct card *card,
    const struct token *t, const uint8_t cert[32], char **key,
    struct err *err)
{
	struct ask *a = ask_token(h, ASK_KEY, card->reader, t, NULL);

	*key = NULL;
	memcpy(a->cert, cert, sizeof(a->cert));
	if (ask_run(a, err) == -1)
		return -1;
	*key = a->key;
	a->key = NULL;
	ask_free(a);
	return *key != NULL ? 0 : err_set(err, ERR_CARD_KEY, card->reader,
	    "no such certificate");
}

int
card_hand_change(struct card_hand *h, const struct card *card,
    const struct token *t, const struct card_change *change,
    const struct secret *pin, struct card_changed *out, struct err *err)
{
	struct ask *a = ask_token(h, ASK_CHANGE, card->reader, t, pin);
	int rc;

	buf_init(&out->der, CERT_DER_MAX);
	a->change = *change;
	if (buf_add(&a->der, change->der.p, change->der.len) == -1) {
		ask_free(a);
		return err_set(err, ERR_TOO_BIG, card->reader, NULL);
	}
	a->change.der = span_of(a->der.data, a->der.len);
	if (ask_run(a, err) == -1)
		return -1;
	rc = answer_err(a, err);
	if (rc == 0) {
		*out = a->changed;
		buf_init(&a->changed.der, CERT_DER_MAX);
	}
	ask_free(a);
	return rc;
}

int
card_hand_sign(struct card_hand *h, const struct card *card,
    const struct token *t, const char *key, const struct card_digest *digest,
    const struct secret *pin, struct card_signature *out, struct err *err)
{
	struct ask *a = ask_token(h, ASK_SIGN, card->reader, t, pin);
	int rc;

	a->key = mem_strdup(key);
	a->digest = *digest;
	out->len = 0;
	if (ask_run(a, err) == -1)
		return -1;
	rc = answer_err(a, err);
	if (rc == 0)
		*out = a->signature;
	ask_free(a);
	return rc;
}
