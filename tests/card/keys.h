/*
 * What a card's chip does with its keys, on libcrypto.  Results are added to a
 * buffer; -1 means the card refuses (wrong length, wrong kind of key).
 * One thread.
 */
#ifndef TESTS_CARD_KEYS_H
#define TESTS_CARD_KEYS_H

#include <openssl/evp.h>

#include "base/buf.h"

EVP_PKEY *key_new_rsa(unsigned bits);
EVP_PKEY *key_new_ec(const char *group);
EVP_PKEY *key_from_primes(struct span p, struct span q);	/* e = 65537 */
EVP_PKEY *key_from_scalar(const char *group, struct span d);

/* The named curve whose field has this prime, or NULL. */
const char *key_group_of_prime(struct span prime);

/* Bytes of an RSA modulus or of an EC field element. */
size_t	 key_width(EVP_PKEY *);
void	 key_add_modulus(EVP_PKEY *, struct buf *);
void	 key_add_point(EVP_PKEY *, struct buf *);	/* 04 X Y */
void	 key_add_spki(EVP_PKEY *, struct buf *);

int	 key_rsa_raw(EVP_PKEY *, struct span, struct buf *);
int	 key_rsa_sign(EVP_PKEY *, struct span digest_info, struct buf *);
int	 key_rsa_decrypt(EVP_PKEY *, struct span, struct buf *);
int	 key_ec_sign(EVP_PKEY *, struct span hash, struct buf *);
int	 key_ec_derive(EVP_PKEY *, struct span point, struct buf *);

#endif
