/*
 * The certificates that tests share.  All names and numbers are made up; the
 * PESEL and NIP have right check digits where the profile does not say wrong.
 */
#include "config.h"

#include "tests/unit/certmake.h"

#include <string.h>

#include "cert/der.h"

/* --- names ------------------------------------------------------------- */

#define UTF8(o, v)	{ .oid = (o), .value = (v) }
#define TAGGED(o, t, v)	{ .oid = (o), .value = (v), .tag = (t) }
#define BYTES(o, t, v)	{ .oid = (o), .value = (v), .len = sizeof(v) - 1, \
			  .tag = (t) }
#define JOINED(o, v)	{ .oid = (o), .value = (v), .joined = true }

#define C_PL		TAGGED("2.5.4.6", DER_PRINTABLE, "PL")
#define CN(v)		UTF8("2.5.4.3", v)
#define GIVEN(v)	UTF8("2.5.4.42", v)
#define SURNAME(v)	UTF8("2.5.4.4", v)
#define SERIAL(v)	TAGGED("2.5.4.5", DER_PRINTABLE, v)
#define OLD_SERIAL(v)	UTF8("2.5.4.5", v)
#define ORG(v)		UTF8("2.5.4.10", v)
#define ORG_ID(v)	UTF8("2.5.4.97", v)
#define PSEUDONYM(v)	UTF8("2.5.4.65", v)
#define MAIL_DN(v)	TAGGED("1.2.840.113549.1.9.1", DER_IA5, v)

#define PERSON		C_PL, CN("Ewa Żółć-Łęcka"), GIVEN("Ewa"), \
			SURNAME("Żółć-Łęcka"), SERIAL("PNOPL-44051401359")
#define FIRM		C_PL, CN("Piekarnia Przykładowa"), \
			ORG("Piekarnia Przykładowa sp. z o.o."), \
			ORG_ID("VATPL-1234563218")

/* --- extensions -------------------------------------------------------- */

#define KU(v)		{ "keyUsage", "critical," v }
#define EKU(v)		{ "extendedKeyUsage", v }
#define SAN(v)		{ "subjectAltName", v }
#define BC(v)		{ "basicConstraints", "critical," v }
#define QC(v)		{ "1.3.6.1.5.5.7.1.3", v }
#define POLICY(v)	{ "certificatePolicies", v }
#define RAW(o, v)	{ o, v }
#define ADDRESSES	\
	{ "crlDistributionPoints", "URI:http://crl.example.org/q.crl" }, \
	{ "authorityInfoAccess", "OCSP;URI:http://ocsp.example.org," \
	    "caIssuers;URI:http://example.org/ca.der" }

#define COMMIT		KU("nonRepudiation")
#define SIGN		KU("digitalSignature")
#define SIGN_ENC	KU("digitalSignature,keyEncipherment")
#define MAIL_SAN	SAN("email:ewa@example.org")

/* QCStatements: compliance, device, type and the rest of EN 319 412-5. */
#define QC_SIGN \
	"DER:30793008060604008e4601013008060604008e460104301306060400" \
	"8e4601063009060704008e46010601304e060604008e4601053044302016" \
	"1a68747470733a2f2f6578616d706c652e6f72672f7064732d706c130270" \
	"6c3020161a68747470733a2f2f6578616d706c652e6f72672f7064732d65" \
	"6e1302656e"
#define QC_OLD \
	"DER:30143008060604008e4601013008060604008e460104"
#define QC_SIGN_NO_SSCD \
	"DER:301f3008060604008e4601013013060604008e460106300906070400" \
	"8e46010601"
#define QC_SEAL \
	"DER:30293008060604008e4601013008060604008e460104301306060400" \
	"8e4601063009060704008e46010602"
#define QC_WEB \
	"DER:301f3008060604008e4601013013060604008e460106300906070400" \
	"8e46010603"
#define QC_TYPE_ONLY \
	"DER:30153013060604008e4601063009060704008e46010601"
#define QC_FULL \
	"DER:308200b13008060604008e4601013015060604008e460102300b1303" \
	"504c4e020164020103300b060604008e4601030201143008060604008e46" \
	"0104304e060604008e46010530443020161a68747470733a2f2f6578616d" \
	"706c652e6f72672f7064732d706c1302706c3020161a68747470733a2f2f" \
	"6578616d706c652e6f72672f7064732d656e1302656e3013060604008e46" \
	"01063009060704008e460106013012060604008e46010730081302504c13" \
	"024445"
