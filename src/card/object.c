#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "card/object.h"
#include "card/record.h"

#define FIND_BATCH	16

static int
open_with(const struct p11 *p, CK_SLOT_ID slot, CK_FLAGS flags,
    const char *reader, struct session *s, struct err *err)
{
	CK_RV rv;

	s->p11 = p;
	s->slot = slot;
	s->reader = reader;
	rv = p->fn->C_OpenSession(slot, CKF_SERIAL_SESSION | flags, NULL, NULL,
	    &s->handle);
	if (rv != CKR_OK)
		return p11_err(p, err, rv, "C_OpenSession", reader);
	return 0;
}

int
session_open(const struct p11 *p, CK_SLOT_ID slot, const char *reader,
    struct session *s, struct err *err)
{
	return open_with(p, slot, 0, reader, s, err);
}

int
session_open_writing(const struct p11 *p, CK_SLOT_ID slot, const char *reader,
    struct session *s, struct err *err)
{
	return open_with(p, slot, CKF_RW_SESSION, reader, s, err);
}

void
session_close(struct session *s)
{
	(void)s->p11->fn->C_CloseSession(s->handle);
}

const char *
session_place(const struct session *s)
{
	return s->reader[0] != '\0' ? s->reader : s->p11->name;
}

/* The search alone; it must be ended whatever comes of it. */
static CK_RV
find(const struct session *s, CK_OBJECT_HANDLE *handles, size_t max, size_t *n,
    bool *cut)
{
	CK_OBJECT_HANDLE batch[FIND_BATCH];
	CK_ULONG got;
	CK_RV rv;

	for (;;) {
		got = 0;
		rv = s->p11->fn->C_FindObjects(s->handle, batch, FIND_BATCH,
		    &got);
		if (rv != CKR_OK || got == 0 || got > FIND_BATCH)
			return rv;
		for (CK_ULONG i = 0; i < got; i++) {
			if (*n == max) {
				*cut = true;
				return CKR_OK;
			}
			handles[(*n)++] = batch[i];
		}
	}
}

int
session_find(const struct session *s, CK_OBJECT_CLASS class,
    CK_OBJECT_HANDLE *handles, size_t max, size_t *n, bool *cut,
    struct err *err)
{
	CK_ATTRIBUTE want = { CKA_CLASS, &class, sizeof(class) };
	CK_RV rv;

	*n = 0;
	rv = s->p11->fn->C_FindObjectsInit(s->handle, &want, 1);
	if (rv != CKR_OK)
		return p11_err(s->p11, err, rv, "C_FindObjectsInit", s->reader);
	rv = find(s, handles, max, n, cut);
	(void)s->p11->fn->C_FindObjectsFinal(s->handle);
	if (rv != CKR_OK)
		return p11_err(s->p11, err, rv, "C_FindObjects", s->reader);
	return 0;
}

/* Answers that are about the attribute, not about module or card. */
static bool
is_absent(CK_RV rv, CK_ULONG len)
{
	return rv == CKR_ATTRIBUTE_TYPE_INVALID ||
	    rv == CKR_ATTRIBUTE_SENSITIVE ||
	    (rv == CKR_OK && (len == CK_UNAVAILABLE_INFORMATION ||
	    len == UINT32_MAX));	/* the same, of a module's 32 bits */
}

enum object_got
object_get(const struct session *s, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE_TYPE type, size_t max, uint8_t **data, size_t *len,
    struct err *err)
{
	CK_ATTRIBUTE a = { type, NULL, 0 };
	CK_ULONG claimed;
	CK_RV rv;

	*data = NULL;
	*len = 0;
	rv = s->p11->fn->C_GetAttributeValue(s->handle, object, &a, 1);
	if (is_absent(rv, a.ulValueLen))
		return OBJECT_NONE;
	if (rv != CKR_OK)
		goto failed;
	claimed = a.ulValueLen;
	*len = claimed;
	if (claimed > max)
		return OBJECT_TOO_BIG;
	a.pValue = mem_alloc(claimed + 1);
	rv = s->p11->fn->C_GetAttributeValue(s->handle, object, &a, 1);
	if (rv != CKR_OK || a.ulValueLen > claimed) {
		free(a.pValue);
		*len = 0;
		if (is_absent(rv, a.ulValueLen))
			return OBJECT_NONE;
		/* Longer the second time: it contradicts itself. */
		rv = rv != CKR_OK ? rv : CKR_GENERAL_ERROR;
		goto failed;
	}
	*data = a.pValue;
	*len = a.ulValueLen;
	return OBJECT_GOT;
failed:
	p11_err(s->p11, err, rv, "C_GetAttributeValue", s->reader);
	return OBJECT_ERROR;
}

CK_ULONG
object_number(const struct session *s, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE_TYPE type, CK_ULONG fallback)
{
	CK_ULONG value = fallback;
	CK_ATTRIBUTE a = { type, &value, sizeof(value) };
	CK_RV rv;

	rv = s->p11->fn->C_GetAttributeValue(s->handle, object, &a, 1);
	return rv == CKR_OK && a.ulValueLen == sizeof(value) ? value : fallback;
}

/* An attribute as a string; what lies behind a NUL is not part of it. */
static char *
get_string(const struct session *s, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE_TYPE type, size_t max, size_t *len)
{
	struct err ignored = ERR_INIT;
	uint8_t *data;

	if (object_get(s, object, type, max, &data, len, &ignored) !=
	    OBJECT_GOT) {
		*len = 0;
		return NULL;
	}
	return (char *)data;	/* object_get leaves room for a final NUL */
}

void
object_names(const struct session *s, CK_OBJECT_HANDLE object, char **id,
    char **label)
{
	char hex[2 * OBJECT_ID_MAX + 1] = "";
	char *value;
	size_t len;

	value = get_string(s, object, CKA_ID, OBJECT_ID_MAX, &len);
	if (value != NULL)
		text_hex((uint8_t *)value, len, 0, hex, sizeof(hex));
	card_set(id, hex);
	free(value);
	value = get_string(s, object, CKA_LABEL, OBJECT_LABEL_MAX, &len);
	card_set(label, value);
	free(value);
}

bool
object_has_id(const struct session *s, CK_OBJECT_HANDLE object, const char *id)
{
	char *have = NULL, *label = NULL;
	bool same;

	object_names(s, object, &have, &label);
	same = strcmp(have, id) == 0;
	free(have);
	free(label);
	return same;
}
