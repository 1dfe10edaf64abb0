/*
 * What the files of asking for a status share and nobody else needs.  A worker's
 * thread, as status.h.
 */
#ifndef REVOCATION_STATUS_INSIDE_H
#define REVOCATION_STATUS_INSIDE_H

#include "revocation/status.h"

/* One question, from beginning to end. */
struct asking {
	struct net			*net;
	struct registry			*reg;		/* or NULL */
	const struct status_about	*about;
	const struct status_options	*o;
	struct span			 issuer;	/* its certificate, DER */
	int64_t				 now;
	struct status_report		*report;
};

/* The configured address before a certificate's own; NULL: nobody names one. */
const char	*status_where(const char *configured, const char *own,
		    enum net_source *);

/* Both fill in their ways of the report. */
void	 status_by_ocsp(struct asking *);
void	 status_by_list(struct asking *);

/* An error of an answer is told with the address that gave it. */
void	 status_name_err(struct err *, const char *url);

/* Another clock was seen: ours is off if it is too far away. */
void	 status_see_clock(struct asking *, int64_t theirs);

/* CERT_NO_TIME as the report says it: 0. */
int64_t	 status_time(int64_t);

/* --- status_fetch.c: lists in the cache folder -------------------------------- */

struct list_fetch {
	struct asking		*asking;
	const char		*url;
	enum net_source		 source;
	char			*folder;	/* of the cache */
	char			*path;		/* of the list in it */
	struct fetched		 known;
	bool			 have;		/* one is there, and known is about it */
	char			*part;		/* one that has just come; NULL */
	uint8_t			 sha256[32];	/* of that */
	struct net_answer	 answer;
};

/* -1: no folder to keep it in. */
int	 list_open(struct list_fetch *, struct err *);
/* Removes what came and was not kept. */
void	 list_close(struct list_fetch *);

/* Whether the one that is there need not be asked for again yet. */
bool	 list_is_fresh(const struct list_fetch *);

/*
 * Ask for it, unless it is the one that is there: 1 when part is a new one, 0
 * when the old one still holds, -1.
 */
int	 list_get(struct list_fetch *, struct err *);

/* Part has been judged: from now on it is the one that is there. */
int	 list_keep(struct list_fetch *, struct err *);

#endif
