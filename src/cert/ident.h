/*
 * Identifiers of persons; Polish numbers with a check digit.  Any thread; no
 * state.
 */
#ifndef CERT_IDENT_H
#define CERT_IDENT_H

#include <stdbool.h>

#include "cert/cert.h"

/*
 * True for eleven (PESEL) or ten (NIP) digits, hyphens and spaces between them
 * not counted, whose check digit is right and which could have been given out.
 */
bool	ident_pesel_ok(const char *);
bool	ident_nip_ok(const char *);

/*
 * By its form, "PNOPL-44051401359"; one in no known form is OTHER and whole.
 * What stood in out goes; its value is the caller's.
 */
void	ident_person(const char *, struct cert_id *out);

#endif
