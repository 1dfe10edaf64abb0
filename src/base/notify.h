/*
 * The service manager that started us, if it waits to be told: "READY=1",
 * "WATCHDOG=1", "STOPPING=1", as sd_notify(3) has it.  It is told, never asked,
 * and one that does not listen holds up nothing.  Any thread.
 */
#ifndef BASE_NOTIFY_H
#define BASE_NOTIFY_H

/*
 * A descriptor to the socket that NOTIFY_SOCKET names (a path, or "@name" for
 * one that is no file), the caller's to close; -1: nobody waits.
 */
int	notify_open(void);

/* Nothing happens for -1. */
void	notify_say(int fd, const char *state);

#endif
