#include "cert/oid.h"

#include <string.h>
#include <strings.h>

struct oid_word {
	const char *dots, *word;
};

#define NWORDS(table)	(sizeof(table) / sizeof((table)[0]))

static const struct oid_word attrs[] = {
	{ "2.5.4.3", "CN" },
	{ "2.5.4.6", "C" },
	{ "2.5.4.5", "serialNumber" },
	{ "2.5.4.4", "SN" },
	{ "2.5.4.42", "GN" },
	{ "2.5.4.10", "O" },
	{ "2.5.4.11", "OU" },
	{ "2.5.4.97", "organizationIdentifier" },
	{ "2.5.4.7", "L" },
	{ "2.5.4.8", "ST" },
	{ "2.5.4.9", "street" },
	{ "2.5.4.12", "title" },
	{ "2.5.4.13", "description" },
	{ "2.5.4.15", "businessCategory" },
	{ "2.5.4.16", "postalAddress" },
	{ "2.5.4.17", "postalCode" },
	{ "2.5.4.20", "telephoneNumber" },
	{ "2.5.4.41", "name" },
	{ "2.5.4.43", "initials" },
	{ "2.5.4.44", "generationQualifier" },
	{ "2.5.4.45", "x500UniqueIdentifier" },
	{ "2.5.4.46", "dnQualifier" },
	{ "2.5.4.65", "pseudonym" },
	{ "1.2.840.113549.1.9.1", "emailAddress" },
	{ "0.9.2342.19200300.100.1.1", "UID" },
	{ "0.9.2342.19200300.100.1.25", "DC" },
	{ "1.3.6.1.4.1.311.60.2.1.1", "jurisdictionL" },
	{ "1.3.6.1.4.1.311.60.2.1.2", "jurisdictionST" },
	{ "1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC" },
};

/* What other programs write for the same. */
static const struct oid_word attr_aliases[] = {
	{ "2.5.4.3", "commonName" },
	{ "2.5.4.4", "surname" },
	{ "2.5.4.6", "countryName" },
	{ "2.5.4.7", "localityName" },
	{ "2.5.4.8", "S" },
	{ "2.5.4.8", "stateOrProvinceName" },
	{ "2.5.4.9", "streetAddress" },
	{ "2.5.4.10", "organizationName" },
	{ "2.5.4.11", "organizationalUnitName" },
	{ "2.5.4.12", "T" },
	{ "2.5.4.42", "G" },
	{ "2.5.4.42", "givenName" },
	{ "1.2.840.113549.1.9.1", "E" },
	{ "1.2.840.113549.1.9.1", "email" },
	{ "0.9.2342.19200300.100.1.1", "userId" },
	{ "0.9.2342.19200300.100.1.25", "domainComponent" },
};

static const struct oid_word ekus[] = {
	{ "1.3.6.1.5.5.7.3.1", "serverAuth" },
	{ "1.3.6.1.5.5.7.3.2", "clientAuth" },
	{ "1.3.6.1.5.5.7.3.3", "codeSigning" },
	{ "1.3.6.1.5.5.7.3.4", "emailProtection" },
	{ "1.3.6.1.5.5.7.3.8", "timeStamping" },
	{ "1.3.6.1.5.5.7.3.9", "OCSPSigning" },
	{ "1.3.6.1.5.5.7.3.17", "ipsecIKE" },
	{ "1.3.6.1.5.5.7.3.36", "documentSigning" },
	{ "1.3.6.1.4.1.311.20.2.2", "msSmartcardLogin" },
	{ "1.3.6.1.4.1.311.10.3.4", "msEFS" },
	{ "1.3.6.1.4.1.311.10.3.12", "msDocumentSigning" },
	{ "1.3.6.1.5.2.3.4", "pkInitClientAuth" },
	{ "1.2.840.113583.1.1.5", "pdfAuthenticDocuments" },
	{ "2.5.29.37.0", "anyExtendedKeyUsage" },
};

