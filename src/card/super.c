#include "config.h"

#include <sys/signalfd.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/paths.h"
#include "base/trust.h"
#include "card/model.h"
#include "card/modules.h"
#include "card/opensc.h"
#include "card/super.h"

/* How long module processes get to leave by themselves at the end. */
#define LEAVE_MS	400

/* Whatever happens then, this process does not outlive its desk by more. */
#define END_SECONDS	3

/* --- readers ------------------------------------------------------------ */

struct reader *
super_reader(struct super *s, const char *name)
{
	for (size_t i = 0; i < s->nreaders; i++)
		if (strcmp(s->readers[i]->card->reader, name) == 0)
			return s->readers[i];
	return NULL;
}

static void
reader_free(struct reader *r)
{
	struct super *s = r->super;

	for (size_t i = 0; i < s->nchildren; i++) {
		if (s->tasks[i].reader == r)
			s->tasks[i].reader = NULL;
		if (s->logins[i].reader == r)
			s->logins[i].reader = NULL;
	}
	for (size_t i = 0; i < REREADS_MAX; i++)
		if (s->rereads[i].reader == r)
			s->rereads[i].reader = NULL;
	read_forget(r);
	card_free(r->card);
	free(r);
}

/*
 * Whoever is served now did not put in a card that was there when we began: it
 * is somebody else's, and nothing is asked of it, not even what it is.
 */
static bool
was_left(struct reader *r, const struct pcsc_reader *p)
{
	r->empty = r->empty || !p->present;
	return r->super->fresh && p->present && !r->empty;
}

/* What an event says of a reader becomes its record, before any command. */
static void
reader_set(struct reader *r, const struct pcsc_reader *p)
{
	struct card *card;
	bool left = was_left(r, p);

	read_forget(r);
	card = r->card;
	card->state = CARD_ABSENT;
	r->seen = *p;
	r->readable = p->present && !p->mute && !p->exclusive && !left;
	if (left) {
		card->state = CARD_FAILED;
		(void)err_set(&card->err, ERR_CARD_LEFT, card->reader, NULL);
	} else if (p->present) {
		memcpy(card->atr, p->atr, sizeof(card->atr));
		card->atr_len = p->atr_len;
		model_clear(&card->model);
		(void)model_find(p->atr, p->atr_len, &card->model);
		card->state = r->readable ? CARD_READING : CARD_FAILED;
	}
	if (left)
		;	/* whatever else it is */
	else if (p->present && p->mute)
		(void)err_set(&card->err, ERR_CARD_MUTE, card->reader, NULL);
	else if (p->present && p->exclusive)
		(void)err_set(&card->err, ERR_CARD_BUSY, card->reader, NULL);
	read_start(r);
}

unsigned
super_reread(struct reader *r)
{
	const struct pcsc_reader seen = r->seen;

	reader_set(r, &seen);
	read_afresh(r);
	return r->round;
}

static void
reader_add(struct super *s, const struct pcsc_reader *p)
{
	struct reader *r = mem_alloc(sizeof(*r));

	r->super = s;
	r->card = card_new(p->name);
	s->readers[s->nreaders++] = r;
	r->card->serial = ++s->last_serial;
	reader_set(r, p);
}

/*
 * Being held by another program matters only while it kept us from reading:
 * module processes hold a card for moments themselves.
 */
static void
reader_see(struct reader *r, const struct pcsc_reader *p)
{
	/* What was in it has gone, or comes now; power alone is no turn. */
	r->empty = r->empty || r->seen.turns != p->turns;
	if (r->seen.round != p->round) {
		r->card->serial = ++r->super->last_serial;
		reader_set(r, p);
	} else if (!p->exclusive && r->card->err.code == ERR_CARD_BUSY)
		reader_set(r, p);
}

static bool
in_view(const struct pcsc_view *view, const char *name)
{
	for (size_t i = 0; i < view->n; i++)
		if (strcmp(view->readers[i].name, name) == 0)
			return true;
	return false;
}

static void
readers_see(struct super *s, const struct pcsc_view *view)
{
	for (size_t i = s->nreaders; i-- > 0; ) {
		struct reader *r = s->readers[i];

		if (in_view(view, r->card->reader))
			continue;
		desk_gone(s, r->card->reader, "");
		s->nreaders--;
		memmove(&s->readers[i], &s->readers[i + 1],
		    (s->nreaders - i) * sizeof(s->readers[0]));
		reader_free(r);
	}
	for (size_t i = 0; i < view->n; i++) {
		struct reader *r = super_reader(s, view->readers[i].name);

		if (r != NULL)
			reader_see(r, &view->readers[i]);
		else
			reader_add(s, &view->readers[i]);
	}
}

/*
 * The service is another than the modules know.  One that came back at once may
 * never have been seen to be gone.
 */
static bool
is_back(const struct super *s, const struct pcsc_view *view)
{
	return view->state == PCSC_UP && (s->pcsc == PCSC_GONE ||
	    (s->contexts != 0 && s->contexts != view->contexts));
}

static void
pcsc_news(int fd, short revents, void *arg)
{
	struct super *s = arg;
	struct pcsc_view view;
	bool back;

	(void)fd;
	(void)revents;
	pcsc_watch_take(s->watch, &view);
	back = is_back(s, &view);
	if (s->pcsc != view.state || s->pcsc_err.code != view.err.code) {
		s->pcsc_dirty = true;
		s->settled = false;
	}
	s->pcsc = view.state;
	s->pcsc_err = view.err;
	s->contexts = view.contexts;
	/* The modules' own contexts died with the old service. */
	for (size_t i = 0; back && i < s->nchildren; i++)
		child_renew(s->children[i]);
	readers_see(s, &view);
	read_work(s);
}

