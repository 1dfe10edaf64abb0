/*
 * Whose certificate an answer is judged by.  What a certificate says of itself is
 * no proof that it is the issuer's: it has signed the certificate in question.
 * Where that is not at hand, its key has the hash by which it was named, or
 * somebody put it into the configuration.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "cert/file.h"
#include "cert/signature.h"
#include "revocation/status_inside.h"

#define ISSUER_ANSWER_MAX	((size_t)256 << 10)

struct looking {
	const struct status_about	*about;
	uint8_t				*der;	/* found: the caller's */
	size_t				 len;
	enum ca_proof			 proof;
	struct err			 err;	/* the first that went wrong */
};

/* --- what proves it ------------------------------------------------------------ */

/* Its name as certificates of its own are kept under, and by that name alone. */
static bool
name_is(const struct status_about *about, const struct cert *c,
    struct record_issuer *as)
{
	struct cert itself = { .issuer = c->subject, .aki = c->ski };

	record_issuer_of_cert(as, &itself);
	return about->issuer.line == NULL ||
	    strcmp(as->line, about->issuer.line) == 0;
}

static bool
same_key(const struct record_issuer *a, const struct record_issuer *b)
{
	return a->key_len == b->key_len &&
	    memcmp(a->key, b->key, a->key_len) == 0;
}

/* Named by nothing but its name, as where somebody typed it. */
static bool
named_by_line(const struct status_about *about)
{
	struct record_issuer line = { .key_len = 0 };

	if (about->issuer.line == NULL)
		return false;
	record_issuer_key_of_line(&line, about->issuer.line);
	return same_key(&line, &about->issuer);
}

/* 1 and how it is proved; 0. */
static int
proves(const struct status_about *about, const struct cert *c, struct span der,
    bool configured, enum ca_proof *proof)
{
	struct record_issuer as;
	bool name = name_is(about, c, &as), key = same_key(&as, &about->issuer);

	record_issuer_clear(&as);
	if (!name)
		return 0;
	/* A forger copies all but this, and makes it one that nobody can check. */
	*proof = CA_SIGNED;
	if (about->der != NULL)
		return signature_of_cert(span_of(about->der, about->der_len),
		    der) == SIGNATURE_RIGHT;
	*proof = CA_KEY_HASH;
	if (cert_key_has_id(der, about->issuer.key, about->issuer.key_len))
		return 1;
	*proof = CA_CONFIGURED;
	return configured && (key || named_by_line(about));
}

static bool
consider(struct looking *l, const struct cert_list *list, bool configured)
{
	for (size_t i = 0; i < list->n; i++) {
		struct span der = list->ders[i];

		if (proves(l->about, list->certs[i], der, configured,
		    &l->proof) != 1)
			continue;
		l->der = mem_alloc(der.len);
		memcpy(l->der, der.p, der.len);
		l->len = der.len;
		return true;
	}
	return false;
}

static void
keep_err(struct looking *l, const struct err *err)
{
	if (l->err.code == ERR_NONE)
		l->err = *err;
}

/* --- configured, remembered, fetched --------------------------------------------- */

/* The certificates of one file; nonzero from fn ends it. */
struct each {
	int	(*fn)(const struct cert_list *, void *arg);
	void	*arg;
	struct err err;		/* the first file's that cannot be read */
};

static int
read_file(const char *path, void *arg)
{
	struct each *e = arg;
	struct err err = ERR_INIT;
	struct cert_list list;
	int rc;

	if (cert_file_read(path, NULL, &list, &err) != 0) {
		if (e->err.code == ERR_NONE)
			e->err = err;
		return 0;
	}
	rc = e->fn(&list, e->arg);
	cert_list_clear(&list);
	return rc;
}

static int
each_file(const struct authority *auth, struct each *e)
{
	return auth == NULL ? 0 :
	    authority_ca_files(auth, read_file, e, &e->err);
}

static int
consider_configured(const struct cert_list *list, void *arg)
{
	return consider(arg, list, true);
}

static bool
is_configured(struct looking *l, const struct authority *auth)
{
	struct each e = { .fn = consider_configured, .arg = l };
	bool found = each_file(auth, &e) != 0;

	keep_err(l, &e.err);
	return found;
}

struct signers {
	signer_fn	*fn;
	void		*arg;
};

static int
give_signers(const struct cert_list *list, void *arg)
{
	const struct signers *s = arg;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < list->n; i++)
		rc = s->fn(list->ders[i], s->arg);
	return rc;
}

int
status_each_signer(const struct authority *auth, signer_fn *fn, void *arg)
{
	struct signers s = { fn, arg };
	struct each e = { .fn = give_signers, .arg = &s };

	return each_file(auth, &e);
}

static bool
is_remembered(struct looking *l, struct registry *reg)
{
	struct cert_list list;
	uint8_t *der;
	bool found;
	size_t len;

	if (reg == NULL || ca_get(reg, &l->about->issuer, &der, &len,
	    &l->proof, &l->err) != 1)
		return false;
	found = cert_file_parse(der, len, "ca", NULL, &list,
	    &(struct err)ERR_INIT) == 0;
	if (found) {
		found = consider(l, &list, false);
		cert_list_clear(&list);
	}
	free(der);
	return found;
}

static bool
is_fetched(struct looking *l, struct net *net, const atomic_bool *cancel)
{
	struct net_request ask = { .method = NET_GET, .source = NET_STRANGER,
	    .url = l->about->aia, .max = ISSUER_ANSWER_MAX, .cancel = cancel };
	struct err err = ERR_INIT;
	struct net_answer http;
	struct cert_list list;
	bool found = false;

	if (l->about->aia == NULL)
		return false;
	memset(&http, 0, sizeof http);
	if (net_ask(net, &ask, &http, &err) == 0 && (http.status == 200 ||
	    net_refused(&ask, &http, &err) == 0) &&
	    cert_file_parse(http.body.data, http.body.len, l->about->aia,
	    NULL, &list, &err) == 0) {
		found = consider(l, &list, false);
		cert_list_clear(&list);
	}
	if (err.code != ERR_NONE)
		keep_err(l, &err);
	net_answer_clear(&http);
	return found;
}

/*
 * Only for the hash of its key: a certificate that is at hand may be a forger's,
 * signed by a key of his own, and name the identifier of somebody else's.
 */
static void
remember(struct looking *l, struct registry *reg)
{
	const struct record_issuer *issuer = &l->about->issuer;
	struct err err = ERR_INIT;

	if (!cert_key_has_id(span_of(l->der, l->len), issuer->key,
	    issuer->key_len))
		return;
	l->proof = CA_KEY_HASH;
	if (reg != NULL && ca_put(reg, issuer, l->der, l->len, l->proof,
	    &err) != 0)
		log_err("keeping an issuer's certificate", &err);
}

int
status_issuer(struct net *net, struct registry *reg,
    const struct status_about *about, const struct authority *auth,
    const atomic_bool *cancel, uint8_t **der, size_t *len, struct err *err)
{
	struct looking l = { .about = about };
	int rc = 1;

	if (!is_configured(&l, auth) && !is_remembered(&l, reg)) {
		if (is_fetched(&l, net, cancel))
			remember(&l, reg);
		else
			rc = 0;
	}
	*der = l.der;
	*len = l.len;
	if (rc == 1 || l.err.code == ERR_NONE)
		return rc;
	if (err->code == ERR_NONE)
		*err = l.err;
	return -1;
}
