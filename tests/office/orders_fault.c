/*
 * What the order service can be told to say wrong, once it has done what it was
 * asked to.
 */
#include "config.h"

#include <string.h>

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
	else if (a->fault == FAULT_VERSION && told)
		answer_json(answer, status, of_another_version(told));
	json_decref(told);
}
