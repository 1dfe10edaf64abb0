/* What identifies a person does not get into the registry inside other texts. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "registry/scrub.h"

static const struct record_ident own[] = {
	{ ID_PAS, "PL", (char *)"ZS9000177" },
	{ ID_OTHER, "", (char *)"EMP-77/12" },
	{ ID_OTHER, "", (char *)"1" },
	{ ID_OTHER, "", (char *)"KOWALSKI" },
};

#define NOWN	(sizeof own / sizeof *own)

/* NULL: as it was. */
static const struct {
	const char	*in, *out;
} texts[] = {
	{ "", NULL },
	{ "Ewa Żółć-Łęcka", NULL },
	{ "JAN KOWALSKI 44051401359", "JAN KOWALSKI ***********" },
	{ "44051401359", "***********" },
	/* Mistyped, but eleven digits are a PESEL to whoever reads them. */
	{ "Jan 44051401358", "Jan ***********" },
	{ "PNOPL-44051401359", "PNOPL-***********" },
	{ "2 44051401359 3", "2 *********** 3" },
	{ "Jan 440514-01359.", "Jan ************." },
	{ "Jan 44 05 14 01359", "Jan **************" },
	{ "x0044051401359000", "x00***********000" },
	{ "NIP 123-456-32-18", "NIP *************" },
	{ "VATPL-1234563218", "VATPL-**********" },
	{ "nr 1234563219", NULL },
	{ "tel. 22 123 45 67", NULL },
	{ "12345678901234567890", NULL },
	{ "ewa.zolc@przyklad.pl", "e*****@przyklad.pl" },
	{ "Ewa <ewa@przyklad.pl>, A", "Ewa <e*****@przyklad.pl>, A" },
	{ "E=ewa+x@przyklad.pl, C=PL", "E=e*****@przyklad.pl, C=PL" },
	{ "E=ewa\\+x@przyklad.pl", "E=e*****@przyklad.pl" },
	{ "łęcka@przykład.example", "ł*****@przykład.example" },
	{ "\"ewa z\"@przyklad.pl", "*****@przyklad.pl" },
	{ "a@b.pl c@d.pl", "*****@b.pl *****@d.pl" },
	{ "a*****@b.pl ewa@d.pl", "a*****@b.pl e*****@d.pl" },
	{ "****@b.pl", "******@b.pl" },
	{ "44051401359@przyklad.pl", "4*****@przyklad.pl" },
	{ "me @ home", NULL },
	{ "@", NULL },
	{ "@@", NULL },
	{ "paszport ZS9000177!", "paszport *********!" },
	{ "zs 9000177", "**********" },
	{ "EMP-77/12 i emp7712", "********* i *******" },
	{ "KOWALSKI 1", NULL },
	/* What its reader takes for a number or an address is one. */
	{ "820101\u00a034564", "************" },
	{ "82 01 01\u202f345\u200764", "***************" },
	{ "x 820101\u200b34564", "x ************" },
	{ "8\u00ad20101345\ufeff64\u2060", "**************" },
	{ "８２０１０１３４５６４, PL", "***********, PL" },
	{ "٨٢٠١٠١٣٤٥٦٤", "***********" },
	{ "820101_34564", "************" },
	{ "820101–34564", "************" },
	{ "NIP 123\u00a0456\u00a032\u00a018", "NIP *************" },
	{ "ewelina%40dom.example", "e*****%40dom.example" },
	{ "user＠poczta.example", "u*****＠poczta.example" },
	{ "Ewa\u00a0łęcka@poczta.example", "Ewa\u00a0ł*****@poczta.example" },
	{ "łuc\u200bja＠poczta.example", "ł*****＠poczta.example" },
	{ "100%40", NULL },
	{ "Łęcka\u00a0– Żółć\u200b", NULL },
	{ "8201\xc2", NULL },
	{ "\xe2\x80", NULL },
	/* Documents: where they are called so, or by the check digit. */
	{ "Paszport nr CD7654321", "Paszport nr *********" },
	{ "paszportu: cd-7654321", "paszportu: **********" },
	{ "dowód osobisty ABC 123456", "dowód osobisty **********" },
	{ "seria i numer ABC123456.", "seria i numer *********." },
	{ "EH0123456", "*********" },
	{ "Jan EH0123456, ABC523456", "Jan *********, *********" },
	{ "ＥH 0123456", NULL },
	{ "EH\u00a0０１２３４５６", "**********" },
	{ "EH0123457", NULL },
	/* And not where something else is meant. */
	{ "seria AB123456", "seria ********" },
	{ "serial AB123456", NULL },
	{ "numer seryjny AB1234567", NULL },
	{ "zamówienie nr EH0123456", NULL },
	{ "ZAM123456", NULL },
	{ "nr AB123456", NULL },
	{ "nr 1234567", NULL },
	{ "ABCD0123456 nr A123456", NULL },
};

static void
masks_texts(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof texts / sizeof *texts; i++) {
		char *out = scrub_text(texts[i].in, own, NOWN);
		char *again = scrub_text(out, own, NOWN);

		assert_string_equal(out, texts[i].out != NULL ? texts[i].out :
		    texts[i].in);
		assert_string_equal(again, out);
		free(out);
		free(again);
	}
	assert_null(scrub_text(NULL, own, NOWN));
}

