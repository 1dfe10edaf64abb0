/*
 * Between the thread that carries a renewal on and the loop's: what it does, what
 * it asks and is answered.  One run at a time.  The functions say whose they are.
 */
#ifndef UI_RENEWTALK_H
#define UI_RENEWTALK_H

#include <stdatomic.h>

#include "base/loop.h"
#include "ui/renewing.h"

struct renewtalk;

/* --- the loop's ------------------------------------------------------------------ */

/* heard is called when there is news to take. */
struct renewtalk *renewtalk_new(struct loop *, void (*heard)(void *arg),
		    void *arg);
void		 renewtalk_free(struct renewtalk *);	/* no run is under way */

struct renewtalk_news {
	enum renewal_doing doing;
	int64_t		 since;
	struct renewing_question *question;	/* the caller's; NULL: no new one */
};
void		 renewtalk_take(struct renewtalk *, struct renewtalk_news *);
void		 renewtalk_question_free(struct renewing_question *);

/* Whose run may ask; 0: none.  A question of another is refused. */
void		 renewtalk_attend(struct renewtalk *, int64_t id);
/*
 * 1 yes, 0 no, -1 refused; the secret is taken over.  True if that question was
 * still open.
 */
bool		 renewtalk_answer(struct renewtalk *, unsigned question,
		    int answer, struct secret *);
/* The run's cancel has been set: neither blocks nor takes a lock. */
void		 renewtalk_shake(struct renewtalk *);

/* --- the run's thread -------------------------------------------------------------- */

const struct renewal_people *renewtalk_people(struct renewtalk *);
void		 renewtalk_begin(struct renewtalk *, int64_t id,
		    const atomic_bool *cancel);
void		 renewtalk_end(struct renewtalk *);

#endif
