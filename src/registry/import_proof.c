/*
 * Whether a revocation list is its issuer's: hashed from front to back in a
 * thread of its own, while its entries are looked at in another.
 */
#include "config.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cert/crl.h"
#include "cert/pem.h"
#include "registry/importing.h"

struct importing_proof {
	struct cert	*ca;		/* NULL: none was given */
	struct crl_check *check;	/* NULL: nothing to hash for */
	struct stream	*in;		/* the thread's own */
	struct crl	 crl;		/* as it was hashed */
	struct err	 err;
	int		 rc;
	bool		 running;
	pthread_t	 thread;
};

static void *
hash(void *arg)
{
	struct importing_proof *proof = arg;
	const struct crl_walk to = { .bytes = crl_check_bytes,
	    .arg = proof->check };
	struct stream *made, *der;

	proof->rc = crl_der(proof->in, &made, &der, &proof->err);
	if (proof->rc == 0) {
		proof->rc = crl_read(der, &to, &proof->crl, &proof->err);
		pem_stream_close(made);
	}
	return NULL;
}

/* Without a thread it is done when somebody waits for it. */
static void
start(struct importing_proof *proof)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	proof->running = pthread_create(&proof->thread, NULL, hash,
	    proof) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* The check that the issuer's certificate makes possible, if one is. */
static int
make_check(struct importing *imp, struct importing_proof *proof)
{
	struct stream *made, *der;
	struct span first;
	struct buf bytes;
	int rc = -1;

	buf_init(&bytes, CERT_DER_MAX);
	if (importing_read_issuer(imp->o->issuer, &bytes, &proof->ca,
	    imp->err) == 0 && stream_seek(imp->in, 0, imp->err) == 0 &&
	    crl_der(imp->in, &made, &der, imp->err) == 0) {
		rc = stream_peek(der, CRL_PART_MAX, &first, imp->err);
		if (rc == 0)
			proof->check = crl_check_new(span_of(bytes.data,
			    bytes.len), first);
		pem_stream_close(made);
	}
	buf_clear(&bytes);
	return rc;
}

int
importing_proof_begin(struct importing *imp, struct importing_proof **out)
{
	struct importing_proof *proof = mem_alloc(sizeof *proof);

	*out = NULL;
	if (imp->o->issuer != NULL && make_check(imp, proof) != 0) {
		importing_proof_free(proof);
		return -1;
	}
	if (proof->check != NULL) {
		proof->in = stream_twin(imp->in);
		start(proof);
	}
	*out = proof;
	return 0;
}

bool
importing_proof_hopes(const struct importing_proof *proof)
{
	return proof->check != NULL;
}

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* What was hashed says the same of itself as what the other thread goes by. */
static bool
same_list(const struct crl *a, const struct crl *b)
{
	return same_text(a->issuer->issuer.line, b->issuer->issuer.line) &&
	    same_text(a->issuer->aki, b->issuer->aki) &&
	    a->this_update == b->this_update && a->scope == b->scope &&
	    a->delta == b->delta && a->indirect == b->indirect &&
	    a->signature.len == b->signature.len &&
	    memcmp(a->signature.data, b->signature.data,
	    a->signature.len) == 0;
}

/* Whether the list may be believed, and what is to be said about that. */
static int
judge(struct importing *imp, const struct importing_proof *proof,
    enum crl_verdict verdict, const struct crl *crl, bool *verified)
{
	if (strcmp(proof->ca->subject.line, crl->issuer->issuer.line) != 0)
		return err_set(imp->err, ERR_SIGNATURE, imp->file,
		    "another issuer than that certificate's subject");
	if (proof->ca->has_ku && (proof->ca->ku & CERT_KU_CRL_SIGN) == 0)
		return err_set(imp->err, ERR_SIGNATURE, imp->file,
		    "that certificate is not for signing lists");
	if (verdict == CRL_FORGED)
		return err_set(imp->err, ERR_SIGNATURE, imp->file, NULL);
	*verified = verdict == CRL_SIGNED;
	imp->p->notes |= *verified ? IMPORT_VERIFIED : IMPORT_ALGORITHM;
	return 0;
}

static void
wait_for(struct importing_proof *proof)
{
	if (proof->running)
		(void)pthread_join(proof->thread, NULL);
	else if (proof->check != NULL)
		(void)hash(proof);
	proof->running = false;
}

int
importing_proof_end(struct importing *imp, struct importing_proof *proof,
    const struct crl *crl, bool *verified)
{
	enum crl_verdict verdict = CRL_UNKNOWN_ALGORITHM;

	*verified = false;
	if (proof->ca == NULL) {
		imp->p->notes |= IMPORT_NOT_VERIFIED;
		return 0;
	}
	wait_for(proof);
	if (proof->rc != 0) {
		*imp->err = proof->err;
		return -1;
	}
	if (proof->check != NULL) {
		if (!same_list(crl, &proof->crl))
			return importing_changed(imp);
		verdict = crl_check_end(proof->check, &proof->crl);
	}
	return judge(imp, proof, verdict, crl, verified);
}

void
importing_proof_free(struct importing_proof *proof)
{
	if (proof == NULL)
		return;
	if (proof->running)
		(void)pthread_join(proof->thread, NULL);
	stream_close(proof->in);
	crl_clear(&proof->crl);
	crl_check_free(proof->check);
	cert_free(proof->ca);
	free(proof);
}
