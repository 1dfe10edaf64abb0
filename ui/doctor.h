/*
 * okienko doctor: a run of the chain of checks (answers/chain.h) through all
 * links, and what of this machine only the program itself can look at: the
 * terminal, the words of the other language.  The command's own thread.
 */
#ifndef UI_DOCTOR_H
#define UI_DOCTOR_H

#include "answers/chain.h"
#include "ui/verb.h"

/* One finding each; its link is set. */
void		doctor_catalogue(struct finding *);
void		doctor_terminal(struct finding *);
void		doctor_fence(struct finding *);

/* okienko doctor network [URL]. */
enum exit_code	doctor_network(struct cmd *);

#endif
