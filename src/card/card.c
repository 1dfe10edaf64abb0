#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "card/change.h"
#include "card/record.h"
#include "card/words.h"

const char *const card_state_words[] = {
	[CARD_ABSENT] = "absent",
	[CARD_READING] = "reading",
	[CARD_READY] = "ready",
	[CARD_FAILED] = "failed",
	NULL
};

const char *const key_state_words[] = {
	[KEY_NOT_SEEN] = "not-seen",
	[KEY_PUBLIC] = "public",
	[KEY_PRIVATE] = "private",
	[KEY_MISSING] = "missing",
	NULL
};

const char *const capacity_rule_words[] = {
	[CAPACITY_UNKNOWN] = "unknown",
	[CAPACITY_MEMORY] = "memory",
	[CAPACITY_CONTAINERS] = "containers",
	[CAPACITY_ISSUER] = "issuer",
	[CAPACITY_READ_ONLY] = "read-only",
	NULL
};

const char *const known_by_words[] = {
	[KNOWN_NOT] = "unknown",
	[KNOWN_CARD] = "card",
	[KNOWN_TOKEN] = "token",
	[KNOWN_TABLE] = "table",
	[KNOWN_CONFIG] = "configuration",
	[KNOWN_COUNT] = "count",
	NULL
};

const char *const module_state_words[] = {
	[MODULE_STARTING] = "starting",
	[MODULE_READY] = "ready",
	[MODULE_STOPPED] = "stopped",
	NULL
};

const char *const pcsc_state_words[] = {
	[PCSC_STARTING] = "starting",
	[PCSC_UP] = "up",
	[PCSC_GONE] = "gone",
	NULL
};

const char *const card_sign_by_words[] = {
	[SIGN_RSA] = "rsa-pkcs1",
	[SIGN_ECDSA] = "ecdsa",
	NULL
};

const char *const card_hash_words[] = {
	[HASH_SHA256] = "sha256",
	[HASH_SHA384] = "sha384",
	[HASH_SHA512] = "sha512",
	NULL
};

const char *const card_change_words[] = {
	[CHANGE_GENERATE] = "generate",
	[CHANGE_WRITE] = "write",
	[CHANGE_REMOVE_CERT] = "remove-cert",
	[CHANGE_REMOVE_KEY] = "remove-key",
	[CHANGE_READ_CERT] = "read-cert",
	[CHANGE_READ_PUBLIC] = "read-public",
	NULL
};

/* As key_kind_id says them. */
const char *const key_kind_words[] = {
	[KEY_KIND_NONE] = "none",
	[KEY_KIND_RSA2048] = "rsa2048",
	[KEY_KIND_RSA3072] = "rsa3072",
	[KEY_KIND_RSA4096] = "rsa4096",
	[KEY_KIND_P256] = "p256",
	[KEY_KIND_P384] = "p384",
	[KEY_KIND_P521] = "p521",
	NULL
};
_Static_assert(sizeof(key_kind_words) / sizeof(*key_kind_words) ==
    KEY_KINDS + 1, "a word for each kind");

size_t
card_hash_len(enum card_hash hash)
{
	static const size_t lens[] = {
		[HASH_SHA256] = 32,
		[HASH_SHA384] = 48,
		[HASH_SHA512] = 64,
	};

	return lens[hash];
}

const char *
card_state_id(enum card_state state)
{
	return card_state_words[state];
}

const char *
key_state_id(enum key_state state)
{
	return key_state_words[state];
}

const char *
capacity_rule_id(enum capacity_rule rule)
{
	return capacity_rule_words[rule];
}

const char *
known_by_id(enum known_by by)
{
	return known_by_words[by];
}

const char *
module_state_id(enum module_state state)
{
	return module_state_words[state];
}

const char *
pcsc_state_id(enum pcsc_state state)
{
	return pcsc_state_words[state];
}

int
card_room(const struct card *card)
{
	const struct capacity *c = &card->capacity;

	if (c->rule != CAPACITY_ISSUER)
		return c->more;
	/* The limit is the least: what else is known leaves more than that. */
	return (c->bytes_by != KNOWN_NOT && c->free_bytes >= 0) ||
	    card->model.max_certs > 0 ? c->more + 1 : -1;
}

bool
card_is_there(const struct card *c)
{
	return c->state != CARD_ABSENT && c->err.code != ERR_CARD_LEFT;
}

struct card *
card_new(const char *reader)
{
	struct card *card = mem_alloc(sizeof(*card));

	card->reader = mem_strdup(reader);
	card->number = mem_strdup("");
	card->model.id = mem_strdup("");
	card->model.name = mem_strdup("");
	card->model.source = mem_strdup("");
	card->model.module = mem_strdup("");
	card->model.driver = mem_strdup("");
	card->model.issuer_limit_source = mem_strdup("");
	card->capacity.more = -1;
	card->capacity.free_bytes = -1;
	card->capacity.total_bytes = -1;
	card->capacity.expired_bytes = -1;
	return card;
}

void
token_clear(struct token *t)
{
	free(t->module);
	free(t->label);
	free(t->manufacturer);
	free(t->model);
	free(t->serial);
}

void
card_drop_objects(struct card *card)
{
	for (size_t i = 0; i < card->ntokens; i++)
		token_clear(&card->tokens[i]);
	free(card->tokens);
	card->tokens = NULL;
	card->ntokens = 0;
	for (size_t i = 0; i < card->ncerts; i++) {
		cert_free(card->certs[i].cert);
		buf_clear(&card->certs[i].der);
		free(card->certs[i].id);
		free(card->certs[i].label);
	}
	free(card->certs);
	card->certs = NULL;
	card->ncerts = 0;
	for (size_t i = 0; i < card->nkeys; i++) {
		free(card->keys[i].id);
		free(card->keys[i].label);
	}
	free(card->keys);
	card->keys = NULL;
	card->nkeys = 0;
	card->nproblems = 0;
	card->cut = false;
}

void
card_changed_clear(struct card_changed *changed)
{
	buf_clear(&changed->der);
}

void
card_free(struct card *card)
{
	if (card == NULL)
		return;
	card_drop_objects(card);
	free(card->model.id);
	free(card->model.name);
	free(card->model.source);
	free(card->model.module);
	free(card->model.driver);
	free(card->model.issuer_limit_source);
	free(card->number);
	free(card->reader);
	free(card);
}

void
module_view_clear(struct module_view *module)
{
	free(module->name);
	free(module->path);
	*module = (struct module_view){ .name = NULL };
}

const char *
card_key(const struct card *card, char *buf, size_t size)
{
	if (card->reader[0] == '\0' && card->ntokens > 0)
		(void)snprintf(buf, size, "%s#%llX", card->tokens[0].module,
		    (unsigned long long)card->tokens[0].slot);
	else
		(void)snprintf(buf, size, "%s", card->reader);
	return buf;
}
