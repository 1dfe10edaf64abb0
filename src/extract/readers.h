/*
 * The readers, one for each kind of document: each takes bytes that anybody may
 * have made and tells the sink what it finds.  None can fail; what cannot be
 * read is a problem among the findings.  No state; one document, one thread.
 */
#ifndef EXTRACT_READERS_H
#define EXTRACT_READERS_H

#include "base/buf.h"
#include "extract/sink.h"

enum kind {
	KIND_UNKNOWN, KIND_PDF, KIND_ZIP, KIND_XML, KIND_CMS, KIND_PKCS12,
	KIND_CERT, KIND_PEM, KIND_MAIL, KIND_MBOX, KIND_BASE64
};

/* What bytes are, by themselves and whatever their name says. */
enum kind	 kind_of(struct span);

/* Any of them; what is none of them is passed by. */
void	extract_any(struct span, struct sink *);

void	extract_base64(struct span, struct sink *);
void	extract_cert(struct span, struct sink *);
void	extract_cms(struct span, struct sink *);
void	extract_mail(struct span, struct sink *);
void	extract_mbox(struct span, struct sink *);
void	extract_pdf(struct span, struct sink *);
void	extract_pem(struct span, struct sink *);
void	extract_pkcs12(struct span, struct sink *);
void	extract_xml(struct span, struct sink *);
void	extract_zip(struct span, struct sink *);

/*
 * Make the libraries underneath load now what they load when first used, since
 * nothing can be opened later; what is loaded stays so until it is let go.
 */
struct prepared	*extract_prepare(void);
void	 extract_let_go(struct prepared *);

#endif
