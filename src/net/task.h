/*
 * One question while libcurl asks it: what web.c, what it is told by, and what
 * judges how it came out share.  The only header of ours that knows libcurl.
 */
#ifndef NET_TASK_H
#define NET_TASK_H

#include <curl/curl.h>

#include "net/challenge.h"
#include "net/guard.h"
#include "net/web.h"

struct task {
	const struct proto_ask *ask;
	const struct web_question *question;
	const struct web_calls *calls;
	struct guard	 guard;
	CURL		*easy;
	struct net_way	*way;		/* noted there; NULL: not */
	int64_t		 began;		/* with a way: clock_mono_ms() */
	struct curl_slist *headers;
	char		*url;		/* asked now: the first, or a redirect's */
	int64_t		 until;		/* clock_mono_ms() */
	bool		 https;
	const char	*proxy;		/* for this url; NULL: none */
	const struct proto_secret *login;	/* for it, or NULL */
	enum net_ticket	 ticket;	/* as far as it was looked at */
	bool		 negotiates;	/* it is shown if the proxy wants that */
	struct head_reading reading;
	struct challenge challenge;	/* of the proxy */
	bool		 via;		/* it came from behind a proxy */
	bool		 through;	/* a proxy let TLS through: what comes now is
					 * the server's, whatever it says */
	size_t		 head_bytes;
	int64_t		 bytes;
	bool		 told, gone, too_big;
	int64_t		 timely_from, timely_until;	/* UTC, of its certificates */
	bool		 wrong_clock;	/* ours, by the server's */
	unsigned	 hops;		/* redirects followed so far */
	unsigned	 opened;	/* sockets that the guard let pass */
	char		 refused[GUARD_TEXT_MAX];	/* one that it did not */
	char		 complaint[CURL_ERROR_SIZE];
};

/* Options are each of its own type; whatever one is refused, nothing is asked. */
#define TASK_SET(t, option, value) \
	(curl_easy_setopt((t)->easy, (option), (value)) == CURLE_OK)

/* The address taken apart, whether it may be asked, and by which proxy. */
int	task_check(struct task *, struct err *);

/* All that libcurl is told but what it calls; false: nothing may be asked. */
bool	task_set(struct task *);
void	task_clear(struct task *);	/* what it was told, wiped */

/* The part of that which is about the connection alone. */
bool	task_set_way_out(struct task *);

/*
 * A certificate was not believed for its days alone; what is to be told for the
 * server's own time, after which anything may be told anew; and what follows
 * from that time, or 0: wrong_clock.
 */
bool	task_untimely(const struct task *, CURLcode);
bool	task_clock_set(struct task *);
void	task_clock_judge(struct task *, int64_t theirs);

/* For a question that is looked at: its options, an address, and the sum. */
bool	task_way_set(struct task *);
int	task_way_tried(struct task *, const struct sockaddr *);
int	task_way_ready(struct task *);
void	task_way_end(struct task *);

/* 0, or -1 and why; with a 407, want says what the proxy wants. */
int	task_outcome(struct task *, CURLcode, struct login_want *,
	    struct err *);

/* Of one that let it pass and had asked for a login before: what it wants. */
void	task_want(struct task *, struct login_want *);

/* The answer is a proxy's own word about the login. */
bool	task_by_proxy(const struct task *);

/* Of the schemes of login.h those that can work in this process. */
unsigned task_schemes(struct task *);

/* The proxy was shown the ticket. */
bool	task_showed_ticket(const struct task *);

/*
 * It was, and wants something else all the same, which there is: to be asked
 * once more, by the login.
 */
bool	task_has_login_left(struct task *);

#endif
