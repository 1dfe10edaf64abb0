/*
 * Renewals for the desk: carried on by a thread of their own, one after another,
 * which asks back (a PIN, whether the old certificate may go) and is answered
 * from here.  What waits for the authority is asked about by itself, whoever
 * looks.  UI thread only.
 */
#ifndef UI_RENEWING_H
#define UI_RENEWING_H

#include "base/secret.h"
#include "base/worker.h"
#include "ui/panel.h"
#include "ui/renewlook.h"
#include "ui/setup.h"

struct renewing;

/* What the run asks whoever stands before the desk; it waits meanwhile. */
enum renewing_asks { RENEWING_NOTHING, RENEWING_PIN, RENEWING_REQUEST,
	RENEWING_OLD };

struct renewing_question {
	enum renewing_asks what;
	unsigned	 number;	/* another one has another number */
	char		*reader;	/* with the card that it is about */
	unsigned	 card;		/* insertion */
	/* PIN */
	enum renewal_pin pin;
	struct token	 token;		/* its words and its PIN's state */
	struct err	 why;		/* how the last try went */
	/* request */
	struct renewal_plan plan;
	char		*subject;
	/* old */
	bool		 warn;		/* its key decrypts */
};

struct renewing_view {
	int64_t		 open;		/* renewals, as last counted */
	int64_t		 running;	/* this one now; 0: none */
	int64_t		 last;		/* that came to an end or a pause, and how: */
	enum renewal_end end;
	int64_t		 next;
	struct err	 err;
	enum renewal_doing doing;	/* of running */
	int64_t		 since;
	const struct renewing_question *question; /* NULL: none */
};

struct renewing	*renewing_new(struct loop *, const struct setup *,
		    struct card_client *, void (*changed)(void *arg),
		    void *arg);
void		 renewing_free(struct renewing *);	/* cancels; NULL is fine */
const struct renewing_view *renewing_view(const struct renewing *);

/* Something was done to one without this: what is due is looked for anew. */
void		 renewing_look_again(struct renewing *);

/* Cards have come or gone: for a run that waits for one. */
void		 renewing_news(struct renewing *);

/*
 * Carry this one on, with a certificate that was brought or NULL (taken over).
 * While it runs that is all that is asked for.
 */
void		 renewing_go(struct renewing *, int64_t id, struct buf *brought);
/*
 * Somebody looks at this one, in this panel, and can be asked.  What was asked of
 * whom has gone is not answered; one who looks on in another panel has not gone.
 */
void		 renewing_attend(struct renewing *, int64_t id, unsigned panel);
void		 renewing_leave(struct renewing *, unsigned panel);

/* Answers; of a question that is no more they are nobody's. */
void		 renewing_pin(struct renewing *, unsigned question,
		    struct secret *);	/* taken over; NULL: the pinpad */
void		 renewing_answer(struct renewing *, unsigned question, bool yes);
void		 renewing_refuse(struct renewing *, unsigned question);
/* The same, because its card has gone: that is what is waited for then. */
void		 renewing_gone(struct renewing *, unsigned question);

/* --- work that comes back to a panel, as orderwork ------------------------------- */

struct renewwork;
typedef int	 renewwork_act_fn(struct renewwork *, const struct renewal_run *,
		    struct err *);
typedef void	 renewwork_back_fn(struct panel *, struct renewwork *);

struct renewwork {
	struct job		 job;
	struct renewing		*renewing;
	struct card_hand	*hand;
	struct renewwork	*next;		/* of those that are not back */
	struct desk		*desk;
	unsigned		 panel;
	renewwork_act_fn	*act;
	renewwork_back_fn	*back;
	/* What act works with, and what comes of it. */
	struct renewlook_about	 about;
	struct renewlook	 look;
	char			*file;
	int64_t			 id;
	bool			 existing;
	struct err		 err;
};

struct renewwork *renewwork_new(struct panel *, renewwork_act_fn *,
		    renewwork_back_fn *);
unsigned	 renewwork_post(struct renewwork *);	/* to cancel it by */
void		 renewwork_cancel(struct desk *, unsigned);	/* 0 is fine */

/*
 * look from about; the renewal id begun as look says; the certificate's bytes,
 * read from the card, into a new file.
 */
renewwork_act_fn renewwork_look, renewwork_begin, renewwork_export;

#endif
