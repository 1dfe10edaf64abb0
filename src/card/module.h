/*
 * A module process: `okienko-card --module PATH` loads one PKCS#11 module and
 * reads cards through it for the supervisor.  One module; whoever calls a module
 * may be hung or killed by it, so nothing else lives here.  One thread, but for
 * one that reports what OpenSC has read while its call lasts (early.h).
 *
 * Frames (base/wire.h) from the supervisor:
 *   {"req":"read","id":N,"reader":"NAME","atr":"HEX"}
 *	a card is in this reader; "" asks for tokens without a reader
 *   {"req":"forget","reader":"NAME"}		the card has left
 *   {"req":"login","id":N, ...}		then a secret frame unless pinpad
 *   {"req":"sign","id":N, ...}			so too
 *   {"req":"change","id":N, ...}		so too; all as in proto.h
 * and to it:
 *   {"ev":"module","name":"...","path":"...","state":"ready|stopped",...}
 *	once after loading
 *   {"ev":"card", ... }			proto.h; what this module sees there
 *   {"ev":"answer","id":N,"err":{...}}		err absent on success; with
 *						"signature" if it was a sign
 *						and "der" if a change has one
 *
 * An answer to "read" is preceded by one or more cards: state reading while
 * more is coming, then ready (no tokens: this module knows nothing of the card)
 * or failed with its err.  Requests are dealt with in order.  The card's own
 * counters that PKCS#11 does not tell (probe.h) are asked for in here too, once
 * the module has let go of the card, so no other process sends it commands.
 *
 * A change is done in one session, then looked for in another after the module
 * has been stopped and started, so that it cannot answer from its memory.
 *
 * A module that needs minutes sends a card event after each part it has read;
 * silence longer than the configured time is a hang.
 */
#ifndef CARD_MODULE_H
#define CARD_MODULE_H

#include "base/conf.h"

/* Runs until the supervisor closes fd; returns the process's exit status. */
int	module_process_main(const char *path, int fd, const struct conf *conf);

#endif
