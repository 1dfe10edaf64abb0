/*
 * CMP requests for a certificate: kur by who has the old one, p10cr by who has one
 * of that name or by the officer.  The office is locked.
 */
#ifndef TESTS_OFFICE_CMP_ENROLL_H
#define TESTS_OFFICE_CMP_ENROLL_H

#include <openssl/cmp.h>

#include "tests/office/cmp_read.h"
#include "tests/office/office.h"

struct cmp_wish {
	struct office	*o;
	enum fault	 fault;
	const struct cmp_told *told;
	bool		 proved, officer;
};

/* One of the two; the status and, accepted, the certificate with its issuer. */
OSSL_CMP_PKISI	*cmp_enroll(const struct cmp_wish *, const OSSL_CRMF_MSG *,
		    const X509_REQ *, X509 **, STACK_OF(X509) **chain);

#endif
