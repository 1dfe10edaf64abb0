#include "cert/field.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/jstring.h"
#include "base/mem.h"
#include "base/text.h"
#include "cert/cert.h"

#define SHA256_LEN	32
#define AT(type, f)	((type const *)(const void *)((const char *)record + (f)->offset))
#define PUT(type, f)	((type *)(void *)((char *)record + (f)->offset))

const char *
field_word(const char *const *words, unsigned n)
{
	while (n > 0 && *words != NULL) {
		words++;
		n--;
	}
	return *words;
}

/* --- out --------------------------------------------------------------- */

static json_t *
texts_out(char *const *list, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(array, jstring(list[i]));
	return array;
}

static json_t *
bits_out(const char *const *words, unsigned bits)
{
	json_t *array = json_array();

	for (unsigned i = 0; words[i] != NULL; i++) {
		if (bits & 1u << i)
			json_array_append_new(array, jstring(words[i]));
	}
	return array;
}

static json_t *
time_out(int64_t t)
{
	char text[32];

	if (t == CERT_NO_TIME)
		return json_null();
	return jstring(clock_rfc3339(t, text, sizeof(text)));
}

static size_t
texts_count(const struct field *f, const void *record)
{
	return *(const size_t *)(const void *)((const char *)record + f->count);
}

static json_t *
field_out(const struct field *f, const void *record)
{
	char hex[SHA256_LEN * 2 + 1];

	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_OPT_TEXT:
		return *AT(char *, f) == NULL ? json_null() :
		    jstring(*AT(char *, f));
	case FIELD_CHARS:
		/* Marks are longer than what they stand for. */
		return jstring_max(AT(char, f), (size_t)f->max);
	case FIELD_BOOL:
		return json_boolean(*AT(bool, f));
	case FIELD_INT:
		return json_integer(*AT(int, f));
	case FIELD_UINT:
		return json_integer(*AT(unsigned, f));
	case FIELD_INT64:
		return json_integer(*AT(int64_t, f));
	case FIELD_TIME:
		return time_out(*AT(int64_t, f));
	case FIELD_SHA256:
		return jstring(text_hex(AT(uint8_t, f), SHA256_LEN, 0, hex,
		    sizeof(hex)));
	case FIELD_TEXTS:
		return texts_out(*AT(char **, f), texts_count(f, record));
	case FIELD_WORD:
		return jstring(field_word(f->words, *AT(unsigned, f)));
	case FIELD_BITS:
		return bits_out(f->words, *AT(unsigned, f));
	}
	return json_null();
}

static bool *
has_flag(const struct field *f, const void *record)
{
	return f->optional ? (bool *)(uintptr_t)((const char *)record + f->has) :
	    NULL;
}

/* As a record that is zeroed has it. */
static bool
is_nothing(const struct field *f, const void *record)
{
	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_OPT_TEXT: return *AT(char *, f) == NULL;
	case FIELD_CHARS: return *AT(char, f) == '\0';
	case FIELD_BOOL: return !*AT(bool, f);
	case FIELD_INT:
	case FIELD_UINT:
	case FIELD_WORD:
	case FIELD_BITS: return *AT(unsigned, f) == 0;
	case FIELD_INT64: return *AT(int64_t, f) == 0;
	case FIELD_TEXTS: return texts_count(f, record) == 0;
	default: return false;
	}
}

void
fields_add(json_t *obj, const struct field *f, const void *record)
{
	for (; f->key != NULL; f++) {
		const bool *has = has_flag(f, record);
		json_t *value;

		if (f->sparse && is_nothing(f, record))
			continue;
		value = has != NULL && !*has ? json_null() :
		    field_out(f, record);
		if (json_object_set_new_nocheck(obj, f->key, value) != 0)
			panic("okienko: \"%s\" cannot be put into JSON", f->key);
	}
}

json_t *
fields_to_json(const struct field *table, const void *record)
{
	json_t *obj = json_object();

	fields_add(obj, table, record);
	return obj;
}

/* --- in ---------------------------------------------------------------- */

/* A text of at most max bytes with no NUL inside. */
static const char *
text_in(const json_t *v, size_t max)
{
	const char *s = json_string_value(v);

	if (s == NULL || json_string_length(v) > max ||
	    strlen(s) != json_string_length(v))
		return NULL;
	return s;
}

static int
copy_text(const json_t *v, char **out)
{
	const char *s = text_in(v, FIELD_TEXT_MAX);

	if (s == NULL)
		return -1;
	*out = mem_strdup(s);
	return 0;
}

static int
integer_in(const json_t *v, int64_t min, int64_t max, int64_t *out)
{
	if (!json_is_integer(v) || json_integer_value(v) < min ||
	    json_integer_value(v) > max)
		return -1;
	*out = json_integer_value(v);
	return 0;
}

