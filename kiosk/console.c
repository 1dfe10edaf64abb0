/*
 * okienko-console: what the kiosk's unit does to the console before and after it,
 * as root.  libc alone.
 *
 *	okienko-console lock TTY	nobody leaves it by a key, it does not
 *					go dark, and nothing is on it
 *	okienko-console end TTY FILE	it was stopped: keys switch consoles
 *					again.  It failed: they do not, and the
 *					next start waits, longer each time that
 *					one fault follows another; FILE counts
 */
#include "config.h"

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <linux/kd.h>
#include <linux/keyboard.h>
#include <linux/major.h>
#include <linux/vt.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Never dark (console_codes(4)), white on black, all of it wiped, once more. */
#define FRESH		"\033[9;0]\033[14;0]\033c\033[H\033[2J\033[3J"

#define WAIT_FIRST	1	/* seconds */
#define WAIT_LAST	60
#define FORGIVEN	600	/* faults as far apart are not a row of them */

/*
 * What a key can ask of the kernel or of init behind the desk's back: other
 * consoles, rebooting, killing all that is there, a look at registers and
 * memory, holding the screen.
 */
static const unsigned short away[] = {
	K_BOOT, K_CONS, K_DECRCONSOLE, K_HOLD, K_INCRCONSOLE, K_SAK,
	K_SCROLLBACK, K_SCROLLFORW, K_SH_MEM, K_SH_REGS, K_SH_STAT,
	K_SPAWNCONSOLE,
};

static int
fail(const char *what)
{
	fprintf(stderr, "okienko-console: %s: %s\n", what, strerror(errno));
	return 1;
}

/* --- keys ----------------------------------------------------------------- */

static bool
goes_away(unsigned short value)
{
	if (KTYP(value) == KT_CONS)
		return true;
	for (size_t i = 0; i < sizeof away / sizeof away[0]; i++) {
		if (value == away[i])
			return true;
	}
	return false;
}

/* -1 and errno.  A table that this keymap does not have is none to look at. */
static int
clean_table(int fd, unsigned table)
{
	for (unsigned key = 0; key < NR_KEYS; key++) {
		struct kbentry e = { .kb_table = (unsigned char)table,
			.kb_index = (unsigned char)key };

		if (ioctl(fd, KDGKBENT, &e) == -1)
			return errno == EINVAL ? 0 : -1;
		if (e.kb_value == K_NOSUCHMAP)
			return 0;
		if (!goes_away(e.kb_value))
			continue;
		e.kb_value = K_HOLE;
		if (ioctl(fd, KDSKBENT, &e) == -1)
			return -1;
	}
	return 0;
}

static int
clean_keys(int fd)
{
	for (unsigned table = 0; table < MAX_NR_KEYMAPS; table++) {
		if (clean_table(fd, table) == -1)
			return -1;
	}
	return 0;
}

/* --- the console ------------------------------------------------------------ */

/* Its number, or 0: no console. */
static unsigned
console_number(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == -1 || !S_ISCHR(st.st_mode) ||
	    major(st.st_rdev) != TTY_MAJOR || minor(st.st_rdev) == 0 ||
	    minor(st.st_rdev) > MAX_NR_CONSOLES) {
		errno = ENOTTY;
		return 0;
	}
	return minor(st.st_rdev);
}

/* In front first: a console that is not stays behind the lock. */
static int
lock(const char *path)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	unsigned number = fd != -1 ? console_number(fd) : 0;

	if (number == 0)
		return fail(path);
	if (ioctl(fd, VT_UNLOCKSWITCH, 0) == -1 ||
	    ioctl(fd, VT_ACTIVATE, number) == -1 ||
	    ioctl(fd, VT_WAITACTIVE, number) == -1)
		return fail("the console cannot be put in front");
	if (ioctl(fd, VT_LOCKSWITCH, 0) == -1)
		return fail("consoles cannot be locked");
	if (clean_keys(fd) == -1)
		return fail("keys cannot be taken away");
	if (write(fd, FRESH, sizeof FRESH - 1) != sizeof FRESH - 1)
		return fail(path);
	return 0;
}

/* The keys taken away stay so until setupcon(1) or the machine's next start. */
static int
unlock(const char *path)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd == -1 || ioctl(fd, VT_UNLOCKSWITCH, 0) == -1)
		return fail(path);
	return 0;
}

/* --- back-off ---------------------------------------------------------------- */

/* How many before this one; 0 after a time without. */
static unsigned
faults_before(int fd)
{
	char text[16] = "";
	struct stat st;
	unsigned n;

	if (fstat(fd, &st) == -1 || time(NULL) - st.st_mtime > FORGIVEN ||
	    read(fd, text, sizeof text - 1) <= 0 ||
	    sscanf(text, "%3u", &n) != 1)
		return 0;
	return n;
}

static unsigned
wait_for(unsigned n)
{
	unsigned seconds = WAIT_FIRST;

	while (n-- > 0 && seconds < WAIT_LAST)
		seconds *= 2;
	return seconds < WAIT_LAST ? seconds : WAIT_LAST;
}

/*
 * The service manager of Debian 12 starts again after one and the same time, but
 * not before this has ended (ExecStopPost).
 */
static int
back_off(const char *path, const char *result)
{
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	unsigned n;

	if (fd == -1)
		return fail(path);
	n = faults_before(fd);
	if (lseek(fd, 0, SEEK_SET) == -1 || dprintf(fd, "%3u\n", n + 1) < 0)
		return fail(path);
	fprintf(stderr, "okienko-console: fault %u in a row (%s), next start "
	    "in %u s\n", n + 1, result, wait_for(n));
	(void)sleep(wait_for(n));
	return 0;
}

static int
end(const char *tty, const char *path)
{
	const char *result = getenv("SERVICE_RESULT");

	if (result != NULL && strcmp(result, "success") != 0)
		return back_off(path, result);
	(void)unlink(path);
	return unlock(tty);
}

int
main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "lock") == 0)
		return lock(argv[2]);
	if (argc == 4 && strcmp(argv[1], "end") == 0)
		return end(argv[2], argv[3]);
	fprintf(stderr, "usage: okienko-console lock TTY\n"
	    "       okienko-console end TTY FILE\n");
	return 2;
}
