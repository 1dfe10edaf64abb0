/*
 * The inside of the desk, shared by the desk_*.c files and nobody else.
 * UI thread only.
 */
#ifndef UI_DESK_STATE_H
#define UI_DESK_STATE_H

#include <sys/types.h>
#include <time.h>

#include "ui/bar.h"
#include "ui/desk.h"
#include "ui/layout.h"
#include "ui/staff.h"
#include "ui/tabs.h"
#include "ui/visit.h"

#define VIEWS_MAX	64	/* more than there are: each is open once at most */

#define PANEL(name, where) extern const struct panel_ops name##_ops;
#include "ui/panels.def"
#undef PANEL

enum {
#define PANEL(name, where) name##_at,
#include "ui/panels.def"
#undef PANEL
	NPANELS
};

struct desk {
	struct setup		 setup;
	struct card_client	*client;
	struct loop		*loop;
	void			(*dirty)(void *);
	void			*dirty_arg;
	struct worker		*files;		/* made when first wanted */
	struct service		*service;
	int64_t			 remembered;	/* certificates, as last told */
	bool			 loaded;	/* search has all in memory; likewise */
	struct seen		*seen;
	struct rounds		*rounds;	/* NULL before it is begun */
	struct asking		*asking;	/* made when first wanted */
	struct answering	*answering;	/* likewise */
	struct stand		*stand;		/* that is offered, or NULL */
	char			*order;		/* that is on the screen, or NULL */
	struct diagnosing	*diagnosing;	/* likewise */
	struct ordering		*ordering;	/* likewise */
	struct renewing		*renewing;	/* likewise */
	struct card_world	 nothing;	/* before there is a client */
	int64_t			 now;
	struct timespec		 log_at;	/* the registry's log, as it was */
	off_t			 log_size;	/* when others were looked for */
	bool			 unmasked;
	struct visit		*visit;		/* to a kiosk; else NULL */
	struct staff		*staff;		/* who may open it; likewise */
	enum desk_wish		 wish;
	size_t			 card;		/* index of the tab */
	char			 card_key[CARD_KEY_MAX];
	struct panel		*panels[NPANELS];
	size_t			 focus;
	struct panel		*views[VIEWS_MAX];
	size_t			 nviews;
	bool			 on_desk;	/* the page beside waits */
	struct layout		 layout;
	struct bar		 bar;
	struct tabs		 tabs, names;
};

/* Where a panel of panels.def stands. */
enum panel_place	desk_place(size_t panel);

/* Whether a key of the desk's table leads anywhere now; arg is the desk. */
bool			desk_can(const void *arg, int action);

/* True when the four panels have the keys, although a page may be open. */
bool			desk_has_keys(const struct desk *);

/* Do what a panel's function asked for; true if it did anything. */
bool			desk_obey(struct desk *, struct panel *, unsigned did);
/* Whether something is written in it that is nowhere else. */
bool			desk_unsaved(struct panel *);

/* What was offered to go on with is wiped. */
void			desk_drop_stand(struct desk *);

/* Show the card that many tabs further on. */
void			desk_step_card(struct desk *, size_t by);
void			desk_choose_card(struct desk *, size_t i);

/* Once a minute: go on with what another desk or a command has begun. */
void			desk_look_for_others(struct desk *);

/* How many cases are open; NULL where that is not known. */
const struct cases_count	*desk_cases(const struct desk *);

/* How many renewals are open; 0 where that is not known. */
int64_t			 desk_open_renewals(const struct desk *);

/* F5: of what the panel with the keys shows, else by hand. */
void			desk_revoke(struct desk *);

/* The certificate that the panel with the keys shows; false: none. */
bool			desk_subject(struct desk *, struct revoke_of *);

/* F7: of what the panel with the keys shows; else, or once more, all there are. */
void			desk_renew(struct desk *);

/* The question that fits what is on the screen; NULL for none. */
const char		*desk_question(struct desk *);

/* The errors that are on the screen, into an empty one. */
void			desk_problems(const struct desk *, struct troubles *);

/* Where this is a kiosk, somebody may come from now on. */
void			desk_begin_visit(struct desk *);

/* Tell every panel that it should look again; every view. */
void			desk_tell_panels(struct desk *);
void			desk_tell_views(struct desk *);

#endif
