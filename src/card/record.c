#include "config.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "card/record.h"

void
card_set(char **s, const char *value)
{
	char *copy = mem_strdup(value != NULL ? value : "");

	free(*s);
	*s = copy;
}

/* One more element of an array that may hold max; zeroed. */
static void *
grow(struct card *card, void **array, size_t *n, size_t size, size_t max)
{
	char *entry;

	if (*n >= max) {
		card->cut = true;
		return NULL;
	}
	*array = mem_grow(*array, *n + 1, size);
	entry = (char *)*array + *n * size;
	memset(entry, 0, size);
	(*n)++;
	return entry;
}

struct token *
card_add_token(struct card *card)
{
	void *array = card->tokens;
	struct token *t;

	t = grow(card, &array, &card->ntokens, sizeof(*t), CARD_TOKENS_MAX);
	card->tokens = array;
	if (t == NULL)
		return NULL;
	card_set(&t->module, "");
	card_set(&t->label, "");
	card_set(&t->manufacturer, "");
	card_set(&t->model, "");
	card_set(&t->serial, "");
	t->total_public = t->free_public = CARD_NUMBER_UNKNOWN;
	t->total_private = t->free_private = CARD_NUMBER_UNKNOWN;
	t->pin.tries = t->pin.tries_max = -1;
	return t;
}

struct card_cert *
card_add_cert(struct card *card)
{
	void *array = card->certs;
	struct card_cert *c;

	c = grow(card, &array, &card->ncerts, sizeof(*c), CARD_CERTS_MAX);
	card->certs = array;
	if (c == NULL)
		return NULL;
	card_set(&c->id, "");
	card_set(&c->label, "");
	return c;
}

struct card_key *
card_add_key(struct card *card)
{
	void *array = card->keys;
	struct card_key *k;

	k = grow(card, &array, &card->nkeys, sizeof(*k), CARD_KEYS_MAX);
	card->keys = array;
	if (k == NULL)
		return NULL;
	card_set(&k->id, "");
	card_set(&k->label, "");
	k->cert = -1;
	return k;
}

void
card_add_problem(struct card *card, const struct err *err)
{
	if (card->nproblems < CARD_PROBLEMS_MAX)
		card->problems[card->nproblems++] = *err;
}

void
token_copy(struct token *to, const struct token *from)
{
	struct token old = *to;

	*to = *from;
	to->module = mem_strdup(from->module);
	to->label = mem_strdup(from->label);
	to->manufacturer = mem_strdup(from->manufacturer);
	to->model = mem_strdup(from->model);
	to->serial = mem_strdup(from->serial);
	token_clear(&old);
}

/*
 * A certificate's record has one door for copies already, the one it crosses
 * the socket by.
 */
static struct cert *
copy_cert(const struct cert *cert)
{
	struct err err = ERR_INIT;
	struct cert *copy = NULL;
	json_t *json;

	if (cert == NULL)
		return NULL;
	json = cert_to_json(cert);
	if (cert_from_json(json, &copy, &err) == -1)
		copy = NULL;
	json_decref(json);
	return copy;
}

void
card_cert_copy(struct card_cert *to, const struct card_cert *from)
{
	struct card_cert old = *to;

	*to = *from;
	to->cert = copy_cert(from->cert);
	to->id = mem_strdup(from->id);
	to->label = mem_strdup(from->label);
	buf_init(&to->der, CARD_DER_MAX);
	(void)buf_add(&to->der, from->der.data, from->der.len);
	cert_free(old.cert);
	buf_clear(&old.der);
	free(old.id);
	free(old.label);
}

void
card_key_copy(struct card_key *to, const struct card_key *from)
{
	struct card_key old = *to;

	*to = *from;
	to->id = mem_strdup(from->id);
	to->label = mem_strdup(from->label);
	free(old.id);
	free(old.label);
}
