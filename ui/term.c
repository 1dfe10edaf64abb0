#include "config.h"

#include "ui/term.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "ui/terminfo.h"
#include "ui/vtfont.h"

#include <curses.h>
#include <term.h>

#define ESC_DELAY_MS	25

/*
 * One screen a process: what is needed to give it back from a signal handler
 * is made at the start and only read from then on.
 */
static struct {
	volatile sig_atomic_t	 up;
	struct termios		 before;
	char			 restore[256];
	size_t			 restore_len;
	SCREEN			*screen;
	WINDOW			*keys;	/* a pad: reading from it draws nothing */
	FILE			*out;	/* curses' own way to the terminal */
	int			 held;	/* where a frame is put together; -1 */
	bool			 can_paste, pasting;
	int64_t			 pasted_at;	/* when its last came */
	bool			 wipes;	/* when it is given back */
	bool			 lost;	/* nothing can be written to it any more */
	struct vtfont		*font;	/* of a console; NULL elsewhere */
} term;

static const int crash_signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
#define CRASH_SIGNALS	(sizeof(crash_signals) / sizeof(crash_signals[0]))

/* Whose these were: nobody's, or a sanitizer's. */
static struct sigaction crash_before[CRASH_SIGNALS];

static int
restore_put(int c)
{
	if (term.restore_len < sizeof(term.restore))
		term.restore[term.restore_len++] = (char)c;
	return c;
}

static void
restore_string(const char *s)
{
	while (*s != '\0')
		restore_put(*s++);
}

static void
restore_add(const char *capability)
{
	const char *s = tigetstr(capability);

	if (s != NULL && s != (const char *)-1)
		tputs(s, 1, restore_put);
}

/*
 * Bracketed paste has no terminfo name.  It is asked for on terminals that
 * speak as ECMA-48 has it: those pass over a mode that they do not know.
 */
#define PASTE_ON	"\033[?2004h"
#define PASTE_OFF	"\033[?2004l"
#define PASTE_BEGINS	"\033[200~"
#define PASTE_ENDS	"\033[201~"
#define KEY_PASTE_BEGINS	(KEY_MAX + 1)
#define KEY_PASTE_ENDS		(KEY_MAX + 2)
#define PASTE_PAUSE_MS		300	/* after this it may be over */

/*
 * The bytes that bring any terminal back.  Mouse reports have no terminfo name
 * for "off"; only terminals that have a mouse are sent it.
 */
static void
make_restore(bool mouse)
{
	term.restore_len = 0;
	if (mouse)
		restore_string("\033[?1006l\033[?1002l\033[?1000l");
	if (term.can_paste)
		restore_string(PASTE_OFF);
	restore_add("sgr0");
	restore_add("op");
	restore_add("cnorm");
	restore_add("rmkx");
	restore_add("rmcup");
}

/*
 * Only calls that POSIX allows in a signal handler.  The process ends as it would
 * have without us: what failed fails again, for whoever was here before and for a
 * core that shows the place; a signal that somebody sent is sent again.
 */
static void
crash(int sig, siginfo_t *info, void *context)
{
	ssize_t ignored;

	(void)context;
	if (term.up) {
		term.up = 0;
		ignored = write(STDOUT_FILENO, term.restore, term.restore_len);
		(void)ignored;
		tcsetattr(STDIN_FILENO, TCSANOW, &term.before);
	}
	/* SA_RESETHAND has put the default back. */
	if (info->si_code <= 0) {
		raise(sig);
		return;
	}
	for (size_t i = 0; i < CRASH_SIGNALS; i++)
		if (crash_signals[i] == sig)
			sigaction(sig, &crash_before[i], NULL);
}

static void
catch_crashes(void)
{
	static char stack[16384];	/* a full stack is one way to crash */
	static bool caught;
	stack_t alt = { .ss_sp = stack, .ss_size = sizeof(stack) }, present;
	struct sigaction sa = { .sa_sigaction = crash,
	    .sa_flags = (int)(SA_SIGINFO | SA_RESETHAND | SA_ONSTACK |
	    SA_NODEFER) };

	if (caught)
		return;
	caught = true;
	/* A sanitizer has one of its own, as large as its reports need. */
	if (sigaltstack(NULL, &present) == -1 ||
	    (present.ss_flags & SS_DISABLE) != 0)
		sigaltstack(&alt, NULL);
	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < CRASH_SIGNALS; i++)
		sigaction(crash_signals[i], &sa, &crash_before[i]);
}

/* A name is a path for curses, so one that is not listed is not even tried. */
static bool
is_known(const char *name)
{
	static const char *const terminals[] = {
#define TERMINAL(word) word,
#include "base/terms.def"
#undef TERMINAL
	};

	for (size_t i = 0; i < sizeof(terminals) / sizeof(terminals[0]); i++)
		if (strcmp(name, terminals[i]) == 0)
			return true;
	return false;
}

