#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "registry/hmac.h"
#include "registry/ident.h"

/*
 * What stands before the normal form when it is hashed, so that equal digits of
 * two kinds do not meet; and the word before the mask.
 */
static const struct {
	const char	*id, *shown;
	bool		 digits;	/* else letters too, in upper case */
	size_t		 len;		/* exact; 0: any */
} kinds[IDENT_KIND_COUNT] = {
	[IDENT_PESEL] = { "pesel", "PESEL", true, 11 },
	[IDENT_NIP] = { "nip", "NIP", true, 10 },
	[IDENT_DOCUMENT] = { "document", "dok.", false, 0 },
	[IDENT_PERSON] = { "person", "ID", false, 0 },
	[IDENT_ORGANISATION] = { "organisation", "ID", false, 0 },
	[IDENT_EMAIL] = { "email", NULL, false, 0 },
	[IDENT_MAILBOX] = { "mailbox", NULL, false, 0 },
	[IDENT_OTHER] = { "other", "ID", false, 0 },
	[IDENT_PHONE] = { "phone", "tel.", true, 0 },
};

static int
normal_number(enum ident_kind kind, const char *s,
    char buf[static IDENT_TEXT_MAX])
{
	size_t n = 0;

	for (; *s != '\0' && n < IDENT_TEXT_MAX - 1; s++) {
		unsigned char c = (unsigned char)*s;

		if (isdigit(c) || (!kinds[kind].digits && isalpha(c)))
			buf[n++] = (char)toupper(c);
		else if (c >= 0x80 || (kinds[kind].digits && isalpha(c)))
			return -1;
	}
	buf[n] = '\0';
	if (n == 0 || (kinds[kind].len != 0 && n != kinds[kind].len))
		return -1;
	return 0;
}

/*
 * RFC 5321 lets only the mailbox's own host know whether case counts before the
 * @; no host met makes it count, and people never remember it.
 */
static int
normal_email(enum ident_kind kind, const char *s,
    char buf[static IDENT_TEXT_MAX])
{
	size_t n = 0;
	char *at, *plus;

	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (isspace(c))
			continue;
		if (iscntrl(c) || n == IDENT_TEXT_MAX - 1)
			return -1;
		buf[n++] = (char)(c < 0x80 ? tolower(c) : c);
	}
	buf[n] = '\0';
	at = strrchr(buf, '@');
	if (at == NULL || at == buf || at[1] == '\0')
		return -1;
	plus = strchr(buf, '+');
	if (kind == IDENT_MAILBOX && plus != NULL && plus > buf && plus < at)
		memmove(plus, at, strlen(at) + 1);
	return 0;
}

#define PHONE_MIN	7	/* digits */
#define PHONE_MAX	15	/* ITU-T E.164 */
#define HOME_LEN	9	/* of a number at home, without its 48 */

/* "tel. +48 600-100-200": words before it, and what digits are parted by. */
static int
normal_phone(const char *s, char buf[static IDENT_TEXT_MAX])
{
	size_t n = 0, drop = 0;

	for (; *s != '\0' && n <= PHONE_MAX + 2; s++) {
		if (isdigit((unsigned char)*s))
			buf[n++] = *s;
		else if (n > 0 && strchr(" -./()", *s) == NULL)
			return -1;
	}
	if (*s != '\0')
		return -1;
	buf[n] = '\0';
	if (strncmp(buf, "00", 2) == 0)
		drop = 2;
	if (n - drop == HOME_LEN + 2 && strncmp(buf + drop, "48", 2) == 0)
		drop += 2;
	memmove(buf, buf + drop, n - drop + 1);
	return n - drop >= PHONE_MIN && n - drop <= PHONE_MAX ? 0 : -1;
}

int
ident_normal(enum ident_kind kind, const char *value,
    char buf[static IDENT_TEXT_MAX])
{
	if (kind == IDENT_EMAIL || kind == IDENT_MAILBOX)
		return normal_email(kind, value, buf);
	if (kind == IDENT_PHONE)
		return normal_phone(value, buf);
	return normal_number(kind, value, buf);
}

struct ident_mac {
	struct hmac	*hmac;
};

struct ident_mac *
ident_mac_new(const struct ident_key *key)
{
	struct ident_mac *m = mem_alloc(sizeof *m);

	m->hmac = hmac_new(key->b, sizeof key->b);
	return m;
}

void
ident_mac_free(struct ident_mac *m)
{
	if (m == NULL)
		return;
	hmac_free(m->hmac);
	free(m);
}

void
ident_mac_hash(struct ident_mac *m, enum ident_kind kind, const char *normal,
    struct ident_hash *out)
{
	const char *id = kinds[kind].id;
	uint8_t mac[HMAC_LEN];

	hmac_begin(m->hmac);
	hmac_add(m->hmac, id, strlen(id));
	hmac_add(m->hmac, ":", 1);
	hmac_add(m->hmac, normal, strlen(normal));
	hmac_end(m->hmac, mac);
	memcpy(out->b, mac, sizeof out->b);
}

void
ident_hash(const struct ident_key *key, enum ident_kind kind,
    const char *normal, struct ident_hash *out)
{
	struct ident_mac *m = ident_mac_new(key);

	ident_mac_hash(m, kind, normal, out);
	ident_mac_free(m);
}

int64_t
ident_row_key(const struct ident_hash *hash)
{
	uint64_t key = 0;
	size_t i;

	for (i = 0; i < sizeof key; i++)
		key = key << 8 | hash->b[i];
	return (int64_t)key;
}

bool
ident_kind_of(const struct record_ident *id, enum ident_kind *kind)
{
	bool polish = strcmp(id->country, "PL") == 0;

	switch (id->kind) {
	case ID_NONE:
		*kind = IDENT_EMAIL;
		break;
	case ID_PNO:
		*kind = polish ? IDENT_PESEL : IDENT_PERSON;
		break;
	case ID_TIN:
	case ID_TAX:
		*kind = polish ? IDENT_NIP : IDENT_PERSON;
		break;
	case ID_VAT:
		*kind = polish ? IDENT_NIP : IDENT_ORGANISATION;
		break;
	case ID_PAS:
	case ID_IDC:
		*kind = IDENT_DOCUMENT;
		break;
	case ID_NTR:
	case ID_PSD:
		*kind = IDENT_ORGANISATION;
		break;
	case ID_LOCAL:
	case ID_OTHER:
		*kind = IDENT_OTHER;
		break;
	}
	return id->value != NULL;
}

char *
ident_mask(enum ident_kind kind, const char *normal, char *buf, size_t size)
{
	char masked[IDENT_TEXT_MAX];

	text_mask(normal, masked, sizeof masked);
	if (kinds[kind].shown == NULL)
		snprintf(buf, size, "%s", masked);
	else
		snprintf(buf, size, "%s %s", kinds[kind].shown, masked);
	return buf;
}

const char *
ident_kind_id(enum ident_kind kind)
{
	return kinds[kind].id;
}