static void
knows_telling_addresses(void **state)
{
	static const struct {
		const char	*url;
		bool		 tells;
	} urls[] = {
		{ "http://crl.example.org/q.crl", false },
		{ "http://crl.example.org/1234563218.crl", false },
		{ "http://crl.example.org/EH0123456.crl", false },
		{ "http://crl.example.org/820101%C2%A034564.crl", true },
		{ "http://crl.example.org/44051401359.crl", true },
		{ "http://crl.example.org/440514%2D01359.crl", true },
		{ "http://ocsp.example.org/?u=ewa@example.org", true },
		{ "http://ocsp.example.org/?u=ewa%40example.org", true },
		{ "http://ocsp.example.org/ZS9000177", true },
		{ "ldap://x/cn=EMP-77%2f12", true },
		{ "http://ocsp.example.org/100%", false },
		{ "http://10.0.0.7:8080/440514/01359", true },
		{ "http://44051401359:80/", true },
		{ "http://440.514.013.59/", true },
	};
	char url[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof urls / sizeof *urls; i++)
		if (scrub_url_tells(urls[i].url, own, NOWN) != urls[i].tells)
			fail_msg("%s", urls[i].url);
	/* A machine is nobody, whatever its digits add up to. */
	for (i = 1; i <= UINT16_MAX; i++) {
		snprintf(url, sizeof url, "http://127.0.0.1:%zu/ca.crl", i);
		if (scrub_url_tells(url, own, NOWN))
			fail_msg("%s", url);
	}
}

static void
masks_names(void **state)
{
	static const char *const names[] = { "Ewa Żółć-Łęcka", NULL, "Ex",
	    "JAN KOWALSKI", "Żaneta Brzęczyszczykiewicz", "Ковальчук" };
	static const struct {
		const char	*in, *out;
	} reasons[] = {
		{ "wniosek", "wniosek" },
		{ "Wniosek p. Ewy, EWA zolc", "Wniosek p. ***, *** ****" },
		{ "pani Łęcka prosi", "pani ***** prosi" },
		{ "ex", "ex" },
		{ "Ewelinowicz", "Ewelinowicz" },
		{ "wniosek Jana Kowalskiego z 28.11",
		    "wniosek **** *********** z 28.11" },
		{ "Janowi Kowalskiemu, z Kowalską",
		    "****** ***********, z ********" },
		{ "Żanety Łęckiej-Brzęczyszczykiewicz",
		    "****** *******-*******************" },
		{ "p. Jana\u00a0Kowalskiego", "p. ****************" },
		{ "прошу Ковальчукові", "прошу ************" },
		{ "kowa, Kowalewska", "kowa, **********" },
		{ "styczeń i kow", "styczeń i kow" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof reasons / sizeof *reasons; i++) {
		char *out = scrub_names(reasons[i].in, names,
		    sizeof names / sizeof *names);

		assert_string_equal(out, reasons[i].out);
		free(out);
	}
	assert_null(scrub_names(NULL, names, 3));
}

static void
masks_a_record(void **state)
{
	struct record r;

	(void)state;
	record_init(&r);
	r.holder = mem_strdup("Jan ZS9000177");
	r.org = mem_strdup("jan@example.org");
	r.issuer.line = mem_strdup("CN=Jan, serialNumber=PNOPL-44051401359");
	r.ocsp = mem_strdup("http://ocsp.example.org/");
	r.cdp = mem_strdup("http://crl.example.org/ZS9000177");
	r.order = mem_strdup("zs 9000177");
	r.id_mask = mem_strdup("dok. ZS9000177");
	r.email_mask = mem_strdup("j*****@example.org");
	r.idents[0].kind = ID_PAS;
	r.idents[0].value = mem_strdup("ZS9000177");
	r.nidents = 1;
	scrub_record(&r);
	assert_string_equal(r.holder, "Jan *********");
	assert_string_equal(r.org, "j*****@example.org");
	assert_string_equal(r.issuer.line,
	    "CN=Jan, serialNumber=PNOPL-***********");
	assert_string_equal(r.ocsp, "http://ocsp.example.org/");
	assert_null(r.cdp);
	assert_null(r.order);
	assert_null(r.id_mask);
	assert_string_equal(r.email_mask, "j*****@example.org");
	record_clear(&r);
}

/* What is masked is found by, as it is read. */
static void
finds_what_is_seen(void **state)
{
	struct record r;

	(void)state;
	record_init(&r);
	scrub_find_idents(&r, "Jan 820101\u200b34564 ewa＠dom.example");
	scrub_find_idents(&r, "Jan 82010134564");
	assert_int_equal(r.nidents, 2);
	assert_string_equal(r.idents[0].value, "ewa@dom.example");
	assert_string_equal(r.idents[1].value, "82010134564");
	record_clear(&r);
}

/* Orders are numbered: what is no PESEL is kept whatever its length. */
static void
keeps_orders(void **state)
{
	static const struct {
		const char	*order;
		bool		 kept;
	} orders[] = {
		{ "12345678901", true }, { "2026/12345678901", true },
		{ "90044051401359", true }, { "1234567890", true },
		{ "44051401359", false }, { "nr 440514-01359", false },
		{ "jan@example.org", false }, { "7-ZS 9000177", false },
	};
	struct record r;

	(void)state;
	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
		record_init(&r);
		r.order = mem_strdup(orders[i].order);
		r.idents[0].kind = ID_PAS;
		r.idents[0].value = mem_strdup("ZS9000177");
		r.nidents = 1;
		scrub_record(&r);
		if (orders[i].kept)
			assert_string_equal(r.order, orders[i].order);
		else
			assert_null(r.order);
		record_clear(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(masks_texts),
		cmocka_unit_test(knows_telling_addresses),
		cmocka_unit_test(masks_names),
		cmocka_unit_test(masks_a_record),
		cmocka_unit_test(finds_what_is_seen),
		cmocka_unit_test(keeps_orders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
