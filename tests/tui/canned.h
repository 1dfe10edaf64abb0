/*
 * Made-up cards for the screen's tests, by name.  All persons and issuers in
 * them are invented.  One thread.
 */
#ifndef TESTS_TUI_CANNED_H
#define TESTS_TUI_CANNED_H

#include <stdbool.h>

#include "card/card.h"

/* Every test stands at this moment: 2026-11-22 12:00:00 UTC. */
#define CANNED_NOW	INT64_C(1795348800)

/*
 * Fill a card that is in its reader already: "full", "again" (the same, being
 * read), "renewed" (the same, changed), "reading", "second" (of its certificates,
 * so far), "half" (read, then no more), "other" (model), "empty", "unknown",
 * "locked", "last", "two", "front" (those two the other way round), "hostile",
 * "many", "memory", "mute", "worn", "partly" (one of two modules failed); false
 * for another name.
 */
bool	canned_fill(struct card *, const char *kind);

#endif
