/* Names as text, lines of index.txt, and LDIF. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <openssl/evp.h>

#include "base/mem.h"
#include "cert/nametext.h"
#include "registry/index.h"
#include "registry/ldif.h"
#include "tests/unit/certmake.h"

/* --- names ------------------------------------------------------------- */

static const struct {
	const char	*text, *line, *shown;
} names[] = {
	{ "/C=PL/CN=Jan Kowalski", "C=PL, CN=Jan Kowalski", "Jan Kowalski" },
	{ "/C=PL/CN=\\xC5\\xBB\\xC3\\xB3\\xC5\\x82\\xC4\\x87",
	    "C=PL, CN=Żółć", "Żółć" },
	{ "/O=a/b/CN=http://x.example/y=z", "O=a/b, CN=http://x.example/y=z",
	    "http://x.example/y=z" },
	{ "/SN=Nowak/GN=Ewa/1.2.3.4=x", "SN=Nowak, GN=Ewa, 1.2.3.4=x",
	    "Ewa Nowak" },
	{ "/serialNumber=PNOPL-44051401359/CN=J",
	    "serialNumber=PNOPL-44051401359, CN=J", "J" },
	{ "CN=Jan Kowalski,O=Firma,C=PL", "CN=Jan Kowalski, O=Firma, C=PL",
	    "Jan Kowalski" },
	{ "cn = Jan ; c = PL", "CN=Jan, C=PL", "Jan" },
	{ "CN=\"Kowalski, Jan\",C=PL", "CN=Kowalski\\, Jan, C=PL",
	    "Kowalski, Jan" },
	{ "CN=Kowalski\\, Jan+serialNumber=7,C=PL",
	    "CN=Kowalski\\, Jan + serialNumber=7, C=PL", "Kowalski, Jan" },
	{ "CN=\\C5\\81ucja\\ ,C=PL", "CN=Łucja\\ , C=PL", "Łucja " },
	{ "OID.2.5.4.3=x", "CN=x", "x" },
	{ "E=e@x.example,CN=E", "emailAddress=e@x.example, CN=E", "E" },
	{ "", NULL, NULL },
	{ "Jan Kowalski", NULL, NULL },
	{ "/Jan", NULL, NULL },
	{ "CN=Jan,Kowalski", NULL, NULL },
	{ "=x", NULL, NULL },
	{ "CN=a\\00b", NULL, NULL },
};

static void
test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct cert *c = nametext_subject(names[i].text);

		if (names[i].line == NULL) {
			assert_null(c);
			continue;
		}
		assert_non_null(c);
		assert_string_equal(c->subject.line, names[i].line);
		assert_string_equal(cert_holder(c), names[i].shown);
		cert_free(c);
	}
}

/* What we write of any certificate's name is read as the same name. */
static void
test_names_of_certificates(void **state)
{
	const struct make *profile;

	(void)state;
	for (size_t i = 0; (profile = make_profile_at(i)) != NULL; i++) {
		struct err err = ERR_INIT;
		size_t len;
		uint8_t *der = make_cert(profile, &len);
		struct cert *c, *again;

		if (cert_parse(der, len, &c, &err) == 0) {
			again = nametext_issuer(c->issuer.line);
			if (c->issuer.nattrs == 0)
				assert_null(again);
			else
				assert_string_equal(again->issuer.line,
				    c->issuer.line);
			cert_free(again);
			cert_free(c);
		}
		free(der);
	}
}

static void
test_person(void **state)
{
	struct cert *c = nametext_subject(
	    "/CN=J/serialNumber=PNOPL-44051401359/emailAddress=j@x.example");

	(void)state;
	assert_int_equal(c->person.kind, ID_PNO);
	assert_string_equal(c->person.value, "44051401359");
	assert_string_equal(cert_email(c), "j@x.example");
	cert_free(c);
}

/* --- index.txt --------------------------------------------------------- */

#define GOOD	"V\t270101120000Z\t\t0A1B\tunknown\t/CN=Jan"

