#include "config.h"

#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/card/bytes.h"
#include "tests/card/store.h"

struct store *
store_new(const char *type, const char *atr_hex)
{
	struct store *s = mem_alloc(sizeof(*s));
	struct buf atr;

	snprintf(s->type, sizeof(s->type), "%s", type);
	buf_init(&atr, sizeof(s->atr));
	if (hex_read(&atr, atr_hex) == -1)
		panic("not an ATR: %s", atr_hex);
	memcpy(s->atr, atr.data, atr.len);
	s->atr_len = atr.len;
	s->room = -1;
	buf_clear(&atr);
	return s;
}

void
store_free(struct store *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->nkeys; i++)
		EVP_PKEY_free(s->keys[i].key);
	for (size_t i = 0; i < s->nfiles; i++)
		free(s->files[i].data);
	free(s->keys);
	free(s->files);
	free(s);
}

struct store_pin *
store_pin(struct store *s, unsigned ref)
{
	for (size_t i = 0; i < s->npins; i++)
		if (s->pins[i].ref == ref)
			return &s->pins[i];
	return NULL;
}

struct store_pin *
store_set_pin(struct store *s, unsigned ref, unsigned tries, const void *value,
    size_t len)
{
	struct store_pin *p = store_pin(s, ref);

	if (len > STORE_PIN_MAX)
		panic("a PIN of %zu bytes", len);
	if (p == NULL) {
		if (s->npins == STORE_PINS_MAX)
			panic("a card of more than %d PINs", STORE_PINS_MAX);
		p = &s->pins[s->npins++];
	}
	p->ref = (uint8_t)ref;
	p->max = p->left = tries;
	memcpy(p->value, value, len);
	p->len = len;
	s->dirty = true;
	return p;
}

EVP_PKEY *
store_key(struct store *s, unsigned ref)
{
	for (size_t i = 0; i < s->nkeys; i++)
		if (s->keys[i].ref == ref)
			return s->keys[i].key;
	return NULL;
}

void
store_set_key(struct store *s, unsigned ref, EVP_PKEY *key)
{
	s->dirty = true;
	for (size_t i = 0; i < s->nkeys; i++)
		if (s->keys[i].ref == ref) {
			EVP_PKEY_free(s->keys[i].key);
			s->keys[i].key = key;
			return;
		}
	s->keys = mem_grow(s->keys, s->nkeys + 1, sizeof(*s->keys));
	s->keys[s->nkeys++] = (struct store_key){ (uint8_t)ref, key };
}

struct store_file *
store_file(struct store *s, const uint8_t *path, size_t len)
{
	for (size_t i = 0; i < s->nfiles; i++)
		if (s->files[i].path_len == len &&
		    memcmp(s->files[i].path, path, len) == 0)
			return &s->files[i];
	return NULL;
}

struct store_file *
store_add_file(struct store *s, const uint8_t *path, size_t len, bool df,
    size_t size)
{
	struct store_file *f;

	if (len > STORE_PATH_MAX)
		panic("a path of %zu bytes", len);
	s->files = mem_grow(s->files, s->nfiles + 1, sizeof(*s->files));
	f = &s->files[s->nfiles++];
	*f = (struct store_file){ .path_len = len, .df = df, .told = size };
	memcpy(f->path, path, len);
	f->desc[0] = df ? 0x38 : 0x01;
	f->desc_len = 1;
	if (!df)
		store_resize(f, size);
	s->dirty = true;
	return f;
}

/* What is added is zeroes; told is the caller's to change. */
void
store_resize(struct store_file *f, size_t size)
{
	if (size > STORE_FILE_MAX)
		panic("a file of %zu bytes", size);
	f->data = mem_grow(f->data, size ? size : 1, 1);
	if (size > f->size)
		memset(f->data + f->size, 0, size - f->size);
	f->size = size;
}

size_t
store_remove_file(struct store *s, const uint8_t *path, size_t len)
{
	size_t kept = 0, freed = 0;

	for (size_t i = 0; i < s->nfiles; i++) {
		struct store_file *f = &s->files[i];

		if (f->path_len >= len && memcmp(f->path, path, len) == 0) {
			freed += f->size;
			free(f->data);
		} else
			s->files[kept++] = *f;
	}
	s->nfiles = kept;
	s->dirty = true;
	return freed;
}
