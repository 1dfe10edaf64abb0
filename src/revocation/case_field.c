/* Members of an event's object, which whoever may write to the file wrote. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/jstring.h"
#include "base/text.h"
#include "registry/record.h"
#include "revocation/case_field.h"

#define TIME_MAX	INT64_C(253402300799)	/* the end of 9999 */

int
case_field_text(const json_t *o, const char *name, const char **out)
{
	const json_t *v = json_object_get(o, name);

	if (v == NULL)
		return 0;
	if (!json_is_string(v) || json_string_length(v) > RECORD_TEXT_MAX ||
	    strlen(json_string_value(v)) != json_string_length(v))
		return -1;
	*out = json_string_value(v);
	return 0;
}

int
case_field_number(const json_t *o, const char *name, int64_t lo, int64_t hi,
    int64_t *out)
{
	const json_t *v = json_object_get(o, name);
	int64_t n;

	if (v == NULL)
		return 0;
	if (!json_is_integer(v))
		return -1;
	n = json_integer_value(v);
	if (n < lo || n > hi)
		return -1;
	*out = n;
	return 0;
}

int
case_field_time(const json_t *o, const char *name, int64_t *out)
{
	return case_field_number(o, name, 0, TIME_MAX, out);
}

int
case_field_flag(const json_t *o, const char *name, bool *out)
{
	const json_t *v = json_object_get(o, name);

	if (v == NULL)
		return 0;
	if (!json_is_boolean(v))
		return -1;
	*out = json_is_true(v);
	return 0;
}

int
case_field_word(const json_t *o, const char *name,
    int (*from_id)(const char *), int *out)
{
	const char *word = NULL;
	int n;

	if (case_field_text(o, name, &word) == -1)
		return -1;
	if (word == NULL)
		return 0;
	n = from_id(word);
	if (n == -1)
		return -1;
	*out = n;
	return 0;
}

int
case_field_err(const json_t *o, const char *name, struct err *out)
{
	const char *code = NULL, *origin = "", *what = "", *detail = "";
	const json_t *v = json_object_get(o, name);
	struct err e = ERR_INIT;
	int64_t raw = 0;

	if (v == NULL)
		return 0;
	if (!json_is_object(v) || case_field_text(v, "code", &code) == -1 ||
	    case_field_text(v, "origin", &origin) == -1 ||
	    case_field_text(v, "what", &what) == -1 ||
	    case_field_text(v, "detail", &detail) == -1 ||
	    case_field_number(v, "raw", INT64_MIN, INT64_MAX, &raw) == -1)
		return -1;
	if (code == NULL)
		return -1;
	e.code = err_from_id(code);
	e.origin = err_origin_from_name(origin);
	e.raw = (unsigned long)raw;
	snprintf(e.what, sizeof e.what, "%s", what);
	snprintf(e.detail, sizeof e.detail, "%s", detail);
	*out = e;
	return 0;
}

json_t *
case_text_json(const char *text)
{
	struct safe_text t;

	text_safe_str(&t, text, 0);
	t.s[text_cut(t.s, RECORD_TEXT_MAX)] = '\0';
	return jstring(t.s);
}

json_t *
case_err_json(const struct err *e)
{
	json_t *o;

	if (e->code == ERR_NONE)
		return NULL;
	o = json_object();
	json_object_set_new(o, "code", jstring(err_id(e->code)));
	json_object_set_new(o, "what", case_text_json(e->what));
	if (e->origin != ORIGIN_NONE) {
		json_object_set_new(o, "origin",
		    jstring(err_origin_name(e->origin)));
		json_object_set_new(o, "raw", json_integer((json_int_t)e->raw));
	}
	if (e->detail[0] != '\0')
		json_object_set_new(o, "detail", case_text_json(e->detail));
	return o;
}

void
case_put_text(json_t *o, const char *name, const char *text)
{
	if (text != NULL && text[0] != '\0')
		json_object_set_new(o, name, case_text_json(text));
}

void
case_put_time(json_t *o, const char *name, int64_t at)
{
	if (at > 0)
		json_object_set_new(o, name, json_integer(at));
}

void
case_put_moment(json_t *o, const char *name, int64_t at)
{
	char buf[32];

	if (at != 0)
		json_object_set_new(o, name, jstring(clock_rfc3339(at, buf,
		    sizeof buf)));
}

json_t *
case_events_json(const struct case_event *e, size_t n)
{
	json_t *list = json_array(), *o;

	for (; n > 0; e++, n--) {
		o = json_object();
		case_put_moment(o, "at", e->at);
		case_put_text(o, "event", e->kind);
		case_put_text(o, "point", e->point);
		case_put_text(o, "account", e->account);
		json_object_set(o, "data", e->data);
		json_array_append_new(list, o);
	}
	return list;
}

void
case_put_err(json_t *o, const struct err *e)
{
	json_t *v = case_err_json(e);

	if (v != NULL)
		json_object_set_new(o, "err", v);
}
