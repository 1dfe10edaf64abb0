/*
 * Moments of the real desk that a test otherwise only meets by chance.  Linked
 * with --wrap= of what stands in hold.c.
 */
#ifndef TESTS_TUI_HOLD_H
#define TESTS_TUI_HOLD_H

#include <stdbool.h>

/*
 * From now on what a person asked for waits (the search's answers, an answer or a
 * note in a case, a renewal's end, a file, a report); or what waits comes, as it
 * does when the desk ends.
 */
void	hold_answers(bool);

/* Before anything is asked: what search needs is not read before all is let. */
void	hold_loading(void);

/* From now on chains of checks wait, or go on. */
void	hold_looks(bool);

/* As if a case had gone on, at this very moment. */
void	hold_round(void);

#endif
