#include "config.h"

#include "net/login_inside.h"

#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"

#define LOOK_MS		50	/* between two looks at the cancel flag */
#define FILE_MODE	0600
#define FILE_MAX	(LOGIN_USER_MAX + SECRET_MAX + 4)	/* two lines */

struct net_login {
	pthread_mutex_t	 lock;
	pthread_cond_t	 ended;		/* a try of an unproved set */
	struct login_want want;		/* of the last 407 */
	char		 user[LOGIN_USER_MAX + 1];
	struct secret	*password;	/* NULL: none is given */
	unsigned	 generation;
	bool		 proved, trying, wanted;
	int		 refused;	/* in a row, whatever sets */
	bool		 spent;		/* the present one was refused: by itself
					 * nobody tries it again */
};

struct net_login *
net_login_new(void)
{
	struct net_login *l = mem_alloc(sizeof(*l));
	pthread_condattr_t attr;

	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_mutex_init(&l->lock, NULL);
	(void)pthread_cond_init(&l->ended, &attr);
	(void)pthread_condattr_destroy(&attr);
	return l;
}

/* With the lock held. */
static void
drop(struct net_login *l)
{
	secret_free(l->password);
	l->password = NULL;
	explicit_bzero(l->user, sizeof(l->user));
	l->generation++;
	l->proved = l->spent = false;
}

void
net_login_free(struct net_login *l)
{
	if (l == NULL)
		return;
	drop(l);
	(void)pthread_cond_destroy(&l->ended);
	(void)pthread_mutex_destroy(&l->lock);
	free(l);
}

void
net_login_set(struct net_login *l, const char *user, struct secret *password)
{
	(void)pthread_mutex_lock(&l->lock);
	drop(l);
	(void)snprintf(l->user, sizeof(l->user), "%s", user);
	l->password = password;
	l->wanted = false;
	(void)pthread_cond_broadcast(&l->ended);
	(void)pthread_mutex_unlock(&l->lock);
}

void
net_login_forget(struct net_login *l)
{
	(void)pthread_mutex_lock(&l->lock);
	drop(l);
	l->refused = 0;
	(void)pthread_cond_broadcast(&l->ended);
	(void)pthread_mutex_unlock(&l->lock);
}

void
net_login_view(struct net_login *l, struct net_login_view *v)
{
	(void)pthread_mutex_lock(&l->lock);
	*v = (struct net_login_view){ .offers = l->want.offers,
		.can = l->want.can, .ticket = l->want.ticket,
		.wanted = l->wanted,
		.given = l->password != NULL, .refused = l->refused };
	memcpy(v->proxy, l->want.proxy, sizeof(v->proxy));
	memcpy(v->realm, l->want.realm, sizeof(v->realm));
	memcpy(v->user, l->user, sizeof(v->user));
	(void)pthread_mutex_unlock(&l->lock);
}

const char *
net_ticket_words(enum net_ticket ticket)
{
	static const char *const words[] = {
		[NET_TICKET_NONE] = N_("Negotiate needs a Kerberos ticket, and "
		    "there is none: get one with kinit, or name its file in "
		    "okienko.conf, [network] ticket."),
		[NET_TICKET_OLD] = N_("Negotiate needs a Kerberos ticket, and "
		    "the one that is here has expired: get a new one with "
		    "kinit."),
		[NET_TICKET_REFUSED] = N_("The Kerberos ticket that is here "
		    "does not open this proxy."),
	};

	return ticket < sizeof(words) / sizeof(*words) &&
	    words[ticket] != NULL ? _(words[ticket]) : "";
}

/* --- trying --------------------------------------------------------------- */

static bool
may_wait(int64_t until, const atomic_bool *cancel)
{
	return clock_mono_ms() < until &&
	    (cancel == NULL || !atomic_load(cancel));
}

static void
wait_a_little(struct net_login *l)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_nsec += LOOK_MS * 1000000L;
	if (t.tv_nsec >= 1000000000L) {
		t.tv_nsec -= 1000000000L;
		t.tv_sec++;
	}
	(void)pthread_cond_timedwait(&l->ended, &l->lock, &t);
}

void
net_login_try(struct net_login *l, int64_t until, const atomic_bool *cancel,
    struct login_try *t)
{
	*t = (struct login_try){ .password = NULL };
	if (l == NULL)
		return;
	(void)pthread_mutex_lock(&l->lock);
	while (l->trying && may_wait(until, cancel))
		wait_a_little(l);
	t->held = l->password != NULL && (l->spent || l->trying);
	t->schemes = l->want.offers;
	if (l->password != NULL && !t->held) {
		memcpy(t->user, l->user, sizeof(t->user));
		t->password = secret_new();
		(void)secret_add(t->password, secret_peek(l->password),
		    secret_len(l->password));
		t->generation = l->generation;
		t->proved = l->proved;
		l->trying = !l->proved;
	}
	(void)pthread_mutex_unlock(&l->lock);
}

/*
 * One that a proxy has taken before may meet a passing fault, and is tried until
 * that many refusals; one that no proxy ever took is refused once.
 */
