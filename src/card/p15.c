#include "config.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/asn1.h>
#include <openssl/evp.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "card/object.h"
#include "card/p15.h"
#include "card/pair.h"
#include "card/record.h"

/* --- the directory ------------------------------------------------------- */

/* One DER element off the front; its tag byte, or -1. */
static int
take(struct span *s, struct span *value)
{
	const unsigned char *p = s->p;
	int tag, class, rc;
	long len;

	if (s->len == 0)
		return -1;
	rc = ASN1_get_object(&p, &len, &tag, &class, (long)s->len);
	/* 0x80: an error; bit 0: of no stated length, which DER has not. */
	if ((rc & 0x80) != 0 || (rc & 1) != 0 || tag > 30)
		return -1;
	*value = span_of(p, (size_t)len);
	*s = span_of(p + len, s->len - (size_t)(p + len - s->p));
	return class | rc | tag;
}

#define SEQUENCE	(V_ASN1_CONSTRUCTED | V_ASN1_SEQUENCE)
#define CHOICE(n)	(V_ASN1_CONTEXT_SPECIFIC | V_ASN1_CONSTRUCTED | (n))

/* PrivateKeyType, ISO 7816-15 8.4.1. */
static enum cert_key_type
type_of(int tag)
{
	switch (tag) {
	case SEQUENCE:
		return KEY_RSA;
	case CHOICE(0):
		return KEY_EC;
	case CHOICE(2):
		return KEY_DSA;
	default:
		return KEY_UNKNOWN;
	}
}

static void
mark_key(struct card *card, unsigned tokens, struct span id, struct span label,
    enum cert_key_type type)
{
	char hex[2 * OBJECT_ID_MAX + 1];
	struct card_key *k;
	char *s;

	text_hex(id.p, id.len, 0, hex, sizeof(hex));
	k = card_find_key(card, hex, tokens, NULL);
	if (k == NULL) {
		if ((k = card_add_key(card)) == NULL)
			return;
		card_set(&k->id, hex);
		k->tokens = tokens;
		k->type = type;
	}
	k->is_private = true;
	if (k->label[0] == '\0' && label.len <= OBJECT_LABEL_MAX) {
		s = mem_strndup((const char *)label.p, label.len);
		card_set(&k->label, s);
		free(s);
	}
}

/* SEQUENCE { label, ... }, SEQUENCE { id, ... }, whatever its type adds. */
static int
parse_entry(struct card *card, unsigned tokens, struct span entry,
    enum cert_key_type type)
{
	struct span object, key, label, id;

	if (take(&entry, &object) != SEQUENCE || take(&entry, &key) != SEQUENCE)
		return -1;
	if (take(&object, &label) != V_ASN1_UTF8STRING)
		label = span_of("", 0);
	if (take(&key, &id) != V_ASN1_OCTET_STRING || id.len > OBJECT_ID_MAX)
		return -1;
	mark_key(card, tokens, id, label, type);
	return 0;
}

int
p15_parse_keys(struct card *card, unsigned tokens, const uint8_t *data,
    size_t len)
{
	struct span s = span_of(data, len);

	/* Room for later entries is filled with zeros. */
	while (s.len > 0 && s.p[0] != 0) {
		struct span entry;
		int tag = take(&s, &entry);

		if (tag == -1 ||
		    parse_entry(card, tokens, entry, type_of(tag)) == -1)
			return -1;
	}
	return 0;
}

long
p15_entries(const uint8_t *data, size_t len)
{
	struct span s = span_of(data, len), entry;
	long n = 0;

	for (; s.len > 0 && s.p[0] != 0; n++)
		if (take(&s, &entry) == -1)
			return -1;
	return n;
}

/* --- free space ------------------------------------------------------------ */

/* An unsigned number of at most four bytes, or -1. */
static int64_t
number(struct span v)
{
	int64_t n = 0;

	if (v.len == 0 || v.len > 4 || (v.p[0] & 0x80) != 0)
		return -1;
	for (size_t i = 0; i < v.len; i++)
		n = n << 8 | v.p[i];
	return n;
}

/* Path ::= SEQUENCE { path, index INTEGER, length [0] }; all are to be there. */
static int64_t
piece(struct span entry)
{
	struct span path, file, index, length;

	if (take(&entry, &path) != SEQUENCE ||
	    take(&path, &file) != V_ASN1_OCTET_STRING)
		return -1;
	/* No more than a path: the card lists no free space. */
	if (path.len == 0)
		return 0;
	if (take(&path, &index) != V_ASN1_INTEGER ||
	    take(&path, &length) != V_ASN1_CONTEXT_SPECIFIC)
		return -1;
	return number(length);
}

int64_t
p15_unused_bytes(const uint8_t *data, size_t len)
{
	struct span s = span_of(data, len);
	int64_t sum = 0, n;
	struct span entry;

	if (len == 0 || data[0] == 0)
		return -1;
	while (s.len > 0 && s.p[0] != 0) {
		if (take(&s, &entry) != SEQUENCE || (n = piece(entry)) == -1)
			return -1;
		sum += n;
	}
	return sum;
}

/* --- the cache ----------------------------------------------------------- */