static int
time_in(const json_t *v, int64_t *out)
{
	if (json_is_null(v)) {
		*out = CERT_NO_TIME;
		return 0;
	}
	return json_is_string(v) ?
	    clock_parse_rfc3339(json_string_value(v), out) : -1;
}

static int
texts_in(const json_t *v, size_t max, char ***list, size_t *n)
{
	if (!json_is_array(v) || json_array_size(v) > max)
		return -1;
	if (json_array_size(v) == 0)
		return 0;
	*list = mem_array(json_array_size(v), sizeof(**list));
	for (size_t i = 0; i < json_array_size(v); i++) {
		if (copy_text(json_array_get(v, i), *list + i) != 0)
			return -1;
		*n = i + 1;
	}
	return 0;
}

static int
word_in(const json_t *v, const char *const *words, unsigned *out)
{
	const char *s = json_string_value(v);

	for (unsigned i = 0; s != NULL && words[i] != NULL; i++) {
		if (strcmp(words[i], s) == 0) {
			*out = i;
			return 0;
		}
	}
	return -1;
}

static int
bits_in(const json_t *v, const char *const *words, unsigned *out)
{
	unsigned bit = 0;

	if (!json_is_array(v))
		return -1;
	for (size_t i = 0; i < json_array_size(v); i++) {
		if (word_in(json_array_get(v, i), words, &bit) != 0)
			return -1;
		*out |= 1u << bit;
	}
	return 0;
}

static int
nibble(char c)
{
	const char *digits = "0123456789ABCDEF", *at;

	return c != '\0' && (at = strchr(digits, c)) != NULL ?
	    (int)(at - digits) : -1;
}

int
field_hex(const json_t *v, uint8_t *out, size_t max, size_t *len)
{
	const char *s = json_string_value(v);
	size_t n = s != NULL ? strlen(s) : 0;

	if (s == NULL || n % 2 != 0 || n / 2 > max)
		return -1;
	for (size_t i = 0; i < n / 2; i++) {
		int high = nibble(s[2 * i]), low = nibble(s[2 * i + 1]);

		if (high < 0 || low < 0)
			return -1;
		out[i] = (uint8_t)(high << 4 | low);
	}
	*len = n / 2;
	return 0;
}

static int
sha256_in(const json_t *v, uint8_t *out)
{
	size_t len;

	return field_hex(v, out, SHA256_LEN, &len) != 0 || len != SHA256_LEN ?
	    -1 : 0;
}

static int
chars_in(const json_t *v, size_t max, char *out)
{
	const char *s = text_in(v, max);

	if (s == NULL)
		return -1;
	memcpy(out, s, strlen(s) + 1);
	return 0;
}

static int
number_in(const struct field *f, const json_t *v, void *record)
{
	int64_t n;

	if (f->type == FIELD_INT64) {
		if (!json_is_integer(v))
			return -1;
		*PUT(int64_t, f) = json_integer_value(v);
		return 0;
	}
	if (integer_in(v, f->min, f->max, &n) != 0)
		return -1;
	if (f->type == FIELD_INT)
		*PUT(int, f) = (int)n;
	else
		*PUT(unsigned, f) = (unsigned)n;
	return 0;
}

static int
field_in(const struct field *f, const json_t *v, void *record)
{
	switch (f->type) {
	case FIELD_OPT_TEXT:
		if (json_is_null(v))
			return 0;
		/* FALLTHROUGH */
	case FIELD_TEXT:
		return copy_text(v, PUT(char *, f));
	case FIELD_CHARS:
		return chars_in(v, (size_t)f->max, PUT(char, f));
	case FIELD_BOOL:
		*PUT(bool, f) = json_is_true(v);
		return json_is_boolean(v) ? 0 : -1;
	case FIELD_INT:
	case FIELD_UINT:
	case FIELD_INT64:
		return number_in(f, v, record);
	case FIELD_TIME:
		return time_in(v, PUT(int64_t, f));
	case FIELD_SHA256:
		return sha256_in(v, PUT(uint8_t, f));
	case FIELD_TEXTS:
		return texts_in(v, (size_t)f->max, PUT(char **, f),
		    (size_t *)(void *)((char *)record + f->count));
	case FIELD_WORD:
		return word_in(v, f->words, PUT(unsigned, f));
	case FIELD_BITS:
		return bits_in(v, f->words, PUT(unsigned, f));
	}
	return -1;
}

int
fields_from_json(const struct field *f, const json_t *obj, void *record,
    const char **bad)
{
	for (; f->key != NULL; f++) {
		const json_t *v = json_object_get(obj, f->key);
		bool *has = has_flag(f, record);

		*bad = f->key;
		if (v == NULL && f->sparse)
			continue;
		if (v == NULL)
			return -1;
		if (has != NULL) {
			*has = !json_is_null(v);
			if (!*has)
				continue;
		}
		if (field_in(f, v, record) != 0)
			return -1;
	}
	return 0;
}
