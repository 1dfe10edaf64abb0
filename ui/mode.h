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

#endif
