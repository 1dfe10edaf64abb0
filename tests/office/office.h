/*
 * The pretend authority as a running program: what its services share, how
 * they are asked and how they answer.  Services make whole answers under one
 * lock; http.c delivers them, or what a fault makes of them.
 */
#ifndef TESTS_OFFICE_OFFICE_H
#define TESTS_OFFICE_OFFICE_H

#include <openssl/x509.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "tests/office/ca.h"
#include "tests/office/ledger.h"
#include "tests/office/orders.h"

#define CLOCK_OFF	(2 * 86400)	/* seconds, of what is from the future */
#define OFFICE_BODY_MAX	((size_t)256 << 10)	/* of a request */

enum service { OCSP, CRL, DELTA, CMP, EJBCA, ORDERS, TOKEN, EST, CONTROL,
	SERVICES };

enum fault {
#define FAULT(symbol, name) symbol,
#include "tests/office/fault.def"
#undef FAULT
	FAULTS
};

struct fault_set {
	enum fault	fault;
	long		times;		/* that it still happens; -1: always */
	long		n;		/* what the fault counts: see fault.def */
};

/* A list that was made, until it has to be made again. */
struct crl_kept {
	int64_t		 at;		/* published; 0: none yet */
	size_t		 changes;	/* until then */
	struct buf	 der;
};

/* Who may ask the order service; see access.c. */
enum { ACCESS_KEY = 1 << 0, ACCESS_TOKEN = 1 << 1, ACCESS_CERTIFICATE = 1 << 2 };
#define ACCESS_CLIENT	"okienko-proba"	/* what the service calls the desk */
#define ACCESS_WORD_LEN	32	/* of what is made up: a key, a secret, a token */
#define ACCESS_TOKENS	16	/* that are good at once */
struct access {
	unsigned	 ways;		/* ACCESS_KEY ... */
	long		 seconds;	/* that a token is good for */
	char		 key[ACCESS_WORD_LEN + 1], secret[ACCESS_WORD_LEN + 1],
			 est[ACCESS_WORD_LEN + 1];
	struct {
		char	 word[ACCESS_WORD_LEN + 1];
		int64_t	 until;		/* milliseconds */
	} tokens[ACCESS_TOKENS];
	unsigned	 given;		/* tokens, ever */
};

struct office {
	struct ca	*ca;
	struct ledger	*ledger;
	X509		*officer;
	long		 publish;	/* seconds between publications; 0: none */
	long		 lifetime;	/* seconds from thisUpdate to nextUpdate */
	int64_t		 started;	/* ms; deltas count from there, or frozen */
	pthread_mutex_t	 lock;
	struct fault_set faults[SERVICES];
	unsigned long	 asked[SERVICES];
	struct crl_kept	 crl;
	struct buf	 aside;		/* the CMP request that waits */
	char		 approving[LEDGER_SERIAL_MAX]; /* what EJBCA was last asked to */
	struct exchange	*open;		/* of CMP, until it is confirmed; or NULL */
	long		 issue_seconds;	/* from a request to its certificate; -1: never */
	struct orders	*orders;
	struct access	 access;
	FILE		*record;	/* of what the order service said; or NULL */
	bool		 cut;		/* nobody gets through: SIGUSR1 */
};

struct ask {
	const char	*method;
	const char	*path;		/* decoded */
	const char	*rest;		/* of the path, behind the route's own */
	struct span	 body;
	const X509	*peer;		/* proved by TLS, or NULL */
	const char	*etag;		/* If-None-Match, or NULL */
	/* A parameter behind the question mark, decoded; NULL. */
	const char	*(*query)(const struct ask *, const char *name);
	const char	*(*header)(const struct ask *, const char *name);
	void		*connection;
	enum fault	 fault;		/* what is asked of the service */
	long		 fault_n;	/* and which of it */
};

struct answer {
	unsigned	 status;
	const char	*type;
	struct buf	 body;
	char		 etag[40];	/* "" for none */
	int64_t		 modified;	/* seconds; 0 */
	const char	*wants;		/* WWW-Authenticate, or NULL */
	long		 retry_after;	/* seconds; 0 */
};

int64_t	office_now(void);		/* milliseconds since 1970 */
/* The moment whose truth is told now, for a publication rhythm. */
int64_t	office_published(const struct office *);
void	answer_text(struct answer *, unsigned status, const char *);
/* The object is given away. */
void	answer_json(struct answer *, unsigned status, json_t *);
/* Problem details (RFC 9457); type is one of the contract's. */
void	answer_problem(struct answer *, unsigned status, const char *type,
	    const char *title);

/* Each fills in the answer; the office is locked. */
void	ocsp_serve(struct office *, const struct ask *, struct answer *);
void	crl_serve(struct office *, const struct ask *, struct answer *);
void	delta_serve(struct office *, const struct ask *, struct answer *);
void	cer_serve(struct office *, const struct ask *, struct answer *);
/* What of CMP is still open is given up. */
void	cmp_close(struct office *);
void	cmp_serve(struct office *, const struct ask *, struct answer *);
void	est_serve(struct office *, const struct ask *, struct answer *);
void	ejbca_serve(struct office *, const struct ask *, struct answer *);
void	orders_serve(struct office *, const struct ask *, struct answer *);
void	orders_spoil(struct office *, const struct ask *, struct answer *);
void	token_serve(struct office *, const struct ask *, struct answer *);
void	control_serve(struct office *, const struct ask *, struct answer *);

/* The order service's own secrets, made in its folder if they are not there yet. */
void	access_open(struct access *, const char *dir, const char *ways,
	    long seconds);
/* Whether it may ask; else the answer says why not. */
bool	access_is_given(struct office *, const struct ask *, struct answer *);
/* "Basic ..." of that name and word. */
bool	access_is_basic(const char *header, const char *name,
	    const char *word);
/* A line of JSON: what was asked and answered, without what is secret. */
void	record_exchange(FILE *, const struct ask *, const struct answer *);
/* The order's form as it is to be signed: PDF. */
void	form_make(const struct order *, bool words, struct answer *);

extern const char *const service_names[SERVICES];
extern const char *const fault_names[FAULTS];

/* The fault of a service for one request, used up by it. */
struct fault_set fault_take(struct office *, enum service);

/* Start and stop the two servers on sockets that listen. */
struct http;
/* cert: of the folder's, the one that the TLS server shows. */
struct http	*http_start(struct office *, int plain, int tls,
		    const char *cert);
void		 http_stop(struct http *);

#endif
