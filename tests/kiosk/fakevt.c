/*
 * A console that is a plain file, for okienko-console: what is asked of it is told
 * on standard error, and its keymap has a few keys that lead away.
 */
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <linux/kd.h>
#include <linux/keyboard.h>
#include <linux/major.h>
#include <linux/vt.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Table, key, what it does. */
static struct kbentry keymap[] = {
	{ 0, 30, K(KT_LETTER, 'a') }, { 0, 28, K_ENTER },
	{ 0, 59, K(KT_FN, 0) },			/* F1 stays F1 */
	{ 8, 59, K(KT_CONS, 0) },		/* Alt-F1 */
	{ 8, 105, K_DECRCONSOLE }, { 8, 106, K_INCRCONSOLE },
	{ 8, 103, K_SPAWNCONSOLE }, { 12, 111, K_BOOT }, { 12, 60,
	    K(KT_CONS, 1) },			/* Ctrl-Alt-F2 */
	{ 0, 70, K_HOLD }, { 8, 70, K_SH_REGS }, { 4, 119, K_SAK },
};
#define NKEYS (sizeof keymap / sizeof keymap[0])

int	fstat(int, struct stat *);
int	ioctl(int, unsigned long, ...);

int
fstat(int fd, struct stat *st)
{
	(void)fd;
	memset(st, 0, sizeof *st);
	st->st_mode = S_IFCHR | 0600;
	st->st_rdev = makedev(TTY_MAJOR, 7);
	return 0;
}

static int
look_up(struct kbentry *e)
{
	/* Only tables that the keymap has. */
	if (e->kb_table != 0 && e->kb_table != 4 && e->kb_table != 8 &&
	    e->kb_table != 12) {
		e->kb_value = K_NOSUCHMAP;
		return 0;
	}
	e->kb_value = K_HOLE;
	for (size_t i = 0; i < NKEYS; i++)
		if (keymap[i].kb_table == e->kb_table &&
		    keymap[i].kb_index == e->kb_index)
			e->kb_value = keymap[i].kb_value;
	return 0;
}

int
ioctl(int fd, unsigned long request, ...)
{
	const char *refuse = getenv("FAKEVT_REFUSE");
	struct kbentry *e;
	unsigned number;
	va_list ap;

	(void)fd;
	va_start(ap, request);
	number = va_arg(ap, unsigned);
	va_end(ap);
	if (refuse != NULL && strtoul(refuse, NULL, 16) == request) {
		errno = EPERM;
		return -1;
	}
	va_start(ap, request);
	e = va_arg(ap, struct kbentry *);
	va_end(ap);
	switch (request) {
	case KDGKBENT:
		return look_up(e);
	case KDSKBENT:
		fprintf(stderr, "key %d/%d = %#x\n", e->kb_table, e->kb_index,
		    e->kb_value);
		return 0;
	case VT_ACTIVATE:
		fprintf(stderr, "activate %u\n", number);
		return 0;
	case VT_WAITACTIVE:
		fprintf(stderr, "wait %u\n", number);
		return 0;
	case VT_LOCKSWITCH:
		fprintf(stderr, "lock\n");
		return 0;
	case VT_UNLOCKSWITCH:
		fprintf(stderr, "unlock\n");
		return 0;
	default:
		errno = ENOTTY;
		return -1;
	}
}
