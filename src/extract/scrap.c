#include "config.h"

#include "extract/scrap.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

#define WORDS_MAX	256	/* words of an issuer that are compared */

static const struct {
	const char *id, *word;
} roles[] = {
	[SCRAP_SIGNER] = { "signer", N_("signed it") },
	[SCRAP_HOLDER] = { "holder", N_("the file is this one's") },
	[SCRAP_RECIPIENT] = { "recipient", N_("it is encrypted for this one") },
	[SCRAP_ISSUER] = { "issuer", N_("an issuer's, goes along") },
	[SCRAP_CHAIN] = { "chain", N_("goes along with a signature") },
};

static const char *const whens[] = {
	[SCRAP_NO_TIME] = "none",
	[SCRAP_CLAIMED] = "claimed",
	[SCRAP_STAMPED] = "stamped",
};

const char *
scrap_role_id(enum scrap_role role)
{
	return roles[role].id;
}

const char *
scrap_role_word(enum scrap_role role)
{
	return gettext(roles[role].word);
}

const char *
scrap_when_id(enum scrap_when when)
{
	return whens[when];
}

char *
scrap_serial(const struct scrap *s, char *buf, size_t size)
{
	return text_hex(s->serial, s->serial_len, 0, buf, size);
}

void
scrap_clear(struct scrap *s)
{
	cert_free(s->cert);
	free(s->issuer);
	free(s->path);
	free(s->field);
	memset(s, 0, sizeof(*s));
}

void
scrap_free(struct scrap *s)
{
	if (s == NULL)
		return;
	scrap_clear(s);
	free(s);
}

/* --- the key ------------------------------------------------------------- */

/*
 * A name's line in any spelling, as one text of its values alone: attribute
 * types go by several names ("E", "emailAddress", "1.2.840..."), orders differ,
 * and separators inside values are not always escaped, so what is left to
 * compare is the values' words, whatever their order.
 */
static void
values_only(const char *line, struct buf *out)
{
	const char *ends = line[0] == '/' ? "=,;+/" : "=,;+";
	bool quoted = false, at_type = true;

	for (const char *p = line; *p != '\0'; p++) {
		char c = *p;

		if (c == '\\' && p[1] != '\0') {
			if (!at_type)
				(void)buf_add(out, ++p, 1);
			continue;
		}
		if (c == '"') {
			quoted = !quoted;
			continue;
		}
		if (!quoted && strchr(ends + 1, c) != NULL) {
			const char *next = p + 1 + strcspn(p + 1, ends);

			at_type = *next == '=';
			c = ' ';
		} else if (at_type) {
			at_type = c != '=';
			continue;
		}
		(void)buf_add(out, &c, 1);
	}
	(void)buf_add(out, "", 1);
}

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
scrap_key(const struct scrap *s, char key[static SCRAP_KEY_MAX])
{
	char folded[SCRAP_KEY_MAX], *words[WORDS_MAX], *save = NULL, *word;
	size_t n = 0, len;
	struct buf values;

	buf_init(&values, SCRAP_KEY_MAX);
	values_only(s->issuer, &values);
	folded[0] = '\0';
	if (values.len > 0) {
		values.data[values.len - 1] = '\0';
		(void)text_fold((const char *)values.data, folded,
		    sizeof(folded));
	}
	buf_clear(&values);
	for (word = strtok_r(folded, " ", &save); word != NULL && n < WORDS_MAX;
	    word = strtok_r(NULL, " ", &save))
		words[n++] = word;
	qsort(words, n, sizeof(*words), by_bytes);
	(void)scrap_serial(s, key, SCRAP_KEY_MAX);
	len = strlen(key);
	for (size_t i = 0; i < n; i++) {
		size_t more = strlen(words[i]);

		if (len + 1 + more >= SCRAP_KEY_MAX)
			break;
		key[len] = ' ';
		memcpy(key + len + 1, words[i], more + 1);
		len += 1 + more;
	}
}

/* --- the list ------------------------------------------------------------ */

#define SWAP(a, b) do { \
	__typeof__(a) swapped = (a); \
	(a) = (b); \
	(b) = swapped; \
} while (0)

/* Whether the second of two scraps of one certificate says more. */
static bool
says_more(const struct scrap *old, const struct scrap *new)
{
	if (new->role != old->role)
		return new->role < old->role;
	if (new->damaged != old->damaged)
		return old->damaged;
	return new->when > old->when;
}

/* What old does not have yet of new. */
static void
unite(struct scrap *old, struct scrap *new)
{
	if (old->cert == NULL && new->cert != NULL) {
		SWAP(old->cert, new->cert);
		SWAP(old->issuer, new->issuer);
	}
	if (!says_more(old, new))
		return;
	SWAP(old->path, new->path);
	SWAP(old->field, new->field);
	old->role = new->role;
	old->number = new->number;
	old->when = new->when;
	old->time = new->time;
	old->damaged = new->damaged;
}

/* Two certificates that claim one number are shown as two. */
static bool
same_cert(const struct scrap *a, const struct scrap *b)
{
	return a->cert == NULL || b->cert == NULL || memcmp(a->cert->sha256,
	    b->cert->sha256, sizeof(a->cert->sha256)) == 0;
}

int
scrap_list_add(struct scrap_list *list, struct scrap *s)
{
	char key[SCRAP_KEY_MAX];

	scrap_key(s, key);
	for (size_t i = 0; i < list->n; i++) {
		if (strcmp(list->keys[i], key) == 0 &&
		    same_cert(list->scraps[i], s)) {
			unite(list->scraps[i], s);
			scrap_free(s);
			return 0;
		}
	}
	if (list->n == SCRAP_LIST_MAX) {
		scrap_free(s);
		return -1;
	}
	list->scraps = mem_grow(list->scraps, list->n + 1,
	    sizeof(*list->scraps));
	list->keys = mem_grow(list->keys, list->n + 1, sizeof(*list->keys));
	list->keys[list->n] = mem_strdup(key);
	list->scraps[list->n++] = s;
	return 0;
}

void
scrap_list_clear(struct scrap_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		scrap_free(list->scraps[i]);
		free(list->keys[i]);
	}
	free(list->scraps);
	free(list->keys);
	memset(list, 0, sizeof(*list));
}
