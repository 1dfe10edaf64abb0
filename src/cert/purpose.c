/* What a certificate is good for: tables of rules, and the words for it. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "cert/rule.h"

#define RULES_MAX	(REASONS_MAX + 1)	/* with the NULL behind them */

/*
 * What a certificate is comes before whether it is still valid, so that an
 * expired e-mail certificate is called no qualified one rather than expired.
 */
static const struct {
	const char	*id, *name, *brief;
	rule_fn		*rules[RULES_MAX];
} purposes[PURPOSE_COUNT] = {
	[PURPOSE_QSIGN] = {
		"qualified-signature", N_("qualified signature"),
		N_("qualified signature"),
		{ rule_qualified, rule_type_sign, rule_person,
		    rule_usage_commitment, rule_validity, rule_device,
		    rule_readable, rule_critical, rule_trusted_list,
		    rule_status },
	},
	[PURPOSE_QSEAL] = {
		"qualified-seal", N_("qualified seal"),
		N_("qualified seal"),
		{ rule_qualified, rule_type_seal, rule_organisation,
		    rule_usage_commitment, rule_validity, rule_device,
		    rule_readable, rule_critical, rule_trusted_list,
		    rule_status },
	},
	[PURPOSE_EMAIL] = {
		"email-signing", N_("signing e-mail"), N_("signing e-mail"),
		{ rule_usage_mail, rule_eku_mail, rule_netscape_mail,
		    rule_validity, rule_address,
		    rule_readable, rule_critical, rule_chain, rule_status,
		    rule_program },
	},
	[PURPOSE_LOGON] = {
		"log-on", N_("log-on"), N_("log-on"),
		{ rule_usage_logon, rule_eku_logon, rule_netscape_logon,
		    rule_validity,
		    rule_logon_name, rule_readable, rule_critical, rule_chain,
		    rule_status, rule_service },
	},
	[PURPOSE_ENCRYPT] = {
		"encryption", N_("receiving encrypted mail and files"),
		N_("encryption"),
		{ rule_usage_encryption, rule_eku_encryption,
		    rule_netscape_mail, rule_validity,
		    rule_address, rule_readable, rule_critical, rule_chain,
		    rule_status },
	},
	[PURPOSE_CA] = {
		"authority", N_("issuing certificates (CA)"),
		N_("authority (CA)"),
		{ rule_authority, rule_usage_issuing, rule_validity,
		    rule_readable, rule_critical, rule_chain, rule_status },
	},
};

static const struct {
	const char	*id, *sentence, *brief;
} reasons[REASON_COUNT] = {
#define REASON(symbol, id, sentence, brief) \
	[REASON_##symbol] = { id, sentence, brief },
#include "cert/reason.def"
#undef REASON
};

static const char *const verdict_ids[] = {
	[VERDICT_NO] = "no", [VERDICT_MAYBE] = "maybe", [VERDICT_YES] = "yes",
	[VERDICT_UNKNOWN] = "unknown",
};

/* The worst that binds; what was not looked at neither spoils nor saves. */
static enum verdict
judge(struct judging *j, enum purpose purpose)
{
	j->worst = VERDICT_UNKNOWN;
	for (rule_fn *const *rule = purposes[purpose].rules; *rule; rule++)
		(*rule)(j);
	return j->worst;
}

void
cert_judge(const struct cert *c, enum purpose purpose, int64_t now,
    struct purpose_verdict *out)
{
	struct judging j = { .c = c, .now = now, .out = out };

	memset(out, 0, sizeof(*out));
	out->purpose = purpose;
	out->verdict = judge(&j, purpose);
	while (out->deciding + 1 < out->nreasons &&
	    out->reasons[out->deciding].verdict != out->verdict)
		out->deciding++;
}

enum verdict
cert_verdict(const struct cert *c, enum purpose purpose, int64_t now)
{
	struct judging j = { .c = c, .now = now };

	return judge(&j, purpose);
}

const char *
purpose_name(enum purpose purpose)
{
	return _(purposes[purpose].name);
}

const char *
purpose_brief(enum purpose purpose)
{
	return _(purposes[purpose].brief);
}

const char *
purpose_id(enum purpose purpose)
{
	return purposes[purpose].id;
}

const char *
reason_sentence(const struct reason *r, char *buf, size_t size)
{
	(void)snprintf(buf, size, _(reasons[r->id].sentence), r->arg);
	return buf;
}

const char *
reason_brief(const struct reason *r, char *buf, size_t size)
{
	(void)snprintf(buf, size, _(reasons[r->id].brief), r->arg);
	return buf;
}

const char *
reason_id(const struct reason *r)
{
	return reasons[r->id].id;
}

const char *
verdict_id(enum verdict verdict)
{
	return verdict_ids[verdict];
}
