/*
 * The certificates that the ready cards hold.  Names are made up and say so;
 * the PESEL numbers in them are valid in form and belong to nobody.
 */
#include "config.h"

#include <openssl/objects.h>

#include "tests/card/mkcert.h"

#define SUBJECT_ROOT \
	{ NID_countryName, "PL", 0, 0 }, \
	{ NID_organizationName, "Przyk\u0142adowy Urz\u0105d Certyfikacji", 0, 0 }, \
	{ NID_commonName, "Urz\u0105d Pr\u00f3bny - korze\u0144", 0, 0 }

#define SUBJECT_LUCJA \
	{ NID_countryName, "PL", 0, 0 }, \
	{ NID_serialNumber, "PNOPL-85010112345", 0, 0 }, \
	{ NID_givenName, "\u0141ucja", 0, 0 }, \
	{ NID_surname, "Przyk\u0142adowa-\u017b\u00f3\u0142\u0107", 0, 0 }, \
	{ NID_commonName, "\u0141ucja Przyk\u0142adowa-\u017b\u00f3\u0142\u0107", \
	    0, 0 }

#define SUBJECT_STEFAN \
	{ NID_countryName, "PL", 0, 0 }, \
	{ NID_serialNumber, "PNOPL-77030355556", 0, 0 }, \
	{ NID_givenName, "Stefan", 0, 0 }, \
	{ NID_surname, "Pr\u00f3bny-\u0179d\u017ab\u0142o", 0, 0 }, \
	{ NID_commonName, "Stefan Pr\u00f3bny-\u0179d\u017ab\u0142o", 0, 0 }

#define WHERE_TO_ASK \
	{ NID_crl_distribution_points, "URI:http://crl.example/urzad.crl" }, \
	{ NID_info_access, "OCSP;URI:http://ocsp.example/," \
	    "caIssuers;URI:http://ca.example/urzad.crt" }

#define QUALIFIED_EXTS \
	{ NID_basic_constraints, "critical,CA:FALSE" }, \
	{ NID_key_usage, "critical,nonRepudiation" }, \
	{ NID_certificate_policies, "0.4.0.194112.1.2" }, \
	WHERE_TO_ASK

#define EMAIL_EXTS(address) \
	{ NID_basic_constraints, "critical,CA:FALSE" }, \
	{ NID_key_usage, "critical,digitalSignature,keyEncipherment" }, \
	{ NID_ext_key_usage, "emailProtection,clientAuth" }, \
	{ NID_subject_alt_name, "email:" address }, \
	WHERE_TO_ASK

#define CA_EXTS \
	{ NID_basic_constraints, "critical,CA:TRUE" }, \
	{ NID_key_usage, "critical,keyCertSign,cRLSign" }

