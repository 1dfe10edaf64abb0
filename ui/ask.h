/*
 * Ask for a password on the terminal, straight into locked memory.  Blocks;
 * for the command line only.
 */
#ifndef UI_ASK_H
#define UI_ASK_H

#include "base/err.h"
#include "base/secret.h"

/*
 * Show question on the controlling terminal and read a line without echo.
 * ERR_PASSWORD_NEEDED without a terminal, ERR_CANCELLED after Ctrl-C, Ctrl-D or
 * a signal (the terminal is put right first); what is the file's name.
 */
int	ask_password(const char *question, const char *what, struct secret **,
	    struct err *);

#endif
