#include "config.h"

#include <errno.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/card/x509make.h"
#include "tests/office/ca.h"
#include "tests/office/ledger.h"

#define SERIAL_LEN	16
#define URL_MAX_LEN	200
#define EXTS_MAX	5
#define ORGANIZATION	"Przyk\u0142adowy Urz\u0105d Certyfikacji"

/* One certificate of the authority's own. */
struct member {
	const char	*file;
	bool		 ec;
	const char	*issuer;	/* NULL: itself */
	int		 from, to;	/* days from now */
	const char	*cn;
	struct cert_ext	 exts[EXTS_MAX];
};

#define CA_EXTS \
	{ NID_basic_constraints, "critical,CA:TRUE" }, \
	{ NID_key_usage, "critical,keyCertSign,cRLSign" }
#define SIGNS { NID_key_usage, "critical,digitalSignature" }

static const struct member members[] = {
	{ "root", false, NULL, -1800, 1850, "Urz\u0105d Pr\u00f3bny - korze\u0144",
	    { CA_EXTS } },
	{ "ca", false, "root", -900, 1800,
	    "Urz\u0105d Pr\u00f3bny - po\u015bredni", { CA_EXTS } },
	{ "hidden", true, "root", -900, 1800,
	    "Urz\u0105d Pr\u00f3bny - ukryty", { CA_EXTS } },
	/* The same name with another key, for answers that are forged. */
	{ "forger", true, NULL, -900, 1800,
	    "Urz\u0105d Pr\u00f3bny - po\u015bredni", { CA_EXTS } },
	{ "ocsp", true, "ca", -30, 365, "Urz\u0105d Pr\u00f3bny - OCSP", {
	    SIGNS, { NID_ext_key_usage, "OCSPSigning" },
	    { NID_id_pkix_OCSP_noCheck, "ignored" } } },
	/* cmcCA: it speaks for the authority (RFC 9483 1.5). */
	{ "cmp", true, "ca", -30, 365, "Urz\u0105d Pr\u00f3bny - CMP", {
	    SIGNS, { NID_ext_key_usage, "cmcCA" } } },
	{ "tls", true, "root", -30, 365, "localhost", {
	    SIGNS, { NID_ext_key_usage, "serverAuth" },
	    { NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1" } } },
	{ "tls-expired", true, "root", -400, -35, "localhost", {
	    SIGNS, { NID_ext_key_usage, "serverAuth" },
	    { NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1" } } },
	{ "tls-other", true, "root", -30, 365, "inny.example", {
	    SIGNS, { NID_ext_key_usage, "serverAuth" },
	    { NID_subject_alt_name, "DNS:inny.example" } } },
	{ "tls-strange", true, NULL, -30, 365, "localhost", {
	    SIGNS, { NID_ext_key_usage, "serverAuth" },
	    { NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1" } } },
	{ "officer", true, "ca", -30, 365, "Inspektor Pr\u00f3bny", {
	    SIGNS, { NID_ext_key_usage, "clientAuth" } } },
	{ "expired", true, "ca", -400, -35, "Inspektor Pr\u00f3bny", {
	    SIGNS, { NID_ext_key_usage, "clientAuth" } } },
};

static char *
path_of(const char *dir, const char *name, const char *ending)
{
	return mem_printf("%s/%s%s", dir, name, ending);
}

X509 *
ca_cert(const char *dir, const char *name)
{
	char *path = path_of(dir, name, ".pem");
	FILE *f = fopen(path, "re");
	X509 *x = f ? PEM_read_X509(f, NULL, NULL, NULL) : NULL;

	if (x == NULL)
		panic("%s: no certificate", path);
	fclose(f);
	free(path);
	return x;
}

EVP_PKEY *
ca_key(const char *dir, const char *name)
{
	char *path = path_of(dir, name, ".key");
	FILE *f = fopen(path, "re");
	EVP_PKEY *key = f ? PEM_read_PrivateKey(f, NULL, NULL, NULL) : NULL;

	if (key == NULL)
		panic("%s: no key", path);
	fclose(f);
	free(path);
	return key;
}

static void
write_cert(const char *path, X509 *x)
{
	char *temp = mem_printf("%s.%ld", path, (long)getpid());
	FILE *f = fopen(temp, "we");

	if (f == NULL || !PEM_write_X509(f, x) || fclose(f) != 0 ||
	    rename(temp, path) == -1)
		panic("%s: %s", path, strerror(errno));
	free(temp);
}

static void
set_random_serial(X509 *x)
{
	uint8_t bytes[SERIAL_LEN];
	BIGNUM *n;

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		panic("no random numbers");
	bytes[0] = (uint8_t)((bytes[0] & 0x3f) | 0x40);
	n = BN_bin2bn(bytes, sizeof(bytes), NULL);
	if (n == NULL || !BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x)))
		panic("a serial number is refused");
	BN_free(n);
}

/* A certificate with everything but the issuer's part. */
static X509 *
begin(EVP_PKEY *key, const char *cn)
{
	const struct cert_name names[] = {
		{ NID_countryName, "PL", 0, 0 },
		{ NID_organizationName, ORGANIZATION, 0, 0 },
		{ NID_commonName, cn, 0, 0 },
	};
	X509 *x = X509_new();

	if (x == NULL || !X509_set_version(x, X509_VERSION_3) ||
	    !X509_set_pubkey(x, key))
		panic("a certificate cannot be begun");
	set_random_serial(x);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		x509make_name(X509_get_subject_name(x), &names[i], "");
	return x;
}

static void
sign(X509 *x, X509 *issuer, EVP_PKEY *key, const struct cert_ext *exts)
{
	static const struct cert_ext both[] = {
		{ NID_subject_key_identifier, "hash" },
		{ NID_authority_key_identifier, "keyid" },
	};

	if (!X509_set_issuer_name(x, X509_get_subject_name(issuer)))
		panic("an issuer is refused");
	x509make_ext(x, issuer, &both[0]);
	if (issuer != x)
		x509make_ext(x, issuer, &both[1]);
	for (int i = 0; i < EXTS_MAX && exts[i].value; i++)
		x509make_ext(x, issuer, &exts[i]);
	if (X509_sign(x, key, EVP_sha256()) == 0)
		panic("a certificate cannot be signed");
}

/* From the folder of keys, where there is one, into this one. */
static EVP_PKEY *
member_key(const struct member *m, const char *dir, const char *keys)
{
	char *from = keys ? mem_printf("%s/office-%s.pem", keys, m->file) : NULL;
	char *to = path_of(dir, m->file, ".key");
	EVP_PKEY *key;

	if (from && access(to, F_OK) == -1) {
		key = x509make_key(from, m->ec);
		x509make_save_key(to, key);
	} else
		key = x509make_key(to, m->ec);
	free(from);
	free(to);
	return key;
}

static void
make_member(const struct member *m, const char *dir, const char *keys)
{
	char *path = path_of(dir, m->file, ".pem");
	EVP_PKEY *key = member_key(m, dir, keys), *signer = key;
	X509 *x, *issuer;

	if (access(path, F_OK) == -1) {
		x = issuer = begin(key, m->cn);
		x509make_dates(x, m->from, m->to, 0);
		if (m->issuer) {
			issuer = ca_cert(dir, m->issuer);
			signer = ca_key(dir, m->issuer);
		}
		sign(x, issuer, signer, m->exts);
		write_cert(path, x);
		if (m->issuer) {
			X509_free(issuer);
			EVP_PKEY_free(signer);
		}
		X509_free(x);
	}
	EVP_PKEY_free(key);
	free(path);
}

/* What answers are judged by: both authorities in one file. */
static void
write_chain(const char *dir)
{
	char *path = path_of(dir, "chain", ".pem");
	X509 *root = ca_cert(dir, "root"), *ca = ca_cert(dir, "ca");
	FILE *f = fopen(path, "we");

	if (f == NULL || !PEM_write_X509(f, root) || !PEM_write_X509(f, ca) ||
	    fclose(f) != 0)
		panic("%s: %s", path, strerror(errno));
	X509_free(root);
	X509_free(ca);
	free(path);
}

static void
folder(const char *path)
{
	if (mkdir(path, 0755) == -1 && errno != EEXIST)
		panic("%s: %s", path, strerror(errno));
}

void
ca_make(const char *dir, const char *keys)
{
	char *issued = path_of(dir, "issued", "");

	folder(dir);
	folder(issued);
	if (keys)
		folder(keys);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		make_member(&members[i], dir, keys);
	write_chain(dir);
	free(issued);
}

void
ca_set_url(const char *dir, const char *url, bool freshest)
{
	char *path = path_of(dir, "url", "");
	FILE *f = fopen(path, "we");

	if (f == NULL || fprintf(f, "%s %d\n", url, freshest) < 0 ||
	    fclose(f) != 0)
		panic("%s: %s", path, strerror(errno));
	free(path);
}

struct ca *
ca_open(const char *dir)
{
	struct ca *ca = mem_alloc(sizeof(*ca));
	char *path = path_of(dir, "url", ""), url[URL_MAX_LEN];
	FILE *f = fopen(path, "re");
	int freshest;

	if (f == NULL || fscanf(f, "%199s %d", url, &freshest) != 2)
		panic("%s: no office was ever started there", dir);
	fclose(f);
	free(path);
	ca->dir = mem_strdup(dir);
	ca->url = mem_strdup(url);
	ca->freshest = freshest != 0;
	ca->root = ca_cert(dir, "root");
	ca->cert = ca_cert(dir, "ca");
	ca->key = ca_key(dir, "ca");
	return ca;
}

void
ca_free(struct ca *ca)
{
	if (ca == NULL)
		return;
	EVP_PKEY_free(ca->key);
	X509_free(ca->cert);
	X509_free(ca->root);
	free(ca->url);
	free(ca->dir);
	free(ca);
}

static void
add_where(const struct ca *ca, X509 *x, int nid, const char *format)
{
	char *value = mem_printf(format, ca->url, ca->url);

	x509make_ext(x, ca->cert, &(struct cert_ext){ nid, value });
	free(value);
}

void
ca_add_where(const struct ca *ca, X509 *x)
{
	add_where(ca, x, NID_crl_distribution_points, "URI:%s/ca.crl");
	add_where(ca, x, NID_info_access,
	    "OCSP;URI:%s/ocsp,caIssuers;URI:%s/ca.cer");
	if (ca->freshest)
		add_where(ca, x, NID_freshest_crl, "URI:%s/delta.crl");
}

/* Made up of the number, so that a person can be told it without the ledger. */
char *
ca_password(const char *serial)
{
	size_t n = strlen(serial);

	return mem_printf("odwolaj-%s", serial + (n > 4 ? n - 4 : 0));
}

void
ca_spki(EVP_PKEY *key, char out[LEDGER_SPKI_MAX])
{
	unsigned char *der = NULL, h[EVP_MAX_MD_SIZE];
	int len = i2d_PUBKEY(key, &der);

	if (len <= 0 || EVP_Digest(der, (size_t)len, h, NULL, EVP_sha256(),
	    NULL) != 1)
		panic("a key has no digest");
	for (int i = 0; i < 32; i++)
		snprintf(out + 2 * i, 3, "%02X", h[i]);
	OPENSSL_free(der);
}

static void
put_key(const struct ca *ca, X509 *x, const char *serial)
{
	const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(x);
	char spki[LEDGER_SPKI_MAX], ski[LEDGER_SKI_MAX] = "-";
	int n = id ? ASN1_STRING_length(id) : 0;

	for (int i = 0; i < n && n <= (LEDGER_SKI_MAX - 1) / 2; i++)
		snprintf(ski + 2 * i, 3, "%02X", ASN1_STRING_get0_data(id)[i]);
	ca_spki(X509_get0_pubkey(x), spki);
	ledger_keyed(ca->dir, serial, spki, ski);
}

/* Written beside and renamed, as others may read it. */
static void
keep(const struct ca *ca, X509 *x, const char *serial)
{
	char *path = mem_printf("%s/issued/%s.der", ca->dir, serial);
	char *temp = mem_printf("%s.%ld", path, (long)getpid());
	FILE *f = fopen(temp, "we");

	if (f == NULL || !i2d_X509_fp(f, x) || fclose(f) != 0 ||
	    rename(temp, path) == -1)
		panic("%s: %s", path, strerror(errno));
	free(temp);
	free(path);
}

X509 *
ca_issued(const struct ca *ca, const char *serial)
{
	char *path = mem_printf("%s/issued/%s.der", ca->dir, serial);
	FILE *f = fopen(path, "re");
	X509 *x = f ? d2i_X509_fp(f, NULL) : NULL;

	if (f)
		fclose(f);
	free(path);
	return x;
}

static void
issue(const struct ca *ca, X509 *x, EVP_PKEY *by, bool keyed)
{
	char serial[LEDGER_SERIAL_MAX], *password;

	if (X509_sign(x, by, EVP_sha256()) == 0)
		panic("a certificate cannot be signed");
	ledger_serial(X509_get0_serialNumber(x), serial);
	password = ca_password(serial);
	keep(ca, x, serial);
	ledger_issued(ca->dir, serial, password);
	if (keyed)
		put_key(ca, x, serial);
	free(password);
}

void
ca_issue(const struct ca *ca, X509 *x)
{
	issue(ca, x, ca->key, true);
}

/* Usage and names of the holder; the rest is the authority's to say. */
static void
add_wished(X509 *x, const STACK_OF(X509_EXTENSION) *exts)
{
	bool usage = false;

	for (int i = 0; i < sk_X509_EXTENSION_num(exts); i++) {
		X509_EXTENSION *e = sk_X509_EXTENSION_value(exts, i);
		int nid = OBJ_obj2nid(X509_EXTENSION_get_object(e));

		if (nid != NID_key_usage && nid != NID_ext_key_usage &&
		    nid != NID_subject_alt_name)
			continue;
		usage = usage || nid == NID_key_usage;
		if (!X509_add_ext(x, e, -1))
			panic("an extension is refused");
	}
	if (!usage)
		x509make_ext(x, x, &(struct cert_ext)SIGNS);
}

X509 *
ca_enroll(const struct ca *ca, const struct ca_wish *w)
{
	static const struct cert_ext exts[] = {
		{ NID_subject_key_identifier, "hash" },
		{ NID_authority_key_identifier, "keyid" },
		{ NID_basic_constraints, "critical,CA:FALSE" },
	};
	X509 *issuer = w->hidden ? ca_cert(ca->dir, "hidden") : ca->cert;
	EVP_PKEY *by = w->hidden ? ca_key(ca->dir, "hidden") : ca->key;
	X509 *x = X509_new();

	if (x == NULL || !X509_set_version(x, X509_VERSION_3) ||
	    !X509_set_pubkey(x, w->key) ||
	    !X509_set_subject_name(x, w->subject) ||
	    !X509_set_issuer_name(x, X509_get_subject_name(issuer)))
		panic("a certificate cannot be begun");
	set_random_serial(x);
	x509make_dates(x, w->from, w->to, 0);
	for (size_t i = 0; i < sizeof(exts) / sizeof(exts[0]); i++)
		x509make_ext(x, issuer, &exts[i]);
	add_wished(x, w->exts);
	ca_add_where(ca, x);
	issue(ca, x, by, !w->aside);
	if (w->hidden) {
		X509_free(issuer);
		EVP_PKEY_free(by);
	}
	return x;
}

void
ca_issue_named(const struct ca *ca, const char *name)
{
	static const struct cert_ext exts[] = {
		{ NID_subject_key_identifier, "hash" },
		{ NID_authority_key_identifier, "keyid" },
		{ NID_basic_constraints, "critical,CA:FALSE" },
		SIGNS,
	};
	char *key_path = mem_printf("%s/issued/%s.key", ca->dir, name);
	char *path = mem_printf("%s/issued/%s.pem", ca->dir, name);
	EVP_PKEY *key = x509make_key(key_path, true);
	X509 *x = begin(key, name);
	char serial[LEDGER_SERIAL_MAX], *password;

	x509make_dates(x, -30, 365, 0);
	if (!X509_set_issuer_name(x, X509_get_subject_name(ca->cert)))
		panic("an issuer is refused");
	for (size_t i = 0; i < sizeof(exts) / sizeof(exts[0]); i++)
		x509make_ext(x, ca->cert, &exts[i]);
	ca_add_where(ca, x);
	ca_issue(ca, x);
	write_cert(path, x);
	ledger_serial(X509_get0_serialNumber(x), serial);
	password = ca_password(serial);
	printf("%s %s\n", serial, password);
	free(password);
	X509_free(x);
	EVP_PKEY_free(key);
	free(path);
	free(key_path);
}
