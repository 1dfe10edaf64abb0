/*
 * The view of a docket: its rows by what is due first, all of them or the open
 * ones.  A view of one kind is panel_ops with DOCKET_VIEW and its words.  UI
 * thread only.
 */
#ifndef UI_DOCKET_VIEW_H
#define UI_DOCKET_VIEW_H

#include "registry/service.h"
#include "ui/docket.h"
#include "ui/list.h"
#include "ui/panel.h"

struct docket_view {
	const struct docket_kind *kind;
	struct desk		*desk;
	struct list		 list;
	struct docket		 rows;
	bool			 all, got;
	bool			 open_it;	/* Enter came before the rows */
	int64_t			 selected;	/* its id, kept while rows move */
	struct err		 err;
	struct service_ticket	 ticket;
};

#define DOCKET_KEYS	3
extern const struct key_binding docket_keys[DOCKET_KEYS];

/* For a view's own open. */
void		 docket_open(struct panel *, const struct docket_kind *);

void		 docket_close(struct panel *);
const char	*docket_corner(struct panel *, char *buf, size_t size);
void		 docket_draw(struct panel *, const struct rect *, bool focused);
unsigned	 docket_input(struct panel *, const struct input *);
unsigned	 docket_act(struct panel *, int action);
bool		 docket_can(struct panel *, int action);
void		 docket_get(struct panel *);
const struct err *docket_problem(struct panel *);

#define DOCKET_VIEW(how_it_opens)					\
	.place = PLACE_FULL, .size = sizeof(struct docket_view),	\
	.keys = docket_keys, .nkeys = DOCKET_KEYS,			\
	.open = (how_it_opens), .close = docket_close,			\
	.corner = docket_corner, .draw = docket_draw,			\
	.input = docket_input, .act = docket_act, .can = docket_can,	\
	.kept = docket_get, .problem = docket_problem

#endif
