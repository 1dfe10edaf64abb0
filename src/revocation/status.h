/*
 * Asking whether a certificate is revoked: OCSP, then its revocation list with
 * its delta, at the addresses that the certificate or the configuration names,
 * judged by the issuer's own certificate.  Blocks: worker threads only.
 */
#ifndef REVOCATION_STATUS_H
#define REVOCATION_STATUS_H

#include "base/authority.h"
#include "cert/crlfind.h"
#include "cert/ocsp.h"
#include "net/net.h"
#include "registry/cases.h"

#define STATUS_CRL_MAX	((uint64_t)512 << 20)	/* bytes of one list */
#define STATUS_KEPT_MAX	3600	/* seconds a server may have us keep one unasked */

/* Whose; taken from a record of the registry or from a certificate at hand. */
struct status_about {
	struct record_issuer issuer;
	uint8_t		 serial[CERT_SERIAL_MAX];
	size_t		 serial_len;
	bool		 ca;		/* it is an authority's own */
	char		*ocsp, *cdp, *aia;	/* where to ask, or NULL */
	uint8_t		*der;		/* the certificate itself, or NULL */
	size_t		 der_len;
};
void	status_about_record(struct status_about *, const struct record *);
void	status_about_cert(struct status_about *, const struct cert *,
	    const void *der, size_t len);
void	status_about_clear(struct status_about *);

/* One way of asking, and how it came out. */
struct status_way {
	bool		 tried;
	char		*url;
	bool		 answered;	/* a judged answer; else err */
	struct err	 err;
	enum record_status status;	/* UNKNOWN: the responder does not know it */
	int64_t		 this_update, next_update, revoked_at; /* 0: not said */
	int		 reason;
	uint8_t		 sha256[32];
	int64_t		 millis;
	bool		 kept;		/* CRL: the one at hand was still the one */
	int64_t		 entries, odd;	/* CRL */
	bool		 nonce;		/* OCSP */
	bool		 never_issued;	/* OCSP: UNKNOWN, and nobody knows more */
	char		 responder[128];
	int64_t		 server_date;	/* 0 */
};

struct status_report {
	struct status_way ocsp, crl, delta;
	/*
	 * A revocation, whoever says it, since that is final; else the later of
	 * what was answered.  "Unknown" only where nobody knows more, or where
	 * the number was never issued: no list tells that from a good one.
	 * OCSP's "revoked" without a reason is what the list calls the same entry.
	 */
	enum record_status status;
	enum record_how	 by;
	int64_t		 at;
	/* What speaks of a wrong clock here: difference to servers, seconds; 0. */
	int64_t		 clock_off;
	int64_t		 good_until;	/* an older "good" may live in caches till then */
	struct err	 err;		/* when nothing answered */
};
void	status_report_clear(struct status_report *);

/*
 * Addresses of lists that did not answer in time: kept by whoever asks about many
 * certificates, so that each is waited for once.
 */
#define STATUS_SILENT_MAX	8
struct status_silent {
	char		 urls[STATUS_SILENT_MAX][256];	/* longer ones are not */
	size_t		 n;
};

struct status_options {
	const struct authority *authority;	/* overrides and trust; NULL */
	bool		 both;		/* ask the list also when OCSP has answered */
	bool		 fresh;		/* do not use a kept list */
	struct status_silent *silent;	/* not asked, and added to; NULL */
	const char	*cache;		/* folder for lists; NULL: paths_cache() */
	const atomic_bool *cancel;
};

/*
 * Ask.  0 when at least one way answered.  The registry may be NULL (nothing is
 * remembered then); what was learnt of the status is stored there otherwise.
 * -1: report->err, which is also *err: the first way's error, or ERR_NO_STATUS
 * where nothing says whom to ask, ERR_NO_ISSUER where the issuer's certificate
 * cannot be had.
 */
int	status_ask(struct net *, struct registry *, const struct status_about *,
	    const struct status_options *, int64_t now, struct status_report *,
	    struct err *);

json_t	*status_json(const struct status_about *, const struct status_report *);

/*
 * The issuer's certificate: configured, remembered, or fetched from where
 * certificates say (AIA caIssuers) and proved by its key's hash or the
 * certificate's signature.  1 and a copy of the caller's, 0, -1.
 */
int	status_issuer(struct net *, struct registry *,
	    const struct status_about *, const struct authority *,
	    const atomic_bool *, uint8_t **der, size_t *len, struct err *);

/*
 * Each configured certificate of the authority, in DER; nonzero ends it and is
 * returned.  Files that cannot be read are left out.
 */
typedef int signer_fn(struct span der, void *arg);
int	status_each_signer(const struct authority *, signer_fn *, void *arg);

#endif
