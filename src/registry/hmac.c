/* The digest's own functions are not what OpenSSL tells new programs to use. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/sha.h>

#include "base/mem.h"
#include "registry/hmac.h"

_Static_assert(HMAC_LEN == SHA256_DIGEST_LENGTH, "of SHA-256");
_Static_assert(HMAC_KEY_MAX == SHA256_CBLOCK, "of SHA-256");

struct hmac {
	SHA256_CTX	inner, outer;	/* after the key's block */
	SHA256_CTX	text;
};

static void
start(SHA256_CTX *ctx, const uint8_t *key, size_t len, uint8_t pad)
{
	uint8_t block[SHA256_CBLOCK];

	for (size_t i = 0; i < sizeof block; i++)
		block[i] = (uint8_t)((i < len ? key[i] : 0) ^ pad);
	(void)SHA256_Init(ctx);
	(void)SHA256_Update(ctx, block, sizeof block);
	explicit_bzero(block, sizeof block);
}

struct hmac *
hmac_new(const void *key, size_t len)
{
	struct hmac *h = mem_alloc(sizeof *h);

	if (len > HMAC_KEY_MAX)
		panic("a key longer than HMAC_KEY_MAX");
	start(&h->inner, key, len, 0x36);
	start(&h->outer, key, len, 0x5c);
	return h;
}

void
hmac_free(struct hmac *h)
{
	if (h == NULL)
		return;
	explicit_bzero(h, sizeof *h);
	free(h);
}

void
hmac_begin(struct hmac *h)
{
	h->text = h->inner;
}

void
hmac_add(struct hmac *h, const void *p, size_t len)
{
	(void)SHA256_Update(&h->text, p, len);
}

void
hmac_end(struct hmac *h, uint8_t out[HMAC_LEN])
{
	uint8_t digest[SHA256_DIGEST_LENGTH];

	(void)SHA256_Final(digest, &h->text);
	h->text = h->outer;
	(void)SHA256_Update(&h->text, digest, sizeof digest);
	(void)SHA256_Final(out, &h->text);
	explicit_bzero(digest, sizeof digest);
}
