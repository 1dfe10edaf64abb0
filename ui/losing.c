#include "config.h"

#include "ui/losing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/holder.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/worker.h"
#include "registry/registry.h"
#include "revocation/case.h"
#include "revocation/channel.h"
#include "revocation/rounds.h"
#include "ui/desk.h"
#include "ui/revoke.h"
#include "ui/visit.h"

#define A_DAY	(24 * 60 * 60)	/* seconds */

struct work {
	struct job		 job;
	struct desk		*desk;
	unsigned		 panel;
	losing_fn		*back;
	const struct setup	*setup;
	const char		*path;		/* of the registry */
	struct record		 record;
	const struct authority	*authority;
	struct secret		*password;
	char			*note;
	/* What came of it. */
	enum losing_end		 end;
	char			 number[sizeof ((struct case_row *)0)->number];
	struct err		 err;
};

bool
losing_takes_password(const struct authority *a)
{
	const struct case_view fresh = { .action = CASE_REVOKE };

	return a != NULL && revoke_wants_password(a, &fresh);
}

/* --- on a thread -------------------------------------------------------------- */

/* The last four digits of a number that was typed in full. */
static char *
last_four(const struct record *r)
{
	size_t n = r->serial_len < 2 ? r->serial_len : 2;
	char hex[5];

	return mem_strdup(text_hex(r->serial + r->serial_len - n, n, 0, hex,
	    sizeof hex));
}

static int
send_it(struct work *w, struct registry *reg, int64_t id, struct err *err)
{
	const struct net_options way = setup_way(w->setup);
	struct rounds_options o = { .authorities = w->setup->authorities,
	    .only = id, .password = w->password, .cancel = &w->job.cancel };
	struct net *net = net_new(&way);
	char by[HOLDER_MAX];
	int64_t next;
	int rc;

	holder_name(by, "kiosk");
	o.by = by;
	rc = rounds_run(reg, net, &o, clock_now(), &next, err);
	net_rest(net);
	net_free(net);
	return rc;
}

/* How it stands, and what it is called. */
static int
look(struct work *w, struct registry *reg, int64_t id, struct err *err)
{
	struct case_row row;
	struct case_view view;

	if (cases_get(reg, id, &row, err) == -1)
		return -1;
	snprintf(w->number, sizeof w->number, "%s", row.number);
	if (case_view(&row, w->authority, &view, err) == -1) {
		case_row_clear(&row);
		return -1;
	}
	if (w->end == LOSING_LATER && view.state == CASE_SENT)
		w->end = LOSING_SENT;
	else if (w->end == LOSING_LATER && (view.state == CASE_ACCEPTED ||
	    view.state == CASE_PUBLISHED || view.state == CASE_CLOSED))
		w->end = LOSING_ACCEPTED;
	else if (w->end == LOSING_LATER && view.state == CASE_REFUSED)
		w->end = LOSING_REFUSED;
	case_view_clear(&view);
	case_row_clear(&row);
	return 0;
}

/* Nobody's patience, and no stranger's pen, fills a registry or a clerk's day. */
static int
has_room(struct registry *reg, int64_t now, struct err *err)
{
	int64_t n;

	if (cases_opened(reg, now - A_DAY, &n, err) == -1)
		return -1;
	return n < LOSING_A_DAY ? 0 : err_set(err, ERR_KIOSK_FULL,
	    _("as many as a day may bring are here"), NULL);
}

static int
report(struct work *w, struct registry *reg, struct err *err)
{
	struct case_answers answers = { .who = WHO_HOLDER,
	    .proof = w->password != NULL ? PROOF_PASSWORD : PROOF_NONE,
	    .reason = REASON_LOST, .note = w->note };
	int64_t id, now = clock_now();
	bool there;
	char *four;
	int rc;

	if (has_room(reg, now, err) == -1 ||
	    case_begin(reg, &w->record, CASE_REVOKE, now, &id, &there,
	    err) == -1)
		return -1;
	w->end = there ? LOSING_THERE : LOSING_WAITS;
	rc = there ? 0 : case_answer(reg, id, &answers, now, err);
	if (rc == 0 && !there && w->password != NULL) {
		four = last_four(&w->record);
		rc = case_confirm(reg, id, four, w->authority, now, err);
		free(four);
		w->end = LOSING_LATER;
		if (rc == 0)
			rc = send_it(w, reg, id, err);
		/* It stands there all the same; a clerk asks once more. */
		if (rc == -1 && err->code == ERR_CASE_MOVED) {
			err_clear(err);
			rc = 0;
		}
	}
	return rc == -1 ? -1 : look(w, reg, id, err);
}

static void
run(struct job *j)
{
	struct work *w = (struct work *)j;
	const char *point = w->setup->conf->point;
	const struct registry_options o = { .path = w->path,
	    .point = point[0] != '\0' ? point : NULL };
	struct registry *reg = NULL;

	if (registry_open(&reg, REGISTRY_CREATE, &o, &w->err) == 0)
		(void)report(w, reg, &w->err);
	registry_close(reg);
	secret_free(w->password);
	w->password = NULL;
}

/* --- the loop's ------------------------------------------------------------------ */

static void
done(struct job *j)
{
	struct work *w = (struct work *)j;
	struct panel *p = desk_find_panel(w->desk, w->panel);

	desk_dirty(w->desk);
	if (p != NULL)
		w->back(p, w->end, w->number, &w->err);
}

static void
free_work(struct job *j)
{
	struct work *w = (struct work *)j;

	secret_free(w->password);
	record_clear(&w->record);
	free(w->note);
	free(w);
}

/* Said at once, and nothing of it is kept. */
static void
refuse(struct panel *p, struct losing_of *of, losing_fn *back)
{
	struct err err = ERR_INIT;

	record_clear(of->record);
	secret_free(of->password);
	(void)err_set(&err, ERR_KIOSK_FULL,
	    _("as many as one visit may leave have been left"), NULL);
	back(p, LOSING_WAITS, "", &err);
}

void
losing_post(struct panel *p, struct losing_of *of, losing_fn *back)
{
	struct work *w;

	if (!visit_leaves(desk_visit(p->desk), LOSING_A_VISIT)) {
		refuse(p, of, back);
		return;
	}
	w = mem_alloc(sizeof *w);

	w->job.run = run;
	w->job.done = done;
	w->job.free = free_work;
	w->desk = p->desk;
	w->panel = p->id;
	w->back = back;
	w->setup = desk_setup(p->desk);
	w->path = setup_registry(w->setup);
	w->record = *of->record;
	record_init(of->record);
	w->authority = of->authority;
	w->password = of->password;
	w->note = mem_strdup(of->note);
	worker_post(desk_files(p->desk), &w->job);
}
