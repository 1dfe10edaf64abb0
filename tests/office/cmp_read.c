#include "config.h"

#include <string.h>

#include "cert/der.h"
#include "tests/card/bytes.h"
#include "tests/office/cmp_read.h"

enum {			/* PKIHeader's tags */
	HEAD_PROTECTION = 1, HEAD_SENDER_KID = 2, HEAD_TRANSACTION = 4,
	NAME_DIRECTORY = 4, BODY_RR = 11
};

/* id-PasswordBasedMac, 1.2.840.113533.7.66.13; reasonCode, 2.5.29.21 */
static const uint8_t pbm[] = {
	0x2a, 0x86, 0x48, 0x86, 0xf6, 0x7d, 0x07, 0x42, 0x0d
};
static const uint8_t reason_code[] = { 0x55, 0x1d, 0x15 };

/* What is in the one element of these bytes. */
static struct span
inside(struct span s, uint8_t tag)
{
	struct der e;

	if (der_next(&s, &e) == -1 || e.tag != tag)
		return span_of(NULL, 0);
	return e.body;
}

static void
read_transaction(struct span s, struct cmp_told *told)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t n = s.len < (LEDGER_WORD_MAX - 1) / 2 ? s.len :
	    (LEDGER_WORD_MAX - 1) / 2;

	for (size_t i = 0; i < n; i++) {
		told->transaction[2 * i] = digits[s.p[i] >> 4];
		told->transaction[2 * i + 1] = digits[s.p[i] & 15];
	}
	if (n)
		told->transaction[2 * n] = '\0';
}

static int
read_header(struct span s, struct cmp_told *told)
{
	struct span algorithm;
	struct der e;

	if (der_next(&s, &e) == -1 || der_next(&s, &e) == -1)
		return -1;	/* pvno, sender */
	if (e.tag == DER_CONTEXT_CONS(NAME_DIRECTORY))
		told->sender = e.body;
	if (der_next(&s, &e) == -1)
		return -1;	/* recipient */
	while (der_next(&s, &e) == 0)
		switch (e.tag) {
		case DER_CONTEXT_CONS(HEAD_PROTECTION):
			algorithm = inside(inside(e.body, DER_SEQUENCE),
			    DER_OID);
			told->password = span_equal(algorithm, pbm,
			    sizeof(pbm));
			break;
		case DER_CONTEXT_CONS(HEAD_SENDER_KID):
			told->key_id = inside(e.body, DER_OCTET_STRING);
			break;
		case DER_CONTEXT_CONS(HEAD_TRANSACTION):
			read_transaction(inside(e.body, DER_OCTET_STRING),
			    told);
			break;
		}
	return 0;
}

/* Extensions: SEQUENCE of { OID, [critical], OCTET STRING { ENUMERATED } } */
static void
read_reason(struct span extensions, struct cmp_told *told)
{
	struct span s = inside(extensions, DER_SEQUENCE);
	struct der ext, e;

	while (der_next(&s, &ext) == 0) {
		if (der_next(&ext.body, &e) == -1 ||
		    !span_equal(e.body, reason_code, sizeof(reason_code)))
			continue;
		while (der_next(&ext.body, &e) == 0)
			if (e.tag == DER_OCTET_STRING && e.body.len == 3)
				told->reason = e.body.p[2];
	}
}

int
cmp_read(struct span message, struct cmp_told *told)
{
	struct span s = inside(message, DER_SEQUENCE), details;
	struct der e;

	memset(told, 0, sizeof(*told));
	told->transaction[0] = '-';
	if (der_next(&s, &e) == -1 || read_header(e.body, told) == -1 ||
	    der_next(&s, &e) == -1)
		return -1;
	if (e.tag == DER_CONTEXT_CONS(BODY_RR)) {
		/* RevReqContent, its first RevDetails, behind the template */
		details = inside(inside(e.body, DER_SEQUENCE), DER_SEQUENCE);
		if (der_next(&details, &e) == 0)
			read_reason(details, told);
	}
	return 0;
}
