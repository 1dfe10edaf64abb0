/*
 * Who stands before the screen: the counter's own people, an agent who logged
 * in from afar, or whoever comes into the hall.  The launcher says it in
 * OKIENKO_MODE, because the unit or the sshd snippet that started it said so;
 * no option and no setting does, since those can be typed.  Any thread.
 */
#ifndef UI_MODE_H
#define UI_MODE_H

#include <stdbool.h>

#include "base/err.h"

enum mode { MODE_DESK, MODE_AGENT, MODE_KIOSK };

/* MODE_DESK where nobody says; -1 and ERR_USAGE for a word that is no mode. */
int		 mode_read(enum mode *, struct err *);

/* "desk", "agent", "kiosk" */
const char	*mode_word(enum mode);

/* Whether there are commands, or the screen alone. */
bool		 mode_has_verbs(enum mode);

/*
 * Which modes have a thing: a key, a view, what an answer's step does.  What
 * says nothing (0) is the desk's and the agent's: into the kiosk comes only what
 * somebody put there.  What a mode lacks is absent, not refused.
 */
#define IN_KIOSK	0x1	/* too */
#define NOT_AGENT	0x2	/* what prints or uses files of this machine */
#define NOT_DESK	0x4
#define ONLY_KIOSK	(IN_KIOSK | NOT_AGENT | NOT_DESK)

bool		 mode_has(enum mode, unsigned modes);

#endif
