/* QCStatements: RFC 3739 3.2.6, ETSI EN 319 412-5. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cert/der.h"
#include "cert/parts.h"

#define RETENTION_YEARS_MAX	1000
#define EXPONENT_MAX		18

/* The statement's information, which is empty where there is none. */
typedef int qc_fn(struct span info, struct cert *);

static int
read_compliance(struct span info, struct cert *c)
{
	(void)info;
	c->qc.compliance = true;
	return 0;
}

static int
read_sscd(struct span info, struct cert *c)
{
	(void)info;
	c->qc.sscd = true;
	return 0;
}

/* MonetaryValue: the currency is three letters or its ISO 4217 number. */
static int
read_limit(struct span info, struct cert *c)
{
	struct span seq, amount, exponent;
	struct der currency;
	int64_t units, power, number;
	char text[4] = "";

	if (der_enter(&info, DER_SEQUENCE, &seq) != 0 ||
	    der_next(&seq, &currency) != 0 ||
	    der_enter(&seq, DER_INTEGER, &amount) != 0 ||
	    der_enter(&seq, DER_INTEGER, &exponent) != 0 ||
	    der_int64(amount, &units) != 0 || der_int64(exponent, &power) != 0)
		return -1;
	if (power < -EXPONENT_MAX || power > EXPONENT_MAX)
		return -1;
	if (currency.tag == DER_PRINTABLE && currency.body.len == 3) {
		for (size_t i = 0; i < 3; i++) {
			if (currency.body.p[i] < 'A' || currency.body.p[i] > 'Z')
				return -1;
			text[i] = (char)currency.body.p[i];
		}
	} else if (currency.tag == DER_INTEGER &&
	    der_int64(currency.body, &number) == 0 && number >= 1 &&
	    number <= 999)
		(void)snprintf(text, sizeof(text), "%03" PRId64, number);
	else
		return -1;
	memcpy(c->qc.limit_currency, text, sizeof(text));
	c->qc.limit_amount = units;
	c->qc.limit_exponent = (int)power;
	c->qc.has_limit = true;
	return 0;
}

static int
read_retention(struct span info, struct cert *c)
{
	struct span years;
	int64_t n;

	if (der_enter(&info, DER_INTEGER, &years) != 0 ||
	    der_int64(years, &n) != 0 || n < 0 || n > RETENTION_YEARS_MAX)
		return -1;
	c->qc.retention_years = (int)n;
	return 0;
}

/* "en https://..."; by hand, as printf takes longer than all that was read. */
static char *
pds_line(const char *lang, const char *addr)
{
	size_t n = strlen(lang), len = strlen(addr);
	char *line = mem_alloc(n + len + 2);

	memcpy(line, lang, n);
	line[n] = ' ';
	memcpy(line + n + 1, addr, len + 1);
	return line;
}

/* PdsLocations: SEQUENCE OF { url IA5String, language PrintableString } */
static int
read_pds(struct span info, struct cert *c)
{
	struct span seq, one;
	struct der url, language;

	if (der_enter(&info, DER_SEQUENCE, &seq) != 0)
		return -1;
	while (seq.len > 0) {
		char *lang, *addr;

		if (der_enter(&seq, DER_SEQUENCE, &one) != 0 ||
		    der_next(&one, &url) != 0 || der_next(&one, &language) != 0)
			return -1;
		lang = asn1_text(language.tag, language.body, language.whole,
		    &c->odd);
		addr = asn1_text(url.tag, url.body, url.whole, &c->odd);
		cert_list_add(&c->qc.pds, &c->qc.npds,
		    pds_line(lang, addr), &c->odd);
		free(lang);
		free(addr);
	}
	return 0;
}

static int
read_types(struct span info, struct cert *c)
{
	static const struct {
		const char	*oid;
		unsigned	 bit;
	} types[] = {
		{ "0.4.0.1862.1.6.1", QC_TYPE_ESIGN },
		{ "0.4.0.1862.1.6.2", QC_TYPE_ESEAL },
		{ "0.4.0.1862.1.6.3", QC_TYPE_WEB },
	};
	char oid[DER_OID_TEXT_MAX];
	struct span seq, one;

	if (der_enter(&info, DER_SEQUENCE, &seq) != 0)
		return -1;
	while (seq.len > 0) {
		if (der_enter(&seq, DER_OID, &one) != 0 ||
		    der_oid(one, oid) != 0)
			return -1;
		for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
			if (strcmp(oid, types[i].oid) == 0)
				c->qc.types |= types[i].bit;
		}
	}
	return 0;
}

/* QcCClegislation: SEQUENCE OF two-letter codes. */
static int
read_countries(struct span info, struct cert *c)
{
	char text[CERT_LIST_MAX * 3] = "";
	size_t len = 0;
	struct span seq, one;

	if (der_enter(&info, DER_SEQUENCE, &seq) != 0)
		return -1;
	while (seq.len > 0) {
		if (der_enter(&seq, DER_PRINTABLE, &one) != 0 || one.len != 2 ||
		    one.p[0] < 'A' || one.p[0] > 'Z' || one.p[1] < 'A' ||
		    one.p[1] > 'Z')
			return -1;
		if (len + 4 > sizeof(text)) {
			c->odd |= ODD_LIST_CUT;
			break;
		}
		if (len > 0)
			text[len++] = ' ';
		text[len++] = (char)one.p[0];
		text[len++] = (char)one.p[1];
	}
	free(c->qc.countries);
	c->qc.countries = mem_strndup(text, len);
	return 0;
}

static const struct {
	const char	*oid;
	qc_fn		*read;
} statements[] = {
	{ "0.4.0.1862.1.1", read_compliance },
	{ "0.4.0.1862.1.2", read_limit },
	{ "0.4.0.1862.1.3", read_retention },
	{ "0.4.0.1862.1.4", read_sscd },
	{ "0.4.0.1862.1.5", read_pds },
	{ "0.4.0.1862.1.6", read_types },
	{ "0.4.0.1862.1.7", read_countries },
};

/* Statements that are not known are of no concern here. */
static int
read_statement(struct span statement, struct cert *c)
{
	char oid[DER_OID_TEXT_MAX];
	struct span id;

	if (der_enter(&statement, DER_OID, &id) != 0)
		return -1;
	(void)der_oid(id, oid);
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		if (strcmp(oid, statements[i].oid) == 0)
			return statements[i].read(statement, c);
	}
	return 0;
}

int
qc_parse(struct span value, struct cert *c)
{
	struct span seq, statement;
	int ret = 0;

	if (der_enter(&value, DER_SEQUENCE, &seq) != 0 || value.len != 0)
		return -1;
	c->qc.present = true;
	while (seq.len > 0) {
		if (der_enter(&seq, DER_SEQUENCE, &statement) != 0)
			return -1;
		/* One that cannot be read does not take the others along. */
		if (read_statement(statement, c) != 0)
			ret = -1;
	}
	return ret;
}
