/*
 * Orders to a running program: a UNIX socket that takes one line a connection
 * and answers with one line; what begins with "error" is a refusal.  A client
 * that says nothing for a second is left.
 */
#ifndef TESTS_CARD_CONTROL_H
#define TESTS_CARD_CONTROL_H

#include <stddef.h>

#define CONTROL_LINE_MAX 4096

int	control_open(const char *path);		/* -1, with a sentence */
/* A client's descriptor and its line, or -1: there was none. */
int	control_accept(int fd, char *line, size_t size);
void	control_answer(int client, const char *);	/* closes it */

/* The client's side: these words as one line; the program's exit code. */
int	control_tell(const char *path, char *const words[]);

#endif
