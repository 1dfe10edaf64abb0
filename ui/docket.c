/* Rows of a docket. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/docket.h"
#include "ui/recwords.h"
#include "ui/span.h"

struct docket_row *
docket_add(struct docket *d, const void *row, int64_t id, const char *number,
    const struct record *about, const char *other)
{
	struct docket_row *r;

	d->v = mem_grow(d->v, d->n + 1, sizeof *d->v);
	r = &d->v[d->n++];
	*r = (struct docket_row){ .id = id };
	snprintf(r->number, sizeof r->number, "%s", number);
	r->holder = mem_strdup(about->holder != NULL ? about->holder : "");
	r->other = mem_strdup(other != NULL ? other : "");
	recwords_serial_end(about, r->serial, sizeof r->serial);
	if (d->brief != NULL)
		json_array_append_new(d->json, d->brief(row));
	return r;
}

static void
drop_last(struct docket *d)
{
	struct docket_row *r = &d->v[--d->n];

	free(r->holder);
	free(r->other);
}

/* One more than is wanted tells that there are more. */
int
docket_read(const struct docket_kind *kind, struct registry *reg, bool all,
    size_t max, struct docket *d, struct err *err)
{
	if (kind->read(reg, all, (int64_t)max + 1, d, err) == -1)
		return -1;
	d->cut = d->n > max;
	if (!d->cut)
		return 0;
	drop_last(d);
	if (d->brief != NULL)
		json_array_remove(d->json, d->n);
	return 0;
}

void
docket_clear(struct docket *d)
{
	while (d->n > 0)
		drop_last(d);
	free(d->v);
	d->v = NULL;
}

const char *
docket_next(const struct docket_row *r, int64_t now, char *buf, size_t size)
{
	char when[32];

	if (r->due == 0)
		return "";
	snprintf(buf, size, _("next %s"), r->due <= now ? _("now") :
	    span_moment(r->due, now, when, sizeof when));
	return buf;
}
