#include "config.h"

#include <sys/eventfd.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <winscard.h>

#include "base/clock.h"
#include "base/mem.h"
#include "card/pcsc.h"

#define NOTIFICATION	"\\\\?PnP?\\Notification"
#define NAMES_MAX	(CARD_READERS_MAX * PCSC_NAME_MAX + 1)

/* Between tries while the socket is there and nobody answers. */
#define BACKOFF_FIRST_MS	100
#define BACKOFF_LAST_MS		5000

/*
 * After a change the readers are listed once more: libpcsclite before 2.0
 * counts readers when a wait begins, so one that came between the list and the
 * wait would stay unseen.
 */
#define SETTLE_MS	1000

/* A card that has power but no ATR yet is looked at again, then called mute. */
#define NO_ATR_MS	200
#define NO_ATR_LOOKS	15

/*
 * pcscd gives a card power when it comes, and if that fails not again before
 * somebody connects to it.  One that had bad contact for a moment, as one
 * pushed in clumsily has, would stay mute until pulled: so we knock, these
 * times after it was found mute and after each failure.
 */
static const int knocks_ms[] = { 500, 1000, 2000 };

#define KNOCKS_MAX	(sizeof(knocks_ms) / sizeof(knocks_ms[0]))

struct watch_reader {
	struct pcsc_reader	 view;
	DWORD			 state;		/* as last told */
	int			 no_atr;	/* looks without an ATR */
	size_t			 knocks;	/* since it was found mute */
	int64_t			 knock_at;	/* the next, clock_mono_ms */
};

struct pcsc_watch {
	pthread_t		 thread;
	int			 news_fd;	/* to the supervisor */
	int			 stop_fd;	/* to the thread */
	atomic_bool		 stopping;
	atomic_bool		 ended;
	const char		*forwarded;
	_Atomic SCARDCONTEXT	 context;	/* 0: none */
	pthread_mutex_t		 lock;		/* of latest */
	struct pcsc_view	 latest;

	/* The thread's own. */
	struct watch_reader	 readers[CARD_READERS_MAX];
	size_t			 n;
	unsigned		 last_round;
	unsigned		 contexts;
	bool			 settled;
};

const char *
pcsc_socket(void)
{
	const char *name = getenv("PCSCLITE_CSOCK_NAME");

	return name != NULL && name[0] != '\0' ? name :
	    "/run/pcscd/pcscd.comm";
}

/* --- what the supervisor sees ------------------------------------------ */

static void
publish(struct pcsc_watch *w, enum pcsc_state state, const struct err *err)
{
	const uint64_t one = 1;

	pthread_mutex_lock(&w->lock);
	w->latest.state = state;
	w->latest.err = *err;
	w->latest.contexts = w->contexts;
	w->latest.n = w->n;
	for (size_t i = 0; i < w->n; i++)
		w->latest.readers[i] = w->readers[i].view;
	pthread_mutex_unlock(&w->lock);
	(void)!write(w->news_fd, &one, sizeof(one));
}

int
pcsc_watch_fd(const struct pcsc_watch *w)
{
	return w->news_fd;
}

void
pcsc_watch_take(struct pcsc_watch *w, struct pcsc_view *view)
{
	uint64_t n;

	(void)!read(w->news_fd, &n, sizeof(n));
	pthread_mutex_lock(&w->lock);
	*view = w->latest;
	pthread_mutex_unlock(&w->lock);
}

/* --- the list of readers ----------------------------------------------- */

static struct watch_reader *
reader_find(struct watch_reader *v, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i].view.name, name) == 0)
			return &v[i];
	return NULL;
}

