/*
 * The desk: the four panels, the views over them, what all of them look at, and
 * who gets a key.  It draws and decides; the loop, the signals and the terminal
 * are app.c's.  UI thread only.
 */
#ifndef UI_DESK_H
#define UI_DESK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/secret.h"
#include "card/client.h"
#include "registry/service.h"
#include "revocation/rounds.h"
#include "ui/panel.h"
#include "ui/seen.h"
#include "ui/setup.h"

struct answering;
struct asking;
struct diagnosing;
struct ordering;
struct renewing;
struct staff_card;
struct visit;

/* What setup points to is borrowed for the desk's life. */
struct desk	*desk_new(const struct setup *);
void		 desk_free(struct desk *);

/* --- for app.c --------------------------------------------------------- */

/* From now on cards come from here; before that there is an empty world. */
void	desk_set_client(struct desk *, struct card_client *);
void	desk_changed(struct desk *);		/* the client's world changed */
/* What views run on that wait for something; dirty asks for a new frame. */
void	desk_set_loop(struct desk *, struct loop *, void (*dirty)(void *),
	    void *arg);
/* Likewise the registry; it must outlive the desk. */
void	desk_set_service(struct desk *, struct service *);
void	desk_registry_changed(struct desk *);	/* its view, maybe */
/* And what follows cases; the thread it runs on is its own. */
void	desk_set_rounds(struct desk *, struct rounds *);
/* A case went on, by whomever: show it. */
void	desk_rounds_changed(struct desk *);
void	desk_draw(struct desk *);
void	desk_input(struct desk *, const struct input *);

/* What the last input asked of the program; reading it clears it. */
enum desk_wish {
	DESK_GO_ON, DESK_QUIT, DESK_SUSPEND, DESK_REDRAW,
	DESK_OVER,		/* the visit to the kiosk is */
	DESK_UNLOCK		/* it is the staff's desk from now on */
};
enum desk_wish	desk_wish(struct desk *);

/* What a kiosk is not given before it is the staff's. */
void	desk_become(struct desk *, enum mode);

/* --- for panels and views ---------------------------------------------- */

const struct setup	*desk_setup(const struct desk *);
const struct card_world	*desk_world(const struct desk *);
const struct card	*desk_card(const struct desk *); /* in the tab; or NULL */
int64_t			 desk_now(const struct desk *);	/* one instant a frame */
bool			 desk_masked(const struct desk *);

/* The registry; NULL before it is begun, or where there is none. */
struct service		*desk_service(const struct desk *);
/* What it says of the card in the tab; NULL for nothing. */
const struct seen_view	*desk_seen(const struct desk *);

/* The registry was written to: tell the views that show what is in it. */
void			 desk_kept(struct desk *);

/* Asks authorities about statuses; made when first wanted. */
struct asking		*desk_asking(struct desk *);

/* Looks at the way to servers; made when first wanted. */
struct diagnosing	*desk_diagnosing(struct desk *);

/* Knows what answers are made of; made when first wanted. */
struct answering	*desk_answering(struct desk *);
/* The way out may be another: who uses the proxy's login looks again. */
void			 desk_way_changed(struct desk *);
/* A minute of the clock has begun: what is shown goes by it, others are looked for. */
void			 desk_minute(struct desk *);
/* The order that is on the screen, as it was asked for; NULL: none any more. */
void			 desk_order_is(struct desk *, const char *);

/*
 * Asks about orders and sends what waits; made when first wanted, or at the
 * start where there is somebody to ask.
 */
struct ordering		*desk_ordering(struct desk *);
void			 desk_orders_begin(struct desk *);
void			 desk_orders_kick(struct desk *);	/* send now */

/*
 * Carries renewals on; made when first wanted, or at the start so that those
 * that wait are asked about.  Not before there is a client.
 */
struct renewing		*desk_renewing(struct desk *);

/*
 * A case was written to here: it is looked at anew and sent if that is next;
 * 0: any.  With a revocation password (taken over, may be NULL) at once.
 */
void			 desk_case_moved(struct desk *, int64_t id,
			    struct secret *password, const char *ref);

/*
 * True once where the password or the card that went with a case was not used:
 * somebody else had the case.
 */
bool			 desk_case_unused(struct desk *, int64_t id);

/*
 * Send a case, signed by the officer's card: the PIN of a token, taken over;
 * NULL: entry on the reader's own pinpad.  And the card of the officer at an
 * authority: NULL where it is in no reader.
 */
void			 desk_case_signed(struct desk *, int64_t id,
			    const char *reader, const struct token *,
			    struct secret *pin);