#define QC_NUMERIC \
	"DER:303f3008060604008e4601013014060604008e460102300a020203d9" \
	"0201010201fe3008060604008e4601043013060604008e46010630090607" \
	"04008e46010601"
#define QC_BOTH \
	"DER:30323008060604008e4601013008060604008e460104301c06060400" \
	"8e4601063012060704008e46010601060704008e46010602"
#define QC_DAMAGED \
	"DER:30243008060604008e4601013008060604008e460104300e06060400" \
	"8e46010230041302504c"
#define QC_SEAL_OLD \
	"DER:30143008060604008e4601013008060604008e460104"

#define TEN(v)		v v v v v v v v v v
#define SEVENTY		TEN("email:a@example.org,") TEN("email:b@example.org,") \
			TEN("email:c@example.org,") TEN("email:d@example.org,") \
			TEN("email:e@example.org,") TEN("email:f@example.org,") \
			TEN("email:g@example.org,") "email:h@example.org"
#define INTEGER(v)	.serial = (v), .serial_len = sizeof(v) - 1
/* SmtpUTF8Mailbox "łęcka@przykład.example" */
#define SMTP_UTF8	RAW("2.5.29.17", "DER:" \
			"3029a02706082b06010505070809a01b0c19c582c499636b61" \
			"4070727a796bc58261642e6578616d706c65")
#define LONG_SERIAL	TEN(TEN(TEN("\x5a")))

