/*
 * Bringing certificates and statuses in from files, and out again.  Streams:
 * memory does not grow with the file.  One transaction a batch, so whatever
 * interrupts it leaves a consistent file; the same import again goes on where it
 * stood, and importing the same thing twice changes nothing.
 */
#ifndef REGISTRY_IMPORT_H
#define REGISTRY_IMPORT_H

#include <stdatomic.h>

#include "base/err.h"
#include "registry/registry.h"

enum import_kind {
	IMPORT_AUTO,		/* by content */
	IMPORT_CERTS,		/* PEM, DER, PKCS#7; a folder of them */
	IMPORT_INDEX,		/* openssl ca's index.txt */
	IMPORT_CSV,
	IMPORT_LDIF,		/* userCertificate;binary */
	IMPORT_CRL,		/* marks what it revokes */
	IMPORT_KIND_COUNT
};

/* A record that was skipped: where (line or file) and why. */
struct import_bad {
	const char	*file;
	int64_t		 line;		/* from 1; 0: none */
	struct err	 err;
};

struct import_progress {
	int64_t	 done, total;		/* bytes; total 0: not known */
	int64_t	 records;		/* looked at */
	int64_t	 added, changed, same, bad, erased;
	int64_t	 millis;
};

struct import_options {
	enum import_kind	 kind;
	/*
	 * CSV: "serial=3,issuer=1,holder=Nazwa,..." columns by number or by the
	 * heading; NULL: the headings are those of our own export.
	 */
	const char		*mapping;
	const char		*encoding;	/* CSV: NULL: UTF-8 or CP1250, seen by itself */
	const char		*issuer;	/* index.txt: certificate of the issuer; CRL: to verify */
	bool			 restart;	/* do not go on where it stood */
	const atomic_bool	*cancel;
	void			(*progress)(const struct import_progress *, void *);
	void			(*bad)(const struct import_bad *, void *);
	void			*arg;
};

/* path may be a folder, "-" for standard input (not resumable). */
int	import_run(struct registry *, const char *path,
	    const struct import_options *, struct import_progress *,
	    struct err *);

enum export_format { EXPORT_CSV, EXPORT_JSON };

/* Journalled with the reason; masked forms only.  fd is the caller's. */
int	export_run(struct registry *, int fd, enum export_format,
	    const char *reason, const atomic_bool *cancel,
	    struct import_progress *, struct err *);

#endif
