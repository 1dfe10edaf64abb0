/*
 * Work on a case for views: one step on the registry's thread, durable before
 * it comes back, and the case as it then stands.  UI thread only, but for act.
 */
#ifndef UI_CASEWORK_H
#define UI_CASEWORK_H

#include "registry/service.h"
#include "revocation/case.h"
#include "ui/panel.h"

/* A case, and what its events add up to. */
struct case_now {
	struct case_row	 row;
	struct case_view view;
	const struct authority *authority;	/* or NULL */
	/*
	 * What was done last by hand, if not here: whose case it is, of row's
	 * events; NULL: of this desk.
	 */
	const struct case_event *held;
};

void	case_now_clear(struct case_now *);

struct casework;

/* On the registry's thread; work->id is the case, 0: none, and nothing is read. */
typedef int	 casework_act_fn(struct casework *, struct registry *,
		    struct err *);

/*
 * Back on the desk's: how it went is in request.err, and now is the view's to
 * take (case_now_take) when have is set.
 */
typedef void	 casework_back_fn(struct panel *, struct casework *);

struct casework {
	struct request		 request;
	struct desk		*desk;
	unsigned		 panel;
	casework_act_fn		*act;		/* NULL: only look */
	casework_back_fn	*back;
	const struct authorities *authorities;
	const char		*point;		/* this one's */
	bool			 writes;
	int64_t			 at;
	/* What act works with. */
	int64_t			 id;
	int64_t			 row;		/* of a certificate */
	struct record		 record;
	enum case_action	 action;
	struct case_answers	 answers;
	int			 outcome;
	char			*text, *more;
	/* What came of it. */
	bool			 existing;
	bool			 have;
	struct case_now		 now;
};

/* All empty; to be filled in and then asked for, once. */
struct casework		*casework_new(struct panel *, casework_act_fn *,
			    casework_back_fn *);
struct service_ticket	 casework_ask(struct casework *, enum service_lane);

/* The same for reading a case by its number in the file. */
struct service_ticket	 casework_look(struct panel *, int64_t id,
			    casework_back_fn *);

/* The case, now the caller's; what was there is cleared. */
void			 casework_take(struct casework *, struct case_now *);

/* Steps of case.h that need no more than the fields above. */
casework_act_fn	casework_begin, casework_answer, casework_confirm,
		casework_channel, casework_instead, casework_note, casework_withdraw,
		casework_close, casework_takeover;

#endif
