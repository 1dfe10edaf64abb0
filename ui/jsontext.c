#include "config.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "ui/jsontext.h"
#include "ui/personwords.h"

#define DEPTH_MAX	8
#define NAME_MAX_BYTES	64

struct walk {
	jsontext_fn	*fn;
	void		*arg;
};

static void
number(const json_t *v, char *buf, size_t size)
{
	if (json_is_integer(v))
		snprintf(buf, size, "%lld", (long long)json_integer_value(v));
	else
		snprintf(buf, size, "%g", json_real_value(v));
}

/* key names the value, or the list it is in; name is what people read. */
static void	 walk(const struct walk *, int, const char *key,
		    const char *name, const json_t *);

static void
walk_list(const struct walk *w, int depth, const char *key, const json_t *v)
{
	char name[NAME_MAX_BYTES];
	json_t *item;
	size_t i;

	json_array_foreach(v, i, item) {
		snprintf(name, sizeof name, "%zu", i + 1);
		walk(w, depth, key, name, item);
	}
}

static void
walk_object(const struct walk *w, int depth, const json_t *v)
{
	char name[NAME_MAX_BYTES];
	const char *key;
	json_t *item;

	json_object_foreach((json_t *)(uintptr_t)v, key, item)
		walk(w, depth, key, personwords_name(key, name, sizeof name),
		    item);
}

static bool
is_empty(const json_t *v)
{
	return json_is_null(v) ||
	    (json_is_array(v) && json_array_size(v) == 0) ||
	    (json_is_object(v) && json_object_size(v) == 0);
}

static void
walk(const struct walk *w, int depth, const char *key, const char *name,
    const json_t *v)
{
	char buf[64], digits[32];

	if (depth > DEPTH_MAX || is_empty(v))
		return;
	if (json_is_object(v)) {
		w->fn(w->arg, depth, name, "");
		walk_object(w, depth + 1, v);
	} else if (json_is_array(v)) {
		w->fn(w->arg, depth, name, "");
		walk_list(w, depth + 1, key, v);
	} else if (json_is_string(v)) {
		w->fn(w->arg, depth, name, personwords_value(key,
		    json_string_value(v), buf, sizeof buf));
	} else if (json_is_number(v)) {
		number(v, digits, sizeof digits);
		w->fn(w->arg, depth, name, personwords_value(key, digits, buf,
		    sizeof buf));
	} else {
		w->fn(w->arg, depth, name, json_is_true(v) ? _("yes") : _("no"));
	}
}

void
jsontext(const json_t *v, jsontext_fn *fn, void *arg)
{
	const struct walk w = { fn, arg };

	walk_object(&w, 0, v);
}
