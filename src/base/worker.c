#include "config.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/worker.h"

/* Jobs in their order. */
struct jobs {
	struct job	*first, **last;
};

/* Under lock: the lists, running, quit, and of a job late and unseen. */
struct worker {
	struct loop	*loop;
	pthread_t	 thread;
	pthread_mutex_t	 lock;
	pthread_cond_t	 more, rest;	/* something waits; nothing runs */
	struct jobs	 waiting, finished;
	struct job	*running;
	bool		 quit;
	int		 wake;		/* eventfd: something is finished */
	unsigned	 timer;		/* for the deadline that comes first */
	unsigned	 last_id;
};

static void
jobs_init(struct jobs *l)
{
	l->first = NULL;
	l->last = &l->first;
}

static void
jobs_add(struct jobs *l, struct job *j)
{
	j->next = NULL;
	*l->last = j;
	l->last = &j->next;
}

/* The first job, or that of a number; NULL for none. */
static struct job *
jobs_take(struct jobs *l, unsigned id)
{
	struct job **at = &l->first, *j;

	while (*at != NULL && id != 0 && (*at)->id != id)
		at = &(*at)->next;
	if ((j = *at) == NULL)
		return NULL;
	*at = j->next;
	if (*at == NULL)
		l->last = at;
	return j;
}

/* --- the thread ---------------------------------------------------------- */

static void
tell(struct worker *w)
{
	uint64_t one = 1;

	/* A full counter is as good a wake-up as any. */
	while (write(w->wake, &one, sizeof one) == -1 && errno == EINTR)
		;
}

