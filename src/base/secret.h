/*
 * A PIN or password.  It lies in memory that is locked, left out of core dumps
 * and wiped; there is no way to print or copy it.  One owner at a time.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECRET_MAX	255	/* bytes of a PIN or password */
#define SECRET_LONG_MAX	3800	/* of what no one types: a server's token */

struct secret;

struct secret	*secret_new(void);
struct secret	*secret_new_long(void);
void		 secret_free(struct secret *);	/* wipes; NULL is fine */

/* Append bytes, or take the last UTF-8 character away; -1 when there is no room. */
int		 secret_add(struct secret *, const void *, size_t);
void		 secret_backspace(struct secret *);
void		 secret_wipe(struct secret *);	/* empty again */

size_t		 secret_len(const struct secret *);	/* bytes */
size_t		 secret_chars(const struct secret *);	/* characters */
/* Nothing but printable ASCII: what every keyboard and program makes the same of. */
bool		 secret_plain(const struct secret *);

/* Borrowed, NUL at the end; only for handing to the call that needs it. */
const char	*secret_peek(const struct secret *);

/* No core dumps and no ptrace by others for this process. */
void		 secret_harden_process(void);

#endif
