/*
 * Readers and cards on the command line, for people and as JSON.  One thread.
 */
#ifndef UI_CARD_OUT_H
#define UI_CARD_OUT_H

#include <jansson.h>
#include <stdbool.h>

#include "card/card.h"
#include "ui/verb.h"

/* Seconds a command waits for readers, cards and card software. */
#define CARD_WAIT_DEFAULT	60
#define CARD_WAIT_MAX		3600

/*
 * Start the card process, wait for all cards to be read (the verb's option
 * "timeout"), and hand the world to look with arg; what goes wrong on the way is told on
 * standard error and is part of the exit code.
 */
enum exit_code	 card_look(struct cmd *, enum exit_code (*look)(struct cmd *,
		    const struct card_world *, void *arg), void *arg);

/* The verb's option "timeout" in seconds; ERR_USAGE. */
int		 card_seconds(const struct cmd *, long *seconds, struct err *);

/* The name of a reader, or of the token where there is no reader. */
const char	*card_place(const struct card *);

/* "CryptoCard Graphite", "unknown card", "empty": what is in the reader. */
const char	*card_title(const struct card *);

/* Whether option "reader" (NULL: none given) means this card. */
bool		 card_wanted(const struct card *, const char *reader);

/* EXIT_FINE for one that was read whole and without trouble. */
enum exit_code	 card_exit(const struct card *);

/* Troubles of the service, the modules and the card process, on standard error. */
enum exit_code	 world_troubles(struct cmd *, const struct card_world *);

/* All of a card; details: every field of its certificates. */
void	 card_print(struct cmd *, const struct card *, bool details);

/*
 * proto_card_to_json, and inside each certificate what cert_describe adds: the
 * card object of `okienko card --json` and of `okienko watch --json`.
 */
json_t	*card_describe(const struct cmd *, const struct card *);

#endif
