#include "cert/rule.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

const char *const rule_mail_ekus[] = {
	"emailProtection", "anyExtendedKeyUsage", NULL
};
const char *const rule_logon_ekus[] = {
	"clientAuth", "msSmartcardLogin", "pkInitClientAuth",
	"anyExtendedKeyUsage", NULL
};
static const char *const encryption_ekus[] = {
	"emailProtection", "msEFS", "anyExtendedKeyUsage", NULL
};
static const char *const domain_ekus[] = {
	"msSmartcardLogin", "pkInitClientAuth", NULL
};

void
rule_say(struct judging *j, enum verdict verdict, enum reason_symbol id,
    const char *arg)
{
	struct purpose_verdict *out = j->out;
	struct reason *r;
	size_t len;

	if (verdict < j->worst)
		j->worst = verdict;
	if (out == NULL || out->nreasons == REASONS_MAX)
		return;
	r = &out->reasons[out->nreasons++];
	*r = (struct reason){ .verdict = verdict, .id = (int)id };
	len = text_cut(arg, sizeof(r->arg) - 1);
	memcpy(r->arg, arg, len);
}

static void
say_day(struct judging *j, enum verdict verdict, enum reason_symbol id,
    int64_t when)
{
	char day[32];

	rule_say(j, verdict, id, j->out == NULL ? "" :
	    clock_day(when, day, sizeof(day)));
}

void
rule_say_usage(struct judging *j, enum verdict verdict, enum reason_symbol id)
{
	char words[192] = "";

	if (j->out != NULL)
		(void)cert_ku_text(j->c->ku, words, sizeof(words));
	rule_say(j, verdict, id, *words != '\0' ? words : "-");
}

/* --- any purpose ------------------------------------------------------- */

void
rule_validity(struct judging *j)
{
	if (j->c->odd & ODD_DATES)
		rule_say(j, VERDICT_NO, REASON_BAD_DATES, "");
	else if (j->now < j->c->not_before)
		say_day(j, VERDICT_NO, REASON_NOT_YET, j->c->not_before);
	else if (j->now > j->c->not_after)
		say_day(j, VERDICT_NO, REASON_EXPIRED, j->c->not_after);
	else
		say_day(j, VERDICT_YES, REASON_VALID, j->c->not_after);
}

void
rule_readable(struct judging *j)
{
	if (j->c->odd & ODD_EXTENSION)
		rule_say(j, VERDICT_MAYBE, REASON_DAMAGED, "");
}

/* RFC 5280 4.2: who does not know a critical extension must refuse. */
void
rule_critical(struct judging *j)
{
	if (j->c->odd & ODD_CRITICAL)
		rule_say(j, VERDICT_MAYBE, REASON_CRITICAL, "");
}

void
rule_trusted_list(struct judging *j)
{
	rule_say(j, VERDICT_UNKNOWN, REASON_TRUSTED_LIST, "");
}

void
rule_chain(struct judging *j)
{
	rule_say(j, VERDICT_UNKNOWN, REASON_CHAIN, "");
}

void
rule_status(struct judging *j)
{
	rule_say(j, VERDICT_UNKNOWN, REASON_STATUS, "");
}

void
rule_program(struct judging *j)
{
	rule_say(j, VERDICT_UNKNOWN, REASON_PROGRAM, "");
}

void
rule_service(struct judging *j)
{
	rule_say(j, VERDICT_UNKNOWN, REASON_SERVICE, "");
}

/* --- key usage: RFC 5280 4.2.1.3, RFC 8550 4.4.2 ----------------------- */

void
rule_usage_mail(struct judging *j)
{
	if (!j->c->has_ku)
		rule_say(j, VERDICT_YES, REASON_KU_ABSENT, "");
	else if (j->c->ku & CERT_KU_DIGITAL_SIGNATURE)
		rule_say(j, VERDICT_YES, REASON_KU_SIGN, "");
	else if (j->c->ku & CERT_KU_NON_REPUDIATION)
		rule_say(j, VERDICT_YES, REASON_KU_COMMIT_ONLY, "");
	else
		rule_say_usage(j, VERDICT_NO, REASON_KU_NO_MAIL);
}

void
rule_usage_logon(struct judging *j)
{
	if (!j->c->has_ku)
		rule_say(j, VERDICT_YES, REASON_KU_ABSENT, "");
	else if (j->c->ku & CERT_KU_DIGITAL_SIGNATURE)
		rule_say(j, VERDICT_YES, REASON_KU_SIGN, "");
	else
		rule_say_usage(j, VERDICT_NO, REASON_KU_NO_SIGN);
}

