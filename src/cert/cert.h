/*
 * One certificate as a plain record: everything the desk shows of it or decides
 * by, taken out of the DER once.  Strings are UTF-8 as the certificate had them,
 * not yet fit to print (base/text.h), never NULL inside unless said.  No state;
 * any thread.
 */
#ifndef CERT_CERT_H
#define CERT_CERT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

#define CERT_DER_MAX	65536	/* bytes of one certificate */
#define CERT_SERIAL_MAX	64	/* bytes of a serial number kept (RFC 5280: 20) */
#define CERT_LIST_MAX	64	/* entries of any list inside one certificate */

/* One attribute of a distinguished name, in the order it stands there. */
struct cert_attr {
	char	*oid;		/* "2.5.4.3" */
	char	*name;		/* "CN", or the OID where there is no short name */
	char	*value;
	bool	 joined;	/* of one RDN with the attribute before it */
};

struct cert_name {
	struct cert_attr *attrs;
	size_t		  nattrs;
	/* Borrowed from attrs, the first of its kind; NULL where absent. */
	const char	*cn, *given, *surname, *org, *unit, *org_id, *serial,
			*email, *country, *pseudonym;
	char		*line;		/* as it stands: "C=PL, CN=...", escaped after RFC 4514 */
	char		*shown;		/* for a list: CN, else given + surname, ... */
};

/* keyUsage bits, RFC 5280 4.2.1.3: bit n of the BIT STRING is 1 << n. */
#define CERT_KU_DIGITAL_SIGNATURE	0x001
#define CERT_KU_NON_REPUDIATION	0x002
#define CERT_KU_KEY_ENCIPHERMENT	0x004
#define CERT_KU_DATA_ENCIPHERMENT	0x008
#define CERT_KU_KEY_AGREEMENT	0x010
#define CERT_KU_CERT_SIGN		0x020
#define CERT_KU_CRL_SIGN		0x040
#define CERT_KU_ENCIPHER_ONLY	0x080
#define CERT_KU_DECIPHER_ONLY	0x100

/* Netscape's certificate type, of before there was an extended key usage. */
#define CERT_NS_CLIENT		0x01
#define CERT_NS_SERVER		0x02
#define CERT_NS_MAIL		0x04
#define CERT_NS_OBJECT		0x08
#define CERT_NS_CAS		0xe0	/* of authorities: client, mail, object */

enum cert_key_type { KEY_UNKNOWN, KEY_RSA, KEY_EC, KEY_ED25519, KEY_ED448, KEY_DSA };

enum cert_san_kind { SAN_EMAIL, SAN_DNS, SAN_URI, SAN_UPN, SAN_IP, SAN_DIRNAME, SAN_OTHER };

struct cert_san {
	enum cert_san_kind	 kind;
	char			*value;
};

/* QCStatements, ETSI EN 319 412-5 and RFC 3739. */
#define QC_TYPE_ESIGN	0x1
#define QC_TYPE_ESEAL	0x2
#define QC_TYPE_WEB	0x4

struct cert_qc {
	bool		 present;
	bool		 compliance;		/* 0.4.0.1862.1.1 */
	bool		 sscd;			/* 0.4.0.1862.1.4 */
	unsigned	 types;			/* QC_TYPE_*, 0.4.0.1862.1.6 */
	bool		 has_limit;		/* 0.4.0.1862.1.2 */
	char		 limit_currency[4];
	int64_t		 limit_amount;		/* amount * 10^exponent */
	int		 limit_exponent;
	int		 retention_years;	/* 0.4.0.1862.1.3; -1 absent */
	char		**pds;			/* "pl https://..." */
	size_t		 npds;
	char		*countries;		/* 0.4.0.1862.1.7: "PL", or NULL */
};

/*
 * Whose identifier stands in subject's serialNumber or organizationIdentifier:
 * ETSI EN 319 412-1 clause 5.1.3 and 5.1.4, and the older Polish forms, which
 * count as of country "PL".
 */
enum cert_id_kind {
	ID_NONE, ID_PNO, ID_PAS, ID_IDC, ID_TIN, ID_TAX, ID_LOCAL,	/* persons */
	ID_VAT, ID_NTR, ID_PSD,						/* organisations */
	ID_OTHER
};

struct cert_id {
	enum cert_id_kind kind;
	char		 country[3];	/* "PL", "" where the form has none */
	char		*value;		/* "44051401359"; NULL for ID_NONE */
	int		 checksum;	/* PESEL, NIP: 1 right, 0 wrong; -1 not known */
	bool		 old_form;	/* "PESEL:..." or "NIP:..." */
};