/*
 * Another program has the terminal: a shell that put this one aside.  Where
 * there is no job control, nobody can.
 */
static bool
is_aside(void)
{
	pid_t front = tcgetpgrp(STDIN_FILENO);

	return front > 0 && front != getpgrp();
}

static int
check(bool mouse, struct err *err)
{
	const char *name = getenv("TERM"), *cup;
	struct winsize ws;
	int got;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(err, ERR_TERMINAL,
		    "standard input and output are not a terminal", NULL);
	if (name == NULL || name[0] == '\0')
		return err_set(err, ERR_TERMINAL, "TERM is not set", NULL);
	/*
	 * What a description adds to the names of the standard is read by the
	 * least tried part of curses, which a damaged one can crash; of all of
	 * it only the mouse has a use.
	 */
	use_extended_names(mouse);
	if (is_known(name) && terminfo_trusted(name, err) == -1)
		return -1;
	if (!is_known(name) || setupterm(name, STDOUT_FILENO, &got) != 0)
		return err_set(err, ERR_TERMINAL, "TERM names no known terminal",
		    "TERM=%.64s", name);
	cup = tigetstr("cup");
	if (cup == NULL || cup == (const char *)-1)
		return err_set(err, ERR_TERMINAL, name, "no cup in terminfo");
	term.can_paste = strncmp(cup, "\033[", 2) == 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_row != 0 &&
	    (ws.ws_row < TERM_MIN_ROWS || ws.ws_col < TERM_MIN_COLS)) {
		char size[32];

		snprintf(size, sizeof(size), "%ux%u", ws.ws_col, ws.ws_row);
		return err_set(err, ERR_TERMINAL, size, "needs %dx%d",
		    TERM_MIN_COLS, TERM_MIN_ROWS);
	}
	return 0;
}

/* --- a frame at once ------------------------------------------------------- */

/*
 * Curses writes at every jump of the cursor: fifty times a frame, each of which
 * may wake whoever reads and become a packet of its own.  So its descriptor is a
 * file in memory for the time of a frame, which then goes out in one piece.
 * Standard output stays the terminal throughout: a crash gives it back by that.
 */
static int
hold_begin(void)
{
	if ((term.out = fdopen(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3),
	    "w")) == NULL)
		return -1;
	term.held = memfd_create("okienko frame", MFD_CLOEXEC);
	return 0;
}

static void
hold_end(void)
{
	if (term.held != -1)
		close(term.held);
	fclose(term.out);
}

static void
put(const char *bytes, size_t n)
{
	ssize_t did;

	for (; n > 0; bytes += did, n -= (size_t)did)
		if ((did = write(STDOUT_FILENO, bytes, n)) == -1) {
			if (errno != EINTR) {
				term.lost = errno != EAGAIN;
				return;
			}
			did = 0;
		}
}

/* What has been drawn into the file goes to the terminal. */
static void
let_go(void)
{
	char bytes[16384];
	off_t at = 0, end = lseek(term.held, 0, SEEK_CUR);
	ssize_t n;

	for (; at < end; at += n) {
		size_t want = (size_t)(end - at);

		n = pread(term.held, bytes, want < sizeof bytes ? want :
		    sizeof bytes, at);
		if (n <= 0)
			break;
		put(bytes, (size_t)n);
	}
	lseek(term.held, 0, SEEK_SET);
}

void
term_update(void)
{
	int fd = fileno(term.out);

	/* Of one column nothing can be read, and curses looks for the last but one. */
	if (COLS < 2)
		return;
	if (term.held == -1 || dup3(term.held, fd, O_CLOEXEC) == -1) {
		doupdate();
		return;
	}
	doupdate();
	dup3(STDOUT_FILENO, fd, O_CLOEXEC);
	let_go();
}

/* What curses does not do for us when it takes and leaves the screen. */
static void
paste_mode(bool on)
{
	const char *s = on ? PASTE_ON : PASTE_OFF;
	ssize_t ignored;

	term.pasting = false;
	if (!term.can_paste)
		return;
	ignored = write(STDOUT_FILENO, s, strlen(s));
	(void)ignored;
}

static void
modes(bool mouse)
{
	raw();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	wresize(stdscr, 1, 1);	/* nothing is drawn on it: draw.c */
	typeahead(-1);
	set_escdelay(ESC_DELAY_MS);
	curs_set(1);
	term.keys = newpad(1, 1);
	if (term.keys == NULL)
		panic("curses has no window to read keys from");
	keypad(term.keys, TRUE);
	nodelay(term.keys, TRUE);
	define_key(PASTE_BEGINS, KEY_PASTE_BEGINS);
	define_key(PASTE_ENDS, KEY_PASTE_ENDS);
	paste_mode(true);
	if (mouse) {
		mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED,
		    NULL);
		mouseinterval(0);
	}
}

