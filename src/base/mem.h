/*
 * Memory that cannot be had ends the program: nothing useful can be done at a
 * counter without it, and a half-working desk would be worse.  The terminal is
 * put right first (panic_hook).  Any thread.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

void	*mem_alloc(size_t);			/* zeroed */
void	*mem_array(size_t n, size_t size);	/* zeroed, overflow checked */
void	*mem_grow(void *, size_t n, size_t size);
char	*mem_strdup(const char *);		/* NULL stays NULL */
char	*mem_strndup(const char *, size_t);
char	*mem_printf(const char *, ...) __attribute__((format(printf, 1, 2)));

/* What panic calls before it says its last words: put the terminal right. */
extern void (*panic_hook)(void);

void	 panic(const char *, ...)
	    __attribute__((format(printf, 1, 2), noreturn));

#endif
