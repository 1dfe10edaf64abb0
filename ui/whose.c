#include "config.h"

#include "ui/whose.h"

#include <string.h>

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
