/*
 * What the commands about renewals share: cards, the way to the authority and
 * the journal for one command, and a renewal carried on as far as it goes.  The
 * command's own thread, but where it says so.
 */
#ifndef UI_RENEW_CMD_H
#define UI_RENEW_CMD_H

#include <jansson.h>
#include <stdatomic.h>

#include "renewal/run.h"
#include "ui/renewlook.h"
#include "ui/renewnow.h"
#include "ui/verb.h"

/* What those that write to a card take. */
#define RENEW_CARD_OPTIONS \
	{ "confirm", NULL, N_("do it; nothing is written or sent without") }, \
	{ "wait", N_("SECONDS"), N_("follow it so long, until the certificate is on the card") }, \
	{ "old", N_("WHAT"), N_("what becomes of the old certificate in the end: keep or remove (keep)") }, \
	{ "pin-fd", N_("N"), N_("read the PIN from this descriptor") }

struct renew_cmd {
	struct cmd		*cmd;
	struct session		*session;	/* NULL: no cards are looked at */
	struct net		*net;
	struct registry		*registry;	/* NULL: there is none */
	struct order_service	*orders;
	struct card_hand	*hand;
	char			 by[192];
	struct renewal_people	 people;
	struct renewal_run	 run;
	atomic_bool		 cancel;
	/* What the options say. */
	long			 wait;		/* seconds */
	bool			 confirm, remove_old, pin_given;
	/* One renewal, and what came of carrying it on. */
	int64_t			 id;
	bool			 have, ran;
	struct renew_now	 now;
	enum renewal_end	 end;
	struct err		 end_err;
	struct buf		 brought;
};

/*
 * Options are understood, the registry is opened (made if must), and, with cards,
 * every reader is looked at first.
 */
/* Before that: confirm, wait and old, of those that have them. */
int	renew_card_options(struct renew_cmd *, struct cmd *, struct err *);
int	renew_open(struct renew_cmd *, struct cmd *, bool cards, bool must,
	    struct err *);
/* The readers, where it turns out that they are needed; once. */
int	renew_open_cards(struct renew_cmd *, struct err *);
void	renew_close(struct renew_cmd *);

/* Work on a thread, which may use run; -1 as session_work. */
int	renew_work(struct renew_cmd *, int (*)(struct renew_cmd *,
	    struct err *), struct err *);

/* --- on that thread ------------------------------------------------------------- */

/* The renewal of that number, into id. */
int	renew_find(struct renew_cmd *, const char *number, struct err *);
/* Read id into now. */
int	renew_read(struct renew_cmd *, struct err *);
/* Carry id on as far as it goes by itself, and as long as wait says. */
int	renew_carry(struct renew_cmd *, struct err *);

/* --- telling ----------------------------------------------------------------------- */

/* Whether what was typed is a renewal's number and no serial number. */
bool	renew_is_number(const char *);

/* On a card that is in a reader, by its serial number; ERR_NOT_FOUND. */
int	renew_on_card(const struct renew_cmd *, const char *serial,
	    struct renewlook_about *, struct err *);
/* The certificate that an order renews, on a card; ERR_RENEWED_AWAY, RENEWS_NOTHING. */
int	renew_of_order(const struct renew_cmd *, const struct order *,
	    struct renewlook_about *, struct err *);

/* The renewal as it stands, and what to do; what it ends with. */
enum exit_code	renew_tell(struct renew_cmd *);
/* What was checked before it begins. */
enum exit_code	renew_tell_look(struct renew_cmd *, const struct renewlook *);

#endif
