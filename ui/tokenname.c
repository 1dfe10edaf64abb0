#include "config.h"

#include "ui/tokenname.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
token_name_set(struct token_name *n, const struct token *t)
{
	token_name_clear(n);
	n->module = mem_strdup(t->module);
	n->label = mem_strdup(t->label);
	n->serial = mem_strdup(t->serial);
	n->slot = t->slot;
}

void
token_name_clear(struct token_name *n)
{
	free(n->module);
	free(n->label);
	free(n->serial);
	*n = (struct token_name){ .slot = 0 };
}

static bool
is_named(const struct token_name *n, const struct token *t)
{
	return strcmp(n->serial, t->serial) == 0 &&
	    strcmp(n->label, t->label) == 0;
}

/* A module that knows the card better may have taken it over, as merge.c has it. */
const struct token *
token_named(const struct token_name *n, const struct card *c)
{
	const struct token *elsewhere = NULL;

	for (size_t i = 0; n->label != NULL && c != NULL && i < c->ntokens;
	    i++) {
		const struct token *t = &c->tokens[i];

		if (!is_named(n, t))
			continue;
		if (strcmp(n->module, t->module) != 0)
			elsewhere = elsewhere != NULL ? elsewhere : t;
		else if (n->slot == t->slot)
			return t;
	}
	return n->serial != NULL && n->serial[0] != '\0' ? elsewhere : NULL;
}

void
token_gone(const struct card *c, const char *reader, struct err *err)
{
	(void)err_set(err, c != NULL ? ERR_CARD_TOKEN : ERR_CARD_REMOVED,
	    reader, NULL);
}
