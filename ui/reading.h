/*
 * Reading documents for the screen: a path is walked on a worker's thread, each
 * file goes through a process of its own, and what they name is gathered.
 * Nothing here waits.  UI thread only.
 */
#ifndef UI_READING_H
#define UI_READING_H

#include "base/loop.h"
#include "base/worker.h"
#include "extract/client.h"
#include "extract/walk.h"
#include "ui/trouble.h"

/* A certificate that a document names; everything in it is the reading's. */
struct read_item {
	struct cert	*cert;		/* NULL: number and issuer only */
	char		*issuer, *place;
	uint8_t		 serial[CERT_SERIAL_MAX];
	size_t		 serial_len;
	char		*hex;
	enum scrap_role	 role;
	enum scrap_when	 when;
	int64_t		 time;
	bool		 damaged;
};

struct read_view {
	struct read_item *items;
	size_t		 n;
	size_t		 files, read;	/* of the path; files gone through */
	size_t		 problems;
	struct err	 problem[TROUBLES_MAX];	/* the first of them */
	bool		 busy;
	char		*locked;	/* a file that wants its password; or NULL */
	bool		 again;		/* the last one was wrong */
};

struct reading;

/*
 * changed is called after anything of the view changed.  stick: nothing is read
 * but what lies on one.
 */
struct reading	*reading_new(struct loop *, struct worker *, bool stick,
		    void (*changed)(void *), void *arg);
void		 reading_free(struct reading *);

const struct read_view	*reading_view(const struct reading *);

/* Begin a path, forgetting what was read before. */
void	reading_start(struct reading *, const char *path);
void	reading_stop(struct reading *);

/* The answer where view.locked asks; consumed; NULL passes the file by. */
void	reading_password(struct reading *, struct secret *);

#endif
