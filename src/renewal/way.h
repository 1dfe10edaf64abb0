/*
 * How a request gets to an authority and the certificate back: each way a file
 * behind one table.  Blocks; on the thread of the renewal.
 */
#ifndef RENEWAL_WAY_H
#define RENEWAL_WAY_H

#include <stdatomic.h>

#include "net/net.h"
#include "order/service.h"
#include "renewal/renewal.h"
#include "revocation/channel.h"

/* What a sending works with. */
struct way_job {
	const struct renewal_view *view;
	const struct authority *authority;
	struct net	*net;
	struct order_service *orders;
	struct span	 request;	/* PKCS #10, DER */
	struct span	 signed_by_old;	/* CMS around it, or empty */
	struct span	 old;		/* the old certificate, DER */
	/*
	 * CMP kur: who signs by the old key and by the new one (each signer
	 * knows its key by the SHA-256 of the SubjectPublicKeyInfo).
	 */
	struct officer_signer *by_old, *by_new;
	const atomic_bool *cancel;
	int64_t		 now;
};

enum way_result {
	WAY_SENT,		/* taken; ask again at retry_at */
	WAY_VERIFIED,		/* the same, and the authority has checked it */
	WAY_ISSUED,		/* body holds it: DER, PEM or PKCS#7 */
	WAY_REFUSED,		/* err and words say why; never by itself again */
	WAY_FAILED		/* no answer, or none that makes sense: again */
};

struct way_outcome {
	enum way_result	 result;
	struct err	 err;
	bool		 unsent;	/* FAILED: nothing went out, whatever err is */
	int64_t		 retry_at;	/* UTC seconds; 0: by a person */
	char		 reference[65];	/* to ask by, or "" */
	char		 words[CASE_WORDS_MAX];	/* the authority's own */
	struct buf	 body;
};
void	way_outcome_clear(struct way_outcome *);

struct way {
	const char	*id;		/* "order" */
	const char	*name;		/* msgid: "through the order service" */
	bool		 machine;	/* false: a file that people carry */
	bool		 by_old;	/* the sending needs the old key's signature */
	bool		(*configured)(const struct authority *);
	/* Send; again with the same transaction after no answer. */
	void		(*send)(const struct way_job *, struct way_outcome *);
	/* Ask how it goes on. */
	void		(*ask)(const struct way_job *, struct way_outcome *);
	/* It is on the card and proved: tell the service; may be NULL. */
	void		(*told)(const struct way_job *, struct way_outcome *);
};

extern const struct way *const	ways[];
extern const size_t		nways;
extern const struct way		way_order, way_cmp, way_est, way_file;

const struct way	*way_by_id(const char *);	/* NULL */
/* The authority's own ways, the preferred first; file is always one. */
size_t	ways_of(const struct authority *, const struct way *out[], size_t max);

#endif
