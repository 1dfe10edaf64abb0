/*
 * What the answers that are shown were made of, as far as their steps need it:
 * while something is being got the facts are the thread's, and what is shown stays.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/answering_state.h"
#include "ui/orderpage.h"

void
answering_kept_clear(struct answering_kept *k)
{
	for (size_t i = 0; i < k->n; i++)
		order_clear(&k->orders[i].order);
	free(k->orders);
	*k = (struct answering_kept){ .n = 0 };
}

/* Orders that are asked about anew stay those of the answer before. */
void
answering_keep(struct answering *a)
{
	const struct answer_facts *f = gathered_facts(a->gathered);
	struct answering_kept *k = &a->kept;
	const struct order_answer *had = f->orders;

	if (had == NULL && k->n > 0) {
		if (f->authority != NULL)
			k->authority = f->authority;
		return;
	}
	answering_kept_clear(k);
	k->authority = f->authority;
	k->at = SIZE_MAX;
	if (had == NULL || had->n == 0)
		return;
	k->orders = mem_array(had->n, sizeof *k->orders);
	for (size_t i = 0; i < had->n; i++) {
		orderpage_copy(&k->orders[i], &had->v[i]);
		if (f->order == &had->v[i])
			k->at = i;
	}
	k->n = had->n;
}

const struct authority *
answering_authority(const struct answering *a)
{
	const struct answer_facts *f = answering_facts(a);

	return f != NULL ? f->authority : a->kept.authority;
}

const struct order_found *
answering_order(const struct answering *a)
{
	const struct answer_facts *f = answering_facts(a);

	if (f != NULL)
		return f->order;
	return a->kept.at < a->kept.n ? &a->kept.orders[a->kept.at] : NULL;
}

const struct order_found *
answering_order_of(const struct answering *a, const char *number)
{
	const struct answer_facts *f = answering_facts(a);
	const struct order_found *v = f == NULL ? a->kept.orders :
	    f->orders != NULL ? f->orders->v : NULL;
	size_t n = f == NULL ? a->kept.n : f->orders != NULL ? f->orders->n : 0;

	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i].order.number, number) == 0)
			return &v[i];
	return NULL;
}
