#include "config.h"

#include "renewal/intake.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cert/file.h"
#include "cert/keykind.h"
#include "revocation/officer.h"

#define NAME_MAX_BYTES	512	/* of a name, folded to compare */

/* --- the one for our key ------------------------------------------------------- */

static bool
is_ours(const struct cert *c, const struct intake_wanted *w)
{
	return memcmp(c->spki_sha256, w->spki_sha256,
	    sizeof c->spki_sha256) == 0;
}

/*
 * Of several for one key, which an authority that lost count issues, the one
 * that lasts longest.
 */
static int
find_ours(const struct cert_list *list, const struct intake_wanted *w,
    const char *from, size_t *at, struct err *err)
{
	bool found = false;
	size_t i;

	for (i = 0; i < list->n; i++)
		if (is_ours(list->certs[i], w) && (!found ||
		    list->certs[i]->not_after > list->certs[*at]->not_after)) {
			*at = i;
			found = true;
		}
	if (!found)
		return err_set(err, ERR_CERT_OTHER_KEY, from,
		    "%zu certificates%s", list->n,
		    list->cut ? ", and more" : "");
	if (list->certs[*at]->not_after <= w->now)
		return err_set(err, ERR_CERT_ENDED, from, NULL);
	return 0;
}

/* --- the key that one of them is for --------------------------------------------- */

static const struct card_key *
waiting_key(const struct card *card, const struct cert *c)
{
	for (size_t i = 0; i < card->nkeys; i++) {
		const struct card_key *k = &card->keys[i];

		if (k->cert == -1 && k->has_spki && k->id[0] != '\0' &&
		    memcmp(k->spki_sha256, c->spki_sha256,
		    sizeof k->spki_sha256) == 0)
			return k;
	}
	return NULL;
}

/* Beside it lies one already, maybe this one. */
static bool
is_taken(const struct card *card, const struct cert *c)
{
	for (size_t i = 0; !c->is_ca && i < card->ncerts; i++) {
		const struct card_cert *other = &card->certs[i];

		if (other->cert != NULL && other->key != KEY_MISSING &&
		    memcmp(other->cert->spki_sha256, c->spki_sha256,
		    sizeof c->spki_sha256) == 0)
			return true;
	}
	return false;
}

const struct card_key *
intake_key(struct span body, const char *from, const struct card *card,
    enum key_kind *kind, struct err *err)
{
	const struct card_key *found = NULL;
	struct cert_list list;
	bool taken = false;

	if (cert_file_parse(body.p, body.len, from, NULL, &list, err) == -1)
		return NULL;
	for (size_t i = 0; found == NULL && i < list.n; i++) {
		found = waiting_key(card, list.certs[i]);
		taken |= is_taken(card, list.certs[i]);
		*kind = key_kind_of(list.certs[i]);
	}
	if (found == NULL && taken)
		(void)err_set(err, ERR_CERT_KEY_TAKEN, from, NULL);
	else if (found == NULL)
		(void)err_set(err, ERR_CERT_OTHER_KEY, from,
		    "%zu certificates, and no key that waits", list.n);
	cert_list_clear(&list);
	return found;
}

/* --- whose it is ------------------------------------------------------------------ */

static bool
is_same_text(const char *a, const char *b)
{
	char one[NAME_MAX_BYTES], two[NAME_MAX_BYTES];

	text_fold(a != NULL ? a : "", one, sizeof one);
	text_fold(b != NULL ? b : "", two, sizeof two);
	return strcmp(one, two) == 0;
}

static bool
is_same_id(const struct cert_id *a, const struct cert_id *b)
{
	return a->kind == b->kind && strcmp(a->country, b->country) == 0 &&
	    is_same_text(a->value, b->value);
}

/*
 * By the identifier that both name, whatever became of the name; else by the
 * name itself.
 */
static bool
is_same_holder(const struct cert *old, const struct cert *new)
{
	if (old->person.kind != ID_NONE && new->person.kind != ID_NONE)
		return is_same_id(&old->person, &new->person);
	if (old->person.kind == ID_NONE && new->person.kind == ID_NONE &&
	    old->organisation.kind != ID_NONE &&
	    new->organisation.kind != ID_NONE &&
	    !is_same_id(&old->organisation, &new->organisation))
		return false;
	return is_same_text(cert_holder(old), cert_holder(new)) &&
	    is_same_text(old->subject.given, new->subject.given) &&
	    is_same_text(old->subject.surname, new->subject.surname);
}