const struct cert_spec cert_specs[] = {
	{
		.name = "root", .key = "root", .from = -1800, .to = 1850,
		.authority = true,
		.subject = { SUBJECT_ROOT }, .exts = { CA_EXTS },
	},
	{
		.name = "card-ca", .key = "card-ca", .issuer = "root",
		.from = -900, .to = 900, .authority = true,
		.subject = {
			{ NID_countryName, "PL", 0, 0 },
			{ NID_organizationName,
			    "Przyk\u0142adowy Urz\u0105d Certyfikacji", 0, 0 },
			{ NID_commonName,
			    "Urz\u0105d Pr\u00f3bny - po\u015bredni", 0, 0 },
		},
		.exts = { CA_EXTS },
	},
	{
		.name = "qualified", .key = "qualified", .issuer = "root",
		.from = -300, .to = 430, .qualified = true,
		.subject = { SUBJECT_LUCJA }, .exts = { QUALIFIED_EXTS },
	},
	{
		.name = "email", .key = "email", .issuer = "card-ca",
		.from = -355, .to = 10, .subject = { SUBJECT_LUCJA },
		.exts = { EMAIL_EXTS("lucja@poczta.example") },
	},
	{
		.name = "expired", .key = "expired", .issuer = "root",
		.from = -800, .to = -70, .qualified = true,
		.subject = { SUBJECT_LUCJA }, .exts = { QUALIFIED_EXTS },
	},
	{
		.name = "future", .key = "future", .issuer = "root",
		.from = 7, .to = 737, .qualified = true,
		.subject = { SUBJECT_LUCJA }, .exts = { QUALIFIED_EXTS },
	},
	{
		.name = "keyless", .key = "keyless", .issuer = "root",
		.from = -100, .to = 265, .subject = { SUBJECT_LUCJA },
		.exts = {
			{ NID_basic_constraints, "critical,CA:FALSE" },
			{ NID_key_usage, "critical,digitalSignature" },
			{ NID_ext_key_usage, "clientAuth" },
			WHERE_TO_ASK,
		},
	},
	{
		.name = "other-qualified", .key = "other-qualified",
		.issuer = "root", .from = -30, .to = 700, .qualified = true,
		.subject = { SUBJECT_STEFAN }, .exts = { QUALIFIED_EXTS },
	},
	{
		.name = "other-email", .key = "other-email",
		.issuer = "card-ca", .from = -30, .to = 335,
		.subject = { SUBJECT_STEFAN },
		.exts = { EMAIL_EXTS("stefan@poczta.example") },
	},
	{
		.name = "many", .key = "many", .issuer = "card-ca",
		.from = -30, .to = 335, .subject = { SUBJECT_STEFAN },
		.exts = { EMAIL_EXTS("stefan@poczta.example") },
	},
	{
		.name = "piv-9a", .key = "ec-piv-9a", .issuer = "card-ca",
		.from = -30, .to = 335, .subject = { SUBJECT_LUCJA },
		.exts = {
			{ NID_basic_constraints, "critical,CA:FALSE" },
			{ NID_key_usage, "critical,digitalSignature" },
			{ NID_ext_key_usage, "clientAuth,msSmartcardLogin" },
			WHERE_TO_ASK,
		},
	},
	{
		.name = "piv-9c", .key = "ec-piv-9c", .issuer = "root",
		.from = -30, .to = 700, .qualified = true,
		.subject = { SUBJECT_LUCJA }, .exts = { QUALIFIED_EXTS },
	},
	{
		.name = "piv-9d", .key = "piv-9d", .issuer = "card-ca",
		.from = -30, .to = 335, .subject = { SUBJECT_LUCJA },
		.exts = { EMAIL_EXTS("lucja@poczta.example") },
	},
	{
		.name = "piv-9e", .key = "ec-piv-9e", .issuer = "card-ca",
		.from = -30, .to = 335, .subject = { SUBJECT_LUCJA },
		.exts = {
			{ NID_basic_constraints, "critical,CA:FALSE" },
			{ NID_key_usage, "critical,digitalSignature" },
		},
	},
	{
		.name = "piv-retired", .key = "ec-piv-retired",
		.issuer = "card-ca", .from = -800, .to = -70,
		.subject = { SUBJECT_LUCJA },
		.exts = { EMAIL_EXTS("lucja@poczta.example") },
	},
	{	/* what a terminal would obey */
		.name = "hostile-escapes", .key = "hostile", .issuer = "card-ca",
		.from = -30, .to = 335,
		.subject = {
			{ NID_countryName, "PL", 0, 0 },
			{ NID_organizationName,
			    "\033]0;zmieniony tytul\007\033[2J\033[31m", 0, 0 },
			{ NID_commonName, "Jan\033[1;1H\b\b\b\r\n\t\x7f\302\233"
			    "31mKropka", 0, 0 },
		},
		.exts = { EMAIL_EXTS("jan@poczta.example") },
	},
	{	/* what makes one read it in another order, or not see it */
		.name = "hostile-bidi", .key = "hostile", .issuer = "card-ca",
		.from = -30, .to = 335,
		.subject = {
			{ NID_countryName, "PL", 0, 0 },
			{ NID_organizationName,
			    "\u2066Urz\u0105d\u2069 \u200b\u200f\ufeff", 0, 0 },
			{ NID_commonName, "Ewa \u202eanzswonzreiwopeN\u202c "
			    "\u041aowalska", 0, 0 },
		},
		.exts = { EMAIL_EXTS("ewa@poczta.example") },
	},
	{	/* a zero inside */
		.name = "hostile-nul", .key = "hostile", .issuer = "card-ca",
		.from = -30, .to = 335,
		.subject = {
			{ NID_countryName, "PL", 0, 0 },
			{ NID_commonName, "Adam\0Ukryty", 11, 0 },
		},
		.exts = { EMAIL_EXTS("adam@poczta.example") },
	},
	{	/*
		 * What is not UTF-8 and says it is: OpenSSL neither makes
		 * nor reads such a name, so it is put in afterwards.
		 */
		.name = "hostile-utf8", .key = "hostile", .issuer = "card-ca",
		.from = -30, .to = 335,
		.subject = {
			{ NID_countryName, "PL", 0, 0 },
			{ NID_commonName, "NOT-UTF8+", 0, 0 },
		},
		.exts = { EMAIL_EXTS("urwany@poczta.example") },
		.instead = { "NOT-UTF8+", "\303\050\377\355\240\200\300\200\305" },
	},
	{	/* ten thousand letters */
		.name = "hostile-long", .key = "hostile", .issuer = "card-ca",
		.from = -30, .to = 335,
		.subject = {
			{ NID_countryName, "PL", 0, 0 },
			{ NID_commonName, "\u017b\u00f3\u0142\u0107a", 0, 2000 },
		},
		.exts = { EMAIL_EXTS("dlugi@poczta.example") },
	},
	{	/* about 64 KiB */
		.name = "big", .key = "hostile", .issuer = "card-ca",
		.from = -30, .to = 335, .ballast = 64000,
		.subject = { SUBJECT_STEFAN },
		.exts = { EMAIL_EXTS("stefan@poczta.example") },
	},
};

const size_t cert_nspecs = sizeof(cert_specs) / sizeof(cert_specs[0]);
