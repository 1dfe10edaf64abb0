#include "config.h"

#include "ui/renewnow.h"

void
renew_now_clear(struct renew_now *n)
{
	renewal_row_clear(&n->row);
	renewal_view_clear(&n->view);
	*n = (struct renew_now){ 0 };
}

int
renew_now_read(struct registry *reg, int64_t id, struct renew_now *n,
    struct err *err)
{
	if (renewals_get(reg, id, &n->row, err) == -1)
		return -1;
	if (renewal_view(&n->row, &n->view, err) == 0)
		return 0;
	renewal_row_clear(&n->row);
	return -1;
}