static void
test_index_good(void **state)
{
	char line[] = GOOD;
	struct index_line l;

	(void)state;
	assert_int_equal(index_read(line, &l), INDEX_GOOD);
	assert_int_equal(l.status, STATUS_GOOD);
	assert_true(l.not_after == INT64_C(1798804800));
	assert_int_equal(l.revoked_at, 0);
	assert_int_equal(l.reason, -1);
	assert_int_equal(l.serial_len, 2);
	assert_memory_equal(l.serial, "\x0a\x1b", 2);
	assert_string_equal(l.subject, "/CN=Jan");
}

static void
test_index_revoked(void **state)
{
	static const struct {
		const char	*field;
		enum record_status status;
		int		 reason;
	} r[] = {
		{ "260101120000Z", STATUS_REVOKED, -1 },
		{ "20260101120000Z,keyCompromise", STATUS_REVOKED, 1 },
		{ "260101120000Z,certificateHold", STATUS_SUSPENDED, 6 },
		{ "260101120000Z,holdInstruction,holdInstructionReject",
		    STATUS_SUSPENDED, 6 },
		{ "260101120000Z,CAkeyTime,20250101120000Z", STATUS_REVOKED,
		    2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof r / sizeof *r; i++) {
		char *line = mem_printf("R\t20270101120000Z\t%s\t1\tunknown"
		    "\t/CN=a\\\tb", r[i].field);
		struct index_line l;

		assert_int_equal(index_read(line, &l), INDEX_GOOD);
		assert_int_equal(l.status, r[i].status);
		assert_int_equal(l.reason, r[i].reason);
		assert_true(l.revoked_at == INT64_C(1767268800));
		assert_string_equal(l.subject, "/CN=a\tb");
		free(line);
	}
}

static void
test_index_bad(void **state)
{
	static const struct {
		const char	*line;
		enum index_bad	 bad;
		const char	*field;
	} bad[] = {
		{ "", INDEX_FIELDS, NULL },
		{ "V\t270101120000Z\t\t01\tunknown", INDEX_FIELDS, NULL },
		{ GOOD "\tmore", INDEX_FIELDS, NULL },
		{ "X\t270101120000Z\t\t01\tu\t/CN=J", INDEX_VALUE, "status" },
		{ "V\t271301120000Z\t\t01\tu\t/CN=J", INDEX_VALUE, "expiry" },
		{ "V\t270101120000Z\t260101120000Z\t01\tu\t/CN=J", INDEX_VALUE,
		    "revoked" },
		{ "R\t270101120000Z\t\t01\tu\t/CN=J", INDEX_VALUE, "revoked" },
		{ "R\t270101120000Z\t260101120000Z,mood\t01\tu\t/CN=J",
		    INDEX_VALUE, "revoked" },
		{ "V\t270101120000Z\t\t0G\tu\t/CN=J", INDEX_VALUE, "serial" },
		{ "V\t270101120000Z\t\t\tu\t/CN=J", INDEX_VALUE, "serial" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char *line = mem_strdup(bad[i].line);
		struct index_line l;

		assert_int_equal(index_read(line, &l), bad[i].bad);
		if (bad[i].field != NULL)
			assert_string_equal(l.bad, bad[i].field);
		free(line);
	}
}

static void
test_serials(void **state)
{
	uint8_t out[CERT_SERIAL_MAX];
	char hex[2 * CERT_SERIAL_MAX + 2];
	size_t len;

	(void)state;
	assert_int_equal(index_serial("0", out, &len), 0);
	assert_int_equal(len, 1);
	assert_int_equal(out[0], 0);
	assert_int_equal(index_serial("00000abc", out, &len), 0);
	assert_int_equal(len, 2);
	assert_memory_equal(out, "\x0a\xbc", 2);
	memset(hex, '9', sizeof hex);
	hex[2 * CERT_SERIAL_MAX + 1] = '\0';
	assert_int_equal(index_serial(hex, out, &len), -1);
	hex[2 * CERT_SERIAL_MAX] = '\0';
	assert_int_equal(index_serial(hex, out, &len), 0);
	assert_int_equal(len, CERT_SERIAL_MAX);
	assert_int_equal(index_serial("-1", out, &len), -1);
	assert_int_equal(index_serial("", out, &len), -1);
	assert_string_equal(index_reason_word(1), "keyCompromise");
	assert_null(index_reason_word(7));
	assert_null(index_reason_word(-1));
	assert_null(index_reason_word(11));
}

/* --- LDIF -------------------------------------------------------------- */

struct text {
	const char	*p;
	size_t		 left, piece;
};

static ptrdiff_t
give(void *arg, uint8_t *out, size_t size, struct err *err)
{
	struct text *t = arg;
	size_t n = t->left < t->piece ? t->left : t->piece;

	(void)err;
	n = n < size ? n : size;
	memcpy(out, t->p, n);
	t->p += n;
	t->left -= n;
	return (ptrdiff_t)n;
}

/* Each value found as "line:what;" */
static char *
all_of(const char *ldif_text, size_t piece)
{
	static const char *const words[] = {
		[LDIF_LONG] = "long", [LDIF_ADDRESS] = "address",
		[LDIF_DAMAGED] = "damaged",
	};
	struct text t = { ldif_text, strlen(ldif_text), piece };
	struct stream *in = stream_new(give, &t, "directory");
	struct err err = ERR_INIT;
	struct ldif ldif;
	enum ldif_got got;
	char *out = mem_strdup(""), *next;

	ldif_open(&ldif, in);
	for (;;) {
		assert_int_equal(ldif_next(&ldif, &got, &err), 0);
		if (got == LDIF_END)
			break;
		next = got == LDIF_CERT ? mem_printf("%s%d:%.*s;", out,
		    (int)ldif.line, (int)ldif.der.len, ldif.der.p) :
		    mem_printf("%s%d:%s;", out, (int)ldif.line, words[got]);
		free(out);
		out = next;
	}
	ldif_close(&ldif);
	stream_close(in);
	return out;
}

static const struct {
	const char	*text, *values;
} files[] = {
	{ "", "" },
	{ "version: 1\n\ndn: cn=a\nuserCertificate;binary:: YWJj\ncn: x\n",
	    "4:abc;" },
	{ "usercertificate:: YWJj", "1:abc;" },
	{ "userCertificate;binary:: YW\n Jj\n\ncn: y\nuserCertificate:: ZGU=\n",
	    "1:abc;5:de;" },
	{ "userCertificate::YWJj\r\n userCertificate\r\n", "1:damaged;" },
	{ "cACertificate;binary:: YWJj\nuserCertificateX:: YWJj\n", "" },
	{ "userCertificate:< file:///etc/passwd\n", "1:address;" },
	{ "userCertificate: plain\nuserCertificate:: Y*==\n"
	    "userCertificate::\nuserCertificate:: YWJ\n",
	    "1:damaged;2:damaged;3:damaged;4:damaged;" },
	{ "# userCertificate:: YWJj\n and more\nno colon\n", "" },
	{ "2.5.4.36:: YWJj\nuserSMIMECertificate:: YQ==\n", "1:abc;2:a;" },
};

static void
test_ldif(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		for (size_t piece = 1; piece < 1000; piece = piece * 5) {
			char *got = all_of(files[i].text, piece);

			assert_string_equal(got, files[i].values);
			free(got);
		}
	}
}

/* A value that no certificate can be takes its own place and no memory. */
static void
test_ldif_long(void **state)
{
	size_t size = 3u << 20;
	char *text = mem_alloc(size + 100), *p = text, *got;

	(void)state;
	p += snprintf(p, 100, "userCertificate:: ");
	memset(p, 'A', size);
	p += size;
	snprintf(p, 50, "\nuserCertificate:: YWJj\n");
	got = all_of(text, 100000);
	assert_string_equal(got, "1:long;2:abc;");
	free(got);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_names_of_certificates),
		cmocka_unit_test(test_person),
		cmocka_unit_test(test_index_good),
		cmocka_unit_test(test_index_revoked),
		cmocka_unit_test(test_index_bad),
		cmocka_unit_test(test_serials),
		cmocka_unit_test(test_ldif),
		cmocka_unit_test(test_ldif_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
