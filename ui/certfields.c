#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "ui/certpage.h"
#include "ui/words.h"

static void
say_name(struct page *page, const char *heading, const struct cert_name *n,
    bool masked)
{
	char hidden[1024];

	page_heading(page, heading);
	for (size_t i = 0; i < n->nattrs; i++) {
		const struct cert_attr *a = &n->attrs[i];

		page_field(page, a->name, STYLE_TEXT,
		    words_attr(a, masked, hidden, sizeof(hidden)));
	}
}

static void
say_list(struct page *page, const char *label, char *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		page_field(page, i == 0 ? label : "", STYLE_TEXT, v[i]);
}

static void
say_usage(struct page *page, const struct cert *c)
{
	char text[512], bits[256];

	cert_ku_text(c->ku, bits, sizeof(bits));
	snprintf(text, sizeof(text), c->ku_critical ? "%s (%s)" : "%s", bits,
	    _("critical"));
	page_field(page, _("key usage"), STYLE_TEXT, c->has_ku ? text :
	    _("not restricted"));
	if (c->has_eku)
		say_list(page, _("extended usage"), c->eku, c->neku);
	else
		page_field(page, _("extended usage"), STYLE_TEXT,
		    _("not restricted"));
	say_list(page, _("policies"), c->policies, c->npolicies);
	if (c->is_ca && c->path_len >= 0) {
		snprintf(text, sizeof(text), "%d", c->path_len);
		page_field(page, _("path length"), STYLE_TEXT, text);
	}
}

static void
say_names(struct page *page, const struct cert *c, bool masked)
{
	static const char *const kinds[] = {
		[SAN_EMAIL] = N_("e-mail"), [SAN_DNS] = "DNS",
		[SAN_URI] = "URI", [SAN_UPN] = "UPN", [SAN_IP] = "IP",
		[SAN_DIRNAME] = N_("other name"), [SAN_OTHER] = N_("other name"),
	};
	char hidden[1024];

	for (size_t i = 0; i < c->nsan; i++) {
		const struct cert_san *s = &c->san[i];

		page_field(page, _(kinds[s->kind]), STYLE_TEXT,
		    words_san(s, masked, hidden, sizeof(hidden)));
	}
}

static void
say_qc(struct page *page, const struct cert_qc *qc)
{
	char text[128];

	if (!qc->present)
		return;
	page_heading(page, _("Qualified certificate statements"));
	page_field(page, _("qualified"), STYLE_TEXT, qc->compliance ?
	    _("yes (QcCompliance)") : _("not stated"));
	page_field(page, _("key in a QSCD"), STYLE_TEXT, qc->sscd ?
	    _("yes (QcSSCD)") : _("not stated"));
	snprintf(text, sizeof(text), "%s%s%s",
	    qc->types & QC_TYPE_ESIGN ? _("signature ") : "",
	    qc->types & QC_TYPE_ESEAL ? _("seal ") : "",
	    qc->types & QC_TYPE_WEB ? _("web site") : "");
	page_field(page, _("kind"), STYLE_TEXT, text);
	if (qc->has_limit) {
		snprintf(text, sizeof(text), qc->limit_exponent != 0 ?
		    "%lld × 10^%d %s" : "%lld%.0d %s",
		    (long long)qc->limit_amount, qc->limit_exponent,
		    qc->limit_currency);
		page_field(page, _("limit"), STYLE_TEXT, text);
	}
	if (qc->retention_years >= 0) {
		snprintf(text, sizeof(text), P_("%d year", "%d years",
		    qc->retention_years), qc->retention_years);
		page_field(page, _("records kept"), STYLE_TEXT, text);
	}
	page_field(page, _("countries"), STYLE_TEXT, qc->countries);
	say_list(page, _("terms (PDS)"), qc->pds, qc->npds);
}

static void
say_prints(struct page *page, const struct cert *c)
{
	char hex[sizeof(c->sha256) * 3];

	page_heading(page, _("Addresses and fingerprints"));
	say_list(page, "CRL", c->cdp, c->ncdp);
	say_list(page, "OCSP", c->ocsp, c->nocsp);
	say_list(page, _("issuer's"), c->issuers, c->nissuers);
	page_field(page, _("signed with"), STYLE_TEXT, c->signature_alg);
	page_field(page, _("subject key"), STYLE_TEXT, c->ski);
	page_field(page, _("issuer's key"), STYLE_TEXT, c->aki);
	page_field(page, "SHA-256", STYLE_TEXT, text_hex(c->sha256,
	    sizeof(c->sha256), 2, hex, sizeof(hex)));
}

void
certfields_say(struct page *page, const struct certpage *p)
{
	say_names(page, p->cert, p->masked);
	say_usage(page, p->cert);
	say_qc(page, &p->cert->qc);
	say_name(page, _("Holder, as it stands"), &p->cert->subject, p->masked);
	say_name(page, _("Issuer, as it stands"), &p->cert->issuer,
	    p->masked);
	say_prints(page, p->cert);
}
