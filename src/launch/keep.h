/*
 * The kiosk's desk: started, and started anew when a session is over, so that
 * a process never meets a second person.
 */
#ifndef LAUNCH_KEEP_H
#define LAUNCH_KEEP_H

/* What the desk ends with when a session is over and nothing is left (ui/exit.def). */
#define KEEP_SESSION_OVER	20

/*
 * Starts the desk until it ends in another way, or until SIGTERM or SIGHUP told
 * us to end it, or until sessions are over before anybody can have had them.
 * Before each start the terminal is wiped and given its first settings, and
 * whatever the last session started has been ended.  Returns the status to end
 * with, for a signal that killed the desk 128 and its number, as shells do, but 0
 * for the one that we passed on and for a session that was over by then; or -1
 * when the desk could not be started.
 */
int	keep(const char *desk, const char *const argv[],
	    const char *const env[]);

#endif
