/*
 * What the files of this room share and nobody else needs: the pieces that
 * parse.c and json.c put a struct cert together from.  Any thread.
 */
#ifndef CERT_PARTS_H
#define CERT_PARTS_H

#include "base/buf.h"
#include "cert/cert.h"
#include "cert/ident.h"

/* --- asn1text.c -------------------------------------------------------- */

/*
 * A character string as UTF-8, the caller's to free.  What cannot be taken as
 * its type says becomes U+FFFD, and *odd says so (ODD_NAME_*).  A type that is
 * no character string is given as RFC 4514 does, "#" and hex.
 */
char	*asn1_text(uint8_t tag, struct span body, struct span whole,
	    unsigned *odd);

/* Upper-case hex behind a text, the caller's to free. */
char	*asn1_hex(struct span, const char *before);

/* --- parse.c ----------------------------------------------------------- */

/* serial, serial_len and what is odd about it, from an INTEGER's body. */
int	 serial_parse(struct span, struct cert *);

/* key_type, key_bits and key_curve, from a SubjectPublicKeyInfo's body. */
int	 key_parse(struct span, struct cert *);

/* --- name.c ------------------------------------------------------------ */

/* A Name's RDNSequence, from its body.  -1 where it cannot be read further. */
int	 name_parse(struct span, struct cert_name *, unsigned *odd);

/* Fill in what follows from attrs.  -1 when it is all too long. */
int	 name_finish(struct cert_name *);
void	 name_clear(struct cert_name *);

/* --- ext.c, san.c, qc.c ------------------------------------------------ */

/* The Extensions SEQUENCE's body; what cannot be read is noted in odd. */
void	 ext_parse(struct span, struct cert *);
int	 san_parse(struct span value, struct cert *);
int	 qc_parse(struct span value, struct cert *);

/* --- ident.c ----------------------------------------------------------- */

/* Read an identifier; NULL text makes ID_NONE. */
void	 ident_organisation(const char *, struct cert_id *);

/* --- cert.c ------------------------------------------------------------ */

/* In the order of the CERT_KU_* bits; NULL at the end. */
extern const char *const cert_ku_words[];

/* Fill in all that follows from other fields; -1 when names are too long. */
int	 cert_derive(struct cert *);

/* The same, but the serial number's texts become "". */
int	 cert_derive_lean(struct cert *);

/*
 * Append to a list of strings, taking s over; beyond CERT_LIST_MAX it is freed
 * and ODD_LIST_CUT set.
 */
void	 cert_list_add(char ***list, size_t *n, char *s, unsigned *odd);

#endif