static void
count_refusal(struct net_login *l)
{
	l->refused++;
	l->spent = !l->proved || l->refused >= LOGIN_REFUSED_MAX;
	l->wanted = true;
}

void
net_login_end(struct net_login *l, struct login_try *t, enum login_fate fate)
{
	if (t->password == NULL)
		return;
	(void)pthread_mutex_lock(&l->lock);
	if (!t->proved)
		l->trying = false;
	if (t->generation == l->generation && fate == LOGIN_TAKEN) {
		l->proved = true;
		l->refused = 0;
		l->wanted = false;
	} else if (t->generation == l->generation && fate == LOGIN_REFUSED)
		count_refusal(l);
	(void)pthread_cond_broadcast(&l->ended);
	(void)pthread_mutex_unlock(&l->lock);
	secret_free(t->password);
	explicit_bzero(t, sizeof(*t));
}

void
net_login_want(struct net_login *l, const struct login_want *want)
{
	if (l == NULL)
		return;
	(void)pthread_mutex_lock(&l->lock);
	/* One that says 401 to a wrong login names no schemes then. */
	if (want->offers != 0 || strcmp(l->want.proxy, want->proxy) != 0)
		l->want = *want;
	l->wanted = l->wanted || (!want->passed && (l->password == NULL ||
	    l->spent));
	(void)pthread_mutex_unlock(&l->lock);
}

/* --- the file ------------------------------------------------------------- */

static int
open_private(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;

	if (fd == -1)
		return err_errno(err, ERR_NO_FILE, path);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & (S_IRWXG | S_IRWXO)) == 0 &&
	    (st.st_uid == geteuid() || st.st_uid == 0))
		return fd;
	(void)err_set(err, S_ISREG(st.st_mode) ? ERR_LOOSE_MODE : ERR_NO_FILE,
	    path, "mode %03o", (unsigned)st.st_mode & 0777);
	(void)close(fd);
	return -1;
}

static size_t
line_of(const char *s, size_t n)
{
	const char *nl = memchr(s, '\n', n);

	n = nl != NULL ? (size_t)(nl - s) : n;
	return n > 0 && s[n - 1] == '\r' ? n - 1 : n;
}

/* Two lines; whatever follows them is not looked at. */
static int
take(struct net_login *l, const char *text, size_t len)
{
	const char *nl = memchr(text, '\n', len);
	struct secret *password;
	size_t user = line_of(text, len), n;
	char name[LOGIN_USER_MAX + 1];

	if (nl == NULL || user == 0 || user > LOGIN_USER_MAX ||
	    memchr(text, '\0', len) != NULL)
		return -1;
	memcpy(name, text, user);
	name[user] = '\0';
	nl++;
	n = line_of(nl, len - (size_t)(nl - text));
	password = secret_new();
	if (secret_add(password, nl, n) == -1) {
		secret_free(password);
		return -1;
	}
	net_login_set(l, name, password);
	return 0;
}

int
net_login_load(struct net_login *l, const char *path, struct err *err)
{
	int fd = open_private(path, err), rc = 0;
	char text[FILE_MAX];
	size_t len = 0;
	ssize_t n = 1;

	if (fd == -1)
		return -1;
	while (len < sizeof(text) && n > 0) {
		n = read(fd, text + len, sizeof(text) - len);
		len += n > 0 ? (size_t)n : 0;
		if (n == -1 && errno == EINTR)
			n = 1;
	}
	if (n == -1)
		rc = err_errno(err, ERR_IO, path);
	else if (take(l, text, len) == -1)
		rc = err_set(err, ERR_BAD_DATA, path,
		    "not a line of user name and one of password");
	explicit_bzero(text, sizeof(text));
	(void)close(fd);
	return rc;
}

static int
write_all(int fd, const char *s, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, s, n);

		if (done == -1 && errno != EINTR)
			return -1;
		if (done > 0) {
			s += done;
			n -= (size_t)done;
		}
	}
	return 0;
}

/* With the lock held. */
static int
write_lines(const struct net_login *l, int fd)
{
	return write_all(fd, l->user, strlen(l->user)) == -1 ||
	    write_all(fd, "\n", 1) == -1 ||
	    write_all(fd, secret_peek(l->password),
	    secret_len(l->password)) == -1 ||
	    write_all(fd, "\n", 1) == -1 || fsync(fd) == -1 ? -1 : 0;
}

int
net_login_save(struct net_login *l, const char *path, struct err *err)
{
	char *new = mem_printf("%s.XXXXXX", path);
	int fd, rc = 0;

	(void)pthread_mutex_lock(&l->lock);
	fd = mkostemp(new, O_CLOEXEC);	/* 0600 */
	if (l->password == NULL)
		rc = err_set(err, ERR_NO_FILE, path, "nothing to save");
	else if (fd == -1 || fchmod(fd, FILE_MODE) == -1 ||
	    write_lines(l, fd) == -1 || rename(new, path) == -1)
		rc = err_errno(err, ERR_IO, path);
	if (fd != -1 && rc == -1)
		(void)unlink(new);
	if (fd != -1)
		(void)close(fd);
	(void)pthread_mutex_unlock(&l->lock);
	free(new);
	return rc;
}