/* What was odd about the encoding; each has a sentence in cert_oddity. */
#define ODD_SERIAL_NEGATIVE	0x0001
#define ODD_SERIAL_LONG		0x0002	/* over 20 octets */
#define ODD_SERIAL_PADDED	0x0004
#define ODD_TRAILING		0x0008	/* bytes behind the certificate */
#define ODD_NAME_NUL		0x0010	/* a NUL inside a name */
#define ODD_NAME_ENCODING	0x0020	/* a string that is not what its type says */
#define ODD_EXTENSION		0x0040	/* an extension that cannot be read */
#define ODD_CRITICAL		0x0080	/* an unknown critical extension */
#define ODD_DATES		0x0100	/* dates that cannot be, or end before start */
#define ODD_LIST_CUT		0x0200	/* more entries than CERT_LIST_MAX */
#define ODD_SERIAL_CUT		0x0400	/* longer than CERT_SERIAL_MAX: its front is kept */
#define ODD_COUNT		11

/*
 * The time of a date that cannot be read (ODD_DATES is set): the second before
 * the year 0, which no certificate can name.
 */
#define CERT_NO_TIME		INT64_C(-62167219201)

struct cert {
	uint8_t		 serial[CERT_SERIAL_MAX]; /* magnitude, big-endian, no leading 00 */
	size_t		 serial_len;		/* at least 1 */
	char		*serial_hex;		/* "2129AFF24BF8E36A", even count */
	char		*serial_dec;		/* "2389...", with "-" if negative; "" if cut */
	int		 version;		/* 1..3 where the rules are kept */
	struct cert_name subject, issuer;
	int64_t		 not_before, not_after;	/* UTC seconds, or CERT_NO_TIME */
	char		*signature_alg;		/* "sha256WithRSAEncryption" or OID */
	enum cert_key_type key_type;
	bool		 key_pss_only;		/* RSA that may only sign, RSASSA-PSS */
	unsigned	 key_bits;
	char		*key_curve;		/* "P-256", or NULL */
	uint8_t		 spki_sha256[32];	/* of the SubjectPublicKeyInfo */
	uint8_t		 sha256[32];		/* of the whole DER */

	bool		 has_ku, ku_critical;
	unsigned	 ku;			/* CERT_KU_* */
	bool		 has_eku, eku_critical;
	char		**eku;			/* "emailProtection", or the OID */
	size_t		 neku;
	bool		 has_ns;
	unsigned	 ns;			/* CERT_NS_* */
	bool		 has_bc, is_ca;
	int		 path_len;		/* -1 absent */
	struct cert_san	*san;
	size_t		 nsan;
	char		**policies;		/* OIDs */
	size_t		 npolicies;
	char		**cdp;			/* CRL distribution points, URIs */
	size_t		 ncdp;
	char		**ocsp;			/* authorityInfoAccess OCSP URIs */
	size_t		 nocsp;
	char		**issuers;		/* authorityInfoAccess caIssuers URIs */
	size_t		 nissuers;
	char		*ski, *aki;		/* upper-case hex, or NULL */
	struct cert_qc	 qc;
	struct cert_id	 person;		/* of the subject's serialNumber */
	struct cert_id	 organisation;		/* of organizationIdentifier */
	unsigned	 odd;			/* ODD_* */
};

/*
 * Parse one DER certificate (RFC 5280 4.1) of at most CERT_DER_MAX bytes.  What
 * can be read is read, and what is odd is noted in odd; only bytes that are no
 * certificate at all are refused: -1, ERR_BAD_DATA or ERR_TOO_BIG.
 */
int		 cert_parse(const uint8_t *der, size_t len, struct cert **,
		    struct err *);

/*
 * One among very many, for what is never shown nor compared as a whole: digests
 * stay zero and the serial number has no texts ("").
 */
int		 cert_parse_lean(const uint8_t *der, size_t len, struct cert **,
		    struct err *);
void		 cert_free(struct cert *);

/* The holder's name for a list: CN, else given + surname, organisation, line. */
const char	*cert_holder(const struct cert *);
const char	*cert_issuer_name(const struct cert *);

/* The first e-mail address: SAN before the name's emailAddress; NULL. */
const char	*cert_email(const struct cert *);

/* The first address that can be asked, by HTTP: no directory (ldap); or NULL. */
const char	*cert_http(char *const *urls, size_t n);

/*
 * The line of a Name that stands by itself in DER, as in a signature's reference
 * to its issuer: the caller's to free, NULL when it is none.
 */
