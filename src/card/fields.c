#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/jstring.h"
#include "base/mem.h"
#include "base/text.h"
#include "card/fields.h"
#include "card/proto.h"

#define HASH_LEN	32
#define WORD_MAX	64	/* bytes of the longest word */
#define HEX_MAX		CARD_SIGNATURE_MAX	/* bytes of the longest of them */

_Static_assert(sizeof(enum field_kind) == sizeof(int), "enums are stored as int");

int
fields_bad(const char *record, const char *field, struct err *err)
{
	return err_set(err, ERR_HELPER_TALK, NULL, "%s: %s is missing or wrong",
	    record, field);
}

/* --- text -------------------------------------------------------------- */

json_t *
fields_text(const char *s, size_t max)
{
	return jstring_max(s != NULL ? s : "", max);
}

const char *
fields_string(const json_t *j, size_t max)
{
	const char *s = json_string_value(j);

	if (s == NULL || json_string_length(j) > max ||
	    strlen(s) != json_string_length(j))
		return NULL;
	return s;
}

/* --- hex --------------------------------------------------------------- */

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int
fields_hex(const json_t *j, uint8_t *out, size_t max, size_t *len)
{
	const char *s = fields_string(j, 2 * max);
	size_t n;

	if (s == NULL || (n = strlen(s)) % 2 != 0)
		return -1;
	for (size_t i = 0; i < n; i += 2) {
		int hi = hex_digit(s[i]), lo = hex_digit(s[i + 1]);

		if (hi < 0 || lo < 0)
			return -1;
		out[i / 2] = (uint8_t)(hi << 4 | lo);
	}
	*len = n / 2;
	return 0;
}

/* --- numbers ----------------------------------------------------------- */

/*
 * JSON's integers here are signed: what does not fit (a slot id may be any
 * number) goes as hex.
 */
static json_t *
u64_to_json(uint64_t v)
{
	char hex[32];

	if (v == UINT64_MAX)
		return json_null();
	snprintf(hex, sizeof(hex), "0x%llX", (unsigned long long)v);
	if (v > INT64_MAX)
		return jstring(hex);
	return json_integer((json_int_t)v);
}

static int
u64_from_json(const json_t *j, uint64_t *out)
{
	const char *s;
	char *end;

	if (json_is_null(j)) {
		*out = UINT64_MAX;
		return 0;
	}
	if (json_is_integer(j) && json_integer_value(j) >= 0) {
		*out = (uint64_t)json_integer_value(j);
		return 0;
	}
	if ((s = fields_string(j, 18)) == NULL || strlen(s) != 18 ||
	    strncmp(s, "0x", 2) != 0)
		return -1;
	*out = strtoull(s + 2, &end, 16);
	return *end == '\0' && s[2] >= '8' ? 0 : -1;
}

/* An integer within bounds; null is -1 where that is within them. */
static int
int_from_json(const json_t *j, int64_t min, int64_t max, int64_t *out)
{
	if (json_is_null(j) && min == -1)
		*out = -1;
	else if (json_is_integer(j))
		*out = json_integer_value(j);
	else
		return -1;
	return *out >= min && *out <= max ? 0 : -1;
}

static json_t *
int_to_json(int64_t v, int64_t min)
{
	return v == -1 && min == -1 ? json_null() : json_integer(v);
}

static int
word_from_json(const json_t *j, const char *const *words, int *out)
{
	const char *s = fields_string(j, WORD_MAX);

	for (int i = 0; s != NULL && words[i] != NULL; i++)
		if (strcmp(s, words[i]) == 0) {
			*out = i;
			return 0;
		}
	return -1;
}

/* Bytes of any number up to a bound, on the heap both ways. */
static json_t *
bytes_to_json(const struct buf *b)
{
	size_t size = 2 * b->len + 1;
	char *hex;
	json_t *j;

	if (b->len == 0)
		return NULL;
	hex = mem_alloc(size);
	j = jstring(text_hex(b->data, b->len, 0, hex, size));
	free(hex);
	return j;
}

static int
bytes_from_json(const json_t *j, struct buf *b, size_t max)
{
	const char *s = json_string_value(j);
	int rc;

	buf_clear(b);
	buf_init(b, max);
	if (j == NULL)
		return 0;
	if (s == NULL || strlen(s) > 2 * max ||
	    buf_reserve(b, strlen(s) / 2) == -1)
		return -1;
	rc = fields_hex(j, b->data, max, &b->len);
	return rc == 0 && b->len > 0 ? 0 : -1;
}

/* --- one field --------------------------------------------------------- */

static json_t *
hex_to_json(const struct field *f, const void *p, size_t len)
{
	char hex[2 * HEX_MAX + 1];

	if (len == 0 && f->min == -1)
		return NULL;
	return jstring(text_hex(p, len, 0, hex, sizeof(hex)));
}

