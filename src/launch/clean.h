/*
 * What a process inherits beside its environment, as it ought to be: whoever
 * started us may have left it in any state.
 */
#ifndef LAUNCH_CLEAN_H
#define LAUNCH_CLEAN_H

/*
 * Descriptors 0-2 and no others, files for us alone, no core dumps, no signal
 * blocked or ignored, no timer, no privileges to be had, "/" to stand in.
 * 0, or -1 and errno: then there is nothing to start the desk on.
 */
int	clean(void);

#endif
