#include "config.h"

#include <stdlib.h>

#include "base/mem.h"
#include "card/limit.h"
#include "cert/issued.h"

static const char *
name_of(const struct authority *a)
{
	return a->name[0] != '\0' ? a->name : a->id;
}

static void
take(struct card_model *m, const struct authority *a)
{
	free(m->issuer_limit_source);
	m->issuer_limit_source = a->checked_on[0] != '\0' ?
	    mem_printf("%s, %s", name_of(a), a->checked_on) :
	    mem_strdup(name_of(a));
	m->issuer_limit = (int)a->max_certificates;
	m->issuer_limit_by = KNOWN_CONFIG;
}

void
limit_apply(struct card *card, const struct authorities *all)
{
	struct card_model *m = &card->model;

	for (size_t i = 0; i < card->ncerts; i++) {
		const struct cert *c = card->certs[i].cert;
		const struct authority *a;

		if (c == NULL || c->is_ca)
			continue;
		a = cert_authority(c, all, NULL);
		if (a == NULL || a->max_certificates == 0)
			continue;
		if (m->issuer_limit_by != KNOWN_CONFIG ||
		    a->max_certificates < m->issuer_limit)
			take(m, a);
	}
}
