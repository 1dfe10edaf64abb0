/*
 * okienko doctor: checks by table.  A check looks at one thing of this machine
 * or this session and tells one or more findings, each a verdict, a sentence
 * and how to mend it.  One thread.
 */
#ifndef UI_DOCTOR_H
#define UI_DOCTOR_H

#include "card/card.h"
#include "ui/verb.h"

enum health { HEALTH_OK, HEALTH_WARNING, HEALTH_WRONG, HEALTH_UNKNOWN };

struct doctor;

/* The command line, for its configuration; and what the card process reported. */
const struct cmd	*doctor_cmd(const struct doctor *);
const struct card_world	*doctor_world(const struct doctor *);

/* True if the card process was given up before it had looked at everything. */
bool	doctor_gave_up(const struct doctor *);

/* Tell a finding of the present check; mend is "" where nothing needs doing. */
void	doctor_tell(struct doctor *, enum health, const char *mend,
	    const char *, ...) __attribute__((format(printf, 4, 5)));

/* The same for an error, in its own words. */
void	doctor_tell_err(struct doctor *, enum health, const struct err *);

typedef void doctor_fn(struct doctor *);

/* Each in its room's file: the desk's surroundings, and the cards'. */
doctor_fn	doctor_locale, doctor_catalogue, doctor_terminal, doctor_clock;
doctor_fn	doctor_settings, doctor_authorities, doctor_runtime;
doctor_fn	doctor_registry, doctor_channels;
doctor_fn	doctor_helper, doctor_service, doctor_access, doctor_readers;
doctor_fn	doctor_cards, doctor_modules;

/* okienko doctor network [URL]. */
enum exit_code	doctor_network(struct cmd *);

#endif