/* --- modules ------------------------------------------------------------ */

static void
login_drop(struct super *s, size_t i)
{
	struct login l = s->logins[i];

	if (!l.waiting)
		return;
	s->logins[i] = (struct login){ .waiting = false };
	secret_free(l.secret);
	desk_answer(s, l.req.id, &child_view(s->children[i])->err, NULL);
	proto_request_clear(&l.req);
}

static void
child_changed(struct child *c, void *arg)
{
	struct super *s = arg;
	size_t i = child_index(c);

	s->module_dirty[i] = true;
	s->settled = false;
	if (s->children[i] == NULL)	/* still in child_new */
		return;
	if (child_view(c)->state == MODULE_STOPPED)
		login_drop(s, i);
	for (size_t r = 0; r < s->nreaders; r++)
		if (s->readers[r]->readable)
			read_rebuild(s->readers[r]);
	read_work(s);
}

/*
 * A configuration that the user keeps may name what the user keeps, unless this
 * is done for others.
 */
static bool
own_configuration(const char *path)
{
	struct stat st;

	return path != NULL && !trust_is_strict() && stat(path, &st) == 0 &&
	    st.st_uid == geteuid();
}

static void
children_start(struct super *s, const struct super_options *o)
{
	struct child_options co = {
		.loop = s->loop, .program = paths_card_helper(),
		.conf = o->conf_path, .log_level = o->log_level,
		.patience_ms = o->conf->module_timeout * 1000,
		.changed = child_changed, .card = read_card,
		.answer = read_answer, .arg = s,
	};
	struct module_list list;

	modules_list(&list, &o->conf->modules, NULL, NULL,
	    own_configuration(o->conf_path));
	if (list.cut)
		log_warn("more than %d modules: the rest is left out",
		    CARD_MODULES_MAX);
	for (size_t i = 0; i < list.n; i++) {
		s->children[i] = child_new(&co, i, list.v[i].name,
		    list.v[i].path, &list.v[i].err);
		s->nchildren++;
	}
	modules_clear(&list);
}

static void
children_reap(struct super *s)
{
	for (size_t i = 0; i < s->nchildren; i++)
		child_reap(s->children[i]);
}

static bool
any_child(const struct super *s)
{
	for (size_t i = 0; i < s->nchildren; i++)
		if (child_pid(s->children[i]) != -1)
			return true;
	return false;
}

/* --- life --------------------------------------------------------------- */

static void
on_signal(int fd, short revents, void *arg)
{
	struct super *s = arg;
	struct signalfd_siginfo info;

	(void)revents;
	while (read(fd, &info, sizeof(info)) == sizeof(info))
		if (info.ssi_signo == SIGCHLD)
			children_reap(s);
		else
			loop_stop(s->loop);
}

static int
signals(void)
{
	static const int caught[] = { SIGCHLD, SIGTERM, SIGINT, SIGHUP };
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < sizeof(caught) / sizeof(*caught); i++)
		(void)sigaddset(&set, caught[i]);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void
super_end(struct super *s)
{
	int64_t until = clock_mono_ms() + LEAVE_MS, left;

	(void)alarm(END_SECONDS);
	loop_idle(s->loop, NULL, NULL);
	for (size_t i = 0; i < s->nchildren; i++)
		child_stop(s->children[i]);
	children_reap(s);
	while (any_child(s) && (left = until - clock_mono_ms()) > 0)
		loop_once(s->loop, left);
	while (s->nreaders > 0)
		reader_free(s->readers[--s->nreaders]);
	for (size_t i = 0; i < s->nloose; i++)
		card_free(s->loose[i].card);
	for (size_t i = 0; i < s->nchildren; i++) {
		secret_free(s->logins[i].secret);
		proto_request_clear(&s->logins[i].req);
		child_free(s->children[i]);
	}
	proto_request_clear(&s->secret_for);
	pcsc_watch_free(s->watch);
	opensc_wipe_session();
	wire_free(s->desk);
	(void)close(s->signal_fd);
	loop_free(s->loop);
}

int
super_main(const struct super_options *o)
{
	struct super *s = mem_alloc(sizeof(*s));
	struct proto_event hello = { .ev = EV_HELLO, .version = PROTO_VERSION };
	struct err err = ERR_INIT;
	json_t *obj = proto_event_to_json(&hello);
	int rc;

	s->loop = loop_new();
	s->conf = o->conf;
	s->fresh = o->fresh;
	s->authorities = o->authorities;
	s->loose_round = 1;
	s->pcsc_dirty = true;
	s->signal_fd = signals();
	s->desk = wire_new(o->fd);
	s->watch = pcsc_watch_new(o->forwarded);
	rc = wire_send(s->desk, obj, &err);
	json_decref(obj);
	loop_fd(s->loop, s->signal_fd, POLLIN, on_signal, s);
	loop_fd(s->loop, o->fd, POLLIN, desk_readable, s);
	loop_fd(s->loop, pcsc_watch_fd(s->watch), POLLIN, pcsc_news, s);
	if (rc == 0) {
		children_start(s, o);
		loop_idle(s->loop, desk_flush, s);
		loop_run(s->loop);
	}
	super_end(s);
	free(s);
	return rc == 0 ? 0 : 1;
}