static int
hex_from_json(const struct field *f, const json_t *j, void *p, size_t *len)
{
	if (j == NULL && f->min == -1) {
		*len = 0;
		return 0;
	}
	if (fields_hex(j, p, (size_t)f->max, len) == -1)
		return -1;
	return f->min <= 0 || *len >= (size_t)f->min ? 0 : -1;
}

static json_t *
field_to_json(const struct field *f, const void *record)
{
	const void *p = (const char *)record + f->at;
	char hex[2 * HASH_LEN + 1];

	switch (f->kind) {
	case FIELD_TEXT:
		return fields_text(*(char *const *)p, (size_t)f->max);
	case FIELD_SHORT:
		return fields_text(p, (size_t)f->max);
	case FIELD_BOOL:
		return json_boolean(*(const bool *)p);
	case FIELD_INT:
		return int_to_json(*(const int *)p, f->min);
	case FIELD_UINT:
		return json_integer(*(const unsigned *)p);
	case FIELD_SIZE:
		return json_integer((json_int_t)*(const size_t *)p);
	case FIELD_I64:
		return int_to_json(*(const int64_t *)p, -1);
	case FIELD_U64:
		return u64_to_json(*(const uint64_t *)p);
	case FIELD_WORD:
		return jstring(f->words[*(const int *)p]);
	case FIELD_HASH:
		return jstring(text_hex(p, HASH_LEN, 0, hex, sizeof(hex)));
	case FIELD_HEX:
		return hex_to_json(f, p, *(const size_t *)(const void *)
		    ((const char *)record + f->len_at));
	case FIELD_BYTES:
		return bytes_to_json(p);
	case FIELD_ERR:
		return proto_err_to_json(p);
	}
	return NULL;
}

static int
number_from_json(const struct field *f, const json_t *j, void *p)
{
	int64_t max = f->kind == FIELD_I64 ? INT64_MAX : f->max;
	int64_t min = f->kind == FIELD_I64 ? -1 : f->min;
	int64_t v;

	if (int_from_json(j, min, max, &v) == -1)
		return -1;
	switch (f->kind) {
	case FIELD_INT:
		*(int *)p = (int)v;
		break;
	case FIELD_UINT:
		*(unsigned *)p = (unsigned)v;
		break;
	case FIELD_SIZE:
		*(size_t *)p = (size_t)v;
		break;
	default:
		*(int64_t *)p = v;
		break;
	}
	return 0;
}

static int
string_from_json(const struct field *f, const json_t *j, void *p)
{
	const char *s = fields_string(j, (size_t)f->max);

	if (s == NULL)
		return -1;
	if (f->kind == FIELD_SHORT) {
		memcpy(p, s, strlen(s) + 1);
		return 0;
	}
	free(*(char **)p);
	*(char **)p = mem_strdup(s);
	return 0;
}

static int
field_from_json(const struct field *f, const json_t *j, void *record,
    struct err *err)
{
	void *p = (char *)record + f->at;
	size_t len = 0;

	switch (f->kind) {
	case FIELD_TEXT:
	case FIELD_SHORT:
		return string_from_json(f, j, p);
	case FIELD_BOOL:
		if (!json_is_boolean(j))
			return -1;
		*(bool *)p = json_is_true(j);
		return 0;
	case FIELD_INT:
	case FIELD_UINT:
	case FIELD_SIZE:
	case FIELD_I64:
		return number_from_json(f, j, p);
	case FIELD_U64:
		return u64_from_json(j, p);
	case FIELD_WORD:
		return word_from_json(j, f->words, p);
	case FIELD_HASH:
		return fields_hex(j, p, HASH_LEN, &len) == 0 &&
		    len == HASH_LEN ? 0 : -1;
	case FIELD_HEX:
		return hex_from_json(f, j, p, (size_t *)(void *)
		    ((char *)record + f->len_at));
	case FIELD_BYTES:
		return bytes_from_json(j, p, (size_t)f->max);
	case FIELD_ERR:
		return j == NULL ? 0 : proto_err_from_json(j, p, err);
	}
	return -1;
}

/* --- whole records ----------------------------------------------------- */

void
fields_write(const struct fields *fs, const void *record, json_t *obj)
{
	for (size_t i = 0; i < fs->n; i++) {
		const struct field *f = &fs->v[i];
		json_t *j = field_to_json(f, record);

		if (j != NULL)
			json_object_set_new(obj, f->name, j);
	}
}

int
fields_read(const struct fields *fs, const json_t *obj, void *record,
    struct err *err)
{
	for (size_t i = 0; i < fs->n; i++) {
		const struct field *f = &fs->v[i];

		if (field_from_json(f, json_object_get(obj, f->name),
		    record, err) == -1)
			return fields_bad(fs->record, f->name, err);
	}
	return 0;
}

const json_t *
fields_array(const json_t *obj, const char *record, const char *name,
    size_t max, struct err *err)
{
	const json_t *a = json_object_get(obj, name);

	if (json_is_array(a) && json_array_size(a) <= max)
		return a;
	(void)fields_bad(record, name, err);
	return NULL;
}
