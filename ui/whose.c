#include "config.h"

#include "ui/whose.h"

#include <string.h>

#include "base/text.h"
#include "cert/nametext.h"

const struct authority *
whose(const struct authorities *all, const struct record_issuer *issuer)
{
	struct cert *named = issuer->line != NULL ?
	    nametext_issuer(issuer->line) : NULL;
	char hex[2 * RECORD_KEY_MAX + 1];
	struct authority_issuer by = { .key_id = text_hex(issuer->key,
	    issuer->key_len, 0, hex, sizeof hex) };
	const struct authority *a;

	if (named != NULL) {
		by.organization_id = named->issuer.org_id;
		by.common_name = named->issuer.cn;
	}
	a = authority_for(all, &by, NULL);
	cert_free(named);
	return a;
}

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
