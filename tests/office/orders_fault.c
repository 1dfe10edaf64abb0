/*
 * What the order service can be told to say wrong, once it has done what it was
 * asked to.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/card/bytes.h"
#include "tests/office/office.h"

/* Every value is of another kind than it should be. */
static json_t *
of_other_kinds(const json_t *told)
{
	json_t *out = json_object(), *value;
	const char *key;

	json_object_foreach((json_t *)told, key, value)
		json_object_set_new(out, key, json_is_string(value) ?
		    json_integer(-1) : json_string("harm"));
	return out;
}

/* The order that stands behind it in the population. */
static json_t *
of_another(const struct office *o, const json_t *told)
{
	const struct orders *all = o->orders;
	const char *number = json_string_value(json_object_get(told, "number"));

	for (size_t i = 0; number && i < all->n; i++)
		if (strcmp(all->v[i].number, number) == 0)
			return json_incref(all->v[(i + 1) % all->n].told);
	return json_incref((json_t *)told);
}

static json_t *
of_another_version(json_t *told)
{
	json_object_set_new(told, "version", json_string("2.0"));
	return json_incref(told);
}

/* --- texts made to do harm ------------------------------------------------------- */

#define LONG_LEN	10000

static const char *const harms[] = {
	/* control characters, C1 as letters among them */
	"a\001\b\t\n\v\f\r\016\017\021\023\030\032\034\037\177"
	"\xc2\x80\xc2\x85\xc2\x90\xc2\x9b" "5n\xc2\x9d" "0;x\xc2\x9c z",
	/* what a terminal would obey or answer */
	"a\033]0;HARM\007\033]52;c;SEFSTQ==\007\033]8;;http://harm.example\033\\"
	"\033[6n\033[21t\033[c\033[?1049l\033[?1000h\033[31m\033[2J\033[3J"
	"\033P+q544e\033\\\033_HARM\033\\\033c\033(0\033#8 z",
	/* what stands elsewhere than it is, or nowhere */
	"a\xe2\x80\xaegnp\xe2\x80\xac\xe2\x81\xa6x\xe2\x81\xa9\xe2\x80\x8b"
	"\xe2\x80\x8f\xef\xbb\xbf\xef\xbf\xb9\xf3\xa0\x81\x81\xe2\x80\xa8"
	"e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81 %s%n%99999d z",
	"",		/* LONG_LEN letters without a blank between them */
	"a\x1a\x1a\x1a z",	/* three bytes that are no UTF-8: see do_harm */
};

static char *
harm_of(long n)
{
	char *s;

	if (harms[n][0] != '\0')
		return mem_strdup(harms[n]);
	s = mem_alloc(LONG_LEN + 1);
	memset(s, 'W', LONG_LEN);
	return s;
}

/* What the contract lets be any text; with all, what it bounds to words too. */
static bool
is_text(const char *key, bool all)
{
	static const char *const texts[] = { "reason", "name", "id",
		"organization", "issuer", "card", "email", "title" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strcmp(texts[i], key) == 0)
			return true;
	return all && strcmp(key, "number") != 0;
}

static void
harm_strings(json_t *j, const char *harm, bool all)
{
	json_t *value;
	const char *key;
	size_t i;

	json_array_foreach(j, i, value)
		harm_strings(value, harm, all);
	json_object_foreach(j, key, value) {
		if (json_is_string(value) && is_text(key, all))
			(void)json_string_set(value, harm);
		else
			harm_strings(value, harm, all);
	}
}

/* A link's identifier, which has an alphabet, stays; every text is there. */
static void
add_texts(json_t *told)
{
	json_t *whom = json_object_get(told, "whom"), *step, *link;
	size_t i;

	json_array_foreach(json_object_get(told, "links"), i, link)
		json_object_del(link, "id");
	json_array_foreach(json_object_get(told, "history"), i, step)
		json_object_set_new(step, "reason", json_string(""));
	json_object_set_new(whom, "organization", json_string(""));
	json_object_set_new(json_object_get(told, "product"), "name",
	    json_string(""));
	json_object_set_new(told, "card", json_string(""));
	json_object_set_new(told, "renews", json_pack("{s:s, s:s, s:s}",
	    "serial", "0A77", "issuer", "", "card", ""));
}

/* From the number of harms on, in words and times too. */
static void
do_harm(const struct ask *a, struct answer *answer, unsigned status,
    json_t *told)
{
	static const char broken[] = "\xff\xc0\xed";
	long count = (long)(sizeof(harms) / sizeof(harms[0]));
	long n = a->fault_n < 0 || a->fault_n >= 2 * count ? 0 : a->fault_n;
	char *harm = harm_of(n % count), *text, *s;
	const char *type = answer->type;
	size_t nth = 0;

	if (json_is_array(json_object_get(told, "history")))
		add_texts(told);
	harm_strings(told, harm, n >= count);
	free(harm);
	answer_json(answer, status, json_incref(told));
	answer->type = type;
	/* jansson writes no such bytes: so they are put where its escape is. */
	text = mem_strndup((const char *)answer->body.data, answer->body.len);
	while (n % count == count - 1 && (s = strstr(text, "\\u001A")) != NULL) {
		*s = broken[nth++ % (sizeof(broken) - 1)];
		memmove(s + 1, s + 6, strlen(s + 6) + 1);
	}
	bytes_set(&answer->body, text, strlen(text));
	free(text);
}

void
orders_spoil(struct office *o, const struct ask *a, struct answer *answer)
{
	unsigned status = answer->status;
	json_t *told = json_loadb((const char *)answer->body.data,
	    answer->body.len, 0, NULL);

	if (a->fault == FAULT_WRONG_TYPE)
		answer->type = "text/html";
	else if (a->fault == FAULT_NOT_JSON && answer->body.len)
		answer->body.len--;
	else if (a->fault == FAULT_WRONG_SCHEMA && told)
		answer_json(answer, status, of_other_kinds(told));
	else if (a->fault == FAULT_OTHER_NUMBER && told)
		answer_json(answer, status, of_another(o, told));
	else if (a->fault == FAULT_HARM && told)
		do_harm(a, answer, status, told);
	else if (a->fault == FAULT_VERSION && told)
		answer_json(answer, status, of_another_version(told));
	json_decref(told);
}