static int
read_cached(const char *cache, const char *name, struct buf *out)
{
	struct err ignored = ERR_INIT;
	char *path = mem_printf("%s/%s", cache, name);
	int rc;

	buf_init(out, P15_FILE_MAX);
	rc = file_read(path, name, out, &ignored);
	free(path);
	if (rc == -1)
		buf_clear(out);
	return rc;
}

/* Is this certificate among the files whose names begin so? */
static bool
has_cert(const char *cache, const char *prefix, const struct card_cert *c)
{
	DIR *dir = opendir(cache);
	const struct dirent *e;
	bool found = false;

	while (dir != NULL && !found && (e = readdir(dir)) != NULL) {
		uint8_t sha256[32];
		struct buf b;

		if (strncmp(e->d_name, prefix, strlen(prefix)) != 0 ||
		    read_cached(cache, e->d_name, &b) == -1)
			continue;
		found = b.len == c->size &&
		    EVP_Digest(b.data, b.len, sha256, NULL, EVP_sha256(),
		    NULL) == 1 && memcmp(sha256, c->sha256, sizeof(sha256)) == 0;
		buf_clear(&b);
	}
	if (dir != NULL)
		(void)closedir(dir);
	return found;
}

static bool
has_all_certs(const char *cache, const char *prefix, const struct card *card)
{
	for (size_t i = 0; i < card->ncerts; i++)
		if (!has_cert(cache, prefix, &card->certs[i]))
			return false;
	return true;
}

/*
 * Files are named SERIAL_LASTUPDATE_PATH.  Serial numbers are not always one
 * card's alone, and a card that was written to has files of both times; so only
 * a set that holds every certificate just read is this card's, and of two such
 * sets the later.  The name up to PATH, or NULL.
 */
static char *
find_set(const char *cache, const struct card *card, const char *path)
{
	char *start = mem_printf("%s_", card->tokens[0].serial);
	DIR *dir = opendir(cache);
	const struct dirent *e;
	char *best = NULL;

	while (dir != NULL && (e = readdir(dir)) != NULL) {
		const char *last = strrchr(e->d_name, '_');
		char *prefix;

		if (strncasecmp(e->d_name, start, strlen(start)) != 0 ||
		    last == NULL || strcasecmp(last + 1, path) != 0)
			continue;
		prefix = mem_strndup(e->d_name, (size_t)(last + 1 - e->d_name));
		if ((best == NULL || strcmp(prefix, best) > 0) &&
		    has_all_certs(cache, prefix, card)) {
			free(best);
			best = prefix;
		} else
			free(prefix);
	}
	if (dir != NULL)
		(void)closedir(dir);
	free(start);
	return best;
}

/* The name under which a file of this card lies in the cache, or NULL. */
static char *
name_in_set(const struct card *card, const char *cache, const char *path,
    const char *name)
{
	char *set, *s;

	if (cache == NULL || path[0] == '\0' || card->ntokens == 0 || card->cut)
		return NULL;
	set = find_set(cache, card, path);
	if (set == NULL)
		return NULL;
	s = mem_printf("%s%s", set, name);
	free(set);
	return s;
}

bool
p15_recall(const struct card *card, const char *cache, const char *path,
    const char *name, uint8_t *data, size_t *len)
{
	char *file = name_in_set(card, cache, path, name);
	struct buf b;
	bool got;

	if (file == NULL)
		return false;
	got = read_cached(cache, file, &b) == 0;
	free(file);
	if (!got)
		return false;
	got = b.len <= *len;
	if (got) {
		memcpy(data, b.data, b.len);
		*len = b.len;
	}
	buf_clear(&b);
	return got;
}

void
p15_keep(const struct card *card, const char *cache, const char *path,
    const char *name, const uint8_t *data, size_t len)
{
	char *file = name_in_set(card, cache, path, name), *whole;
	bool kept;
	FILE *f;

	if (file == NULL)
		return;
	whole = mem_printf("%s/%s", cache, file);
	f = fopen(whole, "we");
	kept = f != NULL && fwrite(data, 1, len, f) == len;
	if (f != NULL)
		kept = fclose(f) == 0 && kept;
	if (!kept)
		(void)unlink(whole);	/* half a file would be believed */
	free(whole);
	free(file);
}

bool
p15_list_keys(struct card *card, const char *cache, const char *path)
{
	char *name = name_in_set(card, cache, path, path);
	struct buf b;
	int rc = -1;

	if (name != NULL && read_cached(cache, name, &b) == 0) {
		/* Which of several tokens a key is on, it does not say. */
		rc = p15_parse_keys(card, (1u << card->ntokens) - 1, b.data,
		    b.len);
		buf_clear(&b);
	}
	free(name);
	return rc == 0;
}

bool
p15_lists_more(const struct card *card, const char *cache,
    const char *key_path, const char *cert_path)
{
	char *name = cert_path[0] == '\0' ? NULL :
	    name_in_set(card, cache, key_path, cert_path);
	struct buf b;
	long listed = 0;

	if (name != NULL && read_cached(cache, name, &b) == 0) {
		listed = p15_entries(b.data, b.len);
		buf_clear(&b);
	}
	free(name);
	return listed > 0 && (size_t)listed > card->ncerts;
}
