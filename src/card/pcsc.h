/*
 * Who comes and goes: a thread that waits for PC/SC events in a context of its
 * own and never polls.  The rest of the supervisor sees only its latest view,
 * and hears of a new one by a descriptor.  Everything but the thread itself is
 * for the supervisor's thread.
 */
#ifndef CARD_PCSC_H
#define CARD_PCSC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "card/card.h"

#define PCSC_NAME_MAX	128	/* bytes of a reader's name, with its NUL */

struct pcsc_reader {
	char		 name[PCSC_NAME_MAX];
	unsigned	 round;		/* another whenever what can be read of it is */
	unsigned	 turns;		/* another whenever a card came or went */
	bool		 present;
	bool		 mute;		/* present, and does not answer */
	bool		 exclusive;	/* another program keeps it to itself */
	uint8_t		 atr[CARD_ATR_MAX];
	size_t		 atr_len;
};

struct pcsc_view {
	enum pcsc_state		 state;
	struct err		 err;		/* for PCSC_GONE */
	unsigned		 contexts;	/* so far: one for each time it was up */
	struct pcsc_reader	 readers[CARD_READERS_MAX];
	size_t			 n;
};

struct pcsc_watch;

/*
 * forwarded: where an SSH client puts its service, at a socket that has to be our
 * own; kept, not copied.  NULL: this machine's.
 */
struct pcsc_watch	*pcsc_watch_new(const char *forwarded);

/* Ends the thread, however deep it waits, and frees. */
void			 pcsc_watch_free(struct pcsc_watch *);

/* Readable when there is a new view; taking it makes it quiet again. */
int			 pcsc_watch_fd(const struct pcsc_watch *);
void			 pcsc_watch_take(struct pcsc_watch *, struct pcsc_view *);

/* The socket that the client library speaks to. Static. */
const char		*pcsc_socket(void);

/*
 * Sleep until path appears or is made anew, stop_fd is readable, or ms have
 * passed (-1: no bound, and it was not there: not at all when it is by now).
 * Folders on the way to it need not exist yet.
 */
void			 pcsc_wait_socket(const char *path, int stop_fd, int ms);

/*
 * Who takes connections at path: nobody; one who hangs up on us before a word (so
 * pcscd treats whom polkit refuses, and sshd whose other end has no service,
 * which libpcsclite before 2.0 passes on as a service that is not there); or
 * one who waits for what we say.
 */
enum pcsc_door { DOOR_CLOSED, DOOR_HANGS_UP, DOOR_OPEN };
enum pcsc_door		 pcsc_door(const char *path);

/* A socket, no link to one, that only this account can have put there. */
bool			 pcsc_is_own(const char *path);

#endif
