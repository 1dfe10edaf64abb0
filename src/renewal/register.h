/*
 * "Register the certificate in the system": where the programs of this account
 * learn of the card's software, so that they see what is on the card.  Looks,
 * and writes one line where somebody asks for it; nothing that stands there
 * already is changed.  No state; any thread.
 */
#ifndef RENEWAL_REGISTER_H
#define RENEWAL_REGISTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define REGISTER_PLACES_MAX	16

enum register_kind {
	REGISTER_NSS,		/* pkcs11.txt of a profile (sql:) */
	REGISTER_P11KIT		/* a module's file of the account's */
};

enum register_state {
	REGISTER_NOT,		/* the card's software is not known there */
	REGISTER_IS,
	REGISTER_CANNOT		/* err says why it could not be looked at */
};

struct register_place {
	enum register_kind kind;
	enum register_state state;
	char		*name;		/* "Thunderbird", "p11-kit" */
	char		*path;		/* the file that says so, or would */
	struct err	 err;
};

struct register_places {
	struct register_place v[REGISTER_PLACES_MAX];
	size_t		 n;
	bool		 cut;		/* there were more profiles */
};

/* For the software in that file; home is the account's folder. */
void	register_look(const char *home, const char *module,
	    struct register_places *);
void	register_places_clear(struct register_places *);

/*
 * Have that place know it: durable when it returns 0.  Programs that run look
 * there when they start next.  -1: ERR_IO, ERR_DISK_FULL, ERR_BAD_DATA for a
 * path that cannot be written there.
 */
int	register_put(const struct register_place *, const char *module,
	    struct err *);

/* A word for JSON: "nss", "not". */
const char	*register_kind_id(enum register_kind);
const char	*register_state_id(enum register_state);

#endif