/* One that is set anew changes the screen's size, too. */
static void
look_at_font(void)
{
	vtfont_free(term.font);
	term.font = vtfont_of(STDOUT_FILENO);
}

bool
term_has(uint32_t cp)
{
	return vtfont_has(term.font, cp);
}

int
term_start(bool mouse, struct err *err)
{
	if (check(mouse, err) == -1)
		return -1;
	/*
	 * Begun aside, this is where we stop until a shell brings us to the front;
	 * where there is none that could (EIO), the screen is somebody else's.
	 */
	if (tcdrain(STDIN_FILENO) == -1 && errno == EIO)
		return err_set(err, ERR_TERMINAL,
		    "it is another program's now", NULL);
	if (tcgetattr(STDIN_FILENO, &term.before) == -1)
		return err_errno(err, ERR_TERMINAL, "tcgetattr");
	make_restore(mouse);
	del_curterm(cur_term);	/* newterm makes its own */
	catch_crashes();
	if (hold_begin() == -1)
		return err_errno(err, ERR_TERMINAL, "standard output");
	term.screen = newterm(NULL, term.out, stdin);
	if (term.screen == NULL) {
		hold_end();
		return err_set(err, ERR_TERMINAL, getenv("TERM"), "newterm");
	}
	term.up = 1;
	panic_hook = term_end;
	modes(mouse);
	look_at_font();
	return 0;
}

/*
 * ECMA-48's erasing, and what Linux's console, xterm and tmux take for erasing
 * what has scrolled away; others pass over it.
 */
#define WIPE	"\033[H\033[2J\033[3J"

static void
wipe(void)
{
	ssize_t ignored = term.can_paste ?
	    write(STDOUT_FILENO, WIPE, strlen(WIPE)) : 0;

	(void)ignored;
}

void
term_wipe(void)
{
	wipe();
	if (!term.wipes && term.can_paste)
		restore_string(WIPE);
	term.wipes = true;
	term_redraw();
}

void
term_end(void)
{
	if (!term.up)
		return;
	term.up = 0;
	/* Given back already, and touching it would stop us. */
	if (!is_aside()) {
		paste_mode(false);
		endwin();
		tcsetattr(STDIN_FILENO, TCSADRAIN, &term.before);
	}
	delwin(term.keys);
	delscreen(term.screen);
	hold_end();
	if (term.wipes && !is_aside())
		wipe();
}

/* Somebody wants us to end, which need not wait for the front. */
static bool
is_to_end(void)
{
	sigset_t set;

	return sigpending(&set) == 0 && (sigismember(&set, SIGTERM) == 1 ||
	    sigismember(&set, SIGHUP) == 1);
}

void
term_suspend(void)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL }, old;
	sigset_t stop, was;

	sigemptyset(&dfl.sa_mask);
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	paste_mode(false);
	endwin();
	/*
	 * The default action, not SIGSTOP: the kernel leaves it out where no
	 * shell could continue us.
	 */
	sigaction(SIGTSTP, &dfl, &old);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop, &was);
	sigprocmask(SIG_SETMASK, &was, NULL);
	sigaction(SIGTSTP, &old, NULL);
	/* Continued aside, the next line stops us again: SIGTTOU. */
	if (is_aside() && is_to_end())
		return;
	reset_prog_mode();
	paste_mode(true);
	term_resize();
	term_redraw();
}

bool
term_resize(void)
{
	struct winsize ws;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == -1 || ws.ws_row == 0 ||
	    ws.ws_col == 0 || (ws.ws_row == LINES && ws.ws_col == COLS))
		return false;
	resizeterm(ws.ws_row, ws.ws_col);
	look_at_font();
	return true;
}

void
term_redraw(void)
{
	clearok(curscr, TRUE);
}

int
term_fd(void)
{
	return STDIN_FILENO;
}

