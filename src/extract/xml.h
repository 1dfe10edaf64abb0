/*
 * What the files that read XML share: one ds:Signature with what XAdES says of
 * it, gathered while the document streams by.  Private to the readers.
 */
#ifndef EXTRACT_XML_H
#define EXTRACT_XML_H

#include "base/buf.h"
#include "extract/sink.h"

#define XML_CERTS_MAX	64	/* certificates within one signature */

/* Which certificate is meant, said in words. */
struct xml_reference {
	char		*issuer;	/* a name's line; NULL: not said */
	uint8_t		 serial[CERT_SERIAL_MAX];
	size_t		 serial_len;
	char		*digest_alg;	/* an address of XML signature's */
	struct buf	 digest;
};

struct xml_signature {
	unsigned	 number;
	char		*id;
	struct cert	*certs[XML_CERTS_MAX];
	struct buf	 ders[XML_CERTS_MAX];
	size_t		 ncerts;
	struct xml_reference key_info;	/* of ds:KeyInfo */
	struct xml_reference signing;	/* of xades:SigningCertificate(V2) */
	bool		 signing_full;	/* only the first of them is the signer's */
	enum scrap_when	 when;
	int64_t		 time;
};

struct xml_signature *xml_signature_new(unsigned number, const char *id);
void	xml_signature_free(struct xml_signature *);

/* Texts of its elements, as they stand. */
void	xml_signature_cert(struct xml_signature *, struct span text,
	    struct sink *);
void	xml_signature_time(struct xml_signature *, struct span text);
void	xml_signature_stamp(struct xml_signature *, struct span text,
	    struct sink *);

/* Parts of a reference; a serial number is decimal here. */
void	xml_reference_issuer(struct xml_reference *, struct span text);
void	xml_reference_serial(struct xml_reference *, struct span text);
void	xml_reference_both(struct xml_reference *, struct span text);
void	xml_reference_digest(struct xml_reference *, struct span text);

/* Tell who signed and what came along. */
void	xml_signature_tell(struct xml_signature *, bool damaged, struct sink *);

/* A certificate in base64, told by itself. */
void	xml_tell_cert(struct span text, struct sink *, const struct mark *);

#endif
