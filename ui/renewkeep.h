/*
 * Renewals in the registry, for views: read, and what a person does to one that
 * needs no card and no authority; on the registry's thread.  UI thread only, but
 * for act.
 */
#ifndef UI_RENEWKEEP_H
#define UI_RENEWKEEP_H

#include "registry/service.h"
#include "ui/panel.h"
#include "ui/renewnow.h"

struct renewkeep;
typedef int	 renewkeep_act_fn(struct renewkeep *, struct registry *,
		    struct err *);
typedef void	 renewkeep_back_fn(struct panel *, struct renewkeep *);

struct renewkeep {
	struct request		 request;
	struct desk		*desk;
	unsigned		 panel;
	renewkeep_act_fn	*act;	/* NULL: only look */
	renewkeep_back_fn	*back;
	int64_t			 at;
	/* What act works with. */
	int64_t			 id;	/* 0: of that order */
	char			*text;	/* why; a file; the order */
	const struct authority	*authority;	/* the order's; NULL: any */
	/* What came of it: the renewal as it stands then, and what was read. */
	bool			 have;
	struct buf		 bytes;
	struct renew_now	 now;
};

struct renewkeep	*renewkeep_new(struct panel *, renewkeep_act_fn *,
			    renewkeep_back_fn *);
struct service_ticket	 renewkeep_ask(struct renewkeep *);
/* The renewal, now the caller's; what was there is cleared. */
void			 renewkeep_take(struct renewkeep *, struct renew_now *);

/*
 * Find the open one of an order; give it up, with why; write its request into a
 * new file, as PEM.
 */
renewkeep_act_fn	renewkeep_of_order, renewkeep_stop, renewkeep_save;
/* A file that somebody brought. */
renewkeep_act_fn	renewkeep_fetch;

#endif