/* --- by whom ------------------------------------------------------------------------ */

static X509 *
to_x509(struct span der)
{
	const unsigned char *p = der.p;
	X509 *x = d2i_X509(NULL, &p, (long)der.len);

	ERR_clear_error();
	return x;
}

struct trusting {
	X509_STORE	*store;
	struct err	*err;
};

static int
add_trusted(const char *file, void *arg)
{
	const struct trusting *t = arg;
	STACK_OF(X509) *certs;

	if (officer_certs(file, ERR_NO_ISSUER, &certs, t->err) == -1)
		return -1;
	for (int i = 0; i < sk_X509_num(certs); i++)
		(void)X509_STORE_add_cert(t->store, sk_X509_value(certs, i));
	sk_X509_pop_free(certs, X509_free);
	return 0;
}

/* The authority's own certificates, as it is set up here: all of them. */
static int
add_configured(X509_STORE *store, const struct authority *a, struct err *err)
{
	struct err why = ERR_INIT;

	(void)authority_ca_files(a, add_trusted,
	    &(struct trusting){ store, &why }, &why);
	if (why.code == ERR_NONE)
		return 0;
	*err = why;
	return -1;
}

/* What came along: to build with, or where nobody is set up, to end at. */
static void
add_others(const struct cert_list *list, size_t leaf, X509_STORE *store,
    STACK_OF(X509) *others, bool trusted)
{
	size_t i;

	for (i = 0; i < list->n; i++) {
		X509 *x = i != leaf && list->certs[i]->is_ca ?
		    to_x509(list->ders[i]) : NULL;

		if (x == NULL)
			continue;
		if (trusted)
			(void)X509_STORE_add_cert(store, x);
		if (sk_X509_push(others, x) <= 0)
			panic("okienko: out of memory");
	}
}

static void
take_chain(X509_STORE_CTX *ctx, struct intake *in)
{
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);
	size_t max = sizeof in->chain / sizeof *in->chain;
	int i;

	for (i = 1; i < sk_X509_num(chain) && in->nchain < max; i++) {
		struct buf *b = &in->chain[in->nchain];
		unsigned char *der = NULL;
		int len = i2d_X509(sk_X509_value(chain, i), &der);

		buf_init(b, CERT_DER_MAX);
		if (len > 0 && buf_add(b, der, (size_t)len) == 0)
			in->nchain++;
		OPENSSL_free(der);
	}
}

/* At its first moment when that is still to come: the rest has to hold then. */
static int
verify(X509_STORE *store, X509 *leaf, STACK_OF(X509) *others, int64_t at,
    const char *from, struct intake *in, struct err *err)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;
	int rc = -1, why;

	if (ctx == NULL || X509_STORE_CTX_init(ctx, store, leaf, others) != 1)
		panic("okienko: out of memory");
	param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_time(param, (time_t)at);
	(void)X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
	if (X509_verify_cert(ctx) == 1) {
		take_chain(ctx, in);
		rc = 0;
	} else {
		why = X509_STORE_CTX_get_error(ctx);
		rc = err_set(err, ERR_CERT_NO_CHAIN, from, "%s",
		    X509_verify_cert_error_string(why));
	}
	X509_STORE_CTX_free(ctx);
	ERR_clear_error();
	return rc;
}

static int
check_chain(const struct cert_list *list, size_t leaf, const char *from,
    const struct intake_wanted *w, struct intake *in, struct err *err)
{
	bool known = w->authority != NULL && w->authority->ca_files.n > 0;
	int64_t from_when = list->certs[leaf]->not_before;
	STACK_OF(X509) *others = sk_X509_new_null();
	X509_STORE *store = X509_STORE_new();
	X509 *x = to_x509(list->ders[leaf]);
	int rc = 0;

	if (others == NULL || store == NULL)
		panic("okienko: out of memory");
	if (known)
		rc = add_configured(store, w->authority, err);
	add_others(list, leaf, store, others, !known);
	if (rc == 0)
		rc = x == NULL ? err_set(err, ERR_CERT_NO_CHAIN, from,
		    "not to be read by OpenSSL") : verify(store, x, others,
		    from_when > w->now ? from_when : w->now, from, in, err);
	X509_free(x);
	sk_X509_pop_free(others, X509_free);
	X509_STORE_free(store);
	return rc;
}

/* --- what is new about it -------------------------------------------------------------- */

