/*
 * What PKCS#11 return values mean to the desk.  No state; any thread.
 */
#ifndef CARD_CKR_H
#define CARD_CKR_H

#include "base/err.h"

/* "CKR_DEVICE_ERROR"; "CKR_VENDOR_DEFINED" and "CKR_?" for the rest. Static. */
const char	*ckr_name(unsigned long rv);

/* The error it is shown as; never ERR_NONE unless rv is CKR_OK. */
enum err_code	 ckr_code(unsigned long rv);

/*
 * As err_raw for a PKCS#11 call that failed.  The sentence names the reader or
 * the module, whichever the error is about.
 */
int		 ckr_err(struct err *, unsigned long rv, const char *call,
		    const char *module, const char *reader);

#endif
