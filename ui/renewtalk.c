#include "config.h"

#include "ui/renewtalk.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "ui/words.h"

/* Under lock: all from attended on.  The rest does not change. */
struct renewtalk {
	struct loop		*loop;
	void			(*heard)(void *);
	void			*arg;
	struct renewal_people	 people;
	int			 news, answers;	/* eventfds, to loop and run */
	/* The run's own. */
	int64_t			 id;
	const atomic_bool	*cancel;

	pthread_mutex_t		 lock;
	int64_t			 attended;
	enum renewal_doing	 doing;
	int64_t			 since;
	struct renewing_question *posted;	/* not yet taken */
	unsigned		 asked;		/* number of the last question */
	unsigned		 open;		/* that waits for an answer; 0 */
	bool			 answered;
	int			 answer;
	struct secret		*pin;
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

void
renewtalk_question_free(struct renewing_question *q)
{
	if (q == NULL)
		return;
	free(q->reader);
	free(q->token.module);
	free(q->token.label);
	free(q->token.serial);
	free(q->subject);
	free(q);
}

/* --- the run's side -------------------------------------------------------------- */

/* Closes the question, whatever became of it; -1: refused or cancelled. */
static int
close_question(struct renewtalk *t, struct secret **pin)
{
	struct renewing_question *left;
	int answer = -1;

	pthread_mutex_lock(&t->lock);
	if (t->answered)
		answer = t->answer;
	if (pin != NULL) {
		*pin = t->pin;
		t->pin = NULL;
	}
	t->open = 0;
	t->answered = false;
	left = t->posted;
	t->posted = NULL;
	pthread_mutex_unlock(&t->lock);
	renewtalk_question_free(left);
	return answer;
}

/* Waits for the answer; the question is given away. */
static int
ask(struct renewtalk *t, struct renewing_question *q, struct secret **pin)
{
	struct pollfd fd = { .fd = t->answers, .events = POLLIN };
	bool attended, waits = true;

	hush(t->answers);
	pthread_mutex_lock(&t->lock);
	attended = t->id != 0 && t->attended == t->id;
	if (attended) {
		if (++t->asked == 0)
			t->asked = 1;
		q->number = t->open = t->asked;
		t->answered = false;
		t->posted = q;
	}
	pthread_mutex_unlock(&t->lock);
	if (!attended) {
		renewtalk_question_free(q);
		return -1;
	}
	ring(t->news);
	while (waits && !atomic_load(t->cancel)) {
		(void)poll(&fd, 1, -1);
		hush(t->answers);
		pthread_mutex_lock(&t->lock);
		waits = !t->answered;
		pthread_mutex_unlock(&t->lock);
	}
	return close_question(t, pin);
}

static struct renewing_question *
question_new(enum renewing_asks what, const struct card *card)
{
	struct renewing_question *q = mem_alloc(sizeof *q);

	q->what = what;
	q->reader = mem_strdup(card->reader);
	q->card = card->serial;
	return q;
}

static int
ask_pin(void *arg, enum renewal_pin what, const struct card *card,
    const struct token *token, const struct err *why, struct secret **pin,
    struct err *err)
{
	struct renewing_question *q = question_new(RENEWING_PIN, card);

	q->pin = what;
	q->token = (struct token){ .module = mem_strdup(token->module),
	    .label = mem_strdup(token->label),
	    .serial = mem_strdup(token->serial), .slot = token->slot,
	    .pin = token->pin };
	if (why != NULL)
		q->why = *why;
	*pin = NULL;
	return ask(arg, q, pin) == 1 ? 0 :
	    err_set(err, ERR_PIN_CANCELLED, token->label, NULL);
}

static int
ask_old(void *arg, const struct card *card, size_t old, bool warn)
{
	struct renewing_question *q = question_new(RENEWING_OLD, card);

	(void)old;
	q->warn = warn;
	return ask(arg, q, NULL);
}

static int
ask_request(void *arg, const struct card *card,
    const struct renewal_plan *plan, const struct cert *old)
{
	struct renewing_question *q = question_new(RENEWING_REQUEST, card);
	char name[1024];

	q->plan = *plan;
	q->subject = mem_strdup(words_subject(&old->subject, name,
	    sizeof name));
	return ask(arg, q, NULL) == 1;
}

static void
doing(void *arg, enum renewal_doing what)
{
	struct renewtalk *t = arg;

	pthread_mutex_lock(&t->lock);
	t->doing = what;
	t->since = clock_now();
	pthread_mutex_unlock(&t->lock);
	ring(t->news);
}

static void
changed(void *arg, int64_t id)
{
	struct renewtalk *t = arg;

	(void)id;
	ring(t->news);
}

const struct renewal_people *
renewtalk_people(struct renewtalk *t)
{
	return &t->people;
}

void
renewtalk_begin(struct renewtalk *t, int64_t id, const atomic_bool *cancel)
{
	t->id = id;
	t->cancel = cancel;
	doing(t, DOING_LOOK);
}

void
renewtalk_end(struct renewtalk *t)
{
	t->id = 0;
	t->cancel = NULL;
}

/* --- the loop's side ------------------------------------------------------------------ */

static void
take_news(int fd, short revents, void *arg)
{
	struct renewtalk *t = arg;

	(void)revents;
	hush(fd);
	t->heard(t->arg);
}

void
renewtalk_take(struct renewtalk *t, struct renewtalk_news *n)
{
	pthread_mutex_lock(&t->lock);
	n->doing = t->doing;
	n->since = t->since;
	n->question = t->posted;
	t->posted = NULL;
	pthread_mutex_unlock(&t->lock);
}

void
renewtalk_attend(struct renewtalk *t, int64_t id)
{
	pthread_mutex_lock(&t->lock);
	t->attended = id;
	pthread_mutex_unlock(&t->lock);
}

bool
renewtalk_answer(struct renewtalk *t, unsigned question, int answer,
    struct secret *pin)
{
	bool open;

	pthread_mutex_lock(&t->lock);
	open = question != 0 && t->open == question && !t->answered;
	if (open) {
		t->answered = true;
		t->answer = answer;
		t->pin = pin;
	}
	pthread_mutex_unlock(&t->lock);
	if (open)
		ring(t->answers);
	else
		secret_free(pin);
	return open;
}

void
renewtalk_shake(struct renewtalk *t)
{
	ring(t->answers);
}

struct renewtalk *
renewtalk_new(struct loop *loop, void (*heard)(void *), void *arg)
{
	struct renewtalk *t = mem_alloc(sizeof *t);

	t->loop = loop;
	t->heard = heard;
	t->arg = arg;
	t->people = (struct renewal_people){ .ask_pin = ask_pin,
	    .ask_old = ask_old, .ask_request = ask_request, .doing = doing,
	    .changed = changed, .arg = t };
	t->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	t->answers = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (t->news == -1 || t->answers == -1)
		panic("okienko: eventfd: %s", strerror(errno));
	pthread_mutex_init(&t->lock, NULL);
	loop_fd(loop, t->news, POLLIN, take_news, t);
	return t;
}

void
renewtalk_free(struct renewtalk *t)
{
	if (t == NULL)
		return;
	loop_fd_remove(t->loop, t->news);
	close(t->news);
	close(t->answers);
	renewtalk_question_free(t->posted);
	secret_free(t->pin);
	pthread_mutex_destroy(&t->lock);
	free(t);
}