/* RSA keys carry a content key, EC keys agree on one (RFC 8551 2.3). */
void
rule_usage_encryption(struct judging *j)
{
	static const char *const signing_only[] = {
		[KEY_ED25519] = "Ed25519", [KEY_ED448] = "Ed448",
		[KEY_DSA] = "DSA",
	};
	const struct cert *c = j->c;
	unsigned wanted = c->key_type == KEY_RSA ? CERT_KU_KEY_ENCIPHERMENT :
	    CERT_KU_KEY_AGREEMENT;

	if (c->key_type == KEY_UNKNOWN)
		rule_say(j, VERDICT_MAYBE, REASON_KEY_UNKNOWN, "");
	else if (c->key_pss_only)
		rule_say(j, VERDICT_NO, REASON_KEY_NO_ENCRYPT, "RSA-PSS");
	else if (c->key_type != KEY_RSA && c->key_type != KEY_EC)
		rule_say(j, VERDICT_NO, REASON_KEY_NO_ENCRYPT,
		    signing_only[c->key_type]);
	else if (!c->has_ku)
		rule_say(j, VERDICT_YES, REASON_KU_ABSENT, "");
	else if (c->ku & wanted)
		rule_say(j, VERDICT_YES, REASON_KU_ENCRYPT,
		    c->key_type == KEY_RSA ? "keyEncipherment" : "keyAgreement");
	else
		rule_say_usage(j, VERDICT_NO, REASON_KU_NO_ENCRYPT);
}

void
rule_usage_issuing(struct judging *j)
{
	if (!j->c->has_ku)
		rule_say(j, VERDICT_YES, REASON_KU_ABSENT, "");
	else if (j->c->ku & CERT_KU_CERT_SIGN)
		rule_say(j, VERDICT_YES, REASON_KU_CERT, "");
	else
		rule_say_usage(j, VERDICT_NO, REASON_KU_NO_CERT);
}

/* --- extended key usage: RFC 5280 4.2.1.12, RFC 8550 4.4.4 ------------- */

/* The first of the words that stands in the certificate, or NULL. */
static const char *
eku_among(const struct cert *c, const char *const *words)
{
	for (size_t i = 0; i < c->neku; i++) {
		for (size_t k = 0; words[k] != NULL; k++) {
			if (strcmp(c->eku[i], words[k]) == 0)
				return words[k];
		}
	}
	return NULL;
}

bool
rule_eku_has(const struct cert *c, const char *const *words)
{
	return eku_among(c, words) != NULL;
}

static void
say_eku_no(struct judging *j)
{
	char words[sizeof(j->out->reasons[0].arg)] = "";
	size_t len = 0;

	for (size_t i = 0; j->out != NULL && i < j->c->neku &&
	    len < sizeof(words); i++)
		len += (size_t)snprintf(words + len, sizeof(words) - len,
		    "%s%s", i ? ", " : "", j->c->eku[i]);
	rule_say(j, VERDICT_NO, REASON_EKU_NO, *words != '\0' ? words : "-");
}

static void
judge_eku(struct judging *j, const char *const *words, enum verdict absent,
    enum reason_symbol absent_id)
{
	const char *word = eku_among(j->c, words);

	if (!j->c->has_eku)
		rule_say(j, absent, absent_id, "");
	else if (word != NULL)
		rule_say(j, VERDICT_YES, REASON_EKU, word);
	else
		say_eku_no(j);
}

/*
 * Not in the standards that are followed here; OpenSSL and old programs go by
 * it.  A mark for TLS clients counts for mail there too, as such were made.
 */
static void
judge_netscape(struct judging *j, unsigned allowed)
{
	if (j->c->has_ns && !(j->c->ns & allowed))
		rule_say(j, VERDICT_MAYBE, REASON_NS_OTHER, "");
}

void
rule_netscape_mail(struct judging *j)
{
	judge_netscape(j, CERT_NS_MAIL | CERT_NS_CLIENT);
}

void
rule_netscape_logon(struct judging *j)
{
	judge_netscape(j, CERT_NS_CLIENT);
}

void
rule_eku_mail(struct judging *j)
{
	judge_eku(j, rule_mail_ekus, VERDICT_YES, REASON_EKU_ABSENT);
}

void
rule_eku_logon(struct judging *j)
{
	judge_eku(j, rule_logon_ekus, VERDICT_MAYBE, REASON_EKU_UNSTATED);
}

void
rule_eku_encryption(struct judging *j)
{
	judge_eku(j, encryption_ekus, VERDICT_YES, REASON_EKU_ABSENT);
}

/* --- names and authorities --------------------------------------------- */

/* RFC 8550 3: with no address in it, the agent decides. */
void
rule_address(struct judging *j)
{
	const char *address = cert_email(j->c);

	if (address != NULL)
		rule_say(j, VERDICT_YES, REASON_ADDRESS, address);
	else
		rule_say(j, VERDICT_MAYBE, REASON_ADDRESS_NONE, "");
}

/* Wanted where log-on by card is all that the certificate names. */
void
rule_logon_name(struct judging *j)
{
	static const char *const client[] = { "clientAuth", NULL };

	for (size_t i = 0; i < j->c->nsan; i++) {
		if (j->c->san[i].kind == SAN_UPN) {
			rule_say(j, VERDICT_YES, REASON_UPN, j->c->san[i].value);
			return;
		}
	}
	if (rule_eku_has(j->c, domain_ekus) && !rule_eku_has(j->c, client))
		rule_say(j, VERDICT_MAYBE, REASON_UPN_NONE, "");
}

void
rule_authority(struct judging *j)
{
	const struct cert *c = j->c;

	if (c->is_ca)
		rule_say(j, VERDICT_YES, REASON_CA, "");
	else if (c->version == 1 && strcmp(c->subject.line, c->issuer.line) == 0)
		rule_say(j, VERDICT_MAYBE, REASON_CA_OLD_ROOT, "");
	else
		rule_say(j, VERDICT_NO, REASON_CA_NO, "");
}