/* Make the list what names says; readers that stay keep what is known. */
static bool
readers_set(struct pcsc_watch *w, const char *names)
{
	struct watch_reader old[CARD_READERS_MAX];
	size_t nold = w->n;
	bool changed = false;

	memcpy(old, w->readers, sizeof(old));
	memset(w->readers, 0, sizeof(w->readers));
	w->n = 0;
	for (; *names != '\0' && w->n < CARD_READERS_MAX;
	    names += strlen(names) + 1) {
		struct watch_reader *r = &w->readers[w->n];
		const struct watch_reader *had = reader_find(old, nold, names);

		if (strlen(names) >= PCSC_NAME_MAX)
			continue;
		if (had != NULL)
			*r = *had;
		else {
			memcpy(r->view.name, names, strlen(names) + 1);
			r->view.round = ++w->last_round;
			r->state = SCARD_STATE_UNAWARE;
		}
		changed = changed || had == NULL || had != &old[w->n];
		w->n++;
	}
	return changed || w->n != nold;
}

static LONG
readers_list(struct pcsc_watch *w, SCARDCONTEXT ctx, bool *changed)
{
	char names[NAMES_MAX + 1] = "";
	DWORD len = NAMES_MAX;
	LONG rv = SCardListReaders(ctx, NULL, names, &len);

	if (rv == SCARD_E_NO_READERS_AVAILABLE) {
		names[0] = '\0';
		rv = SCARD_S_SUCCESS;
	}
	if (rv == SCARD_S_SUCCESS)
		*changed = readers_set(w, names);
	return rv;
}

/* --- one reader's state ------------------------------------------------ */

/*
 * Take in what an event says of a reader.  The upper half of the state counts
 * insertions and removals, so a card that was out between two looks is another.
 */
static bool
reader_update(struct pcsc_watch *w, struct watch_reader *r,
    const SCARD_READERSTATE *s)
{
	struct pcsc_reader v = r->view;
	size_t len = s->cbAtr <= CARD_ATR_MAX ? s->cbAtr : 0;
	bool changed;

	v.present = (s->dwEventState & SCARD_STATE_PRESENT) != 0;
	v.exclusive = v.present &&
	    (s->dwEventState & SCARD_STATE_EXCLUSIVE) != 0;
	v.atr_len = v.present ? len : 0;
	memset(v.atr, 0, sizeof(v.atr));
	memcpy(v.atr, s->rgbAtr, v.atr_len);
	r->no_atr = v.present && v.atr_len == 0 ? r->no_atr + 1 : 0;
	v.mute = v.present && ((s->dwEventState & SCARD_STATE_MUTE) != 0 ||
	    r->no_atr > NO_ATR_LOOKS);
	if (v.present != r->view.present ||
	    s->dwEventState >> 16 != r->state >> 16)
		v.turns++;
	if (v.present != r->view.present || v.mute != r->view.mute ||
	    v.atr_len != r->view.atr_len ||
	    memcmp(v.atr, r->view.atr, sizeof(v.atr)) != 0 ||
	    (v.present && s->dwEventState >> 16 != r->state >> 16)) {
		v.round = ++w->last_round;
		r->knocks = 0;
		r->knock_at = clock_mono_ms() + knocks_ms[0];
	}
	r->state = s->dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
	changed = v.round != r->view.round || v.exclusive != r->view.exclusive;
	r->view = v;
	return changed;
}

static bool
waits_for_atr(const struct watch_reader *r)
{
	return r->view.present && !r->view.mute && r->view.atr_len == 0;
}

static bool
waits_for_knock(const struct watch_reader *r)
{
	return r->view.mute && r->knocks < KNOCKS_MAX;
}

/* How long the next wait may be. */
static DWORD
patience(const struct pcsc_watch *w)
{
	DWORD wait = w->settled ? INFINITE : SETTLE_MS;
	int64_t now = clock_mono_ms();

	for (size_t i = 0; i < w->n; i++) {
		const struct watch_reader *r = &w->readers[i];
		DWORD ms = wait;

		if (waits_for_atr(r))
			ms = NO_ATR_MS;
		else if (waits_for_knock(r))
			ms = r->knock_at > now ? (DWORD)(r->knock_at - now) : 0;
		if (ms < wait)
			wait = ms;
	}
	return wait;
}

