#include "config.h"

#include "ui/casework.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "registry/store.h"
#include "revocation/channel.h"
#include "ui/desk.h"

void
case_now_clear(struct case_now *n)
{
	case_row_clear(&n->row);
	case_view_clear(&n->view);
	*n = (struct case_now){ 0 };
}

/* --- on the registry's thread -------------------------------------------- */

int
casework_begin(struct casework *w, struct registry *reg, struct err *err)
{
	if (w->row != 0 && store_get_row(reg, w->row, &w->record, err) == -1)
		return -1;
	return case_begin(reg, &w->record, w->action, w->at, &w->id,
	    &w->existing, err);
}

int
casework_answer(struct casework *w, struct registry *reg, struct err *err)
{
	return case_answer(reg, w->id, &w->answers, w->at, err);
}

/* A step that depends on what the authority can do, and on w->text. */
static int
by_authority(struct casework *w, struct registry *reg,
    int (*step)(struct registry *, int64_t, const char *,
    const struct authority *, int64_t, struct err *), struct err *err)
{
	struct case_row row;
	int rc;

	if (cases_get(reg, w->id, &row, err) == -1)
		return -1;
	rc = step(reg, w->id, w->text,
	    channel_authority(w->authorities, &row.cert.issuer), w->at, err);
	case_row_clear(&row);
	return rc;
}

int
casework_confirm(struct casework *w, struct registry *reg, struct err *err)
{
	return by_authority(w, reg, case_confirm, err);
}

int
casework_channel(struct casework *w, struct registry *reg, struct err *err)
{
	return by_authority(w, reg, case_channel, err);
}

int
casework_instead(struct casework *w, struct registry *reg, struct err *err)
{
	return case_instead(reg, w->id, w->action, w->at, err);
}

int
casework_note(struct casework *w, struct registry *reg, struct err *err)
{
	return case_note(reg, w->id, w->text, w->at, err);
}

int
casework_withdraw(struct casework *w, struct registry *reg, struct err *err)
{
	return case_withdraw(reg, w->id, w->text, w->at, err);
}

int
casework_close(struct casework *w, struct registry *reg, struct err *err)
{
	return case_close(reg, w->id, w->at, err);
}

int
casework_takeover(struct casework *w, struct registry *reg, struct err *err)
{
	return case_take(reg, w->id, w->at, err);
}

/* What programs write on any desk makes a case nobody's own. */
static bool
by_hand(const struct case_event *e)
{
	static const char *const others[] = { "sending", "result", "status",
	    "unanswered" };

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (strcmp(others[i], e->kind) == 0)
			return false;
	return true;
}

static bool
same(const char *a, const char *b)
{
	return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

/* Whether this account at this point wrote it. */
static bool
is_ours(const struct case_event *e, const char *point)
{
	char strings[1024];
	struct passwd pw, *found = NULL;

	if (!same(e->point, point))
		return false;
	/* An account without a name has written none either. */
	return getpwuid_r(geteuid(), &pw, strings, sizeof strings,
	    &found) != 0 || found == NULL || same(e->account, pw.pw_name);
}

static const struct case_event *
held_by(const struct case_row *row, const char *point)
{
	for (size_t i = row->nevents; row->sum.open && i-- > 0; )
		if (by_hand(&row->events[i]))
			return is_ours(&row->events[i], point) ? NULL :
			    &row->events[i];
	return NULL;
}

static int
read_case(struct casework *w, struct registry *reg, struct err *err)
{
	if (w->id == 0)
		return 0;
	if (cases_get(reg, w->id, &w->now.row, err) == -1)
		return -1;
	w->now.authority = channel_authority(w->authorities,
	    &w->now.row.cert.issuer);
	if (case_view(&w->now.row, w->now.authority, &w->now.view, err) == -1) {
		case_row_clear(&w->now.row);
		return -1;
	}
	w->now.held = held_by(&w->now.row, w->point);
	w->have = true;
	return 0;
}

static int
run(struct request *r, const struct service_hand *hand, struct err *err)
{
	struct casework *w = (struct casework *)r;

	/* A step that failed may have met another case, or an older state. */
	if (w->act != NULL && w->act(w, hand->registry, err) == -1) {
		struct err second = ERR_INIT;

		read_case(w, hand->registry, &second);
		return -1;
	}
	return read_case(w, hand->registry, err);
}

/* --- back on the desk's -------------------------------------------------- */

static void
done(struct request *r)
{
	struct casework *w = (struct casework *)r;
	struct panel *p = desk_find_panel(w->desk, w->panel);

	if (p != NULL)
		w->back(p, w);
	else if (r->err.code != ERR_NONE && w->writes)
		desk_tell_error(w->desk, &r->err);
	if (r->err.code == ERR_NONE && w->writes)
		desk_case_moved(w->desk, 0, NULL, NULL);
}

static void
free_work(struct request *r)
{
	struct casework *w = (struct casework *)r;

	if (w->have)
		case_now_clear(&w->now);
	record_clear(&w->record);
	free(w->text);
	free(w->more);
	free(w);
}

struct casework *
casework_new(struct panel *p, casework_act_fn *act, casework_back_fn *back)
{
	struct casework *w = mem_alloc(sizeof *w);

	w->request.run = run;
	w->request.done = done;
	w->request.free = free_work;
	w->desk = p->desk;
	w->panel = p->id;
	w->act = act;
	w->back = back;
	w->authorities = desk_setup(p->desk)->authorities;
	w->point = desk_setup(p->desk)->conf->point;
	w->at = desk_now(p->desk);
	w->writes = act != NULL;
	w->answers = (struct case_answers){ .who = -1, .proof = -1,
	    .reason = -1 };
	record_init(&w->record);
	return w;
}

struct service_ticket
casework_ask(struct casework *w, enum service_lane lane)
{
	return service_ask(desk_service(w->desk), lane, &w->request);
}

struct service_ticket
casework_look(struct panel *p, int64_t id, casework_back_fn *back)
{
	struct casework *w = casework_new(p, NULL, back);

	w->id = id;
	return casework_ask(w, SERVICE_LOOK);
}

void
casework_take(struct casework *w, struct case_now *to)
{
	case_now_clear(to);
	*to = w->now;
	w->now = (struct case_now){ 0 };
	w->have = false;
}
