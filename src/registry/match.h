/*
 * A whole name that was typed, met with the one on a certificate: which word
 * met which, and how well.  Any thread; no state.
 */
#ifndef REGISTRY_MATCH_H
#define REGISTRY_MATCH_H

#include "registry/find.h"
#include "registry/query.h"
#include "registry/words.h"

struct match_query {
	struct word_query	 words[QUERY_WORDS_MAX];
	size_t			 n;
	const char		*typed;		/* the line, for its letters' marks */
};

struct match {
	enum find_why	 why;
	unsigned	 cost;		/* 0: the whole name as typed */
	int		 typos;
	unsigned	 marks;		/* letters with marks that are the same */
	char		 arg[FIND_WHY_MAX];
};

void	match_init(struct match_query *, const struct name_word *, size_t n,
	    const char *typed);
void	match_wipe(struct match_query *);

/* False when it is another name.  org may be NULL. */
bool	match_name(const struct match_query *, const char *holder,
	    const char *org, struct match *);

#endif
