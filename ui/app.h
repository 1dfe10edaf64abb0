/*
 * The full-screen desk from its start to its end.
 */
#ifndef UI_APP_H
#define UI_APP_H

#include "base/err.h"
#include "ui/setup.h"

/*
 * Take the terminal, run the desk until it is left, give the terminal back; over
 * tells whether it was left because the visit to a kiosk is over.
 * i18n_init has been called.  -1 and ERR_TERMINAL if there is no terminal to
 * speak of.
 */
int	app_run(const struct setup *, bool *over, struct err *);

#endif
