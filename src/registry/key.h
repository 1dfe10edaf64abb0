/*
 * The registry's key: 32 random bytes, as hex in a file of its own beside the
 * registry (or a systemd credential), never in the registry.  The registry
 * holds only a check value, by which a wrong key is noticed.
 */
#ifndef REGISTRY_KEY_H
#define REGISTRY_KEY_H

#include <sys/stat.h>
#include <stdbool.h>

#include "base/err.h"
#include "registry/inside.h"

#define KEY_CREDENTIAL	"okienko-registry-key"	/* name in $CREDENTIALS_DIRECTORY */

/*
 * Read the key from file (NULL: the credential, else path + ".key").  With
 * make, one that is not there is made, with that mode, and is on disk when this
 * returns.  -1: ERR_REGISTRY_KEY, ERR_IO.
 */
int	 key_load(struct ident_key *, const char *path, const char *file,
	    bool make, mode_t, struct err *);

/* Note which key this registry is for, unless it is noted. */
int	 key_seal(struct registry *, struct err *);

/* -1 and ERR_REGISTRY_KEY when the registry was made with another. */
int	 key_check(struct registry *, struct err *);

void	 key_wipe(struct ident_key *);

#endif