static const struct make profiles[] = {
	{
		.name = "qualified",
		.subject = { PERSON },
		.exts = {
			COMMIT,
			QC(QC_SIGN),
			POLICY("0.4.0.194112.1.2"),
			ADDRESSES,
			{ "subjectKeyIdentifier", "0A1B2C3D" },
			RAW("2.5.29.35", "DER:30068004DEADBEEF"),
		},
	},
	{
		.name = "qualified-full",
		.subject = { PERSON },
		.exts = { COMMIT, QC(QC_FULL) },
	},
	{
		.name = "qualified-numeric-limit",
		.subject = { PERSON },
		.exts = { COMMIT, QC(QC_NUMERIC) },
	},
	{
		.name = "qualified-old",
		.subject = {
			C_PL,
			CN("Jan Kowalski"),
			GIVEN("Jan"),
			SURNAME("Kowalski"),
			OLD_SERIAL("PESEL: 44051401359"),
		},
		.exts = { COMMIT, QC(QC_OLD) },
	},
	{
		.name = "qualified-nip",
		.subject = {
			C_PL,
			CN("Jan Kowalski"),
			SURNAME("Kowalski"),
			OLD_SERIAL("NIP: 123-456-32-18"),
		},
		.exts = { COMMIT, QC(QC_OLD) },
	},
	{
		.name = "qualified-no-device",
		.subject = { PERSON },
		.exts = { COMMIT, QC(QC_SIGN_NO_SSCD) },
	},
	{
		.name = "qualified-policy-device",
		.subject = { PERSON },
		.exts = {
			COMMIT,
			QC(QC_SIGN_NO_SSCD),
			POLICY("0.4.0.194112.1.2"),
		},
	},
	{
		.name = "qualified-no-usage",
		.subject = { PERSON },
		.exts = { QC(QC_SIGN) },
	},
	{
		.name = "qualified-wrong-usage",
		.subject = { PERSON },
		.exts = { SIGN, QC(QC_SIGN) },
	},
	{
		.name = "qualified-expired",
		.subject = { PERSON },
		.exts = { COMMIT, QC(QC_SIGN) },
		.not_before = "230314000000Z",
		.not_after = "250314120000Z",
	},
	{
		.name = "qualified-not-yet",
		.subject = { PERSON },
		.exts = { COMMIT, QC(QC_SIGN) },
		.not_before = "270101000000Z",
		.not_after = "290101000000Z",
	},
	{
		.name = "qualified-pseudonym",
		.subject = { C_PL, CN("Biegła 17"), PSEUDONYM("Biegła 17") },
		.exts = { COMMIT, QC(QC_SIGN) },
	},
	{
		.name = "qualified-no-number",
		.subject = {
			C_PL,
			CN("Ewa Łęcka"),
			GIVEN("Ewa"),
			SURNAME("Łęcka"),
		},
		.exts = { COMMIT, QC(QC_SIGN) },
	},
	{
		.name = "qualified-wrong-pesel",
		.subject = {
			C_PL,
			CN("Ewa Łęcka"),
			SURNAME("Łęcka"),
			SERIAL("PNOPL-44051401358"),
		},
		.exts = { COMMIT, QC(QC_SIGN) },
	},
	{
		.name = "qualified-passport",
		.subject = {
			C_PL,
			CN("John Smith"),
			SURNAME("Smith"),
			SERIAL("PASUK-123456789"),
		},
		.exts = { COMMIT, QC(QC_SIGN) },
	},
	{
		.name = "qualified-nobody",
		.subject = { C_PL, CN("Ktoś") },
		.exts = { COMMIT, QC(QC_SIGN) },
	},
	{
		.name = "qualified-critical",
		.subject = { PERSON },
		.exts = {
			COMMIT,
			QC(QC_SIGN),
			RAW("1.3.6.1.4.1.55555.9", "critical,DER:0500"),
		},
	},
	{
		.name = "qualified-damaged",
		.subject = { PERSON },
		.exts = { COMMIT, QC(QC_DAMAGED) },
	},
	{
		.name = "qualified-mixed",
		.subject = { PERSON },
		.exts = {
			KU("digitalSignature,nonRepudiation"),
			QC(QC_SIGN),
			MAIL_SAN,
			EKU("emailProtection,clientAuth"),
		},
	},
	{
		.name = "type-without-compliance",
		.subject = { PERSON },
		.exts = { COMMIT, QC(QC_TYPE_ONLY) },
	},
	{
		.name = "seal",
		.subject = { FIRM },
		.exts = { COMMIT, QC(QC_SEAL) },
	},
	{
		.name = "seal-no-number",
		.subject = { C_PL, CN("Piekarnia"), ORG("Piekarnia") },
		.exts = { COMMIT, QC(QC_SEAL) },
	},
	{
		.name = "seal-wrong-nip",
		.subject = {
			C_PL,
			CN("Piekarnia"),
			ORG("Piekarnia"),
			ORG_ID("VATPL-1234563219"),
		},
		.exts = { COMMIT, QC(QC_SEAL) },
	},
	{
		.name = "seal-no-organisation",
		.subject = { C_PL, CN("Ktoś") },
		.exts = { COMMIT, QC(QC_SEAL) },
	},
	{
		.name = "seal-old",
		.subject = { FIRM },
		.exts = { COMMIT, QC(QC_SEAL_OLD) },
	},
	{
		.name = "seal-and-signature",
		.subject = {
			PERSON,
			ORG("Piekarnia"),
			ORG_ID("NTRPL-0000012345"),
		},
		.exts = { COMMIT, QC(QC_BOTH) },
	},
	{
		.name = "web",
		.subject = { FIRM },
		.exts = {
			SIGN,
			QC(QC_WEB),
			EKU("serverAuth"),
			SAN("DNS:example.org,IP:192.0.2.7,IP:2001:db8::7"),
		},
	},
	{
		.name = "email",
		.subject = { CN("Ewa Łęcka") },
		.exts = {
			SIGN_ENC,
			EKU("emailProtection,clientAuth"),
			MAIL_SAN,
		},
	},
	{
		.name = "email-ec",
		.subject = { CN("Ewa Łęcka") },
		.exts = {
			KU("digitalSignature,keyAgreement"),
			EKU("emailProtection"),
			MAIL_SAN,
		},
		.key = MAKE_EC,
	},
	{
		.name = "email-ed25519",
		.subject = { CN("Ewa Łęcka") },
		.exts = { SIGN, EKU("emailProtection"), MAIL_SAN },
		.key = MAKE_ED25519,
	},
	{
		.name = "email-ed448",
		.subject = { CN("Ewa Łęcka") },
		.exts = { SIGN, EKU("emailProtection"), MAIL_SAN },
		.key = MAKE_ED448,
	},
	{
		.name = "email-bare",
		.subject = { CN("Ewa Łęcka"), MAIL_DN("ewa@example.org") },
	},
	{
		.name = "email-commitment",
		.subject = { CN("Ewa Łęcka") },
		.exts = { COMMIT, MAIL_SAN },
	},
	{
		.name = "email-any",
		.subject = { CN("Ewa Łęcka") },
		.exts = { SIGN, EKU("anyExtendedKeyUsage"), MAIL_SAN },
	},
	{
		.name = "email-netscape",
		.subject = { CN("Ewa Łęcka") },
		.exts = { SIGN, MAIL_SAN, { "nsCertType", "client,email" } },
	},
	{
		.name = "email-netscape-server",
		.subject = { CN("Ewa Łęcka") },
		.exts = { SIGN, MAIL_SAN, { "nsCertType", "server" } },
	},
	{
		.name = "email-no-address",
		.subject = { CN("Ewa Łęcka") },
		.exts = { SIGN, EKU("emailProtection") },
	},
	{
		.name = "email-wrong-eku",
		.subject = { CN("Ewa Łęcka") },
		.exts = { SIGN, EKU("codeSigning,timeStamping"), MAIL_SAN },
	},
	{
		.name = "email-expired",
		.subject = { CN("Ewa Łęcka") },
		.exts = { SIGN_ENC, EKU("emailProtection"), MAIL_SAN },
		.not_before = "240101000000Z",
		.not_after = "260101000000Z",
	},
	{
		.name = "email-encryption-only",
		.subject = { CN("Ewa Łęcka") },
		.exts = {
			KU("keyEncipherment"),
			EKU("emailProtection"),
			MAIL_SAN,
		},
	},
	{
		.name = "email-damaged-eku",
		.subject = { CN("Ewa Łęcka") },
		.exts = {
			SIGN,
			RAW("2.5.29.37", "DER:3003060100FF"),
			MAIL_SAN,
		},
	},
	{
		.name = "email-utf8",
		.subject = { CN("Ewa Łęcka") },
		.exts = {
			SIGN,
			SMTP_UTF8,
		},
	},
	{
		.name = "logon",
		.subject = { CN("ewa") },
		.exts = { SIGN, EKU("clientAuth") },
	},
	{
		.name = "logon-card",
		.subject = { CN("ewa") },
		.exts = {
			SIGN,
			EKU("1.3.6.1.4.1.311.20.2.2"),
			SAN("otherName:1.3.6.1.4.1.311.20.2.3;UTF8:ewa@firma.example"),
		},
	},
	{
		.name = "logon-card-no-name",
		.subject = { CN("ewa") },
		.exts = { SIGN, EKU("1.3.6.1.4.1.311.20.2.2") },
	},
	{
		.name = "files",
		.subject = { CN("ewa") },
		.exts = {
			KU("keyEncipherment"),
			EKU("1.3.6.1.4.1.311.10.3.4"),
		},
	},
	{
		.name = "server",
		.subject = { CN("www.example.org") },
		.exts = {
			SIGN_ENC,
			EKU("serverAuth"),
			SAN("DNS:www.example.org,URI:https://example.org/,RID:1.2.3.4"),
		},
	},
	{
		.name = "ca",
		.subject = { C_PL, CN("Urząd Przykładowy") },
		.exts = {
			BC("CA:TRUE,pathlen:0"),
			KU("keyCertSign,cRLSign"),
		},
		.not_before = "160101000000Z",
		.not_after = "20510101000000Z",
	},
	{
		.name = "ca-no-usage",
		.subject = { CN("Urząd") },
		.exts = { BC("CA:TRUE") },
	},
	{
		.name = "ca-wrong-usage",
		.subject = { CN("Urząd") },
		.exts = { BC("CA:TRUE"), KU("cRLSign") },
	},
	{
		.name = "root-v1",
		.subject = { CN("Stary urząd") },
		.issuer = { CN("Stary urząd") },
		.version = 1,
	},
	{
		.name = "leaf-v1",
		.subject = { CN("Stary") },
		.version = 1,
	},
	{
		.name = "empty",
	},
	{
		.name = "list-cut",
		.subject = { CN("Wiele adresów") },
		.exts = { SAN(SEVENTY) },
	},
	{
		.name = "name-bmp",
		.subject = {
			BYTES("2.5.4.3", DER_BMP, "\0J\0a\0n\0 \1\x41\0u\0k\0a\0s\0z"),
		},
	},
	{
		.name = "name-universal",
		.subject = {
			BYTES("2.5.4.3", DER_UNIVERSAL, "\0\0\1\x7b\0\1\xf6\0"),
		},
	},
	{
		.name = "name-t61",
		.subject = { BYTES("2.5.4.3", DER_T61, "Jos\xe9") },
	},
	{
		.name = "name-printable-star",
		.subject = { BYTES("2.5.4.3", DER_PRINTABLE, "*@example") },
	},
	{
		.name = "name-ia5-utf8",
		.subject = { BYTES("2.5.4.3", DER_IA5, "\xc5\x81ucja") },
	},
	{
		.name = "name-nul",
		.subject = {
			BYTES("2.5.4.3", DER_UTF8, "dobry.example\0.zly.example"),
		},
	},
	{
		.name = "name-bad-utf8",
		.subject = {
			BYTES("2.5.4.3", DER_UTF8, "a\xff\xc0\xaf\xed\xa0\x80z"),
		},
	},
	{
		.name = "name-bmp-odd",
		.subject = { BYTES("2.5.4.3", DER_BMP, "\0J\xd8\0\0n\0") },
	},
	{
		.name = "name-integer",
		.subject = { BYTES("2.5.4.3", DER_INTEGER, "\x05") },
	},
	{
		.name = "name-escapes",
		.subject = {
			JOINED("2.5.4.3", " #a, O=Bank+\"x\"\\ "),
			JOINED("2.5.4.5", "2"),
			UTF8("1.3.6.1.4.1.55555.3", "własny"),
		},
	},
	{
		.name = "name-control",
		.subject = { CN("a\033[2J\xe2\x80\xaetxt.exe") },
	},
	{
		.name = "serial-padded",
		.subject = { CN("n") },
		INTEGER("\0\0\x21\x29"),
	},
	{
		.name = "serial-negative",
		.subject = { CN("n") },
		INTEGER("\x80\0"),
	},
	{
		.name = "serial-negative-padded",
		.subject = { CN("n") },
		INTEGER("\xff\xff\x7f"),
	},
	{
		.name = "serial-zero",
		.subject = { CN("n") },
		INTEGER("\0"),
	},
	{
		.name = "serial-twenty",
		.subject = { CN("n") },
		INTEGER("\x0f\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11"),
	},
	{
		.name = "serial-twenty-one",
		.subject = { CN("n") },
		INTEGER("\0\xff\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22\x22"),
	},
	{
		.name = "serial-thousand",
		.subject = { CN("n") },
		INTEGER(LONG_SERIAL),
	},
	{
		.name = "date-year-9999",
		.subject = { CN("n") },
		.not_before = "500101000000Z",
		.not_after = "99991231235959Z",
	},
	{
		.name = "date-utc-edge",
		.subject = { CN("n") },
		.not_before = "491231235959Z",
		.not_after = "20491231235959Z",
	},
	{
		.name = "date-utc-1950",
		.subject = { CN("n") },
		.not_before = "500101000000Z",
		.not_after = "20500101000000Z",
	},
	{
		.name = "date-no-seconds",
		.subject = { CN("n") },
		.not_before = "2501010000Z",
		.not_after = "2701010000+0100",
	},
	{
		.name = "date-reversed",
		.subject = { CN("n") },
		.not_before = "270101000000Z",
		.not_after = "250101000000Z",
	},
	{
		.name = "date-month-13",
		.subject = { CN("n") },
		.not_before = "251301000000Z",
		.not_after = "270101000000Z",
	},
	{
		.name = "date-leap",
		.subject = { CN("n") },
		.not_before = "240229000000Z",
		.not_after = "280229235959Z",
	},
	{
		.name = "date-no-leap",
		.subject = { CN("n") },
		.not_before = "250229000000Z",
		.not_after = "270101000000Z",
	},
	{
		.name = "date-no-zone",
		.subject = { CN("n") },
		.not_before = "250101000000",
		.not_after = "270101000000Z",
	},
	{
		.name = "date-year-0",
		.subject = { CN("n") },
		.not_before = "00000101000000Z",
		.not_after = "99991231235959Z",
	},
	{
		.name = "trailing",
		.subject = { CN("n") },
		.behind = "abc",
	},
	{
		.name = "size-64k",
		.subject = { CN("n") },
		.padding = 64400,
		.key = MAKE_ED25519,
	},
};

const struct make *
make_profile_at(size_t i)
{
	return i < sizeof(profiles) / sizeof(profiles[0]) ? &profiles[i] : NULL;
}

const struct make *
make_profile(const char *name)
{
	const struct make *m;

	for (size_t i = 0; (m = make_profile_at(i)) != NULL; i++) {
		if (strcmp(m->name, name) == 0)
			return m;
	}
	return NULL;
}