static void *
work(void *arg)
{
	struct worker *w = arg;
	struct job *j;

	pthread_mutex_lock(&w->lock);
	while (!w->quit) {
		if ((j = jobs_take(&w->waiting, 0)) == NULL) {
			pthread_cond_wait(&w->more, &w->lock);
			continue;
		}
		w->running = j;
		if (!j->late) {
			pthread_mutex_unlock(&w->lock);
			j->run(j);
			pthread_mutex_lock(&w->lock);
		}
		w->running = NULL;
		pthread_cond_signal(&w->rest);
		jobs_add(&w->finished, j);
		tell(w);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* --- deadlines ----------------------------------------------------------- */

/* With the lock held, and while it runs. */
static void
stop(struct job *j)
{
	atomic_store(&j->cancel, true);
	if (j->stop != NULL)
		j->stop(j);
}

static bool
overdue(const struct job *j, int64_t now)
{
	return j != NULL && !j->late && j->due != 0 && j->due <= now;
}

static void
earlier(const struct job *j, int64_t *due)
{
	if (j != NULL && !j->late && j->due != 0 && (*due == 0 || j->due < *due))
		*due = j->due;
}

static void	 arm(struct worker *);

static void
look_at_deadlines(void *arg)
{
	struct worker *w = arg;
	int64_t now = clock_mono_ms();

	w->timer = 0;
	pthread_mutex_lock(&w->lock);
	for (struct job *j = w->waiting.first; j != NULL; j = j->next)
		j->late = j->late || overdue(j, now);
	if (overdue(w->running, now)) {
		w->running->late = true;
		stop(w->running);
	}
	pthread_mutex_unlock(&w->lock);
	arm(w);
}

static void
arm(struct worker *w)
{
	int64_t due = 0, now = clock_mono_ms();

	pthread_mutex_lock(&w->lock);
	for (const struct job *j = w->waiting.first; j != NULL; j = j->next)
		earlier(j, &due);
	earlier(w->running, &due);
	pthread_mutex_unlock(&w->lock);
	loop_timer_cancel(w->loop, w->timer);
	w->timer = due == 0 ? 0 : loop_timer(w->loop,
	    due > now ? due - now : 0, look_at_deadlines, w);
}

/* --- the loop's side ----------------------------------------------------- */

/* One at a time: what a done does may cancel those behind it. */
static void
take_finished(int fd, short revents, void *arg)
{
	struct worker *w = arg;
	struct job *j;
	uint64_t count;

	(void)revents;
	while (read(fd, &count, sizeof count) == -1 && errno == EINTR)
		;
	for (;;) {
		pthread_mutex_lock(&w->lock);
		j = jobs_take(&w->finished, 0);
		pthread_mutex_unlock(&w->lock);
		if (j == NULL)
			break;
		if (!j->unseen && j->done != NULL)
			j->done(j);
		j->free(j);
	}
	arm(w);
}

struct worker *
worker_new(struct loop *loop)
{
	struct worker *w = mem_alloc(sizeof *w);
	pthread_condattr_t attr;
	sigset_t all, before;
	int rc;

	w->loop = loop;
	jobs_init(&w->waiting);
	jobs_init(&w->finished);
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->more, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&w->rest, &attr);
	pthread_condattr_destroy(&attr);
	w->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (w->wake == -1)
		panic("okienko: eventfd: %s", strerror(errno));
	loop_fd(loop, w->wake, POLLIN, take_finished, w);
	/* Signals are the loop's: they come through its signalfd. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&w->thread, NULL, work, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc != 0)
		panic("okienko: no thread: %s", strerror(rc));
	return w;
}

static void
drop_all(struct jobs *l)
{
	struct job *j;

	while ((j = jobs_take(l, 0)) != NULL)
		j->free(j);
}

/* With the lock held: those that may be left undone, taken out of the queue. */
static void
take_chores(struct worker *w, struct jobs *out)
{
	struct jobs all = w->waiting;
	struct job *next;

	if (all.first == NULL)
		return;
	jobs_init(&w->waiting);
	for (struct job *j = all.first; j != NULL; j = next) {
		next = j->next;
		jobs_add(j->chore ? out : &w->waiting, j);
	}
}

bool
worker_finish(struct worker *w, int64_t ms)
{
	struct jobs chores;
	struct timespec until;
	bool all;
	int rc = 0;

	jobs_init(&chores);
	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&w->lock);
	take_chores(w, &chores);
	if (w->running != NULL && w->running->chore)
		stop(w->running);
	while (rc == 0 && (w->waiting.first != NULL || w->running != NULL))
		rc = pthread_cond_timedwait(&w->rest, &w->lock, &until);
	all = w->waiting.first == NULL && w->running == NULL;
	pthread_mutex_unlock(&w->lock);
	drop_all(&chores);
	return all;
}

void
worker_free(struct worker *w)
{
	if (w == NULL)
		return;
	pthread_mutex_lock(&w->lock);
	w->quit = true;
	if (w->running != NULL)
		stop(w->running);
	pthread_cond_signal(&w->more);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	loop_fd_remove(w->loop, w->wake);
	loop_timer_cancel(w->loop, w->timer);
	close(w->wake);
	drop_all(&w->finished);
	drop_all(&w->waiting);
	pthread_cond_destroy(&w->rest);
	pthread_cond_destroy(&w->more);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

unsigned
worker_post(struct worker *w, struct job *j)
{
	unsigned id;

	if (++w->last_id == 0)
		w->last_id = 1;
	id = j->id = w->last_id;
	j->due = j->deadline_ms > 0 ? clock_mono_ms() + j->deadline_ms : 0;
	pthread_mutex_lock(&w->lock);
	jobs_add(&w->waiting, j);
	pthread_cond_signal(&w->more);
	pthread_mutex_unlock(&w->lock);
	arm(w);
	return id;
}

void
worker_cancel(struct worker *w, unsigned id)
{
	struct job *j;

	if (id == 0)
		return;
	pthread_mutex_lock(&w->lock);
	j = jobs_take(&w->waiting, id);
	if (j == NULL)
		j = jobs_take(&w->finished, id);
	if (j == NULL && w->running != NULL && w->running->id == id) {
		w->running->unseen = true;
		stop(w->running);
	}
	pthread_mutex_unlock(&w->lock);
	if (j != NULL)
		j->free(j);
}
