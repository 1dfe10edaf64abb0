/*
 * The list of questions: data, not code.  The desk brings questions.conf; an
 * authority adds, overrides, hides and reorders by a file of the same form that
 * its configuration names ([answers] file), and so does answers.conf beside
 * okienko.conf, which goes last.  Read once; any thread afterwards.
 */
#ifndef ANSWERS_QUESTIONS_H
#define ANSWERS_QUESTIONS_H

#include <stdint.h>

#include "base/authority.h"

#define QUESTIONS_MAX	128	/* of all files together */
#define QUESTIONS_OWN	"answers.conf"	/* the counter's, beside okienko.conf */
#define QUESTION_ID_MAX	32
#define QUESTION_GENERAL_MAX	4000	/* characters of one answer */

enum question_tongue { TONGUE_EN, TONGUE_PL, TONGUES };

/* Texts are UTF-8 fit to print, paragraphs parted by an empty line. */
struct question {
	char	*id;			/* "email" */
	char	*check;			/* of checks.def, or "": text alone */
	char	*heading[TONGUES];	/* questions of one stand together */
	char	*asked[TONGUES];	/* the question, as people put it */
	char	*brief[TONGUES];	/* for a list, at most 40 columns */
	char	*general[TONGUES];	/* the answer without anything at hand */
	char	*words[TONGUES];	/* what else somebody may type for it */
	char	*checked_on;		/* "2026-10-01": when its facts were; "" */
	long	 place;			/* smaller stands first */
	bool	 hidden;
	char	*authority;		/* id of the one that wrote it; "" ours */
};

struct questions {
	struct question	*v;		/* by heading and place; hidden ones left out */
	size_t		 n;
};

/*
 * conf as in authorities_load.  A mistake is added to problems with its line; the
 * rest is taken.  -1 and err for the first.
 */
int	questions_load(struct questions *, const char *conf,
	    const struct authorities *, struct conf_problems *, struct err *);
void	questions_clear(struct questions *);

const struct question *question_by_id(const struct questions *, const char *id);

/* A kind of section and its keys, for the manual's check. */
struct question_section {
	const char		*name;
	const struct setting	*keys;
	size_t			 nkeys;
};

extern const struct question_section	question_sections[];
extern const size_t			nquestion_sections;

/* In the present language, or the other where that is all there is. */
const char	*question_heading(const struct question *);
const char	*question_asked(const struct question *);
const char	*question_brief(const struct question *);

/*
 * The general answer with what the configuration knows put in ({telephone},
 * {hours}, {limit}, ...: okienko.conf(5)); a sentence whose fact is not known is
 * left out.  Facts older than half a year say when they were looked up.
 */
char		*question_general(const struct question *,
		    const struct authority *, int64_t now, char *, size_t);

/*
 * Those that a line may mean, the likeliest first: folded, up to two typing
 * errors a word, word beginnings, both languages at once.  "" : all in order.
 */
size_t		 questions_find(const struct questions *, const char *line,
		    const struct question **, size_t max);

#endif
