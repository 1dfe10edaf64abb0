/*
 * The desk's only door to foreign documents: starts one short-lived
 * okienko-extract for each, hears what it finds, and ends it when it is done,
 * dies, takes too long or talks nonsense.  UI thread only; lives in the given
 * loop; nothing here blocks, and nobody need look out for SIGCHLD.
 */
#ifndef EXTRACT_CLIENT_H
#define EXTRACT_CLIENT_H

#include "base/loop.h"
#include "base/secret.h"
#include "extract/scrap.h"

#ifndef UNDER_VALGRIND
#define EXTRACT_DEADLINE_MS	30000
#else
#define EXTRACT_DEADLINE_MS	600000
#endif
#define EXTRACT_PROBLEMS_MAX	64	/* told of one document */
#define EXTRACT_TRIES		3	/* passwords tried for one file */

struct extract;

struct extract_options {
	const char	*helper;	/* path; NULL: paths_extract_helper() */
	int64_t		 deadline_ms;	/* 0: EXTRACT_DEADLINE_MS */
	int		 hurry;		/* tests: so many times shorter */
};

/*
 * Who is told.  Scraps and problems come in a row after all is read, each
 * certificate once, signers first; what was found before a crash comes too.
 * Then done, once.  Its err is ERR_NONE when something was found, or else the
 * reason why nothing was: ERR_NO_SCRAP, or the first problem, which is not told
 * as one then; and in any case ERR_EXTRACT_* when the reading ended before its
 * time.  After done, and after extract_cancel, the job is gone and nobody is
 * called any more.
 */
struct extract_calls {
	/* Borrowed: take what is needed before returning. */
	void	(*found)(const struct scrap *, void *arg);
	/* What was cut, locked or could not be read, err.what being its place. */
	void	(*problem)(const struct err *, void *arg);
	/*
	 * A file inside wants its password; again: the last one was wrong.
	 * Answer with extract_password, now or later: meanwhile no deadline
	 * runs.  NULL: nobody can be asked, such files are passed by.
	 */
	void	(*password)(const char *name, bool again, void *arg);
	void	(*done)(const struct err *, void *arg);
};

/*
 * Read the document behind fd, which is taken over; name is what people know it
 * by.  calls is copied.  Never NULL: what goes wrong is told by done, and no
 * call comes before this has returned.
 */
struct extract	*extract_start(struct loop *, const struct extract_options *,
		    int fd, const char *name, const struct extract_calls *,
		    void *arg);

/* The answer to password(); consumed.  NULL: go on without it. */
void		 extract_password(struct extract *, struct secret *);

/* End it now; NULL is fine. */
void		 extract_cancel(struct extract *);

/* Its process, or -1; for tests. */
int		 extract_pid(const struct extract *);

#endif
