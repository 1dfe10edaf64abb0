/*
 * One loaded PKCS#11 module: libp11 loads, initialises and finalises it; its own
 * function list beside it does the rest.
 *
 * Cards are read by the module's own list alone, because libp11 0.4.12 fails to
 * list any slot when one token answers with an error, reads values of whatever
 * length a module claims, passes over a damaged certificate in silence,
 * re-encodes the others, waits for ever when a session cannot be opened, and
 * keeps a copy of a PIN.  It is never given a session or a PIN.
 *
 * Every call may block or crash: module processes only, one thread.
 */
#ifndef CARD_P11_H
#define CARD_P11_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libp11.h>
#include <p11-kit/pkcs11.h>

#include "base/err.h"

#define P11_SLOTS_MAX	256	/* further ones are not looked at */

struct p11 {
	char			*path;
	const char		*name;		/* file name, inside path */
	CK_FUNCTION_LIST	*fn;
	PKCS11_CTX		*ctx;
	CK_SLOT_ID		 slots[P11_SLOTS_MAX];
	size_t			 nslots;
	bool			 opensc;	/* it says that it is OpenSC */
	bool			 own;		/* fn is initialised apart from ctx */
	void			*library;
};

/*
 * ERR_MODULE_MISSING or _BAD (cannot be loaded, or is no PKCS#11 module).
 * Nothing else may be asked of it before it has been started.
 */
int	p11_load(const char *path, struct p11 **, struct err *);

/* C_Initialize, unless that is done; ERR_MODULE_REFUSED. */
int	p11_start(struct p11 *, struct err *);
/*
 * C_Finalize: it lets go of its cards and forgets what it knew of them; to be
 * started again.
 */
void	p11_stop(struct p11 *);
void	p11_unload(struct p11 *);		/* NULL is fine */

/*
 * List the slots anew.  Modules notice cards that came or went only when asked
 * for slots or slot information, so this comes first in every read.
 */
int	p11_refresh(struct p11 *, struct err *);

/* The size in bytes of a blank-padded field without its padding. */
size_t	p11_field_len(const unsigned char *, size_t size);

/* As ckr_err, for a call of this module. */
int	p11_err(const struct p11 *, struct err *, CK_RV, const char *call,
	    const char *reader);

/*
 * True when a slot's description names a PC/SC reader: the same, or the same as
 * far as the 64 bytes of the field go (PKCS#11 3.2, CK_SLOT_INFO).
 */
bool	p11_names_reader(const unsigned char *description, size_t size,
	    const char *reader);

#endif
