/* Qualified certificates: EN 319 412-5, EN 319 412-2 and -3. */
#include <stdio.h>
#include <string.h>

#include "cert/rule.h"

/* EN 319 411-2: the policies for keys in a qualified device. */
static const char *const device_policies[] = {
	"0.4.0.194112.1.2",		/* QCP-n-qscd */
	"0.4.0.194112.1.3",		/* QCP-l-qscd */
};

void
rule_qualified(struct judging *j)
{
	if (j->c->qc.compliance)
		rule_say(j, VERDICT_YES, REASON_QC, "");
	else
		rule_say(j, VERDICT_NO, REASON_QC_NONE, "");
}

bool
rule_names_person(const struct cert *c)
{
	const struct cert_name *n = &c->subject;

	return n->given != NULL || n->surname != NULL || n->pseudonym != NULL;
}

bool
rule_seal(const struct cert *c)
{
	if (c->qc.types != 0)
		return (c->qc.types & QC_TYPE_ESEAL) != 0 &&
		    (c->qc.types & QC_TYPE_ESIGN) == 0;
	return c->subject.org_id != NULL && !rule_names_person(c);
}

void
rule_type_sign(struct judging *j)
{
	unsigned types = j->c->qc.types;

	if (types & QC_TYPE_ESIGN)
		rule_say(j, VERDICT_YES, REASON_QC_SIGN, "");
	else if (types != 0)
		rule_say(j, VERDICT_NO, REASON_QC_OTHER,
		    types & QC_TYPE_ESEAL ? "eseal" : "web");
	else if (j->c->qc.compliance)
		rule_say(j, VERDICT_YES, REASON_QC_UNTYPED, "");
}

void
rule_type_seal(struct judging *j)
{
	if (j->c->qc.types & QC_TYPE_ESEAL)
		rule_say(j, VERDICT_YES, REASON_QC_SEAL, "");
	else
		rule_say(j, VERDICT_NO, REASON_QC_NO_SEAL, "");
}

void
rule_device(struct judging *j)
{
	const struct cert *c = j->c;

	if (c->qc.sscd) {
		rule_say(j, VERDICT_YES, REASON_SSCD, "");
		return;
	}
	for (size_t i = 0; i < c->npolicies; i++) {
		for (size_t k = 0; k < 2; k++) {
			if (strcmp(c->policies[i], device_policies[k]) != 0)
				continue;
			rule_say(j, VERDICT_YES, REASON_SSCD_POLICY, c->policies[i]);
			return;
		}
	}
	rule_say(j, VERDICT_MAYBE, REASON_SSCD_NONE, "");
}

/* The scheme of an identifier, without the number: it is shown to anyone. */
static const char *
scheme_of(const struct cert_id *id, char buf[static 16])
{
	static const char *const schemes[] = {
		[ID_NONE] = "", [ID_PNO] = "PNO", [ID_PAS] = "PAS",
		[ID_IDC] = "IDC", [ID_TIN] = "TIN", [ID_TAX] = "TAX",
		[ID_LOCAL] = "", [ID_VAT] = "VAT", [ID_NTR] = "NTR",
		[ID_PSD] = "PSD", [ID_OTHER] = "?",
	};

	if (id->old_form)
		return id->kind == ID_PNO ? "PESEL" : "NIP";
	(void)snprintf(buf, 16, "%s%s", schemes[id->kind], id->country);
	return buf;
}

void
rule_person(struct judging *j)
{
	const struct cert *c = j->c;
	char buf[16];

	if (!rule_names_person(c) && c->person.kind == ID_NONE)
		rule_say(j, VERDICT_NO, REASON_PERSON_NONE, "");
	else if (c->person.checksum == 0)
		rule_say(j, VERDICT_MAYBE, REASON_PERSON_BAD_ID,
		    scheme_of(&c->person, buf));
	else if (c->subject.pseudonym != NULL)
		rule_say(j, VERDICT_YES, REASON_PSEUDONYM, "");
	else if (c->person.kind == ID_NONE)
		rule_say(j, VERDICT_MAYBE, REASON_PERSON_NO_ID, "");
	else
		rule_say(j, VERDICT_YES, REASON_PERSON, scheme_of(&c->person, buf));
}

void
rule_organisation(struct judging *j)
{
	const struct cert *c = j->c;
	char buf[16];

	if (c->subject.org == NULL && c->organisation.kind == ID_NONE)
		rule_say(j, VERDICT_NO, REASON_ORG_NONE, "");
	else if (c->organisation.kind == ID_NONE)
		rule_say(j, VERDICT_MAYBE, REASON_ORG_NO_ID, "");
	else if (c->organisation.checksum == 0)
		rule_say(j, VERDICT_MAYBE, REASON_ORG_BAD_ID,
		    scheme_of(&c->organisation, buf));
	else
		rule_say(j, VERDICT_YES, REASON_ORG,
		    scheme_of(&c->organisation, buf));
}

void
rule_usage_commitment(struct judging *j)
{
	if (!j->c->has_ku)
		rule_say(j, VERDICT_MAYBE, REASON_KU_UNSTATED, "");
	else if (j->c->ku & CERT_KU_NON_REPUDIATION)
		rule_say(j, VERDICT_YES, REASON_KU_COMMIT, "");
	else
		rule_say_usage(j, VERDICT_NO, REASON_KU_NO_COMMIT);
}
