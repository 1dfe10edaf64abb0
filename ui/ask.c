#include "config.h"

#include "ui/ask.h"

#include <sys/signalfd.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/out.h"

#define CTRL_KEY(c)	((c) & 0x1f)
#define DELETE		0x7f

enum step { GO_ON, DONE, GIVEN_UP };

/* One byte typed; control keys as on a login prompt. */
static enum step
take_byte(struct secret *secret, unsigned char c)
{
	switch (c) {
	case '\r':
	case '\n':
		return DONE;
	case CTRL_KEY('c'):
	case CTRL_KEY('d'):
		return GIVEN_UP;
	case CTRL_KEY('h'):
	case DELETE:
		secret_backspace(secret);
		return GO_ON;
	case CTRL_KEY('u'):
		secret_wipe(secret);
		return GO_ON;
	default:
		/* No room: no password is that long, so it will not open. */
		(void)secret_add(secret, &c, 1);
		return GO_ON;
	}
}

/*
 * Read until a line is whole.  Signals come by descriptor, so that none can end
 * the program while the terminal does not echo.
 */
static enum step
read_line(int tty, int sigfd, struct secret *secret)
{
	struct pollfd	 fds[] = { { tty, POLLIN, 0 }, { sigfd, POLLIN, 0 } };
	unsigned char	 c = 0;
	enum step	 step = GO_ON;

	while (step == GO_ON) {
		if (poll(fds, 2, -1) == -1)
			continue;
		if (fds[1].revents != 0)
			return GIVEN_UP;
		if (fds[0].revents != 0)
			step = read(tty, &c, 1) == 1 ? take_byte(secret, c) :
			    GIVEN_UP;
	}
	explicit_bzero(&c, sizeof(c));
	return step;
}

/* What is typed once the question can be seen is not shown any more. */
static void
show(int tty, const char *question)
{
	struct err	 lost = ERR_INIT;
	struct out	*out = out_open(tty);

	out_line(out, 0, "%s", question);
	out_close(out, &lost);
}

static enum step
read_unseen(int tty, const char *question, struct secret *secret)
{
	struct termios	 before, silent;
	sigset_t	 ours, old;
	enum step	 step;
	int		 sigfd;

	if (tcgetattr(tty, &before) == -1)
		return GIVEN_UP;
	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGHUP);
	sigprocmask(SIG_BLOCK, &ours, &old);
	sigfd = signalfd(-1, &ours, SFD_CLOEXEC);
	silent = before;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG);
	silent.c_cc[VMIN] = 1;
	silent.c_cc[VTIME] = 0;
	/* Flushing throws away what was typed before the question was seen. */
	tcsetattr(tty, TCSAFLUSH, &silent);
	show(tty, question);
	step = read_line(tty, sigfd, secret);
	tcsetattr(tty, TCSAFLUSH, &before);
	close(sigfd);
	/* A signal that came meanwhile is delivered here. */
	sigprocmask(SIG_SETMASK, &old, NULL);
	return step;
}

int
ask_password(const char *question, const char *what, struct secret **secret,
    struct err *err)
{
	enum step	 step;
	char		*opening;
	int		 tty;

	*secret = NULL;
	tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (tty == -1)
		return err_set(err, ERR_PASSWORD_NEEDED, what, NULL);
	*secret = secret_new();
	step = read_unseen(tty, question, *secret);
	close(tty);
	if (step == DONE)
		return 0;
	secret_free(*secret);
	*secret = NULL;
	opening = mem_printf(_("Opening %s"), what);
	err_set(err, ERR_CANCELLED, opening, NULL);
	free(opening);
	return -1;
}
