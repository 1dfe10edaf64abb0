/* The few words that a certificate stands under in a list. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "cert/rule.h"

#define ENCRYPTING	(CERT_KU_KEY_ENCIPHERMENT | CERT_KU_KEY_AGREEMENT)
#define SIGNING		(CERT_KU_DIGITAL_SIGNATURE | CERT_KU_NON_REPUDIATION)

/* Uses that no purpose of ours stands for. */
static const struct {
	const char *eku, *word;
} others[] = {
	{ "serverAuth", N_("web server") },
	{ "timeStamping", N_("time stamps") },
	{ "OCSPSigning", N_("status answers (OCSP)") },
	{ "codeSigning", N_("program code") },
	{ "documentSigning", N_("documents") },
	{ "msDocumentSigning", N_("documents") },
};

static bool
for_mail(const struct cert *c)
{
	if (c->has_ku && !(c->ku & SIGNING))
		return false;
	return c->has_eku ? rule_eku_has(c, rule_mail_ekus) :
	    cert_email(c) != NULL;
}

static bool
for_logon(const struct cert *c)
{
	return (!c->has_ku || (c->ku & CERT_KU_DIGITAL_SIGNATURE)) &&
	    rule_eku_has(c, rule_logon_ekus);
}

static bool
for_encryption(const struct cert *c)
{
	return c->has_ku && (c->ku & ENCRYPTING) &&
	    (!c->has_eku || rule_eku_has(c, rule_mail_ekus));
}

static const char *
one_word(const struct cert *c)
{
	if (c->is_ca)
		return N_("authority (CA)");
	if (c->qc.compliance && (c->qc.types & QC_TYPE_WEB))
		return N_("qualified web server");
	if (c->qc.compliance)
		return rule_seal(c) ? N_("qualified seal") :
		    N_("qualified signature");
	return NULL;
}

static const char *
other_word(const struct cert *c)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		const char *const eku[] = { others[i].eku, NULL };

		if (rule_eku_has(c, eku))
			return others[i].word;
	}
	return c->has_ku && !(c->ku & SIGNING) ? N_("other") : N_("signature");
}

const char *
cert_list_purpose(const struct cert *c, char *buf, size_t size)
{
	const struct {
		bool		 fits;
		const char	*word;
	} uses[] = {
		{ for_mail(c), N_("e-mail") },
		{ for_logon(c), N_("log-on") },
		{ for_encryption(c), N_("encryption") },
	};
	const char *word = one_word(c);
	size_t len = 0;

	if (word != NULL) {
		(void)snprintf(buf, size, "%s", _(word));
		return buf;
	}
	for (size_t i = 0; i < 3 && len < size; i++) {
		if (uses[i].fits)
			len += (size_t)snprintf(buf + len, size - len, "%s%s",
			    len ? ", " : "", _(uses[i].word));
	}
	if (len == 0)
		(void)snprintf(buf, size, "%s", _(other_word(c)));
	return buf;
}
