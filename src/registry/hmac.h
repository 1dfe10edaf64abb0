/*
 * HMAC-SHA256 (RFC 2104) under a key made ready once.  By the digest itself, not
 * by way of OpenSSL's providers: those take 2 MiB and more instructions than a
 * start of the desk has else, for the only hash it makes before somebody does
 * something.
 */
#ifndef REGISTRY_HMAC_H
#define REGISTRY_HMAC_H

#include <stddef.h>
#include <stdint.h>

#define HMAC_LEN	32
#define HMAC_KEY_MAX	64	/* bytes: a block of the digest */

struct hmac;

/* One thread at a time; holds the key. */
struct hmac *hmac_new(const void *key, size_t len);
void	 hmac_free(struct hmac *);	/* wipes; NULL is fine */

/* A text, in pieces. */
void	 hmac_begin(struct hmac *);
void	 hmac_add(struct hmac *, const void *, size_t);
void	 hmac_end(struct hmac *, uint8_t out[HMAC_LEN]);

#endif
