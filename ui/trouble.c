#include "config.h"

#include "ui/trouble.h"

#include <string.h>

static bool
is_same(const struct err *a, const struct err *b)
{
	return a->code == b->code && a->origin == b->origin &&
	    a->raw == b->raw && strcmp(a->what, b->what) == 0 &&
	    strcmp(a->detail, b->detail) == 0;
}

void
trouble_add(struct troubles *t, const struct err *err)
{
	if (err == NULL || err->code == ERR_NONE || t->n == TROUBLES_MAX)
		return;
	for (size_t i = 0; i < t->n; i++)
		if (is_same(&t->v[i], err))
			return;
	t->v[t->n++] = *err;
}

void
trouble_of_cards(struct troubles *t, const struct card_world *w,
    const struct card *c)
{
	static const struct err no_reader = { .code = ERR_NO_READER };

	trouble_add(t, &w->helper_err);
	trouble_add(t, w->pcsc == PCSC_GONE ? &w->pcsc_err : NULL);
	trouble_add(t, c != NULL ? &c->err : NULL);
	for (size_t i = 0; c != NULL && i < c->nproblems; i++)
		trouble_add(t, &c->problems[i]);
	for (size_t i = 0; i < w->nmodules; i++)
		if (w->modules[i].state == MODULE_STOPPED)
			trouble_add(t, &w->modules[i].err);
	trouble_add(t, c == NULL && w->pcsc == PCSC_UP ? &no_reader : NULL);
}

void
trouble_of_status(struct troubles *t, const struct status_report *s)
{
	trouble_add(t, s->ocsp.tried && !s->ocsp.answered ? &s->ocsp.err :
	    NULL);
	trouble_add(t, s->crl.tried && !s->crl.answered ? &s->crl.err : NULL);
	trouble_add(t, s->delta.tried && !s->delta.answered ? &s->delta.err :
	    NULL);
	trouble_add(t, &s->err);
}
