/*
 * Moments of the real desk that a test otherwise only meets by chance.  Linked
 * with --wrap=case_note, finder_ask, rounds_new and service_free.
 */
#ifndef TESTS_TUI_HOLD_H
#define TESTS_TUI_HOLD_H

#include <stdbool.h>

/*
 * From now on the search's answers wait, and notes in a case; or those that wait
 * come, as they do when the desk ends.
 */
void	hold_answers(bool);

/* As if a case had gone on, at this very moment. */
void	hold_round(void);

#endif
