#include "config.h"

#include "ui/cert_out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cert/issued.h"
#include "ui/recwords.h"
#include "ui/words.h"

#define LIST_TEXT	2048	/* bytes of a joined list; more is cut when shown */

/* --- standing ------------------------------------------------------------ */

void
cert_stand(const struct cmd *cmd, const struct cert *cert, int64_t now,
    struct cert_standing *st)
{
	enum purpose		 p;

	memset(st, 0, sizeof(*st));
	st->authority = cert_authority(cert, &cmd->authorities, &st->by);
	cert_validity_by(cert, now, &cmd->conf, st->authority, &st->validity);
	for (p = 0; p < PURPOSE_COUNT; p++)
		cert_judge(cert, p, now, &st->purposes[p]);
}

enum exit_code
cert_exit(const struct cert *cert, const struct cert_standing *st)
{
	if (cert->odd != 0)
		return EXIT_WRONG;
	return st->validity.state == VALID_NOW ||
	    st->validity.state == VALID_ENDING ? EXIT_FINE : EXIT_WRONG;
}

/* --- pieces of text ------------------------------------------------------ */

static void
join(char *buf, size_t size, const char *sep, const char *more)
{
	size_t	 len = strlen(buf);

	snprintf(buf + len, size - len, "%s%s", len > 0 ? sep : "", more);
}

/* "PNOPL-44******359": whose number it is stays, the number is masked. */
static const char *
masked_id(const char *id, char *buf, size_t size)
{
	size_t	 kind = strcspn(id, "-:");

	if (id[kind] == '\0' || kind + 1 >= size)
		return text_mask(id, buf, size);
	memcpy(buf, id, kind + 1);
	text_mask(id + kind + 1, buf + kind + 1, size - kind - 1);
	return buf;
}

/* A name as it stands, but what identifies a person masked. */
static const char *
attr_text(const struct cert_attr *a, bool whole, char *buf, size_t size)
{
	if (!whole && strcmp(a->oid, "2.5.4.5") == 0)
		return masked_id(a->value, buf, size);
	return words_attr(a, !whole, buf, size);
}

static const char *
name_text(const struct cert_name *name, bool whole, char *buf, size_t size)
{
	const struct cert_attr	*a;
	char			 masked[480], one[512];

	buf[0] = '\0';
	for (a = name->attrs; a < name->attrs + name->nattrs; a++) {
		snprintf(one, sizeof(one), "%s=%s", a->name,
		    attr_text(a, whole, masked, sizeof(masked)));
		join(buf, size, ", ", one);
	}
	return buf;
}

static const char *
list_text(char *const *v, size_t n, char *buf, size_t size)
{
	size_t	 i;

	buf[0] = '\0';
	for (i = 0; i < n; i++)
		join(buf, size, ", ", v[i]);
	return buf;
}

/* keyUsage in the words of RFC 5280, which are the same in every language. */
static const char *
usage_text(unsigned ku, char *buf, size_t size)
{
	static const char *const names[] = {
		"digitalSignature", "nonRepudiation", "keyEncipherment",
		"dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign",
		"encipherOnly", "decipherOnly"
	};
	size_t	 i;

	buf[0] = '\0';
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (ku & (1u << i))
			join(buf, size, ", ", names[i]);
	return buf;
}

static const char *
san_text(const struct cert *cert, bool whole, char *buf, size_t size)
{
	static const char *const kinds[] = {
		[SAN_EMAIL] = "email", [SAN_DNS] = "DNS", [SAN_URI] = "URI",
		[SAN_UPN] = "UPN", [SAN_IP] = "IP", [SAN_DIRNAME] = "DirName",
		[SAN_OTHER] = "other",
	};
	char	 one[512], masked[480];
	size_t	 i;

	buf[0] = '\0';
	for (i = 0; i < cert->nsan; i++) {
		const struct cert_san	*san = &cert->san[i];

		snprintf(one, sizeof(one), "%s:%s", kinds[san->kind],
		    words_san(san, !whole, masked, sizeof(masked)));
		join(buf, size, ", ", one);
	}
	return buf;
}

static const char *
key_text(const struct cert *cert, char *buf, size_t size)
{
	static const char *const types[] = {
		[KEY_UNKNOWN] = N_("unknown key type"), [KEY_RSA] = "RSA",
		[KEY_EC] = "EC", [KEY_ED25519] = "Ed25519",
		[KEY_ED448] = "Ed448", [KEY_DSA] = "DSA",
	};
	char	 one[64];

	snprintf(buf, size, "%s", _(types[cert->key_type]));
	if (cert->key_bits > 0) {
		snprintf(one, sizeof(one), "%u", cert->key_bits);
		join(buf, size, " ", one);
	}
	if (cert->key_curve != NULL)
		join(buf, size, " ", cert->key_curve);
	join(buf, size, ", ", cert->signature_alg);
	return buf;
}

