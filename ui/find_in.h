/*
 * okienko find --in: the certificates that documents name.  One thread.
 */
#ifndef UI_FIND_IN_H
#define UI_FIND_IN_H

#include "ui/verb.h"

enum exit_code	 find_in(struct cmd *);

#endif
