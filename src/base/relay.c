#include "config.h"

#include "base/relay.h"

#include <sys/eventfd.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

struct relay {
	struct loop		*loop;
	relay_fn		*fn;
	void			*arg;
	int			 fd;		/* eventfd: there is something */
	pthread_mutex_t		 lock;		/* of what follows */
	struct relay_item	*first, **last;
};

void
relay_put(struct relay *r, struct relay_item *item)
{
	const uint64_t one = 1;

	item->next = NULL;
	pthread_mutex_lock(&r->lock);
	*r->last = item;
	r->last = &item->next;
	pthread_mutex_unlock(&r->lock);
	/* It can fail only where so many wait that the loop is awake anyway. */
	if (write(r->fd, &one, sizeof one) == -1 && errno != EAGAIN)
		panic("okienko: eventfd: %s", strerror(errno));
}

static struct relay_item *
take_all(struct relay *r)
{
	struct relay_item *first;

	pthread_mutex_lock(&r->lock);
	first = r->first;
	r->first = NULL;
	r->last = &r->first;
	pthread_mutex_unlock(&r->lock);
	return first;
}

void
relay_take(struct relay *r)
{
	struct relay_item *next;

	for (struct relay_item *i = take_all(r); i != NULL; i = next) {
		next = i->next;
		r->fn(i, r->arg);
		free(i);
	}
}

static void
on_news(int fd, short revents, void *arg)
{
	uint64_t n;

	(void)revents;
	if (read(fd, &n, sizeof n) == sizeof n)
		relay_take(arg);
}

struct relay *
relay_new(struct loop *loop, relay_fn *fn, void *arg)
{
	struct relay *r = mem_alloc(sizeof *r);

	r->loop = loop;
	r->fn = fn;
	r->arg = arg;
	r->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (r->fd == -1)
		panic("okienko: eventfd: %s", strerror(errno));
	pthread_mutex_init(&r->lock, NULL);
	r->last = &r->first;
	loop_fd(loop, r->fd, POLLIN, on_news, r);
	return r;
}

void
relay_free(struct relay *r)
{
	struct relay_item *next;

	if (r == NULL)
		return;
	loop_fd_remove(r->loop, r->fd);
	close(r->fd);
	for (struct relay_item *i = take_all(r); i != NULL; i = next) {
		next = i->next;
		free(i);
	}
	pthread_mutex_destroy(&r->lock);
	free(r);
}
