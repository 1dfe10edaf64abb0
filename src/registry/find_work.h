/*
 * Between the files of find.h alone: one question being answered.
 */
#ifndef REGISTRY_FIND_WORK_H
#define REGISTRY_FIND_WORK_H

#include "registry/find.h"
#include "registry/inside.h"
#include "registry/match.h"
#include "registry/query.h"
#include "registry/serials.h"
#include "registry/words.h"

#define PICKS_MAX	1024	/* rows that may be shown */
#define PICKS_FEW	8	/* that a whole key finds, at most, as a rule */

/* A row that matched, before it is fetched. */
struct pick {
	int64_t		id;
	enum find_why	why;
	unsigned	cost, marks;
	int		typos;
	bool		authority, idle;	/* a CA's; not live */
	int64_t		last_seen, not_after;	/* all of names; else 0 */
	char		arg[FIND_WHY_MAX];
};

struct find_work {
	struct registry		*reg;
	const struct query	*q;		/* while it is searched */
	const struct find_options *o;
	const struct serials	*serials;	/* NULL: not loaded */
	const struct words	*words;		/* NULL: not loaded */
	size_t			 max;		/* hits wanted */
	struct pick		*picks;		/* few, or room of their own */
	size_t			 npicks, room;
	struct record		*rows;		/* read with their keys already */
	size_t			 nrows, rows_room;
	struct pick		 few[PICKS_FEW];
	unsigned		 notes;
};

bool	find_cancelled(const struct find_work *);

/* Whatever else the line may be, it is a key that was found: look no further. */
bool	find_certain(const struct find_work *);

/* A row matched; the better reason stays.  The pick, or NULL: no room. */
struct pick *find_pick(struct find_work *, int64_t id, enum find_why, unsigned
	    cost, const char *arg);

/*
 * The row that a statement of LINKED_COLUMNS stands on matched: one statement for
 * finding and reading it costs less than two.  0 or -1.
 */
int	find_pick_row(struct find_work *, sqlite3_stmt *, enum find_why,
	    const char *arg, struct err *);

/* Whether filters and restriction let a row be shown. */
struct find_row {
	const char	*issuer;
	int64_t		 not_before, not_after;
	enum record_status status;
	bool		 qualified, restricted;
};

bool	find_passes(struct find_work *, const struct find_row *);

/* Whether it can be used now, or again: valid, or suspended. */
bool	find_is_live(const struct find_work *, const struct find_row *);

bool	find_filters(const struct find_work *);	/* or a date */

/* Each looks for what the line can be; -1 is the database's. */
int	find_exact(struct find_work *, struct err *);	/* whole numbers, hashes */
int	find_parts(struct find_work *, struct err *);	/* fragments, last digits */
int	find_names(struct find_work *, struct err *);
int	find_near(struct find_work *, struct err *);	/* a slip away */

#endif