char		*cert_name_line(const uint8_t *der, size_t len);

/* The words of RFC 5280 for CERT_KU_* bits: "digitalSignature, nonRepudiation". */
char		*cert_ku_text(unsigned ku, char *buf, size_t);

/* A sentence for one ODD_* bit, in the present language. */
const char	*cert_oddity(unsigned bit);

/* To and from what crosses the helper's socket. cert_from_json trusts nothing. */
json_t		*cert_to_json(const struct cert *);
int		 cert_from_json(const json_t *, struct cert **, struct err *);

/* --- purposes ---------------------------------------------------------- */

enum purpose {
	PURPOSE_QSIGN,		/* qualified signature */
	PURPOSE_QSEAL,		/* qualified seal */
	PURPOSE_EMAIL,		/* signing e-mail, RFC 8550 */
	PURPOSE_LOGON,		/* TLS client or smart card log-on */
	PURPOSE_ENCRYPT,	/* receiving encrypted mail or files */
	PURPOSE_CA,		/* issuing certificates */
	PURPOSE_COUNT
};

enum verdict { VERDICT_NO, VERDICT_MAYBE, VERDICT_YES, VERDICT_UNKNOWN };

/* One rule that was looked at: what it is about and how it came out. */
struct reason {
	enum verdict	 verdict;	/* of this rule alone */
	int		 id;		/* its entry in reason.def */
	char		 arg[128];	/* for the sentence's %s: a date, an EKU, an address */
};

#define REASONS_MAX	12

struct purpose_verdict {
	enum purpose	 purpose;
	enum verdict	 verdict;	/* the worst of the rules but the unknown ones */
	struct reason	 reasons[REASONS_MAX];
	size_t		 nreasons;
	size_t		 deciding;	/* the first reason that is as the verdict */
};

/*
 * Judge one purpose at a moment, rule by rule (domain rules: RFC 5280, RFC 8550
 * 4.4.2, EN 319 412-2, EN 319 412-5).  Chain and status are not looked at here
 * and appear as VERDICT_UNKNOWN reasons where they would matter.
 */
void		 cert_judge(const struct cert *, enum purpose, int64_t now,
		    struct purpose_verdict *);

/* The same verdict without its reasons, which cost ten times as much. */
enum verdict	 cert_verdict(const struct cert *, enum purpose, int64_t now);

#define PURPOSE_BRIEF	21	/* columns in any language, so that both fit a line */
#define REASON_BRIEF	50

/*
 * "qualified signature", and the sentence of a reason; the brief ones name the
 * same in a few words, without a person's data.  Present language.
 */
const char	*purpose_name(enum purpose);
const char	*purpose_brief(enum purpose);		/* at most PURPOSE_BRIEF columns */
const char	*purpose_id(enum purpose);		/* "qualified-signature" */
const char	*reason_sentence(const struct reason *, char *buf, size_t);
const char	*reason_brief(const struct reason *, char *buf, size_t);
const char	*reason_id(const struct reason *);	/* "key-usage" */
const char	*verdict_id(enum verdict);		/* "yes" */

/*
 * The one purpose a certificate is listed under: qualified signature, seal, CA,
 * then what of e-mail, log-on and encryption its key usage and EKU name.
 * Expiry does not change it.
 */
const char	*cert_list_purpose(const struct cert *, char *buf, size_t);

/* --- validity ---------------------------------------------------------- */

enum validity { VALID_NOT_YET, VALID_NOW, VALID_ENDING, VALID_EXPIRED, VALID_BAD_DATES };

#define RENEW_OPEN_DAYS		30	/* start of the advised window, days before the end */
#define RENEW_WORKING_DAYS	10	/* working days an authority may take */

struct validity_view {
	enum validity	 state;
	int64_t		 days_left;	/* local days; 0 on the last one, negative after it */
	struct date	 renew_from, last_safe;
	bool		 renewable;	/* state allows on-line renewal at all */
};

/*
 * Where a certificate stands at a moment, and when to renew: from
 * renew_days before the end (0: RENEW_OPEN_DAYS); the last safe day is
 * working_days (-1: RENEW_WORKING_DAYS) before the end, Polish holidays counted.
 */
void		 cert_validity(const struct cert *, int64_t now, int renew_days,
		    int working_days, struct validity_view *);

/* "valid", "10 days left", "expired", "not yet valid"; present language. */
const char	*validity_word(const struct validity_view *, char *buf, size_t);
const char	*validity_id(enum validity);		/* "valid" */

#endif
