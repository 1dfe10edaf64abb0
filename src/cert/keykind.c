#include "config.h"

#include "cert/keykind.h"

#include <string.h>

static const struct {
	const char		*id, *name;
	enum cert_key_type	 type;
	unsigned		 bits;
	const char		*curve;		/* as a certificate says it */
} kinds[KEY_KINDS] = {
	[KEY_KIND_NONE] = { "", "", KEY_UNKNOWN, 0, NULL },
	[KEY_KIND_RSA2048] = { "rsa2048", "RSA 2048", KEY_RSA, 2048, NULL },
	[KEY_KIND_RSA3072] = { "rsa3072", "RSA 3072", KEY_RSA, 3072, NULL },
	[KEY_KIND_RSA4096] = { "rsa4096", "RSA 4096", KEY_RSA, 4096, NULL },
	[KEY_KIND_P256] = { "p256", "EC P-256", KEY_EC, 256, "P-256" },
	[KEY_KIND_P384] = { "p384", "EC P-384", KEY_EC, 384, "P-384" },
	[KEY_KIND_P521] = { "p521", "EC P-521", KEY_EC, 521, "P-521" },
};

const char *
key_kind_id(enum key_kind kind)
{
	return kinds[kind].id;
}

enum key_kind
key_kind_from_id(const char *id)
{
	int i;

	for (i = KEY_KIND_NONE + 1; i < KEY_KINDS; i++)
		if (strcmp(kinds[i].id, id) == 0)
			return (enum key_kind)i;
	return KEY_KIND_NONE;
}

enum key_kind
key_kind_of(const struct cert *c)
{
	int i;

	for (i = KEY_KIND_NONE + 1; i < KEY_KINDS; i++) {
		if (kinds[i].type != c->key_type || kinds[i].bits != c->key_bits)
			continue;
		/* Other curves are as long: secp256k1, the brainpool ones. */
		if (kinds[i].curve == NULL || (c->key_curve != NULL &&
		    strcmp(kinds[i].curve, c->key_curve) == 0))
			return (enum key_kind)i;
	}
	return KEY_KIND_NONE;
}

enum cert_key_type
key_kind_type(enum key_kind kind)
{
	return kinds[kind].type;
}

unsigned
key_kind_bits(enum key_kind kind)
{
	return kinds[kind].bits;
}

const char *
key_kind_name(enum key_kind kind)
{
	return kinds[kind].name;
}
