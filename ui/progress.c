#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "ui/progress.h"
#include "ui/recwords.h"

#define WIPE	"\r\033[K"

void
progress_init(struct progress *p, struct out *out, bool wanted)
{
	memset(p, 0, sizeof *p);
	p->out = out;
	p->on = wanted && isatty(STDERR_FILENO);
	p->began = clock_mono_ms();
	pthread_mutex_init(&p->lock, NULL);
}

void
progress_set(struct progress *p, int64_t done, int64_t total, int64_t records)
{
	pthread_mutex_lock(&p->lock);
	p->done = done;
	p->total = total;
	p->records = records;
	pthread_mutex_unlock(&p->lock);
}

static void
wipe(struct progress *p)
{
	if (p->shown)
		out_raw(p->out, WIPE, strlen(WIPE));
	p->shown = false;
}

/* "12 408, 40 000 a second, 37 %, 12 s left" */
static void
words(const struct progress *p, char *buf, size_t size)
{
	int64_t ms = clock_mono_ms() - p->began + 1;
	char n[32], rate[32];
	size_t len;

	snprintf(buf, size, _("%s, %s a second"),
	    recwords_count(p->records, n, sizeof n),
	    recwords_count(p->records * 1000 / ms, rate, sizeof rate));
	if (p->total <= 0 || p->done <= 0 || p->done > p->total)
		return;
	len = strlen(buf);
	snprintf(buf + len, size - len, _(", %lld %%, %lld s left"),
	    (long long)(p->done * 100 / p->total),
	    (long long)((double)ms / (double)p->done *
	    (double)(p->total - p->done) / 1000));
}

void
progress_show(struct progress *p)
{
	char text[256];

	if (!p->on)
		return;
	pthread_mutex_lock(&p->lock);
	words(p, text, sizeof text);
	wipe(p);
	out_raw(p->out, text, strlen(text));
	out_flush(p->out);
	p->shown = true;
	pthread_mutex_unlock(&p->lock);
}

void
progress_pause(struct progress *p)
{
	pthread_mutex_lock(&p->lock);
	wipe(p);
}

void
progress_resume(struct progress *p)
{
	pthread_mutex_unlock(&p->lock);
}

void
progress_end(struct progress *p)
{
	progress_pause(p);
	out_flush(p->out);
	progress_resume(p);
	pthread_mutex_destroy(&p->lock);
}
