/*
 * Polish numbers with a check digit.  Any thread; no state.
 */
#ifndef CERT_IDENT_H
#define CERT_IDENT_H

#include <stdbool.h>

/*
 * True for eleven (PESEL) or ten (NIP) digits, hyphens and spaces between them
 * not counted, whose check digit is right and which could have been given out.
 */
bool	ident_pesel_ok(const char *);
bool	ident_nip_ok(const char *);

#endif
