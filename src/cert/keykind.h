/*
 * The kinds of key pairs that a card may be asked to make.  Any thread.
 */
#ifndef CERT_KEYKIND_H
#define CERT_KEYKIND_H

#include "cert/cert.h"

enum key_kind {
	KEY_KIND_NONE,
	KEY_KIND_RSA2048, KEY_KIND_RSA3072, KEY_KIND_RSA4096,
	KEY_KIND_P256, KEY_KIND_P384, KEY_KIND_P521,
	KEY_KINDS
};

/* "rsa2048", "p256"; static. */
const char	*key_kind_id(enum key_kind);
enum key_kind	 key_kind_from_id(const char *);	/* NONE: none of ours */
/* The kind that a certificate's key is of; NONE for others. */
enum key_kind	 key_kind_of(const struct cert *);
enum cert_key_type key_kind_type(enum key_kind);
unsigned	 key_kind_bits(enum key_kind);
/* "RSA 2048", for people. */
const char	*key_kind_name(enum key_kind);

#endif
