/*
 * A scrap: one certificate that a document brought along, or at least its
 * issuer and serial number, and how the document came to name it.  A list of
 * them holds each certificate once.  No state; any thread.
 */
#ifndef EXTRACT_SCRAP_H
#define EXTRACT_SCRAP_H

#include "cert/cert.h"

#define SCRAP_LIST_MAX	512	/* certificates of one document */
#define SCRAP_PATH_MAX	1023	/* bytes of a place inside a document */
#define SCRAP_FIELD_MAX	255	/* bytes of a signature's own name */
#define SCRAP_KEY_MAX	4096	/* bytes that tell one certificate from another */

/* What the document has the certificate for; the first says most. */
enum scrap_role {
	SCRAP_SIGNER,		/* signed it */
	SCRAP_HOLDER,		/* is what the file is about: .cer, .p12 */
	SCRAP_RECIPIENT,	/* it is encrypted for this one */
	SCRAP_ISSUER,		/* an authority's, beside its holder's */
	SCRAP_CHAIN		/* goes along with a signature */
};

/* How the moment of signing is known. */
enum scrap_when {
	SCRAP_NO_TIME,
	SCRAP_CLAIMED,		/* by the signer's own clock */
	SCRAP_STAMPED		/* by a time stamp; its signature is not checked */
};

struct scrap {
	struct cert	*cert;		/* NULL: only what follows is known */
	char		*issuer;	/* a name's line, never NULL */
	uint8_t		 serial[CERT_SERIAL_MAX]; /* as in struct cert */
	size_t		 serial_len;
	enum scrap_role	 role;
	char		*path;		/* "umowa.zip/META-INF/signatures.xml" */
	unsigned	 number;	/* which signature there, from 1; 0: none */
	char		*field;		/* the signature's own name, or NULL */
	enum scrap_when	 when;
	int64_t		 time;		/* UTC seconds, with a when */
	bool		 damaged;	/* what holds the signature is not whole */
};

void		 scrap_clear(struct scrap *);
void		 scrap_free(struct scrap *);	/* NULL is fine */

/* "signer", "claimed"; static. */
const char	*scrap_role_id(enum scrap_role);
const char	*scrap_when_id(enum scrap_when);

/* "signed it", "was to read it"; present language. */
const char	*scrap_role_word(enum scrap_role);

/* The serial number in upper-case hex; buf of at least 2 * CERT_SERIAL_MAX + 1. */
char		*scrap_serial(const struct scrap *, char *buf, size_t);

/*
 * A text that is the same for two scraps of one certificate: serial number and
 * issuer, the latter without regard to the order and spelling that XML, PDF
 * and mail programs each have of their own.
 */
void		 scrap_key(const struct scrap *, char key[static SCRAP_KEY_MAX]);

struct scrap_list {
	struct scrap	**scraps;
	char		**keys;		/* of each: scrap_key */
	size_t		  n;
};

/*
 * Put a scrap on the list, which takes it over.  One that is there already is
 * made one with it: the certificate if either has it, the better role with its
 * place and time.  -1 when the list is full; it is freed then.
 */
int		 scrap_list_add(struct scrap_list *, struct scrap *);
void		 scrap_list_clear(struct scrap_list *);

#endif
