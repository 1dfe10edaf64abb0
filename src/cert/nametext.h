/*
 * Distinguished names that come as text: as OpenSSL writes them on one line
 * ("/C=PL/CN=Jan") and as directories do ("CN=Jan,C=PL", RFC 4514 with the
 * habits of before).  Any thread.
 */
#ifndef CERT_NAMETEXT_H
#define CERT_NAMETEXT_H

#include "cert/cert.h"

#define NAMETEXT_MAX	8192	/* bytes of such a text */

/*
 * A certificate of which nothing is known but its subject's name; its serial
 * number is 0, its dates CERT_NO_TIME, and it says nothing of its uses.  NULL
 * when the text is no name.  Free with cert_free.
 */
struct cert	*nametext_subject(const char *);

/* The same for its issuer. */
struct cert	*nametext_issuer(const char *);

#endif
