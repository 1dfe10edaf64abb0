#include "config.h"

#include "ui/whose.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cert/file.h"
#include "cert/nametext.h"

const char *
whose_name(const struct authority *a, const struct record_issuer *issuer)
{
	if (a != NULL)
		return a->name[0] != '\0' ? a->name : a->id;
	return issuer->shown != NULL ? issuer->shown : "?";
}

void
whose_ca(struct record_issuer *issuer, const struct cert *ca)
{
	struct cert as_issuer = *ca;

	/* What it is named by where it issues: its own name, its own key. */
	as_issuer.issuer = ca->subject;
	as_issuer.aki = ca->ski;
	record_issuer_of_cert(issuer, &as_issuer);
}

struct cas {
	struct cert_list	*v;
	size_t			 n;
};

static int
read_cas(const char *file, void *arg)
{
	struct cas *cas = arg;
	struct err none = ERR_INIT;

	cas->v = mem_grow(cas->v, cas->n + 1, sizeof *cas->v);
	if (cert_file_read(file, NULL, &cas->v[cas->n], &none) == 0)
		cas->n++;
	return 0;
}

static bool
is_self_issued(const struct cert *c)
{
	return strcmp(c->subject.line, c->issuer.line) == 0;
}

static bool
is_root_above(const struct cas *cas, const struct cert *root)
{
	if (!is_self_issued(root))
		return false;
	for (size_t i = 0; i < cas->n; i++)
		for (size_t k = 0; k < cas->v[i].n; k++) {
			const struct cert *c = cas->v[i].certs[k];

			if (!is_self_issued(c) && strcmp(c->issuer.line,
			    root->subject.line) == 0)
				return true;
		}
	return false;
}

int
whose_each(const struct authority *a,
    int (*fn)(const struct record_issuer *, void *), void *arg)
{
	struct cas cas = { .n = 0 };
	struct err none = ERR_INIT;
	int rc = 0;

	(void)authority_ca_files(a, read_cas, &cas, &none);
	for (size_t i = 0; i < cas.n; i++)
		for (size_t k = 0; rc == 0 && k < cas.v[i].n; k++) {
			struct record_issuer issuer;

			if (is_root_above(&cas, cas.v[i].certs[k]))
				continue;
			whose_ca(&issuer, cas.v[i].certs[k]);
			rc = fn(&issuer, arg);
			record_issuer_clear(&issuer);
		}
	while (cas.n > 0)
		cert_list_clear(&cas.v[--cas.n]);
	free(cas.v);
	return rc;
}

int
whose_named(struct record_issuer *issuer, const char *name)
{
	struct cert *c = nametext_issuer(name);

	memset(issuer, 0, sizeof *issuer);
	if (c == NULL)
		return -1;
	record_issuer_of_cert(issuer, c);
	cert_free(c);
	return 0;
}