static bool
other_texts(char *const *a, size_t na, char *const *b, size_t nb)
{
	size_t i, j;

	if (na != nb)
		return true;
	for (i = 0; i < na; i++) {
		for (j = 0; j < nb && strcmp(a[i], b[j]) != 0; j++)
			;
		if (j == nb)
			return true;
	}
	return false;
}

static bool
other_email(const struct cert *a, const struct cert *b)
{
	const char *one = cert_email(a), *two = cert_email(b);

	return strcmp(one != NULL ? one : "", two != NULL ? two : "") != 0;
}

static bool
other_key(const struct cert *a, const struct cert *b)
{
	return a->key_type != b->key_type || a->key_bits != b->key_bits;
}

static void
compare(const struct cert *old, int64_t now, struct intake *in)
{
	const struct cert *new = in->cert;
	const struct {
		enum intake_change	 what;
		bool			 so;
	} all[] = {
		{ INTAKE_NAME, strcmp(old->subject.line,
		    new->subject.line) != 0 },
		{ INTAKE_ISSUER, strcmp(old->issuer.line,
		    new->issuer.line) != 0 },
		{ INTAKE_KEY_KIND, other_key(old, new) },
		{ INTAKE_USAGE, old->ku != new->ku || other_texts(old->eku,
		    old->neku, new->eku, new->neku) },
		{ INTAKE_EMAIL, other_email(old, new) },
		{ INTAKE_POLICY, other_texts(old->policies, old->npolicies,
		    new->policies, new->npolicies) },
		{ INTAKE_QUALIFIED, old->qc.compliance != new->qc.compliance ||
		    old->qc.sscd != new->qc.sscd },
		{ INTAKE_LATER_START, new->not_before > now },
		{ INTAKE_SHORTER, new->not_after - new->not_before <
		    old->not_after - old->not_before },
	};
	size_t i;

	for (i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].so && in->nchanges < INTAKE_CHANGES_MAX)
			in->changes[in->nchanges++] = all[i].what;
}

static const char *const words[] = {
	[INTAKE_NAME] = N_("the name is written in another way"),
	[INTAKE_ISSUER] = N_("another authority of the issuer signed it"),
	[INTAKE_KEY_KIND] = N_("its key is of another kind"),
	[INTAKE_USAGE] = N_("it may be used for other things"),
	[INTAKE_EMAIL] = N_("the e-mail address is another one"),
	[INTAKE_POLICY] = N_("it was issued under another policy"),
	[INTAKE_QUALIFIED] = N_("one of the two is qualified, the other not"),
	[INTAKE_LATER_START] = N_("it is not valid yet"),
	[INTAKE_SHORTER] = N_("it is valid for a shorter time"),
};

const char *
intake_change_words(enum intake_change c)
{
	return _(words[c]);
}

/* --- all of it ---------------------------------------------------------------------------- */

static int
check_old(struct intake *in, const char *from, const struct intake_wanted *w,
    struct err *err)
{
	struct cert *old;
	int rc = 0;

	if (w->old.len == 0)
		return 0;
	if (cert_parse(w->old.p, w->old.len, &old, err) == -1)
		return -1;
	if (!is_same_holder(old, in->cert))
		rc = err_set(err, ERR_CERT_OTHER_HOLDER, from, NULL);
	else
		compare(old, w->now, in);
	cert_free(old);
	return rc;
}

int
intake(struct span body, const char *from, const struct intake_wanted *w,
    struct intake *in, struct err *err)
{
	struct cert_list list;
	size_t at = 0;
	int rc;

	memset(in, 0, sizeof *in);
	buf_init(&in->der, CERT_DER_MAX);
	if (cert_file_parse(body.p, body.len, from, NULL, &list, err) == -1)
		return -1;
	rc = find_ours(&list, w, from, &at, err);
	if (rc == 0) {
		in->cert = list.certs[at];
		rc = check_old(in, from, w, err);
	}
	if (rc == 0)
		rc = check_chain(&list, at, from, w, in, err);
	if (rc == 0) {
		in->early = in->cert->not_before > w->now;
		rc = buf_add(&in->der, list.ders[at].p, list.ders[at].len);
		/* It is the caller's now. */
		list.certs[at] = NULL;
	} else
		in->cert = NULL;
	cert_list_clear(&list);
	if (rc == -1)
		intake_clear(in);
	return rc;
}

void
intake_clear(struct intake *in)
{
	size_t i;

	cert_free(in->cert);
	in->cert = NULL;
	buf_clear(&in->der);
	for (i = 0; i < in->nchain; i++)
		buf_clear(&in->chain[i]);
	in->nchain = in->nchanges = 0;
}
