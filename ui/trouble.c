#include "config.h"

#include "ui/trouble.h"

const struct err *
trouble_first(const struct err *const *errs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (errs[i] != NULL && errs[i]->code != ERR_NONE)
			return errs[i];
	return NULL;
}

static const struct err *
of_modules(const struct card_world *w)
{
	for (size_t i = 0; i < w->nmodules; i++)
		if (w->modules[i].state == MODULE_STOPPED &&
		    w->modules[i].err.code != ERR_NONE)
			return &w->modules[i].err;
	return NULL;
}

const struct err *
trouble_of_cards(const struct card_world *w, const struct card *c)
{
	static const struct err no_reader = { .code = ERR_NO_READER };
	const struct err *const all[] = {
		&w->helper_err,
		w->pcsc == PCSC_GONE ? &w->pcsc_err : NULL,
		c != NULL ? &c->err : NULL,
		c != NULL && c->nproblems > 0 ? &c->problems[0] : NULL,
		of_modules(w),
		c == NULL && w->pcsc == PCSC_UP ? &no_reader : NULL,
	};

	return trouble_first(all, sizeof all / sizeof all[0]);
}

const struct err *
trouble_of_status(const struct status_report *s)
{
	const struct err *const all[] = {
		s->ocsp.tried && !s->ocsp.answered ? &s->ocsp.err : NULL,
		s->crl.tried && !s->crl.answered ? &s->crl.err : NULL,
		s->delta.tried && !s->delta.answered ? &s->delta.err : NULL,
		&s->err,
	};

	return trouble_first(all, sizeof all / sizeof all[0]);
}
