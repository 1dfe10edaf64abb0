#include "config.h"

#include <stdlib.h>

#include "base/mem.h"
#include "cert/issued.h"
#include "ui/certrow.h"

enum { RANK_USABLE, RANK_NOT_YET, RANK_EXPIRED, RANK_CA, RANK_DAMAGED,
	RANK_KEY };

static int
rank_of(const struct card_cert *c, int64_t now)
{
	if (c->cert == NULL)
		return RANK_DAMAGED;
	if (c->cert->is_ca)
		return RANK_CA;
	if (now < c->cert->not_before)
		return RANK_NOT_YET;
	return now > c->cert->not_after ? RANK_EXPIRED : RANK_USABLE;
}

/* By rank; within one the qualified first, then the longest to go. */
static int
compare(const void *a, const void *b)
{
	const struct certrow *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank - y->rank;
	if (x->until != y->until)
		return x->until > y->until ? -1 : 1;
	return x->index < y->index ? -1 : 1;
}

struct certrow *
certrow_make(const struct card *card, int64_t now, size_t *n)
{
	struct certrow *rows;

	*n = 0;
	if (card == NULL)
		return NULL;
	rows = mem_array(card->ncerts + card->nkeys + 1, sizeof(*rows));
	for (size_t i = 0; i < card->ncerts; i++) {
		const struct card_cert *c = &card->certs[i];
		int rank = rank_of(c, now) * 2;

		if (c->cert != NULL && !c->cert->qc.compliance)
			rank++;
		rows[(*n)++] = (struct certrow){ .index = i, .rank = rank,
		    .until = c->cert != NULL ? c->cert->not_after : 0 };
	}
	for (size_t i = 0; i < card->nkeys; i++)
		if (card->keys[i].cert < 0)
			rows[(*n)++] = (struct certrow){ .is_key = true,
			    .index = i, .rank = RANK_KEY * 2 };
	qsort(rows, *n, sizeof(*rows), compare);
	return rows;
}

bool
certrow_validity(const struct card *card, const struct certrow *row,
    const struct setup *setup, int64_t now, struct validity_view *v)
{
	const struct cert *c;

	if (row->is_key || (c = card->certs[row->index].cert) == NULL)
		return false;
	cert_validity_by(c, now, setup->conf,
	    cert_authority(c, setup->authorities, NULL), v);
	return true;
}