static const struct oid_word signatures[] = {
	{ "1.2.840.113549.1.1.11", "sha256WithRSAEncryption" },
	{ "1.2.840.113549.1.1.12", "sha384WithRSAEncryption" },
	{ "1.2.840.113549.1.1.13", "sha512WithRSAEncryption" },
	{ "1.2.840.113549.1.1.14", "sha224WithRSAEncryption" },
	{ "1.2.840.113549.1.1.10", "rsassaPss" },
	{ "1.2.840.113549.1.1.5", "sha1WithRSAEncryption" },
	{ "1.2.840.113549.1.1.4", "md5WithRSAEncryption" },
	{ "1.2.840.10045.4.3.1", "ecdsa-with-SHA224" },
	{ "1.2.840.10045.4.3.2", "ecdsa-with-SHA256" },
	{ "1.2.840.10045.4.3.3", "ecdsa-with-SHA384" },
	{ "1.2.840.10045.4.3.4", "ecdsa-with-SHA512" },
	{ "1.2.840.10045.4.1", "ecdsa-with-SHA1" },
	{ "1.2.840.10040.4.3", "dsaWithSHA1" },
	{ "2.16.840.1.101.3.4.3.2", "dsa_with_SHA256" },
	{ "1.3.101.112", "ED25519" },
	{ "1.3.101.113", "ED448" },
};

static const struct {
	const char		*dots;
	enum cert_key_type	 type;
} keys[] = {
	{ "1.2.840.113549.1.1.1", KEY_RSA },
	{ "1.2.840.113549.1.1.10", KEY_RSA },	/* for PSS alone */
	{ "1.2.840.10045.2.1", KEY_EC },
	{ "1.3.101.112", KEY_ED25519 },
	{ "1.3.101.113", KEY_ED448 },
	{ "1.2.840.10040.4.1", KEY_DSA },
};

static const struct {
	const char	*dots, *name;
	unsigned	 bits;
} curves[] = {
	{ "1.2.840.10045.3.1.7", "P-256", 256 },
	{ "1.3.132.0.34", "P-384", 384 },
	{ "1.3.132.0.35", "P-521", 521 },
	{ "1.3.132.0.33", "P-224", 224 },
	{ "1.2.840.10045.3.1.1", "P-192", 192 },
	{ "1.3.132.0.10", "secp256k1", 256 },
	{ "1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1", 256 },
	{ "1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1", 384 },
	{ "1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1", 512 },
};

static const char *
word_of(const struct oid_word *table, size_t n, const char *dots)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(table[i].dots, dots) == 0)
			return table[i].word;
	}
	return dots;
}

const char *
oid_attr_name(const char *dots)
{
	return word_of(attrs, NWORDS(attrs), dots);
}

static const char *
dots_of(const struct oid_word *table, size_t n, const char *word, size_t len)
{
	for (size_t i = 0; i < n; i++) {
		if (strlen(table[i].word) == len &&
		    strncasecmp(table[i].word, word, len) == 0)
			return table[i].dots;
		if (strlen(table[i].dots) == len &&
		    memcmp(table[i].dots, word, len) == 0)
			return table[i].dots;
	}
	return NULL;
}

const char *
oid_attr_dots(const char *word, size_t len)
{
	const char *dots;

	if (len > 4 && strncasecmp(word, "OID.", 4) == 0) {
		word += 4;
		len -= 4;
	}
	dots = dots_of(attrs, NWORDS(attrs), word, len);
	return dots != NULL ? dots :
	    dots_of(attr_aliases, NWORDS(attr_aliases), word, len);
}

const char *
oid_eku_name(const char *dots)
{
	return word_of(ekus, NWORDS(ekus), dots);
}

const char *
oid_signature_name(const char *dots)
{
	return word_of(signatures, NWORDS(signatures), dots);
}

enum cert_key_type
oid_key_type(const char *dots)
{
	for (size_t i = 0; i < NWORDS(keys); i++) {
		if (strcmp(keys[i].dots, dots) == 0)
			return keys[i].type;
	}
	return KEY_UNKNOWN;
}

const char *
oid_curve_name(const char *dots, unsigned *bits)
{
	for (size_t i = 0; i < NWORDS(curves); i++) {
		if (strcmp(curves[i].dots, dots) == 0) {
			*bits = curves[i].bits;
			return curves[i].name;
		}
	}
	*bits = 0;
	return NULL;
}
