/* A line that was cut: where the agent stood is kept, and offered again. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "ui/desk_state.h"
#include "ui/ordering.h"
#include "ui/stand.h"
#include "ui/views.h"

static void
go_find(struct desk *d, const struct panel_ops *ops, const char *text)
{
	(void)ops;
	view_find_open(d, text);
}

/* In the registry; 0 for none. */
static int64_t
number_of(const char *text)
{
	char *end;
	int64_t id;

	errno = 0;
	id = strtoll(text, &end, 10);
	return errno == 0 && id > 0 && *end == '\0' ? id : 0;
}

/* One that is opened by that number. */
static void
go_number(struct desk *d, const struct panel_ops *ops, const char *text)
{
	int64_t id = number_of(text);

	if (id > 0)
		desk_open(d, ops, &id);
}

static void
go_record(struct desk *d, const struct panel_ops *ops, const char *text)
{
	struct record_of of = { number_of(text), NULL };

	if (of.row > 0)
		desk_open(d, ops, &of);
}

static void
go_order(struct desk *d, const struct panel_ops *ops, const char *text)
{
	(void)ops;
	d->focus = panel_order_at;
	panel_order_line(d->panels[panel_order_at], text);
}

static void
go_typed(struct desk *d, const struct panel_ops *ops, const char *text)
{
	desk_open(d, ops, text);
}

static void
go_draft(struct desk *d, const struct panel_ops *ops, const char *text)
{
	int64_t id = number_of(text);

	if (id > 0)
		desk_open(d, ops, &(struct revoke_of){ .draft = id });
}

/* Lines: the authority, the order or nothing, and what was written. */
static void
go_question(struct desk *d, const struct panel_ops *ops, const char *text)
{
	const struct authorities *all = d->setup.authorities;
	char *id = mem_strdup(text), *order = strchr(id, '\n'), *written;
	const struct authority *a = NULL;

	written = order != NULL ? strchr(order + 1, '\n') : NULL;
	if (written != NULL) {
		*order++ = *written++ = '\0';
		for (size_t i = 0; i < all->n; i++)
			if (strcmp(all->v[i].id, id) == 0)
				a = &all->v[i];
	}
	if (a != NULL)
		desk_open(d, ops, &(struct question_of){ .authority = a,
		    .number = order[0] != '\0' ? order : NULL,
		    .written = written });
	explicit_bzero(id, strlen(id));
	free(id);
}

static const struct place_kept {
	const struct panel_ops	*ops;
	void			(*go)(struct desk *, const struct panel_ops *,
				    const char *);
	bool			 whole;		/* or not at all: a line to search by */
	const char		*words;		/* msgid; a text or none in it */
} kept[] = {
	{ &view_find_ops, go_find, true,
	    N_("The line was cut while you were looking for: %s") },
	{ &view_case_ops, go_number, true,
	    N_("The line was cut while you had a revocation case open.") },
	{ &view_record_ops, go_record, true,
	    N_("The line was cut while you had a certificate open.") },
	{ &view_revoke_ops, go_draft, true,
	    N_("The line was cut while you were answering a revocation's "
	    "questions.") },
	{ &view_typed_ops, go_typed, true,
	    N_("The line was cut while you were typing a serial number.") },
	{ &view_question_ops, go_question, false,
	    N_("The line was cut while you were writing a question. What was "
	    "written is there; who asks is to be typed again.") },
	{ &panel_order_ops, go_order, true,
	    N_("The line was cut while you were asking about the order: %s") },
};

static const struct place_kept *
place_of(const char *name)
{
	for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
		if (strcmp(kept[i].ops->name, name) == 0)
			return &kept[i];
	return NULL;
}

static bool
stands(struct panel *p, struct stand *s)
{
	const struct place_kept *k = place_of(p->ops->name);

	if (k == NULL || p->ops->stands == NULL ||
	    !p->ops->stands(p, s->text, sizeof s->text) ||
	    (stand_hide(s->text) && k->whole))
		return false;
	snprintf(s->view, sizeof s->view, "%s", p->ops->name);
	return true;
}

/*
 * What is written and nowhere else, or else the topmost that can be opened again;
 * what was offered still waits for yes.
 */
static bool
find_stand(struct desk *d, struct stand *s)
{
	for (size_t i = d->nviews; i-- > 0; )
		if (desk_unsaved(d->views[i]) && stands(d->views[i], s))
			return true;
	for (size_t i = d->nviews; i-- > 0; )
		if (stands(d->views[i], s))
			return true;
	for (size_t i = 0; i < NPANELS; i++)
		if (stands(d->panels[i], s))
			return true;
	if (d->stand == NULL)
		return false;
	*s = *d->stand;
	return true;
}

void
desk_keep_stand(struct desk *d)
{
	struct stand s = { .view = "" };
	struct err err = ERR_INIT;
	char *path;

	/* A question that was being sent is on disk, or it stands here. */
	if (d->ordering != NULL)
		ordering_finish(d->ordering);
	if (find_stand(d, &s)) {
		path = stand_path(setup_registry(&d->setup));
		if (stand_save(path, &s, &err) == -1)
			log_err("where the line was cut", &err);
		free(path);
	}
	explicit_bzero(&s, sizeof s);
}

static void
drop(struct stand *s)
{
	explicit_bzero(s, sizeof *s);
	free(s);
}

void
desk_drop_stand(struct desk *d)
{
	if (d->stand != NULL)
		drop(d->stand);
	d->stand = NULL;
}

/* Yes: the asker is the panel that had the keys. */
static void
go_on(struct panel *asker, int what, const char *text)
{
	struct desk *d = asker->desk;
	const struct place_kept *k = place_of(d->stand->view);

	(void)what;
	(void)text;
	if (k != NULL)
		k->go(d, k->ops, d->stand->text);
	desk_drop_stand(d);
}

void
desk_offer_stand(struct desk *d)
{
	char *path = stand_path(setup_registry(&d->setup)), words[512];
	const char *say;
	struct safe_text safe;
	struct stand *s = mem_alloc(sizeof *s);
	const struct place_kept *k = NULL;

	stand_sweep(setup_registry(&d->setup), clock_now());
	if (stand_take(path, clock_now(), s))
		k = place_of(s->view);
	free(path);
	if (k == NULL) {
		drop(s);
		return;
	}
	d->stand = s;
	say = k->words;
	if (strstr(say, "%s") != NULL) {
		text_safe_str(&safe, s->text, 0);
		snprintf(words, sizeof words, _(k->words), safe.s);
		say = words;
	}
	desk_open(d, &view_sure_ops, &(struct sure_of){
	    .title = N_("Go on where you were?"), .text = say,
	    .asker = d->panels[d->focus], .take = go_on,
	    .no = desk_drop_stand });
}
