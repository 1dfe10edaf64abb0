#include "config.h"

#include "ui/renewkeep.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/reach.h"
#include "ui/desk.h"
#include "ui/renewing.h"
#include "ui/renewsave.h"

#define EACH_MAX	1000	/* open renewals that are looked through */
#define SAME_MAX	16	/* of them by orders of one number */

/* --- on the registry's thread ---------------------------------------------------- */

struct numbered {
	const char	*order;
	int64_t		 ids[SAME_MAX];
	size_t		 n;
};

static int
of_number(const struct renewal_row *row, void *arg)
{
	struct numbered *same = arg;

	if (same->n < SAME_MAX && row->order != NULL &&
	    strcmp(row->order, same->order) == 0)
		same->ids[same->n++] = row->id;
	return 0;
}

/* Two authorities may have the number: what was planned says with which. */
int
renewkeep_of_order(struct renewkeep *w, struct registry *reg, struct err *err)
{
	struct numbered same = { .order = w->text };

	if (renewals_each(reg, false, EACH_MAX, of_number, &same, err) == -1)
		return -1;
	for (size_t i = 0; i < same.n && w->id == 0; i++) {
		struct renew_now now = { 0 };

		if (renew_now_read(reg, same.ids[i], &now, err) == -1)
			return -1;
		if (w->authority == NULL || strcmp(w->authority->id,
		    now.view.plan.authority) == 0)
			w->id = same.ids[i];
		renew_now_clear(&now);
	}
	return 0;
}

int
renewkeep_stop(struct renewkeep *w, struct registry *reg, struct err *err)
{
	return renewal_stop(reg, w->id, w->text, w->at, err);
}

int
renewkeep_save(struct renewkeep *w, struct registry *reg, struct err *err)
{
	return renewsave(reg, w->id, w->text, err);
}

int
renewkeep_fetch(struct renewkeep *w, struct registry *reg, struct err *err)
{
	char *real;
	int rc = reach_old(w->text, &real, err) == 0 ?
	    file_read(real, w->text, &w->bytes, err) : -1;

	(void)reg;
	free(real);
	return rc;
}

static int
run(struct request *r, const struct service_hand *hand, struct err *err)
{
	struct renewkeep *w = (struct renewkeep *)r;
	struct err second = ERR_INIT;
	int rc = w->act != NULL ? w->act(w, hand->registry, err) : 0;

	if (w->id != 0 && renew_now_read(hand->registry, w->id, &w->now,
	    rc == 0 ? err : &second) == 0)
		w->have = true;
	return rc == 0 && w->id != 0 && !w->have ? -1 : rc;
}

/* --- back on the desk's ------------------------------------------------------------- */

/*
 * Its page was left meanwhile: it goes on by itself as far as nobody is needed,
 * but not in the place of what somebody may look at now.
 */
static void
bring(struct renewkeep *w)
{
	struct renewing *r = desk_renewing(w->desk);

	if (renewing_view(r)->running == 0)
		renewing_go(r, w->id, &w->bytes);
	else
		desk_tell(w->desk, N_("Renewal"), N_("The file was read, but a "
		    "renewal is under way. Bring it once more afterwards: f on "
		    "the page of its own renewal."));
}

static void
done(struct request *r)
{
	struct renewkeep *w = (struct renewkeep *)r;
	struct panel *p = desk_find_panel(w->desk, w->panel);

	if (p != NULL)
		w->back(p, w);
	else if (r->err.code != ERR_NONE && w->act != NULL)
		desk_tell_error(w->desk, &r->err);
	else if (w->act == renewkeep_fetch && w->id != 0)
		bring(w);
	if (w->act == renewkeep_stop) {
		renewing_look_again(desk_renewing(w->desk));
		desk_kept(w->desk);
	}
}

static void
free_work(struct request *r)
{
	struct renewkeep *w = (struct renewkeep *)r;

	if (w->have)
		renew_now_clear(&w->now);
	buf_clear(&w->bytes);
	free(w->text);
	free(w);
}

struct renewkeep *
renewkeep_new(struct panel *p, renewkeep_act_fn *act, renewkeep_back_fn *back)
{
	struct renewkeep *w = mem_alloc(sizeof *w);

	w->request.run = run;
	w->request.done = done;
	w->request.free = free_work;
	w->desk = p->desk;
	w->panel = p->id;
	w->act = act;
	w->back = back;
	w->at = desk_now(p->desk);
	buf_init(&w->bytes, RENEWALS_PART_MAX);
	return w;
}

struct service_ticket
renewkeep_ask(struct renewkeep *w)
{
	struct service *s = desk_service(w->desk);
	/* Saving only reads: it can where nothing can be written. */
	bool keeps = w->act == renewkeep_stop || (w->act == renewkeep_save &&
	    service_view(s)->err.code != ERR_READ_ONLY);

	return service_ask(s, keeps ? SERVICE_KEEP : SERVICE_LOOK, &w->request);
}

void
renewkeep_take(struct renewkeep *w, struct renew_now *to)
{
	renew_now_clear(to);
	*to = w->now;
	w->now = (struct renew_now){ 0 };
	w->have = false;
}
