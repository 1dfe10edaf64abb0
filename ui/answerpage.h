/*
 * A question and its answer as lines of a page: the verdict first, then why,
 * then what to do, then what was looked at; in general, where nothing is at hand.
 * UI thread only.
 */
#ifndef UI_ANSWERPAGE_H
#define UI_ANSWERPAGE_H

#include "answers/questions.h"
#include "ui/answering.h"
#include "ui/mode.h"
#include "ui/page.h"

struct answerpage {
	const struct question	*question;
	const struct answer	*answer;	/* NULL: text alone, or none yet */
	const struct check	*check;		/* NULL: text alone */
	const struct authority	*authority;	/* whose facts are put in; NULL */
	int64_t			 now;
	unsigned		 waits;		/* NEED_* still to come */
	const char		*doing;		/* what is being looked at, or "" */
	bool			 keys;		/* they do here what is said */
	enum mode		 mode;		/* whose steps are shown */
	bool			 looked_apart;	/* said by answerpage_looked */
};

void	answerpage_say(struct page *, const struct answerpage *);

/* What was looked at, by itself. */
void	answerpage_looked(struct page *, const struct answer *);

/* The verdict's sign and style. */
enum glyph	answerpage_glyph(enum answer_verdict);
enum style	answerpage_style(enum answer_verdict);

/* What the step of a number (from 1) does; NULL for none of the mode's. */
const struct answer_step *answerpage_step(const struct answer *, size_t number,
		    enum mode);

#endif
