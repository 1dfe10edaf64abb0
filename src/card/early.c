#include "config.h"

#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "card/early.h"
#include "card/reading.h"
#include "card/record.h"

#define EVENTS_SIZE	(16 * (sizeof(struct inotify_event) + NAME_MAX + 1))

struct early {
	pthread_t	 thread;
	int		 notify, stop;	/* inotify, eventfd */
	char		*cache;
	char		*set;		/* "SERIAL_LASTUPDATE_", of the first file */
	struct card	*card;
	token_report_fn	*report;
	void		*arg;
};

/*
 * Is this file of the card whose files came first?  Another card's, put into
 * another reader meanwhile, must not show up under this one.
 */
static bool
is_ours(struct early *e, const char *name)
{
	const char *last = strrchr(name, '_');

	if (last == NULL)
		return false;
	if (e->set == NULL)
		e->set = mem_strndup(name, (size_t)(last + 1 - name));
	return strncmp(name, e->set, strlen(e->set)) == 0;
}

static void
take_file(struct early *e, const char *name)
{
	struct err ignored = ERR_INIT;
	size_t before = e->card->ncerts;
	struct buf b;
	char *path;

	if (!is_ours(e, name))
		return;
	path = mem_printf("%s/%s", e->cache, name);
	buf_init(&b, CERT_DER_MAX);
	if (file_read(path, name, &b, &ignored) == 0)
		reading_whole_cert(e->card, b.data, b.len);
	buf_clear(&b);
	free(path);
	if (e->card->ncerts > before)
		e->report(e->card, e->arg);
}

static void
take_events(struct early *e)
{
	_Alignas(struct inotify_event) char buf[EVENTS_SIZE];
	ssize_t n = read(e->notify, buf, sizeof(buf));

	for (ssize_t at = 0; at < n; ) {
		const struct inotify_event *ev = (const void *)(buf + at);

		if (ev->len > 0)
			take_file(e, ev->name);
		at += (ssize_t)(sizeof(*ev) + ev->len);
	}
}

static void *
watch(void *arg)
{
	struct early *e = arg;
	struct pollfd p[] = {
		{ e->stop, POLLIN, 0 }, { e->notify, POLLIN, 0 }
	};

	for (;;) {
		if (poll(p, 2, -1) == -1 && errno != EINTR)
			break;
		if (p[0].revents != 0)
			break;
		if (p[1].revents != 0)
			take_events(e);
	}
	return NULL;
}

static void
early_free(struct early *e)
{
	if (e->notify != -1)
		(void)close(e->notify);
	if (e->stop != -1)
		(void)close(e->stop);
	card_free(e->card);
	free(e->cache);
	free(e->set);
	free(e);
}

struct early *
early_start(const char *cache, const struct card *like,
    token_report_fn *report, void *arg)
{
	struct early *e;

	if (cache == NULL)
		return NULL;
	e = mem_alloc(sizeof(*e));
	e->cache = mem_strdup(cache);
	e->card = card_new(like->reader);
	e->card->state = CARD_READING;
	memcpy(e->card->atr, like->atr, sizeof(e->card->atr));
	e->card->atr_len = like->atr_len;
	e->report = report;
	e->arg = arg;
	e->stop = eventfd(0, EFD_CLOEXEC);
	e->notify = inotify_init1(IN_CLOEXEC);
	if (e->stop == -1 || e->notify == -1 || inotify_add_watch(e->notify,
	    cache, IN_CLOSE_WRITE | IN_MOVED_TO) == -1 ||
	    pthread_create(&e->thread, NULL, watch, e) != 0) {
		log_debug("no early certificates: %s", strerror(errno));
		early_free(e);
		return NULL;
	}
	return e;
}

void
early_stop(struct early *e)
{
	const uint64_t one = 1;

	if (e == NULL)
		return;
	while (write(e->stop, &one, sizeof(one)) == -1 && errno == EINTR)
		;
	(void)pthread_join(e->thread, NULL);
	early_free(e);
}
