/*
 * A settings file (INI) read line by line through inih, which is handed only
 * lines that it cannot trip over: bounded, text in UTF-8, a section that is
 * known.  What may not go to it is a complaint with its line.  Any thread;
 * problems are worded in the present language.
 */
#ifndef BASE_INIFILE_H
#define BASE_INIFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct conf_problems;

struct inifile {
	const char	*path;
	struct conf_problems *problems;
	/* Whether a section may stand here. */
	bool		(*section)(void *arg, const char *name, size_t len);
	/* A key of a known section, or more of its value. */
	void		(*key)(void *arg, const struct inifile *,
			    const char *section, const char *key,
			    const char *value);
	void		*arg;
	bool		 goes_on;	/* a line that begins with a blank goes on
					   with the value above */
	/* For key: where it stands. */
	int		 line;		/* number of the one handed out last */
	bool		 more;		/* it goes on with the value above */
	bool		 gap;		/* after an empty line */
	const char	*comment;	/* what inih cuts off behind it, or NULL */
	/* Its own. */
	const char	*p, *end;	/* what is left of the text */
	enum inifile_after { AFTER_NOTHING, AFTER_KEY, AFTER_REFUSED } after;
};

/*
 * Read all of it; the caller set the members down to goes_on.  What is right is
 * taken, also from a file with mistakes: then -1 and ERR_CONFIG for the first.
 * A file that cannot be read is ERR_NO_FILE, ERR_IO or ERR_TOO_BIG and no
 * problem of the list.
 */
int	inifile_read(struct inifile *, struct err *);

/* A complaint about the line that stands there now. */
#define inifile_complain(ini, ...) \
	conf_problems_add((ini)->problems, (ini)->path, (ini)->line, __VA_ARGS__)

#endif
