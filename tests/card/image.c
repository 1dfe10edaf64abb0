/* The image file of a store: see store.h for what stands in it. */
#include "config.h"

#include <errno.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/card/bytes.h"
#include "tests/card/store.h"

#define WORDS_MAX 8

static void
write_key(FILE *f, const struct store_key *k)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(k->key);
	unsigned char *der = NULL;
	int len = info ? i2d_PKCS8_PRIV_KEY_INFO(info, &der) : -1;

	if (len < 0)
		panic("a key cannot be written");
	fprintf(f, "key %02X ", k->ref);
	hex_write(f, der, (size_t)len);
	putc('\n', f);
	OPENSSL_free(der);
	PKCS8_PRIV_KEY_INFO_free(info);
}

static void
write_file(FILE *f, const struct store_file *sf)
{
	size_t used = sf->size;

	fputs(sf->df ? "df " : "ef ", f);
	hex_write(f, sf->path, sf->path_len);
	fputs(" desc=", f);
	hex_write(f, sf->desc, sf->desc_len);
	fputs(" sec=", f);
	hex_write(f, sf->sec, sf->sec_len);
	fputs(" name=", f);
	hex_write(f, sf->name, sf->name_len);
	if (!sf->df) {
		while (used > 0 && sf->data[used - 1] == 0)
			used--;
		fprintf(f, " size=%zu told=%zu data=", sf->size, sf->told);
		hex_write(f, sf->data, used);
	}
	putc('\n', f);
}

static void
write_store(FILE *f, const struct store *s)
{
	fprintf(f, "vcard 1\ntype %s\natr ", s->type);
	hex_write(f, s->atr, s->atr_len);
	putc('\n', f);
	if (s->room >= 0)
		fprintf(f, "room %ld\n", s->room);
	for (size_t i = 0; i < s->npins; i++) {
		const struct store_pin *p = &s->pins[i];

		fprintf(f, "pin %02X %u %u ", p->ref, p->max, p->left);
		hex_write(f, p->value, p->len);
		putc('\n', f);
	}
	for (size_t i = 0; i < s->nkeys; i++)
		write_key(f, &s->keys[i]);
	for (size_t i = 0; i < s->nfiles; i++)
		write_file(f, &s->files[i]);
}

int
store_save(struct store *s, const char *path)
{
	char *temp = mem_printf("%s.%ld", path, (long)getpid());
	FILE *f = fopen(temp, "we");
	int failed = f == NULL;

	if (f) {
		write_store(f, s);
		failed = ferror(f);
		failed |= fclose(f) != 0;
	}
	failed = failed || rename(temp, path) == -1;
	if (failed) {
		fprintf(stderr, "%s: cannot be written: %s\n", path,
		    strerror(errno));
		unlink(temp);
	} else
		s->dirty = false;
	free(temp);
	return failed ? -1 : 0;
}

/* Hex of at most max bytes into a fixed field. */
static int
read_field(const char *hex, uint8_t *out, size_t max, size_t *len)
{
	struct buf b;
	int rc = -1;

	if (strlen(hex) > 2 * max)
		return -1;
	buf_init(&b, max + 1);
	if (hex_read(&b, hex) == 0) {
		if (b.len)
			memcpy(out, b.data, b.len);
		*len = b.len;
		rc = 0;
	}
	buf_clear(&b);
	return rc;
}

static int
read_number(const char *s, int base, unsigned long max, unsigned long *out)
{
	char *end;

	errno = 0;
	*out = strtoul(s, &end, base);
	return errno || *end || end == s || *out > max ? -1 : 0;
}

static int
read_pin(struct store *s, char **w, size_t n)
{
	unsigned long ref, max, left;
	uint8_t value[STORE_PIN_MAX];
	size_t len;

	if (n != 5 || s->npins == STORE_PINS_MAX ||
	    read_number(w[1], 16, 0xff, &ref) == -1 ||
	    read_number(w[2], 10, 255, &max) == -1 ||
	    read_number(w[3], 10, max, &left) == -1 ||
	    read_field(w[4], value, sizeof(value), &len) == -1)
		return -1;
	store_set_pin(s, (unsigned)ref, (unsigned)max, value, len)->left =
	    (unsigned)left;
	return 0;
}

