#include "config.h"

#include <sys/stat.h>
#include <stdlib.h>

#include "base/mem.h"
#include "ui/asking.h"
#include "ui/desk_state.h"
#include "ui/ordering.h"
#include "ui/renewing.h"
#include "ui/views.h"

void
desk_set_rounds(struct desk *d, struct rounds *rounds)
{
	d->rounds = rounds;
}

void
desk_rounds_changed(struct desk *d)
{
	desk_kept(d);
}

/* What others write shows in the registry's log, and a look at that costs little. */
static bool
has_log_moved(struct desk *d)
{
	char *log = mem_printf("%s-wal", setup_registry(&d->setup));
	struct stat st;
	bool moved;

	if (stat(log, &st) == -1)
		st = (struct stat){ .st_size = 0 };
	free(log);
	moved = st.st_size != d->log_size ||
	    st.st_mtim.tv_sec != d->log_at.tv_sec ||
	    st.st_mtim.tv_nsec != d->log_at.tv_nsec;
	d->log_size = st.st_size;
	d->log_at = st.st_mtim;
	return moved;
}

void
desk_look_for_others(struct desk *d)
{
	if (d->rounds == NULL || !has_log_moved(d))
		return;
	/* It may be what a view shows; the rounds tell only of cases. */
	desk_kept(d);
	rounds_look(d->rounds);
	if (d->renewing != NULL)
		renewing_look_again(d->renewing);
	if (d->ordering != NULL)
		ordering_kick(d->ordering);
}

const struct cases_count *
desk_cases(const struct desk *d)
{
	return d->rounds != NULL ? &rounds_view(d->rounds)->count : NULL;
}

struct asking *
desk_asking(struct desk *d)
{
	if (d->asking == NULL)
		d->asking = asking_new(d->loop, &d->setup);
	return d->asking;
}

void
desk_case_moved(struct desk *d, int64_t id, struct secret *password,
    const char *ref)
{
	if (d->rounds != NULL)
		rounds_kick(d->rounds, id, password, ref);
	else
		secret_free(password);
	desk_kept(d);
}

void
desk_case_signed(struct desk *d, int64_t id, const char *reader,
    const struct token *token, struct secret *pin)
{
	if (d->rounds != NULL && d->client != NULL)
		rounds_kick_card(d->rounds, id, d->client, reader, token, pin);
	else
		secret_free(pin);
	desk_kept(d);
}

bool
desk_case_unused(struct desk *d, int64_t id)
{
	return d->rounds != NULL && rounds_take_unused(d->rounds, id);
}

const struct card *
desk_officer_card(const struct desk *d, const struct authority *a,
    const struct token **token)
{
	return d->rounds == NULL ? NULL :
	    rounds_officer_card(d->rounds, a, desk_world(d), token);
}

/*
 * What the panel with the keys shows; on the desk itself the certificate under
 * the list's cursor, whichever panel has them.
 */
bool
desk_subject(struct desk *d, struct revoke_of *of)
{
	struct panel *top = desk_top(d);

	if (top->ops->subject != NULL)
		return top->ops->subject(top, of);
	for (size_t i = 0; i < NPANELS && desk_has_keys(d); i++)
		if (d->panels[i]->ops->subject != NULL)
			return d->panels[i]->ops->subject(d->panels[i], of);
	return false;
}

void
desk_revoke(struct desk *d)
{
	struct revoke_of of = { 0 };

	/* Its questions are being asked already. */
	if (desk_top(d)->ops == &view_revoke_ops)
		return;
	if (desk_subject(d, &of))
		desk_open_top(d, &view_revoke_ops, &of);
	else
		desk_open_top(d, &view_typed_ops, NULL);
}