/* Connecting is all there is to it: the next wait tells what came of it. */
static void
knock(SCARDCONTEXT ctx, struct watch_reader *r)
{
	SCARDHANDLE card;
	DWORD protocol;
	LONG rv = SCardConnect(ctx, r->view.name, SCARD_SHARE_SHARED,
	    SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card, &protocol);

	if (rv == SCARD_S_SUCCESS)
		(void)SCardDisconnect(card, SCARD_LEAVE_CARD);
	if (++r->knocks < KNOCKS_MAX)
		r->knock_at = clock_mono_ms() + knocks_ms[r->knocks];
}

static void
knock_where_due(struct pcsc_watch *w, SCARDCONTEXT ctx)
{
	for (size_t i = 0; i < w->n; i++)
		if (waits_for_knock(&w->readers[i]) &&
		    w->readers[i].knock_at <= clock_mono_ms())
			knock(ctx, &w->readers[i]);
}

/* --- one context, until it dies ---------------------------------------- */

/* Wait for the next event and take it in. */
static LONG
wait_event(struct pcsc_watch *w, SCARDCONTEXT ctx, bool *changed, bool *relist)
{
	SCARD_READERSTATE s[CARD_READERS_MAX + 1] = { { .szReader = NULL } };
	DWORD n = (DWORD)w->n;
	LONG rv;

	for (size_t i = 0; i < w->n; i++) {
		s[i].szReader = w->readers[i].view.name;
		s[i].dwCurrentState = w->readers[i].state;
	}
	/* The library takes no more than this, and there can be no more. */
	if (n < PCSCLITE_MAX_READERS_CONTEXTS)
		s[n++].szReader = NOTIFICATION;
	rv = SCardGetStatusChange(ctx, patience(w), s, n);
	*relist = rv == SCARD_E_UNKNOWN_READER || rv == SCARD_E_TIMEOUT ||
	    (n > w->n && (s[w->n].dwEventState & SCARD_STATE_CHANGED) != 0);
	if (rv == SCARD_E_TIMEOUT || rv == SCARD_S_SUCCESS)
		for (size_t i = 0; i < w->n; i++) {
			*changed |= reader_update(w, &w->readers[i], &s[i]);
			if (s[i].dwEventState & SCARD_STATE_UNKNOWN)
				*relist = true;
		}
	if (rv == SCARD_E_TIMEOUT || rv == SCARD_E_UNKNOWN_READER ||
	    (rv == SCARD_E_CANCELLED && !w->stopping))
		rv = SCARD_S_SUCCESS;
	return rv;
}

/* A reader not looked at yet: the next wait returns at once. */
static bool
any_unaware(const struct pcsc_watch *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->readers[i].state == SCARD_STATE_UNAWARE)
			return true;
	return false;
}

static LONG
watch_context(struct pcsc_watch *w, SCARDCONTEXT ctx)
{
	const struct err none = ERR_INIT;
	bool changed = true, relist = true, listed;
	LONG rv;

	w->settled = false;
	for (int looks = 0; !w->stopping; looks++) {
		if (relist) {
			rv = readers_list(w, ctx, &listed);
			if (rv != SCARD_S_SUCCESS)
				return rv;
			w->settled = looks > 0 && !listed;
			changed = changed || listed;
		}
		if (changed && !any_unaware(w)) {
			publish(w, PCSC_UP, &none);
			changed = false;
		}
		knock_where_due(w, ctx);
		rv = wait_event(w, ctx, &changed, &relist);
		if (rv != SCARD_S_SUCCESS)
			return rv;
	}
	return SCARD_E_CANCELLED;
}

/* --- the thread -------------------------------------------------------- */

/*
 * Nobody there, one who refuses us, or one whom libpcsclite does not understand:
 * it asks for the protocol's version first, and takes no other than its own.
 */
