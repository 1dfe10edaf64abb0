/*
 * Orders for panels and views: asking where they stand, forms, links sent again,
 * questions, on a thread of its own with its own way out and registry handle; one
 * thing after another.  What waits to be sent is sent by itself.  UI thread only,
 * but for act.
 */
#ifndef UI_ORDERING_H
#define UI_ORDERING_H

#include "base/worker.h"
#include "order/service.h"
#include "ui/panel.h"
#include "ui/setup.h"

struct ordering;

struct ordering	*ordering_new(struct loop *, const struct setup *,
		    void (*sent)(void *arg), void *arg);
/* NULL is fine; finishes first. */
void		 ordering_free(struct ordering *);

/*
 * Before the end: what was given to be sent is put on disk, and sent by the next
 * desk.  Waits for the registry at most, for no network.
 */
void		 ordering_finish(struct ordering *);

/* The way out may be open again: what waits is tried now. */
void		 ordering_kick(struct ordering *);

struct orderwork;

/*
 * What is done: on the thread; reg is NULL where there is no registry, and the
 * act that needs one says so.
 */
typedef int	 orderwork_act_fn(struct orderwork *, struct order_service *,
		    struct registry *, struct err *);

/* Back on the desk's, if the panel is still there: how it went is in err. */
typedef void	 orderwork_back_fn(struct panel *, struct orderwork *);

struct orderwork {
	struct job		 job;
	struct ordering		*ordering;
	struct desk		*desk;
	unsigned		 panel;
	orderwork_act_fn	*act;
	orderwork_back_fn	*back;
	/* What act works with; strings are the work's own. */
	struct order_query	 queries[4];
	size_t			 nqueries;
	const struct authority	*authority;
	char			*number, *what, *file;
	char			*name, *contact, *text, *clause; /* wiped after use */
	const char		*language;
	bool			 contract, consent;
	struct order_try	 tried;		/* where nothing is kept */
	int64_t			 id;
	atomic_bool		 kept;		/* by id on disk, or as a page; any thread */
	/* What came of it. */
	struct order_answer	 answer;
	struct order_out	 out;
	struct buf		 page;
	struct err		 err;
};

struct orderwork *orderwork_new(struct panel *, orderwork_act_fn *,
		    orderwork_back_fn *);
/* Returns a number to cancel it by. */
unsigned	 orderwork_post(struct orderwork *);
void		 orderwork_cancel(struct desk *, unsigned id);	/* 0 is fine */

/* By what the line can be, one after the other until somebody knows it. */
orderwork_act_fn	orderwork_look;
/* The form: to look at, its words in text; into file; to the printer. */
orderwork_act_fn	orderwork_form_read, orderwork_form_save,
			orderwork_form_print;
/* The authority's clause in that language, into text. */
orderwork_act_fn	orderwork_clause;
/* Durable first, then sent at once if that can be; out tells how it went. */
orderwork_act_fn	orderwork_resend, orderwork_question;
/* How it goes with what was given away, by id; only looked at. */
orderwork_act_fn	orderwork_out;
/* To an authority without a service: into file, or to the printer without one. */
orderwork_act_fn	orderwork_question_page;

#endif
