#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "ui/jsontext.h"

#define DEPTH_MAX	8
#define NAME_MAX_BYTES	64

struct walk {
	jsontext_fn	*fn;
	void		*arg;
};

/* "not_after" as "not after". */
static void
spaced(const char *name, char *buf, size_t size)
{
	snprintf(buf, size, "%s", name);
	for (char *p = buf; *p != '\0'; p++)
		if (*p == '_')
			*p = ' ';
}

static void
number(const json_t *v, char *buf, size_t size)
{
	if (json_is_integer(v))
		snprintf(buf, size, "%lld", (long long)json_integer_value(v));
	else
		snprintf(buf, size, "%g", json_real_value(v));
}

static void	 walk(const struct walk *, int, const char *, const json_t *);

static void
walk_inside(const struct walk *w, int depth, const json_t *v)
{
	const char *key;
	char name[NAME_MAX_BYTES];
	json_t *item;
	size_t i;

	if (json_is_array(v))
		json_array_foreach(v, i, item) {
			snprintf(name, sizeof name, "%zu", i + 1);
			walk(w, depth, name, item);
		}
	else
		json_object_foreach((json_t *)(uintptr_t)v, key, item) {
			spaced(key, name, sizeof name);
			walk(w, depth, name, item);
		}
}

static void
walk(const struct walk *w, int depth, const char *name, const json_t *v)
{
	char buf[64];

	if (depth > DEPTH_MAX || json_is_null(v))
		return;
	if (json_is_object(v) || json_is_array(v)) {
		if (json_is_array(v) ? json_array_size(v) == 0 :
		    json_object_size(v) == 0)
			return;
		w->fn(w->arg, depth, name, "");
		walk_inside(w, depth + 1, v);
	} else if (json_is_string(v)) {
		w->fn(w->arg, depth, name, json_string_value(v));
	} else if (json_is_number(v)) {
		number(v, buf, sizeof buf);
		w->fn(w->arg, depth, name, buf);
	} else {
		w->fn(w->arg, depth, name, json_is_true(v) ? _("yes") : _("no"));
	}
}

void
jsontext(const json_t *v, jsontext_fn *fn, void *arg)
{
	const struct walk w = { fn, arg };

	walk_inside(&w, 0, v);
}
