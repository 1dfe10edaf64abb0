/*
 * The head of an HTTP answer (RFC 9110, 9111), line by line as a server sends
 * it: what is of use here, within bounds, and nothing else.  What makes no sense
 * counts as not said.  No state; any thread.
 */
#ifndef NET_HEAD_H
#define NET_HEAD_H

#include <stdbool.h>

#include "base/buf.h"

#define HEAD_TYPE_MAX	95	/* characters of a Content-Type */
#define HEAD_ETAG_MAX	159
#define HEAD_RETRY_MAX	(30 * 86400)	/* seconds; more is cut to that */

/* As struct net_answer of net.h. */
struct head {
	int		 status;
	char		 type[HEAD_TYPE_MAX + 1];
	char		 etag[HEAD_ETAG_MAX + 1];
	int64_t		 date, last_modified, fresh_until;
	unsigned	 retry_after;
};

struct head_reading {
	struct head	 head;
	int64_t		 now;
	/* As the server put it; reckoned up by head_end. */
	int64_t		 expires, max_age, age, retry_at;
	bool		 said_expires, said_max_age, stale;
};

void	head_begin(struct head_reading *, int64_t now);

/* One line, with its end or without; a status line begins a new head. */
void	head_line(struct head_reading *, struct span);

/* After the last one. */
void	head_end(struct head_reading *);

/* An HTTP-date in any of its three forms; -1 for what is none. */
int	head_date(struct span, int64_t *);

/* The form that is sent: "Sun, 06 Nov 1994 08:49:37 GMT". */
#define HEAD_DATE_SIZE	64
const char *head_date_text(int64_t, char buf[static HEAD_DATE_SIZE]);

#endif
