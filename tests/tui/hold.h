/*
 * Moments of the real desk that a test otherwise only meets by chance.  Linked
 * with --wrap=finder_ask and --wrap=rounds_new.
 */
#ifndef TESTS_TUI_HOLD_H
#define TESTS_TUI_HOLD_H

#include <stdbool.h>

/* From now on the search's answers wait, or those that wait come. */
void	hold_answers(bool);

/* As if a case had gone on, at this very moment. */
void	hold_round(void);

#endif