static const char *
qc_text(const struct cert_qc *qc, char *buf, size_t size)
{
	static const struct { unsigned bit; const char *name; } types[] = {
		{ QC_TYPE_ESIGN, "esign" }, { QC_TYPE_ESEAL, "eseal" },
		{ QC_TYPE_WEB, "web" },
	};
	char	 one[128];
	size_t	 i;

	buf[0] = '\0';
	if (qc->compliance)
		join(buf, size, ", ", "QcCompliance");
	if (qc->sscd)
		join(buf, size, ", ", "QcSSCD");
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (qc->types & types[i].bit) {
			snprintf(one, sizeof(one), "QcType %s", types[i].name);
			join(buf, size, ", ", one);
		}
	if (qc->has_limit) {
		snprintf(one, sizeof(one), "QcLimitValue %lld*10^%d %s",
		    (long long)qc->limit_amount, qc->limit_exponent,
		    qc->limit_currency);
		join(buf, size, ", ", one);
	}
	if (qc->retention_years >= 0) {
		snprintf(one, sizeof(one), "QcRetentionPeriod %d",
		    qc->retention_years);
		join(buf, size, ", ", one);
	}
	return buf;
}

/* --- for people ---------------------------------------------------------- */

enum label {
	L_HOLDER, L_ISSUER, L_AUTHORITY, L_SERIAL, L_DECIMAL, L_VALID, L_STATE,
	L_RENEW, L_KEY, L_USAGE, L_EXTENDED, L_ADDRESSES, L_POLICIES, L_QC,
	L_CA, L_OCSP, L_CRL, L_HASH, L_ODD, L_COUNT
};

/* One column for all of a certificate's labels. */
static const char *const labels[L_COUNT + 1] = {
	[L_HOLDER] = N_("holder"),
	[L_ISSUER] = N_("issuer"),
	[L_AUTHORITY] = N_("authority"),
	[L_SERIAL] = N_("serial number"),
	[L_DECIMAL] = N_("in decimal"),
	[L_VALID] = N_("valid"),
	[L_STATE] = N_("today"),
	[L_RENEW] = N_("renew"),
	[L_KEY] = N_("key"),
	[L_USAGE] = N_("key usage"),
	[L_EXTENDED] = N_("extended usage"),
	[L_ADDRESSES] = N_("other names"),
	[L_POLICIES] = N_("policies"),
	[L_QC] = N_("qualified"),
	[L_CA] = N_("may issue"),
	[L_OCSP] = N_("status (OCSP)"),
	[L_CRL] = N_("status (CRL)"),
	[L_HASH] = N_("SHA-256"),
	[L_ODD] = N_("odd"),
};

#define field(out, l, ...) out_field(out, _(labels[l]), __VA_ARGS__)

/* A field only where there is something to say. */
static void
field_if(struct out *out, enum label l, const char *text, const char *more)
{
	if (text[0] != '\0')
		field(out, l, "%s%s", text, more);
}

static void
print_issuer(struct out *out, const struct cert *cert,
    const struct cert_standing *st, bool whole)
{
	char	 text[LIST_TEXT];

	field(out, L_ISSUER, "%s", name_text(&cert->issuer, whole, text,
	    sizeof(text)));
	if (st->authority == NULL)
		return;
	field(out, L_AUTHORITY, st->by == AUTHORITY_BY_NAME ?
	    _("%s (by its name only)") : "%s", st->authority->name);
}

/* Digits in fives, as they are read aloud. */
static const char *
grouped(const char *digits, char *buf, size_t size)
{
	size_t	 n, at = 0;

	for (n = 0; digits[n] != '\0' && at + 2 < size; n++) {
		if (n > 0 && n % 5 == 0)
			buf[at++] = ' ';
		buf[at++] = digits[n];
	}
	buf[at] = '\0';
	return buf;
}

static void
print_serial(struct out *out, const struct cert *cert)
{
	char	 hex[3 * CERT_SERIAL_MAX + 1], dec[4 * CERT_SERIAL_MAX];

	field(out, L_SERIAL, "%s", text_hex(cert->serial, cert->serial_len, 2,
	    hex, sizeof(hex)));
	field(out, L_DECIMAL, "%s", grouped(cert->serial_dec, dec,
	    sizeof(dec)));
}