const struct card	*desk_officer_card(const struct desk *,
			    const struct authority *, const struct token **);

/* For views that work between inputs: draw anew; the loop; files' own thread. */
void			 desk_dirty(struct desk *);
struct loop		*desk_loop(const struct desk *);
struct worker		*desk_files(struct desk *);

/* The panel or view of that number; NULL when it has gone. */
struct panel		*desk_find_panel(struct desk *, unsigned id);

/* No card is seen for now, wherever they are: the card process is away. */
bool			 desk_is_blind(const struct desk *);

/* A card by its reader's name and insertion; NULL when it has gone. */
const struct card	*desk_find_card(const struct desk *, const char *reader,
			    unsigned serial);

/* The one that is in a reader now, whichever that is, or NULL. */
const struct card	*desk_card_in(const struct desk *, const char *reader);

/*
 * The card, whichever that is now, with the certificate of this hash, and where
 * on it that is; NULL when there is none.
 */
const struct card	*desk_find_cert(const struct desk *,
			    const uint8_t sha256[32], size_t *index);

/*
 * Open a view, which gets the keys; where one with the same ops is on top it is
 * shown anew instead, and one below gives way to it.  desk_show_beside only shows
 * one anew, wherever it is, and takes no keys.
 */
void	desk_open(struct desk *, const struct panel_ops *, const void *arg);
/* Likewise, but on top of all, wherever an older one stood. */
void	desk_open_top(struct desk *, const struct panel_ops *, const void *arg);
/*
 * For what comes by itself, when somebody may be typing elsewhere by then: in
 * the place of that view, which is closed; right over that one.  The keys go on
 * to whatever lies over it.  NULL where the mode lacks such a view.
 */
struct panel	*desk_replace(struct panel *, const struct panel_ops *,
		    const void *arg);
struct panel	*desk_open_over(struct panel *, const struct panel_ops *,
		    const void *arg);
void	desk_show_beside(struct desk *, const struct panel_ops *, const void *arg);
struct panel	*desk_view(const struct desk *, const struct panel_ops *); /* or NULL */
bool	desk_is_open(const struct desk *, const struct panel_ops *);
/*
 * Bring an open view to the front; false: not open.  What lies over it is closed,
 * but where something is written that is nowhere else.
 */
bool	desk_raise(struct desk *, const struct panel_ops *);

/*
 * The questions that people ask, opened at one of them by its id; NULL: at the
 * one that fits what is on the screen.
 */
void	desk_answers(struct desk *, const char *id);
/* The answer to one of them. */
void	desk_answer(struct desk *, const char *id);

/* Of a kiosk: the visit; NULL elsewhere. */
struct visit		*desk_visit(const struct desk *);
/* The card has left, and what was shown of it does; true: something stays. */
bool			 desk_card_left(struct desk *);
/* Whether the card in the tab has a certificate of the staff. */
bool			 desk_staff(const struct desk *, struct staff_card *);
/* This card is the staff's, and proved to be. */
void			 desk_unlock(struct desk *, const struct card *);

/* Close a view from outside an input. */
void	desk_close(struct desk *, struct panel *);

/* One sentence in a box, for a key; any letter puts it away.  As struct message. */
void	desk_message(struct desk *, const char *title, const char *text);
void	desk_error(struct desk *, const struct err *);
/* One that comes by itself, when somebody may be typing: no letter does. */
void	desk_tell(struct desk *, const char *title, const char *text);
void	desk_tell_error(struct desk *, const struct err *);

/*
 * Ask the card process; the answer comes to that panel's answer function, or to
 * nobody if the panel has been closed by then.
 */
void	desk_login(struct panel *, const char *reader, const struct token *,
	    struct secret *);
void	desk_reread(struct panel *, const char *reader);
void	desk_restart_modules(struct desk *);

/* The same for a signature, which comes to signed: card_client_sign. */
typedef void	desk_signed_fn(struct panel *, const struct err *,
		    const struct card_signature *);
struct desk_sign {
	const char		*reader, *key;
	const struct token	*token;
	struct card_digest	 digest;
	struct secret		*pin;		/* taken over; NULL: the pinpad */
	desk_signed_fn		*back;
};
void	desk_sign(struct panel *, const struct desk_sign *);

/* The panel whose keys count now, and the desk's own table (for help, bar). */
struct panel			*desk_top(const struct desk *);
struct panel			*desk_panel(struct desk *, size_t i);
size_t				 desk_panels(const struct desk *);
const struct key_binding	*desk_keys(size_t *n);

/* An agent whose line is cut finds again where that was, once. */
void	desk_keep_stand(struct desk *);
void	desk_offer_stand(struct desk *);

#endif
