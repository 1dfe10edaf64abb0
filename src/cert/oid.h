/*
 * The object identifiers we have words for.  The words are OpenSSL's, so that
 * what we print can be compared with what it prints.  Static data; any thread.
 */
#ifndef CERT_OID_H
#define CERT_OID_H

#include "cert/cert.h"

/* The word for an identifier in dots; the dots themselves where there is none. */
const char	*oid_attr_name(const char *dots);
/*
 * The identifier of an attribute that is written in a word, whatever its case,
 * or in dots; NULL for none that is known here.
 */
const char	*oid_attr_dots(const char *word, size_t len);
const char	*oid_eku_name(const char *dots);
const char	*oid_signature_name(const char *dots);

/* What a public key's algorithm is; KEY_UNKNOWN for another one. */
enum cert_key_type oid_key_type(const char *dots);

/* A named curve and its size in bits; NULL and 0 for another one. */
const char	*oid_curve_name(const char *dots, unsigned *bits);

#endif
