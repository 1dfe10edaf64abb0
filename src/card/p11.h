/*
 * One loaded PKCS#11 module: libp11 loads, initialises, lists slots and
 * finalises it; its own function list beside it does the rest.
 *
 * Objects are read by the module's own list alone, because libp11 0.4.12 reads
 * values of whatever length a module claims, passes over a damaged certificate
 * in silence, re-encodes the others, waits for ever when a session cannot be
 * opened, and keeps a copy of a PIN.  It is never given a session or a PIN.
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

struct p11 {
	char			*path;
	const char		*name;		/* file name, inside path */
	CK_FUNCTION_LIST	*fn;
	PKCS11_CTX		*ctx;
	PKCS11_SLOT		*slots;
	unsigned		 nslots;
	bool			 opensc;	/* it says that it is OpenSC */
	void			*library;
};

/*
 * ERR_MODULE_MISSING, _BAD (cannot be loaded, or is no PKCS#11 module) or
 * _REFUSED (C_Initialize failed).
 */
int	p11_load(const char *path, struct p11 **, struct err *);
void	p11_unload(struct p11 *);		/* NULL is fine */

/*
 * List the slots anew.  Modules notice cards that came or went only when asked
 * for slots or slot information, so this comes first in every read.
 */
int	p11_refresh(struct p11 *, struct err *);

/* The id that raw calls know slots[i] by. */
CK_SLOT_ID p11_slot_id(const struct p11 *, unsigned i);

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
