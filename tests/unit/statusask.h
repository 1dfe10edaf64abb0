/*
 * Asking for a status with servers that say what a test wants.  net_ask and the
 * memory of fetched things are stand-ins of these programs; answers, lists and
 * the registry are real.  One authority, one certificate of its.
 */
#ifndef TESTS_UNIT_STATUSASK_H
#define TESTS_UNIT_STATUSASK_H

#include "registry/store.h"
#include "revocation/status.h"
#include "tests/unit/certmake.h"
#include "tests/unit/regtest.h"
#include "tests/unit/statusmake.h"

#define NOW	MAKE_NOW
#define DAY	INT64_C(86400)
#define SERIAL	"9A0123"

#define OCSP_URL	"http://ocsp.example.org/"
#define CRL_URL		"http://crl.example.org/q.crl"
#define DELTA_URL	"http://crl.example.org/delta.crl"
#define AIA_URL		"http://example.org/ca.der"

struct server {
	const char	*url;
	enum err_code	 err;		/* no answer at all */
	int		 status;	/* 0: 200 */
	struct span	 body;		/* freed by the test's end */
	struct status_ocsp ocsp;	/* issuer set: answer with the nonce asked */
	char		 etag[32];
	int64_t		 date, fresh_until, modified;
	/* what was asked */
	int		 asked, unchanged;
	enum net_source	 source;
	enum net_method	 method;
};

enum { OCSP, CRL, DELTA, AIA, SERVERS };
enum { ISSUER, OTHER, HOLDER, KEYS };

/* The other authority has the same name and another key. */
struct statusask {
	struct server		 servers[SERVERS];
	EVP_PKEY		*keys[KEYS];
	X509			*issuer, *namesake, *holder;
	struct span		 issuer_der, namesake_der, holder_der;
	struct regtest		*dir;
	struct registry		*reg;
	struct status_about	 about;
	struct authority	 auth;
	struct status_options	 o;
	struct status_report	 report;
	int64_t			 now;
};

extern struct statusask t;	/* one a program, made anew for each test */

int	statusask_all(void **state);		/* of the group */
int	statusask_all_free(void **state);
int	statusask_setup(void **state);		/* of each test */
int	statusask_teardown(void **state);

/* What a server says from now on; the bytes are taken. */
void		 serve(int server, struct span);
void		 serve_list(int server, struct status_crl);
struct span	 copy_of(struct span);

/* A whole list that the certificate is not on; or for that reason; a delta to it. */
struct status_crl	list(void);
struct status_crl	list_with(int reason);
struct status_crl	delta_with(int reason);

/* Ask; expect: it must be answered, so and by that. */
enum err_code	 ask(void);
void		 expect(enum record_status, enum record_how by);

/* What is remembered: the registry's status, the issuer's proof (-1), a list. */
enum record_status kept(void);
int		 remembered_proof(void);
void		 remembered_forget(void);
const char	*fetched_file(void);
void		 fetched_forget(void);

/* Files beside the registry, and which of them are [trust] certificate. */
void		 write_file(const char *name, struct span);
void		 trust(const char *pattern);
void		 trust_cert(const char *name, X509 *);

/* How many files of the cache folder end so. */
int		 files(const char *end);

#define status_unit(f)							\
	cmocka_unit_test_setup_teardown(f, statusask_setup, statusask_teardown)

#endif