/* Keys that curses knows, and what they are called here. */
static const struct { wint_t curses; enum ui_key key; } named[] = {
	{ KEY_UP, UK_UP }, { KEY_DOWN, UK_DOWN },
	{ KEY_LEFT, UK_LEFT }, { KEY_RIGHT, UK_RIGHT },
	{ KEY_HOME, UK_HOME }, { KEY_END, UK_END },
	{ KEY_PPAGE, UK_PAGE_UP }, { KEY_NPAGE, UK_PAGE_DOWN },
	{ KEY_ENTER, UK_ENTER }, { KEY_BTAB, UK_BACKTAB },
	{ KEY_BACKSPACE, UK_BACKSPACE }, { KEY_DC, UK_DELETE },
	{ KEY_F(1), UK_F1 }, { KEY_F(2), UK_F2 }, { KEY_F(3), UK_F3 },
	{ KEY_F(4), UK_F4 }, { KEY_F(5), UK_F5 }, { KEY_F(6), UK_F6 },
	{ KEY_F(7), UK_F7 }, { KEY_F(8), UK_F8 }, { KEY_F(9), UK_F9 },
	{ KEY_F(10), UK_F10 }, { KEY_F(11), UK_F11 }, { KEY_F(12), UK_F12 },
};

/* The control characters that mean something. */
static const struct { wint_t ch; enum ui_key key; } controls[] = {
	{ 0x03, UK_INTERRUPT }, { 0x08, UK_BACKSPACE }, { 0x09, UK_TAB },
	{ 0x0a, UK_ENTER }, { 0x0c, UK_REDRAW }, { 0x0d, UK_ENTER },
	{ 0x15, UK_KILL_LINE }, { 0x1a, UK_SUSPEND }, { 0x1b, UK_ESC },
	{ 0x7f, UK_BACKSPACE },
};

static void
take_mouse(struct input *in)
{
	MEVENT m;

	if (getmouse(&m) != OK)
		return;
	in->y = m.y;
	in->x = m.x;
	if (m.bstate & BUTTON1_PRESSED)
		in->kind = INPUT_CLICK;
	else if (m.bstate & (BUTTON4_PRESSED | BUTTON5_PRESSED)) {
		in->kind = INPUT_WHEEL;
		in->wheel = m.bstate & BUTTON4_PRESSED ? -3 : 3;
	}
}

static void
take_key(wint_t c, struct input *in)
{
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (named[i].curses == c) {
			in->kind = INPUT_KEY;
			in->key = named[i].key;
		}
}

static void
take_char(wint_t c, struct input *in)
{
	/* In pasted text only letters count; the rest parts them. */
	if (term.pasting && (c < 0x20 || c == 0x7f)) {
		in->kind = INPUT_BREAK;
		in->ch = (uint32_t)c;
		return;
	}
	if (c >= 0x20 && c != 0x7f) {
		in->kind = INPUT_CHAR;
		in->ch = (uint32_t)c;
		return;
	}
	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++)
		if (controls[i].ch == c) {
			in->kind = INPUT_KEY;
			in->key = controls[i].key;
		}
}

/*
 * A key or the mouse, by what came.  In a paste it is a part of what somebody
 * copied and does nothing, unless it comes alone and a while after the rest: then
 * the end of the paste was lost.
 */
static void
take_code(wint_t c, struct input *in)
{
	struct pollfd more = { .fd = STDIN_FILENO, .events = POLLIN };
	bool within = term.pasting && (clock_mono_ms() - term.pasted_at <
	    PASTE_PAUSE_MS || poll(&more, 1, 0) != 0);

	if (!within)
		term.pasting = false;
	if (c == KEY_MOUSE)
		take_mouse(in);
	else
		take_key(c, in);
	if (within)
		in->kind = INPUT_NONE;
}

bool
term_read(struct input *in)
{
	wint_t c;
	int got = wget_wch(term.keys, &c);

	memset(in, 0, sizeof(*in));
	/* Bytes that are no character give one too, and hold a key behind them back. */
	if (got == ERR)
		got = wget_wch(term.keys, &c);
	if (got == ERR)
		return false;
	/* No key: curses says so of a size that term_resize has seen to. */
	if (got == KEY_CODE_YES && c == KEY_RESIZE)
		in->kind = INPUT_NONE;
	else if (got == KEY_CODE_YES && (c == KEY_PASTE_BEGINS ||
	    c == KEY_PASTE_ENDS)) {
		term.pasting = c == KEY_PASTE_BEGINS;
		in->kind = INPUT_PASTE;
	} else if (got == KEY_CODE_YES)
		take_code(c, in);
	else
		take_char(c, in);
	if (term.pasting)
		term.pasted_at = clock_mono_ms();
	in->pasted = term.pasting;
	return true;
}

bool
term_gone(void)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	int waiting = 0;

	/*
	 * Ready, and yet nothing to read: that is its end.  So is what is there to
	 * read and is another program's: who could be brought to the front again
	 * has been stopped by trying.
	 */
	if (term.lost || is_aside())
		return true;
	return poll(&p, 1, 0) == 1 && (ioctl(p.fd, FIONREAD, &waiting) == -1 ||
	    waiting == 0);
}

bool
term_lost(void)
{
	return term.lost;
}