static enum err_code
why_down(const struct pcsc_watch *w, LONG rv)
{
	enum pcsc_door door = pcsc_door(pcsc_socket());

	if (w->forwarded != NULL &&
	    (door == DOOR_CLOSED || !pcsc_is_own(pcsc_socket())))
		return ERR_READER_AWAY;
	if (door == DOOR_HANGS_UP)
		return w->forwarded != NULL ? ERR_PCSC_DOWN : ERR_PCSC_REFUSED;
	if (door == DOOR_OPEN &&
	    (rv == SCARD_E_NO_SERVICE || rv == SCARD_E_SERVICE_STOPPED))
		return ERR_PCSC_VERSION;
	return ERR_PCSC_DOWN;
}

/* What another account has put in the place of our own is not spoken to. */
static LONG
establish(const struct pcsc_watch *w, SCARDCONTEXT *ctx)
{
	if (w->forwarded != NULL && !pcsc_is_own(pcsc_socket()))
		return SCARD_E_NO_SERVICE;
	return SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, ctx);
}

static void
publish_gone(struct pcsc_watch *w, LONG rv, bool was_up)
{
	struct err err = ERR_INIT;
	enum err_code code = was_up ? ERR_PCSC_LOST : ERR_PCSC_DOWN;

	if (!was_up)
		code = why_down(w, rv);
	if (rv == SCARD_W_SECURITY_VIOLATION || rv == SCARD_E_NO_ACCESS ||
	    (access(pcsc_socket(), W_OK) == -1 && errno == EACCES))
		code = ERR_PCSC_REFUSED;
	(void)err_raw(&err, code, ORIGIN_PCSC, (unsigned long)rv & 0xffffffff,
	    w->forwarded != NULL ? w->forwarded : pcsc_socket(), "%s",
	    pcsc_stringify_error(rv));
	w->n = 0;
	publish(w, PCSC_GONE, &err);
}

/*
 * An old context calls itself valid after pcscd came back, yet every call on it
 * fails: so each round makes a new one.
 */
static void *
watch_main(void *arg)
{
	struct pcsc_watch *w = arg;
	int delay = BACKOFF_FIRST_MS;

	while (!w->stopping) {
		SCARDCONTEXT ctx = 0;
		LONG rv = establish(w, &ctx);
		bool up = rv == SCARD_S_SUCCESS;
		bool there = access(pcsc_socket(), F_OK) == 0;

		if (up) {
			w->context = ctx;
			w->contexts++;
			rv = watch_context(w, ctx);
			w->context = 0;
			(void)SCardReleaseContext(ctx);
			delay = BACKOFF_FIRST_MS;
		}
		if (w->stopping)
			break;
		publish_gone(w, rv, up);
		pcsc_wait_socket(pcsc_socket(), w->stop_fd, there ? delay : -1);
		delay = delay < BACKOFF_LAST_MS / 2 ? delay * 2 :
		    BACKOFF_LAST_MS;
	}
	w->ended = true;
	return NULL;
}

struct pcsc_watch *
pcsc_watch_new(const char *forwarded)
{
	struct pcsc_watch *w = mem_alloc(sizeof(*w));
	sigset_t all, before;

	w->forwarded = forwarded;
	w->news_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (w->news_fd == -1 || w->stop_fd == -1)
		panic("okienko-card: eventfd: %s", strerror(errno));
	pthread_mutex_init(&w->lock, NULL);
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	if (pthread_create(&w->thread, NULL, watch_main, w) != 0)
		panic("okienko-card: no thread to watch the readers");
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return w;
}

void
pcsc_watch_free(struct pcsc_watch *w)
{
	const uint64_t one = 1;

	if (w == NULL)
		return;
	w->stopping = true;
	(void)!write(w->stop_fd, &one, sizeof(one));
	/* A cancel sent before the wait begins is lost, so send it again. */
	while (!w->ended) {
		SCARDCONTEXT ctx = w->context;

		if (ctx != 0)
			(void)SCardCancel(ctx);
		(void)usleep(1000);
	}
	(void)pthread_join(w->thread, NULL);
	(void)close(w->news_fd);
	(void)close(w->stop_fd);
	pthread_mutex_destroy(&w->lock);
	free(w);
}
