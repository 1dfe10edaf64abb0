#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/filter.h"

static const struct {
	const char	*name;
	unsigned	 states;
	bool		 qualified;
} fixed[] = {
	{ N_("all"), 0, false },
	{ N_("valid ones"), FIND_VALID, false },
	{ N_("expired ones"), FIND_EXPIRED, false },
	{ N_("revoked ones"), FIND_REVOKED, false },
	{ N_("suspended ones"), FIND_SUSPENDED, false },
	{ N_("qualified ones"), 0, true },
};

#define NFIXED	(sizeof fixed / sizeof fixed[0])

static void
forget_issuers(struct filter *f)
{
	while (f->nissuers > 0)
		free(f->issuers[--f->nissuers]);
}

void
filter_clear(struct filter *f)
{
	forget_issuers(f);
	f->at = 0;
}

/* One issuer alone is nothing to choose from. */
void
filter_turn(struct filter *f, int by)
{
	size_t n = NFIXED + (f->nissuers > 1 ? f->nissuers : 0);

	f->at = (f->at + (by < 0 ? n - 1 : 1)) % n;
}

const char *
filter_name(const struct filter *f, char *buf, size_t size)
{
	if (f->at < NFIXED)
		snprintf(buf, size, "%s", _(fixed[f->at].name));
	else
		snprintf(buf, size, _("issuer: %s"), f->issuers[f->at - NFIXED]);
	return buf;
}

static void
learn_issuer(struct filter *f, const char *shown)
{
	size_t i;

	if (shown == NULL || shown[0] == '\0' || f->nissuers == FILTER_ISSUERS)
		return;
	for (i = 0; i < f->nissuers; i++)
		if (strcmp(f->issuers[i], shown) == 0)
			return;
	f->issuers[f->nissuers++] = mem_strdup(shown);
}

void
filter_learn(struct filter *f, const struct find_answer *a)
{
	size_t i;

	if (f->at != 0)
		return;
	forget_issuers(f);
	for (i = 0; i < a->nhits; i++)
		learn_issuer(f, a->hits[i].cert.issuer.shown);
}

void
filter_options(const struct filter *f, struct find_options *o)
{
	o->states = f->at < NFIXED ? fixed[f->at].states : 0;
	o->qualified = f->at < NFIXED && fixed[f->at].qualified;
	o->issuer = f->at < NFIXED ? NULL : f->issuers[f->at - NFIXED];
}
