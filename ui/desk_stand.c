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
#include "base/paths.h"
#include "base/text.h"
#include "ui/desk_state.h"
#include "ui/stand.h"
#include "ui/views.h"

static void
go_find(struct desk *d, const struct panel_ops *ops, const char *text)
{
	(void)ops;
	view_find_open(d, text);
}

/* One that is opened by its number in the registry. */
static void
go_number(struct desk *d, const struct panel_ops *ops, const char *text)
{
	char *end;
	int64_t id;

	errno = 0;
	id = strtoll(text, &end, 10);
	if (errno == 0 && id > 0 && *end == '\0')
		desk_open(d, ops, &id);
}

static const struct place_kept {
	const struct panel_ops	*ops;
	void			(*go)(struct desk *, const struct panel_ops *,
				    const char *);
	const char		*words;		/* msgid; a text or none in it */
} kept[] = {
	{ &view_find_ops, go_find, N_("The line was cut while you were looking for: %s") },
	{ &view_case_ops, go_number, N_("The line was cut while you had a revocation case open.") },
	{ &view_record_ops, go_number,
	    N_("The line was cut while you had a certificate open.") },
};

static const struct place_kept *
place_of(const char *name)
{
	for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
		if (strcmp(kept[i].ops->name, name) == 0)
			return &kept[i];
	return NULL;
}

static char *
path_of(const struct desk *d)
{
	const char *registry = d->setup.conf->registry;

	return stand_path(registry[0] != '\0' ? registry : paths_registry());
}

/* The topmost view that can be opened again. */
void
desk_keep_stand(struct desk *d)
{
	struct stand s = { .view = "" };
	struct err err = ERR_INIT;
	char *path;

	for (size_t i = d->nviews; i-- > 0 && s.view[0] == '\0'; ) {
		struct panel *p = d->views[i];

		if (p->ops->stands != NULL &&
		    p->ops->stands(p, s.text, sizeof s.text))
			snprintf(s.view, sizeof s.view, "%s", p->ops->name);
	}
	if (s.view[0] == '\0')
		return;
	path = path_of(d);
	if (stand_save(path, &s, &err) == -1)
		log_err("where the line was cut", &err);
	free(path);
	explicit_bzero(&s, sizeof s);
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
	free(d->stand);
	d->stand = NULL;
}

void
desk_offer_stand(struct desk *d)
{
	char *path = path_of(d), words[512];
	struct safe_text safe;
	struct stand *s = mem_alloc(sizeof *s);
	const struct place_kept *k = NULL;

	if (stand_take(path, clock_now(), s))
		k = place_of(s->view);
	free(path);
	if (k == NULL) {
		free(s);
		return;
	}
	d->stand = s;
	text_safe_str(&safe, s->text, 0);
	snprintf(words, sizeof words, _(k->words), safe.s);
	desk_open(d, &view_sure_ops, &(struct sure_of){
	    .title = N_("Go on where you were?"), .text = words,
	    .asker = d->panels[d->focus], .take = go_on });
}
