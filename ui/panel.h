/*
 * A panel is one of the four of the desk; a view is a page or a box over it.
 * Both are one struct of functions and a block of private state, so the desk
 * never knows which it shows.  A new panel is one file, one line in panels.def
 * and one in Makefile.am.  UI thread only.
 */
#ifndef UI_PANEL_H
#define UI_PANEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "ui/draw.h"
#include "ui/input.h"
#include "ui/keys.h"
#include "ui/trouble.h"

struct desk;
struct panel;
struct revoke_of;

/* What a function did with an input; more than one may be true. */
#define UI_IGNORED	0x0	/* it was not for me: offer it to the desk */
#define UI_HANDLED	0x1
#define UI_CLOSE	0x2	/* close me */

enum place {
	PLACE_PANEL,		/* one of the desk's own */
	PLACE_PAGE,		/* over the desk; beside it where there is room */
	PLACE_FULL,		/* always over the desk */
	PLACE_BOX		/* a box in the middle */
};

struct panel_ops {
	const char	*name;		/* stable, for tests */
	const char	*title;		/* msgid */
	const char	*about;		/* msgid: one sentence for the help page */
	enum place	 place;
	unsigned	 modes;		/* that have it: mode.h */
	size_t		 size;		/* of the private state, given zeroed */
	const struct key_binding *keys;
	size_t		 nkeys;

	void	 (*open)(struct panel *, const void *arg);
	void	 (*close)(struct panel *);

	/* Rows and columns that a box wants. */
	void	 (*box)(struct panel *, int *rows, int *cols);

	/* The frame's words; NULL: ops->title and nothing. */
	const char *(*title_now)(struct panel *, char *buf, size_t size);
	const char *(*corner)(struct panel *, char *buf, size_t size);

	/* Draw inside the frame. */
	void	 (*draw)(struct panel *, const struct rect *, bool focused);

	/* An input, before the keys table; and an action from that table. */
	unsigned (*input)(struct panel *, const struct input *);
	unsigned (*act)(struct panel *, int action);

	/*
	 * Whether an action can be done now; NULL: always.  The bar shows only
	 * keys that do something, and the others do nothing.
	 */
	bool	 (*can)(struct panel *, int action);

	/* The certificate that is looked at, for F5; false: none. */
	bool	 (*subject)(struct panel *, struct revoke_of *);

	/*
	 * The question (its id) that fits what is shown, for F1; NULL where no
	 * one fits better than another.
	 */
	const char *(*question)(struct panel *);

	/*
	 * What opens it again where it stands, for a line that was cut
	 * (desk_stand.c has who); false: nothing worth it.  Never a secret.
	 */
	bool	 (*stands)(struct panel *, char *buf, size_t size);

	/*
	 * Whether something is written in it that is nowhere else: another view
	 * comes to the front over it then, and not in its place.  Never for one
	 * that asks for a secret.
	 */
	bool	 (*unsaved)(struct panel *);

	/*
	 * The error that is shown, for F11; NULL, or ERR_NONE: none.  Where
	 * several may be, problems adds them all instead.
	 */
	const struct err *(*problem)(struct panel *);
	void	 (*problems)(struct panel *, struct troubles *);

	/* What is known of the cards has changed. */
	unsigned (*changed)(struct panel *);

	/* What the registry holds has changed, by this desk's doing. */
	void	 (*kept)(struct panel *);

	/* The answer to a request that this panel made. */
	unsigned (*answer)(struct panel *, const struct err *);
};

struct panel {
	const struct panel_ops	*ops;
	struct desk		*desk;
	void			*state;
	unsigned		 id;	/* never used again after it is closed */
	struct rect		 at;	/* the frame, when last drawn */
};

struct panel	*panel_new(const struct panel_ops *, struct desk *,
		    const void *arg);
void		 panel_free(struct panel *);
void		 panel_draw(struct panel *, const struct rect *, bool focused);

/* The input through the panel's own handler and its keys table. */
unsigned	 panel_input(struct panel *, const struct input *);

/* Whether a key of the panel's table does something now. */
bool		 panel_can(const void *panel, int action);

#endif