static void
print_times(struct out *out, const struct cert *cert,
    const struct validity_view *v)
{
	char	 from[32], to[32], word[64];

	field(out, L_VALID, _("%s to %s"),
	    words_time(cert->not_before, from, sizeof(from)),
	    words_time(cert->not_after, to, sizeof(to)));
	field(out, L_STATE, "%s", validity_word(v, word, sizeof(word)));
	if (v->renewable)
		field(out, L_RENEW,
		    _("from %04d-%02d-%02d; last safe day %04d-%02d-%02d"),
		    v->renew_from.year, v->renew_from.month, v->renew_from.day,
		    v->last_safe.year, v->last_safe.month, v->last_safe.day);
}

static void
print_extensions(struct out *out, const struct cert *cert, bool whole)
{
	const char	*critical = _(" (critical)");
	char		 text[LIST_TEXT];

	if (cert->has_ku)
		field_if(out, L_USAGE, usage_text(cert->ku, text, sizeof(text)),
		    cert->ku_critical ? critical : "");
	field_if(out, L_EXTENDED, list_text(cert->eku, cert->neku, text,
	    sizeof(text)), cert->eku_critical ? critical : "");
	field_if(out, L_ADDRESSES, san_text(cert, whole, text,
	    sizeof(text)), "");
	field_if(out, L_POLICIES, list_text(cert->policies, cert->npolicies,
	    text, sizeof(text)), "");
	if (cert->qc.present)
		field_if(out, L_QC, qc_text(&cert->qc, text, sizeof(text)), "");
	if (cert->is_ca)
		field(out, L_CA, cert->path_len >= 0 ?
		    _("certificates, and %d levels of issuers below") :
		    _("certificates"), cert->path_len);
	field_if(out, L_OCSP, list_text(cert->ocsp, cert->nocsp, text,
	    sizeof(text)), "");
	field_if(out, L_CRL, list_text(cert->cdp, cert->ncdp, text,
	    sizeof(text)), "");
}

static void
print_oddities(struct out *out, const struct cert *cert)
{
	char		 hex[2 * 32 + 16];
	unsigned	 bit;

	field(out, L_HASH, "%s", text_hex(cert->sha256, sizeof(cert->sha256), 8,
	    hex, sizeof(hex)));
	for (bit = 1; bit != 0 && bit <= cert->odd; bit <<= 1)
		if (cert->odd & bit)
			field(out, L_ODD, "%s", cert_oddity(bit));
}

/* Verdict first, as a word; then the purpose; then why. */
static void
print_purposes(struct out *out, const struct cert_standing *st)
{
	static const char *const words[] = {
		[VERDICT_NO] = N_("no"), [VERDICT_MAYBE] = N_("perhaps"),
		[VERDICT_YES] = N_("yes"), [VERDICT_UNKNOWN] = N_("not known"),
	};
	const struct purpose_verdict	*p;
	const char			*names[PURPOSE_COUNT + 1];
	char				 why[512];
	size_t				 i;

	for (i = 0; i < PURPOSE_COUNT; i++)
		names[i] = purpose_name((enum purpose)i);
	names[i] = NULL;
	out_column(out, names);
	out_line(out, 0, "%s", _("Good for"));
	for (p = st->purposes; p < st->purposes + PURPOSE_COUNT; p++)
		out_field(out, purpose_name(p->purpose), "%s%s%s",
		    _(words[p->verdict]), p->nreasons > 0 ? ": " : "",
		    p->nreasons > 0 ? reason_sentence(&p->reasons[p->deciding],
		    why, sizeof(why)) : "");
}

void
cert_print(struct out *out, const struct cert *cert,
    const struct cert_standing *st, bool whole)
{
	char	 text[LIST_TEXT], name[512];

	out_column(out, labels);
	out_line(out, 2, "%s · %s", words_text(cert_holder(cert), !whole, name,
	    sizeof(name)), cert_list_purpose(cert, text, sizeof(text)));
	field(out, L_HOLDER, "%s", name_text(&cert->subject, whole, text,
	    sizeof(text)));
	print_issuer(out, cert, st, whole);
	print_serial(out, cert);
	print_times(out, cert, &st->validity);
	field(out, L_KEY, "%s", key_text(cert, text, sizeof(text)));
	print_extensions(out, cert, whole);
	print_oddities(out, cert);
	print_purposes(out, st);
}

void
cert_print_line(struct out *out, const struct cert *cert,
    const struct cert_standing *st)
{
	char	 purpose[256], day[32], word[64], name[512];

	out_line(out, 6, _("    %s · %s · to %s · %s"),
	    words_text(cert_holder(cert), true, name, sizeof(name)),
	    cert_list_purpose(cert, purpose, sizeof(purpose)),
	    recwords_day(cert->not_after, day, sizeof(day)),
	    validity_word(&st->validity, word, sizeof(word)));
}
