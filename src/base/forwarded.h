/*
 * Sockets that an agent's SSH client brings along (ssh -R).  sshd takes no name
 * that is there already, and leaves its own behind: the desk moves what came with
 * its login aside, so that the name is free for the next one, also while a line
 * that stands still has not been given up.
 */
#ifndef BASE_FORWARDED_H
#define BASE_FORWARDED_H

/* Before the fence is raised.  What nobody listens at any more is removed. */
void	 forwarded_take(const char *path);

/* Where what came at path is now: moved aside, or path; the caller's to free. */
char	*forwarded_at(const char *path);

/*
 * Both of an agent's: the card service's (paths_forwarded_pcsc) and p11-kit's,
 * whose clients are told of the other place by the environment.
 */
void	 forwarded_take_all(void);

#endif
