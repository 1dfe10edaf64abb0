/*
 * The pretend authority's orders: what its order service (src/order/orders.yaml)
 * tells of.  A small population, the same for a seed, whose times count from when
 * the office was first started; then what happened to it, in a file of the
 * office's folder that only grows, a line of JSON an event, so that it outlives
 * any end of the program.  One thread at a time.
 */
#ifndef TESTS_OFFICE_ORDERS_H
#define TESTS_OFFICE_ORDERS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#define ORDERS_NUMBER_MAX	40
#define ORDERS_NAME_MAX		16
#define ORDERS_KEY_LEN		32	/* of an idempotency key, in hex */
#define DAY			86400

/* Somebody who orders, as nobody outside the office gets to see it. */
struct person {
	const char	*name;
	const char	*id;		/* "PNOPL-85010112345" */
	const char	*email;
	const char	*organization, *nip;	/* or NULL */
};

struct order {
	char		 number[ORDERS_NUMBER_MAX + 1];
	char		 name[ORDERS_NAME_MAX + 1]; /* what tests call it */
	const char	*card;		/* in clear: to be found by; or NULL */
	const struct person *who;
	bool		 pdf_only;	/* its form */
	json_t		*told;		/* schema Order */
	json_t		*wants;		/* schema Wanted, of one that renews; or NULL */
	char		*request;	/* that was taken, base64; or NULL */
	int64_t		 requested;	/* seconds */
	bool		 issued;	/* the certificate of that request */
};

/* A POST that had its effect: what it was answered. */
struct once {
	char		 key[ORDERS_KEY_LEN + 1];
	char		 digest[65];	/* of path and body */
	bool		 question;	/* else a link that was sent again */
	unsigned long	 came;		/* times, since the office was started */
	json_t		*answer;
};

/* A request is taken; its certificate is there; it was collected. */
struct orders;
struct once	*orders_request(struct orders *, struct order *,
		    const char *request, const char *key, const char *digest);
void		 orders_issue(struct orders *, struct order *,
		    const char *serial, int64_t from, int64_t until);
struct once	*orders_collected(struct orders *, struct order *,
		    const char *serial, const char *key, const char *digest);

struct orders {
	char		*path;		/* of the file */
	int64_t		 begun;		/* seconds */
	struct order	*v;
	size_t		 n;
	struct once	*once;
	size_t		 nonce;
	unsigned long	 questions;
};

struct orders	*orders_open(const char *dir, unsigned seed);
void		 orders_free(struct orders *);
struct order	*orders_find(struct orders *, const char *number);

/* What happens; on disk when it returns.  reason may be NULL. */
void		 orders_move(struct orders *, struct order *, const char *state,
		    const char *reason);
struct once	*orders_resend(struct orders *, struct order *,
		    const char *what, const char *key, const char *digest);
struct once	*orders_ask(struct orders *, const json_t *question,
		    const char *key, const char *digest);
struct once	*orders_done(struct orders *, const char *key);

/* --- the population (people.c) ------------------------------------------------ */

void		 people_make(struct orders *, unsigned seed);

/* --- one order's JSON (order_told.c) -------------------------------------------- */

json_t		*told_new(const char *number, const struct person *);
/* It comes into a state, with what belongs to that. */
void		 told_move(json_t *, const char *state, int64_t at,
		    const char *reason);
void		 told_add(json_t *, const char *list, json_t *);
/* A link is sent (again): live from now on. */
void		 told_send(json_t *, const char *what, int64_t at);
/* What its certificate is: the one that was really issued. */
void		 told_issued(json_t *, const char *serial, int64_t from,
		    int64_t until);
json_t		*told_time(int64_t seconds);
/* Masked as the contract says; the caller frees. */
char		*told_mask_name(const char *);
char		*told_mask_id(const char *);
char		*told_mask_email(const char *);
/* A serial number in hex made of a text: the same each time; the caller frees. */
char		*told_serial(const char *text);

#endif
