/*
 * The registry for a program with a loop: requests run on worker threads, each
 * with a handle of its own, and come back as events.  Looking up, keeping and
 * long work have a thread each, so that a key press waits neither for the disk
 * nor for ten million rows being read into memory.  All functions here are the
 * loop's thread's; only a request's run is not.
 */
#ifndef REGISTRY_SERVICE_H
#define REGISTRY_SERVICE_H

#include "base/loop.h"
#include "base/worker.h"
#include "registry/find.h"
#include "registry/registry.h"

enum service_lane {
	SERVICE_LOOK,		/* answers at once */
	SERVICE_KEEP,		/* writes; a person waits for it */
	SERVICE_BULK,		/* takes as long as it takes */
	SERVICE_LANES
};

/* What a request has to work with, on its lane's thread. */
struct service_hand {
	struct registry		*registry;
	struct finder		*finder;	/* SERVICE_LOOK only */
	const atomic_bool	*cancel;
};

/* The first member of whatever the caller's request is; zeroed before. */
struct request {
	struct job	 job;		/* the service's */
	void		*lane;		/* the service's */
	/* -1 and err, which is r->err; as job.run otherwise. */
	int		 (*run)(struct request *, const struct service_hand *,
			    struct err *);
	/* As job.done; err tells how it went.  May be NULL. */
	void		 (*done)(struct request *);
	void		 (*free)(struct request *);
	int64_t		 deadline_ms;	/* 0: none */
	struct err	 err;
};

enum service_state {
	SERVICE_OPENING,
	SERVICE_OPEN,
	SERVICE_FAILED		/* err says why; each request tries again */
};

struct service_view {
	enum service_state	 state;
	struct err		 err;
	struct registry_info	 info;		/* since this program last wrote */
	bool			 anew;		/* made where there had been one */
	bool			 loaded;	/* search has all in memory */
	int64_t			 retained;	/* removed by rule since the start */
	struct err		 retain_err;
};

struct service_options {
	const char		*path, *point;	/* as registry_options */
	enum registry_mode	 mode;		/* for writing */
	int			 retain_days;	/* 0: nothing is removed by rule */
};

struct service;

/*
 * Starts threads and opens in one of them; what search needs is read in another
 * meanwhile.  Strings are copied.  changed is called after every request that
 * came back and whenever the view changed.
 */
struct service	*service_new(struct loop *, const struct service_options *,
		    void (*changed)(void *arg), void *arg);
/*
 * What is to be kept is kept first, as far as another desk's write lets it; the
 * rest is cancelled, and waited for until it notices.
 */
void		 service_free(struct service *);

const struct service_view	*service_view(const struct service *);

/* Takes the request over; returns a number, never 0, to cancel it by. */
struct service_ticket {
	enum service_lane	 lane;
	unsigned		 id;
};

struct service_ticket	 service_ask(struct service *, enum service_lane,
			    struct request *);

/* Nobody waits for it any more: done is not called. The ticket is made void. */
void			 service_cancel(struct service *, struct service_ticket *);

#endif