static int
read_key(struct store *s, char **w, size_t n)
{
	unsigned long ref;
	struct buf der;
	const unsigned char *p;
	EVP_PKEY *key = NULL;

	if (n != 3 || read_number(w[1], 16, 0xff, &ref) == -1)
		return -1;
	buf_init(&der, 16384);
	if (strlen(w[2]) < 2 * der.max && hex_read(&der, w[2]) == 0) {
		p = der.data;
		key = d2i_AutoPrivateKey(NULL, &p, (long)der.len);
	}
	buf_clear(&der);
	if (key == NULL)
		return -1;
	store_set_key(s, (unsigned)ref, key);
	return 0;
}

/* The value of name= among the words, or "". */
static const char *
word(char **w, size_t n, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 2; i < n; i++)
		if (strncmp(w[i], name, len) == 0 && w[i][len] == '=')
			return w[i] + len + 1;
	return "";
}

static int
read_data(struct store_file *f, const char *hex)
{
	struct buf b;
	int rc = -1;

	buf_init(&b, STORE_FILE_MAX);
	if (strlen(hex) <= 2 * f->size && hex_read(&b, hex) == 0) {
		if (b.len)
			memcpy(f->data, b.data, b.len);
		rc = 0;
	}
	buf_clear(&b);
	return rc;
}

static int
read_file(struct store *s, char **w, size_t n)
{
	bool df = w[0][0] == 'd';
	unsigned long size = 0, told = 0;
	uint8_t path[STORE_PATH_MAX];
	size_t len;
	struct store_file *f;

	if (n < 2 || read_field(w[1], path, sizeof(path), &len) == -1)
		return -1;
	if (!df && (read_number(word(w, n, "size"), 10, STORE_FILE_MAX,
	    &size) == -1 || read_number(word(w, n, "told"), 10, STORE_FILE_MAX,
	    &told) == -1))
		return -1;
	f = store_add_file(s, path, len, df, size);
	f->told = told;
	if (read_field(word(w, n, "desc"), f->desc, sizeof(f->desc),
	    &f->desc_len) == -1 ||
	    read_field(word(w, n, "sec"), f->sec, sizeof(f->sec),
	    &f->sec_len) == -1 ||
	    read_field(word(w, n, "name"), f->name, sizeof(f->name),
	    &f->name_len) == -1)
		return -1;
	return df ? 0 : read_data(f, word(w, n, "data"));
}

static int
read_type(struct store *s, char **w, size_t n)
{
	if (n != 2 || strlen(w[1]) >= sizeof(s->type))
		return -1;
	memcpy(s->type, w[1], strlen(w[1]) + 1);
	return 0;
}

static int
read_atr(struct store *s, char **w, size_t n)
{
	return n != 2 ? -1 :
	    read_field(w[1], s->atr, sizeof(s->atr), &s->atr_len);
}

static int
read_room(struct store *s, char **w, size_t n)
{
	unsigned long room;

	if (n != 2 || read_number(w[1], 10, STORE_FILE_MAX, &room) == -1)
		return -1;
	s->room = (long)room;
	return 0;
}

static int
read_version(struct store *s, char **w, size_t n)
{
	(void)s;
	return n == 2 && strcmp(w[1], "1") == 0 ? 0 : -1;
}

static const struct {
	const char *word;
	int (*read)(struct store *, char **, size_t);
} items[] = {
	{ "vcard", read_version },
	{ "type", read_type },
	{ "atr", read_atr },
	{ "room", read_room },
	{ "pin", read_pin },
	{ "key", read_key },
	{ "df", read_file },
	{ "ef", read_file },
};

static int
read_line(struct store *s, char *line)
{
	char *w[WORDS_MAX], *next = line;
	size_t n = 0;

	line[strcspn(line, "\n")] = '\0';
	while (n < WORDS_MAX && (w[n] = strsep(&next, " ")) != NULL)
		n++;
	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++)
		if (strcmp(w[0], items[i].word) == 0)
			return items[i].read(s, w, n);
	return -1;
}

struct store *
store_load(const char *path)
{
	FILE *f = fopen(path, "re");
	struct store *s;
	char *line = NULL;
	size_t cap = 0;
	unsigned number = 0;
	int rc = 0;

	if (f == NULL) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return NULL;
	}
	s = mem_alloc(sizeof(*s));
	s->room = -1;
	while (rc == 0 && getline(&line, &cap, f) != -1) {
		number++;
		rc = number == 1 && strncmp(line, "vcard ", 6) != 0 ? -1 :
		    read_line(s, line);
	}
	free(line);
	fclose(f);
	if (rc == -1 || number < 3) {
		fprintf(stderr, "%s:%u: not an image of a card\n", path,
		    number);
		store_free(s);
		return NULL;
	}
	s->dirty = false;
	return s;
}
